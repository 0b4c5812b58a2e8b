"""Prices per training, competence, area and period, told by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.capacity.area import NOWHERE
from matcher.capacity.words import said
from matcher_service.pages.names import Names
from matcher_service.pages.region_told import thing
from matcher_service.pages.words import Words

Json = Mapping[str, Any]
_SHOWN = 15

_LISTS = ("trajectory", "competence", "area", "period")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGroupLine:
    """What is limited for one group, of one kind.

    Attributes
    ----------
    scarce, of
        Times that there is a price, and times that there is a limit.
    dearest, period, points
        Where one more is worth the most, when and how much.
    mean
        Points that one more is worth, over all with a limit.
    """

    group: str
    kind: str
    scarce: int
    of: int
    dearest: str
    period: str
    points: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGroupList:
    """Lines of one kind of group, the dearest on average first.

    Attributes
    ----------
    num_left_out
        Lines that the API has beside these.
    """

    by: str
    lines: tuple[PriceGroupLine, ...]
    num_left_out: int


def price_group_lists(rows: Sequence[Json], names: Names) -> tuple[PriceGroupList, ...]:
    """One list per kind of group that has a price at all."""
    lists = []
    for by in _LISTS:
        own = [row for row in rows if row["by"] == by]
        own.sort(key=lambda row: -row["mean_points"])
        if own:
            lists.append(
                PriceGroupList(
                    by=by,
                    lines=tuple(_line(row, names) for row in own[:_SHOWN]),
                    num_left_out=max(0, len(own) - _SHOWN),
                )
            )
    return tuple(lists)


def caveats(words: Words) -> tuple[str, ...]:
    """What prices say and what they do not say, as the report has it."""
    of_report = (f"caveat_{number}" for number in range(2, 6))
    language = words.language
    return (words("price_caveat"), *(said(key, language) for key in of_report))


def _line(row: Json, names: Names) -> PriceGroupLine:
    return PriceGroupLine(
        group=_group(row, names),
        kind=names.words(f"price_{row['kind']}"),
        scarce=row["scarce"],
        of=row["of"],
        dearest=thing(row["kind"], row["dearest_id"], names),
        period=names.period(row["dearest_period_id"]),
        points=row["dearest_points"],
        mean=row["mean_points"],
    )


def _group(row: Json, names: Names) -> str:
    by, group = row["by"], row["group"]
    if by == "trajectory":
        return names.trajectory(row["trajectory_id"])
    if by == "competence":
        name = names.competence(row["trajectory_id"], group)
        return f"{name}, {names.trajectory(row['trajectory_id'])}"
    if by == "period":
        return names.period(group)
    if group == NOWHERE:
        return names.words("area_nowhere")
    return names.words("area_district", code=group)
