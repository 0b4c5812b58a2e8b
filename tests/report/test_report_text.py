import re
import string
from pathlib import Path

import numpy as np
import pytest

import matcher.report
from matcher.dataset import Phrase
from matcher.problem.run_record import COMPONENTS
from matcher.report.coverage import WAYS
from matcher.report.headline import STOP_REASONS
from matcher.report.text import (
    Rounded,
    rounded_down,
    rounded_up,
    said,
    said_day,
    said_reason,
    shown,
    texts,
)
from tests.report.sample_records import REASONS

ROOM = Path(matcher.report.__file__).parent
BUILT_KEYS = {
    *(f"reason_{code}" for code in REASONS),
    *COMPONENTS,
    *(f"{term}_means" for term in COMPONENTS),
    *(f"way_{way}" for way in WAYS),
    *(f"stopped_{reason}" for reason in (*STOP_REASONS, "other")),
}
"""Keys that code puts together from codes."""


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(texts()))
def test_every_text_says_the_same_facts_in_both_languages(key: str):
    text = texts()[key]
    assert text.nl.strip()
    assert text.en.strip()
    assert _facts(text.nl) == _facts(text.en)
    assert text.nl.count(" // ") == text.en.count(" // ") <= 1
    assert all(("n" in _facts(t)) for t in (text.nl, text.en) if " // " in t)


def test_every_key_that_is_used_exists_and_every_key_is_used():
    sources = [*ROOM.glob("*.py"), *ROOM.glob("templates/*.j2")]
    quoted = {
        word
        for source in sources
        for word in re.findall(r'"([a-z_]+)"', source.read_text(encoding="utf-8"))
    }
    called = {
        word
        for source in sources
        for word in re.findall(
            r'(?:words|said|heading)\((?:"[a-z]+", )?"([a-z_]+)"[,)]',
            source.read_text(encoding="utf-8"),
        )
    }
    assert called <= texts().keys()
    assert texts().keys() <= quoted | BUILT_KEYS
    assert texts().keys() >= BUILT_KEYS


@pytest.mark.parametrize(
    ("fact", "nl", "en"),
    [
        (0, "0", "0"),
        (6000, "6.000", "6,000"),
        (12.0, "12", "12"),
        (0.05, "0,05", "0.05"),
        (1234.5, "1.234,5", "1,234.5"),
        (0.1 + 0.2, "0,3", "0.3"),
        (Rounded(value=1234.56), "1.234,6", "1,234.6"),
        (Rounded(value=-0.001, digits=1), "0,0", "0.0"),
        (Rounded(value=33.4, digits=0), "33", "33"),
        ("L1,5", "L1,5", "L1,5"),
    ],
)
def test_numbers_are_written_as_each_language_does(fact: object, nl: str, en: str):
    assert shown(fact) == Phrase(nl=nl, en=en)


def test_one_and_many_are_told_apart():
    assert said("n_learners", n=1).nl == "1 leerling"
    assert said("n_learners", n=0).en == "0 learners"
    assert said("n_learners", n=1200).nl == "1.200 leerlingen"


def test_a_reason_that_nobody_knows_shows_its_code():
    assert "capacity" not in said_reason("capacity").nl
    assert said_reason("moon_phase").nl == "Andere reden (moon_phase)"
    assert said_reason("moon_phase").en == "Another reason (moon_phase)"


def test_days_are_in_words():
    day = np.datetime64("2027-03-05")
    assert said_day(day) == Phrase(nl="5 mrt 2027", en="5 Mar 2027")


def test_limits_are_rounded_to_the_side_on_which_the_claim_stays_true():
    assert rounded_down(99.99, 1).value == 99.9
    assert rounded_up(0.3701, 2).value == 0.38
    assert rounded_up(0.0, 2).value == 0.0
