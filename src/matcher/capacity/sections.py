"""The tables of page and workbook: what the report found, by name, without learners."""

from collections.abc import Iterator
from dataclasses import fields

from matcher.capacity.area import BEYOND, NOWHERE
from matcher.capacity.certificate import Shortage
from matcher.capacity.names import Names
from matcher.capacity.price_table import PriceKind
from matcher.capacity.recruit import Recruit
from matcher.capacity.report import CapacityReport
from matcher.capacity.robustness import weak_points
from matcher.capacity.seat_shortages import SeatShortage
from matcher.capacity.section import Cell, Section
from matcher.capacity.supply import SupplyRow
from matcher.capacity.unused import UNUSED_REASONS
from matcher.capacity.words import both
from matcher.dataset import Phrase
from matcher.suggestions import LoadedRun


def sections_of(
    run: LoadedRun, report: CapacityReport, least: int = 0
) -> tuple[Section, ...]:
    """Every table, what asks for action first; no id of any learner.

    Parameters
    ----------
    least
        No number of fewer people than this is told, nor what gives it away.
    """
    return tuple(_Tables(report, Names(run.dataset), least).sections())


def places_of(shortage: Shortage, names: Names) -> tuple[tuple[str, int], ...]:
    """Places of a certificate by name, with the learners whom they hold."""
    return tuple(
        (names.thing(place.kind, place.place_id), place.capacity)
        for place in shortage.places
    )


def courses_of(shortage: SeatShortage, names: Names) -> tuple[tuple[str, int], ...]:
    """Courses of a certificate by name and period, with their seats."""
    return tuple(
        (f"{names.thing('course', each.course_id)}, {each.period_id}", each.seats)
        for each in shortage.courses
    )


def sought(shortage: Shortage, names: Names) -> Phrase | str:
    """Of what there is too little: a competence, or any place."""
    if shortage.competence_id is None:
        return both("any_place")
    return names.unit(shortage.trajectory_id, shortage.competence_id)


def step_told(recruit: Recruit, names: Names) -> str:
    """What a step is about: a site, a mentor, a course, or a postcode."""
    kinds: dict[str, PriceKind] = {
        "mentor_training": "mentor",
        "mentor_hours": "mentor",
        "course_seats": "course",
    }
    candidate = recruit.candidate
    if candidate.kind == "new_site":
        return candidate.subject
    return names.thing(kinds.get(candidate.kind, "site"), candidate.subject)


class _Tables:
    def __init__(self, report: CapacityReport, names: Names, least: int) -> None:
        self._report, self._names, self._least = report, names, least

    def _people(self, number: int) -> int | None:
        return number if number == 0 or number >= self._least else None

    def sections(self) -> Iterator[Section]:
        yield _section(
            "shortages",
            "training what period demand room places proof",
            self._shortages(),
        )
        yield _section(
            "seat_shortages", "training what demand room courses", self._seats()
        )
        yield _section(
            "recruits",
            "rank step subject training gain gain_sure most_gain first_sure helped",
            self._recruits(),
        )
        yield _section(
            "sets", "size ranks gain gain_sure sum_of_gains helped proof", self._sets()
        )
        yield _section("prices", "kind thing period points", self._prices())
        yield _section(
            "price_groups",
            "by group kind scarce limits thing period points mean paid",
            self._price_groups(),
        )
        yield _section(
            "weak_points",
            "rank kind thing hit loss moves moved weeks_without_place proven",
            self._weak_points(),
        )
        numbers = [each.name for each in fields(SupplyRow)][3:]
        columns = " ".join(f"supply_{each}" for each in numbers)
        yield _section("supply", f"training area period {columns}", self._supply())
        yield _section(
            "fairness",
            "by group learners weeks_without_place open_competences minutes "
            "minutes_tail points_each regret",
            self._fairness(),
        )
        yield _section("load", "enterprise places_weeks used_weeks share", self._load())

    def _shortages(self) -> Iterator[tuple[Cell, ...]]:
        names = self._names
        for each in self._report.shortages:
            yield (
                names.training(each.trajectory_id),
                sought(each, names),
                each.period_id,
                each.demand,
                each.supply,
                _listed(places_of(each, names)),
                both(f"proof_{each.proof}"),
            )

    def _seats(self) -> Iterator[tuple[Cell, ...]]:
        names = self._names
        for each in self._report.seat_shortages:
            yield (
                names.training(each.trajectory_id),
                names.unit(each.trajectory_id, each.competence_id),
                len(each.learners),
                sum(course.seats for course in each.courses),
                _listed(courses_of(each, names)),
            )

    def _recruits(self) -> Iterator[tuple[Cell, ...]]:
        names = self._names
        for each in self._report.recruits.recruits:
            yield (
                each.rank,
                both(f"recruit_{each.candidate.kind}"),
                step_told(each, names),
                names.training(each.candidate.trajectory_id) or both("all_trainings"),
                each.gain_points if each.in_plan is None else each.in_plan.points,
                both(f"gain_{each.gain}" if each.in_plan is None else "gain_in_plan"),
                each.most_points,
                both("yes" if each.is_first_sure else "not_sure"),
                self._people(len(each.helped)),
            )

    def _sets(self) -> Iterator[tuple[Cell, ...]]:
        for each in self._report.recruit_sets:
            yield (
                len(each.steps),
                ", ".join(str(step.rank) for step in each.steps),
                each.gain_points,
                both(f"gain_{each.gain}"),
                sum(step.gain_points for step in each.steps),
                self._people(len(each.helped)),
                both(f"set_{each.proof}"),
            )

    def _prices(self) -> Iterator[tuple[Cell, ...]]:
        for row in sorted(self._report.prices, key=lambda row: -row.points):
            yield (
                both(f"things_{row.kind}"),
                self._names.thing(row.kind, row.id),
                row.period_id,
                row.points,
            )

    def _price_groups(self) -> Iterator[tuple[Cell, ...]]:
        names = self._names
        for each in self._report.price_groups:
            training = names.training(each.trajectory_id)
            if each.by == "competence":
                unit = names.unit(each.trajectory_id, each.group)
                group: Cell = f"{unit} ({training})"
            else:
                group = training or _area(each.group)
            yield (
                both(f"by_{each.by}"),
                group,
                both(f"things_{each.kind}"),
                each.scarce,
                each.of,
                names.thing(each.kind, each.dearest_id),
                each.dearest_period_id,
                each.dearest_points,
                each.mean_points,
                each.paid_points,
            )

    def _weak_points(self) -> Iterator[tuple[Cell, ...]]:
        for each in weak_points(self._report.repairs):
            is_told = self._people(each.hit) is not None
            yield (
                each.rank,
                both(f"weak_{each.kind}"),
                self._names.thing(each.kind, each.id),
                self._people(each.hit),
                each.loss_points,
                each.moves,
                self._people(each.moved),
                each.weeks_without_place if is_told else None,
                both("yes" if each.is_proven else "not_proven"),
            )

    def _supply(self) -> Iterator[tuple[Cell, ...]]:
        numbers = [each.name for each in fields(SupplyRow)][3:]
        for row in self._report.supply:
            untold = self._untold(row)
            yield (
                self._names.training(row.trajectory_id),
                _area(row.area),
                row.period_id,
                *(None if each in untold else getattr(row, each) for each in numbers),
            )

    def _untold(self, row: SupplyRow) -> frozenset[str]:
        """Numbers of a row that count few people, or tell of some by what is left."""
        untold: set[str] = set()
        few = [self._people(each) is None for each in (row.placed, row.unplaced)]
        if self._people(row.learners) is None or any(few):
            untold |= {"placed", "unplaced", "open_competences"}
        if self._people(row.learners) is None:
            untold |= {"learners"}
        if self._people(row.used) is None:  # places less what is unused
            untold |= {"used", "unused"}
            untold |= {f"unused_{each}" for each in UNUSED_REASONS}
        if self._people(row.seats_used) is None:
            untold |= {"seats_used"}
        return frozenset(untold)

    def _fairness(self) -> Iterator[tuple[Cell, ...]]:
        """Groups that may be told; the others stand in no table."""
        for each in self._report.groups:
            if not each.is_shown:
                continue
            is_training = each.by == "trajectory"
            yield (
                both(f"fairness_by_{each.by}"),
                self._names.training(each.group) if is_training else _area(each.group),
                each.learners,
                each.weeks_without_place,
                each.open_competences,
                each.minutes,
                each.minutes_tail,
                each.points,
                each.regret_points,
            )

    def _load(self) -> Iterator[tuple[Cell, ...]]:
        for each in self._report.loads:
            yield (each.enterprise_id, each.places, each.learners, each.share)


def _section(key: str, columns: str, rows: Iterator[tuple[Cell, ...]]) -> Section:
    return Section(key=key, columns=tuple(columns.split()), rows=tuple(rows))


def _listed(places: tuple[tuple[str, int], ...]) -> str:
    return "; ".join(f"{name}: {number}" for name, number in places)


def _area(name: str) -> Phrase | str:
    if name in (NOWHERE, BEYOND):
        return both("area_nowhere" if name == NOWHERE else "area_beyond")
    return name
