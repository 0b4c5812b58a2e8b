"""Half a location: latitude without longitude, or the other way round."""

from collections.abc import Mapping

import numpy as np

from matcher.dataset.findings import FindingList
from matcher.dataset.tables import Bools
from matcher.dataset.typed import TypedTable

_LOCATED = ("sites", "learners", "courses")


def check_places(tables: Mapping[str, TypedTable], findings: FindingList) -> None:
    """Report rows with only one of lat and lon; the column is the blank one."""
    for name in _LOCATED:
        table = tables[name]
        has_lat = _is_filled(table, "lat")
        has_lon = _is_filled(table, "lon")
        for column, lacking in (
            ("lat", has_lon & ~has_lat),
            ("lon", has_lat & ~has_lon),
        ):
            positions = np.flatnonzero(lacking)
            for position in findings.room_for("half_location", name, column, positions):
                other = "lon" if column == "lat" else "lat"
                findings.add(
                    "half_location",
                    table=name,
                    row=int(table.rows[position]),
                    column=column,
                    value="",
                    other=other,
                )


def _is_filled(table: TypedTable, column: str) -> Bools:
    filled: Bools = table.text_array(column) != ""
    return filled
