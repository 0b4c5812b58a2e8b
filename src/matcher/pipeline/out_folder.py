"""The folder that a run may write into."""

from pathlib import Path

from matcher.errors import MatcherError


class OutFolderError(MatcherError):
    """The folder for a run holds something else."""


def check_out_folder(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier run.

    Raises
    ------
    OutFolderError
        It is a file, or a folder with files but no summary.json.
    """
    if out.is_file():
        message = f'"{out}" is a file. Expected a folder to write the run into.'
        raise OutFolderError(message)
    if out.is_dir() and any(out.iterdir()) and not (out / "summary.json").is_file():
        message = (
            f'Folder "{out}" holds something else than a run. Expected a new folder, '
            "an empty one, or that of an earlier run. Give another --out."
        )
        raise OutFolderError(message)
