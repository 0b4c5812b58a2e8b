import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from matcher.dataset import read_tables
from matcher.region import RegionError, RegionParams, generate_region

TABLES = {
    *("periods", "trajectories", "competences", "contexts", "sites", "enterprises"),
    *("recognitions", "offers", "mentors", "requirements", "courses", "learners"),
    *("support_needs", "abilities", "acquired", "preferences", "placements"),
    *("travel", "guidance", "scores"),
}


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    out = tmp_path_factory.mktemp("region") / "gent"
    card = generate_region(out, learners=120, seed=7, extent="arrondissement:Gent")
    return out, card


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_table_is_there_with_rows(region):
    out, card = region
    assert {t.file for t in card.tables} == {f"{name}.csv" for name in TABLES}
    for written in card.tables:
        lines = (out / written.file).read_text("utf-8").splitlines()
        assert len(lines) == written.num_rows + 1 > 1


def test_region_reads_without_a_finding(region):
    outcome = read_tables(region[0])
    assert outcome.findings == ()
    assert outcome.dataset is not None
    assert len(outcome.dataset.learners) == 120


def test_same_seed_writes_the_same_bytes(region, tmp_path):
    generate_region(tmp_path, learners=120, seed=7, extent="arrondissement:Gent")
    assert content(tmp_path) == content(region[0])


def test_other_seed_writes_other_learners_and_sites(region, tmp_path):
    generate_region(tmp_path, learners=120, seed=8, extent="arrondissement:Gent")
    other, here = content(tmp_path), content(region[0])
    same = {name for name in here if other[name] == here[name]}
    assert same == {
        "periods.csv",
        "trajectories.csv",
        "competences.csv",
        "contexts.csv",
        "LEESMIJ.txt",
    }


def test_offers_keep_their_draw_when_other_shares_change(region, tmp_path):
    params = RegionParams(support_share=0.3, signed_share=0)
    generate_region(
        tmp_path, learners=120, seed=7, extent="arrondissement:Gent", params=params
    )
    assert content(tmp_path)["offers.csv"] == content(region[0])["offers.csv"]
    assert b"signed" not in content(tmp_path)["placements.csv"]


def test_card_names_seed_and_digest_of_every_file(region):
    out, card = region
    told = tomllib.loads((out / "dataset.toml").read_text("utf-8"))
    assert told["synthetic"] is True
    assert (told["seed"], told["learners"]) == (7, 120)
    assert told["extent"] == "arrondissement:Gent"
    assert told["as_of"].isoformat() < "2026-09-01"
    files = {path.name: sha256(path.read_bytes()).hexdigest() for path in
             out.glob("*.csv")}  # fmt: skip
    assert told["sha256"] == files == {t.file: t.sha256 for t in card.tables}
    assert "SYNTHETISCHE" in (out / "LEESMIJ.txt").read_text("utf-8")


def test_files_end_lines_the_same_everywhere(region):
    for name, data in content(region[0]).items():
        assert b"\r" not in data, name
        assert data.endswith(b"\n"), name
        data.decode("ascii" if name.endswith(".csv") else "utf-8")


def test_no_cell_holds_a_national_register_number(region):
    for written in region[1].tables:
        for line in (region[0] / written.file).read_text("utf-8").splitlines():
            for cell in line.split(","):
                digits = re.sub(r"[ .\-]", "", cell)
                assert not re.fullmatch(r"\d{11}", digits), (written.file, cell)


@pytest.mark.parametrize("learners", [1, 4, 15])
def test_small_regions_read_without_a_finding(tmp_path, learners):
    generate_region(tmp_path, learners=learners, seed=3)
    outcome = read_tables(tmp_path)
    assert outcome.findings == ()


@pytest.mark.parametrize(
    ("learners", "level"),
    [(150, "arrondissement:"), (151, "provincie:"), (1501, "vlaanderen")],
)
def test_extent_grows_with_the_learners(tmp_path, learners, level):
    card = generate_region(tmp_path, learners=learners, seed=11)
    assert card.extent.startswith(level)


def test_trainings_grow_with_the_learners(tmp_path):
    params = RegionParams(trainings=13)
    assert generate_region(tmp_path / "a", learners=300, seed=1).num_trainings == 10
    assert generate_region(tmp_path / "b", learners=1000, seed=1).num_trainings == 21
    card = generate_region(tmp_path / "c", learners=50, seed=1, params=params)
    assert card.num_trainings == 13


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"learners": 0, "seed": 1}, "Learners"),
        ({"learners": 5, "seed": -1}, "Seed"),
        ({"learners": 5, "seed": 1, "extent": "Gent"}, "arrondissement:Gent"),
    ],
)
def test_what_cannot_be_made_is_refused_before_writing(tmp_path, arguments, words):
    with pytest.raises(RegionError, match=words):
        generate_region(tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "learners.csv").write_text("mine")
    with pytest.raises(RegionError, match="nothing was written"):
        generate_region(tmp_path, learners=5, seed=1)
    assert content(tmp_path) == {"learners.csv": b"mine"}


def test_earlier_region_is_replaced(tmp_path):
    generate_region(tmp_path, learners=5, seed=1)
    generate_region(tmp_path, learners=5, seed=2)
    assert "seed = 2" in (tmp_path / "dataset.toml").read_text("utf-8")


@pytest.mark.parametrize(
    "knobs",
    [
        {"support_share": 1.2},
        {"signed_share": float("nan")},
        {"sites_per_learner": -1},
        {"trainings": 0},
        {"offer_low": 0.9, "offer_high": 0.5},
    ],
)
def test_knob_out_of_range_is_named(knobs):
    with pytest.raises(RegionError, match=next(iter(knobs))):
        RegionParams(**knobs)


def test_example_in_the_repository_is_what_the_generator_writes(tmp_path):
    example = Path(__file__).parents[2] / "scenarios/data/voorbeeld"
    generate_region(
        tmp_path,
        learners=120,
        seed=1,
        extent="arrondissement:Gent",
        params=RegionParams(sites_per_learner=4.5),
    )
    assert content(tmp_path) == content(example)
