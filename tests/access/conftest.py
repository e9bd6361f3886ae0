from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cla.access import current_store, hash_password, identity
from cla.store import Store, users

DEMOSHIRE = "X06000991"


@cache
def hashed(password: str) -> str:
    return hash_password(password)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store of this test's own, with demo mode off."""
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path / "data"))
    for name in ("CLA_DATABASE_URL", "CLA_DEMO", "CLA_SECRET"):
        monkeypatch.delenv(name, raising=False)
    opened = current_store()
    yield opened
    opened.close()
    identity.close_stores()


@pytest.fixture
def asha(store: Store) -> users.User:
    """An analyst of Demoshire who may see looked-after children's data."""
    return users.add(
        store, "asha", name="Asha", role="analyst", cla=True, authorities=(DEMOSHIRE,),
        password_hash=hashed("a password for tests"), by="test",
    )  # fmt: skip
