"""Rows of other authorities: fetched once, beside the pages, and forgotten when asked."""

from __future__ import annotations

import threading

import pandas as pd

from cla.ui import lent
from cla.ui.lent import Key, Lent

KEYS: list[Key] = [(la, 1, "ks2", 2025, "31_march") for la in ("A", "B", "C")]


class Fetch:
    """Frames that say whose they are; waits for ``go`` before each."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, key: Key) -> pd.DataFrame:
        assert self.go.wait(10)
        self.asked.append(key[0])
        return pd.DataFrame({"la": [key[0]]})


def waited(rows: Lent, keys: list[Key]) -> bool:
    """Whether all keys arrive within some seconds."""
    pause = threading.Event()
    return any(rows.lacking(keys) == 0 or pause.wait(0.02) for _ in range(500))


def test_what_is_lacking_arrives_beside_the_page() -> None:
    fetch = Fetch()
    fetch.go.clear()
    rows = Lent(fetch)
    rows.ask_for(KEYS)
    rows.ask_for(KEYS)
    assert rows.lacking(KEYS) == 3
    fetch.go.set()
    assert waited(rows, KEYS)
    assert sorted(fetch.asked) == ["A", "B", "C"]
    assert rows.frame(KEYS[1])["la"].tolist() == ["B"] and len(fetch.asked) == 3


def test_a_frame_that_is_not_there_is_fetched_now() -> None:
    rows = Lent(Fetch())
    assert rows.frame(KEYS[0])["la"].tolist() == ["A"]
    assert rows.lacking(KEYS) == 2


def test_what_was_being_fetched_is_not_kept_once_all_is_forgotten() -> None:
    fetch = Fetch()
    fetch.go.clear()
    rows = Lent(fetch)
    rows.ask_for(KEYS[:1])
    rows.forget()
    fetch.go.set()
    rows.ask_for(KEYS[1:])
    assert waited(rows, KEYS[1:])
    assert rows.lacking(KEYS[:1]) == 1


def test_the_least_used_goes_first(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(lent, "MOST", 2)
    rows = Lent(Fetch())
    for key in (KEYS[0], KEYS[1], KEYS[0], KEYS[2]):
        rows.frame(key)
    assert [rows.lacking([key]) for key in KEYS] == [0, 1, 0]
