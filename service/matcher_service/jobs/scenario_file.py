"""A scenario that came as JSON, written as the TOML file that the library reads."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_scenario(path: Path, dataset: Path, content: Mapping[str, Any]) -> None:
    """Write a scenario.

    Parameters
    ----------
    dataset
        The data that it changes: ours, never a path of who asked.
    content
        `title`, `question` and `changes`.
    """
    lines = [
        f"title = {_value(content['title'])}",
        f"question = {_value(content['question'] or content['title'])}",
        f"dataset = {_value(str(dataset))}",
    ]
    for change in content["changes"]:
        lines += ["", "[[change]]"]
        lines += [f"{_key(name)} = {_value(value)}" for name, value in change.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return value if _DAY.fullmatch(value) else _text(value)
        case Mapping():
            inside = (f"{_key(name)} = {_value(each)}" for name, each in value.items())
            return "{ " + ", ".join(inside) + " }"
        case Sequence():
            return "[" + ", ".join(_value(each) for each in value) + "]"
        case _:
            message = "A change holds texts, numbers, lists and tables."
            raise ValueError(message)


def _text(text: str) -> str:
    return json.dumps(text).replace("\x7f", "\\u007f")
