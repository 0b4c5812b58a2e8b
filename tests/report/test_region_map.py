import math
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from matcher.dataset import Dataset
from matcher.report.backdrop import LABEL_SIZE, WIDTH, backdrop
from matcher.report.geography import coarse_spots, provinces_at, spots_of
from matcher.report.region_map import region_map
from matcher.travel import postcode_points
from tests.report.sample_records import multiplied, sample_dataset, sample_record

NAN = math.nan


def _located(dataset: Dataset, **columns: object) -> Dataset:
    """Dataset whose learners all have these postcode, lat and lon."""
    size = len(dataset.learners)
    arrays = {
        name: np.array([value] * size, dtype=object if name == "postcode" else float)
        for name, value in columns.items()
    }
    return replace(dataset, learners=replace(dataset.learners, **arrays))


def test_a_learner_shows_at_the_postcode_and_never_at_the_address():
    spots = coarse_spots(
        np.array(["9000", "9000", "", ""], dtype=object),
        np.array([51.08, NAN, 51.0511, NAN]),
        np.array([3.70, NAN, 3.7181, NAN]),
    )
    points = postcode_points()
    known = spots_of(points.lat, points.lon)
    at = list(points.postcode).index("9000")
    assert spots.east[0] == spots.east[1] == known.east[at]
    assert spots.north[0] == known.north[at]
    assert spots.east[2] in known.east  # snapped to the nearest postcode
    assert spots.east[2] != spots_of(np.array([51.0511]), np.array([3.7181])).east[0]
    assert math.isnan(spots.east[3])


def test_spots_know_their_province_and_the_sea_has_none():
    lat = np.array([51.05, 51.21, 50.85, 51.6, 50.4])
    lon = np.array([3.72, 3.22, 4.35, 2.5, 4.4])
    assert provinces_at(spots_of(lat, lon)).tolist() == [1, 0, 5, -1, -1]


def test_the_map_shows_every_learner_and_site_inside_its_frame():
    dataset, record = sample_dataset("d"), sample_record("d")
    drawn = region_map(dataset, record)
    assert drawn is not None
    used = {row.site_id for row in record.assignments}
    assert len(drawn.used_sites) == len(used)
    assert len(drawn.free_sites) == len(dataset.sites) - len(used)
    symbols = (*drawn.homes, *drawn.open_homes, *drawn.used_sites, *drawn.free_sites)
    assert all(0 < each.x < WIDTH for each in symbols)
    assert all(0 < each.y < drawn.frame.height for each in symbols)
    assert all(0 < label.x < WIDTH for label in drawn.labels)
    assert len({label.name for label in drawn.labels}) == len(drawn.labels)


def test_learners_of_one_postcode_share_a_circle_that_grows():
    dataset = _located(sample_dataset("d"), postcode="9900", lat=NAN, lon=NAN)
    record = sample_record("d")
    drawn = region_map(dataset, record)
    assert drawn is not None
    (home,), (waiting,) = drawn.homes, drawn.open_homes
    assert (home.x, home.y) == (waiting.x, waiting.y)
    assert home.size / waiting.size == pytest.approx(math.sqrt(9 / 5), rel=0.02)


def test_lines_run_from_homes_to_sites_once_per_pair():
    dataset = _located(sample_dataset("d"), postcode="9900", lat=NAN, lon=NAN)
    record = sample_record("d")
    drawn = region_map(dataset, record)
    assert drawn is not None
    assert len(re.findall("M", drawn.journeys)) == len(
        {row.site_id for row in record.assignments}
    )


def test_learners_without_a_place_are_counted_and_left_out():
    dataset = _located(sample_dataset("d"), postcode="", lat=NAN, lon=NAN)
    drawn = region_map(dataset, sample_record("d"))
    assert drawn is not None
    assert drawn.num_unlocated == len(dataset.learners)
    assert drawn.homes == drawn.open_homes == ()
    assert drawn.journeys == ""


def test_without_any_place_there_is_no_map():
    dataset = _located(sample_dataset("d"), postcode="", lat=NAN, lon=NAN)
    size = len(dataset.sites)
    sites = replace(
        dataset.sites,
        postcode=np.array([""] * size, dtype=object),
        lat=np.full(size, NAN),
        lon=np.full(size, NAN),
    )
    assert region_map(replace(dataset, sites=sites), sample_record("d")) is None


def test_a_corner_of_flanders_gets_an_inset_and_all_of_it_does_not():
    corner = region_map(sample_dataset("d"), sample_record("d"))
    assert corner is not None
    assert corner.inset is not None
    assert 0 < corner.inset.x < corner.inset.width
    dataset = sample_dataset("d")
    postcodes = dataset.learners.postcode.copy()
    postcodes[:2] = ["8660", "3630"]  # from the coast to the Maas
    lat = np.full(len(postcodes), NAN)
    learners = replace(dataset.learners, postcode=postcodes, lat=lat, lon=lat)
    whole = region_map(replace(dataset, learners=learners), sample_record("d"))
    assert whole is not None
    assert whole.inset is None
    assert whole.scale_km > corner.scale_km


def test_symbols_shrink_where_they_crowd():
    dataset, record = sample_dataset("d"), sample_record("d")
    few = region_map(dataset, record)
    many = region_map(*multiplied(dataset, record, 60))
    assert few is not None
    assert many is not None
    assert many.journey_opacity < few.journey_opacity


def test_no_name_of_a_town_lies_over_what_a_map_draws():
    points = postcode_points()
    spots = spots_of(points.lat, points.lon)
    homes = Counter({"9000": 40, "9900": 20, "9030": 10})
    free = backdrop(homes, spots)
    assert free is not None
    taken = [
        (each.x - 20, each.y - 20, each.x + 20, each.y + 20) for each in free.labels
    ]
    beside = backdrop(homes, spots, drawn=lambda _: taken)
    assert beside is not None
    assert len(beside.labels) >= len(free.labels) / 2  # they found another place
    for label in beside.labels:
        length = 0.56 * LABEL_SIZE * len(label.name)
        left = label.text_x - (length if label.anchor == "end" else 0.0)
        for box in taken:
            assert (
                left >= box[2] - 0.1
                or left + length <= box[0] + 0.1
                or not (box[1] < label.y < box[3])
            )
