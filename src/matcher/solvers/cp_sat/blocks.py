"""Blocks at a site: where they start, how long they last, how many there are."""

from collections import defaultdict
from collections.abc import Mapping

from matcher.eligibility.pairs import TOLERANCE
from matcher.solvers.cp_sat.variables import Literal, Variables


def block_starts(variables: Variables) -> dict[tuple[int, int], Literal]:
    """(pair, period): a block starts, that is at the site now and not before."""
    starts = {}
    for (pair, period), here in variables.at_site.items():
        starts[pair, period] = both(variables, here, variables.is_at(pair, period - 1))
    return starts


def both(variables: Variables, here: Literal, before: Literal) -> Literal:
    """A literal for `here` and not `before`; an old one where that suffices."""
    if before is variables.no:
        return here
    if before is variables.yes or here is variables.no:
        return variables.no
    model = variables.model
    starts = model.new_bool_var("")
    model.add_implication(starts, here)
    model.add_implication(starts, ~before)
    model.add_bool_or([starts, ~here, before])
    return starts


def min_block_weeks(variables: Variables) -> None:
    """P1: no block is shorter, except one of signed periods only.

    Every run of periods that is too short is barred from being a whole block: one
    of its periods is absent, or the block reaches past one of its ends.
    """
    for pair, first in variables.at_site:
        for last in _too_short(variables, pair, first):
            inside = [
                variables.at_site[pair, period] for period in range(first, last + 1)
            ]
            if all(literal is variables.yes for literal in inside):
                continue
            variables.model.add_bool_or(
                [
                    *(~literal for literal in inside),
                    variables.is_at(pair, first - 1),
                    variables.is_at(pair, last + 1),
                ]
            )


def _too_short(variables: Variables, pair: int, first: int) -> list[int]:
    """Last periods of the possible runs from `first` that last too few weeks."""
    problem = variables.problem
    least = problem.min_block_weeks[problem.pairs.learner[pair]] - TOLERANCE
    weeks = 0.0
    found = []
    for period in range(first, problem.num_periods):
        weeks += problem.weeks[period]
        if (pair, period) not in variables.at_site or weeks >= least:
            break
        found.append(period)
    return found


def max_sites(variables: Variables) -> None:
    """P2: distinct sites; where the signed alone are more, no other is added."""
    problem, model = variables.problem, variables.model
    periods: defaultdict[int, list[Literal]] = defaultdict(list)
    for (pair, _), literal in variables.at_site.items():
        periods[pair].append(literal)
    for learner in variables.learners.tolist():
        pairs = [pair for pair in variables.pairs_of(learner) if pair in periods]
        signed = [p for p in pairs if any(at is variables.yes for at in periods[p])]
        most = max(int(problem.max_sites[learner]), len(signed))
        if len(pairs) <= most:
            continue
        visited = []
        for pair in pairs:
            if pair in signed:
                continue
            visits = model.new_bool_var("")
            visited.append(visits)
            for at_site in periods[pair]:
                model.add_implication(at_site, visits)
        model.add(sum(visited) <= most - len(signed))


def placed_at_all(
    variables: Variables, starts: Mapping[tuple[int, int], Literal]
) -> dict[int, Literal]:
    """(learner,): has a block; the first block costs no `rotation`.

    Only kept from being true without a block: the objective wants it true.
    """
    mine: defaultdict[int, list[Literal]] = defaultdict(list)
    for (pair, _), literal in starts.items():
        mine[int(variables.problem.pairs.learner[pair])].append(literal)
    placed = {}
    for learner, literals in mine.items():
        placed[learner] = variables.model.new_bool_var("")
        variables.model.add_bool_or([*literals, ~placed[learner]])
    return placed


def handovers(variables: Variables) -> dict[tuple[int, int], Literal]:
    """(pair, period): the mentor is another than in the period before, same site.

    Only forced to be true after a change: the objective wants it false.
    """
    found = {}
    for pair, period in variables.at_site:
        options = variables.options_of(pair)
        before = variables.is_at(pair, period - 1)
        if len(options) < 2 or before is variables.no:
            continue
        change = variables.model.new_bool_var("")
        found[pair, period] = change
        for option in options:
            now = variables.is_placed(option, period)
            same = variables.is_placed(option, period - 1)
            if now is not variables.no:
                variables.model.add_bool_or([~now, ~before, same, change])
    return found
