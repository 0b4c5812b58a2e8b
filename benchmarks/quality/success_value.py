"""Whether the success model leads to plans that last.

`python benchmarks/quality/success_value.py`. Regions of known truth
(`matcher.scorer.synthetic`) are planned three times: without a score, with the example
model, and with the true chances as `scores`. What is compared is the true chance of the
placements chosen, weighed by their weeks, where all three plans are proven to one
gap. A last table trains on histories in which coaches chose by what no table holds.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from matcher.dataset import Dataset, read_dataset
from matcher.dataset.tables import Scores
from matcher.pipeline import solve_dataset
from matcher.policy import Policy
from matcher.problem.problem import prepare
from matcher.region import RegionParams, generate_region
from matcher.scorer import Features, history_features, pair_features
from matcher.scorer.features import NUMBERS
from matcher.scorer.metric import auc
from matcher.scorer.synthetic import (
    SyntheticParams,
    synthetic_history,
    true_chance,
)
from matcher.scorer.train import TrainParams, train
from matcher.solvers import SolveParams

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "scorer" / "voorbeeld"
README = ROOT / "benchmarks" / "README.md"
START, END = "<!-- value: made by quality/success_value.py -->", "<!-- end of value -->"
GAP = 5e-4
WAYS = ("without", "model", "truth")
UNKNOWN = {
    "travel_minutes": 60.0,
    "support_unmet": 0.0,
    "learners_per_mentor": 3.0,
    "mentor_years": 0.0,
    "coverage": 0.6,
    "places": 1.0,
}
"""What is true where the dataset does not know: nobody plans with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """True chances of the plans of one region.

    Attributes
    ----------
    mean
        Per way, over the placed weeks.
    by_learner
        Per way and learner, over the placed weeks of that learner.
    group
        Per learner: whether some support need is recorded.
    """

    seed: int
    mean: Mapping[str, float]
    by_learner: Mapping[str, Mapping[str, float]]
    group: Mapping[str, str]


def regions(seeds: range, num_learners: int, seconds: float) -> Iterator[Region]:
    """Regions all of whose plans reached the gap asked for."""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "region"
            generate_region(
                place,
                learners=num_learners,
                seed=seed,
                extent="arrondissement:Gent",
                params=RegionParams(sites_per_learner=4.0),
            )
            found = measured(without_scores(read_dataset(place)), seed, seconds)
        if found is not None:
            yield found


def without_scores(dataset: Dataset) -> Dataset:
    nobody = np.array([], dtype=object)
    empty = Scores(learner_id=nobody, site_id=nobody, success=np.zeros(0))
    return replace(dataset, scores=empty)


def measured(dataset: Dataset, seed: int, seconds: float) -> Region | None:
    """Plan in every way; None as soon as one plan is not proven in time."""
    pairs = prepare(dataset).pairs
    truth = true_chance(known(pair_features(pairs, dataset)))
    learner_ids = dataset.learners.learner_id[pairs.learner]
    site_ids = dataset.sites.site_id[pairs.offerings.site[pairs.offering]]
    of_pair = dict(zip(zip(learner_ids, site_ids, strict=True), truth, strict=True))
    scores = Scores(learner_id=learner_ids, site_id=site_ids, success=truth)
    ways = (
        (dataset, Policy()),
        (dataset, Policy(success_model=str(MODEL))),
        (replace(dataset, scores=scores), Policy()),
    )
    weeks = dict(zip(dataset.periods.period_id, dataset.periods.weeks, strict=True))
    means, by_learner = {}, {}
    for way, (data, policy) in zip(WAYS, ways, strict=True):
        params = SolveParams(gap=GAP, time_limit_seconds=seconds)
        record = solve_dataset(data, policy, params)
        if record.summary.status not in ("optimal", "gap"):
            return None
        own: dict[str, list[tuple[float, float]]] = {}
        for row in record.assignments:
            chance = float(of_pair[row.learner_id, row.site_id])
            own.setdefault(row.learner_id, []).append((weeks[row.period_id], chance))
        rows = np.array([each for several in own.values() for each in several])
        means[way] = float(np.average(rows[:, 1], weights=rows[:, 0]))
        by_learner[way] = {
            name: float(np.average([c for _, c in each], weights=[w for w, _ in each]))
            for name, each in own.items()
        }
    asks = set(dataset.support_needs.learner_id)
    group = {
        name: "support needs" if name in asks else "none recorded"
        for name in dataset.learners.learner_id
    }
    return Region(
        seed=seed,
        mean=means,
        by_learner=by_learner,
        group=group,
    )


def known(features: Features) -> Features:
    numbers = features.numbers.copy()
    for at, name in enumerate(NUMBERS):
        numbers[np.isnan(numbers[:, at]), at] = UNKNOWN[name]
    return replace(features, numbers=numbers)


def share_of_gain(found: list[Region]) -> tuple[float, float, float]:
    """Gain of the model over that of the truth; regions redrawn for an interval."""
    gains = np.array(
        [
            [r.mean["model"] - r.mean["without"], r.mean["truth"] - r.mean["without"]]
            for r in found
        ]
    )
    rng = np.random.default_rng(1)
    drawn = gains[rng.integers(0, len(gains), (5000, len(gains)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    total = gains.sum(axis=0)
    return float(total[0] / total[1]), float(low), float(high)


def group_means(found: list[Region]) -> Mapping[str, Mapping[str, float]]:
    """Mean true chance per group of learners and way, over all regions."""
    table: dict[str, dict[str, float]] = {}
    for name in ("support needs", "none recorded"):
        table[name] = {
            way: float(
                np.mean(
                    [
                        chance
                        for region in found
                        for learner, chance in region.by_learner[way].items()
                        if region.group[learner] == name
                    ]
                )
            )
            for way in WAYS
        }
    table["least promising tenth"] = {
        way: float(
            np.mean(
                [
                    chance
                    for region in found
                    for chance in lowest_tenth(region.by_learner[way])
                ]
            )
        )
        for way in WAYS
    }
    return table


def lowest_tenth(chances: Mapping[str, float]) -> list[float]:
    return sorted(chances.values())[: max(1, round(len(chances) / 10))]


def selection_rows() -> Iterator[str]:
    """What choosing by the unseen does to the effect of travel and the chances."""
    for selection in (0.0, 0.3, 1.0, 2.0):
        slopes, gaps, lost = [], [], []
        for seed in (1, 2, 3):
            own = SyntheticParams(selection=selection)
            history = synthetic_history(20_000, seed, own).history
            scorer = train(history, TrainParams(num_draws=2, num_refits=0)).scorer
            shape = scorer.shapes[1]
            fall = shape.of_numbers(np.array([15.0, 60.0]))
            slopes.append(fall[0] - fall[1])
            # Placements that no coach chose by the unseen: what a planner would do.
            new = synthetic_history(20_000, seed + 50, SyntheticParams(selection=0.0))
            chance = scorer.chance(history_features(new.history))
            gaps.append(np.mean(np.abs(chance - new.true_chance)))
            one = np.ones(len(chance))
            best = auc(new.true_chance, new.lasted, one)
            lost.append(best - auc(chance, new.lasted, one))
        yield (
            f"| {selection:g} | {np.mean(slopes):.2f} | {np.mean(gaps):.3f} "
            f"| {np.mean(lost):.4f} |"
        )


def report(proven: list[Region], num_tried: int) -> str:
    lines = [
        "| region | without | model | truth | share of the gain |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for r in proven:
        gain = r.mean["truth"] - r.mean["without"]
        share = "-"  # where even the truth gains nothing there is none to share
        if gain > 0:
            share = f"{(r.mean['model'] - r.mean['without']) / gain:.2f}"
        cells = " | ".join(f"{r.mean[way]:.4f}" for way in WAYS)
        lines.append(f"| {r.seed} | {cells} | {share} |")
    total, low, high = share_of_gain(proven)
    lines += [
        "",
        f"Mean true chance of the placed weeks, {len(proven)} regions of {num_tried} "
        f"tried, all of whose plans are proven to {100 * GAP:g} %.",
        f"Share of the gain of the truth: {total:.2f} (95 % interval {low:.2f} to "
        f"{high:.2f}, regions redrawn).",
        "",
        "| learners | without | model | truth |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, by_way in group_means(proven).items():
        cells = " | ".join(f"{by_way[way]:.4f}" for way in WAYS)
        lines.append(f"| {name} | {cells} |")
    lines += [
        "",
        "| selection | fall of travel, 15 to 60 min | off the truth | AUC lost |",
        "| ---: | ---: | ---: | ---: |",
        *selection_rows(),
        "",
        "The planted fall is 0.81 in log-odds for one learner. Off the truth: mean",
        "distance of chance and true chance where nobody chose by the unseen.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=18)
    parser.add_argument("--learners", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    seeds = range(1, asked.regions + 1)
    found = list(regions(seeds, asked.learners, asked.seconds))
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(START)
    _, tail = rest.split(END)
    made = f"{head}{START}\n\n{report(found, asked.regions)}\n\n{END}{tail}"
    README.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
