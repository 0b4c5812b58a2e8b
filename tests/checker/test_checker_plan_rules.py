"""P1-P4 and seats: what one learner's plan may be."""

import pytest

from tests.checker.small_region import WHOLE_PLAN, SmallRegion
from tests.checker.verdicts import codes, verdict_on, warned


def sign(region: SmallRegion, mentor_id: str, *period_ids: str) -> SmallRegion:
    """Sign L1 with this mentor in these periods."""
    for period_id in period_ids:
        region.add(
            "placements",
            learner_id="L1",
            period_id=period_id,
            site_id=mentor_id[0].upper(),
            mentor_id=mentor_id,
            status="signed",
        )
    return region


def with_attest(attest: str = "centre") -> SmallRegion:
    """Site A asks for an attest."""
    return SmallRegion().add(
        "requirements", site_id="A", trajectory_id="T", competence_id=attest
    )


def with_offers_of(taught: str, weeks: float, *site_ids: str) -> SmallRegion:
    """Site A asks for a competence that only these sites offer."""
    region = with_attest(taught).change("competences", taught, weeks=weeks)
    region.drop("offers", competence_id=taught)
    for site_id in site_ids:
        region.add("offers", site_id=site_id, trajectory_id="T", competence_id=taught)
    return region


def test_whole_plan_breaks_nothing():
    verdict = verdict_on(SmallRegion(), WHOLE_PLAN)

    assert verdict.holds
    assert not verdict.warnings


# P1: periods of 10, 8 and 12 weeks; a block lasts at least 10.


@pytest.mark.parametrize(
    ("plan_text", "expected"),
    [
        ("L1 a1 P1", []),
        ("L1 a1 P2", ["P1"]),
        ("L1 a1 P1 P2", []),
        ("L1 a1 P2\nL1 a2 P3", []),
        ("L1 a1 P1\nL1 b1 P2\nL1 a1 P3", ["P1"]),
        ("L1 a1 P1 P3", []),
    ],
)
def test_block_lasts_its_weeks(plan_text: str, expected: list[str]):
    assert codes(verdict_on(SmallRegion(), plan_text)) == expected


def test_block_length_tolerates_rounding():
    exact = SmallRegion().change("trajectories", "T", min_block_weeks=10.0000009)
    over = SmallRegion().change("trajectories", "T", min_block_weeks=10.000002)

    assert codes(verdict_on(exact, "L1 a1 P1")) == []
    assert codes(verdict_on(over, "L1 a1 P1")) == ["P1"]


def test_days_between_periods_do_not_end_a_block():
    region = SmallRegion().change("trajectories", "T", min_block_weeks=18)

    assert codes(verdict_on(region, "L1 a1 P1 P2")) == []


def test_periods_that_are_not_next_to_each_other_make_two_blocks():
    region = SmallRegion().change("trajectories", "T", min_block_weeks=12)

    (violation,) = verdict_on(region, "L1 a1 P1 P3").violations

    assert (violation.code, violation.period_id, violation.place) == ("P1", "P1", "A")


def test_block_of_signed_periods_only_may_be_short():
    verdict = verdict_on(sign(SmallRegion(), "a1", "P2"), "L1 a1 P2")

    assert verdict.holds
    assert warned(verdict) == ["P1"]


def test_block_with_one_unsigned_period_may_not_be_short():
    region = sign(SmallRegion(), "a1", "P2")
    region.change("trajectories", "T", min_block_weeks=19)

    assert codes(verdict_on(region, "L1 a1 P1 P2")) == ["P1"]


# P2: at most two sites.


@pytest.mark.parametrize(
    ("plan_text", "expected"),
    [
        ("L1 a1 P1\nL1 b1 P3", []),
        ("L1 a1 P1\nL1 b1 P2\nL1 c1 P3", ["P2"]),
        ("L1 a1 P1\nL1 b1 P2\nL1 a1 P3", []),
    ],
)
def test_plan_visits_few_sites(plan_text: str, expected: list[str]):
    region = SmallRegion().change("trajectories", "T", min_block_weeks=1)

    assert codes(verdict_on(region, plan_text)) == expected


def test_signed_sites_alone_may_be_more():
    region = SmallRegion().change("trajectories", "T", min_block_weeks=1, max_sites=1)
    sign(sign(region, "a1", "P1"), "b1", "P2")

    kept = verdict_on(region, "L1 a1 P1 P3\nL1 b1 P2")
    added = verdict_on(region, "L1 a1 P1\nL1 b1 P2\nL1 c1 P3")

    assert kept.holds
    assert warned(kept) == ["P2"]
    assert codes(added) == ["P2"]


def test_one_signed_site_takes_its_part_of_the_maximum():
    region = SmallRegion().change("trajectories", "T", min_block_weeks=1)
    sign(region, "a1", "P1")

    assert codes(verdict_on(region, "L1 a1 P1\nL1 b1 P2\nL1 c1 P3")) == ["P2"]


# P3: site A asks for an attest.


def test_attest_that_is_acquired_opens_the_block():
    region = with_attest().add("acquired", learner_id="L1", competence_id="centre")

    assert codes(verdict_on(region, "L1 a1 P1")) == []


@pytest.mark.parametrize(
    ("seats_text", "expected"),
    [
        ("", ["P3"]),
        ("L1 K1 centre P1", []),
        ("L1 K2 centre P2", ["P3"]),
        ("L2 K1 centre P1", ["P3"]),
    ],
)
def test_attest_needs_a_seat_in_an_earlier_period(seats_text: str, expected: list[str]):
    verdict = verdict_on(with_attest(), "L1 a1 P2 P3", seats_text)

    assert codes(verdict) == expected


def test_attest_may_come_from_a_seat_where_no_training_centre_covers():
    region = with_attest("work").change("courses", "K1", competence_id="work")

    assert codes(verdict_on(region, "L1 a1 P3", "L1 K1 work P1")) == []


@pytest.mark.parametrize(
    ("weeks", "expected"), [(10, []), (10.0000009, []), (10.000002, ["P3"])]
)
def test_attest_may_be_completed_at_a_workplace_before(
    weeks: float, expected: list[str]
):
    region = with_offers_of("work", weeks, "B")

    assert codes(verdict_on(region, "L1 b1 P1\nL1 a1 P3")) == expected


def test_attest_that_asks_no_weeks_is_held_from_the_start():
    region = with_offers_of("centre", 0)

    assert codes(verdict_on(region, "L1 a1 P1 P2 P3")) == []


def test_attest_completed_within_the_block_comes_too_late():
    region = with_offers_of("work", 1, "A")

    assert codes(verdict_on(region, "L1 a1 P1 P2 P3")) == ["P3"]


def test_attest_completed_in_a_first_stay_opens_only_the_second():
    region = with_offers_of("work", 1, "A")

    violations = verdict_on(region, "L1 a1 P1 P3").violations

    assert [(v.code, v.period_id) for v in violations] == [("P3", "P1")]


def test_practice_outside_its_window_gives_no_attest():
    region = with_offers_of("work", 10, "B")
    region.change("competences", "work", window_from="P2")

    assert codes(verdict_on(region, "L1 b1 P1\nL1 a1 P3")) == ["P3"]


def test_school_is_no_attest():
    region = with_attest("school")

    assert codes(verdict_on(region, "L1 a1 P1")) == ["P3"]


def test_practice_counts_only_where_it_is_learned_at_the_workplace():
    region = with_attest("class").add(
        "offers", site_id="B", trajectory_id="T", competence_id="class"
    )

    assert codes(verdict_on(region, "L1 b1 P1\nL1 a1 P3")) == ["P3"]


def test_attest_of_another_trajectory_is_not_asked():
    region = SmallRegion().add(
        "requirements", site_id="A", trajectory_id="U", competence_id="other"
    )

    assert codes(verdict_on(region, "L1 a1 P1")) == []


def test_block_that_starts_signed_asks_no_attest():
    verdict = verdict_on(sign(with_attest(), "a1", "P1"), "L1 a1 P1 P2")

    assert verdict.holds
    assert warned(verdict) == ["P3"]


def test_block_that_is_signed_later_asks_the_attest():
    region = sign(with_attest(), "a1", "P2")

    assert codes(verdict_on(region, "L1 a1 P1 P2")) == ["P3"]


# P4: what is signed stays.


@pytest.mark.parametrize(
    ("plan_text", "expected"),
    [
        ("L1 a1 P1 P2", []),
        ("L1 a2 P1 P2", ["P4"]),
        ("L1 b1 P1 P2", ["P4"]),
        ("", ["P4"]),
        ("L2 a1 P1", ["P4"]),
    ],
)
def test_signed_placement_stays(plan_text: str, expected: list[str]):
    assert codes(verdict_on(sign(SmallRegion(), "a1", "P1"), plan_text)) == expected


def test_signed_placement_stays_in_a_period_that_is_not_active():
    region = sign(SmallRegion(), "a1", "P1")
    region.change("learners", "L1", ready_from="2026-12-01")

    kept = verdict_on(region, "L1 a1 P1 P2")
    dropped = verdict_on(region, "L1 a1 P2 P3")

    assert kept.holds
    assert warned(kept) == ["E9"]
    assert codes(dropped) == ["P4"]


# Seats.


def seat_codes(region: SmallRegion, seats_text: str) -> list[str]:
    return codes(verdict_on(region, "", seats_text))


def test_seat_for_a_needed_competence_is_allowed():
    assert seat_codes(SmallRegion(), "L1 K1 centre P1") == []


def test_seat_for_an_acquired_competence_is_not():
    region = SmallRegion().add("acquired", learner_id="L1", competence_id="centre")

    assert seat_codes(region, "L1 K1 centre P1") == ["SEAT"]


def test_second_seat_for_one_competence_is_not():
    assert seat_codes(SmallRegion(), "L1 K1 centre P1\nL1 K2 centre P2") == ["SEAT"]


def test_seat_in_a_course_of_another_trajectory_is_not():
    region = SmallRegion().change(
        "courses", "K1", trajectory_id="U", competence_id="other"
    )

    assert seat_codes(region, "L1 K1 other P1") == ["SEAT"]


@pytest.mark.parametrize(
    ("limit", "expected"), [(2, []), (2 - 9e-7, []), (1.9, ["SEAT"])]
)
def test_course_lies_within_the_travel_limit(limit: float, expected: list[str]):
    region = SmallRegion().change("courses", "K1", lat=51.0, lon=3.7)
    region.change("learners", "L1", max_travel_minutes=limit)

    assert seat_codes(region, "L1 K1 centre P1") == expected


def test_course_without_a_location_is_in_reach():
    region = SmallRegion().change(
        "learners", "L1", lat="", lon="", max_travel_minutes=0
    )

    assert seat_codes(region, "L1 K1 centre P1") == []


def test_course_is_out_of_reach_for_a_learner_without_a_location():
    region = SmallRegion().change("courses", "K1", lat=51.0, lon=3.7)
    region.change("learners", "L1", lat="", lon="")

    assert seat_codes(region, "L1 K1 centre P1") == ["SEAT"]


def test_window_and_readiness_do_not_matter_for_a_seat():
    region = SmallRegion().change("competences", "centre", window_from="P3")
    region.change("learners", "L1", ready_from="2027-03-01")

    assert seat_codes(region, "L1 K1 centre P1") == []


def test_seat_row_that_contradicts_its_course_is_named():
    assert seat_codes(SmallRegion(), "L1 K1 work P1") == ["ID"]
    assert seat_codes(SmallRegion(), "L1 K1 centre P2") == ["ID"]
