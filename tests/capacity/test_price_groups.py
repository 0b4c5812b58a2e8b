"""Prices by group: sums of what the plans pay, however they are cut; and the words."""

from dataclasses import replace
from itertools import groupby

import pytest

from matcher.capacity.area import areas_named
from matcher.capacity.price_groups import price_groups
from matcher.capacity.price_table import price_rows
from matcher.capacity.price_words import prices_to_text
from matcher.capacity.shadow_prices import MOST_OPEN, prove_enough, shadow_prices
from matcher.problem.rows import plan_use
from tests.capacity.solved import solved_case

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", params=[1, 8, 13])
def priced(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("groups")
    run = solved_case(request.param, "twelve", folder).run
    prices = shadow_prices(run)
    return run, prices, price_groups(run, prices, areas_named("gemeente"))


def paid(groups, by):
    own = sorted(
        ((each.kind, each.paid_points) for each in groups if each.by == by),
    )
    return {
        kind: sum(points for _, points in of)
        for kind, of in groupby(own, key=lambda each: each[0])
    }


def test_what_plans_pay_is_the_same_however_it_is_cut(priced):
    run, prices, groups = priced
    by_period = paid(groups, "period")
    of_course = pytest.approx(paid(groups, "area").get("course", 0.0))
    assert by_period.get("course", 0.0) == of_course
    for kind in ("site", "mentor", "mentor_hours"):
        total = pytest.approx(by_period.get(kind, 0.0), abs=1e-6)
        assert paid(groups, "area").get(kind, 0.0) == total
        assert paid(groups, "trajectory").get(kind, 0.0) == total
    rows = prices.rows
    sites = rows.site[rows.site >= 0]
    use = plan_use(run.problem, rows, run.plans).toarray()[:, sites]
    expected = float((use @ prices.row_prices[sites]).sum())
    assert by_period.get("site", 0.0) == pytest.approx(expected, abs=1e-6)


def test_dearest_of_a_group_is_the_highest_of_its_own(priced):
    run, prices, groups = priced
    rows = price_rows(run.problem, prices)
    found = [each for each in groups if each.by == "period"]
    assert found
    for each in found:
        own = {
            row.id: row.points
            for row in rows
            if (row.kind, row.period_id) == (each.kind, each.group)
        }
        assert each.dearest_points == max(own.values()) == own[each.dearest_id]
        assert each.scarce == len(own) <= each.of
        assert each.mean_points == pytest.approx(sum(own.values()) / each.of)


def test_competences_count_the_sites_that_offer_them(priced):
    run, _, groups = priced
    offered = {
        (row.trajectory_id, row.group, row.dearest_id)
        for row in groups
        if row.by == "competence" and row.kind == "site"
    }
    assert offered
    offers = run.dataset.offers
    table = set(
        zip(offers.trajectory_id, offers.competence_id, offers.site_id, strict=True)
    )
    assert offered <= table


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("nl", ["# Wat één plaats", "## Per opleiding", "## Wat deze prijzen wel"]),
        ("en", ["# What one place", "## By training", "## What these prices do"]),
    ],
)
def test_prices_are_told_in_words_with_what_they_do_not_say(priced, language, facts):
    run, prices, groups = priced
    rows = price_rows(run.problem, prices)
    policy = run.problem.policy
    text = prices_to_text(run.dataset, policy, rows, groups, language)
    for fact in facts:
        assert fact in text
    dearest = max(rows, key=lambda row: row.points)
    weeks = dearest.points / policy.unplaced
    comma = "," if language == "nl" else "."
    assert f"{weeks:.1f}".replace(".", comma) in text
    other = prices_to_text(
        run.dataset, policy, rows, groups, "en" if language == "nl" else "nl"
    )
    assert not set(text.splitlines()) & set(other.splitlines()) - {""}


def test_prices_of_a_run_that_was_stopped_early_are_worked_out_further(tmp_path):
    run = solved_case(8, "twelve", tmp_path).run
    stopped = replace(run, summary=replace(run.summary, gap=0.3))
    prices, anew = shadow_prices(stopped, tmp_path / "run"), shadow_prices(run)
    assert prices.row_prices.max() > 0
    # The relaxation ends within half a percent, wherever it begins.
    optimum = prices.points.sum()
    assert prices.bounds.sum() <= optimum + 1e-6
    assert prices.bounds.sum() >= 0.995 * anew.bounds.sum()


def test_prices_that_leave_much_unproven_are_not_good_enough(priced):
    _, prices, _ = priced
    at_the_edge = prices.points * (1 - MOST_OPEN)
    assert prove_enough(replace(prices, bounds=at_the_edge + 1e-9))
    assert not prove_enough(replace(prices, bounds=at_the_edge - 1.0))
