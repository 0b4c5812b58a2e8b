"""The oracle on regions that can be costed by hand, one sentence at a time."""

import pytest

from tests.oracle.brute_force import optimum_of_tables, search
from tests.oracle.reading import build_region
from tests.oracle.rules import estimated_minutes
from tests.oracle.small_region import PLAIN, add, change, place, small_region

UNPLACED = 2000.0
"""One learner, one period."""
GAP = 400.0


def terms(tables, policy=PLAIN):
    """Points of the terms that are not zero, by both ways of solving."""
    found = optimum_of_tables(tables, policy)
    assert search(build_region(tables, policy)).objective == pytest.approx(
        found.objective
    )
    return {
        term: pytest.approx(points)
        for term, points in found.components.items()
        if points
    }


def add_competence(tables, name="d", learn_at="workplace", **cells):
    row = {"trajectory_id": "T", "competence_id": name, "name": name}
    tables["competences"].append({**row, "learn_at": learn_at, **cells})


def add_course(tables, name="c", period="P1", seats="1", **cells):
    row = {"course_id": f"C{name}{period}", "trajectory_id": "T"}
    row |= {"competence_id": name, "period_id": period, "seats": seats}
    add(tables, "courses", **row, **cells)


def require(tables, site="S1", name="c"):
    row = {"site_id": site, "trajectory_id": "T", "competence_id": name}
    add(tables, "requirements", **row)


def guide(tables, learner, mentor, hours):
    row = {"learner_id": learner, "mentor_id": mentor, "hours_per_week": hours}
    add(tables, "guidance", **row)


class TestEligibility:
    def test_learner_next_door_costs_nothing(self):
        assert terms(small_region()) == {}

    @pytest.mark.parametrize(
        ("rows", "unplaced"),
        [
            ([("", "2026-11-15"), ("2026-11-16", "")], 0),
            ([("", "2026-11-14"), ("2026-11-16", "")], UNPLACED),
            ([("", "2026-11-20"), ("2026-11-10", "2026-11-25")], UNPLACED),
            ([("2026-11-16", "")], UNPLACED),
        ],
    )
    def test_recognition_is_the_union_of_its_rows(self, rows, unplaced):
        tables = small_region()
        tables["recognitions"] = [
            {
                "site_id": "S1",
                "trajectory_id": "T",
                "valid_from": first,
                "valid_to": last,
            }
            for first, last in rows
        ]
        assert terms(tables) == ({"unplaced": unplaced} if unplaced else {})

    @pytest.mark.parametrize(
        ("trained_on", "policy", "unplaced"),
        [
            ("2026-09-07", "", 0),
            ("2026-09-08", "", UNPLACED),
            ("", "", 2 * UNPLACED),
            ("", 'untrained_mentor = "warn"\n', 0),
        ],
    )
    def test_mentor_is_trained_by_the_first_day(self, trained_on, policy, unplaced):
        tables = small_region()
        tables["competences"][0]["learn_at"] = "school"
        change(tables, "mentors", "MS1", trained_on=trained_on)
        assert terms(tables, PLAIN + policy).get("unplaced", 0) == unplaced

    def test_mentor_is_there_on_every_day(self):
        tables = small_region(periods=3)
        change(
            tables,
            "mentors",
            "MS1",
            available_from="2026-11-16",
            available_to="2027-01-24",
        )
        assert terms(tables) == {"unplaced": 2 * UNPLACED}

    @pytest.mark.parametrize(("minutes", "unplaced"), [("30", 0), ("30.01", 4000)])
    def test_travel_is_within_the_learners_limit(self, minutes, unplaced):
        tables = small_region()
        tables["competences"][0]["learn_at"] = "school"
        change(tables, "learners", "L1", max_travel_minutes="30")
        tables["travel"][0]["minutes"] = minutes
        assert terms(tables).get("unplaced", 0) == unplaced

    def test_policy_limits_travel_too(self):
        tables = small_region()
        tables["travel"][0]["minutes"] = "31"
        policy = PLAIN + "[travel]\nmax_minutes = 30\n"
        assert terms(tables, policy) == {"unplaced": 2 * UNPLACED, "gap": GAP}

    def test_without_location_and_travel_row_nobody_is_placed(self):
        tables = small_region()
        tables["travel"] = []
        assert terms(tables) == {"unplaced": 2 * UNPLACED, "gap": GAP}

    @pytest.mark.parametrize(
        ("born", "unplaced"),
        [("2010-09-07", 0), ("2010-09-08", UNPLACED), ("", 2 * UNPLACED)],
    )
    def test_age_counts_completed_years_on_the_first_day(self, born, unplaced):
        tables = small_region()
        tables["competences"][0]["learn_at"] = "school"
        change(tables, "sites", "S1", min_age="16")
        change(tables, "learners", "L1", birth_date=born)
        assert terms(tables).get("unplaced", 0) == unplaced

    @pytest.mark.parametrize(
        ("learner", "site", "placed"),
        [
            ("nl|fr", "fr|en", True),
            ("nl", "fr", False),
            ("", "nl", False),
            ("", "", True),
        ],
    )
    def test_one_language_is_shared(self, learner, site, placed):
        tables = small_region()
        change(tables, "learners", "L1", languages=learner)
        change(tables, "sites", "S1", languages=site)
        assert ("unplaced" not in terms(tables)) is placed

    def test_required_need_is_met_by_site_or_mentor(self):
        tables = small_region(sites=("S1", "S2"))
        for need in ("stil", "tolk"):
            add(tables, "support_needs", learner_id="L1", need=need, required="true")
        change(tables, "sites", "S1", supports="stil")
        change(tables, "mentors", "MS1", supports="tolk")
        change(tables, "sites", "S2", supports="stil")
        place(tables, "refused", "L1", "P2", "S1")
        assert terms(tables) == {"unplaced": UNPLACED}

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("yes", {}),
            ("unknown", {"unknown": 20}),
            (None, {"unknown": 20}),
            ("no", {"unplaced": 2 * UNPLACED, "gap": GAP}),
        ],
    )
    def test_unknown_ability_never_counts_as_passed(self, status, expected):
        tables = small_region()
        change(tables, "sites", "S1", demands="tillen")
        if status:
            row = {"learner_id": "L1", "demand": "tillen", "status": status}
            add(tables, "abilities", **row)
        assert terms(tables) == expected

    @pytest.mark.parametrize(
        ("period", "mentor", "unplaced"),
        [("", "", 4000), ("P1", "", 2000), ("", "MS1", 0), ("P1", "MS1", 0)],
    )
    def test_blank_in_a_refusal_matches_all(self, period, mentor, unplaced):
        tables = small_region()
        add(
            tables,
            "mentors",
            mentor_id="other",
            site_id="S1",
            max_learners="1",
            trained_on="2025-01-01",
        )
        place(tables, "refused", "L1", period, "S1")
        tables["placements"][0]["mentor_id"] = mentor
        assert terms(tables).get("unplaced", 0) == unplaced

    def test_inactive_period_is_neither_used_nor_paid(self):
        tables = small_region()
        change(tables, "learners", "L1", ready_from="2026-09-08")
        place(tables, "proposed", "L1", "P1", "S1")
        assert terms(tables) == {}


class TestPlan:
    def test_block_is_long_enough(self):
        tables = small_region(sites=("S1", "S2"))
        change(tables, "trajectories", "T", min_block_weeks="20")
        place(tables, "refused", "L1", "P1", "S1")
        place(tables, "refused", "L1", "P2", "S2")
        assert terms(tables) == {"unplaced": 2 * UNPLACED, "gap": GAP}

    def test_short_block_of_signed_periods_stays(self):
        tables = small_region(periods=1)
        change(tables, "trajectories", "T", min_block_weeks="20")
        place(tables, "signed", "L1", "P1", "S1")
        assert terms(tables) == {}

    def test_signed_block_that_grows_must_be_long_enough(self):
        tables = small_region(periods=3)
        change(tables, "trajectories", "T", min_block_weeks="30")
        place(tables, "signed", "L1", "P1", "S1")
        place(tables, "refused", "L1", "P3", "S1")
        assert terms(tables) == {"unplaced": 2 * UNPLACED}

    def test_sites_are_not_more_than_allowed(self):
        tables = small_region(sites=("S1", "S2"))
        change(tables, "trajectories", "T", max_sites="1")
        place(tables, "refused", "L1", "P1", "S1")
        place(tables, "refused", "L1", "P2", "S2")
        assert terms(tables) == {"unplaced": UNPLACED}

    def test_beside_too_many_signed_sites_no_other_is_added(self):
        tables = small_region(sites=("S1", "S2", "S3"), periods=3)
        change(tables, "trajectories", "T", max_sites="1")
        place(tables, "signed", "L1", "P1", "S1")
        place(tables, "signed", "L1", "P2", "S2")
        for site in ("S1", "S2"):
            place(tables, "refused", "L1", "P3", site)
        assert terms(tables) == {"unplaced": UNPLACED, "rotation": 15}

    def test_a_b_a_is_three_blocks(self):
        tables = small_region(sites=("S1", "S2"), periods=3)
        place(tables, "refused", "L1", "P2", "S1")
        for period in ("P1", "P3"):
            place(tables, "refused", "L1", period, "S2")
        assert terms(tables) == {"rotation": 30}

    def test_days_between_periods_do_not_end_a_block(self):
        tables = small_region()
        tables["periods"][1].update(start="2027-01-04", end="2027-03-14")
        change(tables, "trajectories", "T", min_block_weeks="20")
        assert terms(tables) == {}

    def test_signed_stays_in_an_inactive_period_and_is_costed(self):
        tables = small_region()
        change(tables, "learners", "L1", ready_from="2026-09-08")
        tables["travel"][0]["minutes"] = "10"
        place(tables, "signed", "L1", "P1", "S1")
        assert terms(tables) == {"travel": 20}

    def test_signed_stays_where_every_rule_bars_it(self):
        tables = small_region(periods=1)
        tables["recognitions"][0]["valid_to"] = "2020-01-01"
        change(tables, "mentors", "MS1", trained_on="", available_to="2020-01-01")
        change(tables, "sites", "S1", min_age="99", languages="fr", demands="tillen")
        change(tables, "learners", "L1", max_travel_minutes="1")
        tables["travel"][0]["minutes"] = "10"
        row = {"learner_id": "L1", "demand": "tillen", "status": "no"}
        add(tables, "abilities", **row)
        place(tables, "signed", "L1", "P1", "S1")
        place(tables, "refused", "L1", "", "S1")
        assert terms(tables) == {"travel": 10}

    def test_signed_mentor_may_be_of_another_site(self):
        tables = small_region(("L1", "L2"), ("S1", "S2"), periods=1)
        tables["mentors"][1]["max_learners"] = "1"
        place(tables, "signed", "L1", "P1", "S1")
        tables["placements"][0]["mentor_id"] = "MS2"
        place(tables, "refused", "L2", "", "S1")
        assert terms(tables) == {"unplaced": UNPLACED, "gap": GAP}


class TestAttest:
    """P3: `d` is asked at S1, which is the only site."""

    @pytest.fixture
    def tables(self):
        tables = small_region(periods=3)
        add_competence(tables, learn_at="training_centre|school")
        require(tables, name="d")
        return tables

    def test_school_is_no_attest(self, tables):
        assert terms(tables) == {"unplaced": 3 * UNPLACED, "gap": GAP}

    def test_acquired_is_an_attest(self, tables):
        add(tables, "acquired", learner_id="L1", competence_id="d")
        assert terms(tables) == {}

    def test_course_of_an_earlier_period_is_an_attest(self, tables):
        add_course(tables, "d", "P1")
        assert terms(tables) == {"unplaced": UNPLACED, "course": 20}

    def test_course_of_the_last_period_comes_too_late(self, tables):
        add_course(tables, "d", "P3")
        assert terms(tables) == {"unplaced": 3 * UNPLACED, "gap": GAP}

    def test_seat_may_serve_as_attest_only(self, tables):
        tables["competences"][1]["learn_at"] = "school"
        add_course(tables, "d", "P1")
        assert terms(tables) == {"unplaced": UNPLACED, "course": 20}

    def test_block_that_starts_signed_needs_no_attest(self, tables):
        place(tables, "signed", "L1", "P1", "S1")
        assert terms(tables) == {}

    def test_unsigned_start_before_a_signed_period_needs_it(self, tables):
        place(tables, "signed", "L1", "P2", "S1")
        assert terms(tables) == {"unplaced": UNPLACED}

    def test_workplace_completes_in_an_earlier_period(self):
        tables = small_region(sites=("S1", "S2"), periods=3)
        tables["competences"][0]["weeks"] = "20"
        require(tables)
        change(tables, "trajectories", "T", max_sites="2")
        place(tables, "refused", "L1", "P3", "S2")
        assert terms(tables) == {"rotation": 15}

    def test_workplace_that_completes_in_the_same_period_is_late(self):
        tables = small_region(sites=("S1", "S2"))
        tables["competences"][0]["weeks"] = "20"
        require(tables)
        place(tables, "refused", "L1", "P2", "S2")
        assert terms(tables) == {"unplaced": UNPLACED, "gap": GAP}


class TestShared:
    def test_place_is_for_one(self):
        tables = small_region(("L1", "L2"), places=1)
        assert terms(tables) == {"unplaced": 2 * UNPLACED}

    def test_place_is_for_one_of_any_trajectory(self):
        tables = small_region(("L1", "L2"), places=1, periods=1)
        add(tables, "trajectories", trajectory_id="U", name="U")
        add(
            tables,
            "competences",
            trajectory_id="U",
            competence_id="u",
            name="u",
            learn_at="school",
        )
        add(tables, "recognitions", site_id="S1", trajectory_id="U")
        change(tables, "learners", "L2", trajectory_id="U")
        assert terms(tables) == {"unplaced": UNPLACED}

    def test_enterprise_counts_over_its_sites(self):
        tables = small_region(("L1", "L2"), ("S1", "S2"), periods=1)
        for site in ("S1", "S2"):
            change(tables, "sites", site, enterprise_id="E")
        add(tables, "enterprises", enterprise_id="E", max_learners="1")
        assert terms(tables) == {"unplaced": UNPLACED, "gap": GAP}

    def test_seats_of_a_course_are_shared(self):
        tables = small_region(("L1", "L2"))
        add_competence(tables, learn_at="training_centre")
        add_course(tables, "d")
        assert terms(tables) == {"gap": GAP, "course": 20}

    def test_signed_alone_may_exceed_and_bar_the_rest(self):
        tables = small_region(("L1", "L2", "L3"), places=1)
        for learner in ("L1", "L2"):
            place(tables, "signed", learner, "P1", "S1")
        for learner in ("L1", "L2"):
            place(tables, "refused", learner, "P2", "S1")
        assert terms(tables) == {"unplaced": 3 * UNPLACED}

    def test_startup_hours_bar_a_start(self):
        tables = small_region()
        guide(tables, "L1", "MS1", "0.8")
        change(tables, "mentors", "MS1", hours_per_week="1")
        assert terms(tables) == {"unplaced": 2 * UNPLACED, "gap": GAP}

    def test_signed_start_exceeds_alone_and_the_next_period_fits(self):
        tables = small_region()
        guide(tables, "L1", "MS1", "0.8")
        change(tables, "mentors", "MS1", hours_per_week="1")
        place(tables, "signed", "L1", "P1", "S1")
        assert terms(tables) == {}

    def test_guidance_formula_counts_days_and_all_levels(self):
        """3 days, levels 1 and 2: 15 + 10 + 13.846 minutes + 0.75 h = 1.3974 h."""
        tables = small_region(periods=1)
        add(tables, "support_needs", learner_id="L1", need="stil", level="2")
        add(tables, "support_needs", learner_id="L1", need="tolk")
        change(tables, "sites", "S1", supports="stil|tolk")
        change(tables, "mentors", "MS1", hours_per_week="2.0962")
        assert terms(tables) == {}
        change(tables, "mentors", "MS1", hours_per_week="2.0961")
        assert terms(tables) == {"unplaced": UNPLACED, "gap": GAP}

    @pytest.fixture
    def guided(self):
        """L1 is signed in P2 and takes 1 hour, 1.5 as a start; L2 takes 0.1."""
        tables = small_region(("L1", "L2"))
        guide(tables, "L1", "MS1", "1")
        guide(tables, "L2", "MS1", "0.1")
        place(tables, "signed", "L1", "P2", "S1")
        return tables

    def test_hours_of_a_signed_start_bar_the_rest(self, guided):
        change(guided, "mentors", "MS1", hours_per_week="1.2")
        assert terms(guided) == {"unplaced": 2 * UNPLACED}

    def test_signed_hours_depend_on_the_period_before(self, guided):
        """With `other` in P1, L1 does not start in P2: 1 + 0.15 hours fit."""
        change(guided, "mentors", "MS1", hours_per_week="1.2")
        add(
            guided,
            "mentors",
            mentor_id="other",
            site_id="S1",
            max_learners="1",
            trained_on="2025-01-01",
            available_to="2026-11-20",
        )
        assert terms(guided) == {"handover": 10}

    def test_unsigned_without_hours_is_barred_as_well(self, guided):
        guided["guidance"][1]["hours_per_week"] = "0"
        change(guided, "mentors", "MS1", hours_per_week="0.9")
        assert terms(guided) == {"unplaced": 2 * UNPLACED}
        change(guided, "mentors", "MS1", hours_per_week="1.5")
        assert terms(guided) == {}


class TestCoverage:
    def test_weeks_add_up_over_sites(self):
        tables = small_region(sites=("S1", "S2"))
        tables["competences"][0]["weeks"] = "20"
        place(tables, "refused", "L1", "P2", "S1")
        place(tables, "refused", "L1", "P1", "S2")
        assert terms(tables) == {"rotation": 15}

    def test_weeks_count_inside_the_window_and_the_offer(self):
        tables = small_region(periods=3)
        tables["competences"][0].update(weeks="20", window_from="P2")
        assert terms(tables) == {}
        tables["offers"][0]["period_to"] = "P2"
        assert terms(tables) == {"gap": GAP}

    @pytest.mark.parametrize(
        ("learn_at", "expected"),
        [
            ("school", {}),
            ("workplace|school", {"school": 10}),
            ("training_centre|school", {}),
            ("training_centre", {"course": 20}),
            ("workplace|training_centre|school", {"course": 20}),
            ("workplace", {"gap": GAP}),
        ],
    )
    def test_first_way_that_applies_covers(self, learn_at, expected):
        """A seat is taken only where it saves something: school = 30 makes it."""
        tables = small_region()
        add_competence(tables, learn_at=learn_at)
        add_course(tables, "d")
        policy = PLAIN + ("school = 30\n" if expected == {"course": 20} else "")
        assert terms(tables, policy) == expected

    @pytest.mark.parametrize(
        ("spot", "expected"),
        [
            ({}, {"course": 20}),
            ({"lat": "51", "lon": "3.7"}, {"course": 20}),
            ({"lat": "51", "lon": "4.2"}, {"gap": GAP}),
        ],
    )
    def test_course_is_in_reach(self, spot, expected):
        tables = small_region()
        change(tables, "learners", "L1", lat="51", lon="3.7", max_travel_minutes="30")
        add_competence(tables, learn_at="training_centre")
        add_course(tables, "d", **spot)
        assert terms(tables) == expected

    def test_course_is_taken_before_the_learner_is_ready(self):
        tables = small_region()
        change(tables, "learners", "L1", ready_from="2026-10-01")
        add_competence(tables, learn_at="training_centre", window_from="P2")
        add_course(tables, "d", "P1")
        assert terms(tables) == {"course": 20}

    def test_group_lacks_the_contexts_that_are_not_met(self):
        tables = small_region()
        for number in ("1", "2", "3"):
            row = {"trajectory_id": "T", "group_id": "g", "context_id": f"x{number}"}
            add(tables, "contexts", **row, at_least="3", weeks="20", weight="0.5")
        add(tables, "offers", site_id="S1", trajectory_id="T", competence_id="x1")
        row = {"site_id": "S1", "trajectory_id": "T", "competence_id": "x2"}
        add(tables, "offers", **row, period_from="P2")
        assert terms(tables) == {"context": 2 * 400 * 0.5}


class TestPoints:
    def test_terms_of_a_placement(self):
        """50 minutes; level 3 unmet; wish -0.5; chance 0.7; 10 weeks."""
        tables = small_region(periods=1)
        tables["travel"][0]["minutes"] = "50"
        add(tables, "support_needs", learner_id="L1", need="stil", level="3")
        row = {"learner_id": "L1", "site_id": "S1"}
        add(tables, "preferences", **row, by="learner", preference="-1")
        add(tables, "preferences", **row, by="site", preference="0")
        add(tables, "scores", **row, success="0.7")
        q = (4.5 + 1.5) + 6 + 1.5 + 3
        assert terms(tables, "") == {
            "travel": 60,
            "support": 60,
            "preference": 15,
            "success": 30,
            "fairness": 10 * 0.05 * q * q,
        }

    def test_mentor_change_in_a_block_is_a_handover(self):
        tables = small_region()
        change(tables, "mentors", "MS1", available_to="2026-11-15")
        row = {"mentor_id": "next", "site_id": "S1", "max_learners": "1"}
        add(
            tables,
            "mentors",
            **row,
            trained_on="2025-01-01",
            available_from="2026-11-16",
        )
        assert terms(tables) == {"handover": 10}

    @pytest.mark.parametrize(("mentor", "points"), [("MS1", 50), ("", 0)])
    def test_proposal_is_left_for_another_mentor(self, mentor, points):
        tables = small_region(periods=1)
        place(tables, "proposed", "L1", "P1", "S1")
        tables["placements"][0]["mentor_id"] = mentor
        row = {"mentor_id": "next", "site_id": "S1", "max_learners": "1"}
        add(tables, "mentors", **row, trained_on="2025-01-01")
        place(tables, "refused", "L1", "", "S1")
        tables["placements"][1]["mentor_id"] = "MS1"
        assert terms(tables) == ({"disruption": points} if points else {})

    def test_proposal_beside_a_signed_placement_is_left(self):
        tables = small_region(sites=("S1", "S2"), periods=1)
        place(tables, "signed", "L1", "P1", "S1")
        place(tables, "proposed", "L1", "P1", "S2")
        assert terms(tables) == {"disruption": 50}

    def test_blank_weeks_are_days_by_seven_rounded_down(self):
        tables = small_region(periods=1)
        tables["periods"][0]["end"] = "2026-11-14"
        tables["travel"] = []
        assert terms(tables) == {"unplaced": 9 * 200, "gap": GAP}

    def test_travel_estimate_takes_the_quickest_mode(self):
        """One degree of latitude is 111.195 km by the radius of the contract."""
        tables = small_region()
        change(tables, "learners", "L1", lat="51", lon="4", modes="bike|car")
        change(tables, "sites", "S1", lat="51.1", lon="4")
        region = build_region(tables)
        minutes = estimated_minutes(region, region.learners[0], region.sites[0].point)
        assert minutes == pytest.approx(5 + 60 * 1.3 * 11.119508 / 45, abs=1e-4)

    def test_postcode_is_the_median_of_its_rows(self):
        """9506 has seven rows that are not suspect, 9000 has one."""
        tables = small_region()
        change(tables, "sites", "S1", postcode="9506")
        change(tables, "learners", "L1", postcode="9000")
        region = build_region(tables)
        assert region.sites[0].point == (50.7987, 3.952)
        assert region.learners[0].point == (51.05, 3.7167)
