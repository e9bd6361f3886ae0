from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cla.access.secret import WeakSecretError, key_for, secret


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("CLA_SECRET", raising=False)
    return tmp_path / "data"


@pytest.mark.parametrize(
    "weak", ["", "some_key", "short but odd 1234567890", "a" * 64, "abc" * 30, "changeme" * 8]
)
def test_a_weak_secret_is_refused(weak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLA_SECRET", weak)
    with pytest.raises(WeakSecretError, match="at least 32 random bytes"):
        secret()


def test_a_weak_secret_file_is_refused(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "secret").write_text("some_key", encoding="ascii")
    with pytest.raises(WeakSecretError):
        secret()


def test_a_secret_is_made_once_and_for_its_owner_only(data_dir: Path) -> None:
    made = secret()
    assert len(made) >= 32 and secret() == made
    if sys.platform != "win32":
        assert (data_dir / "secret").stat().st_mode & 0o777 == 0o600


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    secret()
    given = os.urandom(32).hex()
    monkeypatch.setenv("CLA_SECRET", given)
    assert secret() == given.encode()


def test_keys_differ_by_purpose_and_never_show_the_secret() -> None:
    one, other = key_for("one"), key_for("other")
    assert one != other and len(one) == 64
    assert key_for("one") == one
    assert secret().decode() not in one
