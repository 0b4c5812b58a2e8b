"""All that an operator may set; secrets come from the environment only."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

PREFIX = "MATCHER_"
_MEBIBYTE = 1024 * 1024
_BETWEEN = {"MATCHER_ANSWER_PROCESSES": (0, 64), "MATCHER_JOB_NICENESS": (0, 19)}
"""Least and most of whole numbers; of all others the least is 1."""


class SettingsError(Exception):
    """A setting is not of the kind that is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one installation; each is read from ``MATCHER_<NAME>``.

    Attributes
    ----------
    folder
        Where datasets, runs and the embedded database stand.
    database_url
        Of SQLAlchemy; "" takes SQLite in `folder`.
    oidc_issuer, oidc_audience, oidc_jwks_url
        Of the OpenID Connect provider; "" accepts API keys alone.
    success_model
        Folder of the trained success model whose card is shown; "" is none.
    most_upload_bytes, most_body_bytes
        Of a dataset, and of any other request.
    most_jobs_waiting
        Jobs that may wait before new ones are refused (503).
    job_seconds, check_seconds
        After which a job, or the check of a dataset, is ended.
    job_memory_bytes
        Resident memory of all processes of one job together.
    lease_seconds
        A job whose worker was not heard of for so long is taken over.
    requests_per_minute
        Of one person, in units of cost: a plain question costs 1.
    answer_processes
        That answer questions about a run, each run that is open; they share its
        memory. 0 answers within the process that speaks HTTP.
    job_niceness
        By how much jobs give way to answers, from 0, not at all, to 19: jobs work on
        what answers leave.
    keep_days
        Datasets and runs older than this are removed by ``matcher-service tidy``.
    secure_cookies
        Off only for use over plain http on one's own machine.
    """

    folder: Path = Path("matcher-data")
    database_url: str = ""
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks_url: str = ""
    success_model: str = ""
    most_upload_bytes: int = 64 * _MEBIBYTE
    most_body_bytes: int = _MEBIBYTE // 4
    most_jobs_waiting: int = 100
    job_seconds: int = 3600
    check_seconds: int = 300
    job_memory_bytes: int = 6144 * _MEBIBYTE
    lease_seconds: int = 30
    requests_per_minute: int = 600
    answer_processes: int = 2
    job_niceness: int = 10
    keep_days: int = 730
    secure_cookies: bool = True

    @property
    def url(self) -> str:
        """Address of the database."""
        return self.database_url or f"sqlite:///{self.folder / 'matcher.sqlite'}"


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings as an environment has them, the defaults where it is silent.

    Raises
    ------
    SettingsError
        A value is of the wrong kind.
    """
    known = {PREFIX + field.name.upper(): field for field in fields(Settings)}
    values: dict[str, object] = {}
    for name, text in environment.items():
        if name in known:
            default = known[name].default
            values[known[name].name] = _value(name, text, type(default))
    return Settings(**values)  # type: ignore[arg-type]


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The environment that gives these settings, for a child process."""
    return {
        PREFIX + field.name.upper(): str(getattr(settings, field.name))
        for field in fields(Settings)
    }


def _value(name: str, text: str, kind: type) -> object:
    if kind is bool:
        if text.casefold() in {"true", "false", "1", "0"}:
            return text.casefold() in {"true", "1"}
        message = f'{name}: found "{text}". Expected true or false.'
        raise SettingsError(message)
    if kind is int:
        least, most = _BETWEEN.get(name, (1, sys.maxsize))
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        message = f'{name}: found "{text}". Expected a whole number above {least - 1}'
        message += "." if most == sys.maxsize else f" and of at most {most}."
        raise SettingsError(message)
    return text if kind is str else Path(text)
