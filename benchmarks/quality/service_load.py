"""What a coach waits for while the service computes something else.

`python benchmarks/quality/service_load.py --learners 6000` makes a region, starts the
service over HTTP with it, has it solved once, and then, while it is solved again, asks
for suggestions at a steady rate about learners drawn by seed, and for ``/v1/health``
beside them. A request is timed from the moment at which it was due, so that waiting
behind slow ones counts. `--data` takes a dataset that is there; `--keep` a folder in
which what was brought and solved stays for the next measurement.

Bars: the service answers within 10 s of its start; 95 % of the suggestions within
200 ms at 20 a second; every health within 100 ms.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx2
import numpy as np
import psutil

import matcher
from matcher_service.first_start import zipped
from matcher_service.security.keys import KeyWish, make_key
from matcher_service.service import build_service
from matcher_service.settings import Settings, environment_of

QUANTILES = (0.5, 0.95, 0.99, 1.0)
PATIENCE = 7200
_ENDED = 128 + signal.SIGTERM


class Running:
    """A service in a process of its own, with keys for who asks."""

    def __init__(self, folder: Path, schools: list[str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.settings = Settings(
            folder=folder,
            secure_cookies=False,
            requests_per_minute=1_000_000,
            check_seconds=3600,
            job_seconds=PATIENCE,
        )
        self.keys = self._keys(schools)
        self.url = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "matcher_service.commands"),
                *("serve", "--port", str(port)),
            ],
            env={**os.environ, **environment_of(self.settings)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not self._answers():
                assert self.process.poll() is None, "The service ended by itself."
                time.sleep(0.02)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.perf_counter() - began
        self.client = httpx2.Client(base_url=self.url, timeout=600)

    def _keys(self, schools: list[str]) -> dict[str, str]:
        service = build_service(self.settings)
        keys = {}
        with service.database.writing() as session:
            for role in ("coach", "admin"):
                own = schools if role == "coach" else ()
                wish = KeyWish(name="load", role=role, school_ids=own)
                keys[role] = make_key(session, wish)[1]
        service.database.close()
        return keys

    def _answers(self) -> bool:
        with suppress(httpx2.HTTPError):
            return httpx2.get(f"{self.url}/v1/health").status_code == 200
        return False

    def ask(self, role: str, method: str, path: str, **more):
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        answer = self.client.request(method, path, headers=headers, **more)
        answer.raise_for_status()
        return answer.json()

    def state(self, job_id: str) -> str:
        return self.ask("admin", "GET", f"/v1/runs/{job_id}")["state"]

    def until_engine_works(self, job_id: str) -> None:
        """Until a job has read its data and tells how far its engine is."""
        while not (job := self.ask("admin", "GET", f"/v1/runs/{job_id}"))["progress"]:
            assert job["state"] in ("queued", "running"), job
            time.sleep(0.5)
        assert job["state"] == "running", "It is over already: take more learners."

    def wait(self, job_id: str) -> str:
        """Until a job is over; how it ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = self.state(job_id)
            if state not in ("queued", "running"):
                return state
            time.sleep(0.5)
        message = f"{job_id} took too long"
        raise RuntimeError(message)

    def stop(self) -> None:
        """End it with its workers and with what they compute."""
        family: list[psutil.Process] = []
        with suppress(psutil.Error):
            family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        for each in family:
            with suppress(psutil.Error):
                each.kill()
        self.process.wait()


async def timed(client, path: str, headers: dict[str, str], due: float, spent: list):
    """One request; milliseconds from when it was due."""
    answer = await client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    spent.append(1000 * (time.perf_counter() - due))


async def load(running: Running, paths: list[str], rate: float, seconds: float):
    """Suggestions at a steady rate, and health ten times a second."""
    suggestions: list[float] = []
    health: list[float] = []
    headers = {"Authorization": f"Bearer {running.keys['coach']}"}
    begin = time.perf_counter() + 0.5
    due = [(begin + n / rate, path, suggestions) for n, path in enumerate(paths)]
    due += [(begin + n / 10, "/v1/health", health) for n in range(round(10 * seconds))]
    more = {"timeout": 600, "limits": httpx2.Limits(max_connections=None)}
    async with httpx2.AsyncClient(base_url=running.url, **more) as client:
        tasks = []
        for at, path, spent in sorted(due):
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            tasks.append(asyncio.create_task(timed(client, path, headers, at, spent)))
        await asyncio.gather(*tasks)
    return suggestions, health


def region(asked, folder: Path) -> Path:
    """The dataset that was named, or one made by seed."""
    if asked.data is not None:
        return asked.data
    if folder.is_dir():
        return folder
    command = [str(Path(sys.executable).with_name("matcher")), "generate", str(folder)]
    command += ["--learners", str(asked.learners), "--seed", str(asked.seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def schools_and_zip(data: Path) -> tuple[list[str], bytes]:
    """Schools of a region, and its files as an upload."""
    learners = matcher.read_dataset(data).learners
    return sorted({str(each) for each in learners.school_id} - {""}), zipped(data)


def main() -> None:
    """Measure, and print a row per question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--keep", type=Path, default=None)
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--solve-seconds", type=int, default=120)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        schools, content = schools_and_zip(region(asked, folder / "data"))
        running = Running(folder / "kept", schools)
        try:
            measure(running, asked, content)
        finally:
            running.stop()


def all_ids(running: Running, path: str) -> list[str]:
    """Every learner of the run, page by page."""
    ids: list[str] = []
    while page := running.ask("coach", "GET", f"{path}?limit=200&offset={len(ids)}")[
        "items"
    ]:
        ids += [row["learner_id"] for row in page]
    return ids


def first_run(running: Running, asked, content: bytes) -> dict[str, str]:
    """A run that is solved: one that was kept, or brought and solved here."""
    jobs = running.ask("admin", "GET", "/v1/runs")["items"]
    for job in jobs:  # what an earlier measurement left
        if job["state"] in ("queued", "running"):
            running.ask("admin", "POST", f"/v1/runs/{job['job_id']}/stop")
            running.wait(job["job_id"])
    kept = [job for job in jobs if job["state"] == "done"]
    if kept:
        return kept[-1]  # the oldest: that nobody stopped
    brought = running.ask(
        "admin", "POST", "/v1/datasets", files={"file": ("r.zip", content)}
    )
    assert running.wait(brought["job_id"]) == "done"
    wanted = {"dataset_id": brought["dataset_id"], "gap": 0.0}
    wanted["time_limit_seconds"] = asked.solve_seconds
    job = running.ask("admin", "POST", "/v1/runs", json=wanted)
    assert running.wait(job["job_id"]) == "done", "No plan was found in time."
    return job


def measure(running: Running, asked, content: bytes) -> None:
    """Have a run, and ask about it while its data are solved again."""
    job = first_run(running, asked, content)
    first = job["job_id"]
    began = time.perf_counter()
    path = f"/v1/runs/{first}/learners"
    ids = all_ids(running, path)
    opened = time.perf_counter() - began
    wanted = {"dataset_id": job["dataset_id"], "gap": 0.0}
    wanted["time_limit_seconds"] = PATIENCE // 2
    second = running.ask("admin", "POST", "/v1/runs", json=wanted)["job_id"]
    running.until_engine_works(second)
    rng = np.random.default_rng(asked.seed)
    drawn = rng.choice(ids, size=round(asked.rate * asked.seconds))
    paths = [f"{path}/{learner_id}/suggestions" for learner_id in drawn]
    suggestions, health = asyncio.run(load(running, paths, asked.rate, asked.seconds))
    state = running.state(second)
    assert state == "running", f"The other solve is {state}: it did not last."
    running.ask("admin", "POST", f"/v1/runs/{second}/stop")
    print(f"{len(ids)} learners; {asked.rate:g} a second for {asked.seconds:g} s,")
    print(f"start {running.start_seconds:.1f} s, first list {opened:.1f} s")
    print("| question | answers | p50 ms | p95 ms | p99 ms | most ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, spent in (("suggestions", suggestions), ("health", health)):
        cells = " | ".join(f"{q:.0f}" for q in np.quantile(spent, QUANTILES))
        print(f"| {kind} | {len(spent)} | {cells} |")


if __name__ == "__main__":
    main()
