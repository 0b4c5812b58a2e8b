import pytest

from tests.cli.command import SAMPLES, solve


@pytest.fixture(scope="session")
def solved(tmp_path_factory):
    """Run folders of samples a and b, solved to the optimum as a user would."""
    folder = tmp_path_factory.mktemp("runs")
    for name in "ab":
        solve(SAMPLES / name, folder / name, "--gap", 0)
    return folder
