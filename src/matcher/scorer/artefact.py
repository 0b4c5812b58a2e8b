"""A scorer on disk: JSON and text that a person can read, sealed by digests.

``SHA256SUMS`` holds the digest of every other file, and the digest of ``SHA256SUMS``
names the artefact. Nothing in it is ever executed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher.errors import ArtefactError
from matcher.scorer.inputs import INPUTS
from matcher.scorer.profile import Profile
from matcher.scorer.scorer import Scorer
from matcher.scorer.shape import Shape

SCHEMA_VERSION = 1
SCORER_FILE = "scorer.json"
SEAL_FILE = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A scorer with what later data is compared with.

    Attributes
    ----------
    is_synthetic
        Fitted on invented history: for trying out, never for people.
    """

    scorer: Scorer
    profiles: tuple[Profile, ...]
    is_synthetic: bool


def write_sealed(texts: Mapping[str, str], folder: Path) -> str:
    """Write the files of an artefact and its seal; return the digest.

    Raises
    ------
    ArtefactError
        `folder` holds something that is no artefact.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SEAL_FILE).is_file():
        message = (
            f'"{folder}" holds files that are no trained scorer. Give an empty folder; '
            "nothing was written."
        )
        raise ArtefactError(message)
    folder.mkdir(parents=True, exist_ok=True)
    seal = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in sorted(texts.items())
    )
    # The seal goes first and comes last: a folder that holds one is whole.
    (folder / SEAL_FILE).unlink(missing_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / SEAL_FILE).write_bytes(seal.encode())
    return hashlib.sha256(seal.encode()).hexdigest()


def scorer_json(artefact: Artefact) -> str:
    """The text of ``scorer.json``."""
    scorer = artefact.scorer
    content = {
        "schema_version": SCHEMA_VERSION,
        "synthetic": artefact.is_synthetic,
        "horizon_days": scorer.horizon_days,
        "intercept": scorer.intercept,
        "shapes": [
            {
                "input": shape.name,
                "direction": each.direction,
                "kind": shape.kind,
                "knots": list(shape.knots),
                "categories": list(shape.categories),
                "values": list(shape.values),
                "unknown": shape.unknown,
            }
            for shape, each in zip(scorer.shapes, INPUTS, strict=True)
        ],
        "profiles": [
            {
                "input": profile.name,
                "edges": list(profile.edges),
                "categories": list(profile.categories),
                "shares": list(profile.shares),
            }
            for profile in artefact.profiles
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def read_artefact(folder: Path) -> Artefact:
    """Read an artefact back, its seal checked byte by byte.

    Raises
    ------
    ArtefactError
        A file is absent, was changed after it was written, or is not understood.
    """
    seal = _bytes(folder, SEAL_FILE)
    return _artefact(str(folder), seal, _checked(folder, seal))


def read_scorer(folder: Path) -> Scorer:
    """Read the scorer of an artefact; see `read_artefact`."""
    return read_artefact(folder).scorer


def _checked(folder: Path, seal: bytes) -> bytes:
    """Compare every file with the seal; return the bytes of the scorer."""
    sealed: dict[str, bytes] = {}
    lines = []
    for line in seal.decode("utf-8", "replace").split("\n")[:-1]:
        digest, _, name = line.partition("  ")
        if Path(name).name != name or not name:
            _refuse(folder, f'{SEAL_FILE} names "{name}", which is no file of its own')
        sealed[name] = _bytes(folder, name)
        if hashlib.sha256(sealed[name]).hexdigest() != digest:
            _refuse(folder, f"{name} was changed after it was written")
        lines.append(f"{digest}  {name}\n")
    if "".join(lines).encode() != seal or list(sealed) != sorted(sealed):
        _refuse(folder, f"{SEAL_FILE} was changed after it was written")
    if SCORER_FILE not in sealed:
        _refuse(folder, f"{SEAL_FILE} does not name {SCORER_FILE}")
    return sealed[SCORER_FILE]


@lru_cache(maxsize=8)
def _artefact(folder: str, seal: bytes, text: bytes) -> Artefact:
    """Artefact of checked bytes; the bytes are the key, so nothing stale is kept."""
    try:
        content = json.loads(text)
        if content["schema_version"] != SCHEMA_VERSION:
            found = content["schema_version"]
            _refuse(Path(folder), f"schema_version is {found!r}, expected 1")
        return Artefact(
            scorer=Scorer(
                horizon_days=int(content["horizon_days"]),
                intercept=float(content["intercept"]),
                shapes=tuple(_shape(each) for each in content["shapes"]),
                sha256=hashlib.sha256(seal).hexdigest(),
            ),
            profiles=tuple(
                Profile(
                    name=str(each["input"]),
                    edges=tuple(map(float, each["edges"])),
                    categories=tuple(map(str, each["categories"])),
                    shares=tuple(map(float, each["shares"])),
                )
                for each in content["profiles"]
            ),
            is_synthetic=bool(content["synthetic"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        reason = f"{SCORER_FILE} is not understood ({error})"
        raise ArtefactError(_refusal(Path(folder), reason)) from error


def _shape(each: Mapping[str, Any]) -> Shape:
    return Shape(
        name=str(each["input"]),
        kind=each["kind"],
        knots=tuple(map(float, each["knots"])),
        categories=tuple(map(str, each["categories"])),
        values=tuple(map(float, each["values"])),
        unknown=float(each["unknown"]),
    )


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ArtefactError(_refusal(folder, f"{name} cannot be read")) from error


def _refuse(folder: Path, reason: str) -> None:
    raise ArtefactError(_refusal(folder, reason))


def _refusal(folder: Path, reason: str) -> str:
    return (
        f'Success model "{folder}": {reason}. Train it again with `matcher train`, or '
        "leave success_model out of the policy."
    )
