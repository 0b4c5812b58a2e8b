"""One digest for one content, whatever it was written in."""

import hashlib
from collections.abc import Mapping

import numpy as np

from matcher.dataset.typed import TypedColumn, TypedTable


def content_digest(tables: Mapping[str, TypedTable]) -> str:
    """Return the SHA-256 of tables, columns and rows in a fixed order.

    The order of rows, of columns and the way a value is written (``1,5`` or
    ``1.5``, blank or its default) do not matter. Per table the rows are sorted
    by the texts of their cells; what is hashed is per column the sorted
    distinct texts and, per row, which of them.
    """
    digest = hashlib.sha256()
    for name, table in tables.items():
        digest.update(f"{name} {len(table.rows)}\n".encode())
        ranked = [_ranked(column) for column in table.columns.values()]
        order = np.lexsort([ranks for _, ranks in reversed(ranked)])
        for column, (texts, ranks) in zip(table.columns, ranked, strict=True):
            digest.update(f"{column} {len(texts)}\n".encode())
            for text in texts:
                content = text.encode("utf-8", "surrogatepass")
                digest.update(f"{len(content)} ".encode() + content)
            digest.update(ranks[order].astype("<i8").tobytes())
    return digest.hexdigest()


def _ranked(
    column: TypedColumn,
) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    used = np.unique(column.codes)
    texts = sorted({column.texts[code] for code in used})
    rank = {text: position for position, text in enumerate(texts)}
    rank_of_code = np.zeros(len(column.texts), dtype=np.int64)
    for code in used:
        rank_of_code[code] = rank[column.texts[code]]
    return texts, rank_of_code[column.codes]
