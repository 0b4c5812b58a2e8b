"""The first start with a region: its data, a plan, and a key for every role."""

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select

import matcher
from matcher.dataset.card import CARD
from matcher_service import audit
from matcher_service.jobs.queue import enqueue
from matcher_service.jobs.worker import CHECKS, UPLOADS, Worker
from matcher_service.schemas import RunIn
from matcher_service.security.keys import KeyWish, make_key
from matcher_service.security.person import SYSTEM, Role
from matcher_service.service import Service
from matcher_service.store import moment, new_id
from matcher_service.store.models import ApiKey, StoredDataset


class FirstStartError(Exception):
    """The region cannot be used; the message says why."""


def first_start(service: Service, region: Path) -> Mapping[Role, str]:
    """Bring a region and ask for its plan, where nothing is kept yet.

    Returns
    -------
    Mapping
        A key for every role; the coach is of the school with the most learners.
        Empty where the service has keys already.

    Raises
    ------
    FirstStartError
        The region cannot be read.
    """
    with service.database.reading() as session:
        if session.scalar(select(func.count()).select_from(ApiKey)):
            return {}
    outcome = matcher.read_tables(region)
    if outcome.dataset is None:
        message = f'"{region}" cannot be used: see `matcher check`.'
        raise FirstStartError(message)
    schools = Counter(str(each) for each in outcome.dataset.learners.school_id)
    schools.pop("", None)
    dataset_id = _brought(service, region)
    Worker(service.settings, service.database, CHECKS).run_one()
    with service.database.writing() as session:
        enqueue(
            session,
            "solve",
            dataset_id=dataset_id,
            owner=SYSTEM.subject,
            params=RunIn(dataset_id=dataset_id).model_dump(exclude={"dataset_id"}),
        )
        keys: dict[Role, str] = {}
        for role in _ROLES:
            own = [school for school, _ in schools.most_common(1)]
            wish = KeyWish(
                name="first start",
                role=role,
                school_ids=own if role == "coach" else (),
                sees_needs=role == "coach",
                days=30,
            )
            row, keys[role] = make_key(session, wish)
            audit.record(session, SYSTEM, "key_made", detail={"key_id": row.key_id})
    return keys


_ROLES: tuple[Role, ...] = ("coach", "partnership", "planner", "admin")


def _brought(service: Service, region: Path) -> str:
    folder = service.settings.folder / UPLOADS
    folder.mkdir(parents=True, exist_ok=True)
    content = zipped(region) if region.is_dir() else region.read_bytes()
    ending = ".zip" if region.is_dir() else region.suffix.casefold()
    name = f"upload_{hashlib.sha256(content).hexdigest()[:20]}{ending}"
    (folder / name).write_bytes(content)
    dataset_id = new_id("dataset")
    with service.database.writing() as session:
        job = enqueue(
            session, "check", dataset_id=dataset_id, owner=SYSTEM.subject, params={}
        )
        session.add(
            StoredDataset(
                dataset_id=dataset_id,
                name=region.stem,
                state="checking",
                owner=SYSTEM.subject,
                owner_schools=[],
                school_ids=[],
                learners=0,
                sha256="",
                job_id=job.job_id,
                folder=f"{UPLOADS}/{name}",
                findings={},
                created=moment(),
                version=1,
            )
        )
    return dataset_id


def zipped(region: Path) -> bytes:
    """The tables of a folder, and its card, as an upload."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (*sorted(region.glob("*.csv")), region / CARD):
            if path.is_file():
                archive.write(path, path.name)
    return content.getvalue()
