"""Tables in, a checked dataset out (contract section 1).

files → `RawTable` (text) → `TypedTable` (values) → checks → `Dataset`. Faults
are gathered over the whole source as `Finding`s and reported at once.

To add a column: a line in ``schema/<table>.csv`` and a field in `tables`. To
add a check: its code and words in ``codes.toml``, a function in `checks`, and a
planted fault in the tests; a code without one fails them.
"""

from matcher.dataset.annotate import annotate_workbook as annotate_workbook
from matcher.dataset.dataset import Dataset as Dataset
from matcher.dataset.finding import DatasetError as DatasetError
from matcher.dataset.finding import Finding as Finding
from matcher.dataset.finding import Phrase as Phrase
from matcher.dataset.findings import finding as finding
from matcher.dataset.history import History as History
from matcher.dataset.history import HistoryOutcome as HistoryOutcome
from matcher.dataset.history import read_history as read_history
from matcher.dataset.history import read_history_table as read_history_table
from matcher.dataset.limits import Limits as Limits
from matcher.dataset.mode_words import mode_said as mode_said
from matcher.dataset.read import ReadOutcome as ReadOutcome
from matcher.dataset.read import read_dataset as read_dataset
from matcher.dataset.read import read_tables as read_tables
from matcher.dataset.reference import (
    codes_reference_markdown as codes_reference_markdown,
)
from matcher.dataset.reference import (
    schema_reference_markdown as schema_reference_markdown,
)
from matcher.dataset.rendering import finding_to_text as finding_to_text
from matcher.dataset.rendering import findings_to_json as findings_to_json
from matcher.dataset.rendering import findings_to_text as findings_to_text
from matcher.dataset.template import write_template as write_template
