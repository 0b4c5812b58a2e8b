"""Each warning, on the edge and one step over it; each in its place."""

import pytest

from matcher.advice import dataset_warnings
from matcher.dataset import Finding
from tests.advice.drawn_plans import problem_of
from tests.checker.small_region import SITE, SmallRegion


def found(region: SmallRegion, code: str, policy=None) -> list[Finding]:
    warnings = dataset_warnings(problem_of(region, policy))
    assert {each.severity for each in warnings} <= {"warning"}
    return [each for each in warnings if each.code == code]


def place(finding: Finding) -> tuple[str | None, int | None, str | None, str | None]:
    return finding.table, finding.row, finding.column, finding.value


def sign(region: SmallRegion, learner_id: str, period_id: str, mentor_id: str):
    return region.add(
        "placements",
        learner_id=learner_id,
        period_id=period_id,
        site_id=mentor_id[0].upper(),
        mentor_id=mentor_id,
        status="signed",
    )


def workplace_only(region: SmallRegion, **cells) -> SmallRegion:
    """The competence `new`, which no site offers unless a test says so."""
    return region.add(
        "competences",
        **{
            "trajectory_id": "T",
            "competence_id": "new",
            "name": "Nieuw",
            "learn_at": "workplace",
            "weeks": 10,
            **cells,
        },
    )


def test_whole_region_has_nothing_to_look_at():
    assert dataset_warnings(problem_of(SmallRegion())) == ()


def test_postcode_without_a_point_is_shown_where_it_stands():
    region = SmallRegion().change("learners", "L2", postcode="9999", lat="", lon="")
    (finding,) = found(region, "postcode_unknown")
    assert place(finding) == ("learners", 2, "postcode", "9999")


@pytest.mark.parametrize(
    ("table", "row_id"), [("learners", "L2"), ("sites", "B"), ("courses", "K2")]
)
def test_postcode_is_looked_at_in_every_table_of_places(table, row_id):
    region = SmallRegion().change(table, row_id, postcode="9999", lat="", lon="")
    assert [place(each)[:2] for each in found(region, "postcode_unknown")] == [
        (table, 2)
    ]
    region.change(table, row_id, postcode="9000")
    assert found(region, "postcode_unknown") == []


def test_postcode_does_not_matter_beside_coordinates():
    region = SmallRegion().change("learners", "L2", postcode="9999")
    assert found(region, "postcode_unknown") == []


@pytest.mark.parametrize(("minutes", "count"), [(30, 0), (30.01, 1)])
def test_learner_without_site_within_the_limit(minutes, count):
    region = SmallRegion().change("learners", "L3", max_travel_minutes=30)
    for site_id in "ABC":
        region.add("travel", learner_id="L3", site_id=site_id, minutes=minutes)
    findings = found(region, "learner_without_site")
    assert len(findings) == count
    for finding in findings:
        assert place(finding) == ("learners", 3, "learner_id", "L3")
        assert "ligt op 30,01 minuten" in finding.message.nl
        assert "30.01 minutes away" in finding.message.en


def test_learner_who_starts_after_the_last_period_is_told_so():
    region = SmallRegion().change("learners", "L1", ready_from="2027-03-02")
    (finding,) = found(region, "learner_without_site")
    assert "begint op of na 2027-03-02" in finding.message.nl


def test_competence_that_nobody_offers():
    region = workplace_only(SmallRegion())
    (finding,) = found(region, "competence_without_place")
    assert place(finding) == ("competences", 6, "competence_id", "new")
    assert "voor L1, L2, L3" in finding.message.nl


def test_competence_that_is_held_already_is_not_asked():
    region = workplace_only(SmallRegion())
    region.add("acquired", learner_id="L2", competence_id="new")
    (finding,) = found(region, "competence_without_place")
    assert "voor L1, L3" in finding.message.nl


@pytest.mark.parametrize(("weeks", "count"), [(18, 0), (19, 1)])
def test_competence_offered_for_too_few_weeks(weeks, count):
    region = workplace_only(SmallRegion(), weeks=weeks)
    for site_id, period_id in (("A", "P1"), ("B", "P2")):
        region.add(
            "offers",
            site_id=site_id,
            trajectory_id="T",
            competence_id="new",
            period_from=period_id,
            period_to=period_id,
        )
    findings = found(region, "competence_without_place")
    assert len(findings) == count
    for finding in findings:
        assert "hoogstens 18 van de 19 weken" in finding.message.nl


@pytest.mark.parametrize(("learn_at", "count"), [("workplace", 1), ("school", 0)])
def test_the_school_gives_what_it_can(learn_at, count):
    region = workplace_only(SmallRegion(), learn_at=learn_at)
    assert len(found(region, "competence_without_place")) == count


@pytest.mark.parametrize(("seats", "count"), [(1, 0), (0, 1)])
def test_a_course_gives_a_competence_only_with_seats(seats, count):
    region = workplace_only(SmallRegion(), learn_at="workplace|training_centre")
    region.add(
        "courses",
        course_id="K3",
        trajectory_id="T",
        competence_id="new",
        period_id="P1",
        seats=seats,
    )
    assert len(found(region, "competence_without_place")) == count


def test_a_site_that_is_not_eligible_teaches_nobody():
    region = workplace_only(SmallRegion())
    region.add("sites", **{**SITE, "site_id": "D", "languages": "fr"})
    region.add("recognitions", site_id="D", trajectory_id="T")
    region.add("offers", site_id="D", trajectory_id="T", competence_id="new")
    region.add(
        "mentors", mentor_id="d1", site_id="D", max_learners=1, trained_on="2026-01-01"
    )
    assert len(found(region, "competence_without_place")) == 1
    region.change("sites", "D", languages="")
    assert found(region, "competence_without_place") == []


def test_a_signed_site_teaches_though_it_is_not_eligible():
    region = workplace_only(SmallRegion()).change("sites", "A", languages="fr")
    region.add("offers", site_id="A", trajectory_id="T", competence_id="new")
    sign(region, "L1", "P1", "a1")
    (finding,) = found(region, "competence_without_place")
    assert "voor L2, L3" in finding.message.nl


def test_more_than_ten_learners_are_counted():
    region = workplace_only(SmallRegion())
    for number in range(4, 16):
        region.add(
            "learners", **{**region.tables["learners"][0], "learner_id": f"L{number}"}
        )
    (finding,) = found(region, "competence_without_place")
    assert finding.message.nl.split(": ")[1].startswith("voor L1, L2, L3, L4")
    assert "L10 en nog 5" in finding.message.nl


def test_learner_without_any_site_has_one_finding():
    region = SmallRegion().change("learners", "L1", trajectory_id="U")
    codes = [each.code for each in dataset_warnings(problem_of(region))]
    assert codes == ["learner_without_site"]


def test_signed_placements_that_keep_the_rules_are_not_mentioned():
    region = sign(SmallRegion(), "L1", "P2", "a1")
    assert dataset_warnings(problem_of(region)) == ()


@pytest.mark.parametrize(
    ("table", "row_id", "cells", "rule", "column"),
    [
        ("mentors", "a1", {"trained_on": ""}, "E2", "mentor_id"),
        ("mentors", "a1", {"available_to": "2026-11-29"}, "E2", "mentor_id"),
        ("learners", "L1", {"max_travel_minutes": 1}, "E3", "site_id"),
        ("sites", "A", {"min_age": 18}, "E4", "site_id"),
        ("sites", "A", {"languages": "fr"}, "E5", "site_id"),
        ("learners", "L1", {"ready_from": "2026-09-02"}, "E9", "period_id"),
    ],
)
def test_signed_placement_that_breaks_a_rule(table, row_id, cells, rule, column):
    region = sign(sign(SmallRegion(), "L2", "P1", "b1"), "L1", "P1", "a1")
    region.change(table, row_id, **cells)
    (finding,) = found(region, "signed_breaks_rule")
    assert place(finding) == ("placements", 2, column, rule)


def test_signed_placement_without_any_recognition_breaks_e1():
    region = sign(SmallRegion(), "L1", "P1", "a1").drop("recognitions", site_id="A")
    (finding,) = found(region, "signed_breaks_rule")
    assert finding.value == "E1"
    assert found(region, "signed_outlasts_recognition") == []


@pytest.mark.parametrize(("capacity", "count"), [(2, 0), (1, 1)])
def test_signed_placements_past_a_limit_are_shown_at_the_limit(capacity, count):
    region = sign(sign(SmallRegion(), "L1", "P1", "a1"), "L2", "P1", "a2")
    region.change("sites", "A", capacity=capacity)
    findings = found(region, "signed_breaks_rule")
    assert [place(each) for each in findings] == [
        ("sites", 1, "capacity", "C1") for _ in range(count)
    ]


@pytest.mark.parametrize(("max_sites", "count"), [(2, 0), (1, 1)])
def test_too_many_signed_sites_are_shown_at_the_first(max_sites, count):
    region = sign(sign(SmallRegion(), "L2", "P2", "b1"), "L1", "P3", "a1")
    sign(region, "L1", "P1", "b1").change("trajectories", "T", max_sites=max_sites)
    findings = found(region, "signed_breaks_rule")
    assert [place(each) for each in findings] == [
        ("placements", 2, "site_id", "P2") for _ in range(count)
    ]


def test_short_signed_block_breaks_nothing():
    region = sign(SmallRegion(), "L1", "P2", "a1")
    region.change("trajectories", "T", min_block_weeks=30)
    assert found(region, "signed_breaks_rule") == []


@pytest.mark.parametrize(
    ("valid_to", "row"), [("2027-06-30", None), ("2027-06-29", 3), ("2027-02-27", 2)]
)
def test_signed_block_that_outlasts_the_recognition(valid_to, row):
    region = SmallRegion()
    for period_id in ("P1", "P2", "P3"):
        sign(region, "L1", period_id, "a1")
    region.tables["recognitions"][0]["valid_to"] = valid_to
    findings = found(region, "signed_outlasts_recognition")
    assert [place(each) for each in findings] == (
        [] if row is None else [("placements", row, "site_id", "A")]
    )
    assert found(region, "signed_breaks_rule") == []
    for finding in findings:
        assert "2027-06-30" in finding.message.nl
        assert valid_to in finding.message.nl


@pytest.mark.parametrize(("renewed", "count"), [("2027-01-02", 0), ("2027-01-03", 1)])
def test_recognitions_that_join_are_one(renewed, count):
    region = SmallRegion()
    for period_id in ("P1", "P2", "P3"):
        sign(region, "L1", period_id, "a1")
    region.tables["recognitions"][0]["valid_to"] = "2027-01-01"
    region.add("recognitions", site_id="A", trajectory_id="T", valid_from=renewed)
    assert len(found(region, "signed_outlasts_recognition")) == count
