"""What every page in one file shares: its templates, its language, its policy.

Style and script stand in the page itself, and a content security policy knows them by
their digest: the page asks nothing of any network.
"""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

SWITCH = ("report", "switch.js")
"""The script that switches between the two languages of a page."""


def page_environment(*rooms: str, **known: object) -> Environment:
    """Templates of some rooms; of two with the same name that of the first room.

    Parameters
    ----------
    known
        What every template knows by name.
    """
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader(f"matcher.{room}", "templates") for room in rooms]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(known)
    return environment


def inlined(
    styles: Sequence[tuple[str, str]], scripts: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """Facts of a template: style and script, and the digests of both.

    Parameters
    ----------
    styles, scripts
        Files, each by its room and its name, one after the other.
    """
    style, script = (
        "".join(_packaged(*each) for each in names) for names in (styles, scripts)
    )
    return {
        "style": style,
        "script": script,
        "style_digest": _digest(style),
        "script_digest": _digest(script),
    }


def _packaged(room: str, name: str) -> str:
    source = files(f"matcher.{room}") / "templates" / name
    return source.read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Digest by which a content security policy knows an inline text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return base64.b64encode(digest).decode("ascii")
