"""By what a row is split: SEN, placement, sex and the like, each with our name for its category.

A row of two characteristics at once is kept apart as "SEN x placement", its category "Statement or
EHC plan | Foster placements"; a row of three or more is left out, with a notice.
"""

from __future__ import annotations

import re
from functools import partial, reduce

import pandas as pd

from cla.benchmarks import ees_layouts as layouts
from cla.benchmarks.ees_columns import LONGEST, Sheet, each, shown
from cla.benchmarks.tidy import TOTAL

ALL_SEN = "All SEN"
_UNFIT = "?"
_NUMBERED = re.compile(r"\d+\.\s+")
_MONTHS = re.compile(r"(\d+)\s*(?:-|to)\s*(less than |under |<)?\s*(\d+)\s*months")
_LESS = re.compile(r"(?:less than|under)\s*(\d+)\s*months")
_MORE = re.compile(r"more than\s*(\d+)\s*months")
_OR_MORE = re.compile(r"(\d+)\s*months\s*(?:or|and)\s*(?:more|over)")


def characteristics(sheet: Sheet, used: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """characteristic, category and words of every row, and which rows can be used.

    ``words``: what the row says of itself, plain, in files whose rows say what they count.
    """
    if sheet.family.group == layouts.OF_ROWS:
        return _of_rows(sheet), pd.Series(True, index=sheet.frame.index)
    columns = {
        name: _column(sheet, name, used)
        for name in layouts.CHARACTERISTICS
        if sheet.has(name) and not _is_fixed(sheet, name)
    }
    fitting = _add_topics(sheet, columns, used)
    if not columns:
        return _named(sheet.frame.index), fitting
    table = pd.DataFrame(columns)
    order = [name for name in layouts.CHARACTERISTICS if name in table]
    table = table[[*order, *(name for name in table if name not in order)]]
    unfit = (table == _UNFIT).any(axis=1)
    sheet.tell(
        unfit & used & fitting, "left out: two columns name different categories of one kind"
    )
    split = (table != TOTAL) & (table != _UNFIT)
    several = split.sum(axis=1) > 2
    sheet.tell(several & used & ~unfit, "split by three characteristics or more left out")
    return _crossed(table, split), fitting & ~several & ~unfit


def _is_fixed(sheet: Sheet, name: str) -> bool:
    """Whether the column is about schools to choose from, not a characteristic of the pupils."""
    return sheet.has("schools") and sheet.named(name) in sheet.headings["schools"]


def _named(
    index: pd.Index, characteristic: str | pd.Series = TOTAL, category: str | pd.Series = TOTAL
) -> pd.DataFrame:
    frame = pd.DataFrame(index=index)
    return frame.assign(characteristic=characteristic, category=category, words="").astype("str")


def _crossed(table: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """Names of characteristic and category by which columns are split, at most two."""
    characteristic = pd.Series("", index=table.index, dtype="str")
    category = pd.Series("", index=table.index, dtype="str")
    for name in map(str, table.columns):
        own = split[name]
        first = own & (characteristic == "")
        second = own & ~first
        characteristic[second] = characteristic[second] + f" x {_uncapitalised(name)}"
        category[second] = category[second] + " | " + table.loc[second, name]
        characteristic[first] = name
        category[first] = table.loc[first, name]
    none = characteristic == ""
    characteristic[none], category[none] = TOTAL, TOTAL
    return _named(table.index, characteristic, category)


def _uncapitalised(name: str) -> str:
    return name if name[:2].isupper() else name[0].lower() + name[1:]


def _column(sheet: Sheet, name: str, used: pd.Series) -> pd.Series:
    """The category of a characteristic on every row, from its one column or more."""
    found: pd.Series | None = None
    for heading in sheet.headings[name]:
        text = sheet.frame[heading].fillna("")
        sheet.refuse(
            used & ((text.str.len() > LONGEST) | text.str.fullmatch(r"-?\d+\.\d+")),
            heading,
            "holds no name of a category; the values seem to be shifted.",
        )
        _tell_unknown(sheet, name, text[used])
        own = each(text, lambda given: category(name, given, sheet.family.scope))
        found = own if found is None else _together(found, own)
    if found is None:
        raise ValueError(name)
    return found


def _together(first: pd.Series, second: pd.Series) -> pd.Series:
    """Two columns of one characteristic: what is not the total, and the finer of two."""
    found = first.where((first != TOTAL) & (first != ALL_SEN), second)
    found = found.where((found != TOTAL) | (first == TOTAL), first)
    differ = (first != second) & ~first.isin([TOTAL, ALL_SEN]) & ~second.isin([TOTAL, ALL_SEN])
    return found.mask(differ, _UNFIT)


def category(characteristic: str, name: str, scope: str) -> str:
    """Our category of a name in a file; a name we do not know is kept as it is."""
    known = layouts.categories(characteristic, scope)
    plain = layouts.plain(name)
    if plain in ("", *layouts.categories("item", scope)):
        return TOTAL
    for tried in (plain, _NUMBERED.sub("", plain, count=1)):
        if tried in known:
            return known[tried]
    if characteristic == "Period of care":
        return _months(plain) or name
    return name


def _months(plain: str) -> str:
    """The months of a period of care, "12 to 17 months", from DfE's label; "" for none.

    >>> _months("1. less than 12 months (0-11 months looked after)")
    '0 to 11 months'
    """
    if found := list(_MONTHS.finditer(plain)):
        low, less, high = found[-1].groups()
        return f"{int(low)} to {int(high) - bool(less)} months"
    if more := _MORE.search(plain):
        return f"{int(more[1]) + 1} months or more"
    if over := _OR_MORE.search(plain):
        return f"{int(over[1])} months or more"
    if less_than := _LESS.search(plain):
        return f"0 to {int(less_than[1]) - 1} months"
    return ""


def _tell_unknown(sheet: Sheet, characteristic: str, text: pd.Series) -> None:
    known = set(layouts.categories(characteristic, sheet.family.scope).values()) | {TOTAL}
    names = [
        name
        for name in text.unique()
        if (ours := category(characteristic, name, sheet.family.scope)) not in known
        and not (characteristic == "Period of care" and ours != name)
    ]
    if names:
        sheet.notices.append(
            f"{sheet.label}: {characteristic} has names that are not known, kept as they are:"
            f" {shown(names)}."
        )


def _add_topics(sheet: Sheet, columns: dict[str, pd.Series], used: pd.Series) -> pd.Series:
    """Add what the columns of topic and item say; which rows they leave usable."""
    everything = pd.Series(True, index=sheet.frame.index)
    if not sheet.has("item"):
        return everything
    item = sheet.text("item")
    topic = sheet.text("topic") if sheet.has("topic") else _topic_of(sheet, item)
    named = each(topic, lambda name: _topic(sheet, name))
    unknown = used & (named == _UNFIT)
    if unknown.any():
        names = list(item[unknown].unique())
        sheet.tell(unknown, f"left out: the breakdown is not known ({shown(names)})")
    for name in [one for one in named.unique() if one not in (TOTAL, _UNFIT)]:
        rows = named == name
        own = each(item.where(rows, ""), partial(category, name, scope=sheet.family.scope))
        held = columns.get(name)
        columns[name] = own if held is None else _together(held, own)
    return named != _UNFIT


def _topic(sheet: Sheet, name: str) -> str:
    plain = layouts.plain(name)
    if not plain:
        return TOTAL
    return layouts.categories("topic", sheet.family.scope).get(plain, name[:LONGEST])


def _topic_of(sheet: Sheet, item: pd.Series) -> pd.Series:
    """Topics where a file has only the items: those whose name is a category of one characteristic.

    An item that is itself the name of a topic says which other column to look at, and no more.
    """
    scope = sheet.family.scope
    totals, topics = layouts.categories("item", scope), layouts.categories("topic", scope)

    def find(name: str) -> str:
        plain = layouts.plain(name)
        if plain in totals or plain == "" or topics.get(plain) in sheet.headings:
            return TOTAL
        of = [one for one in layouts.CHARACTERISTICS if plain in layouts.categories(one, scope)]
        return of[0] if len(of) == 1 else _UNFIT

    return each(item, find)


def _of_rows(sheet: Sheet) -> pd.DataFrame:
    """Topic and item of files whose rows say what they count, and both together as plain words."""
    texts = [sheet.frame[name].fillna("") for name in texts_of(sheet)]
    topic = texts[-2] if len(texts) > 1 else pd.Series("", index=sheet.frame.index, dtype="str")
    item = texts[-1]
    for heading, text in zip(texts_of(sheet), texts, strict=True):
        sheet.refuse(
            (text.str.len() > LONGEST * 2) | text.str.fullmatch(r"-?\d+(\.\d+)?"),
            heading,
            "holds no words; the values seem to be shifted.",
        )
    words = words_of(sheet)
    named = each(topic, lambda name: _topic(sheet, name))
    ours = item.copy()
    for name in named.unique():
        own = named == name
        ours[own] = each(item[own], partial(category, name, scope=sheet.family.scope))
    whole = ours == TOTAL
    return _named(sheet.frame.index, named.mask(whole, TOTAL), ours).assign(words=words)


def words_of(sheet: Sheet) -> pd.Series:
    """What each row says of itself, from the topic to the item, plain."""
    texts = [sheet.frame[name].fillna("") for name in texts_of(sheet)]
    return each(reduce(lambda one, other: one + " | " + other, texts), layouts.plain)


def texts_of(sheet: Sheet) -> list[str]:
    """The columns of words, from the topic to the item.

    Where a column ``breakdown`` is there, the item stands in it and ``characteristic`` is the
    topic: in the releases from 2025 the columns shifted their meaning.
    """
    items = sheet.headings["item"]
    by_plain = {layouts.heading(name): name for name in items}
    if len(items) > 1 and "breakdown" in by_plain:
        items = [*(name for name in items if name != by_plain["breakdown"]), by_plain["breakdown"]]
    return [*sheet.headings.get("topic", []), *items]
