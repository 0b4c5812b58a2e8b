"""What the report says of each site, for maps."""

from dataclasses import dataclass

from matcher.capacity.names import Names
from matcher.capacity.report import CapacityReport
from matcher.suggestions import LoadedRun
from matcher.travel import postcode_points


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFact:
    """A site in the report.

    Attributes
    ----------
    lat, lon
        Degrees; NaN where nobody knows.
    trainings
        Ids of the trainings that it is recognised for, in any period.
    is_short
        It stands in a certificate, itself or one of its mentors.
    dearest_points
        What one more place, learner of a mentor or mentor hour is worth at the most.
    loss_points
        Of its plan B; None where the run uses nothing of it, or none was searched.
    """

    site_id: str
    name: str
    postcode: str
    lat: float
    lon: float
    capacity: int
    trainings: tuple[str, ...]
    is_short: bool
    dearest_points: float
    loss_points: float | None


def site_facts(run: LoadedRun, report: CapacityReport) -> tuple[SiteFact, ...]:
    """One per site, in the order of the table."""
    sites, names = run.dataset.sites, Names(run.dataset)
    lat, lon = postcode_points().locate(sites.postcode, sites.lat, sites.lon)
    short = {
        place.site_id or place.place_id
        for shortage in report.shortages
        for place in shortage.places
        if place.kind != "enterprise"
    }
    dearest: dict[str, float] = {}
    for row in report.prices:
        if row.kind in ("site", "mentor", "mentor_hours"):
            site_id = row.id if row.kind == "site" else names.site_of_mentor(row.id)
            dearest[site_id] = max(row.points, dearest.get(site_id, 0.0))
    loss = {each.id: each.loss_points for each in report.repairs if each.kind == "site"}
    trainings = _trainings(run)
    return tuple(
        SiteFact(
            site_id=site_id,
            name=names.thing("site", site_id),
            postcode=sites.postcode[at],
            lat=float(lat[at]),
            lon=float(lon[at]),
            capacity=int(sites.capacity[at]),
            trainings=tuple(trainings.get(at, ())),
            is_short=site_id in short,
            dearest_points=dearest.get(site_id, 0.0),
            loss_points=loss.get(site_id),
        )
        for at, site_id in enumerate(sites.site_id.tolist())
    )


def _trainings(run: LoadedRun) -> dict[int, list[str]]:
    """Ids of trainings per position of a site, in the order of their table."""
    offerings = run.problem.pairs.offerings
    ids = run.dataset.trajectories.trajectory_id
    found: dict[int, list[str]] = {}
    for at in range(len(offerings.site)):
        if offerings.recognised[at].any():
            own = found.setdefault(int(offerings.site[at]), [])
            own.append(str(ids[offerings.trajectory[at]]))
    return found
