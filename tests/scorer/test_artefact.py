"""An artefact reads back as it was, and one changed byte is refused."""

import json
import shutil
from hashlib import sha256

import pytest

from matcher.errors import ArtefactError
from matcher.scorer import read_artefact, read_scorer
from matcher.scorer.artefact import check_model_folder, write_sealed
from matcher.scorer.card import write_training
from matcher.scorer.train import train
from tests.scorer.histories import QUICK, drawn, trained


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "voorbeeld"
    write_training(trained(), folder)
    return folder


def test_scorer_reads_back_as_it_was(folder):
    artefact = read_artefact(folder)
    assert artefact.scorer == trained().scorer
    assert artefact.profiles == trained().profiles
    assert artefact.is_synthetic is False


def test_digest_names_the_seal(folder):
    seal = (folder / "SHA256SUMS").read_bytes()
    assert read_scorer(folder).sha256 == sha256(seal).hexdigest()
    assert write_training(trained(), folder) == read_scorer(folder).sha256


def test_same_seed_gives_the_same_bytes_and_another_history_others(folder, tmp_path):
    again = write_training(train(drawn().history, QUICK), tmp_path / "again")
    assert again == read_scorer(folder).sha256
    other = write_training(trained(3000, 2), tmp_path / "other")
    assert other != again


def test_one_changed_byte_in_any_file_is_refused(folder, tmp_path):
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 9
    for name in names:
        for place in (0, 0.5, 1):
            copy = tmp_path / "copy"
            shutil.copytree(folder, copy)
            content = bytearray((copy / name).read_bytes())
            at = min(int(place * len(content)), len(content) - 1)
            content[at] ^= 1
            (copy / name).write_bytes(content)
            with pytest.raises(ArtefactError, match="Success model") as refused:
                read_artefact(copy)
            assert refused.value.dutch.startswith("Scoremodel")
            shutil.rmtree(copy)


@pytest.mark.parametrize("name", ["scorer.json", "card.md", "SHA256SUMS"])
def test_absent_file_is_refused(name, folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).unlink()
    with pytest.raises(ArtefactError, match=name):
        read_artefact(copy)


def resealed(folder, copy, change):
    """A forged artefact: its content changed and its seal made to fit."""
    shutil.copytree(folder, copy)
    content = json.loads((copy / "scorer.json").read_text("utf-8"))
    change(content)
    text = json.dumps(content)
    (copy / "scorer.json").write_text(text, encoding="utf-8")
    digest = sha256(text.encode()).hexdigest()
    (copy / "SHA256SUMS").write_text(f"{digest}  scorer.json\n", encoding="utf-8")
    return copy


def a_forbidden_input(content):
    content["shapes"][0]["input"] = "gender"


def an_input_too_few(content):
    content["shapes"].pop()


def a_later_version(content):
    content["schema_version"] = 2


def a_word_for_a_number(content):
    content["intercept"] = "hoog"


def unknown_that_raises(content):
    content["shapes"][1]["unknown"] = 9.0


@pytest.mark.parametrize(
    "change",
    [
        a_forbidden_input,
        an_input_too_few,
        a_later_version,
        a_word_for_a_number,
        unknown_that_raises,
    ],
)
def test_sealed_artefact_that_breaks_a_promise_is_refused(change, folder, tmp_path):
    from matcher.errors import MatcherError

    with pytest.raises(MatcherError) as refused:
        read_artefact(resealed(folder, tmp_path / "copy", change))
    assert refused.value.dutch != str(refused.value)


def test_file_and_sums_of_something_else_are_left_alone(tmp_path):
    file, downloads = tmp_path / "model", tmp_path / "downloads"
    file.write_text("mine")
    downloads.mkdir()
    (downloads / "SHA256SUMS").write_text("of other files")
    for place in (file, downloads):
        with pytest.raises(ArtefactError, match="something else"):
            check_model_folder(place)
    assert file.read_text() == "mine"


def test_folder_whose_writing_was_stopped_is_written_again(tmp_path):
    folder = tmp_path / "model"
    texts = {"card.md": "card", "scorer.json": "{}"}
    digest = write_sealed(texts, folder)
    (folder / "SHA256SUMS").unlink()
    (folder / "card.md").unlink()
    assert write_sealed(texts, folder) == digest
    assert (folder / "card.md").read_text() == "card"


def test_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "brief.txt").write_text("niet wissen", encoding="utf-8")
    with pytest.raises(ArtefactError, match="nothing was written"):
        write_training(trained(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["brief.txt"]


def test_seal_names_files_of_the_folder_alone(folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "SHA256SUMS").write_text(f"{'0' * 64}  ../brief.txt\n", encoding="utf-8")
    with pytest.raises(ArtefactError, match="brief"):
        read_artefact(copy)


def test_artefact_holds_no_id_of_the_history(folder):
    text = "".join(path.read_text("utf-8") for path in folder.iterdir())
    history = drawn().history
    for ids in (history.placement_id[:50], set(history.school_id)):
        assert [
            each for each in ids if f'"{each}"' in text or f" {each} " in text
        ] == []
