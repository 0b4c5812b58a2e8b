"""What a stranger may rely on in a fresh clone."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==[^\s\\]+")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
MACHINE_PATH = re.compile(
    r"(?<![\w.$/-])/(?:home|Users|root|work|var/folders)/[\w.-]+|[A-Z]:\\Users\\"
)


def kept_files() -> list[Path]:
    """What git keeps, or would keep; in an archive without git, all text files."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if not any(
                part.startswith(".") for part in path.relative_to(ROOT).parts[:1]
            )
        ]
    return [path for name in listed if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def packages_of(lock: str) -> list[str]:
    """Blocks of the lock file, one per package, comments left out."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines).strip())


@pytest.mark.parametrize(
    "entry",
    [
        "src/matcher/__init__.py",
        "src/matcher/py.typed",
        "benchmarks",
        "models",
        "scenarios",
        "service",
        "tests",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "NOTICE",
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        ".gitignore",
        ".ci/run",
    ],
)
def test_entry_that_others_rely_on_is_there(entry):
    assert (ROOT / entry).exists()


def test_continuous_integration_can_be_started():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize(
    "target", ["help", "run", "test", "test-slow", "lint", "bench", "clean"]
)
def test_makefile_offers_the_target(target):
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.* ## \S", rules, flags=re.MULTILINE)


def test_every_locked_package_is_pinned_and_hashed():
    packages = packages_of((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert packages
    assert [block for block in packages if not PINNED.match(block)] == []
    assert [block for block in packages if not HASH.search(block)] == []


def test_lock_holds_no_addresses():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ file", lock)


def test_everything_that_the_project_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    asked += project["build-system"]["requires"]
    packages = packages_of((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    locked = {re.split(r"==", block)[0] for block in packages}
    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in asked}
    assert names - locked == set()


def test_no_path_of_anybodys_machine_is_in_the_tree():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in kept_files()
        for match in MACHINE_PATH.finditer(text_of(path))
    ]
    assert found == []


def test_machine_paths_would_be_found():
    slash = "/"
    assert MACHINE_PATH.search(f'open("{slash}home{slash}someone{slash}x.csv")')
    assert not MACHINE_PATH.search(f"https://example.org{slash}work{slash}x")
    assert not MACHINE_PATH.search(f"src{slash}work{slash}x")


def test_no_file_is_too_large_to_read_in_a_review():
    large = [
        str(path.relative_to(ROOT))
        for path in kept_files()
        if path.stat().st_size > 3_000_000
    ]
    assert large == []
