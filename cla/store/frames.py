"""Frames as Parquet beside the row of their import: loaded whole, types kept, never changed."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cla.store import faults, tables


def put(
    connection: Connection, la: str, import_id: str, frames: Mapping[str, pd.DataFrame]
) -> None:
    """Save the frames of an import inside the caller's transaction."""
    for name, frame in frames.items():
        connection.execute(
            tables.frames.insert().values(
                la=la,
                import_id=import_id,
                name=name,
                row_count=len(frame),
                content=pack(frame),
            )
        )
        faults.point("save")


def get(connection: Connection, la: str, import_id: str, name: str) -> pd.DataFrame:
    """One frame as it was saved. KeyError when the import has none of that name."""
    table = tables.frames
    query = sa.select(table.c.content).where(
        table.c.la == la, table.c.import_id == import_id, table.c.name == name
    )
    content = connection.execute(query).scalar_one_or_none()
    if content is None:
        raise KeyError(name)
    return unpack(content)


def names(connection: Connection, la: str, import_id: str) -> tuple[str, ...]:
    """The names of an import's frames, in alphabetical order."""
    table = tables.frames
    query = (
        sa.select(table.c.name)
        .where(table.c.la == la, table.c.import_id == import_id)
        .order_by(table.c.name)
    )
    return tuple(connection.execute(query).scalars())


def pack(frame: pd.DataFrame) -> bytes:
    """Parquet bytes with index, text, nullable and categorical types kept.

    ``attrs`` are left out: they are not data, and may hold what Parquet cannot.
    """
    buffer = io.BytesIO()
    pd.DataFrame(frame).to_parquet(buffer, engine="pyarrow", compression="zstd")
    return buffer.getvalue()


def unpack(content: bytes) -> pd.DataFrame:
    """The frame that ``pack`` was given."""
    return pd.read_parquet(io.BytesIO(content), engine="pyarrow")
