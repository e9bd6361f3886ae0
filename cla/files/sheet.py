"""One file by logical field: text turned into flags, scores and dates, and what would not turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from cla.files.tables import Table
from cla.problems import Problem, Unusable

_FLAGS = {
    "1": True,
    "0": False,
    "Y": True,
    "N": False,
    "YES": True,
    "NO": False,
    "TRUE": True,
    "FALSE": False,
    "1.0": True,
    "0.0": False,
}
_SEXES = {"M": "M", "F": "F", "1": "M", "2": "F", "MALE": "M", "FEMALE": "F"}
_NO_NUMBER = ("NULL", "NA", "NP", "X", "SUPP")  # marks for "no figure"
_YEAR = re.compile(r"(20\d\d)\s*[/-]?\s*(20)?(\d\d)")


class Sheet:
    """The rows of one file. What cannot be read becomes missing and is told in ``notices``."""

    def __init__(self, label: str, table: Table, columns: Mapping[str, tuple[str, ...]]):
        self.label = label
        self.frame = table.frame
        self.lines = table.lines
        self.columns = columns
        self.notices: list[str] = list(table.notices)

    @property
    def index(self) -> pd.Index:
        return self.frame.index

    def has(self, name: str) -> bool:
        """Whether the file carries the field."""
        return name in self.columns

    def text(self, name: str) -> pd.Series:
        """The field as sent, from its first heading that has a value; all missing when absent."""
        first, *others = self.columns.get(name, ("",))
        if not first:
            return pd.Series(None, index=self.index, dtype="str")
        values = self.frame[first]
        for heading in others:
            values = values.fillna(self.frame[heading])
        return values

    def code(self, name: str) -> pd.Series:
        """A code in capitals."""
        return self.text(name).str.upper() if self.has(name) else self.text(name)

    def digits(self, name: str) -> pd.Series:
        """An identifier of digits ("860/4070" is 8604070)."""
        if not self.has(name):
            return self.text(name)
        text = self.text(name).str.replace(r"[\s/]", "", regex=True)
        return text.where(text.str.fullmatch(r"\d+").fillna(False).astype(bool))

    def sex(self, name: str = "sex") -> pd.Series:
        """M or F; anything else missing."""
        return self._mapped(name, _SEXES, "M or F")

    def flag(self, name: str) -> pd.Series:
        """A nullable boolean from 1/0, Y/N."""
        return self._mapped(name, _FLAGS, "1 or 0").astype("boolean")

    def number(self, name: str, words: Iterable[str] = ()) -> pd.Series:
        """A decimal number; ``words`` are codes that mean there is none."""
        if not self.has(name):
            return pd.Series(float("nan"), index=self.index)
        text = self.code(name)
        text = text.mask(text.isin([*_NO_NUMBER, *words]))
        shaped = text.str.fullmatch(r"[-+]?(\d{1,6}(\.\d*)?|\.\d+)").fillna(False).astype(bool)
        self.tell(text.notna() & ~shaped, name, "a number")
        return pd.to_numeric(text.where(shaped), errors="coerce").astype("float64")

    def score(self, name: str) -> pd.Series:
        """A scaled score, 80 to 120; N, A, B and other outcome letters mean there is none."""
        letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)] + ["NS", "CN", "CA"]
        scores = self.number(name, letters)
        off_scale = scores.notna() & ~scores.between(80, 120)
        self.tell(off_scale, name, "a scaled score between 80 and 120")
        return scores.mask(off_scale)

    def date(self, name: str) -> pd.Series:
        """A date written dd/mm/yyyy (or yyyy-mm-dd). Raises Unusable when no value of a column is
        one."""
        text = self.text(name)
        dates = pd.to_datetime(text, format="%d/%m/%Y", errors="coerce", exact=True)
        iso = text.str.fullmatch(r"\d{4}-\d\d-\d\d").fillna(False).astype(bool)
        dates = dates.fillna(pd.to_datetime(text.where(iso), format="%Y-%m-%d", errors="coerce"))
        dates = dates.where(dates.dt.year.between(1900, 2100))
        bad = text.notna() & dates.isna()
        heading = self.columns.get(name, (name,))[0]
        if bad.any() and not dates.notna().any():
            raise Unusable(
                [self._problem(f"no date is written dd/mm/yyyy; {_hint(text)}", heading)]
            )
        self.tell(bad, name, f"a date written dd/mm/yyyy: {_hint(text[bad])}")
        return dates.astype("datetime64[s]")

    def academic_years(self) -> pd.Series:
        """The academic year of each row as "2024/25"; missing where the file has none."""
        text = self.text("academic_year")
        parts = text.str.extract(_YEAR)
        first, last = pd.to_numeric(parts[0]), pd.to_numeric(parts[2])
        follows = (first + 1) % 100 == last
        whole = text.str.fullmatch(_YEAR.pattern).fillna(False).astype(bool) & follows
        self.tell(text.notna() & ~whole, "academic_year", "an academic year such as 2023/2024")
        return (parts[0] + "/" + parts[2]).where(whole)

    def tell(self, rows: pd.Series, name: str, expected: str) -> None:
        """A notice that the field is not ``expected`` in these rows and was taken as missing."""
        if rows.any():
            heading = self.columns.get(name, (name,))[0]
            self.notices.append(
                f"{self.label}, column {heading}: {number_of(int(rows.sum()), 'value')} "
                f"taken as missing, not {expected} ({self.where(rows)})."
            )

    def where(self, rows: pd.Series) -> str:
        """The first lines of these rows: "line 4", "lines 4, 9 and 12"."""
        return line_list(self.lines[rows])

    def _mapped(self, name: str, values: Mapping[str, object], expected: str) -> pd.Series:
        if not self.has(name):
            return pd.Series(None, index=self.index, dtype="object")
        text = self.code(name)
        self.tell(text.notna() & ~text.isin(list(values)), name, expected)
        return text.map(values)

    def _problem(self, message: str, heading: str | None = None) -> Problem:
        return Problem(self.label, message, column=heading)


def number_of(count: int, noun: str) -> str:
    """The count in words of people: "1 row", "2,300 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def line_list(lines: pd.Series) -> str:
    """Line numbers in words, the first ten of them."""
    shown = [f"{line:,}" for line in lines.iloc[:10]]
    if len(lines) > 10:
        return f"lines {', '.join(shown)} and {len(lines) - 10:,} more"
    if len(shown) == 1:
        return f"line {shown[0]}"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"


def _hint(text: pd.Series) -> str:
    """What to do about dates of this look."""
    given = text.dropna()
    if given.str.fullmatch(r"\d{1,2}/\d{1,2}/\d\d").any():
        return "two-digit years are ambiguous, write the year in full"
    if given.str.fullmatch(r"\d{4,5}(\.\d+)?").any():
        return "they look like Excel's day numbers, format the column as dates before saving as CSV"
    return "write 31/03/2014 for 31 March 2014"
