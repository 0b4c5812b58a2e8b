"""Minutes from every learner to one place, there or only thought of."""

import numpy as np

from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.position import Index, positions_of
from matcher.suggestions import LoadedRun
from matcher.travel import EstimateProvider, Points, postcode_points


class SiteMinutes:
    """Minutes as the run counts them: the `travel` row, else the estimate."""

    def __init__(self, run: LoadedRun) -> None:
        learners = run.dataset.learners
        self._dataset = run.dataset
        self._points = postcode_points()
        self._provider = EstimateProvider(run.problem.policy.travel)
        self._from = Points(
            *self._points.locate(learners.postcode, learners.lat, learners.lon)
        )
        rows = run.dataset.travel
        self._row_learner = positions_of(rows.learner_id, learners.learner_id)

    def of_site(self, site: int) -> Floats:
        """(learners,), NaN where a location is unknown."""
        sites, rows = self._dataset.sites, self._dataset.travel
        one = slice(site, site + 1)
        minutes = self.of_place(sites.postcode[one], sites.lat[one], sites.lon[one])
        here = rows.site_id == sites.site_id[site]
        minutes[self._row_learner[here]] = rows.minutes[here]
        return minutes

    def of_postcode(self, postcode: str) -> Floats:
        """(learners,), to the middle of a municipality."""
        nowhere = np.array([np.nan])
        return self.of_place(np.array([postcode], object), nowhere, nowhere)

    def of_place(self, postcode: Texts, lat: Floats, lon: Floats) -> Floats:
        """(learners,), to a place given as one row of a table."""
        learner: Index = np.arange(len(self._dataset.learners))
        return np.array(
            self._provider.minutes(
                self._from,
                Points(*self._points.locate(postcode, lat, lon)),
                learner,
                np.zeros_like(learner),
                list(self._dataset.learners.modes),
            )
        )
