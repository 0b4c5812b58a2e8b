"""Training plans of small random regions."""

from matcher.training_plan import training_plan
from tests.suggestions.regions import loaded_case


def some_plans(folder, seeds=range(6)):
    """Run and training plan of every learner of some cases."""
    for seed in seeds:
        run = loaded_case(seed, "tiny", folder / str(seed))
        for learner_id in run.dataset.learners.learner_id:
            yield run, training_plan(run, learner_id)
