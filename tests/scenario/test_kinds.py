"""Each kind of change does what it says to the files, and refuses what it cannot."""

import re
from datetime import date

import numpy as np
import pytest

from matcher.errors import ScenarioError
from matcher.scenario import KINDS, World, apply_changes
from matcher.scenario.explain import effects
from matcher.scenario.parse import change_of
from matcher.scenario.words import worded
from matcher.travel import great_circle_km, postcode_points
from tests.scenario.small import applied, difference, rows, small, world

# kind, fields, rows that go, rows that come
DOES = [
    (
        {"kind": "site_closes", "site_id": "S1"},
        {
            "recognitions: S1,T1,,2027-03-14",
            "recognitions: S1,T2,2026-01-01",
            "placements: L1,P1,S1,M1,signed",
            "placements: L1,P2,S1,M1,signed",
        },
        set(),
    ),
    (
        {"kind": "site_closes", "site_id": "S1", "from_period": "P2"},
        {
            "recognitions: S1,T1,,2027-03-14",
            "recognitions: S1,T2,2026-01-01",
            "placements: L1,P2,S1,M1,signed",
        },
        {
            "recognitions: S1,T1,,2026-11-22",
            "recognitions: S1,T2,2026-01-01,2026-11-22",
        },
    ),
    (
        {
            "kind": "site_closes",
            "site_id": "S1",
            "from_period": "P2",
            "to_period": "P2",
        },
        {
            "recognitions: S1,T1,,2027-03-14",
            "recognitions: S1,T2,2026-01-01",
            "placements: L1,P2,S1,M1,signed",
        },
        {
            "recognitions: S1,T1,,2026-11-22",
            "recognitions: S1,T2,2026-01-01,2026-11-22",
            "recognitions: S1,T2,2027-03-15",
        },
    ),
    (
        {"kind": "site_closes", "site_id": "S2", "to_period": "P1"},
        {"recognitions: S2,T2"},
        {"recognitions: S2,T2,2026-11-23"},
    ),
    (
        {
            "kind": "site_added",
            "site_id": "S9",
            "name": "Nieuw",
            "postcode": "9000",
            "capacity": 2,
            "trajectories": ["T1"],
            "mentor_hours": 6,
        },
        set(),
        {
            "sites: S9,,Nieuw,9000,,,2",
            "recognitions: S9,T1",
            "offers: S9,T1,K1",
            "offers: S9,T1,K2",
            "offers: S9,T1,X1",
            "mentors: S9-mentor,S9,2,6,,2026-09-01",
        },
    ),
    (
        {"kind": "site_copied", "site_id": "S2", "new_id": "S8", "postcode": "9050"},
        set(),
        {
            "sites: S8,E2,Rusthuis,9050,,,1",
            "recognitions: S8,T2",
            "offers: S8,T2,Z1",
            "mentors: M3-S8,S8,1,,,2020-01-01,,2027-06-30",
        },
    ),
    (
        {"kind": "site_capacity", "site_id": "S2", "capacity": 3},
        {"sites: S2,E2,Rusthuis,9040,,,1"},
        {"sites: S2,E2,Rusthuis,9040,,,3"},
    ),
    (
        {"kind": "enterprise_limit", "enterprise_id": "E1", "max_learners": 1},
        set(),
        {"enterprises: enterprise_id,name,max_learners", "enterprises: E1,,1"},
    ),
    (
        {"kind": "mentor_leaves", "mentor_id": "M1", "from_period": "P2"},
        {"mentors: M1,S1,2,8,,2020-01-01", "placements: L1,P2,S1,M1,signed"},
        {
            "mentors: M1,S1,2,8,,2020-01-01,,2026-11-22",
            "placements: L1,P2,S1,,proposed",
        },
    ),
    (
        {"kind": "mentor_leaves", "mentor_id": "M2"},
        {"mentors: M2,S1,1,,,,2026-11-23"},
        {"mentors: M2,S1,0,,,,2026-11-23"},
    ),
    (
        {"kind": "mentor_absent", "mentor_id": "M3", "periods": ["P2"]},
        set(),
        {"placements: L3,P2,S2,M3,refused"},
    ),
    (
        {"kind": "mentor_absent", "mentor_id": "M1", "periods": ["P1"]},
        {"placements: L1,P1,S1,M1,signed"},
        {
            "placements: L1,P1,S1,,proposed",
            "placements: L1,P1,S1,M1,refused",
            "placements: L2,P1,S1,M1,refused",
            "placements: L3,P1,S1,M1,refused",
        },
    ),
    (
        {"kind": "mentor_time", "mentor_id": "M1", "hours_per_week": 4},
        {"mentors: M1,S1,2,8,,2020-01-01"},
        {"mentors: M1,S1,2,4,,2020-01-01"},
    ),
    (
        {
            "kind": "recognition_granted",
            "site_id": "S2",
            "trajectory_id": "T1",
            "competences": ["K1"],
        },
        set(),
        {"recognitions: S2,T1", "offers: S2,T1,K1"},
    ),
    (
        {"kind": "recognition_granted", "site_id": "S2", "trajectory_id": "T1"},
        set(),
        {
            "recognitions: S2,T1",
            "offers: S2,T1,K1",
            "offers: S2,T1,K2",
            "offers: S2,T1,X1",
        },
    ),
    (
        {
            "kind": "recognition_withdrawn",
            "site_id": "S1",
            "trajectory_id": "T2",
            "from_period": "P3",
        },
        {"recognitions: S1,T2,2026-01-01"},
        {"recognitions: S1,T2,2026-01-01,2027-03-14"},
    ),
    (
        {
            "kind": "recognition_restricted",
            "site_id": "S1",
            "trajectory_id": "T1",
            "competences": ["X1"],
        },
        {"offers: S1,T1,X1"},
        set(),
    ),
    (
        {"kind": "recognition_prolonged", "trajectory_id": "T1"},
        {"recognitions: S1,T1,,2027-03-14"},
        {"recognitions: S1,T1"},
    ),
    (
        {
            "kind": "offer_added",
            "site_id": "S1",
            "trajectory_id": "T1",
            "competence_id": "K2",
            "from_period": "P2",
        },
        set(),
        {"offers: S1,T1,K2,P2"},
    ),
    (
        {"kind": "course_moved", "course_id": "C1", "period_id": "P1"},
        {"courses: C1,T1,K2,P3,2"},
        {"courses: C1,T1,K2,P1,2"},
    ),
    (
        {"kind": "course_seats", "course_id": "C1", "seats": 5},
        {"courses: C1,T1,K2,P3,2"},
        {"courses: C1,T1,K2,P3,5"},
    ),
    (
        {
            "kind": "course_added",
            "course_id": "C2",
            "trajectory_id": "T1",
            "competence_id": "K2",
            "period_id": "P1",
            "seats": 1,
        },
        set(),
        {"courses: C2,T1,K2,P1,1"},
    ),
    (
        {"kind": "intake_grows", "seed": 1, "count": 1, "area": ["904"]},
        set(),
        {
            "learners: L2+1,T1,Q1,9040,,,,pt,60",
            "support_needs: L2+1,rustige_plek,2,false",
            "acquired: L2+1,K1",
        },
    ),
    (
        {"kind": "intake_shrinks", "seed": 1, "count": 1, "trajectory_id": "T1"},
        {
            "learners: L2,T1,Q1,9040,,,,pt,60",
            "support_needs: L2,rustige_plek,2,false",
            "support_needs: learner_id,need,level,required",
            "acquired: L2,K1",
            "acquired: learner_id,competence_id",
        },
        set(),
    ),
    (
        {"kind": "drop_outs", "seed": 1, "share": 1.0, "trajectory_id": "T2"},
        {"learners: L3,T2,Q2,9050", "placements: L3,P2,S2,M3,proposed"},
        set(),
    ),
    (
        {
            "kind": "learner_added",
            "learner_id": "L9",
            "trajectory_id": "T2",
            "postcode": "9000",
            "modes": ["bike"],
        },
        set(),
        {"learners: L9,T2,,9000,,,,bike"},
    ),
    (
        {"kind": "learner_leaves", "learner_id": "L1"},
        {
            "learners: L1,T1,Q1,9000,,,,bike|pt,60",
            "placements: L1,P1,S1,M1,signed",
            "placements: L1,P2,S1,M1,signed",
            "travel: L1,S1,12",
            "travel: learner_id,site_id,minutes",
        },
        set(),
    ),
    (
        {"kind": "mode_lost", "mode": "pt", "area": ["9040", "9050"]},
        {"learners: L2,T1,Q1,9040,,,,pt,60", "learners: L3,T2,Q2,9050"},
        {"learners: L2,T1,Q1,9040,,,,walk,60", "learners: L3,T2,Q2,9050,,,,bike"},
    ),
    (
        {"kind": "block_pattern", "trajectory_id": "T2", "min_block_weeks": 23},
        {"trajectories: T2,Zorg,,,,3,2,10"},
        {"trajectories: T2,Zorg,,,,3,2,23"},
    ),
    (
        {
            "kind": "placement_signed",
            "learner_id": "L2",
            "site_id": "S1",
            "mentor_id": "M1",
            "periods": ["P1"],
        },
        set(),
        {"placements: L2,P1,S1,M1,signed"},
    ),
    (
        {"kind": "placement_refused", "learner_id": "L2", "site_id": "S1"},
        set(),
        {"placements: L2,,S1,,refused"},
    ),
    (
        {"kind": "placement_released", "learner_id": "L1", "periods": ["P2"]},
        {"placements: L1,P2,S1,M1,signed"},
        set(),
    ),
    (
        {"kind": "mentor_trained", "mentor_id": "M2", "on": "2026-09-01"},
        {"mentors: M2,S1,1,,,,2026-11-23"},
        {"mentors: M2,S1,1,,,2026-09-01,2026-11-23"},
    ),
]

REFUSES = [
    ({"kind": "site_closes", "site_id": "S3"}, "S3"),
    ({"kind": "site_closes", "site_id": "S1", "from_period": "P9"}, "P9"),
    (
        {
            "kind": "site_closes",
            "site_id": "S1",
            "from_period": "P3",
            "to_period": "P1",
        },
        "P3",
    ),
    (
        {
            "kind": "site_added",
            "site_id": "S1",
            "name": "Nieuw",
            "postcode": "9000",
            "capacity": 2,
            "trajectories": ["T1"],
        },
        "S1",
    ),
    ({"kind": "site_copied", "site_id": "S1", "new_id": "S2"}, "S2"),
    ({"kind": "site_capacity", "site_id": "S1", "capacity": -1}, "-1"),
    ({"kind": "enterprise_limit", "enterprise_id": "E9", "max_learners": 1}, "E9"),
    ({"kind": "mentor_leaves", "mentor_id": "M9"}, "M9"),
    ({"kind": "mentor_absent", "mentor_id": "M1", "periods": ["P7"]}, "P7"),
    ({"kind": "mentor_trained", "mentor_id": "M1", "on": "2026-09-01"}, "2020-01-01"),
    ({"kind": "mentor_time", "mentor_id": "M1"}, "hours_per_week"),
    (
        {"kind": "recognition_granted", "site_id": "S2", "trajectory_id": "T2"},
        "already",
    ),
    (
        {"kind": "recognition_withdrawn", "site_id": "S2", "trajectory_id": "T1"},
        "T1",
    ),
    (
        {
            "kind": "recognition_restricted",
            "site_id": "S1",
            "trajectory_id": "T1",
            "competences": ["K2"],
        },
        "K2",
    ),
    ({"kind": "recognition_prolonged", "trajectory_id": "T2"}, "later"),
    (
        {
            "kind": "offer_added",
            "site_id": "S1",
            "trajectory_id": "T1",
            "competence_id": "K3",
        },
        "K3",
    ),
    ({"kind": "course_moved", "course_id": "C1", "period_id": "P8"}, "P8"),
    ({"kind": "course_seats", "course_id": "C7", "seats": 1}, "C7"),
    (
        {
            "kind": "course_added",
            "course_id": "C1",
            "trajectory_id": "T1",
            "competence_id": "K2",
            "period_id": "P1",
            "seats": 1,
        },
        "C1",
    ),
    ({"kind": "intake_grows", "seed": 1}, "share"),
    ({"kind": "intake_grows", "seed": 1, "count": 1, "area": ["8"]}, "8"),
    ({"kind": "intake_shrinks", "seed": 1, "count": 3}, "2 can"),
    ({"kind": "drop_outs", "seed": 1, "share": -0.5}, "-"),
    (
        {
            "kind": "learner_added",
            "learner_id": "L1",
            "trajectory_id": "T1",
            "postcode": "9000",
        },
        "L1",
    ),
    ({"kind": "learner_leaves", "learner_id": "L8"}, "L8"),
    ({"kind": "travel_slower", "mode": "kar", "factor": 2}, "kar"),
    ({"kind": "travel_slower", "mode": "pt", "factor": 0.5}, "faster"),
    ({"kind": "travel_slower", "mode": "pt"}, "slower"),
    ({"kind": "mode_lost", "mode": "car"}, "car"),
    ({"kind": "block_pattern", "trajectory_id": "T1"}, "max_sites"),
    ({"kind": "policy_set", "key": "gapp", "value": 1}, "gapp"),
    ({"kind": "policy_set", "key": "gap", "value": -1}, "gap"),
    (
        {
            "kind": "placement_signed",
            "learner_id": "L1",
            "site_id": "S1",
            "mentor_id": "M1",
            "periods": ["P1"],
        },
        "already",
    ),
    (
        {
            "kind": "placement_refused",
            "learner_id": "L1",
            "site_id": "S1",
            "mentor_id": "M3",
        },
        "M3",
    ),
    ({"kind": "placement_released", "learner_id": "L2"}, "L2"),
    ({"kind": "mentor_absent", "mentor_id": "M1", "periods": []}, "periods"),
    (
        {"kind": "site_capacity", "site_id": "S1", "capacity": -1},
        'change 1: capacity would be "-1", expected a whole number',
    ),
    (
        {"kind": "block_pattern", "trajectory_id": "T1", "days_per_week": 9},
        "change 1: days_per_week",
    ),
    (
        {
            "kind": "site_added",
            "site_id": "S9",
            "name": "Nieuw",
            "postcode": "0001",
            "capacity": 2,
            "trajectories": ["T1"],
        },
        "0001",
    ),
    (
        {"kind": "site_copied", "site_id": "S1", "new_id": "S8", "postcode": "0001"},
        "0001",
    ),
    (
        {
            "kind": "learner_added",
            "learner_id": "L9",
            "trajectory_id": "T1",
            "postcode": "0001",
        },
        "0001",
    ),
    (
        {
            "kind": "course_added",
            "course_id": "C2",
            "trajectory_id": "T1",
            "competence_id": "K2",
            "period_id": "P1",
            "seats": 1,
            "postcode": "0001",
        },
        "0001",
    ),
]


def of(table):
    """A change as TOML would give it: dates are dates."""
    return {
        key: date.fromisoformat(value) if key == "on" else value
        for key, value in table.items()
    }


@pytest.mark.parametrize(("change", "gone", "come"), DOES)
def test_change_does_to_the_files_what_it_says_and_no_more(change, gone, come):
    assert difference(of(change)) == (gone, come)


@pytest.mark.parametrize(("change", "fact"), REFUSES)
def test_change_refuses_what_it_cannot_do_and_names_the_fact(change, fact):
    with pytest.raises(ScenarioError) as refused:
        applied(of(change))
    assert fact in str(refused.value)
    assert '"test"' in str(refused.value)


def test_every_kind_is_shown_to_work_and_to_refuse():
    of_policy = {"policy_set", "travel_slower"}
    assert {change["kind"] for change, *_ in DOES} | of_policy == set(KINDS)
    assert {change["kind"] for change, _ in REFUSES} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sentence_in_both_languages(kind):
    examples = [of(change) for change, *_ in DOES if change["kind"] == kind]
    examples += {
        "policy_set": [{"kind": kind, "key": "gap", "value": 300}],
        "travel_slower": [{"kind": kind, "mode": "pt", "factor": 1.5}],
    }.get(kind, [])
    for example in examples:
        said = applied(example).changes[0].said
        assert said.nl != said.en
        for value in example.values():
            if isinstance(value, str) and value[0].isupper() and len(value) == 2:
                assert value in said.nl
                assert value in said.en


@pytest.mark.parametrize("kind", ["travel_slower", "mode_lost"])
def test_sentence_says_the_way_to_travel_in_words(kind):
    more = {"factor": 1.5} if kind == "travel_slower" else {}
    (change,) = applied(of({"kind": kind, "mode": "pt", **more})).changes
    assert "met bus, tram of trein" in change.said.nl
    assert "by public transport" in change.said.en


def test_policy_change_leaves_the_data_alone():
    made = applied(
        {"kind": "policy_set", "key": "travel.max_minutes", "value": 50},
        {"kind": "policy_set", "key": "gap", "value": 300},
    )
    assert made.policy.travel.max_minutes == 50
    assert made.policy.gap == 300
    assert made.policy.course == 20
    assert made.dataset.sha256 == small().sha256


def test_slower_travel_everywhere_changes_the_policy():
    made = applied(
        {"kind": "travel_slower", "mode": "pt", "factor": 2, "extra_minutes": 5}
    )
    assert made.policy.travel.modes["pt"].speed == 12.5
    assert made.policy.travel.modes["pt"].access == 17
    assert made.policy.travel.modes["bike"].speed == 16


def test_slower_travel_of_an_area_writes_the_new_minutes_of_its_learners_alone():
    gone, come = difference(
        {"kind": "travel_slower", "mode": "pt", "factor": 2, "area": ["904"]}
    )
    unknown = np.full(2, np.nan)
    postcodes = np.array(["9040", "9000"], dtype=object)
    lat, lon = postcode_points().locate(postcodes, unknown, unknown)
    (km,) = great_circle_km(lat[:1], lon[:1], lat[1:], lon[1:]).tolist()
    assert gone == set()
    (row,) = come
    learner_id, site_id, minutes = row.removeprefix("travel: ").split(",")
    assert (learner_id, site_id) == ("L2", "S1")
    assert float(minutes) == pytest.approx(12 + 60 * 1.3 * km / 12.5)


def test_order_of_changes_means_nothing():
    changes = [of(change) for change, *_ in (DOES[1], DOES[6], DOES[19], DOES[29])]
    one, other = applied(*changes), applied(*reversed(changes))
    assert rows(one.dataset) == rows(other.dataset)
    assert one.dataset.sha256 == other.dataset.sha256


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DOES[6][0], {"kind": "site_capacity", "site_id": "S2", "capacity": 3}),
        (DOES[1][0], {"kind": "recognition_prolonged", "site_id": "S1"}),
        (DOES[0][0], {"kind": "placement_released", "learner_id": "L1"}),
        (DOES[19][0], DOES[19][0]),
        (
            {"kind": "policy_set", "key": "travel.modes.pt.speed", "value": 20},
            {"kind": "travel_slower", "mode": "pt", "factor": 2},
        ),
        (DOES[10][0], DOES[10][0]),
    ],
)
def test_two_changes_of_one_fact_are_refused_and_both_named(one, other):
    with pytest.raises(ScenarioError) as refused:
        applied(one, other)
    assert "change 1" in str(refused.value)
    assert "change 2" in str(refused.value)


COMES = {"kind": "intake_grows", "seed": 1, "count": 1, "trajectory_id": "T2"}
GRANTED = {"kind": "recognition_granted", "site_id": "S2", "trajectory_id": "T1"}
SLOWER = {"kind": "travel_slower", "mode": "pt", "factor": 2, "area": ["904"]}


@pytest.mark.parametrize(
    ("change", "adds"),
    [
        ({"kind": "mentor_absent", "mentor_id": "M3", "periods": ["P2"]}, COMES),
        ({"kind": "mentor_absent", "mentor_id": "M3", "periods": ["P2"]}, GRANTED),
        ({"kind": "mode_lost", "mode": "bike", "area": ["9050"]}, COMES),
        ({"kind": "site_closes", "site_id": "S2"}, GRANTED),
        (
            {"kind": "recognition_withdrawn", "site_id": "S1", "trajectory_id": "T1"},
            {
                "kind": "recognition_granted",
                "site_id": "S1",
                "trajectory_id": "T1",
                "valid_from": date(2027, 4, 1),
            },
        ),
        (SLOWER, {"kind": "site_copied", "site_id": "S1", "new_id": "S8"}),
        (
            SLOWER,
            {
                "kind": "learner_added",
                "learner_id": "L9",
                "trajectory_id": "T1",
                "postcode": "9040",
            },
        ),
    ],
)
def test_change_about_what_another_one_adds_is_refused_and_both_named(change, adds):
    applied(change)
    applied(adds)
    with pytest.raises(ScenarioError, match=r"change 1 does not reach .* change 2"):
        applied(change, adds)
    with pytest.raises(ScenarioError, match=r"change 2 does not reach .* change 1"):
        applied(adds, change)


@pytest.mark.parametrize(
    ("change", "adds"),
    [
        ({"kind": "mentor_absent", "mentor_id": "M3", "periods": ["P2"]}, DOES[23][0]),
        ({"kind": "mode_lost", "mode": "pt", "area": ["9040"]}, COMES),
        ({"kind": "site_closes", "site_id": "S1"}, GRANTED),
        ({"kind": "travel_slower", "mode": "pt", "factor": 2}, COMES),
    ],
)
def test_changes_that_do_not_meet_go_together(change, adds):
    assert len(applied(change, adds).changes) == 2


@pytest.mark.parametrize("kind", ["drop_outs", "intake_shrinks", "intake_grows"])
def test_drawing_nobody_is_a_point_of_a_sweep_and_no_fault(kind):
    made = applied({"kind": kind, "seed": 1, "share": 0.01})
    assert made.changes[0].edits == ()
    assert made.dataset.sha256 == small().sha256
    assert effects(made.changes[0].edits).nl == "er verandert niets"


def test_value_that_stays_is_told_as_no_change():
    (made,) = applied({"kind": "course_seats", "course_id": "C1", "seats": 2}).changes
    assert effects(made.edits).en == "nothing changes"


def test_draws_of_one_seed_are_the_same_and_nested():
    def drawn(count, seed):
        gone, _ = difference({"kind": "drop_outs", "seed": seed, "count": count})
        return {line for line in gone if line.startswith("learners")}

    assert drawn(1, 5) == drawn(1, 5)
    assert drawn(1, 5) < drawn(2, 5) < drawn(3, 5)
    assert len({frozenset(drawn(1, seed)) for seed in range(12)}) == 3


def test_empty_scenario_is_the_very_dataset():
    here = world()
    made = apply_changes(here, (), "empty")
    assert made.dataset is here.dataset
    assert made.policy is here.policy
    assert made.changes == ()


def test_all_faults_of_a_scenario_are_named_at_once():
    with pytest.raises(ScenarioError) as refused:
        applied(
            {"kind": "site_closes", "site_id": "S3"},
            {"kind": "mentor_leaves", "mentor_id": "M7"},
        )
    assert "S3" in str(refused.value)
    assert "M7" in str(refused.value)


def test_edits_are_made_against_the_base_alone():
    """A change cannot build on another one of its scenario."""
    added = DOES[4][0]
    with pytest.raises(ScenarioError, match="S9"):
        applied(added, {"kind": "site_capacity", "site_id": "S9", "capacity": 4})


def test_world_names_the_id_that_was_probably_meant():
    region = World(dataset=small(), policy=world().policy)
    with pytest.raises(ScenarioError, match="did you mean"):
        list(change_of({"kind": "learner_leaves", "learner_id": "l1"}).edits(region))


def test_every_sentence_has_both_languages():
    assert worded("always").nl != worded("always").en


REFUSED = [change for change, _ in REFUSES if change["kind"] != "policy_set"]
ENGLISH = re.compile(r"\b(Expected|expected|has no|already|would|nobody|did you)\b")


@pytest.mark.parametrize("change", REFUSED)
def test_refusal_is_told_in_dutch_as_well(change):
    """As long as it is, with the same ids, and without a word of the English one."""
    with pytest.raises(ScenarioError) as refused:
        applied(of(change))
    dutch, english = refused.value.dutch, str(refused.value)
    assert dutch != english
    assert not ENGLISH.search(dutch)
    assert set(re.findall(r'"[^"]+"', english)) - set(
        re.findall(r'"[^"]+"', dutch)
    ) <= {f'"{change.get("mode")}"'}


def test_refusal_of_two_that_touch_one_fact_is_told_in_dutch():
    with pytest.raises(ScenarioError) as refused:
        applied(
            {"kind": "site_capacity", "site_id": "S1", "capacity": 1},
            {"kind": "site_capacity", "site_id": "S1", "capacity": 2},
        )
    assert "raken allebei aan" in refused.value.dutch
    assert "both touch" in str(refused.value)


def test_policy_that_cannot_be_read_is_told_in_dutch():
    with pytest.raises(ScenarioError) as refused:
        applied(of({"kind": "policy_set", "key": "gap", "value": -1}))
    assert "het beleid aanvaardt gap = -1" in refused.value.dutch
