import logging
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import platformdirs
import pytest

from matcher.travel.router.cache import LegCache, Legs

ROUTE = "osrm http://localhost bike"


def legs(*rows):
    origin, destination, seconds = zip(*rows, strict=True)
    return Legs(
        origin=np.array(origin),
        destination=np.array(destination),
        seconds=np.array(seconds),
    )


def rows(found):
    columns = (found.origin, found.destination, found.seconds)
    return sorted(zip(*(column.tolist() for column in columns), strict=True), key=str)


def keys(*values):
    return np.array(values, dtype=np.int64)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def cache(folder):
    return LegCache(folder)


def files(folder):
    return sorted(path.name for path in folder.glob("*.sqlite"))


def test_empty_cache_knows_no_legs(cache):
    assert rows(cache.read(ROUTE, keys(1, 2))) == []


def test_what_was_written_is_read_by_origin(cache, folder):
    cache.write(ROUTE, legs((1, 7, 60.5), (1, 8, 0.0), (2, 7, 30.0)))
    assert rows(LegCache(folder).read(ROUTE, keys(1, 3))) == [(1, 7, 60.5), (1, 8, 0.0)]


def test_no_connection_is_remembered(cache):
    cache.write(ROUTE, legs((1, 7, np.nan)))
    assert np.isnan(cache.read(ROUTE, keys(1)).seconds).tolist() == [True]


def test_routes_do_not_mix(cache):
    cache.write(ROUTE, legs((1, 7, 60.0)))
    assert rows(cache.read("osrm http://localhost car", keys(1))) == []


def test_newer_answer_replaces_the_older(cache):
    cache.write(ROUTE, legs((1, 7, 60.0)))
    cache.write(ROUTE, legs((1, 7, 90.0)))
    assert rows(cache.read(ROUTE, keys(1))) == [(1, 7, 90.0)]


def test_largest_keys_come_back_whole(cache):
    largest = 1_800_000 * 3_600_001 + 3_600_000
    cache.write(ROUTE, legs((largest, largest - 1, 1.0)))
    assert rows(cache.read(ROUTE, keys(largest))) == [(largest, largest - 1, 1.0)]


def test_without_a_folder_the_users_cache_is_used(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    LegCache(None).write(ROUTE, legs((1, 7, 60.0)))
    assert files(platformdirs.user_cache_path("matcher") / "routers")


def corrupt_by_text(path):
    path.write_bytes(b"this was never a database" * 1000)


def corrupt_in_the_middle(path):
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + b"\xa5" * (len(content) - middle))


def corrupt_by_truncation(path):
    path.write_bytes(path.read_bytes()[:5000])


def corrupt_by_strange_rows(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE leg SET seconds = 'soon'")
        connection.commit()


def corrupt_by_negative_seconds(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE leg SET seconds = -1.0")
        connection.commit()


@pytest.mark.parametrize(
    "corrupt",
    [
        corrupt_by_text,
        corrupt_in_the_middle,
        corrupt_by_truncation,
        corrupt_by_strange_rows,
        corrupt_by_negative_seconds,
    ],
)
def test_corrupt_file_is_replaced_by_a_fresh_one(cache, folder, corrupt, caplog):
    many = legs(*((1, k, float(k)) for k in range(5000)))
    cache.write(ROUTE, many)
    (path,) = folder.glob("*.sqlite")
    corrupt(path)
    with caplog.at_level(logging.WARNING, logger="matcher"):
        assert rows(cache.read(ROUTE, keys(1))) == []
    assert "unreadable" in caplog.text
    cache.write(ROUTE, many)
    assert len(rows(LegCache(folder).read(ROUTE, keys(1)))) == 5000
    assert files(folder) == ["legs-v1-1.sqlite"]


def test_file_of_another_program_is_left_and_the_run_goes_on(cache, folder, caplog):
    folder.mkdir()
    with closing(sqlite3.connect(folder / "legs-v1-0.sqlite")) as connection:
        connection.execute("CREATE TABLE leg (name TEXT)")
    cache.write(ROUTE, legs((1, 7, 60.0)))
    assert rows(cache.read(ROUTE, keys(1))) == []
    assert "cannot be used" in caplog.text


def test_folder_that_cannot_be_made_leaves_the_run_without_cache(tmp_path, caplog):
    (tmp_path / "file").write_text("no folder")
    cache = LegCache(tmp_path / "file" / "cache")
    cache.write(ROUTE, legs((1, 7, 60.0)))
    assert rows(cache.read(ROUTE, keys(1))) == []
    assert "cannot be used" in caplog.text


WRITER = """
import sys
from pathlib import Path
import numpy as np
from matcher.travel.router.cache import LegCache, Legs
writer = int(sys.argv[2])
for k in range(40):
    LegCache(Path(sys.argv[1])).write("route", Legs(
        origin=np.full(25, writer), destination=np.arange(25) + 25 * k,
        seconds=np.full(25, float(writer))))
"""


def test_processes_may_write_at_the_same_time(folder):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(writer)])
        for writer in (1, 2)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    found = LegCache(folder).read("route", keys(1, 2))
    assert len(found.seconds) == 2 * 40 * 25
    assert (found.seconds == found.origin).all()


def test_cache_holds_rounded_points_and_seconds_only(cache, folder):
    cache.write(ROUTE, legs((1, 7, 60.0)))
    (path,) = folder.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(leg)")]
    assert names == ["route", "origin", "destination", "seconds"]
