"""Commands around the scorer: invent history, train, look at a chance, monitor."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.answer import WRONG_USAGE, answering, leave, tell
from matcher.cli.reading import dataset_of, leave_with_findings
from matcher.cli.words import LANGUAGE_VARIABLE, Language, number, said

if TYPE_CHECKING:
    from matcher.dataset import History
    from matcher.scorer import PairChance
    from matcher.scorer.metric import Interval


def register(app: typer.Typer, language: Language) -> None:
    """Add the commands, their help in one language."""

    def help_(key: str) -> str:
        return said(f"help_{key}", language)

    spoken = typer.Option(envvar=LANGUAGE_VARIABLE, help=help_("language"))
    debug_ = typer.Option("--debug", help=help_("debug"))
    history_ = typer.Argument(metavar="HISTORY", help=help_("history"))
    model_ = typer.Option(metavar="DIR", help=help_("model"))

    @app.command("generate-history", help=help_("generate_history"))
    def generate_history(
        out: Annotated[Path, typer.Argument(metavar="OUT", help=help_("history_out"))],
        rows: Annotated[int, typer.Option(min=1, help=help_("rows"))],
        seed: Annotated[int, typer.Option(min=0, help=help_("generate_seed"))],
        selection: Annotated[
            float, typer.Option(min=0, max=2, help=help_("selection"))
        ] = 0.3,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            from matcher.scorer.synthetic import (
                SyntheticParams,
                synthetic_history,
                write_synthetic,
            )

            params = SyntheticParams(selection=selection)
            write_synthetic(synthetic_history(rows, seed, params), out, seed, params)
            typer.echo(said("written", language, path=out))

    @app.command(help=help_("train"))
    def train(
        history: Annotated[Path, history_],
        out: Annotated[Path, typer.Option(metavar="DIR", help=help_("train_out"))],
        horizon: Annotated[
            int, typer.Option(min=1, max=3650, help=help_("horizon"))
        ] = 180,
        seed: Annotated[int, typer.Option(min=0, help=help_("train_seed"))] = 1,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            typer.echo(_trained(history, out, horizon, seed, language))

    @app.command(help=help_("chance"))
    def chance(  # noqa: PLR0913 - typer reads every option from a parameter
        data: Annotated[Path, typer.Argument(metavar="DATA", help=help_("data"))],
        learner: Annotated[str, typer.Option(metavar="L", help=help_("one_learner"))],
        site: Annotated[str, typer.Option(metavar="S", help=help_("one_site"))],
        model: Annotated[
            Path | None, typer.Option(metavar="DIR", help=help_("chance_model"))
        ] = None,
        policy: Annotated[
            Path | None, typer.Option(metavar="P.toml", help=help_("policy"))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=help_("json"))] = False,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            from matcher.scorer import pair_chance_to_text

            found = _pair_chance(data, model, policy, (learner, site), language)
            typer.echo(
                _json(
                    {
                        "learner_id": learner,
                        "site_id": site,
                        **asdict(found.explanation),
                        "scores_row": found.scores_row,
                    }
                )
                if as_json
                else pair_chance_to_text(found, language)
            )

    @app.command(help=help_("monitor"))
    def monitor(
        history: Annotated[Path, history_],
        model: Annotated[Path, model_],
        as_json: Annotated[bool, typer.Option("--json", help=help_("json"))] = False,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            from matcher.scorer import read_artefact
            from matcher.scorer.monitor import monitor as monitored
            from matcher.scorer.monitor import monitoring_to_text

            found = monitored(read_artefact(model), _history_of(history, language))
            typer.echo(
                _json(asdict(found)) if as_json else monitoring_to_text(found, language)
            )


def _trained(
    source: Path, out: Path, horizon_days: int, seed: int, language: Language
) -> str:
    from matcher.dataset.card import is_synthetic
    from matcher.errors import ArtefactError
    from matcher.scorer.artefact import check_model_folder
    from matcher.scorer.card import write_training
    from matcher.scorer.explain import input_words
    from matcher.scorer.train import TrainParams, train

    try:
        check_model_folder(out)  # before the work, not after it
    except ArtefactError as error:
        leave(error.text(language), WRONG_USAGE)
    history = _history_of(source, language)
    params = TrainParams(horizon_days=horizon_days, seed=seed)
    found = train(history, params, is_synthetic=is_synthetic(source))
    digest = write_training(found, out)
    for proxy in found.proxies:
        facts = {
            "input": input_words(proxy.input, language),
            "group": proxy.group or proxy.kind,
        }
        tell(said("proxy", language, **facts, auc=number(proxy.auc, 2, language)))
    return said(
        "trained",
        language,
        rows=found.num_rows,
        known=found.num_known,
        chosen=found.choice.chosen,
        auc=_between(found.metrics["auc"], language),
        error=_between(found.metrics["calibration_error"], language),
        out=out,
        digest=digest,
    )


def _between(measure: "Interval", language: Language) -> str:
    value, low, high = (
        number(each, 3, language) for each in (measure.value, measure.low, measure.high)
    )
    return f"{value} ({low} - {high})"


def _pair_chance(
    data: Path,
    model: Path | None,
    policy_file: Path | None,
    pair: tuple[str, str],
    language: Language,
) -> "PairChance":
    """Ask the model given, else that of the policy; without one it is wrong usage."""
    from matcher.cli.solving import policy_of
    from matcher.errors import PolicyError, UnknownIdError
    from matcher.scorer import pair_chance, read_artefact

    try:
        policy = policy_of(policy_file)
    except PolicyError as error:
        leave(error.text(language), WRONG_USAGE)
    folder = model or policy.success_model
    if folder is None:
        leave(said("no_model", language), WRONG_USAGE)
    artefact, dataset = read_artefact(Path(folder)), dataset_of(data, language)
    learner, site = pair
    try:
        found = pair_chance(
            dataset, policy, artefact.scorer, learner_id=learner, site_id=site
        )
    except UnknownIdError as error:
        leave(error.text(language), WRONG_USAGE)
    if found is None:
        leave(said("no_pair", language, learner=learner, site=site), WRONG_USAGE)
    if artefact.is_synthetic:
        tell(said("chance_synthetic", language))
    return found


def _history_of(path: Path, language: Language) -> "History":
    from matcher.dataset import DatasetError, read_history

    try:
        return read_history(path)
    except DatasetError as error:
        leave_with_findings(error.findings, language)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
