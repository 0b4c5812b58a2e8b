"""The dataset of a command, or its findings and the end of the command."""

from pathlib import Path
from typing import NoReturn

import typer

from matcher.cli.answer import BROKEN_RULE
from matcher.cli.words import Language
from matcher.dataset import (
    Dataset,
    DatasetError,
    Finding,
    findings_to_text,
    read_dataset,
)


def dataset_of(data: Path, language: Language) -> Dataset:
    """Return the dataset; print all findings and exit 1 where there is none."""
    try:
        return read_dataset(data)
    except DatasetError as error:
        leave_with_findings(error.findings, language)


def leave_with_findings(findings: tuple[Finding, ...], language: Language) -> NoReturn:
    """Print all findings and end the command."""
    typer.echo(findings_to_text(findings, language=language))
    raise typer.Exit(BROKEN_RULE)
