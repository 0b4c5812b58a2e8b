"""The parts of README.md that code writes: run this file to bring them up to date."""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from matcher.advice.reason import reasons_reference_markdown
from matcher.dataset import codes_reference_markdown, schema_reference_markdown
from matcher.policy import GuidancePolicy, Policy, TravelMode, TravelPolicy

README = Path(__file__).parents[2] / "README.md"
_ATTRIBUTE = re.compile(r"^(\w+(?:, \w+)*)\n((?:    .*\n?)+)", flags=re.MULTILINE)


def parts() -> Mapping[str, str]:
    """Each part by the name in its markers."""
    return {
        "reasons": reasons_reference_markdown(),
        "policy": policy_markdown(),
        "schema": schema_reference_markdown(),
        "findings": codes_reference_markdown(),
    }


def with_parts(text: str) -> str:
    """The text with every part as code writes it now."""
    for name, part in parts().items():
        start = f"<!-- {name}: made by tests/house/readme_parts.py -->\n"
        end = f"<!-- end of {name} -->"
        head, rest = text.split(start)
        _, tail = rest.split(end)
        text = f"{head}{start}\n{part}\n{end}{tail}"
    return text


def policy_markdown() -> str:
    """The keys of the policy, their defaults and what their classes say of them."""
    sections = (
        ("", Policy, {"travel", "guidance"}),
        ("travel.", TravelPolicy, {"modes"}),
        ("guidance.", GuidancePolicy, set()),
    )
    rows = ["| key | default | meaning |", "| --- | --- | --- |"]
    for prefix, shape, left_out in sections:
        defaults = {field.name: field.default for field in fields(shape)}
        for names, meaning in _meanings(shape):
            kept = [name for name in names if name not in left_out]
            if kept:
                keys = ", ".join(f"`{prefix}{name}`" for name in kept)
                values = ", ".join(_toml(defaults[name]) for name in kept)
                rows.append(f"| {keys} | {values} | {meaning} |")
    meaning = " ".join(meaning for _, meaning in _meanings(TravelMode))
    for name, mode in TravelPolicy().modes.items():
        default = f"`{{ access = {mode.access:g}, speed = {mode.speed:g} }}`"
        rows.append(f"| `travel.modes.{name}` | {default} | {meaning} |")
    return "\n".join(rows) + "\n"


def _meanings(shape: type[Any]) -> Iterator[tuple[list[str], str]]:
    """Names and meaning of each entry in the Attributes section of a class."""
    _, section = (inspect.getdoc(shape) or "").split("Attributes\n----------\n")
    for names, meaning in _ATTRIBUTE.findall(section):
        yield names.split(", "), " ".join(meaning.split()).replace("``", "`")


def _toml(default: object) -> str:
    if default is None:
        return "absent"
    return f'`"{default}"`' if isinstance(default, str) else f"`{default:g}`"


if __name__ == "__main__":
    README.write_text(with_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
