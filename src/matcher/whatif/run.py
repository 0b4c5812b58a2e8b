"""The whole of `matcher whatif`: scenarios solved beside their base and compared."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from matcher.capacity.files import write_json
from matcher.dataset import Dataset, Phrase, read_dataset
from matcher.dataset.finding import Language
from matcher.dataset.nearest import Nearest
from matcher.errors import MatcherError, UnknownIdError
from matcher.policy import Policy
from matcher.problem.problem import prepare
from matcher.scenario import Applied, Scenario, World, apply_changes
from matcher.solvers.run import SolveParams, Watch
from matcher.whatif.base_store import CACHE, keep_base, kept_base
from matcher.whatif.compare import Comparison, compare
from matcher.whatif.keeping import kept
from matcher.whatif.page import write_page
from matcher.whatif.recruits import Recruiter
from matcher.whatif.side import Label, Mode, Side, side_of, write_side
from matcher.whatif.solving import Solved, solved
from matcher.whatif.tasks import base_digest
from matcher.whatif.wire import comparison_to_json
from matcher.whatif.workbook import write_workbook

MARK = "whatif.json"
"""The file that tells a folder of this command from any other; it comes first, so
that who is stopped halfway may go on there."""
BASE = "base"


class WhatifFolderError(MatcherError):
    """The folder for the comparisons holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatifParams:
    """All that may be chosen about a comparison, but for the scenarios.

    Attributes
    ----------
    policy
        Of both sides; a scenario changes it on its own side.
    gap, time_limit_seconds, seed
        None leaves it to the scenario, then to the defaults. The time limit holds
        for each search for plans; keep mode takes two.
    school
        Whose learners are named one by one; None names nobody.
    is_warm
        Scenarios begin with what the search for their base kept.
    recruit
        Ranks of what to recruit first on both sides; 0 leaves it out, for each gain
        is solved again.
    """

    mode: Mode = "keep"
    is_warm: bool = True
    policy: Policy = field(default_factory=Policy)
    gap: float | None = None
    time_limit_seconds: float | None = None
    seed: int | None = None
    workers: int = 1
    school: str | None = None
    recruit: int = 0
    language: Language = "nl"

    def solve(self, scenario: Scenario) -> SolveParams:
        """How to solve a scenario and its base: call before file before default."""
        default = SolveParams()
        gap, seed = (
            next(each for each in chosen if each is not None)
            for chosen in (
                (self.gap, scenario.gap, default.gap),
                (self.seed, scenario.seed, default.seed),
            )
        )
        limit = self.time_limit_seconds
        return SolveParams(
            gap=gap,
            seed=int(seed),
            time_limit_seconds=scenario.max_runtime_seconds if limit is None else limit,
            workers=self.workers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatifWatch:
    """The eyes of a caller.

    Attributes
    ----------
    on_side
        Called with the name of each side before it is solved.
    on_recruit
        Called with the name of each scenario before its recruit lists are made.
    engine
        Watches, and may stop, each search for plans.
    """

    on_side: Callable[[str], None] = lambda _: None
    on_recruit: Callable[[str], None] = lambda _: None
    engine: Watch = field(default_factory=Watch)


def whatif(
    scenarios: Sequence[Scenario],
    out: Path,
    params: WhatifParams | None = None,
    watch: WhatifWatch | None = None,
    base: Scenario | None = None,
) -> tuple[Comparison, ...]:
    """Solve every scenario beside its base, compare, and write a folder of each.

    Where somebody asks to stop, the scenario at hand is the last.

    Parameters
    ----------
    base
        A scenario to compare with; None compares with the dataset as it is.

    Raises
    ------
    ScenarioError, DatasetError
        A scenario or its data cannot be used; nothing is solved then.
    UnknownIdError
        No learner is of the school.
    WhatifFolderError
        `out` holds something else.
    """
    params, watch = params or WhatifParams(), watch or WhatifWatch()
    check_out(out, scenarios)
    sides = _Sides(params, watch, out / CACHE)
    changed = [
        (each, sides.applied(each), sides.base_label(each, base)) for each in scenarios
    ]
    if params.school is not None:
        _check_school(params.school, [made.dataset for _, made, _ in changed])
    names = sides.base_names([label.source for _, _, label in changed])
    claim_out(out)
    comparisons: list[Comparison] = []
    recruiter = Recruiter(params.recruit)
    for scenario, applied, label in changed:
        of_base = sides.base(scenario, replace(label, name=names[label.source]), base)
        if all(of_base is not each.base for each in comparisons):
            write_side(of_base, out / of_base.name, params.language)
        side = sides.scenario(scenario, applied, of_base)
        comparison = compare(of_base, side, params.mode)
        if params.recruit:
            watch.on_recruit(scenario.name)
            recruits = recruiter.compared(of_base, side)
            comparison = replace(comparison, recruits=recruits)
        write_comparison(comparison, out / scenario.name, params)
        comparisons.append(comparison)
        if watch.engine.should_stop():
            break
    return tuple(comparisons)


def write_comparison(
    comparison: Comparison, folder: Path, params: WhatifParams
) -> None:
    """Write the run folder of the scenario and what it is compared to."""
    write_side(comparison.scenario, folder, params.language)
    content = comparison_to_json(comparison, params.school)
    write_json(folder / "comparison.json", content)
    write_page(comparison, folder / "comparison.html", params.language, params.school)
    write_workbook(comparison, folder / "comparison.xlsx", params.school)


def solved_base(
    dataset: Dataset,
    policy: Policy,
    params: SolveParams,
    cache: Path,
    watch: Watch | None = None,
) -> Solved:
    """A base solved, or as it was solved before and kept in `cache`."""
    problem, digest = prepare(dataset, policy), base_digest(dataset, policy, params)
    found = kept_base(problem, digest, cache)
    if found is None:
        found = solved(problem, params, watch)
        keep_base(found, digest, cache)
    return found


def applied_to(scenario: Scenario, dataset: Dataset, policy: Policy) -> Applied:
    """The dataset and policy with the changes of a scenario."""
    world = World(dataset=dataset, policy=policy)
    return apply_changes(world, scenario.changes(), scenario.name)


def check_out(out: Path, scenarios: Sequence[Scenario]) -> None:
    """Refuse a folder that holds something else, and names that would collide.

    Raises
    ------
    WhatifFolderError
        It does, or two scenarios have one name, or that of a folder of ours.
    """
    names = [BASE, CACHE, *(each.name for each in scenarios)]
    if len(set(names)) < len(names):
        given = ", ".join(names[2:])
        raise WhatifFolderError(
            f"Scenarios {given} need names of their own, other than "
            f'"{BASE}" and "{CACHE}".',
            f"De scenario's {given} hebben elk een eigen naam nodig, anders dan "
            f'"{BASE}" en "{CACHE}".',
        )
    is_other = out.is_file() or (
        out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file()
    )
    if is_other:
        raise WhatifFolderError(
            f'"{out}" holds something else than comparisons. Expected a new folder, '
            "an empty one, or that of earlier comparisons. Give another --out.",
            f'In "{out}" staat iets anders dan vergelijkingen. Verwacht: een nieuwe '
            "map, een lege, of die van vroegere vergelijkingen. Geef een andere --out.",
        )


def claim_out(out: Path) -> None:
    """Make the folder and mark it as one of this command."""
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / MARK, {"made_by": "matcher whatif"})


def _check_school(school_id: str, datasets: Sequence[Dataset]) -> None:
    """Refuse a school without learners, before anything is solved."""
    ids = {str(each) for dataset in datasets for each in dataset.learners.school_id}
    if school_id not in ids:
        near = Nearest(sorted(ids)).to(school_id)
        hint, dutch = "", ""
        if near:
            hint, dutch = f' Did you mean "{near}"?', f' Bedoelde je "{near}"?'
        raise UnknownIdError(
            f'No learner is of school "{school_id}".{hint}',
            f'Geen enkele leerling is van school "{school_id}".{dutch}',
        )


class _Sides:
    """Sides solved once each, by what they are solved from."""

    def __init__(self, params: WhatifParams, watch: WhatifWatch, cache: Path) -> None:
        self._params, self._watch, self._cache = params, watch, cache
        self._datasets: dict[Path, Dataset] = {}
        self._bases: dict[tuple[Path, SolveParams], Side] = {}

    def applied(self, scenario: Scenario) -> Applied:
        """The changed dataset and policy of a scenario."""
        dataset = self._dataset(scenario.dataset)
        return applied_to(scenario, dataset, self._params.policy)

    def base_label(self, scenario: Scenario, base: Scenario | None) -> Label:
        """What the base of a scenario is called."""
        if base is None:
            words = Phrase(nl="De gegevens zoals ze zijn", en="The data as they are")
            return Label(
                name=BASE,
                title=words,
                question=words,
                source=scenario.dataset,
                changes=(),
            )
        return Label(
            name=BASE,
            title=base.title,
            question=base.question,
            source=base.dataset,
            changes=self.applied(base).changes,
        )

    def base_names(self, sources: Sequence[Path]) -> dict[Path, str]:
        """A folder name per dataset: ``base``, ``base-2`` and so on."""
        return {
            source: BASE if at == 0 else f"{BASE}-{at + 1}"
            for at, source in enumerate(dict.fromkeys(sources))
        }

    def base(self, scenario: Scenario, label: Label, base: Scenario | None) -> Side:
        """The side that a scenario is compared to."""
        solve = self._params.solve(scenario)
        key = (label.source, solve)
        if key not in self._bases:
            if base is None:
                dataset, policy = self._dataset(label.source), self._params.policy
            else:
                applied = self.applied(base)
                dataset, policy = applied.dataset, applied.policy
            started = time.monotonic()
            self._watch.on_side(label.name)
            found = solved_base(dataset, policy, solve, self._cache, self._watch.engine)
            seconds = time.monotonic() - started
            self._bases[key] = side_of(label, found, solve, seconds, float("nan"))
        return self._bases[key]

    def scenario(self, scenario: Scenario, applied: Applied, base: Side) -> Side:
        """The side of a scenario; nothing is solved where nothing differs."""
        label = Label(
            name=scenario.name,
            title=scenario.title,
            question=scenario.question,
            source=scenario.dataset,
            changes=applied.changes,
        )
        solve, started = self._params.solve(scenario), time.monotonic()
        is_same = applied.dataset.sha256 == base.dataset.sha256
        if is_same and applied.policy == base.run.problem.policy:
            return replace(
                base,
                name=label.name,
                title=label.title,
                question=label.question,
                changes=label.changes,
            )
        self._watch.on_side(scenario.name)
        problem = prepare(applied.dataset, applied.policy)
        solve = replace(solve, start=base.state if self._params.is_warm else None)
        found = solved(problem, solve, self._watch.engine, base.rows)
        free = float("nan")
        if self._params.mode == "keep":
            free = found.objective
            found = kept(found, base.rows, solve, self._watch.engine)
        seconds = time.monotonic() - started
        return side_of(label, found, solve, seconds, free)

    def _dataset(self, source: Path) -> Dataset:
        if source not in self._datasets:
            self._datasets[source] = read_dataset(source)
        return self._datasets[source]
