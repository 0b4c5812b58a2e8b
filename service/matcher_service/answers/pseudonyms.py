"""Pseudonyms: how who plans speaks of learners without knowing any of them.

Each run has a secret of its own, so pseudonyms of two runs tell nothing together.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matcher.dataset.schema import schema
from matcher.errors import ScenarioError

Json = dict[str, Any]

LEARNER = "learner_id"
_NEW_LEARNER = "learner_added"
_OF_PERSONS = frozenset(
    name
    for name, table in schema().items()
    if any(column.name == LEARNER for column in table.columns)
)
"""Tables whose rows are about somebody."""


def pseudonym(secret: bytes, learner_id: str) -> str:
    """What stands for a learner in front of who plans with pseudonyms."""
    digest = hmac.new(secret, learner_id.encode("utf-8"), hashlib.sha256)
    return f"P{digest.hexdigest()[:16]}"


def rows_with_pseudonyms(
    rows: Iterable[Mapping[str, Any]], secret: bytes
) -> list[Json]:
    """Rows of a table with pseudonyms in the place of ids, in their own order."""
    known = [{**row, LEARNER: pseudonym(secret, row[LEARNER])} for row in rows]
    return sorted(known, key=lambda row: str(row[LEARNER]))


class Veil:
    """Stands between the changes of a scenario and the learners that they speak of.

    What comes in by pseudonym goes on by id; what comes back by id goes out by
    pseudonym. An id that comes in is not known: nobody can try out who is there.
    """

    def __init__(self, secret: bytes, learner_ids: Iterable[str]) -> None:
        self._ids = {pseudonym(secret, each): str(each) for each in learner_ids}
        self._seen: dict[str, str] = {}

    def lifted(self, changes: Sequence[Mapping[str, Any]]) -> list[Json]:
        """Changes by id.

        Raises
        ------
        ScenarioError
            A pseudonym stands for nobody.
        """
        return [self._lifted(each) for each in changes]

    def over(self, text: str) -> str:
        """A text with pseudonyms in the place of the ids that were named."""
        for learner_id, shown in self._seen.items():
            alone = rf"(?<![\w+-]){re.escape(learner_id)}(?![\w+-])"
            text = re.sub(alone, shown, text)
        return text

    def over_comparison(self, content: Mapping[str, Any]) -> Json:
        """A comparison without persons: of their rows it is told how many changed."""
        shown = dict(content)
        shown.pop("own_learners", None)
        for name in ("applied", "applied_to_base"):
            shown[name] = [self._applied(each) for each in content[name]]
        return shown

    def _lifted(self, change: Mapping[str, Any]) -> Json:
        named = change.get(LEARNER)
        if not isinstance(named, str):
            return dict(change)
        if change.get("kind") == _NEW_LEARNER:
            # Never the id of somebody: whether it is taken would tell who is there.
            return {**change, LEARNER: f"+{named}"}
        if named not in self._ids:
            message = f'"{named}" is no pseudonym of this run'
            dutch = f'"{named}" is geen pseudoniem van dit plan'
            raise ScenarioError(message, dutch)
        self._seen[self._ids[named]] = named
        return {**change, LEARNER: self._ids[named]}

    def _applied(self, change: Mapping[str, Any]) -> Json:
        text = {name: self.over(said) for name, said in change["text"].items()}
        counts: dict[str, int] = {}
        edits = []
        for edit in change["edits"]:
            table = edit.get("table")
            if table in _OF_PERSONS:
                counts[table] = counts.get(table, 0) + 1
            else:
                edits.append(edit)
        return {**change, "text": text, "edits": edits, "rows_about_learners": counts}
