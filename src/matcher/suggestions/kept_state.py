"""The state that a run kept, or in both languages why there is none to use."""

from pathlib import Path

from matcher.errors import RunError
from matcher.solvers.state import STATE_FILE, RunState, StateError, read_state


def kept_state(folder: Path) -> RunState:
    """The state in a run folder (`solve --keep-state`).

    Raises
    ------
    RunError
        There is none, or it cannot be read.
    """
    try:
        return read_state(folder)
    except StateError as error:
        path = folder / STATE_FILE
        dutch = (
            f'De stand in "{path}" is niet te lezen. Los opnieuw op met --keep-state.'
            if path.is_file()
            else f'In "{folder}" is geen stand bewaard ({STATE_FILE}). Los op met '
            "--keep-state om er een te bewaren."
        )
        raise RunError(str(error), dutch) from error
