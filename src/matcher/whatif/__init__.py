"""What if: scenarios solved beside their base, compared fairly, swept in parallel.

`whatif` writes a folder per scenario: its run with its dataset, and the comparison as
JSON, page and workbook. `sweep` solves many variants of one scenario.
"""

from matcher.whatif.compare import Comparison as Comparison
from matcher.whatif.compare import compare as compare
from matcher.whatif.parallel import Workers as Workers
from matcher.whatif.run import WhatifFolderError as WhatifFolderError
from matcher.whatif.run import WhatifParams as WhatifParams
from matcher.whatif.run import WhatifWatch as WhatifWatch
from matcher.whatif.run import whatif as whatif
from matcher.whatif.side import Side as Side
from matcher.whatif.sweep import SweepOutcome as SweepOutcome
from matcher.whatif.sweep import SweepWatch as SweepWatch
from matcher.whatif.sweep import sweep as sweep
