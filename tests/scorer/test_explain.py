"""Explanations: facts that add up, and words of growth in both languages."""

import numpy as np
import pytest

from matcher.scorer import explain_chance, explanation_to_text
from matcher.scorer.features import history_features
from matcher.scorer.inputs import INPUTS
from tests.scorer.histories import drawn, trained


@pytest.mark.parametrize("row", range(0, 3000, 271))
def test_parts_add_up_to_the_chance(row):
    features = history_features(drawn().history)
    found = explain_chance(trained().scorer, features, row)
    total = found.base + sum(part.points for part in found.contributions) / 100
    assert total == pytest.approx(found.chance)
    assert found.chance == pytest.approx(trained().scorer.chance(features)[row])
    assert [part.input for part in found.contributions] == [i.name for i in INPUTS]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_unknown_is_told_as_something_to_fill_in(language):
    features = history_features(drawn().history)
    row = int(np.flatnonzero(np.isnan(features.column("coverage")))[0])
    text = explanation_to_text(
        explain_chance(trained().scorer, features, row), language
    )
    hint = {"nl": "nog niet bekend", "en": "not known yet"}[language]
    (line,) = [each for each in text.splitlines() if hint in each]
    word = next(i for i in INPUTS if i.name == "coverage")
    assert (word.nl if language == "nl" else word.en) in line
    assert text.count("\n") == len(INPUTS) + 2


def test_numbers_are_written_as_the_language_does():
    features = history_features(drawn().history)
    row = int(np.flatnonzero(features.column("mentor_years") % 1 > 0.05)[0])
    explanation = explain_chance(trained().scorer, features, row)
    years = f"{features.column('mentor_years')[row]:.2f}".rstrip("0")
    english = explanation_to_text(explanation, "en")
    dutch = explanation_to_text(explanation, "nl")
    assert f"years since the mentor training: {years}" in english
    assert f"jaren sinds de mentoropleiding: {years.replace('.', ',')}" in dutch
    assert f"{100 * explanation.chance:.1f}".replace(".", ",") in dutch
