"""The card of a dataset: it says that data are made up, or nothing at all."""

import shutil
import zipfile
from pathlib import Path

import pytest

from matcher.dataset.card import CARD, carry_card, is_synthetic

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "a"
EXAMPLE = Path(__file__).parents[2] / "scenarios" / "data" / "voorbeeld"


def zip_of(path: Path, cards: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in cards.items():
            archive.writestr(name, text)
    return path


def test_the_card_of_a_folder_tells():
    assert is_synthetic(EXAMPLE)
    assert not is_synthetic(SAMPLE)


@pytest.mark.parametrize("name", [CARD, f"regio/{CARD}"])
def test_the_card_of_a_zip_tells(tmp_path, name):
    cards = {"learners.csv": "", name: "synthetic = true\n"}
    assert is_synthetic(zip_of(tmp_path / "r.zip", cards))


@pytest.mark.parametrize(
    "cards",
    [
        {"learners.csv": ""},
        {f"a/b/{CARD}": "synthetic = true\n"},  # where no tables can be
        {CARD: "synthetic = false\n"},
        {CARD: 'synthetic = "true"\n'},
        {CARD: "synthetic = "},
        {CARD: "synthetic = true\na = " + "[" * 20_000},
        {CARD: "#" * 70_000 + "\nsynthetic = true\n"},  # longer than any card
    ],
)
def test_what_does_not_say_so_is_not_taken_for_made_up(tmp_path, cards):
    assert not is_synthetic(zip_of(tmp_path / "r.zip", cards))
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / CARD).write_text(cards.get(CARD, ""), encoding="utf-8")
    assert not is_synthetic(folder)


def test_neither_a_file_of_another_kind_nor_nothing_is_made_up(tmp_path):
    (tmp_path / "r.xlsx").write_bytes(b"no workbook")
    assert not is_synthetic(tmp_path / "r.xlsx")
    assert not is_synthetic(tmp_path / "nothing")


def test_the_card_goes_along_with_what_is_made_of_made_up_data(tmp_path):
    carry_card(SAMPLE, tmp_path)
    assert not (tmp_path / CARD).exists()
    shutil.copy(EXAMPLE / CARD, tmp_path)
    made = tmp_path / "made"
    made.mkdir()
    carry_card(tmp_path, made)
    assert is_synthetic(made)
