"""What to recruit first on both sides of a comparison, each gain solved again."""

from dataclasses import dataclass

from matcher.capacity.candidates import candidates_of
from matcher.capacity.recruit import Recruit, RecruitParams, recruit_list
from matcher.solvers.run import SolveParams
from matcher.suggestions import region_prices, stored_prices
from matcher.whatif.side import Side

_MOST_CONFIRMED = 12
_SECONDS_EACH = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitDifference:
    """One step that a partnership could take; None where a list lacks it.

    Attributes
    ----------
    kind, subject, trajectory_id
        As `Candidate` has them.
    base_rank, scenario_rank
        From 1.
    base_gain, scenario_gain
        Points by which the optimum of the side falls, or surely falls.
    """

    kind: str
    subject: str
    trajectory_id: str
    base_rank: int | None
    scenario_rank: int | None
    base_gain: float | None
    scenario_gain: float | None


class Recruiter:
    """Recruit lists of sides, worked out once each."""

    def __init__(self, top: int) -> None:
        self._top = top
        self._known: list[tuple[Side, tuple[Recruit, ...]]] = []

    def compared(self, base: Side, scenario: Side) -> tuple[RecruitDifference, ...]:
        """Both lists beside each other, in the order of the scenario, then the base."""
        before, after = self._ranked(base), self._ranked(scenario)
        return tuple(
            RecruitDifference(
                kind=key[0],
                subject=key[1],
                trajectory_id=key[2],
                base_rank=before[key].rank if key in before else None,
                scenario_rank=after[key].rank if key in after else None,
                base_gain=before[key].gain_points if key in before else None,
                scenario_gain=after[key].gain_points if key in after else None,
            )
            for key in dict.fromkeys((*after, *before))
        )

    def _ranked(self, side: Side) -> dict[tuple[str, str, str], Recruit]:
        return {
            (
                each.candidate.kind,
                each.candidate.subject,
                each.candidate.trajectory_id,
            ): each
            for each in self._of(side)
        }

    def _of(self, side: Side) -> tuple[Recruit, ...]:
        for known, recruits in self._known:
            if known.run is side.run:
                return recruits
        run, state = side.run, side.state
        prices = region_prices(run) if state is None else stored_prices(run, state)
        params = RecruitParams(
            top=self._top,
            most_confirmed=max(_MOST_CONFIRMED, self._top),
            solve=SolveParams(gap=0.0, time_limit_seconds=_SECONDS_EACH),
        )
        found = recruit_list(run, prices, candidates_of(run, prices), params)
        self._known.append((side, found.recruits))
        return found.recruits
