"""Faults of every kind in the clean dataset, and where each must be found."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.dataset.base_tables import Tables

REGISTER_NUMBER = "93.05.18-223.61"
REGISTER_NUMBER_FROM_2000 = "05010100113"


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One change of the clean dataset; nothing else may be found at its level."""

    name: str
    change: Callable[[Tables], object]
    code: str
    table: str | None
    row: int | None = None
    column: str | None = None


def put(table, row, column, value):
    def change(tables):
        tables[table][row][tables[table][0].index(column)] = value

    return change


def add(table, *cells):
    return lambda tables: tables[table].append(list(cells))


def without_table(table):
    return lambda tables: tables.pop(table)


def without_column(table, column):
    def change(tables):
        position = tables[table][0].index(column)
        for record in tables[table]:
            record.pop(position)

    return change


def titled(table, column, title):
    return put(table, 0, column, title)


def with_column(table, title, cell):
    def change(tables):
        for record in tables[table]:
            record.append(title if record is tables[table][0] else cell)

    return change


def both(*changes):
    def change(tables):
        for each in changes:
            each(tables)

    return change


def _cell(name, code, table, row, column, value):
    return PlantedFault(name, put(table, row, column, value), code, table, row, column)


def _tables_and_columns():
    required = "periods trajectories competences sites recognitions offers mentors"
    for table in [*required.split(), "learners"]:
        yield PlantedFault(f"no {table}", without_table(table), "table_missing", table)
    for table, column in (
        ("periods", "end"),
        ("competences", "learn_at"),
        ("sites", "capacity"),
        ("offers", "competence_id"),
        ("mentors", "max_learners"),
        ("learners", "learner_id"),
        ("scores", "success"),
    ):
        yield PlantedFault(
            f"no {table}.{column}",
            without_column(table, column),
            "column_missing",
            table,
            None,
            column,
        )
    yield PlantedFault(
        "misspelt column",
        titled("sites", "languages", "langauges"),
        "column_unknown",
        "sites",
        None,
        "langauges",
    )
    yield PlantedFault(
        "foreign column",
        with_column("learners", "gender", "x"),
        "column_unknown",
        "learners",
        None,
        "gender",
    )
    yield PlantedFault(
        "column without a title",
        with_column("learners", "", "x"),
        "row_ragged",
        "learners",
        1,
    )
    yield PlantedFault(
        "column twice",
        with_column("sites", "name", "x"),
        "column_duplicate",
        "sites",
        None,
        "name",
    )
    yield PlantedFault(
        "no header at all",
        lambda tables: tables["travel"].clear(),
        "table_empty",
        "travel",
    )


def _cells():
    yield _cell("blank id", "blank", "enterprises", 2, "enterprise_id", "")
    yield _cell("blank name", "blank", "trajectories", 1, "name", "  ")
    yield _cell("blank capacity", "blank", "sites", 1, "capacity", "")
    yield _cell("blank learn_at", "blank", "competences", 1, "learn_at", "")
    for value in ("two", "nan", "inf", "-inf", "1.000,5", "1_000", "0x10", "#N/A", "٣"):
        yield _cell(f"weeks {value}", "wrong_kind", "competences", 3, "weeks", value)
    for value in ("1.5", "2,5", "3.000", "1e1", "-", "TRUE"):
        yield _cell(f"capacity {value}", "wrong_kind", "sites", 3, "capacity", value)
    for value in ("1/09/2026", "2026-13-01", "2026-02-30", "2026-9-1", "morgen"):
        yield _cell(f"start {value}", "wrong_kind", "periods", 1, "start", value)
    yield _cell("yes", "wrong_kind", "support_needs", 1, "required", "yes")
    yield _cell("choice", "wrong_kind", "trajectories", 1, "education", "Secundair")
    yield _cell("status", "wrong_kind", "abilities", 2, "status", "misschien")
    yield _cell("mode", "wrong_kind", "learners", 1, "modes", "bike|horse")
    yield _cell("mode list", "wrong_kind", "learners", 1, "modes", "bike,pt")
    yield _cell("learn_at", "wrong_kind", "competences", 1, "learn_at", "thuis")
    yield _cell("bars only", "wrong_kind", "competences", 1, "learn_at", "| |")
    yield _cell("bar in word", "wrong_kind", "abilities", 1, "demand", "tillen|hoogte")
    yield _cell("line in id", "wrong_kind", "courses", 1, "course_id", "C\n1")
    yield _cell("by", "wrong_kind", "preferences", 1, "by", "school")
    for table, row, column, value in (
        ("periods", 1, "weeks", "-1"),
        ("periods", 1, "start", "1066-09-01"),
        ("trajectories", 1, "days_per_week", "8"),
        ("trajectories", 1, "max_sites", "0"),
        ("competences", 1, "weight", "-0.5"),
        ("contexts", 2, "weeks", "-1"),
        ("sites", 1, "capacity", "-2"),
        ("sites", 1, "capacity", "99999999999999999999"),
        ("sites", 1, "lat", "151"),
        ("sites", 1, "lon", "-181"),
        ("sites", 1, "min_age", "-1"),
        ("mentors", 1, "max_learners", "-1"),
        ("mentors", 1, "hours_per_week", "200"),
        ("learners", 1, "max_travel_minutes", "-5"),
        ("courses", 1, "seats", "-1"),
        ("support_needs", 1, "level", "4"),
        ("preferences", 1, "preference", "1,01"),
        ("travel", 1, "minutes", "1e300"),
        ("scores", 1, "success", "1.5"),
    ):
        name = f"{table}.{column} {value}"
        yield _cell(name, "out_of_range", table, row, column, value)


def _references():
    for table, row, column in (
        ("competences", 1, "window_from"),
        ("recognitions", 1, "site_id"),
        ("recognitions", 1, "trajectory_id"),
        ("offers", 1, "site_id"),
        ("offers", 1, "competence_id"),
        ("offers", 2, "period_from"),
        ("offers", 4, "period_to"),
        ("mentors", 3, "site_id"),
        ("learners", 3, "trajectory_id"),
        ("requirements", 1, "competence_id"),
        ("courses", 1, "competence_id"),
        ("courses", 1, "period_id"),
        ("support_needs", 2, "learner_id"),
        ("abilities", 2, "learner_id"),
        ("acquired", 1, "competence_id"),
        ("preferences", 3, "site_id"),
        ("placements", 3, "site_id"),
        ("placements", 1, "mentor_id"),
        ("placements", 1, "period_id"),
        ("travel", 1, "learner_id"),
        ("guidance", 1, "mentor_id"),
        ("scores", 1, "site_id"),
    ):
        name = f"{table}.{column} unknown"
        yield _cell(name, "unknown_reference", table, row, column, "nergens")
    yield _cell(
        "requires", "unknown_reference", "competences", 2, "requires", "ontvangen|ooit"
    )
    yield _cell(
        "competence of another trajectory",
        "unknown_reference",
        "offers",
        5,
        "competence_id",
        "heftruck",
    )
    yield _cell(
        "context as attest",
        "unknown_reference",
        "requirements",
        1,
        "competence_id",
        "stapelaar",
    )
    yield _cell(
        "mentor of another site", "mentor_elsewhere", "placements", 1, "mentor_id", "M2"
    )
    yield PlantedFault(
        "acquired in another trajectory",
        add("acquired", "L1", "basiszorg"),
        "acquired_elsewhere",
        "acquired",
        2,
        "competence_id",
    )


def _keys():
    for table, cells, column in (
        ("periods", ("P1", "2027-04-01", "2027-04-30", ""), "period_id"),
        ("trajectories", ("LOG", "Nog eens", *[""] * 6), "trajectory_id"),
        ("sites", ("W3", "", "Nog eens", "", "", "", "1", *[""] * 5), "site_id"),
        ("mentors", ("M3", "W3", "1", *[""] * 5), "mentor_id"),
        ("learners", ("L3", "ZORG", *[""] * 11), "learner_id"),
        ("courses", ("C1", "LOG", "ontvangen", "P2", "1", *[""] * 4), "course_id"),
        ("enterprises", ("E2", "", ""), "enterprise_id"),
        ("competences", ("LOG", "heftruck", "x", *[""] * 3, "school", *[""] * 5), None),
        ("contexts", ("LOG", "voertuig", "stapelaar", "", "1", "", ""), None),
        ("recognitions", ("W2", "LOG", "2025-01-01", ""), None),
        ("offers", ("W1", "LOG", "reachtruck", "P1", ""), None),
        ("requirements", ("W1", "LOG", "heftruck"), None),
        ("support_needs", ("L1", "rustige_plek", "1", ""), None),
        ("abilities", ("L1", "tillen", "no", "", ""), None),
        ("acquired", ("L2", "ontvangen"), None),
        ("preferences", ("L1", "W1", "site", "0"), None),
        ("placements", ("L2", "", "W1", "", "refused"), None),
        ("travel", ("L1", "W2", "10"), None),
        ("guidance", ("L1", "M1", "1"), None),
        ("scores", ("L1", "W1", "0.5"), None),
    ):
        yield PlantedFault(
            f"{table} twice",
            lambda tables, table=table, cells=cells: tables[table].append(list(cells)),
            "duplicate_key",
            table,
            _NUM_ROWS[table] + 1,
            column,
        )


_NUM_ROWS = {
    "periods": 3,
    "trajectories": 2,
    "competences": 4,
    "contexts": 2,
    "sites": 3,
    "recognitions": 4,
    "offers": 5,
    "mentors": 3,
    "learners": 3,
    "requirements": 1,
    "courses": 1,
    "enterprises": 2,
    "support_needs": 2,
    "abilities": 2,
    "acquired": 1,
    "preferences": 3,
    "placements": 3,
    "travel": 1,
    "guidance": 1,
    "scores": 1,
}


def _relations():
    yield _cell("period ends first", "empty_window", "periods", 1, "end", "2026-08-01")
    yield _cell(
        "recognition", "empty_window", "recognitions", 4, "valid_to", "2024-08-31"
    )
    yield _cell("mentor", "empty_window", "mentors", 2, "available_to", "2026-08-31")
    yield _cell("offer", "empty_window", "offers", 3, "period_to", "P2")
    yield PlantedFault(
        "competence window",
        both(
            put("competences", 1, "window_from", "P3"),
            put("competences", 1, "window_to", "P1"),
        ),
        "empty_window",
        "competences",
        1,
        "window_to",
    )
    faults = list(_overlaps_and_places())
    yield from faults


def _overlaps_and_places():
    competence_window = put("competences", 1, "window_to", "P2")
    yield PlantedFault(
        "periods overlap by a day",
        put("periods", 2, "start", "2026-10-26"),
        "period_overlap",
        "periods",
        2,
        "start",
    )
    yield PlantedFault(
        "period inside another",
        both(competence_window, put("periods", 1, "end", "2027-12-31")),
        "period_overlap",
        "periods",
        2,
        "start",
    )
    yield _cell(
        "more weeks than days", "weeks_exceed_dates", "periods", 1, "weeks", "9"
    )
    yield _cell("lat without lon", "half_location", "sites", 1, "lon", "")
    yield _cell("lon without lat", "half_location", "learners", 2, "lat", "")
    yield _cell("course", "half_location", "courses", 1, "lat", "")
    yield _cell(
        "signed without mentor",
        "placement_incomplete",
        "placements",
        1,
        "mentor_id",
        "",
    )
    yield _cell(
        "signed without period",
        "placement_incomplete",
        "placements",
        1,
        "period_id",
        "",
    )
    yield _cell(
        "proposed without period",
        "placement_incomplete",
        "placements",
        2,
        "period_id",
        "",
    )
    for status, mentor in (("signed", "M2"), ("proposed", "")):
        period = "P1" if status == "signed" else "P2"
        yield PlantedFault(
            f"second {status}",
            add("placements", "L1", period, "W2", mentor, status),
            "placement_second",
            "placements",
            4,
            "status",
        )
    yield _cell("at_least differs", "group_differs", "contexts", 2, "at_least", "2")
    yield _cell("weight differs", "group_differs", "contexts", 2, "weight", "2")
    yield PlantedFault(
        "group out of reach",
        both(put("contexts", 1, "at_least", "3"), put("contexts", 2, "at_least", "3")),
        "context_out_of_reach",
        "contexts",
        1,
        "at_least",
    )
    yield PlantedFault(
        "context called like a competence",
        add("contexts", "LOG", "voertuig", "heftruck", "", "1", "", ""),
        "shared_id",
        "contexts",
        3,
        "context_id",
    )


def _words():
    for name, table, row, column, value in (
        ("need", "support_needs", 2, "need", "uitleg_extra"),
        ("support of site", "sites", 2, "supports", "lift"),
        ("support of mentor", "mentors", 2, "supports", "gebarentaal"),
        ("demand", "sites", 2, "demands", "hoogte"),
    ):
        yield _cell(f"{name} alone", "word_on_one_side", table, row, column, value)
    yield PlantedFault(
        "ability alone",
        add("abilities", "L3", "koude", "yes", "", ""),
        "word_on_one_side",
        "abilities",
        3,
        "demand",
    )


def _private():
    for table, row, column, value in (
        (
            "learners",
            3,
            "learner_id",
            REGISTER_NUMBER.replace(".", "").replace("-", ""),
        ),
        ("learners", 3, "school_id", REGISTER_NUMBER),
        ("sites", 1, "name", f"Jan ({REGISTER_NUMBER}) thuis"),
        ("courses", 1, "provider", "93 05 18 223 61"),
        ("abilities", 1, "assessed_by", REGISTER_NUMBER_FROM_2000),
        ("competences", 1, "name", f"12 {REGISTER_NUMBER}"),
    ):
        name = f"register number in {table}.{column}"
        yield _cell(name, "register_number", table, row, column, value)
    yield _cell("bell", "control_character", "sites", 1, "name", "Magazijn\x07")
    yield _cell("novel", "cell_too_long", "sites", 1, "name", "x" * 10_001)


PLANTED = (
    *_tables_and_columns(),
    *_cells(),
    *_references(),
    *_keys(),
    *_relations(),
    *_words(),
    *_private(),
)
