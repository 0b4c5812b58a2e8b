"""Words in, words out: the commands of `matcher`, and no thinking.

Rooms are imported inside the commands, so that `matcher --help` answers at once.
Results go to stdout; progress and messages to stderr.
"""

from matcher.cli.app import main as main
