"""The shape of regions, measured from their files (see measure.py)."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from matcher.region import generate_region
from tests.region.measure import (
    Region,
    coverable,
    placeable,
    read_rows,
    sites_per_learner,
)


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    found = []
    for learners, seed in [(120, 1), (120, 2), (300, 1), (300, 3)]:
        out = tmp_path_factory.mktemp("region")
        generate_region(out, learners=learners, seed=seed)
        found.append(Region(out))
    return found


def test_most_learners_have_a_choice_and_a_few_have_none(regions):
    num = np.concatenate([sites_per_learner(region) for region in regions])
    assert ((num >= 10) & (num <= 60)).mean() > 0.5
    assert 0 < (num == 0).mean() < 0.05


def test_nearly_all_periods_fit_the_places_but_not_all(regions):
    shares = [placeable(region) for region in regions]
    assert 0.93 < np.mean(shares) < 1.0


def test_one_site_rarely_teaches_all_and_rotation_helps(regions):
    for region in regions:
        full = coverable(region)[sites_per_learner(region) > 0] > 1 - 1e-9
        one, two, three, everything = full.mean(axis=0)
        assert one < 0.4
        assert two > one + 0.2
        assert three >= two
        assert everything < 1


def test_signed_placements_are_eligible_and_within_capacity(regions):
    for region in regions:
        number = {row["learner_id"]: n for n, row in enumerate(region.learners)}
        period = {row["period_id"]: n for n, row in enumerate(region.periods)}
        mentors = {row["mentor_id"]: row for row in region.rows("mentors")}
        used, of_mentor, of_enterprise = Counter(), Counter(), Counter()
        signed = [r for r in region.rows("placements") if r["status"] == "signed"]
        assert len(signed) >= 0.05 * len(region.learners)
        for row in signed:
            site, t = region.site_number[row["site_id"]], period[row["period_id"]]
            assert region.eligible[number[row["learner_id"]]][site, t]
            assert mentors[row["mentor_id"]]["site_id"] == row["site_id"]
            used[site, t] += 1
            of_mentor[row["mentor_id"], t] += 1
            of_enterprise[region.sites[site]["enterprise_id"], t] += 1
        limits = {r["enterprise_id"]: int(r["max_learners"] or 10**9)
                  for r in region.rows("enterprises")}  # fmt: skip
        assert all(n <= int(region.sites[s]["capacity"]) for (s, _), n in used.items())
        assert all(n <= limits[e] for (e, _), n in of_enterprise.items())
        assert set(of_mentor.values()) == {1}


def test_signed_mentors_have_the_hours_of_a_start(regions):
    for region in regions:
        days = {r["trajectory_id"]: float(r["days_per_week"])
                for r in region.rows("trajectories")}  # fmt: skip
        levels = defaultdict(int)
        for row in region.rows("support_needs"):
            levels[row["learner_id"]] += int(row["level"])
        agreed = {(r["learner_id"], r["mentor_id"]): float(r["hours_per_week"])
                  for r in region.rows("guidance")}  # fmt: skip
        mentors = {r["mentor_id"]: float(r["hours_per_week"] or 1e9)
                   for r in region.rows("mentors")}  # fmt: skip
        learners = {r["learner_id"]: r for r in region.learners}
        for row in region.rows("placements"):
            if row["status"] != "signed":
                continue
            learner = learners[row["learner_id"]]
            formula = (5 * days[learner["trajectory_id"]] + 10 + 60 * 12 / 52) / 60
            formula += 0.25 * levels[row["learner_id"]]
            hours = float(learner["guidance_hours"] or formula)
            hours = agreed.get((row["learner_id"], row["mentor_id"]), hours)
            assert 1.5 * hours <= mentors[row["mentor_id"]]


def test_generic_competences_are_taught_everywhere_and_rare_ones_are_not(regions):
    for region in regions:
        recognised = region.rows("recognitions")
        pairs = {(row["site_id"], row["trajectory_id"]) for row in recognised}
        taught = Counter(
            (r["trajectory_id"], r["competence_id"]) for r in region.rows("offers")
        )
        hair = sum(trajectory == "OT-HV" for _, trajectory in pairs)
        assert taught["OT-HV", "H01"] == hair
        assert taught["OT-HV", "H20"] < 0.4 * hair
        assert 0 < taught["OT-00154", "X-combitruck"] < taught["OT-00154", "X-heftruck"]


def test_proposals_and_refusals_concern_other_sites_than_agreements(regions):
    for region in regions:
        rows = region.rows("placements")
        by_status = defaultdict(set)
        for row in rows:
            by_status[row["status"]].add(row["learner_id"])
        assert by_status.keys() == {"signed", "proposed", "refused"}
        assert not by_status["signed"] & by_status["proposed"]
        refused = {(r["learner_id"], r["site_id"]) for r in rows
                   if r["status"] == "refused"}  # fmt: skip
        others = {(r["learner_id"], r["site_id"]) for r in rows
                  if r["status"] != "refused"}  # fmt: skip
        assert not refused & others


def test_flanders_at_its_real_size(tmp_path):
    card = generate_region(tmp_path, learners=6000, seed=1)
    num_rows = {table.file: table.num_rows for table in card.tables}
    assert num_rows["sites.csv"] == 10_000
    assert num_rows["trajectories.csv"] == 60
    recognised = read_rows(tmp_path, "recognitions")
    pairs = {(row["site_id"], row["trajectory_id"]) for row in recognised}
    assert 34_000 <= len(pairs) <= 38_000
    languages = Counter(row["languages"] for row in read_rows(tmp_path, "sites"))
    assert languages["nl|fr"] > 0
