"""Rows of results as real files have them: masked, mistyped, doubled, of strangers.

What is made odd is known by name and child, so that a test can ask whether it was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from cla import upn
from cla.demo.chance import Chance
from cla.demo.layouts import PREFIXES
from cla.demo.pupils import number
from cla.demo.recipe import authority, value

Frame = pd.DataFrame

MASKED, BIRTH_DATE, TWO_ROWS, STRANGER = "masked", "other birth date", "two rows", "stranger"
SLIP, OTHER, TWO_RESULTS = "typing slip", "other number", "two results"
FORMER, YEAR_GROUP = "former number", "year group"
_COUNTING = ("NATRES", "LARES", "NPDPUB", "NPDDEN_LA")
# rows a file needs to have the commoner oddities, two of the harder ones, and all of these
_ENOUGH, _PLENTY, _MANY = 6, 14, 40


@dataclass(frozen=True)
class Oddity:
    """What is odd about the row of a child; ``child`` is empty for a stranger."""

    kind: str
    child: str
    upn: str


def odd(
    frame: Frame, pupils: Frame, stage: str, la: str, academic_year: str
) -> tuple[Frame, list[Oddity]]:
    """A results file with odd rows, and what they are.

    ``pupils`` are those of the rows, in the same order. Files of few rows have fewer oddities or
    none, so that most of every file can be matched.
    """
    return _File(frame.copy(), pupils.reset_index(drop=True), stage, la, academic_year).made_odd()


class _File:
    """One file being made odd, a row at a time."""

    def __init__(
        self, frame: Frame, pupils: Frame, stage: str, la: str, academic_year: str
    ) -> None:
        self.frame = frame
        self.pupils = pupils
        self.code3 = authority(la).code3
        self.chance = Chance(value("seed"), la, stage, academic_year, "oddities")
        self.columns = {str(name).upper(): str(name) for name in frame.columns}
        self.prefix = PREFIXES.get(stage, "").upper()
        self.found: list[Oddity] = []
        self.more: list[dict[str, str]] = []
        self.used: set[int] = set()

    def column(self, name: str) -> str:
        return self.columns[self.prefix + name]

    def made_odd(self) -> tuple[Frame, list[Oddity]]:
        for i in self.pupils.index[self.frame[self.column("UPN")] != self.pupils["upn"]]:
            self._note(FORMER, i)
            self.used.add(i)
        rows = len(self.frame)
        if rows >= _ENOUGH:
            self._mask()
            self._birth_date()
            self._two_rows()
            self._stranger()
        if rows >= _PLENTY:
            harder = [self._slip, self._other_number, self._two_results]
            if rows < _MANY:
                del harder[self.chance.between(0, 2)]
            for make in harder:
                make()
        if self.more:
            self.frame = pd.concat([self.frame, pd.DataFrame(self.more)], ignore_index=True)
        return self.frame, self.found

    def _row(self) -> int:
        """A row that is not odd yet."""
        while True:
            i = self.chance.between(0, len(self.pupils) - 1)
            if i not in self.used:
                self.used.add(i)
                return i

    def _note(self, kind: str, i: int) -> None:
        self.found.append(Oddity(kind, str(self.pupils["id"].iloc[i]), self._cell(i, "UPN")))

    def _cell(self, i: int, name: str) -> str:
        return str(self.frame[self.column(name)].iloc[i])

    def _put(self, i: int, name: str, text: str) -> None:
        self.frame.loc[i, self.column(name)] = text

    def _copy(self, i: int, **changes: str) -> None:
        row = {str(name): str(text) for name, text in self.frame.iloc[i].items()}
        row |= {self.column(name): text for name, text in changes.items()}
        self.more.append(row)

    def _mask(self) -> None:
        i = self._row()
        self._put(i, "UPN", upn.MASK)
        self._put(i, "SURNAME", "Masked")
        self._note(MASKED, i)

    def _birth_date(self) -> None:
        i = self._row()
        of_month, month, year = self._cell(i, "DOB").split("/")
        self._put(i, "DOB", f"{int(of_month) % 28 + 1:02d}/{month}/{year}")
        self._note(BIRTH_DATE, i)

    def _two_rows(self) -> None:
        """The same pupil twice; the second row does not count in published results."""
        i = self._row()
        flags = {name: "0" for name in _COUNTING if self.prefix + name in self.columns}
        self._copy(i, **flags)
        self._note(TWO_ROWS, i)

    def _stranger(self) -> None:
        """A pupil who is in no return, born when another of the file was."""
        i = self._row()
        other = self._number(2099)
        self._copy(i, UPN=other, SURNAME="PupilUnknown", SEX=self._other_sex(i))
        self.found.append(Oddity(STRANGER, "", other))

    def _other_sex(self, i: int) -> str:
        return "F" if self._cell(i, "SEX") == "M" else "M"

    def _slip(self) -> None:
        """One digit of the UPN mistyped, with the letter left as it was."""
        i = self._row()
        given = self._cell(i, "UPN")
        place = self.chance.between(8, 12)
        if not re.fullmatch(r"\d", given[place]):
            place = 9
        digit = (int(given[place]) + self.chance.between(1, 9)) % 10
        self._put(i, "UPN", f"{given[:place]}{digit}{given[place + 1 :]}")
        self._note(SLIP, i)

    def _other_number(self) -> None:
        """A number of its own that nothing links to the child: only birth date, sex and school."""
        i = self._row()
        self._put(i, "UPN", self._number(2098))
        self._note(OTHER, i)

    def _two_results(self) -> None:
        """A second row of the child under another number, with somebody else's results."""
        i, other = self._row(), self._row()
        who = ("UPN", "SURNAME", "FORENAMES", "FORENAME", "DOB", "SEX", "LA", "ESTAB", "LAESTAB")
        same = {name: self._cell(i, name) for name in who if self.prefix + name in self.columns}
        same |= {
            name: self._cell(i, name)
            for name in ("URN", "LA_9CODE", "PUPILMATCHINGREF", "ACTYRGRP", "YEARGRP")
            if self.prefix + name in self.columns
        }
        given = self._number(2097)
        self._copy(other, **{**same, "UPN": given})
        self.found.append(Oddity(TWO_RESULTS, str(self.pupils["id"].iloc[i]), given))

    def _number(self, school: int) -> str:
        year, serial = self.chance.between(10, 19), self.chance.between(100, 999)
        return number(self.code3, school, year, serial)
