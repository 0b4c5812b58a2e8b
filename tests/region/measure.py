"""Measure a region from its files alone: who could go where, and what is short.

Shares no code with the generator or the engine: `python tests/region/measure.py
DATA`. Rules E1 to E9 in their plain form, for folders of CSV as generated.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from ortools.graph.python import max_flow

SPEEDS = {
    "walk": (0, 4.8),
    "bike": (2, 16),
    "ebike": (2, 20),
    "moped": (3, 30),
    "pt": (12, 25),
    "car": (5, 45),
}


def read_rows(folder, name):
    with (Path(folder) / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


class Region:
    """The tables of a folder as lists of rows, and what follows from them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.periods = self.rows("periods")
        self.learners = self.rows("learners")
        self.sites = self.rows("sites")
        self.site_number = {s["site_id"]: n for n, s in enumerate(self.sites)}
        self.points = self._points()
        self.first = np.array([p["start"] for p in self.periods], "datetime64[D]")
        self.last = np.array([p["end"] for p in self.periods], "datetime64[D]")
        self.is_recognised = self._recognised()
        self.mentor_places, self.mentors = self._mentors()
        self.eligible = self._eligible()

    def rows(self, name):
        return read_rows(self.folder, name)

    def _points(self):
        source = Path(__file__).parents[2] / "src/matcher/travel/data"
        by_code = defaultdict(list)
        path = source / "belgian_postcodes.csv"
        with path.open(encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                if row["suspect"] == "0":
                    by_code[row["postcode"]].append(
                        (float(row["lat"]), float(row["lon"]))
                    )
        return {code: np.median(found, axis=0) for code, found in by_code.items()}

    def point(self, row):
        if row["lat"]:
            return float(row["lat"]), float(row["lon"])
        if not row["postcode"]:
            return np.nan, np.nan
        return tuple(self.points[row["postcode"]])

    def _recognised(self):
        """{trajectory: (sites, periods)}, every day of the period by the union."""
        days = defaultdict(list)
        for row in self.rows("recognitions"):
            key = (row["trajectory_id"], self.site_number[row["site_id"]])
            days[key].append(
                (row["valid_from"] or "1900-01-01", row["valid_to"] or "2900-01-01")
            )
        found = {}
        shape = (len(self.sites), len(self.periods))
        for (trajectory, site), spans in days.items():
            merged = []
            for start, end in sorted(
                (np.datetime64(a), np.datetime64(b)) for a, b in spans
            ):
                if merged and start <= merged[-1][1] + 1:
                    merged[-1][1] = max(merged[-1][1], end)
                else:
                    merged.append([start, end])
            into = found.setdefault(trajectory, np.zeros(shape, bool))
            for start, end in merged:
                into[site] |= (self.first >= start) & (self.last <= end)
        return found

    def _mentors(self):
        """(sites, periods) learners that able mentors take; [(able, supports)]."""
        places = np.zeros((len(self.sites), len(self.periods)), int)
        of_site = [[] for _ in self.sites]
        for row in self.rows("mentors"):
            trained = np.datetime64(row["trained_on"] or "2900-01-01")
            start = np.datetime64(row["available_from"] or "1900-01-01")
            end = np.datetime64(row["available_to"] or "2900-01-01")
            able = (trained <= self.first) & (start <= self.first) & (end >= self.last)
            hours = float(row["hours_per_week"] or 99)
            # 0.65 hours a week is the formula at three days without needs.
            most = min(int(row["max_learners"]), int(hours / 0.65))
            site = self.site_number[row["site_id"]]
            places[site] += able * most
            of_site[site].append((able, set(row["supports"].split("|"))))
        return places, of_site

    def _guided(self, site, missing):
        """(periods,), where one able mentor gives all that is missing."""
        able = [able for able, given in self.mentors[site] if missing <= given]
        return np.any([np.zeros(len(self.periods), bool), *able], axis=0)

    def _eligible(self):
        """Per learner the (sites, periods) where a placement is eligible."""
        lat, lon = np.radians(np.array([self.point(s) for s in self.sites])).T
        words = {
            key: [set(filter(None, s[key].split("|"))) for s in self.sites]
            for key in ("languages", "supports", "demands")
        }
        min_age = np.array([float(s["min_age"] or 0) for s in self.sites])
        barred, required, refused = self._personal()
        travel = {
            (r["learner_id"], self.site_number[r["site_id"]]): float(r["minutes"])
            for r in self.rows("travel")
        }
        found = []
        for learner in self.learners:
            who = learner["learner_id"]
            may = self.is_recognised[learner["trajectory_id"]].copy()
            minutes = self._minutes(learner, lat, lon)
            for site in np.flatnonzero(may.any(axis=1)):
                minutes[site] = travel.get((who, site), minutes[site])
                asked = words["languages"][site]
                speaks = set(learner["languages"].split("|"))
                may[site] &= not asked or bool(asked & speaks)
                may[site] &= self._guided(site, required[who] - words["supports"][site])
                may[site] &= not barred[who] & words["demands"][site]
                may[site] &= site not in refused[who]
            may &= (minutes <= float(learner["max_travel_minutes"] or 1e9))[:, None]
            ready = np.datetime64(learner["ready_from"] or "1900-01-01")
            may &= self._old_enough(learner, min_age) & (ready <= self.first)
            found.append(may)
        return found

    def _personal(self):
        barred, required, refused = (defaultdict(set) for _ in range(3))
        for row in self.rows("abilities"):
            if row["status"] == "no":
                barred[row["learner_id"]].add(row["demand"])
        for row in self.rows("support_needs"):
            if row["required"] == "true":
                required[row["learner_id"]].add(row["need"])
        for row in self.rows("placements"):
            if row["status"] == "refused":
                refused[row["learner_id"]].add(self.site_number[row["site_id"]])
        return barred, required, refused

    def _minutes(self, learner, lat, lon):
        here = np.radians(np.array(self.point(learner)))
        half = (
            np.sin((lat - here[0]) / 2) ** 2
            + np.cos(lat) * np.cos(here[0]) * np.sin((lon - here[1]) / 2) ** 2
        )
        km = 1.3 * 2 * 6371.0088 * np.arcsin(np.sqrt(half))
        modes = learner["modes"].split("|") if learner["modes"] else ["bike", "pt"]
        return np.min([SPEEDS[m][0] + 60 * km / SPEEDS[m][1] for m in modes], axis=0)

    def _old_enough(self, learner, min_age):
        if not learner["birth_date"]:
            return (min_age == 0)[:, None]
        born = learner["birth_date"]
        ages = [
            int(p["start"][:4]) - int(born[:4]) - (p["start"][5:] < born[5:])
            for p in self.periods
        ]
        return np.array(ages)[None, :] >= min_age[:, None]


def sites_per_learner(region):
    """Eligible sites of each learner in one period or more."""
    return np.array([may.any(axis=1).sum() for may in region.eligible])


def placeable(region):
    """Share of active learner periods that fit the places at once, per period."""
    active = placed = 0
    for period in range(len(region.periods)):
        flow = max_flow.SimpleMaxFlow()
        num = len(region.learners)
        sink = 1 + num + len(region.sites)
        for learner, row in enumerate(region.learners):
            active += (row["ready_from"] or "1900") <= region.periods[period]["start"]
            for site in np.flatnonzero(region.eligible[learner][:, period]):
                flow.add_arc_with_capacity(1 + learner, 1 + num + int(site), 1)
            flow.add_arc_with_capacity(0, 1 + learner, 1)
        for site, row in enumerate(region.sites):
            most = min(int(row["capacity"]), int(region.mentor_places[site, period]))
            flow.add_arc_with_capacity(1 + num + site, sink, most)
        flow.solve(0, sink)
        placed += flow.optimal_flow()
    return placed / active


def coverable(region):
    """(learners, 4): share of the weight covered by 1, 2, 3 and all sites alone.

    Greedy over sites, each held for an equal part of the weeks; school and
    course count as covered.
    """
    weeks = np.array([float(p["weeks"]) for p in region.periods])
    wanted, contexts = defaultdict(list), defaultdict(list)
    for row in region.rows("competences"):
        wanted[row["trajectory_id"]].append(row)
    for row in region.rows("contexts"):
        contexts[row["trajectory_id"]].append(row["context_id"])
    teaches = defaultdict(set)
    for row in region.rows("offers"):
        site = region.site_number[row["site_id"]]
        teaches[site, row["trajectory_id"]].add(row["competence_id"])
    held = {(r["learner_id"], r["competence_id"]) for r in region.rows("acquired")}
    shares = []
    for learner, may in zip(region.learners, region.eligible, strict=True):
        trajectory = learner["trajectory_id"]
        need = [
            row
            for row in wanted[trajectory]
            if (learner["learner_id"], row["competence_id"]) not in held
            and "school" not in row["learn_at"]
        ]
        weight = np.array([float(row["weight"]) for row in need])
        long = np.array([float(row["weeks"]) for row in need])
        near = np.flatnonzero(may.any(axis=1))
        taught = np.array(
            [
                [row["competence_id"] in teaches[site, trajectory] for row in need]
                for site in near
            ],
            bool,
        ).reshape(len(near), len(need))
        shares.append(_greedy(taught, weight, long, weeks.sum()))
    return np.array(shares)


def _greedy(taught, weight, long, total):
    if not len(taught) or not weight.sum():
        return [0.0 if weight.sum() else 1.0] * 4
    shares = []
    for number in (1, 2, 3):
        fits = taught & (long <= total / number)[None, :]
        covered = np.zeros(len(weight), bool)
        for _ in range(number):
            best = ((fits & ~covered) @ weight).argmax()
            covered |= fits[best]
        shares.append(float(covered @ weight / weight.sum()))
    return [*shares, float(taught.any(axis=0) @ weight / weight.sum())]


def supply_by_training(region):
    """{trajectory: (learners, recognised sites, places shared over trainings)}."""
    demand = defaultdict(int)
    for row in region.learners:
        demand[row["trajectory_id"]] += 1
    capacity = np.array([int(s["capacity"]) for s in region.sites])
    usable = np.minimum(capacity, region.mentor_places[:, 2])
    recognised = {t: may[:, 2] for t, may in region.is_recognised.items()}
    pull = sum(demand[t] * r / max(1, r.sum()) for t, r in recognised.items())
    found = {}
    for trajectory, sites in sorted(recognised.items()):
        share = demand[trajectory] / max(1, sites.sum())
        part = np.where(pull > 0, share / np.where(pull > 0, pull, 1), 0)
        places = float((usable * part)[sites].sum())
        found[trajectory] = (demand[trajectory], int(sites.sum()), round(places, 1))
    return found


def main(folder):
    region = Region(folder)
    num = sites_per_learner(region)
    marks = np.percentile(num, [0, 5, 25, 50, 75, 95, 100]).astype(int)
    cover = coverable(region)
    lines = [
        f"learners {len(num)}, sites {len(region.sites)}",
        f"eligible sites per learner, percentiles 0 5 25 50 75 95 100: {marks}",
        f"learners without any: {(num == 0).mean():.1%}",
        f"learners with 10 to 60: {((num >= 10) & (num <= 60)).mean():.1%}",
        f"placeable periods, all at once: {placeable(region):.1%}",
        f"weight coverable by 1, 2, 3 sites, all: "
        f"{cover[num > 0].mean(axis=0).round(3)}",
        f"fully coverable by 1, 2, 3, all: "
        f"{(cover[num > 0] > 1 - 1e-9).mean(axis=0).round(3)}",
        "trajectory: learners, recognised sites, places (shared)",
    ]
    lines += [f"  {t}: {row}" for t, row in supply_by_training(region).items()][:20]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
