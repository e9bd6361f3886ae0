"""From the columns of a data set to one row a figure, each a number or one of DfE's symbols."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd

from cla.benchmarks import ees_layouts as layouts
from cla.benchmarks.ees_columns import Sheet
from cla.benchmarks.tidy import TOTAL, release_rank

KEY = ["measure", "group", "characteristic", "category", "level", "area", "period"]
PERCENT = "percent"
_NUMBER = re.compile(r"[-+]?(\d{1,15}(\.\d{0,12})?|\.\d{1,12})(E[-+]?\d{1,2})?", re.IGNORECASE)
_ROUNDED = 10.0  # counts of England and the regions are rounded to 10
_AGREE = 0.5  # of the rows of a measure whose percentage and counts must agree


class _Numbers:
    """The columns of a sheet as numbers and symbols, each read once."""

    def __init__(self, sheet: Sheet, rows: pd.DataFrame):
        self.sheet = sheet
        self.index = rows.index
        self.read: dict[str, tuple[pd.Series, pd.Series]] = {}

    def both(self, heading: str) -> tuple[pd.Series, pd.Series]:
        """Numbers (missing where there is none) and symbols ("" beside a number, "?" for an
        empty cell) of a column; all empty for a heading that the file has not."""
        if heading not in self.read:
            self.read[heading] = self._parse(heading)
        return self.read[heading]

    def number(self, heading: str) -> pd.Series:
        """The numbers of a column."""
        return self.both(heading)[0]

    def _parse(self, heading: str) -> tuple[pd.Series, pd.Series]:
        name = self.sheet.by_heading.get(heading)
        if name is None:
            none = pd.Series(np.nan, index=self.index)
            return none, pd.Series("?", index=self.index, dtype="str")
        text = self.sheet.frame[name].fillna("").loc[self.index]
        known = {value: _cell(value) for value in text.unique()}
        symbols = text.map({value: symbol for value, (_, symbol) in known.items()}).astype("str")
        numbers = text.map({value: number for value, (number, _) in known.items()}).astype(float)
        bad = symbols == "!"
        self.sheet.refuse(
            bad.reindex(self.sheet.frame.index, fill_value=False),
            name,
            "holds neither a number nor one of DfE's symbols (c, x, z, k, low ...).",
        )
        return numbers, symbols.mask(bad, "?")


def _cell(text: str) -> tuple[float, str]:
    """A number with no symbol, or no number and the symbol; "?" for empty, "!" for nonsense."""
    if _NUMBER.fullmatch(text):
        return float(text), ""
    if text == "":
        return np.nan, "?"
    return np.nan, layouts.symbols().get(text.casefold(), "!")


def melted(sheet: Sheet, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a figure: KEY, area_code, version, note, line, column, the NUMBERS and symbol.

    What cannot be right is a problem of the sheet.
    """
    numbers = _Numbers(sheet, rows)
    of_rows = sheet.family.group == layouts.OF_ROWS
    parts = _of_rows(sheet, rows, numbers) if of_rows else _of_columns(sheet, rows, numbers)
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=[*KEY, "area_code", "version", "note", "line", "column"])
    whole = pd.concat(parts, ignore_index=True)
    empty = whole["symbol"] == "?"
    if empty.all():
        return whole[~empty]
    _refuse_impossible(sheet, whole)
    return whole[~empty].reset_index(drop=True)


def _of_columns(sheet: Sheet, rows: pd.DataFrame, numbers: _Numbers) -> list[pd.DataFrame]:
    parts = []
    for figure in layouts.figures(sheet.family.name):
        if figure.value not in sheet.by_heading:
            continue
        if figure.subject and not sheet.has("subject"):
            continue
        own = rows[rows["subject"] == figure.subject] if figure.subject else rows
        if figure.characteristic:
            own = _within(own, figure)
        value, symbol = numbers.both(figure.value)
        part = own.assign(
            measure=figure.measure,
            value=value[own.index],
            symbol=symbol[own.index],
            low=numbers.number(figure.low)[own.index],
            high=numbers.number(figure.high)[own.index],
            n=numbers.number(figure.n)[own.index],
            numerator=numbers.number(figure.numerator)[own.index],
            column=sheet.by_heading[figure.value],
        )
        parts.append(part)
    return parts


def _within(rows: pd.DataFrame, figure: layouts.FigureColumns) -> pd.DataFrame:
    """Rows of a column that is itself about a category; crossed where the row is split already."""
    split = rows["characteristic"] != TOTAL
    crossed = (
        rows["characteristic"] + f" x {figure.characteristic[0].lower()}{figure.characteristic[1:]}"
    )
    return rows.assign(
        characteristic=crossed.where(split, figure.characteristic),
        category=(rows["category"] + f" | {figure.category}").where(split, figure.category),
    )


def _of_rows(sheet: Sheet, rows: pd.DataFrame, numbers: _Numbers) -> list[pd.DataFrame]:
    """The rows that each rule of the family names; the column is counts, percentages or rates."""
    parts = []
    used = pd.Series(False, index=rows.index)
    for rule in layouts.row_rules(sheet.family.name):
        own = _said(rows["words"], rule)
        used |= own
        if not sheet.has(rule.part):
            continue
        heading = layouts.heading(sheet.named(rule.part))
        value, symbol = numbers.both(heading)
        part = rows[own].assign(
            measure=rule.measure,
            group=rule.group,
            value=value[own],
            symbol=symbol[own],
            low=np.nan,
            high=np.nan,
            n=_denominator(sheet, rule, numbers)[own],
            numerator=_numerator(sheet, rule, numbers)[own],
            column=sheet.named(rule.part),
        )
        if rule.category != "*":
            part = part.assign(
                characteristic=rule.characteristic or TOTAL, category=rule.category or TOTAL
            )
        elif rule.part == PERCENT:
            part = part[part["category"] != TOTAL]  # the whole is 100 per cent of itself
        parts.append(part)
    left = (~used).reindex(sheet.frame.index, fill_value=False)
    sheet.tell(left, "that say nothing we read left out")
    return parts


def _said(words: pd.Series, rule: layouts.RowRule) -> pd.Series:
    said = pd.Series(True, index=words.index)
    for word in rule.words:
        said &= words.str.contains(word, regex=False)
    for word in rule.without:
        said &= ~words.str.contains(word, regex=False)
    return said


def _denominator(sheet: Sheet, rule: layouts.RowRule, numbers: _Numbers) -> pd.Series:
    """The population of a rate; the denominators of percentages are not in these files."""
    has = rule.part == "rate" and sheet.has("n")
    return numbers.number(layouts.heading(sheet.named("n")) if has else "")


def _numerator(sheet: Sheet, rule: layouts.RowRule, numbers: _Numbers) -> pd.Series:
    """The count that a percentage or a rate is of."""
    has = rule.part != "count" and sheet.has("count")
    return numbers.number(layouts.heading(sheet.named("count")) if has else "")


def _refuse_impossible(sheet: Sheet, whole: pd.DataFrame) -> None:
    units = layouts.units()
    unit = whole["measure"].map(units).fillna("")
    percent = unit == PERCENT
    refuse = partial(_refuse, sheet, whole)
    refuse(
        percent & whole["value"].notna() & ~whole["value"].between(0, 100),
        "is not between 0 and 100, as a percentage is; columns may be shifted.",
    )
    counted = unit.isin(["count", "rate per 10,000 children"])
    refuse(counted & (whole["value"] < 0), "is below nought, as a count cannot be.")
    refuse(
        whole["low"] > whole["high"], "has a lower end above its upper end; columns are shifted."
    )
    refuse(whole["n"] < 0, "has a number of children below nought; columns may be shifted.")
    for column in _disagreeing(whole[percent]):
        refuse(
            (whole["column"] == column) & (whole.index == (whole["column"] == column).idxmax()),
            "does not agree with the counts beside it in most rows; columns may be shifted.",
        )


def _disagreeing(percent: pd.DataFrame) -> list[str]:
    """Columns of percentages that are not what their counts make in most rows."""
    known = percent[percent[["value", "n", "numerator"]].notna().all(axis=1) & (percent["n"] > 0)]
    made = 100 * known["numerator"] / known["n"]
    rounded = _ROUNDED * (known["level"] != "authority")  # an authority's counts are whole
    apart = (made - known["value"]).abs() > 1 + 100 * rounded / known["n"]
    share = apart.groupby(known["column"]).agg(["mean", "size"])
    return list(share.index[(share["mean"] > _AGREE) & (share["size"] >= 5)])


def _refuse(sheet: Sheet, whole: pd.DataFrame, wrong: pd.Series, message: str) -> None:
    for column in whole.loc[wrong, "column"].unique():
        lines = set(whole.loc[wrong & (whole["column"] == column), "line"])
        sheet.refuse(sheet.lines.isin(lines), column, message)


def once_each(whole: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int, int]:
    """Each figure once. The figures; pairs that contradict each other; how many were of an earlier
    version; how many said the same twice.

    Of several versions the last is kept. The pairs have the KEY, file, line, and those of the
    other row as file_2 and line_2.
    """
    ranks = {text: release_rank(f"2000 {text}")[1] for text in whole["version"].unique()}
    ranked = whole.assign(rank=whole["version"].map(ranks).astype(int))
    top = ranked.groupby(KEY, sort=False)["rank"].transform("max")
    latest = ranked[ranked["rank"] == top].drop(columns="rank")
    doubled = latest.duplicated(KEY, keep=False)
    same = latest.duplicated([*KEY, "value", "symbol"], keep="first")
    rest = latest[~same]
    again = rest[doubled[rest.index]]
    clash = again[again.duplicated(KEY, keep=False)]
    firsts = clash.drop_duplicates(KEY)
    others = clash[clash.duplicated(KEY)]
    pairs = firsts[[*KEY, "file", "line", "column"]].merge(
        others[[*KEY, "file", "line"]], on=KEY, suffixes=("", "_2")
    )
    return rest, pairs, len(ranked) - len(latest), int(same.sum())
