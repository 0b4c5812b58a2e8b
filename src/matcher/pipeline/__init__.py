"""The one place that knows the whole line, from files to a run folder."""

from matcher.pipeline.line import Outcome as Outcome
from matcher.pipeline.line import RunParams as RunParams
from matcher.pipeline.line import RunWatch as RunWatch
from matcher.pipeline.line import judged as judged
from matcher.pipeline.line import run as run
from matcher.pipeline.line import solve_dataset as solve_dataset
from matcher.pipeline.out_folder import OutFolderError as OutFolderError
from matcher.pipeline.out_folder import check_out_folder as check_out_folder
from matcher.pipeline.routed_travel import with_routed_travel as with_routed_travel
