"""Rows of an export as Parquet: every column with its type, a row group at a time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from bot.dialogue.wording import Words
from bot.reports.export.columns import ExportColumn
from bot.reports.export.everybody import schema_of
from bot.reports.export.workbook import meaning_of

ROW_GROUP: Final = 100_000  # rows that are held at once


def write_parquet(
    file: BinaryIO, columns: Sequence[ExportColumn], batches: Iterable[pa.RecordBatch], words: Words
) -> None:
    """Write the rows; what a column means stands in its metadata as `meaning`."""
    fields = schema_of(columns)
    schema = pa.schema(
        [
            field.with_metadata({"meaning": meaning_of(one, words)})
            for field, one in zip(fields, columns, strict=True)
        ]
    )
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for several in _groups(batches):
            writer.write_table(pa.Table.from_batches(several).cast(schema))


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    several: list[pa.RecordBatch] = []
    for batch in batches:
        several.append(batch)
        if sum(one.num_rows for one in several) >= ROW_GROUP:
            yield several
            several = []
    if several:
        yield several
