"""Faults of a policy file: all at once, in Dutch and in English."""

import pytest

from matcher.errors import PolicyError
from matcher.policy import read_policy

FAULTS = (
    ("gep = 1", '"gep" is no key of the policy, perhaps "gap"', "geen sleutel"),
    ("gap = -1", '"gap" is -1, expected a number of 0 or more', "een getal van 0"),
    ("[travel]\ndetour = 0", "expected a number above 0", "een getal boven 0"),
    ("travel = 1", '"travel" is 1, expected a table', "verwacht: een tabel"),
    ('untrained_mentor = "x"', 'expected "forbid" or "warn"', '"forbid" of "warn"'),
    ("success_model = 1", "expected the path of a folder", "het pad van een map"),
    (
        "[travel.modes.step]\naccess = 1",
        '"travel.modes.step.speed" is missing for a new mode',
        '"travel.modes.step.speed" ontbreekt bij een nieuw vervoermiddel',
    ),
    ("gap = ", "cannot be read", "is niet te lezen"),
)


@pytest.mark.parametrize(("text", "english", "dutch"), FAULTS)
def test_a_fault_is_told_in_two_languages(tmp_path, text, english, dutch):
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_policy(path)
    assert english in caught.value.text("en")
    assert dutch in caught.value.text("nl")
    assert dutch not in caught.value.text("en") or dutch in text


def test_every_fault_is_told_at_once(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text("gep = 1\ngap = -1", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_policy(path)
    for language, first in (("nl", "Beleid: "), ("en", "Policy: ")):
        said = caught.value.text(language)
        assert said.startswith(first)
        assert said.count(";") == 1
