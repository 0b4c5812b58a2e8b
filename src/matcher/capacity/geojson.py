"""``capacity.geojson``: sites with what the report says of them, for any map."""

import math
from collections.abc import Mapping
from typing import Any

from matcher.capacity.report import CapacityReport
from matcher.capacity.site_facts import SiteFact, site_facts
from matcher.suggestions import LoadedRun

_DECIMALS = 5
"""Of a degree: about a metre."""


def report_to_geojson(run: LoadedRun, report: CapacityReport) -> Mapping[str, Any]:
    """A feature per site with a location (RFC 7946); nothing of any learner."""
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(each)
            for each in site_facts(run, report)
            if math.isfinite(each.lat + each.lon)
        ],
    }


def _feature(site: SiteFact) -> Mapping[str, Any]:
    return {
        "type": "Feature",
        "id": site.site_id,
        "geometry": {
            "type": "Point",
            "coordinates": [round(site.lon, _DECIMALS), round(site.lat, _DECIMALS)],
        },
        "properties": {
            "site_id": site.site_id,
            "name": site.name,
            "postcode": site.postcode,
            "capacity": site.capacity,
            "trainings": list(site.trainings),
            "in_shortage": site.is_short,
            "dearest_points": site.dearest_points,
            "loss_points": site.loss_points,
        },
    }
