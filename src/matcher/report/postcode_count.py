"""The figures behind the map: learners and sites per postcode."""

from collections import Counter
from dataclasses import dataclass

from matcher.dataset import Dataset
from matcher.problem.run_record import RunRecord
from matcher.report.geography import place_names


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodeCount:
    """Numbers at one postcode; `postcode` is "" where none is filled in."""

    postcode: str
    municipality: str
    num_learners: int
    num_placed: int
    num_used_sites: int
    num_free_sites: int


def postcode_counts(dataset: Dataset, record: RunRecord) -> tuple[PostcodeCount, ...]:
    """Counts by postcode, most learners first, ties by postcode."""
    learners, sites = dataset.learners, dataset.sites
    placed = {row.learner_id for row in record.assignments}
    used = {row.site_id for row in record.assignments}
    num_learners, num_placed = (
        Counter(learners.postcode),
        Counter(
            code
            for code, key in zip(learners.postcode, learners.learner_id, strict=True)
            if key in placed
        ),
    )
    num_sites, num_used = (
        Counter(sites.postcode),
        Counter(
            code
            for code, key in zip(sites.postcode, sites.site_id, strict=True)
            if key in used
        ),
    )
    names = place_names()
    codes = sorted(
        num_learners.keys() | num_sites.keys(), key=lambda c: (-num_learners[c], c)
    )
    return tuple(
        PostcodeCount(
            postcode=code,
            municipality=names.get(code, ""),
            num_learners=num_learners[code],
            num_placed=num_placed[code],
            num_used_sites=num_used[code],
            num_free_sites=num_sites[code] - num_used[code],
        )
        for code in codes
    )
