"""Scenarios as text, compared in this process."""

from pathlib import Path

from matcher.scenario import read_scenario
from matcher.whatif import WhatifParams, whatif
from tests.scenario.small import small

HEAD = 'title = "T"\nquestion = "Q"\ndataset = "{data}"\n'


def scenario(folder: Path, text: str, name: str = "one", data: object = None):
    """A scenario file about the small region, or about other data."""
    if data is None:
        data = folder / "data"
        if not data.exists():
            small(data)
    path = folder / f"{name}.toml"
    path.write_text(HEAD.format(data=data) + text, encoding="utf-8")
    return read_scenario(path)


def change(kind: str, **fields: object) -> str:
    lines = [
        f"{key} = {value}" if isinstance(value, int | float) else f"{key} = {value!r}"
        for key, value in fields.items()
    ]
    return "\n".join([f'[[change]]\nkind = "{kind}"', *lines, ""]).replace("'", '"')


def compared(folder: Path, *scenarios, **params):
    options = {"gap": 0.0, **params}
    return whatif(scenarios, folder / "out", WhatifParams(**options))
