"""The files of an artefact, written from the fitting: numbers first, then words."""

import json
import math
import platform
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, StrictUndefined

from matcher.scorer.artefact import SCORER_FILE, Artefact, scorer_json, write_sealed
from matcher.scorer.audit import MIN_ROWS, PROXY_AUC, GroupRow
from matcher.scorer.calibration_plot import calibration_svg
from matcher.scorer.candidate import CANDIDATES
from matcher.scorer.inputs import INPUTS
from matcher.scorer.metric import Interval
from matcher.scorer.train import Training

_LIBRARIES = ("matcher", "numpy", "scikit-learn", "scipy")
_METRICS_EN = MappingProxyType(
    {
        "auc": "AUC",
        "calibration_error": "calibration error",
        "calibration_gap": "calibration gap",
        "brier": "Brier score",
        "log_loss": "log loss",
        "school_id": "AUC on schools not learned from",
        "enterprise_id": "AUC on enterprises not learned from",
    }
)
_METRICS_NL = MappingProxyType(
    {
        "auc": "AUC",
        "calibration_error": "kalibratiefout",
        "calibration_gap": "kalibratieverschil",
        "brier": "Brierscore",
        "log_loss": "logverlies",
        "school_id": "AUC op scholen waaruit niet geleerd is",
        "enterprise_id": "AUC op ondernemingen waaruit niet geleerd is",
    }
)
_KINDS_EN = MappingProxyType(
    {
        "sector": "sector",
        "audit_group": "audit group",
        "support": "support",
        "inputs": "inputs",
        "school": "a school",
    }
)
_KINDS_NL = MappingProxyType(
    {
        "sector": "sector",
        "audit_group": "groep",
        "support": "ondersteuning",
        "inputs": "gegevens",
        "school": "een school",
    }
)
_NAMES_NL = MappingProxyType(
    {
        ("support", "met"): "geboden",
        ("support", "unmet"): "nog niet geboden",
        ("inputs", "all known"): "alle bekend",
        ("inputs", "some unknown"): "niet alle bekend",
    }
)


def write_training(training: Training, folder: Path) -> str:
    """Write the artefact of a fitting; return its digest.

    The same history, parameters and versions give the same bytes.

    Raises
    ------
    ArtefactError
        `folder` holds something that is no artefact.
    """
    artefact = Artefact(
        scorer=training.scorer,
        profiles=training.profiles,
        is_synthetic=training.is_synthetic,
    )
    return write_sealed(
        {
            SCORER_FILE: scorer_json(artefact),
            "features.json": _json(_features(training)),
            "metrics.json": _json(_metrics(training)),
            "training.toml": _training_toml(training),
            "card.md": _filled("card.en.md", training),
            "modelkaart.md": _filled("modelkaart.nl.md", training),
            "datasheet.md": _filled("datasheet.en.md", training),
            "calibration.svg": calibration_svg(training.bins),
        },
        folder,
    )


def _filled(name: str, training: Training) -> str:
    text = (files("matcher.scorer") / "templates" / name).read_text("utf-8")
    environment = Environment(  # noqa: S701 - Markdown, not HTML; names are ours
        undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["told"] = _told_nl if name.endswith(".nl.md") else _told
    metrics = {**training.metrics, **training.across}
    choice = training.choice
    return environment.from_string(text).render(
        t=training,
        inputs=INPUTS,
        candidates=list(
            zip(
                CANDIDATES,
                choice.loss,
                choice.loss_above_best,
                choice.standard_error,
                strict=True,
            )
        ),
        metrics=[(_METRICS_EN[name], each) for name, each in metrics.items()],
        metrics_nl=[(_METRICS_NL[name], each) for name, each in metrics.items()],
        group_en=lambda row: _group_name(row, _KINDS_EN),
        group_nl=lambda row: _group_name(row, _KINDS_NL, _NAMES_NL),
        min_rows=MIN_ROWS,
        proxy_auc=PROXY_AUC,
    )


def _told(value: float, form: str) -> str:
    """Fill in a number; a dash where the history cannot tell it."""
    return form % value if math.isfinite(value) else "-"


def _told_nl(value: float, form: str) -> str:
    return _told(value, form).replace(".", ",")


def _group_name(
    row: GroupRow,
    kinds: Mapping[str, str],
    names: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> str:
    name = names.get((row.kind, row.name), row.name)
    name = name.replace("|", " ").replace("\n", " ")
    return f"{kinds[row.kind]}: {name}" if name else kinds[row.kind]


def _features(training: Training) -> dict[str, Any]:
    """Each input with its curve and how far it moves over redrawn histories."""
    return {
        "inputs": [
            {
                "name": each.name,
                "direction": each.direction,
                "unit": each.unit,
                "knots": list(shape.knots),
                "categories": list(shape.categories),
                "values": list(shape.values),
                "low": list(band.low),
                "high": list(band.high),
                "unknown": shape.unknown,
            }
            for each, shape, band in zip(
                INPUTS, training.scorer.shapes, training.bands, strict=True
            )
        ]
    }


def _metrics(training: Training) -> dict[str, Any]:
    choice = training.choice
    return {
        "chosen": choice.chosen,
        "candidates": [
            {"name": name, "log_loss": loss, "above_best": above, "standard_error": err}
            for name, loss, above, err in zip(
                CANDIDATES,
                map(_number, choice.loss),
                map(_number, choice.loss_above_best),
                map(_number, choice.standard_error),
                strict=True,
            )
        ],
        "later_agreements": {n: _interval(m) for n, m in training.metrics.items()},
        "auc_across": {n: _interval(m) for n, m in training.across.items()},
        "groups": [
            {
                "kind": row.kind,
                "name": row.name,
                "agreements": row.num_rows,
                "mean_chance": _number(row.mean_chance),
                "share_lasted": _number(row.share_lasted),
                "gap": _interval(row.gap),
                "error_gap": _interval(row.error_gap),
                "calibration_error": _number(row.calibration_error),
                "auc": _number(row.auc),
            }
            for row in training.groups
        ],
        "proxies": [
            {"input": p.input, "kind": p.kind, "group": p.group, "auc": _number(p.auc)}
            for p in training.proxies
        ],
        "calibration_plot": [
            {"mean_chance": _number(mean), "share_lasted": _number(share)}
            for mean, share in zip(
                training.bins.mean_chance, training.bins.share_lasted, strict=True
            )
        ],
    }


def _interval(each: Interval) -> dict[str, float | None]:
    return {
        "value": _number(each.value),
        "low": _number(each.low),
        "high": _number(each.high),
    }


def _number(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _training_toml(training: Training) -> str:
    params = training.params
    versions = {name: version(name) for name in _LIBRARIES}
    versions["python"] = platform.python_version()
    lines = [
        f"synthetic = {str(training.is_synthetic).lower()}",
        f'history_sha256 = "{training.history_sha256}"',
        f"agreements = {training.num_rows}",
        f"known = {training.num_known}",
        f"horizon_days = {params.horizon_days}",
        f"seed = {params.seed}",
        f"draws = {params.num_draws}",
        f"refits = {params.num_refits}",
        "",
        "[versions]",
        *(f'{name} = "{each}"' for name, each in sorted(versions.items())),
    ]
    return "\n".join(lines) + "\n"
