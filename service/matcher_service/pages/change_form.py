"""One change of a scenario as a form: a field for each fact, choices from the data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from matcher.scenario import KINDS
from matcher_service.pages.catalogue import Catalogue, Choice

GROUPS: Mapping[str, tuple[str, ...]] = {
    "places": (
        "site_closes",
        "site_added",
        "site_copied",
        "site_capacity",
        "enterprise_limit",
    ),
    "mentors": ("mentor_absent", "mentor_leaves", "mentor_trained", "mentor_time"),
    "recognitions": (
        "recognition_granted",
        "recognition_prolonged",
        "recognition_withdrawn",
        "recognition_restricted",
        "offer_added",
    ),
    "courses": ("course_seats", "course_moved", "course_added"),
    "intake": (
        "intake_grows",
        "intake_shrinks",
        "drop_outs",
        "learner_added",
        "learner_leaves",
    ),
    "journeys": ("mode_lost", "travel_slower"),
    "rules": ("policy_set", "block_pattern"),
    "decisions": ("placement_signed", "placement_refused", "placement_released"),
}
"""Kinds of change as people look for them."""

Shape = Literal["text", "number", "date", "one", "many", "list", "later"]
Given = Mapping[str, Sequence[str]]

_NEW = {"site_added": ("site_id", "mentor_id"), "course_added": ("course_id",)}
"""Ids that a change makes up: nothing to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field, with what stands in it.

    Attributes
    ----------
    shape
        ``one`` and ``many`` choose from `choices`, ``text`` may offer them; ``list``
        is a text with commas; ``later`` waits until the training is chosen.
    step
        Of a number.
    fault
        What is wrong with it, in words.
    """

    name: str
    shape: Shape
    is_required: bool
    values: tuple[str, ...]
    choices: tuple[Choice, ...]
    step: str
    fault: str

    @property
    def value(self) -> str:
        """Of a field with one."""
        return self.values[0] if self.values else ""


class ChangeForm:
    """The form of one kind of change, filled in or not yet."""

    def __init__(self, kind: str, catalogue: Catalogue, given: Given) -> None:
        self.kind = kind
        self._catalogue = catalogue
        self._given = given
        self._hints = get_type_hints(KINDS[kind])

    def fields(self, *, is_sent: bool) -> tuple[FormField, ...]:
        """Every field; faults only in a form that somebody sent."""
        return tuple(self._fields(is_sent=is_sent))

    def change(self) -> dict[str, Any]:
        """The change, as a table of a scenario file; only of a form without faults."""
        found: dict[str, Any] = {"kind": self.kind}
        for name, hint in self._hints_of_fields():
            values = self._values(name)
            if _is_list(hint):
                is_chosen = self._shape(name, hint)[0] == "many"
                texts = values if is_chosen else [t for v in values for t in _parts(v)]
                if texts:
                    found[name] = list(texts)
            elif values and values[0]:
                found[name] = _typed(values[0], hint)
        return found

    def _fields(self, *, is_sent: bool) -> Iterator[FormField]:
        blank = {f.name: f.default for f in fields(KINDS[self.kind])}
        for name, hint in self._hints_of_fields():
            is_required = blank[name] is MISSING
            shape, choices = self._shape(name, hint)
            values = self._values(name)
            if not values and not is_sent:
                values = _beginning(name, blank[name])
            fault = ""
            if is_sent:
                fault = self._fault(values, hint, choices, is_required=is_required)
            yield FormField(
                name=name,
                shape=shape,
                is_required=is_required,
                values=values,
                choices=choices,
                step="1" if int in _options(hint) else "any",
                fault=fault,
            )

    def _hints_of_fields(self) -> Iterator[tuple[str, Any]]:
        for field in fields(KINDS[self.kind]):
            yield field.name, self._hints[field.name]

    def _values(self, name: str) -> tuple[str, ...]:
        return tuple(each.strip()[:200] for each in self._given.get(name, ()))

    def _shape(self, name: str, hint: Any) -> tuple[Shape, tuple[Choice, ...]]:  # noqa: ANN401 - a type
        is_list = _is_list(hint)
        many: Shape = "many" if is_list else "one"
        if name in {"competence_id", "competences"}:
            chosen = {*self._values("trajectory_id"), *self._values("trajectories")}
            taught = tuple(self._catalogue.taught(chosen))
            return (many, taught) if taught else ("later", ())
        if name not in _NEW.get(self.kind, ()):
            choices = self._catalogue.chosen(name)
            if choices:
                return many, choices
            offered = self._catalogue.offered(name)
            if offered:
                return "text", offered
        options = _options(hint)
        if is_list:
            return "list", ()
        if date in options:
            return "date", ()
        return "text" if str in options else "number", ()

    def _fault(
        self,
        values: tuple[str, ...],
        hint: Any,  # noqa: ANN401 - a type
        choices: tuple[Choice, ...],
        *,
        is_required: bool,
    ) -> str:
        words = self._catalogue.words
        filled = [each for each in values if each]
        if not filled:
            return words("fault_needed") if is_required else ""
        known = [choice for choice, _ in choices]
        for each in filled:
            if known and each not in known:
                near = "".join(get_close_matches(each, known, n=1))
                return words("fault_near" if near else "fault_none", near=near)
        if not _is_list(hint) and _typed(filled[0], hint) is None:
            return words("fault_date" if date in _options(hint) else "fault_number")
        return ""


def _options(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def _is_list(hint: Any) -> bool:  # noqa: ANN401 - a type
    return get_origin(hint) is tuple


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _beginning(name: str, default: object) -> tuple[str, ...]:
    if name == "seed":
        return ("1",)
    return (f"{default:g}",) if isinstance(default, int | float) else ()


def _typed(text: str, hint: Any) -> object:  # noqa: ANN401 - a type
    """A text as what the field holds; None where it is none."""
    options = _options(hint)
    if date in options:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return None
    number = _number(text)
    if int in options:
        is_whole = number is not None and number == int(number)
        return int(number) if is_whole and number is not None else None
    if float in options and (number is not None or str not in options):
        return number
    return text


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
