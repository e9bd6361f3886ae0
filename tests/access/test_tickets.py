from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from cla.access import tickets

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
GOOD = {"username": "asha", "exp_date": (NOW + tickets.LIFETIME).timestamp()}


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CLA_SECRET", raising=False)


def signed(claims: dict[str, object], key: str | None = None, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, tickets.signing_key() if key is None else key, algorithm=algorithm)


def test_a_genuine_ticket_says_who_and_when() -> None:
    assert tickets.read(signed(GOOD), NOW) == tickets.Ticket("asha", NOW)


@pytest.mark.parametrize(
    "forged",
    [
        lambda: signed(GOOD, key="some_key_some_key_some_key_some_key"),
        lambda: signed(GOOD, key="", algorithm="none"),
        lambda: signed(GOOD, algorithm="HS512"),
        lambda: signed(GOOD)[:-2],
        lambda: signed({"username": "asha"}),
        lambda: signed({"exp_date": GOOD["exp_date"]}),
        lambda: signed({"username": "", "exp_date": GOOD["exp_date"]}),
        lambda: signed({"username": ["asha"], "exp_date": GOOD["exp_date"]}),
        lambda: signed({"username": "asha", "exp_date": "soon"}),
        lambda: signed({"username": "asha", "exp_date": float("inf")}),
        lambda: signed({"username": "asha", "exp_date": float("nan")}),
        lambda: signed({"username": "asha", "exp_date": 1e300}),
        lambda: "",
        lambda: "a.b.c",
        lambda: "é.\x00.c",
    ],
)
def test_a_forged_or_broken_ticket_is_none(forged: object) -> None:
    assert callable(forged)
    assert tickets.read(forged(), NOW) is None


def test_a_ticket_lives_for_two_minutes_and_not_from_the_future() -> None:
    ticket = signed(GOOD)
    assert tickets.read(ticket, NOW + timedelta(seconds=119)) is not None
    assert tickets.read(ticket, NOW + timedelta(seconds=121)) is None
    assert tickets.read(ticket, NOW - timedelta(minutes=1)) is None
    lasting = {"username": "asha", "exp_date": (NOW + timedelta(days=30)).timestamp()}
    assert tickets.read(signed(lasting), NOW) is None
