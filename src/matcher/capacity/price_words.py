"""``prices.md``: the prices in words, with what they do and do not say."""

from collections.abc import Iterable, Iterator, Sequence

from matcher.capacity.area import BEYOND, NOWHERE
from matcher.capacity.names import Names
from matcher.capacity.price_groups import GroupedBy, PriceGroup
from matcher.capacity.price_table import PriceKind, PriceRow
from matcher.capacity.words import Language, said
from matcher.dataset import Dataset
from matcher.policy import Policy

MOST_LINES = 12
"""Of each list: the tables hold them all."""

_LEAST_SAID = 0.5
"""Points; below this a price is said to be 0, and left out."""

_LISTS: tuple[GroupedBy, ...] = ("trajectory", "competence", "area", "period")


def prices_to_text(
    dataset: Dataset,
    policy: Policy,
    rows: Sequence[PriceRow],
    groups: Sequence[PriceGroup],
    language: Language,
) -> str:
    """A page in Markdown: per list the dearest first, then what to keep in mind."""
    return "\n".join(_Page(dataset, policy, language).lines(rows, groups)) + "\n"


class _Page:
    def __init__(self, dataset: Dataset, policy: Policy, language: Language) -> None:
        self._language, self._week = language, policy.unplaced
        self._names = Names(dataset)

    def lines(
        self, rows: Sequence[PriceRow], groups: Sequence[PriceGroup]
    ) -> Iterator[str]:
        """Every line of the page."""
        yield f"# {self._said('prices_title')}"
        yield ""
        if self._week > 0:
            decimals = 0 if self._week.is_integer() else 1
            yield self._said("prices_intro", week=self._number(self._week, decimals))
        else:
            yield self._said("prices_intro_points")
        dear = sorted(
            (row for row in rows if row.points >= _LEAST_SAID),
            key=lambda row: -row.points,
        )
        yield ""
        yield f"## {self._said('prices_dearest')}"
        yield ""
        if not dear:
            yield self._said("prices_none")
        for row in dear[:MOST_LINES]:
            yield "- " + self._said(
                "price_line",
                unit=self._unit(row.kind, row.id),
                when=row.period_id,
                worth=self._worth(row.points),
            )
        yield from self._left_out(len(dear))
        for by in _LISTS:
            yield from self._grouped(by, groups)
        yield ""
        yield f"## {self._said('caveats_title')}"
        yield ""
        for number in range(1, 6):
            yield f"- {self._said(f'caveat_{number}')}"

    def _grouped(self, by: GroupedBy, groups: Iterable[PriceGroup]) -> Iterator[str]:
        own = [
            each
            for each in groups
            if each.by == by and each.dearest_points >= _LEAST_SAID
        ]
        if by == "competence":  # by what is short where it is learned: the rare first
            own = [each for each in own if each.kind in ("site", "course")]
        if not own:
            return
        own.sort(
            key=lambda each: (
                -(each.mean_points if by == "competence" else each.paid_points)
            )
        )
        yield ""
        yield f"## {self._said(f'prices_by_{by}')}"
        yield ""
        for each in own[:MOST_LINES]:
            yield "- " + self._said(
                "group_line",
                name=self._group_name(each),
                kind=self._said(f"things_{each.kind}"),
                scarce=self._number(each.scarce),
                of=self._number(each.of),
                unit=self._unit(each.kind, each.dearest_id),
                when=each.dearest_period_id,
                worth=self._worth(each.dearest_points),
                mean=self._number(each.mean_points),
                paid=self._number(each.paid_points),
            )
        yield from self._left_out(len(own))

    def _left_out(self, count: int) -> Iterator[str]:
        if count > MOST_LINES:
            yield ""
            yield self._said("prices_more", n=count - MOST_LINES)

    def _group_name(self, group: PriceGroup) -> str:
        training = self._names.training(group.trajectory_id)
        if group.by == "competence":
            unit = self._names.unit(group.trajectory_id, group.group)
            return f"{unit} ({training})"
        if group.by == "area" and group.group == NOWHERE:
            return self._said("area_nowhere")
        if group.by == "area" and group.group == BEYOND:
            return self._said("area_beyond")
        return training or group.group

    def _unit(self, kind: PriceKind, thing_id: str) -> str:
        """Return one unit more of a thing."""
        return self._said(f"unit_{kind}", name=self._names.thing(kind, thing_id))

    def _worth(self, points: float) -> str:
        told = self._number(points)
        if self._week <= 0:
            return self._said("worth_points", points=told)
        weeks = points / self._week
        return self._said("worth", points=told, weeks=self._number(weeks, 1))

    def _number(self, value: float, decimals: int = 0) -> str:
        english = f"{value:,.{decimals}f}"
        if self._language == "en":
            return english
        return english.translate(str.maketrans(",.", ".,"))

    def _said(self, key: str, **facts: object) -> str:
        return said(key, self._language, **facts)
