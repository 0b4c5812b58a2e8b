"""The package as others get it: built, installed and used outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "src" / "matcher", ROOT / "service" / "matcher_service")

pytestmark = pytest.mark.slow

USE = """
from importlib.resources import files
from pathlib import Path

import matcher
from matcher.travel import postcode_points

assert Path(matcher.__file__).is_relative_to(Path.cwd().parent / "installed")
assert len(postcode_points().postcode) == 1146
print(files("matcher").joinpath("py.typed").is_file())
"""


def run(*arguments: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--wheel", "--no-isolation", "-o", str(folder), folder=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere") / "installed"
    target = ["--no-deps", "--no-index", "--target", str(folder)]
    run("-m", "pip", "install", "--quiet", *target, str(wheel), folder=wheel.parent)
    return folder


def packaged_files() -> set[str]:
    """Every file of the packages, as a path inside the wheel."""
    return {
        path.relative_to(package.parent).as_posix()
        for package in PACKAGES
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == packaged_files()


def test_wheel_carries_licence_and_credit_lines(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (notice,) = (name for name in archive.namelist() if name.endswith("/NOTICE"))
        assert "GeoNames" in archive.read(notice).decode()
        assert any(name.endswith("/LICENSE") for name in archive.namelist())


def test_installed_package_finds_its_data_outside_the_checkout(installed):
    folder = installed.parent / "anywhere"
    folder.mkdir()
    said = run("-c", USE, folder=folder, PYTHONPATH=str(installed))
    assert said.strip() == "True"


def test_wheel_offers_the_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (
            name for name in archive.namelist() if name.endswith("/entry_points.txt")
        )
        assert "matcher = matcher.cli:main" in archive.read(entry_points).decode()
