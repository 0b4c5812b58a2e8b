"""What stands between a learner and a site, and what would lift it, by the oracle."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

import matcher
from matcher.advice.change import ChangeError, part, with_parts
from matcher.advice.encounter import Encounter, encounter_of
from matcher.advice.site_barrier import barriers_of, status_of
from matcher.advice.site_changes import ChangeSet, changes_for_site
from matcher.dataset import Dataset, read_dataset
from matcher.dataset.write import write_dataset
from tests.advice import oracle_eligibility as oracle
from tests.checker.small_region import SmallRegion
from tests.oracle.tiny import Case, tiny_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One learner and one site of a random case, with what is said of them."""

    case: Case
    encounter: Encounter
    changes: tuple[ChangeSet, ...]

    @property
    def is_eligible(self) -> bool:
        return self.after(())

    def after(self, parts: tuple) -> bool:
        """Eligible by the oracle, once these parts are applied."""
        tables = oracle.with_parts(self.case.tables, list(parts))
        ids = self.encounter.learner_id, self.encounter.site_id
        return tables is not None and oracle.is_eligible(tables, self.case.policy, *ids)


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> list[Asked]:
    """Every learner and site of some random cases."""
    folder = tmp_path_factory.mktemp("cases")
    return [found for seed in range(24) for found in _of_case(seed, folder / str(seed))]


def _of_case(seed: int, folder: Path) -> Iterator[Asked]:
    case = tiny_case(seed)
    data, policy_file = case.write(folder)
    dataset, policy = read_dataset(data), matcher.read_policy(policy_file)
    ids = product(dataset.learners.learner_id, dataset.sites.site_id)
    for learner_id, site_id in ids:
        yield Asked(
            case=case,
            encounter=encounter_of(dataset, policy, learner_id, site_id),
            changes=changes_for_site(dataset, policy, learner_id, site_id),
        )


def test_status_is_what_the_oracle_says(asked):
    for each in asked:
        is_eligible = status_of(each.encounter) == "eligible"
        assert is_eligible == each.is_eligible, each.encounter
    assert {status_of(each.encounter) for each in asked} == {
        "eligible",
        "barred",
        "unknown",
    }


def test_barriers_stand_exactly_where_something_bars(asked):
    """A pair that is barred has barriers; of all its placements each has one."""
    for each in asked:
        if status_of(each.encounter) != "eligible":
            assert barriers_of(each.encounter)


def test_changes_do_what_they_say(asked):
    tried = [(each, change) for each in asked for change in each.changes]
    assert len(tried) > 100
    for each, change in tried:
        assert each.after(change.parts), change


def test_no_part_of_a_change_is_superfluous(asked):
    for each in asked:
        for change in each.changes:
            for at in range(len(change.parts)):
                fewer = change.parts[:at] + change.parts[at + 1 :]
                assert not each.after(fewer), (change, at)


def test_changes_are_given_where_nobody_refused(asked):
    for each in asked:
        barred = not each.is_eligible
        if barred and not each.encounter.refusals:
            assert each.changes, each.encounter
        if not barred:
            assert not each.changes


def small(region: SmallRegion, learner_id="L1", site_id="A") -> Encounter:
    return encounter_of(region.dataset(), matcher.Policy(), learner_id, site_id)


def found(region: SmallRegion) -> set[tuple]:
    """Rule, period, mentor, found and expected of each barrier of L1 at A."""
    return {
        (b.rule, b.period_id, b.mentor_id, b.found, b.expected)
        for b in barriers_of(small(region))
    }


def test_recognition_names_the_period_and_the_days():
    region = SmallRegion().change("recognitions", "A", valid_to="2027-01-31")
    assert found(region) == {
        ("E1", "P2", "", "../2027-01-31", "2026-12-15/2027-02-28"),
        ("E1", "P3", "", "../2027-01-31", "2027-03-01/2027-06-30"),
    }
    assert status_of(small(region)) == "eligible"


def test_mentor_names_what_is_missing():
    region = SmallRegion().drop("mentors", mentor_id="a2")
    region.change("mentors", "a1", trained_on="2026-10-01")
    assert found(region) == {("E2", "P1", "a1", "2026-10-01", "2026-09-01")}


def test_age_is_that_on_the_first_day():
    region = SmallRegion().change("sites", "A", min_age=18)
    assert ("E4", "P1", "", 17, 18.0) in found(region)


def test_unknown_is_told_as_unknown():
    region = SmallRegion().change("sites", "A", min_age=18)
    region.change("learners", "L1", birth_date="")
    assert found(region) == {("E4", "", "", None, 18.0)}
    assert status_of(small(region)) == "unknown"


def test_refusal_has_no_remedy():
    region = SmallRegion().add(
        "placements", learner_id="L1", site_id="A", status="refused"
    )
    dataset = region.dataset()
    assert found(region) == {("E8", "", "", "refused", None)}
    assert changes_for_site(dataset, matcher.Policy(), "L1", "A") == ()


def test_longer_journey_is_for_the_learner_to_decide():
    region = SmallRegion().change("sites", "A", lat=51.2)
    region.change("learners", "L1", max_travel_minutes=60)
    (first, *_) = changes_for_site(region.dataset(), matcher.Policy(), "L1", "A")
    (change,) = first.parts
    assert (change.table, change.column) == ("learners", "max_travel_minutes")
    assert first.decided_by == ("learner",)
    assert change.before == 60
    assert change.after > 60


def test_site_without_mentor_needs_a_trained_one():
    region = SmallRegion().drop("mentors", mentor_id="a1")
    region.drop("mentors", mentor_id="a2")
    (first, *_) = changes_for_site(region.dataset(), matcher.Policy(), "L1", "A")
    assert {part.column for part in first.parts} == {
        "site_id",
        "max_learners",
        "trained_on",
    }
    assert first.decided_by == ("enterprise",)


def changed(region: SmallRegion, *facts: object) -> Dataset:
    dataset = region.dataset()
    return with_parts(dataset, [part(dataset, *facts)])


def test_changed_dataset_is_read_back_as_it_is(tmp_path):
    facts = ("mentors", {"mentor_id": "a1"}, "available_to", "2027-01-01")
    dataset = changed(SmallRegion(), *facts)
    write_dataset(dataset, tmp_path)
    again = read_dataset(tmp_path)
    row = again.mentors.mentor_id.tolist().index("a1")
    assert again.mentors.available_to[row].item() == dt.date(2027, 1, 1)


def test_added_row_without_what_it_needs_is_no_row():
    with pytest.raises(ChangeError, match="site_id"):
        changed(SmallRegion(), "mentors", {"mentor_id": "new"}, "max_learners", 1)


def test_value_of_another_kind_does_not_fit():
    with pytest.raises(ChangeError, match="min_age"):
        changed(SmallRegion(), "sites", {"site_id": "A"}, "min_age", "old")
