"""The training plan (opleidingsplan) of one learner, and the files it is sent as."""

from matcher.training_plan.planned import Reached as Reached
from matcher.training_plan.planned import TrainingPlan as TrainingPlan
from matcher.training_plan.training_plan import training_plan as training_plan
