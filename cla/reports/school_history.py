"""Which schools our children went to and when, and when they changed school.

From the school history of the census, which has dates; for children without one, from the school
named in each year's census and results, where only the year of a change is known.
"""

from __future__ import annotations

import pandas as pd

from cla.cohort.children import year_group
from cla.reports.model import Model

SPELL = ("child", "start", "end", "laestab", "school_name", "dated")
MOVE = ("child", "year", "date", "mid_year", "before", "after", "as_a_rule")
NEW_SCHOOL_AS_A_RULE = (0, 7)
"""Year groups at whose September a child goes to another school as a rule."""
_SUMMER = (8, 9)
"""A school begun in August or September is one begun with the school year."""


def spells(model: Model) -> pd.DataFrame:
    """The time of every child at every school, in order.

    Columns: child, start, end (missing: not left as far as is known), laestab, school_name,
    dated (bool: the days are known, not only the school years).
    """
    return model.once(("school spells",), lambda: _spells(model)).copy(deep=False)


def _spells(model: Model) -> pd.DataFrame:
    dated = _dated(model.schools())
    by_year = _by_year(model)
    by_year = by_year[~by_year["child"].isin(dated["child"])]
    parts = [part for part in (dated, by_year) if len(part)]
    if not parts:
        return _no_spells()
    every = pd.concat(parts, ignore_index=True)
    return every.sort_values(["child", "start"], kind="stable", ignore_index=True)


def _no_spells() -> pd.DataFrame:
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in SPELL})
    return empty.astype({"start": "datetime64[us]", "end": "datetime64[us]", "dated": "bool"})


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a stay: the census of each year names it again, with the same day of entry."""
    if rows.empty or "entry_date" not in rows:
        return _no_spells()
    rows = rows[rows["laestab"].notna() & rows["entry_date"].notna()]
    rows = rows.assign(entry_date=pd.to_datetime(rows["entry_date"]))
    if rows.empty:
        return _no_spells()
    if "academic_year" in rows:
        rows = rows.sort_values("academic_year", kind="stable")
    stays = rows.groupby(["child", "laestab", "entry_date"], sort=False)
    last = stays[["leaving_date", "school_name"]].last().reset_index()
    frame = last.rename(columns={"entry_date": "start", "leaving_date": "end"})
    frame["end"] = pd.to_datetime(frame["end"])
    return frame.assign(dated=True)[list(SPELL)]


def _by_year(model: Model) -> pd.DataFrame:
    """Stays of whole school years, from the school named in each year's census or results."""
    named = _named(model)
    if named.empty:
        return _no_spells()
    other_child = named["child"] != named["child"].shift(1)
    moved = named["laestab"] != named["laestab"].shift(1)
    gap = named["year"] != named["year"].shift(1) + 1
    stay = (other_child | moved | gap).cumsum().rename("stay")
    stays = named.groupby(stay, sort=False)
    first, last = stays.first(), stays.last()
    return pd.DataFrame(
        {
            "child": first["child"],
            "start": _day_of(first["year"] - 1, 9, 1),
            "end": _day_of(last["year"], 8, 31),
            "laestab": first["laestab"],
            "school_name": last["school_name"],
            "dated": False,
        }
    ).reset_index(drop=True)


def _day_of(years: pd.Series, month: int, day: int) -> pd.Series:
    return pd.to_datetime({"year": years.astype("int64"), "month": month, "day": day})


def _named(model: Model) -> pd.DataFrame:
    """child, year, laestab, school_name: one row a child and year, the census before results."""
    names = ["child", "year", "laestab", "school_name"]
    parts = [model.characteristics_of_years().reindex(columns=names)]
    for year in model.years:
        for stage in model.stages(year):
            parts.append(_of_results(model, stage, year).reindex(columns=names))
    every = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    every = every[every["laestab"].notna()].drop_duplicates(["child", "year"])
    return every.sort_values(["child", "year"], ignore_index=True)


def _of_results(model: Model, stage: str, year: int) -> pd.DataFrame:
    """The results that are a child's, with the child and the collection year."""
    results, links = model.loaded_results(stage, year), model.matches(stage, year).links
    if results is None:
        return pd.DataFrame()
    found = results.iloc[links["row"].to_numpy()]
    return found.assign(child=links["child"].to_numpy(), year=year)


def moves(model: Model) -> pd.DataFrame:
    """Every change of school that is known, in order.

    Columns: child, year (collection year of the school year it fell in), date (missing where only
    the year is known), mid_year (nullable: begun after September), before and after (names or
    numbers of the schools; before is missing for the first school known), as_a_rule (bool: the
    change to a secondary school in the September of Year 7, as of every child).
    """
    return model.once(("school moves",), lambda: _moves(model)).copy(deep=False)


def _moves(model: Model) -> pd.DataFrame:
    stays = spells(model)
    name = stays["school_name"].astype("str").fillna(stays["laestab"])
    same_child = stays["child"] == stays["child"].shift(1)
    differs = stays["laestab"] != stays["laestab"].shift(1)
    year = stays["start"].dt.year + (stays["start"].dt.month >= min(_SUMMER)).astype("int64")
    rows = pd.DataFrame(
        {
            "child": stays["child"],
            "year": year,
            "date": stays["start"].where(stays["dated"]),
            "mid_year": (~stays["start"].dt.month.isin(_SUMMER))
            .astype("boolean")
            .where(stays["dated"]),
            "before": name.shift(1).where(same_child),
            "after": name,
        }
    )
    group = _year_group(model, rows)
    rows["as_a_rule"] = _begun_with_the_year(rows) & group.isin(NEW_SCHOOL_AS_A_RULE)
    joined = ~same_child & stays["dated"] & ~rows["as_a_rule"] & group.notna()
    rows = rows[(same_child & differs) | joined]
    flagged = _flagged(model)
    rows["mid_year"] = rows["mid_year"].fillna(_is_in(rows, flagged).astype("boolean"))
    rows["as_a_rule"] &= _begun_with_the_year(rows)
    only_flagged = flagged[~_is_in(flagged, rows)]
    if len(only_flagged):
        more = only_flagged.reindex(columns=list(MOVE)).assign(as_a_rule=False)
        rows = pd.concat([rows, more], ignore_index=True)
    rows = rows.astype({"year": "int64", "mid_year": "boolean", "as_a_rule": "bool"})
    return rows.sort_values(["child", "year", "date"], kind="stable", ignore_index=True)


def _year_group(model: Model, rows: pd.DataFrame) -> pd.Series:
    """The year group of each child in the school year of the row, by age."""
    born = births(model)
    group = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    for year in rows["year"].unique():
        of_year = rows["year"] == year
        dob = pd.to_datetime(rows.loc[of_year, "child"].map(born))
        group[of_year] = year_group(dob, int(year))
    return group


def _begun_with_the_year(rows: pd.DataFrame) -> pd.Series:
    return ~rows["mid_year"].fillna(False).astype(bool)


def births(model: Model) -> pd.Series:
    """The date of birth of every child of the loaded returns, by child."""
    people = [model.children(year)[["child", "dob"]] for year in reversed(model.years)]
    if not people:
        return pd.Series(dtype="datetime64[us]")
    every = pd.concat(people, ignore_index=True).drop_duplicates("child")
    return every.set_index("child")["dob"]


def _flagged(model: Model) -> pd.DataFrame:
    """Children and years of which the census says that they changed school within the year."""
    known = model.characteristics_of_years()
    if "in_year_move" not in known:
        return pd.DataFrame({"child": pd.Series(dtype="str"), "year": pd.Series(dtype="int64")})
    yes = known["in_year_move"].fillna(False).astype(bool)
    return known.loc[yes, ["child", "year"]].assign(mid_year=True).reset_index(drop=True)


def _is_in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Which rows have a child and year that is among the others."""
    mine = pd.MultiIndex.from_frame(rows[["child", "year"]].astype({"year": "int64"}))
    theirs = pd.MultiIndex.from_frame(others[["child", "year"]].astype({"year": "int64"}))
    return pd.Series(mine.isin(theirs), index=rows.index)


def moves_since(model: Model, children: pd.Series, first: int, last: int) -> pd.Series:
    """How often each child changed school in the school years ``first`` to ``last``.

    Years are collection years. The change that every child makes to a secondary school does not
    count. Missing where the child's schools are not known for those years.
    """
    found = moves(model)
    found = found[found["year"].between(first, last) & ~found["as_a_rule"]]
    counts = children.map(found["child"].value_counts()).astype("Int64")
    known = children.isin(_known(model, first, last))
    return counts.fillna(0).where(known | counts.notna())


def _known(model: Model, first: int, last: int) -> pd.Series:
    """Children with dates of school, or with a school in two of the years at least."""
    stays = spells(model)
    reach = stays["end"].isna() | (stays["end"] >= pd.Timestamp(first - 1, 9, 1))
    dated = stays.loc[stays["dated"] & reach, "child"]
    named = _named(model)
    years = named[named["year"].between(first - 1, last)]["child"].value_counts()
    return pd.concat([dated, pd.Series(years.index[years >= 2], dtype="str")]).drop_duplicates()
