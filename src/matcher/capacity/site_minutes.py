"""Minutes from learners to one place, there or only thought of."""

import numpy as np

from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.position import Index, positions_of
from matcher.suggestions import LoadedRun
from matcher.travel import EstimateProvider, Points, postcode_points


class SiteMinutes:
    """Minutes as the run counts them: the `travel` row, else the estimate.

    Parameters
    ----------
    learner
        Positions, ascending, of whom it is asked; all when absent.
    """

    def __init__(self, run: LoadedRun, learner: Index | None = None) -> None:
        learners = run.dataset.learners
        own = np.arange(len(learners)) if learner is None else learner
        self._dataset, self._count = run.dataset, len(own)
        self._modes = [learners.modes[at] for at in own]
        self._points = postcode_points()
        self._provider = EstimateProvider(run.problem.policy.travel)
        self._from = Points(
            *self._points.locate(
                learners.postcode[own], learners.lat[own], learners.lon[own]
            )
        )
        rows = run.dataset.travel
        self._row_learner = positions_of(rows.learner_id, learners.learner_id[own])

    def of_site(self, site: int) -> Floats:
        """(learners,), NaN where a location is unknown."""
        sites, rows = self._dataset.sites, self._dataset.travel
        one = slice(site, site + 1)
        minutes = self.of_place(sites.postcode[one], sites.lat[one], sites.lon[one])
        here = (rows.site_id == sites.site_id[site]) & (self._row_learner >= 0)
        minutes[self._row_learner[here]] = rows.minutes[here]
        return minutes

    def of_sites(self, sites: Index) -> Floats:
        """(learners, sites), of many sites at once."""
        table, rows = self._dataset.sites, self._dataset.travel
        there = Points(
            *self._points.locate(
                table.postcode[sites], table.lat[sites], table.lon[sites]
            )
        )
        learner, place = np.indices((self._count, len(sites))).reshape(2, -1)
        minutes = np.array(
            self._provider.minutes(self._from, there, learner, place, self._modes)
        ).reshape(self._count, len(sites))
        row_site = positions_of(rows.site_id, table.site_id[sites])
        known = (row_site >= 0) & (self._row_learner >= 0)
        minutes[self._row_learner[known], row_site[known]] = rows.minutes[known]
        return minutes

    def of_postcode(self, postcode: str) -> Floats:
        """(learners,), to the middle of a municipality."""
        nowhere = np.array([np.nan])
        return self.of_place(np.array([postcode], object), nowhere, nowhere)

    def of_place(self, postcode: Texts, lat: Floats, lon: Floats) -> Floats:
        """(learners,), to a place given as one row of a table."""
        learner: Index = np.arange(self._count)
        return np.array(
            self._provider.minutes(
                self._from,
                Points(*self._points.locate(postcode, lat, lon)),
                learner,
                np.zeros_like(learner),
                self._modes,
            )
        )
