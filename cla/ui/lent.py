"""The rows that other authorities lend to a pool: worked out once, beside the pages.

With many authorities in one installation a page must not wait until all of them are read. Rows that
are not there yet are fetched by a thread, one authority after the other, and the page says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import RLock, Thread

import pandas as pd

Key = tuple[str, int, str, int, str]
"""An authority and its data version; the stage, the collection year and the day of care."""
MOST = 2000
"""Frames that are kept; one is the pupils of one authority, stage and year: some 50 rows."""


class Lent:
    """Frames by key, the least used let go first. Safe to share among threads."""

    def __init__(self, fetch: Callable[[Key], pd.DataFrame]) -> None:
        self._fetch = fetch
        self._kept: OrderedDict[Key, pd.DataFrame] = OrderedDict()
        self._awaited: list[Key] = []
        self._lock = RLock()
        self._at_work = False
        self._age = 0

    def lacking(self, keys: Sequence[Key]) -> int:
        """How many of the keys are not there yet."""
        with self._lock:
            return sum(key not in self._kept for key in keys)

    def frame(self, key: Key) -> pd.DataFrame:
        """The frame of a key, fetched now if it is not there. Do not write to it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            age = self._age
        return self._keep(key, self._fetch(key), age)

    def ask_for(self, keys: Sequence[Key]) -> None:
        """Fetch what is lacking, in a thread of its own; the last asked for comes first."""
        with self._lock:
            known = {*self._kept, *self._awaited}
            self._awaited = [key for key in keys if key not in known] + self._awaited
            if self._at_work or not self._awaited:
                return
            self._at_work = True
        Thread(target=self._work, name="rows of other authorities", daemon=True).start()

    def forget(self) -> None:
        """Let go of everything, also of what is being fetched just now."""
        with self._lock:
            self._kept.clear()
            self._awaited.clear()
            self._age += 1

    def _work(self) -> None:
        try:
            while (key := self._next()) is not None:
                self.frame(key)
        finally:
            with self._lock:
                self._at_work = False

    def _next(self) -> Key | None:
        with self._lock:
            return self._awaited.pop(0) if self._awaited else None

    def _keep(self, key: Key, frame: pd.DataFrame, age: int) -> pd.DataFrame:
        with self._lock:
            if age == self._age:
                self._kept[key] = frame
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return frame
