"""A comparison, told: who wins, who loses, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.report.text import Fact, Rounded
from matcher.whatif.text import said
from matcher_service.pages.names import Names

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: what it is about, before, after, and the difference."""

    what: str
    base: float | None
    scenario: float | None

    @property
    def difference(self) -> float | None:
        """Of the scenario with the base."""
        if self.base is None or self.scenario is None:
            return None
        return self.scenario - self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How a group of ten or more fares; None is not told."""

    by: str
    name: str
    learners: int
    better: int | None
    worse: int | None
    same: int | None
    points: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that a page shows of a comparison.

    Attributes
    ----------
    verdict
        ``better``, ``worse`` or ``not_apart``.
    headline, lines
        What it comes down to, then how sure that is.
    """

    title: str
    question: str
    verdict: str
    headline: str
    lines: tuple[str, ...]
    changes: tuple[str, ...]
    figures: tuple[Row, ...]
    terms: tuple[tuple[str, float], ...]
    moves: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]
    shortages: tuple[str, ...]
    mentors: tuple[Row, ...]


_MOVES = ("other_site", "other_mentor", "lost", "gained", "learners")


def told(content: Json, names: Names) -> Told:
    """A comparison in the language of the names."""
    language, objective = names.words.language, content["objective"]
    difference = objective["difference"]
    verdict = "worse" if difference > 0 else "better"
    if not objective["told_apart"]:
        verdict = "not_apart"

    def text(key: str, /, **facts: Fact) -> str:
        return said(key, **facts).said_in(language)

    learners = content["learners"]
    counts = {name: learners[name] for name in ("better", "worse", "same")}
    figures = content["figures"]
    return Told(
        title=content["title"][language],
        question=content["question"][language],
        verdict=verdict,
        headline=text(
            f"headline_{verdict}", points=Rounded(value=abs(difference)), **counts
        ),
        lines=_lines(content, text),
        changes=tuple(each["text"][language] for each in content["applied"]),
        figures=tuple(
            Row(
                what=text(f"figure_{name}"),
                base=figures["base"][name],
                scenario=figures["scenario"][name],
            )
            for name in figures["base"]
        ),
        terms=tuple(
            (text(f"term_{term}"), points)
            for term, points in content["terms"].items()
            if points
        ),
        moves=tuple((text(f"move_{name}"), content["moves"][name]) for name in _MOVES),
        groups=tuple(
            _group(each, text(f"by_{each['by']}"), names) for each in content["groups"]
        ),
        shortages=tuple(_shortage(each, text, names) for each in content["shortages"]),
        mentors=tuple(
            Row(what=each["mentor_id"], base=each["base"], scenario=each["scenario"])
            for each in content["mentors"]
        ),
    )


def _lines(content: Json, text: Any) -> tuple[str, ...]:  # noqa: ANN401 - of `told`
    objective, learners = content["objective"], content["learners"]
    low_high = {
        "base_low": objective["base_bound"],
        "base_high": objective["base"],
        "low": objective["scenario_bound"],
        "high": objective["scenario"],
    }
    lines = [
        text(
            "intervals",
            **{name: Rounded(value=value) for name, value in low_high.items()},
        ),
        text(f"mode_{content['mode']}", moved=content["moved_placements"]),
    ]
    if learners["new"] or learners["gone"]:
        lines.append(text("new_gone", new=learners["new"], gone=learners["gone"]))
    stability = content["stability"]
    if stability is not None:
        lines.append(
            text(
                "stability",
                least=Rounded(value=stability["least"]),
                most=Rounded(value=stability["most"]),
            )
        )
    return tuple(lines)


def _group(each: Json, by: str, names: Names) -> Group:
    group = each["group"]
    if each["by"] == "trajectory":
        group = names.trajectory(group)
    return Group(
        by=by,
        name=group.replace("_", " "),
        learners=each["learners"],
        better=each["better"],
        worse=each["worse"],
        same=each["same"],
        points=each["points"],
    )


def _shortage(each: Json, text: Any, names: Names) -> str:  # noqa: ANN401 - of `told`
    training = each["trajectory_id"]
    competence = each["competence_id"]
    what = names.competence(training, competence) if competence else text("any_place")
    change = text("appears" if each["appears"] else "vanishes")
    period = names.period(each["period_id"])
    return f"{names.trajectory(training)}: {what}, {period} ({change})"
