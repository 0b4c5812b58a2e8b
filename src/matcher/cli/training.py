"""Commands around the scorer: invent history, train, look at a chance, monitor."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.answer import BROKEN_RULE, WRONG_USAGE, answering, leave, tell
from matcher.cli.reading import dataset_of, leave_with_findings
from matcher.cli.words import LANGUAGE_VARIABLE, Language, number, said

if TYPE_CHECKING:
    from matcher.dataset import History
    from matcher.scorer import Explanation
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
    def chance(
        data: Annotated[Path, typer.Argument(metavar="DATA", help=help_("data"))],
        model: Annotated[Path, model_],
        learner: Annotated[str, typer.Option(metavar="L", help=help_("one_learner"))],
        site: Annotated[str, typer.Option(metavar="S", help=help_("one_site"))],
        as_json: Annotated[bool, typer.Option("--json", help=help_("json"))] = False,
        language: Annotated[Language, spoken] = "nl",
        debug: Annotated[bool, debug_] = False,
    ) -> None:
        with answering(language, is_debug=debug):
            from matcher.scorer import explanation_to_text

            explained = _explained(data, model, (learner, site), language)
            typer.echo(
                _json({"learner_id": learner, "site_id": site, **asdict(explained)})
                if as_json
                else explanation_to_text(explained, language)
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
    from matcher.pipeline.line import is_synthetic
    from matcher.scorer.card import write_training
    from matcher.scorer.explain import input_words
    from matcher.scorer.train import TrainParams, train
    from matcher.scorer.validation import TooLittleHistoryError

    history = _history_of(source, language)
    params = TrainParams(horizon_days=horizon_days, seed=seed)
    try:
        found = train(history, params, is_synthetic=is_synthetic(source))
    except TooLittleHistoryError as refusal:
        leave(refusal.text(language), BROKEN_RULE)
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


def _explained(
    data: Path, model: Path, pair: tuple[str, str], language: Language
) -> "Explanation":
    from matcher.eligibility import eligible_pairs
    from matcher.policy import Policy
    from matcher.scorer import explain_chance, pair_features, read_scorer
    from matcher.travel import EstimateProvider

    scorer, dataset = read_scorer(model), dataset_of(data, language)
    policy = Policy()
    pairs = eligible_pairs(dataset, policy, EstimateProvider(policy.travel))
    site_ids = dataset.sites.site_id[pairs.offerings.site[pairs.offering]]
    learner_ids = dataset.learners.learner_id[pairs.learner]
    learner, site = pair
    (rows,) = ((learner_ids == learner) & (site_ids == site)).nonzero()
    if not len(rows):
        leave(said("no_pair", language, learner=learner, site=site), WRONG_USAGE)
    return explain_chance(scorer, pair_features(pairs, dataset), int(rows[0]))


def _history_of(path: Path, language: Language) -> "History":
    from matcher.dataset import DatasetError, read_history

    try:
        return read_history(path)
    except DatasetError as error:
        leave_with_findings(error.findings, language)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
