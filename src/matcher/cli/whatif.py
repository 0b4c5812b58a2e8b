"""`matcher whatif` in words: from options to comparisons, and what is said of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from matcher.cli.answer import DONE, NO_PLAN, WRONG_USAGE, answering, leave, tell
from matcher.cli.reading import leave_with_findings
from matcher.cli.whatif_options import WhatifOptions, params_of, scenario_policy
from matcher.cli.words import LANGUAGE_VARIABLE, Language, number, said

if TYPE_CHECKING:
    from matcher.scenario import Scenario
    from matcher.whatif import Comparison, SweepOutcome


def register(app: typer.Typer, language: Language) -> None:
    """Add the command, its help in one language."""

    def help_(key: str) -> str:
        return said(f"help_{key}", language)

    @app.command("whatif", help=help_("whatif"))
    def whatif(  # noqa: PLR0913 - typer reads every option from a parameter
        scenarios: Annotated[
            list[Path],
            typer.Argument(metavar="SCENARIO.toml ...", help=help_("scenarios")),
        ],
        out: Annotated[
            Path | None, typer.Option(metavar="DIR", help=help_("whatif_out"))
        ] = None,
        explain: Annotated[
            bool, typer.Option("--explain", help=help_("whatif_explain"))
        ] = False,
        base: Annotated[
            Path | None, typer.Option(metavar="BASE.toml", help=help_("whatif_base"))
        ] = None,
        mode: Annotated[
            Literal["keep", "free"], typer.Option(help=help_("whatif_mode"))
        ] = "keep",
        policy: Annotated[
            Path | None, typer.Option(metavar="P.toml", help=help_("policy"))
        ] = None,
        time_limit: Annotated[
            float | None, typer.Option(min=0, metavar="S", help=help_("whatif_seconds"))
        ] = None,
        gap: Annotated[
            float | None, typer.Option(min=0, max=0.999, metavar="G", help=help_("gap"))
        ] = None,
        seed: Annotated[
            int | None, typer.Option(min=0, metavar="N", help=help_("seed"))
        ] = None,
        workers: Annotated[
            int | None,
            typer.Option(min=1, metavar="N", show_default=False, help=help_("workers")),
        ] = None,
        school: Annotated[
            str | None, typer.Option(metavar="S", help=help_("whatif_school"))
        ] = None,
        recruit: Annotated[
            int, typer.Option(min=0, metavar="K", help=help_("whatif_recruit"))
        ] = 0,
        warm: Annotated[
            bool, typer.Option("--warm/--cold", help=help_("whatif_warm"))
        ] = True,
        backend: Annotated[
            Literal["local", "dask"], typer.Option(help=help_("whatif_backend"))
        ] = "local",
        scheduler: Annotated[
            str | None,
            typer.Option(metavar="ADDRESS", help=help_("whatif_scheduler")),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=help_("json"))] = False,
        quiet: Annotated[bool, typer.Option("--quiet", help=help_("quiet"))] = False,
        spoken: Annotated[
            Language,
            typer.Option(
                "--language", envvar=LANGUAGE_VARIABLE, help=help_("language")
            ),
        ] = "nl",
        debug: Annotated[bool, typer.Option("--debug", help=help_("debug"))] = False,
    ) -> None:
        with answering(spoken, is_debug=debug):
            from joblib import cpu_count

            options = WhatifOptions(
                scenarios=tuple(scenarios),
                out=out,
                base=base,
                mode=mode,
                policy=policy,
                time_limit_seconds=time_limit,
                gap=gap,
                seed=seed,
                workers=workers or cpu_count(),
                school=school,
                recruit=recruit,
                is_warm=warm,
                backend=backend,
                scheduler=scheduler,
                is_quiet=quiet,
                language=spoken,
            )
            if explain:
                typer.echo(explained(options, as_json=as_json))
            else:
                typer.echo(compared(options, as_json=as_json))
            raise typer.Exit(DONE)


def explained(options: WhatifOptions, *, as_json: bool) -> str:
    """What scenarios will change, in words; nothing is solved."""
    from matcher.dataset import DatasetError, read_dataset
    from matcher.scenario import World, effects, planned
    from matcher.whatif.wire import applied_json, phrase

    lines, entries, language = [], [], options.language
    for scenario in _read(options.scenarios):
        try:
            dataset = read_dataset(scenario.dataset)
        except DatasetError as error:
            leave_with_findings(error.findings, language)
        world = World(dataset=dataset, policy=scenario_policy(options))
        made = planned(world, scenario.changes(_point(scenario)), scenario.name)
        entries.append(
            {
                "scenario": scenario.name,
                "title": phrase(scenario.title),
                "question": phrase(scenario.question),
                "applied": [applied_json(each) for each in made],
            }
        )
        lines += [f"{scenario.name}: {scenario.title.said_in(language)}"]
        lines += [f"  {scenario.question.said_in(language)}"]
        lines += [
            f"  - {each.said.said_in(language)} "
            f"({effects(each.edits).said_in(language)})"
            for each in made
        ] or [f"  - {said('whatif_nothing', language)}"]
    if as_json:
        return json.dumps({"scenarios": entries}, ensure_ascii=False, indent=2)
    return "\n".join(lines)


def compared(options: WhatifOptions, *, as_json: bool) -> str:
    """Solve, compare, write; what is said of it."""
    from matcher.cli.sweeping import sweep_lines
    from matcher.dataset import DatasetError
    from matcher.errors import UnknownIdError
    from matcher.solvers.cluster import BackendError, WorkersLostError
    from matcher.whatif import WhatifFolderError
    from matcher.whatif.sweep import sweep_to_json
    from matcher.whatif.wire import comparison_to_json

    if options.out is None:
        leave(said("whatif_no_out", options.language), WRONG_USAGE)
    try:
        found, outcomes = _found(options, options.out)
    except DatasetError as error:
        leave_with_findings(error.findings, options.language)
    except (WhatifFolderError, BackendError, UnknownIdError) as error:
        leave(error.text(options.language), WRONG_USAGE)
    except WorkersLostError as error:
        leave(error.text(options.language), NO_PLAN)
    if as_json:
        content = {
            "comparisons": [comparison_to_json(each, options.school) for each in found],
            "sweeps": [sweep_to_json(each) for each in outcomes],
        }
        return json.dumps(content, ensure_ascii=False, indent=2)
    lines = [line for each in found for line in _lines(each, options)]
    lines += [line for each in outcomes for line in sweep_lines(each, options)]
    return "\n".join(lines)


def _found(
    options: WhatifOptions, out: Path
) -> "tuple[tuple[Comparison, ...], list[SweepOutcome]]":
    """Scenarios compared, then sweeps."""
    from matcher.cli.sweeping import swept_scenario
    from matcher.pipeline.stop_signal import stop_signals
    from matcher.solvers.run import Watch
    from matcher.whatif import WhatifWatch, whatif
    from matcher.whatif.run import check_out, claim_out

    def tell_of(key: str) -> Callable[[str], None]:
        def told(name: str) -> None:
            if not options.is_quiet:
                tell(said(key, options.language, name=name))

        return told

    base = None if options.base is None else _read((options.base,))[0]
    asked = _read(options.scenarios)
    alone = [each for each in asked if each.sweep is None]
    swept = [each for each in asked if each.sweep is not None]
    if swept and base is not None:
        leave(
            said("sweep_with_base", options.language, name=swept[0].name), WRONG_USAGE
        )
    check_out(out, asked)
    found: tuple[Comparison, ...] = ()
    if alone:
        with stop_signals() as num_stops_asked:
            engine = Watch(should_stop=lambda: num_stops_asked() > 0)
            watch = WhatifWatch(
                on_side=tell_of("whatif_side"),
                on_recruit=tell_of("whatif_recruiting"),
                engine=engine,
            )
            found = whatif(alone, out, params_of(options), watch, base)
            if num_stops_asked():
                return found, []
    if swept:
        claim_out(out)
    return found, [swept_scenario(each, out, options) for each in swept]


def _read(paths: tuple[Path, ...]) -> "list[Scenario]":
    from matcher.scenario import read_scenario

    return [read_scenario(path) for path in paths]


def _point(scenario: "Scenario") -> dict[str, float | int | str]:
    from matcher.scenario.read_sweep import point_of_reading

    return dict(point_of_reading(scenario.sweep))


def _lines(comparison: "Comparison", options: WhatifOptions) -> list[str]:
    from matcher.whatif.section import headline

    language, name = options.language, comparison.scenario.name
    folder = (options.out or Path()) / name
    return [
        f"{name}: {comparison.scenario.question.said_in(language)}",
        f"  {headline(comparison).said_in(language)}",
        "  "
        + said(
            "whatif_points",
            language,
            base=number(comparison.base_interval.objective, 1, language),
            scenario=number(comparison.scenario_interval.objective, 1, language),
            moved=comparison.moves.moved,
        ),
        "  " + said("whatif_files", language, page=folder / "comparison.html"),
    ]
