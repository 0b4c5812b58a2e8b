"""E1-E9, on the edge and one step over; L1 is with mentor a1 at site A in P1."""

from collections.abc import Callable
from datetime import date

import pytest

from matcher.checker.pair_rules import PAIR_RULES, completed_years
from tests.checker.small_region import SmallRegion
from tests.checker.verdicts import codes, verdict_on, warned

Change = Callable[[SmallRegion], object]
LIMIT = 2.0
"""Minutes of the journey: access by bike, no distance."""


def recognised(*spans: tuple[str, str]) -> Change:
    """Site A is recognised in these spans only."""

    def change(region: SmallRegion) -> None:
        region.drop("recognitions", site_id="A")
        for valid_from, valid_to in spans:
            region.add(
                "recognitions",
                site_id="A",
                trajectory_id="T",
                valid_from=valid_from,
                valid_to=valid_to,
            )

    return change


def row(table: str, row_id: str, **cells: object) -> Change:
    return lambda region: region.change(table, row_id, **cells)


def added(table: str, **cells: object) -> Change:
    return lambda region: region.add(table, **cells)


def both(*changes: Change) -> Change:
    def change(region: SmallRegion) -> None:
        for each in changes:
            each(region)

    return change


def need(**cells: object) -> Change:
    return added("support_needs", learner_id="L1", need="stil", **cells)


def demand(status: str) -> Change:
    site = row("sites", "A", demands="tillen|staan")
    if not status:
        return site
    return both(
        site, added("abilities", learner_id="L1", demand="tillen", status=status)
    )


def refused(**cells: object) -> Change:
    return added(
        "placements",
        **{"learner_id": "L1", "site_id": "A", "status": "refused"} | cells,
    )


KEPT: list[tuple[str, Change]] = [
    ("E1 blank row", recognised(("", ""))),
    ("E1 first to last day", recognised(("2026-09-01", "2026-11-30"))),
    (
        "E1 rows that join",
        recognised(("2026-10-01", "2026-11-30"), ("2026-08-01", "2026-09-30")),
    ),
    (
        "E1 rows that overlap",
        recognised(
            ("", "2026-10-20"), ("2026-10-05", "2026-10-10"), ("2026-10-21", "")
        ),
    ),
    ("E2 trained on the first day", row("mentors", "a1", trained_on="2026-09-01")),
    (
        "E2 available from first to last day",
        row("mentors", "a1", available_from="2026-09-01", available_to="2026-11-30"),
    ),
    ("E3 at the limit", row("learners", "L1", max_travel_minutes=LIMIT)),
    (
        "E3 within the tolerance",
        row("learners", "L1", max_travel_minutes=LIMIT - 9e-7),
    ),
    (
        "E3 a travel row overrides",
        both(
            row("learners", "L1", max_travel_minutes=30),
            row("sites", "A", lat=49.6),
            added("travel", learner_id="L1", site_id="A", minutes=30),
        ),
    ),
    (
        "E3 a travel row without a location",
        both(
            row("learners", "L1", lat="", lon=""),
            added("travel", learner_id="L1", site_id="A", minutes=30),
        ),
    ),
    ("E3 postcodes", row("learners", "L1", lat="", lon="", postcode="9000")),
    ("E4 on the birthday", row("sites", "A", min_age=17)),
    (
        "E4 no minimum, no birth date",
        row("learners", "L1", birth_date=""),
    ),
    ("E5 site without languages", row("learners", "L1", languages="fr")),
    (
        "E5 one shared",
        both(
            row("sites", "A", languages="nl|fr"),
            row("learners", "L1", languages="tr|fr"),
        ),
    ),
    (
        "E6 met by the site",
        both(need(required="true"), row("sites", "A", supports="stil")),
    ),
    (
        "E6 met by the mentor",
        both(need(required="true"), row("mentors", "a1", supports="stil")),
    ),
    ("E6 not required", need(required="false")),
    ("E7 able", demand("yes")),
    ("E7 unknown", demand("unknown")),
    ("E7 no row", demand("")),
    (
        "E7 an ability that the site does not ask",
        added("abilities", learner_id="L1", demand="tillen", status="no"),
    ),
    ("E8 other period", refused(period_id="P2")),
    ("E8 other mentor", refused(mentor_id="a2")),
    ("E8 other learner", refused(learner_id="L2")),
    ("E9 ready on the first day", row("learners", "L1", ready_from="2026-09-01")),
]

BROKEN: list[tuple[str, Change]] = [
    (
        "E1 other trajectory",
        both(recognised(), added("recognitions", site_id="A", trajectory_id="U")),
    ),
    ("E1 a day late", recognised(("2026-09-02", ""))),
    ("E1 a day short", recognised(("", "2026-11-29"))),
    (
        "E1 a day between two rows",
        recognised(("2026-09-01", "2026-09-30"), ("2026-10-02", "2026-11-30")),
    ),
    ("E2 trained a day late", row("mentors", "a1", trained_on="2026-09-02")),
    ("E2 not trained", row("mentors", "a1", trained_on="")),
    ("E2 comes a day late", row("mentors", "a1", available_from="2026-09-02")),
    ("E2 leaves a day early", row("mentors", "a1", available_to="2026-11-29")),
    ("E2 other site", row("mentors", "a1", site_id="B")),
    ("E3 over the limit", row("learners", "L1", max_travel_minutes=LIMIT - 2e-6)),
    (
        "E3 a travel row overrides",
        both(
            row("learners", "L1", max_travel_minutes=30),
            added("travel", learner_id="L1", site_id="A", minutes=31),
        ),
    ),
    ("E3 no location of the learner", row("learners", "L1", lat="", lon="")),
    ("E3 no location of the site", row("sites", "A", lat="", lon="")),
    (
        "E4 the day before the birthday",
        both(
            row("learners", "L1", birth_date="2009-09-02"),
            row("sites", "A", min_age=17),
        ),
    ),
    (
        "E4 no birth date",
        both(row("learners", "L1", birth_date=""), row("sites", "A", min_age=15)),
    ),
    (
        "E5 none shared",
        both(row("sites", "A", languages="nl"), row("learners", "L1", languages="fr")),
    ),
    ("E5 no languages known", row("sites", "A", languages="nl")),
    (
        "E6 met by another mentor only",
        both(need(required="true"), row("mentors", "a2", supports="stil")),
    ),
    ("E7 not able", demand("no")),
    ("E8 whole site", refused()),
    ("E8 period", refused(period_id="P1")),
    ("E8 mentor", refused(mentor_id="a1")),
    ("E8 period and mentor", refused(period_id="P1", mentor_id="a1")),
    ("E9 ready a day late", row("learners", "L1", ready_from="2026-09-02")),
]

PLAN = "L1 a1 P1"


def changed(change: Change) -> SmallRegion:
    region = SmallRegion()
    change(region)
    return region


@pytest.mark.parametrize("change", [c for _, c in KEPT], ids=[n for n, _ in KEPT])
def test_rule_holds_on_its_edge(change: Change):
    verdict = verdict_on(changed(change), PLAN)

    assert verdict.holds
    assert not verdict.warnings


@pytest.mark.parametrize(("name", "change"), BROKEN, ids=[n for n, _ in BROKEN])
def test_rule_is_broken_one_step_over(name: str, change: Change):
    (violation,) = verdict_on(changed(change), PLAN).violations

    assert violation.code == name[:2]
    assert (violation.learner_id, violation.period_id) == ("L1", "P1")
    assert violation.place == ("a1" if violation.code == "E2" else "A")
    assert violation.found
    assert violation.expected
    assert violation.message_nl != violation.message_en


# The dataset room refuses a signed row with a mentor of another site.
CAN_BE_SIGNED = [case for case in BROKEN if case[0] != "E2 other site"]


@pytest.mark.parametrize(
    ("name", "change"), CAN_BE_SIGNED, ids=[n for n, _ in CAN_BE_SIGNED]
)
def test_signed_placement_that_breaks_a_rule_is_warned_of(name: str, change: Change):
    region = changed(change).add(
        "placements",
        learner_id="L1",
        period_id="P1",
        site_id="A",
        mentor_id="a1",
        status="signed",
    )

    verdict = verdict_on(region, PLAN)

    assert verdict.holds
    assert name[:2] in warned(verdict)


def test_every_rule_has_a_case_on_both_sides():
    assert {name[:2] for name, _ in KEPT} == set(PAIR_RULES)
    assert {name[:2] for name, _ in BROKEN} == set(PAIR_RULES)


def test_untrained_mentor_is_a_warning_where_the_policy_says_so():
    region = changed(row("mentors", "a1", trained_on="2026-09-02"))

    verdict = verdict_on(region, PLAN, policy={"untrained_mentor": "warn"})

    assert verdict.holds
    assert warned(verdict) == ["E2"]


@pytest.mark.parametrize(("most", "expected"), [(LIMIT, []), (LIMIT - 0.1, ["E3"])])
def test_policy_limits_travel_too(most: float, expected: list[str]):
    verdict = verdict_on(SmallRegion(), PLAN, policy={"travel": {"max_minutes": most}})

    assert codes(verdict) == expected


@pytest.mark.parametrize(
    ("on", "years"),
    [
        (date(2024, 2, 28), 15),
        (date(2024, 2, 29), 16),
        (date(2025, 2, 28), 16),
        (date(2025, 3, 1), 17),
    ],
)
def test_who_is_born_on_a_leap_day_turns_on_1_march(on: date, years: int):
    assert completed_years(date(2008, 2, 29), on) == years
