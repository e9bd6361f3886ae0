"""Measures in words: figures, intervals, gaps, chances and verdicts, each rounded as it is shown.

What a table, a chart, an alternative text or a sentence says of a measure comes from here, so that
none of them holds more than the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cla import measures as book
from cla.measures import round_half_up
from cla.reports.comparators import COMPARATORS
from cla.reports.comparison import NO_DIFFERENCE
from cla.reports.disclosure import HIDDEN, SUPPRESSED
from cla.ui.words import counted

Row = Mapping[Any, Any]
NOTHING = "–"
OWN_LAST = "own_last"
SHORT = {NO_DIFFERENCE: "no different"}
"""Verdicts as they fit beside other figures; the rest are short enough."""


def value(number: float | None, unit: str, *, signed: bool = False, places: int = 1) -> str:
    """A value as it is shown: rounded half away from zero, with its unit.

    "–" when there is none.
    """
    if number is None or pd.isna(number):
        return NOTHING
    rounded = round_half_up(float(number), places) + 0.0  # no minus before a zero
    shown = f"{rounded:{'+' if signed else ''}.{places}f}".replace("-", "−")
    return f"{shown}%" if unit == "percent" and not signed else shown


def places(row: Row) -> int:
    """The decimals of a measure: one for percentages, what DfE publishes for scores."""
    return max(1, book.book[row["measure"]].places) if row["unit"] != "percent" else 1


def rounded(row: Row, name: str) -> float | None:
    """A number of a row as it is shown, for a chart; None where there is none."""
    cell = row[name]
    return None if pd.isna(cell) else round_half_up(float(cell), places(row))


def own_value(row: Row) -> str:
    """Our value of a measure; "c" where it is suppressed, as DfE writes it."""
    suppressed = str(row["reason"]).startswith(SUPPRESSED)
    return HIDDEN if suppressed else value(row["value"], row["unit"], places=places(row))


def children(number: float | None) -> str:
    """A number of children; "–" where it is not known or not shown."""
    return NOTHING if number is None or pd.isna(number) else f"{int(number):,}"


def interval(row: Row) -> str:
    """The 95% interval of ours: "15.3 to 47.1%"."""
    low, high, unit = row["low"], row["high"], str(row["unit"])
    if pd.isna(low) or pd.isna(high):
        return NOTHING
    return f"{value(low, 'score', places=places(row))} to {value(high, unit, places=places(row))}"


def figure(row: Row, name: str) -> str:
    """The figure of a comparator; its symbol where it is suppressed or not applicable."""
    if not pd.isna(row[name]):
        return value(row[name], str(row["unit"]), places=places(row))
    symbol, colon, _ = str(row.get(f"{name}_note") or "").partition(":")
    return symbol if colon and 0 < len(symbol) <= 3 else NOTHING


def gap(row: Row, name: str) -> str:
    """Ours less the figure of a comparator, with its sign."""
    return value(row[f"{name}_gap"], str(row["unit"]), signed=True, places=places(row))


def gap_interval(row: Row, name: str) -> str:
    """The 95% interval of the gap, each end with its sign: "−9.4 to +28.2"."""
    ends = [row.get(f"{name}{end}") for end in ("_low", "_high")]
    if any(end is None or pd.isna(end) for end in ends):
        return NOTHING
    unit = str(row["unit"])
    low, high = (value(end, unit, signed=True, places=places(row)) for end in ends)
    return f"{low} to {high}"


def chance(row: Row, name: str) -> str:
    """The chance that ours is above the figure of a comparator, in whole per cent; never 0 or
    100."""
    likely = row.get(f"{name}_chance")
    if likely is None or pd.isna(likely):
        return NOTHING
    percent = round_half_up(100 * float(likely), 0)
    return "under 1%" if percent < 1 else "over 99%" if percent > 99 else f"{percent:.0f}%"


def verdict(row: Row, name: str) -> str:
    """What the interval says of the figure of a comparator, in words."""
    return str(row[f"{name}_verdict"] or NOTHING)


def short_verdict(row: Row, name: str) -> str:
    """The same in as few words as fit beside other figures."""
    return SHORT.get(verdict(row, name), verdict(row, name))


def note(row: Row, name: str) -> str:
    """What has to be known of a comparator's figure, "" for nothing."""
    said = row.get(f"{name}_note")
    return "" if said is None or pd.isna(said) else str(said)


def year(row: Row, name: str) -> str:
    """The academic year of a comparator's figure, "" where there is none."""
    return str(row[f"{name}_year"] or "")


def comparators(measures: pd.DataFrame) -> dict[str, str]:
    """What these measures can be held against, with names: what has a figure, or says why not."""
    region = next(iter(measures["region"]), "") if len(measures) else ""
    names = {**COMPARATORS, "region_cla": f"{region}, looked after"}
    if not region:
        del names["region_cla"]
    return {name: title for name, title in names.items() if _known(measures, name)}


def with_figures(measures: pd.DataFrame) -> tuple[str, ...]:
    """The comparators that have a figure for any of these measures: those shown at first."""
    return tuple(name for name in comparators(measures) if _has_figure(measures, name))


def chosen(measures: pd.DataFrame, names: Iterable[str]) -> dict[str, str]:
    """The comparators to show, with titles: those named, or all with figures where none is."""
    offered, wanted = comparators(measures), set(names)
    some = wanted & set(offered) or set(with_figures(measures))
    return {name: title for name, title in offered.items() if name in some}


def _known(measures: pd.DataFrame, name: str) -> bool:
    """Whether any row has a figure or a note of a comparator: on every run, so without pandas."""
    if name not in measures:
        return False
    notes = measures[f"{name}_note"].tolist() if f"{name}_note" in measures else []
    noted = any(isinstance(one, str) and one for one in notes)
    return noted or _has_figure(measures, name)


def _has_figure(measures: pd.DataFrame, name: str) -> bool:
    return any(not pd.isna(one) for one in measures[name].tolist())


def one_child(row: Row) -> str:
    """What one child is worth in a percentage; "" for other measures and hidden numbers."""
    if row["unit"] != "percent" or pd.isna(row["n"]) or not row["n"]:
        return ""
    points = round_half_up(100 / float(row["n"]), 1)
    return f"One child is {points:.1f} percentage points."


def ours(row: Row) -> str:
    """Our figure in words: "43.5% of 23 children (95% interval 25.6 to 63.2%)"."""
    average = "" if row["unit"] == "percent" else " on average"
    said = f"{own_value(row)}{average}"
    if not pd.isna(row["n"]):
        between = "," if average else ""
        said += f"{between} of {counted(int(row['n']), 'child', 'children')}"
    if not pd.isna(row["low"]):
        said += f" (95% interval {interval(row)})"
    return said


def beside(row: Row, name: str, title: str) -> str:
    """A comparator in words: "England, looked after 35.0% in 2024/25"."""
    when = f" in {year(row, name)}" if year(row, name) else ""
    return f"{title} {figure(row, name)}{when}"


def judged(row: Row, name: str) -> str:
    """The verdict against a comparator with the chance that ours is above; "" without one."""
    if not row[f"{name}_verdict"]:
        return ""
    likely = chance(row, name)
    above = "" if likely == NOTHING else f"; chance that we are above: {likely}"
    return f"{verdict(row, name)}{above}"


def sentence(row: Row, compared: Mapping[str, str], against: str = "england_cla") -> str:
    """One measure in one sentence, for a report; ``compared`` names the comparators to be told."""
    label = str(row["label"])
    if row["reason"]:
        return f"{label}: {row['reason']}"
    said = f"{label}: {ours(row)}"
    for name, title in compared.items():
        if pd.isna(row[name]):
            continue
        said += f"; {beside(row, name, title)}"
        if name == against and judged(row, name):
            said += f" ({judged(row, name)})"
    if OWN_LAST not in row and not pd.isna(row["change"]):
        said += f"; the year before {year_before(row)}"
    return said + "."


def year_before(row: Row) -> str:
    """Ours of the year before, with its number of children."""
    if pd.isna(row["last_year"]):
        return NOTHING
    before = value(row["last_year"], str(row["unit"]), places=places(row))
    number = children(row["last_year_n"])
    return before if number == NOTHING else f"{before} of {number}"
