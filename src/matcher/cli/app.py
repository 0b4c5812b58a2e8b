"""The commands, their options, and what becomes of errors."""

import os
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from matcher.cli.answer import BROKEN_RULE, DONE, WRONG_USAGE, answering, leave, tell
from matcher.cli.regional import register as register_regional
from matcher.cli.serving import register as register_serving
from matcher.cli.training import register as register_training
from matcher.cli.whatif import register as register_whatif
from matcher.cli.words import LANGUAGE_VARIABLE, Language, chosen_language, said

_SHOWN = chosen_language(sys.argv[1:], os.environ)


def _help(key: str) -> str:
    return said(f"help_{key}", _SHOWN)


Data = Annotated[Path, typer.Argument(metavar="DATA", help=_help("data"))]
Json = Annotated[bool, typer.Option("--json", help=_help("json"))]
Debug = Annotated[bool, typer.Option("--debug", help=_help("debug"))]
Spoken = Annotated[
    Language,
    typer.Option("--language", envvar=LANGUAGE_VARIABLE, help=_help("language")),
]

app = typer.Typer(
    name="matcher",
    help=_help("matcher"),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line of this process."""
    app()


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"matcher {version('matcher')}")
        raise typer.Exit


@app.callback()
def _matcher(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help=_help("version"), callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


@app.command(help=_help("check"))
def check(
    data: Data,
    as_json: Json = False,
    annotate: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help=_help("annotate"))
    ] = None,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Findings on stdout; exit code 1 when one is an error."""
    with answering(language, is_debug=debug):
        from matcher.dataset import (
            annotate_workbook,
            findings_to_json,
            findings_to_text,
            read_tables,
        )

        outcome = read_tables(data)
        found = outcome.findings
        if outcome.dataset is not None:
            from matcher.advice import dataset_warnings
            from matcher.problem.problem import prepare

            found = (*found, *dataset_warnings(prepare(outcome.dataset)))
        typer.echo(
            findings_to_json(found)
            if as_json
            else findings_to_text(found, language=language)
        )
        if annotate is not None:
            annotate_workbook(data, found, annotate, language=language)
            tell(said("written", language, path=annotate))
        raise typer.Exit(BROKEN_RULE if outcome.dataset is None else DONE)


@app.command(help=_help("template"))
def template(
    out: Annotated[
        Path, typer.Argument(metavar="OUT.xlsx", help=_help("template_out"))
    ],
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Write an empty workbook."""
    with answering(language, is_debug=debug):
        from matcher.dataset import write_template

        write_template(out)
        typer.echo(said("written", language, path=out))


@app.command(help=_help("generate"))
def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=_help("generate_out"))],
    learners: Annotated[int, typer.Option(min=1, help=_help("learners"))],
    seed: Annotated[int, typer.Option(min=0, help=_help("generate_seed"))],
    extent: Annotated[str, typer.Option(help=_help("extent"))] = "auto",
    sites_per_learner: Annotated[
        float, typer.Option(min=0, help=_help("sites_per_learner"))
    ] = 5 / 3,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Write a synthetic region; a wrong extent or folder is wrong usage."""
    with answering(language, is_debug=debug):
        from matcher.region import RegionError, RegionParams, generate_region

        try:
            params = RegionParams(sites_per_learner=sites_per_learner)
            card = generate_region(
                out, learners=learners, seed=seed, extent=extent, params=params
            )
        except RegionError as error:
            leave(error.text(language), WRONG_USAGE)
        typer.echo(card.summary())


@app.command(help=_help("solve"))
def solve(  # noqa: PLR0913 - typer reads every option from a parameter
    data: Data,
    out: Annotated[Path, typer.Option(metavar="DIR", help=_help("out"))],
    policy: Annotated[
        Path | None, typer.Option(metavar="P.toml", help=_help("policy"))
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0, metavar="S", help=_help("time_limit"))
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option(
            min=0, max=0.999, metavar="G", show_default="0.001", help=_help("gap")
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", show_default="1", help=_help("seed")),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", show_default=False, help=_help("workers")),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help=_help("scheduler"))
    ] = None,
    engine: Annotated[
        Literal["auto", "column_generation", "cp_sat", "greedy"],
        typer.Option(help=_help("engine")),
    ] = "auto",
    memory_limit_gb: Annotated[
        float | None, typer.Option(min=0.1, metavar="GB", help=_help("memory"))
    ] = None,
    router: Annotated[
        list[str] | None, typer.Option(metavar="KIND=URL", help=_help("router"))
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", metavar="RUN", help=_help("start"))
    ] = None,
    keep_state: Annotated[
        bool, typer.Option("--keep-state", help=_help("keep_state"))
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_help("quiet"))] = False,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Solve, judge, write; see `matcher.pipeline.run`."""
    with answering(language, is_debug=debug):
        from joblib import cpu_count

        from matcher.cli.solving import SolveOptions, solved

        options = SolveOptions(
            policy=policy,
            time_limit_seconds=time_limit,
            gap=gap,
            seed=seed,
            workers=workers or cpu_count(),
            scheduler=scheduler,
            engine=engine,
            memory_limit_gb=memory_limit_gb,
            routers=tuple(router or ()),
            start=start,
            keeps_state=keep_state,
            is_quiet=quiet,
            is_debug=debug,
            language=language,
        )
        if data.suffix.casefold() == ".toml":
            from matcher.cli.scenario_solving import solved_scenario

            solved_scenario(data, out, options)
        else:
            solved(data, out, options)


@app.command(help=_help("verify"))
def verify(
    data: Data,
    run: Annotated[Path, typer.Argument(metavar="DIR", help=_help("run_dir"))],
    as_json: Json = False,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Judge a run; exit code 1 when anything in it does not hold."""
    with answering(language, is_debug=debug):
        from matcher.checker import check_run
        from matcher.cli.reading import dataset_of
        from matcher.cli.verdict import verdict_to_json, verdict_to_text

        verdict = check_run(dataset_of(data, language), run)
        typer.echo(
            verdict_to_json(verdict) if as_json else verdict_to_text(verdict, language)
        )
        raise typer.Exit(DONE if verdict.holds else BROKEN_RULE)


Run = Annotated[Path, typer.Option("--run", metavar="DIR", help=_help("run_dir"))]
Learner = Annotated[
    str, typer.Option("--learner", metavar="L", help=_help("learner_asked"))
]
Exact = Annotated[bool | None, typer.Option("--exact/--fast", help=_help("exact"))]


@app.command(help=_help("suggest"))
def suggest(  # noqa: PLR0913 - typer reads every option from a parameter
    data: Data,
    run: Run,
    learner: Learner,
    top: Annotated[int, typer.Option(min=1, metavar="K", help=_help("top"))] = 5,
    exact: Exact = None,
    as_json: Json = False,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Suggestions on stdout; see `matcher.suggestions.suggest`."""
    with answering(language, is_debug=debug):
        from matcher.cli.counsel import Question, suggestions_for

        question = Question(
            data=data, run=run, learner_id=learner, exact=exact, language=language
        )
        typer.echo(suggestions_for(question, top, as_json=as_json))


@app.command(help=_help("explain"))
def explain(  # noqa: PLR0913 - typer reads every option from a parameter
    data: Data,
    run: Run,
    learner: Learner,
    site: Annotated[
        str | None, typer.Option("--site", metavar="S", help=_help("site_asked"))
    ] = None,
    exact: Exact = None,
    as_json: Json = False,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Why a plan, or why not a site; see `matcher.suggestions.explanation`."""
    with answering(language, is_debug=debug):
        from matcher.cli.counsel import Question, explanation_of

        question = Question(
            data=data, run=run, learner_id=learner, exact=exact, language=language
        )
        typer.echo(explanation_of(question, site, as_json=as_json))


register_training(app, _SHOWN)


@app.command("training-plan", help=_help("training_plan"))
def training_plan(  # noqa: PLR0913 - typer reads every option from a parameter
    data: Data,
    run: Run,
    learner: Learner,
    out: Annotated[Path, typer.Option(metavar="FILE", help=_help("training_plan_out"))],
    mentor: Annotated[
        str, typer.Option("--mentor", metavar="M", help=_help("for_mentor"))
    ] = "",
    previous: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_help("previous"))
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help=_help("as_of")),
    ] = None,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Write a training plan; see `matcher.training_plan`."""
    with answering(language, is_debug=debug):
        from matcher.cli.counsel import PlanFile, Question, written_training_plan

        question = Question(
            data=data, run=run, learner_id=learner, exact=None, language=language
        )
        day = None if as_of is None else as_of.date()
        file = PlanFile(out=out, mentor_id=mentor, previous=previous, as_of=day)
        written_training_plan(question, file)
        typer.echo(said("written", language, path=out))


@app.command("desk", help=_help("desk"))
def desk(
    data: Data,
    run: Run,
    school: Annotated[
        str, typer.Option("--school", metavar="S", help=_help("school"))
    ] = "",
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help=_help("as_of")),
    ] = None,
    as_json: Json = False,
    language: Spoken = "nl",
    debug: Debug = False,
) -> None:
    """Lists on stdout; see `matcher.desk`."""
    with answering(language, is_debug=debug):
        from matcher.cli.desk import lists_of

        day = None if as_of is None else as_of.date()
        typer.echo(lists_of((data, run), school, day, language, as_json=as_json))


register_regional(app, _SHOWN)
register_whatif(app, _SHOWN)
register_serving(app, _SHOWN)
