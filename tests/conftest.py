"""What holds for all tests."""

import os

from hypothesis import settings

# No deadlines: wall time is no property of an answer, and machines are shared.
settings.register_profile("here", deadline=None)
# The same examples every time: a red build says something about the change alone.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
