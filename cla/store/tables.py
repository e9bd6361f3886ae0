"""The tables of the store. What belongs to an authority is keyed by ``la`` first.

The migrations in ``cla/store/migrations`` make exactly these tables; a test compares the two.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

from cla.stages import STAGES

ROLES = ("vsh", "analyst", "administrator", "viewer")
KINDS = ("ssda903", *STAGES, "census", "current", "providers")
"""What an import can be of; "current" is a list of the children looked after now."""
FAMILIES = ("ees_", "cells_")
"""Beginnings of kinds that come in many: a data set of published figures, cells another authority
shares; the rest of the name says which."""
LONGEST_KIND = 16
_KIND = re.compile("[A-Za-z0-9_]+", re.ASCII)


def is_kind(kind: str) -> bool:
    """Whether imports can be of that kind."""
    member = kind.startswith(FAMILIES) and kind not in FAMILIES
    named = len(kind) <= LONGEST_KIND and bool(_KIND.fullmatch(kind))
    return kind in KINDS or (member and named)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as ISO text: sorts by time and reads the same on every engine."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """UTC text with microseconds; a moment without a time zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """An aware datetime in UTC."""
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _la() -> Column[str]:
    return Column("la", String(9), primary_key=True)


imports = Table(
    "imports",
    metadata,
    _la(),
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("year", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("source", String(32), nullable=False),
    Column("created", Moment, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("current_since", Moment),
    Column("current_by", String(64)),
    Column("files", JSON, nullable=False),
    Column("row_counts", JSON, nullable=False),
    Column("findings", JSON, nullable=False),
    CheckConstraint("state IN ('checked', 'current', 'superseded')", name="state"),
)
Index(
    "one_current_import",
    imports.c.la,
    imports.c.kind,
    imports.c.year,
    unique=True,
    sqlite_where=text("state = 'current'"),
    postgresql_where=text("state = 'current'"),
)
Index("same_files_once", imports.c.la, imports.c.kind, imports.c.year, imports.c.key, unique=True)

frames = Table(
    "frames",
    metadata,
    _la(),
    Column("import_id", String(32), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["la", "import_id"], ["imports.la", "imports.id"], ondelete="CASCADE"),
)

jobs = Table(
    "jobs",
    metadata,
    _la(),
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    # 0 while the year is still to be read from the files: a NULL would escape the unique index
    Column("year", Integer, nullable=False),
    Column("any_year", Boolean, nullable=False),
    Column("key", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("stage", String(200), nullable=False),
    Column("progress", Float, nullable=False),
    Column("created", Moment, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("heartbeat", Moment, nullable=False),
    Column("finished", Moment),
    Column("host", String(128)),
    Column("pid", Integer),
    Column("imports", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("notices", JSON, nullable=False),
    Column("reference", String(16)),
    Column("error", String(200)),
    CheckConstraint(
        "state IN ('queued', 'running', 'checked', 'refused', 'failed', 'interrupted')",
        name="state",
    ),
)
Index(
    "one_active_job",
    jobs.c.la,
    jobs.c.kind,
    jobs.c.year,
    unique=True,
    sqlite_where=text("state IN ('queued', 'running')"),
    postgresql_where=text("state IN ('queued', 'running')"),
)

job_files = Table(
    "job_files",
    metadata,
    _la(),
    Column("job_id", String(32), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["la", "job_id"], ["jobs.la", "jobs.id"], ondelete="CASCADE"),
)

versions = Table(
    "versions",
    metadata,
    _la(),
    Column("version", BigInteger, nullable=False),
)

# ``key`` stands for a rule, a child and the text of a record (cla.ssda903.tracking)
acceptances = Table(
    "acceptances",
    metadata,
    _la(),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("key", String(16), primary_key=True),
    Column("rule", String(16), nullable=False),
    Column("note", String(1000), nullable=False),
    Column("accepted", Moment, nullable=False),
    Column("accepted_by", String(64), nullable=False),
    Column("name", String(200), nullable=False),
)

# What people decided, one row a decision; ``subject`` and ``value`` mean what the kind says
decisions = Table(
    "decisions",
    metadata,
    _la(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("value", JSON, nullable=False),
    Column("note", String(1000), nullable=False),
    Column("by", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("moment", Moment, nullable=False),
    Column("taken_back", Moment),
    Column("taken_back_by", String(64)),
)
Index("ix_decisions_la_kind_subject", decisions.c.la, decisions.c.kind, decisions.c.subject)

users = Table(
    "users",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False),
    Column("role", String(16), nullable=False),
    Column("cla", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("password_hash", String(100), nullable=False),
    Column("created", Moment, nullable=False),
    Column("valid_after", Moment, nullable=False),
    CheckConstraint("role IN ('vsh', 'analyst', 'administrator', 'viewer')", name="role"),
)

user_authorities = Table(
    "user_authorities",
    metadata,
    _la(),
    Column(
        "username",
        String(64),
        ForeignKey("users.username", ondelete="CASCADE"),
        primary_key=True,
    ),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column(
        "username",
        String(64),
        ForeignKey("users.username", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("created", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("revoked", Moment),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("moment", Moment, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_attempts_who_moment", attempts.c.who, attempts.c.moment)
Index("ix_attempts_source_moment", attempts.c.source, attempts.c.moment)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("moment", Moment, nullable=False),
    Column("la", String(9), nullable=False),
    Column("username", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_audit_la_seq", audit.c.la, audit.c.seq)

# One row: how long the chain is and where it ends, so that rows cut off its end are missed.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
