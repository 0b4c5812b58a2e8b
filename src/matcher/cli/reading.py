"""The dataset of a command, or its findings and the end of the command."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from matcher.cli.answer import BROKEN_RULE
from matcher.cli.words import Language

if TYPE_CHECKING:
    from matcher.dataset import Dataset, Finding

# Heavy libraries are loaded by the commands that need them, so that help is quick.


def dataset_of(data: Path, language: Language) -> "Dataset":
    """Return the dataset; print all findings and exit 1 where there is none."""
    from matcher.dataset import DatasetError, read_dataset

    try:
        return read_dataset(data)
    except DatasetError as error:
        leave_with_findings(error.findings, language)


def leave_with_findings(
    findings: "tuple[Finding, ...]", language: Language
) -> NoReturn:
    """Print all findings and end the command."""
    from matcher.dataset import findings_to_text

    typer.echo(findings_to_text(findings, language=language))
    raise typer.Exit(BROKEN_RULE)
