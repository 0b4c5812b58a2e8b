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
from matcher.scorer.words import Language, said

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


def check_model_folder(folder: Path) -> None:
    """Let only a folder pass that is new, empty, or holds an artefact, whole or not.

    Raises
    ------
    ArtefactError
        `folder` is a file, or holds something that is no artefact.
    """
    is_new = not folder.exists()
    is_empty = folder.is_dir() and not any(folder.iterdir())
    if not (is_new or is_empty or (folder / SCORER_FILE).is_file()):
        raise ArtefactError(
            said("other_files", "en", folder=folder),
            said("other_files", "nl", folder=folder),
        )


def write_sealed(texts: Mapping[str, str], folder: Path) -> str:
    """Write the files of an artefact and its seal; return the digest.

    Raises
    ------
    ArtefactError
        `folder` holds something that is no artefact.
    """
    check_model_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    seal = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in sorted(texts.items())
    )
    # The seal goes first and comes last: a folder that holds one is whole. The scorer
    # comes before all else: what was left half written is known for an artefact.
    (folder / SEAL_FILE).unlink(missing_ok=True)
    for name in sorted(texts, key=lambda each: each != SCORER_FILE):
        (folder / name).write_bytes(texts[name].encode())
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
            raise _refusal(folder, "not_own", seal=SEAL_FILE, name=name)
        sealed[name] = _bytes(folder, name)
        if hashlib.sha256(sealed[name]).hexdigest() != digest:
            raise _refusal(folder, "changed", name=name)
        lines.append(f"{digest}  {name}\n")
    if "".join(lines).encode() != seal or list(sealed) != sorted(sealed):
        raise _refusal(folder, "changed", name=SEAL_FILE)
    if SCORER_FILE not in sealed:
        raise _refusal(folder, "not_named", seal=SEAL_FILE, name=SCORER_FILE)
    return sealed[SCORER_FILE]


@lru_cache(maxsize=8)
def _artefact(folder: str, seal: bytes, text: bytes) -> Artefact:
    """Artefact of checked bytes; the bytes are the key, so nothing stale is kept."""
    try:
        content = json.loads(text)
        if content["schema_version"] != SCHEMA_VERSION:
            raise _refusal(
                Path(folder),
                "version",
                found=content["schema_version"],
                expected=SCHEMA_VERSION,
            )
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
        raise _refusal(
            Path(folder), "not_understood", name=SCORER_FILE, error=error
        ) from error


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
        raise _refusal(folder, "unreadable", name=name) from error


def _refusal(folder: Path, reason: str, **facts: object) -> ArtefactError:
    """Refuse an artefact, in English and Dutch; `reason` is a key of the words."""

    def told(language: Language) -> str:
        why = said(f"refused_{reason}", language, **facts)
        return said("refused", language, folder=folder, reason=why)

    return ArtefactError(told("en"), told("nl"))
