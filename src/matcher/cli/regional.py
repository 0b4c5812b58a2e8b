"""Commands about a region: where it is short, and whether a certificate holds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.answer import BROKEN_RULE, DONE, WRONG_USAGE, answering, leave, tell
from matcher.cli.reading import dataset_of
from matcher.cli.words import LANGUAGE_VARIABLE, Language, number, said

if TYPE_CHECKING:
    from matcher.capacity import Areas, CapacityParams
    from matcher.capacity.recruit_sets import RecruitSet


def register(app: typer.Typer, language: Language) -> None:
    """Add the commands, their help in one language."""

    def help_(key: str) -> str:
        return said(f"help_{key}", language)

    spoken = typer.Option(envvar=LANGUAGE_VARIABLE, help=help_("language"))
    debug_ = typer.Option("--debug", help=help_("debug"))
    run_ = typer.Option("--run", metavar="DIR", help=help_("run_dir"))

    @app.command(help=help_("capacity"))
    def capacity(  # noqa: PLR0913 - typer reads every option from a parameter
        data: Annotated[Path, typer.Argument(metavar="DATA", help=help_("data"))],
        run: Annotated[Path, run_],
        out: Annotated[Path, typer.Option(metavar="DIR", help=help_("capacity_out"))],
        area: Annotated[
            str, typer.Option(metavar="AREA", help=help_("area"))
        ] = "district",
        top: Annotated[
            int, typer.Option(min=0, metavar="K", help=help_("recruits"))
        ] = 5,
        most_confirmed: Annotated[
            int, typer.Option("--confirm", min=1, metavar="N", help=help_("confirm"))
        ] = 12,
        largest_set: Annotated[
            int, typer.Option("--sets", min=1, max=4, metavar="K", help=help_("sets"))
        ] = 1,
        seconds: Annotated[
            float, typer.Option(min=0.1, metavar="S", help=help_("each_seconds"))
        ] = 30.0,
        plan_b: Annotated[
            bool, typer.Option("--plan-b/--no-plan-b", help=help_("plan_b"))
        ] = True,
        moves: Annotated[
            int, typer.Option(min=0, metavar="R", help=help_("moves"))
        ] = 1,
        draws: Annotated[
            int, typer.Option(min=0, metavar="N", help=help_("draws"))
        ] = 200,
        seed: Annotated[int, typer.Option(min=0, help=help_("seed"))] = 1,
        quiet: Annotated[bool, typer.Option("--quiet", help=help_("quiet"))] = False,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            from matcher.capacity import (
                AreaError,
                areas_named,
                capacity_report,
                check_folder,
                write_capacity,
            )
            from matcher.dataset.card import is_synthetic
            from matcher.suggestions import load_run

            try:
                areas = areas_named(area)
            except AreaError as error:
                leave(error.text(language), WRONG_USAGE)
            check_folder(out)
            loaded = load_run(dataset_of(data, language), run)

            def on_step(step: str) -> None:
                if not quiet:
                    tell(said(f"step_{step}", language))

            params = _params(
                areas=areas,
                top=top,
                most_confirmed=most_confirmed,
                largest_set=largest_set,
                seconds=seconds,
                draws=draws,
                moves=moves if plan_b else None,
                seed=seed,
            )
            report = capacity_report(loaded, params, on_step, run)
            write_capacity(loaded, report, out, language, synthetic=is_synthetic(data))
            if largest_set > 1 and not report.recruit_sets:
                typer.echo(said("sets_too_few", language))
            for each in report.recruit_sets:
                typer.echo(_set_line(each, language))
            typer.echo(
                said(
                    "capacity_done",
                    language,
                    shortages=len(report.shortages),
                    seats=len(report.seat_shortages),
                    open=len(report.not_proven),
                    recruits=len(report.recruits.recruits),
                    out=out,
                )
            )

    @app.command("verify-shortage", help=help_("verify_shortage"))
    def verify_shortage(
        file: Annotated[Path, typer.Argument(metavar="FILE", help=help_("shortages"))],
        data: Annotated[
            Path | None, typer.Option("--data", metavar="DATA", help=help_("data"))
        ] = None,
        run: Annotated[Path | None, run_] = None,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            raise typer.Exit(_verified(file, data, run, language))


def _params(  # noqa: PLR0913 - every option of the command
    *,
    areas: "Areas",
    top: int,
    most_confirmed: int,
    largest_set: int,
    seconds: float,
    draws: int,
    moves: int | None,
    seed: int,
) -> "CapacityParams":
    """Parameters from options; without moves there is no plan B."""
    from matcher.capacity import (
        CapacityParams,
        EarlyEndParams,
        RecruitParams,
        RepairParams,
        RobustnessParams,
        SetParams,
    )
    from matcher.solvers import SolveParams

    solve = SolveParams(gap=0.0, time_limit_seconds=seconds)
    repair = None if moves is None else RepairParams(moves=moves, solve=solve)
    return CapacityParams(
        areas=areas,
        recruit=RecruitParams(top=top, most_confirmed=most_confirmed, solve=solve),
        sets=SetParams(largest=largest_set, most_confirmed=most_confirmed, solve=solve),
        robustness=None if repair is None else RobustnessParams(repair=repair),
        early_ends=EarlyEndParams(draws=draws, seed=seed),
    )


def _set_line(found: "RecruitSet", language: Language) -> str:
    """What steps gain together, and what is proven of it."""
    return said(
        f"set_{found.proof}",
        language,
        size=len(found.steps),
        ranks=", ".join(str(each.rank) for each in found.steps),
        points=number(found.gain_points, 0, language),
        gain=said(f"set_{found.gain}", language),
        steps=found.num_steps,
    )


def _verified(
    file: Path, data: Path | None, run: Path | None, language: Language
) -> int:
    """Print the verdict on a file of certificates; the exit code."""
    from matcher.checker import verify_shortages

    claims = _parsed(file, language)
    policy = None
    # The report says under which policy its certificates hold, as a run does.
    beside = run / "summary.json" if run else file.with_name("capacity.json")
    if run or beside.is_file():
        recorded = _parsed(beside, language)
        policy = recorded.get("policy") if isinstance(recorded, dict) else None
    dataset = dataset_of(data, language) if data else None
    faults = verify_shortages(claims, dataset, policy)
    for fault in faults:
        facts = {"number": fault.number, "detail": fault.detail}
        why = said(f"shortage_{fault.code.casefold()}", language)
        typer.echo(said("shortage_fault", language, code=fault.code, why=why, **facts))
    if faults:
        refused = len({fault.number for fault in faults})
        typer.echo(said("shortages_refused", language, n=refused))
        return BROKEN_RULE
    count = len(claims) if isinstance(claims, list) else 0
    key = "shortages_ok" if data else "shortages_ok_alone"
    typer.echo(said(key, language, n=count))
    return DONE


def _parsed(path: Path, language: Language) -> object:
    """JSON of a file; what cannot be read ends the command."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        leave(said("no_file", language, path=path), WRONG_USAGE)
    except (OSError, ValueError, RecursionError):
        leave(said("no_json", language, path=path), BROKEN_RULE)
