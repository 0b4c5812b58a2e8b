"""`matcher whatif` of a scenario with a sweep: how far it is, and what it says."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.cli.answer import NO_PLAN, leave, tell
from matcher.cli.progress import SweepBar
from matcher.cli.whatif_options import WhatifOptions, params_of
from matcher.cli.words import said

if TYPE_CHECKING:
    from matcher.scenario import Scenario
    from matcher.whatif import SweepOutcome
    from matcher.whatif.sweep import SweepProgress, SweepWatch


def swept_scenario(
    scenario: "Scenario", out: Path, options: WhatifOptions
) -> "SweepOutcome":
    """Solve all variants of a scenario; whoever stops it may go on later."""
    from matcher.whatif import Workers, sweep

    workers = Workers(
        backend=options.backend, number=options.workers, scheduler=options.scheduler
    )
    folder = out / scenario.name
    try:
        return sweep(scenario, folder, params_of(options), workers, _watch(options))
    except KeyboardInterrupt:
        leave(said("sweep_stopped", options.language), NO_PLAN)


def sweep_lines(outcome: "SweepOutcome", options: WhatifOptions) -> list[str]:
    """What a sweep comes down to, and where its page is."""
    from matcher.whatif.sweep_page import robust_lines

    language, scenario = options.language, outcome.scenario
    page = (options.out or Path()) / scenario.name / "sweep.html"
    lines = [f"{scenario.name}: {scenario.question.said_in(language)}"]
    lines += [
        f"  {line.said_in(language)}" for line in robust_lines(outcome.statistics)
    ]
    return [*lines, "  " + said("whatif_files", language, page=page)]


def _watch(options: WhatifOptions) -> "SweepWatch":
    from matcher.whatif.sweep import SweepWatch

    if options.is_quiet:
        return SweepWatch()
    bar = SweepBar(sys.stderr, options.language)

    def on_progress(progress: "SweepProgress") -> None:
        bar(progress.done, progress.total, progress.seconds_left)

    def on_base() -> None:
        tell(said("sweep_base", options.language))

    return SweepWatch(on_base=on_base, on_progress=on_progress)
