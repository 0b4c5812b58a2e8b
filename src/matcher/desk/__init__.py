"""Lists for the desk: who needs action now, places wanted, mentor hours, swaps."""

from matcher.desk.desk_lists import DeskLists as DeskLists
from matcher.desk.desk_lists import desk_lists as desk_lists
from matcher.desk.learner_list import LearnerLine as LearnerLine
from matcher.desk.learner_list import learner_list as learner_list
