"""One measure by the groups of one characteristic: every child of the selection in one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from cla import benchmarks, measures
from cla.cohort import groups
from cla.reports import measure_safety, split_safety
from cla.reports.comparators import NOTHING, Beside, closest_published, of_figure, region_of
from cla.reports.comparison import COLUMNS, last_of, own_last, published, row, spoken
from cla.reports.figures import Figures, Together, figures, nothing, together
from cla.reports.filters import Filters
from cla.reports.filters_table import FILTERS, TITLES
from cla.reports.model import Model
from cla.reports.pooled import Others

EVERYBODY = "All children"
# What DfE calls the groups that it publishes figures of all pupils for.
_PUBLISHED = {
    "sex": ("Sex", {"F": "Female", "M": "Male"}),
    "sen": (
        "SEN",
        {
            "E": "Statement or EHC plan",
            "K": "SEN support (no statement/EHC plan)",
            "N": "No identified SEN",
        },
    ),
}


def title(column: str) -> str:
    """What a column is called."""
    return TITLES[column]


def lower_first(words: str) -> str:
    """Words as they stand inside a sentence; "SEN provision" keeps its capitals."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def labels(column: str) -> Mapping[str, str]:
    """The groups of a column in their order, with their names."""
    return FILTERS[column].labels


def group_of(pupils: pd.DataFrame, column: str) -> pd.Series:
    """The group of each child, as text; "unknown" where there is none."""
    if column not in pupils:
        return pd.Series(groups.UNKNOWN, index=pupils.index, dtype="str")
    known = pupils[column].astype("str").fillna(groups.UNKNOWN)
    return known.where(known.isin(list(labels(column))), groups.UNKNOWN)


def group_rows(
    model: Model,
    filters: Filters,
    name: str,
    column: str,
    *,
    child_level: bool,
    years: int = 1,
    others: Others | None = None,
) -> pd.DataFrame:
    """The rows of ``comparison.COLUMNS`` for one measure: all children, then a row a group.

    Groups nobody is in are left out; "not known" is a group. For readers who may not see small
    numbers the groups are those of ``split_safety``, and of one year.
    """
    stage = measures.book[name].stage
    last = filters.replace(year=filters.year - 1)
    now = together(model, filters, stage, years, child_level=child_level, keep=[column])
    then = figures(model, last, stage, child_level=child_level, keep=[column])
    ours, before = _estimates(now, name, column), _estimates(then, name, column)
    held = _published(model, now, name, column, list(ours))
    pools = others.pool(filters, stage, [name], years, column) if others else {}
    names = {"": EVERYBODY, **labels(column)}
    rows = []
    for category, estimate in ours.items():
        known = before.get(category, nothing(name, ""))
        previous = known if last_of(then, now, name) else None
        beside = {
            **held[category],
            "pooled": pools.get((name, category), NOTHING),
            "own_last": own_last(previous, name, then.academic_year, now.academic_year),
        }
        rows.append(
            row(
                estimate,
                previous,
                label=names[category],
                group=f"{measures.book[name].label}, by {lower_first(title(column))}",
                beside=beside,
                when=spoken(now.used(name)),
                category=category,
            )
            | {"region": region_of(model.la)}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _estimates(own: Figures | Together, name: str, column: str) -> dict[str, measures.Estimate]:
    """The measure of everybody ("") and of each group that has children."""
    whole = own.of(name)
    if own.missing or not measures.available(name, own.academic_year).available:
        return {"": whole}
    everybody = own.everybody()
    group = group_of(everybody, column)
    sizes = group.value_counts()
    present = [category for category in labels(column) if sizes.get(category, 0)]
    parts = [own.raw(name, _of_group(column, category)) for category in present]
    if own.suppress and isinstance(own, Figures):
        pupils = [everybody[group == category] for category in present]
        order = sorted(range(len(present)), key=lambda place: (sizes[present[place]], place))
        raw = own.raw(name)
        shown = list(split_safety.safe_split(raw, parts, order))
        parts = measure_safety.safe_parts(everybody, pupils, own.academic_year, raw, shown)
    return {"": whole, **dict(zip(present, parts, strict=True))}


def _of_group(column: str, category: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda pupils: pupils[group_of(pupils, column) == category]


def _published(
    model: Model, own: Figures | Together, name: str, column: str, categories: list[str]
) -> dict[str, dict[str, Beside]]:
    """The published figures of each row.

    All pupils are those of the group where DfE publishes every known group, so that the column
    means one thing; looked-after children are all of them: recent figures by group are not
    published.
    """
    whole = published(model, own, name)
    found = {category: dict(whole) for category in categories}
    characteristic, theirs = _PUBLISHED.get(column, ("", {}))
    of_groups = {
        category: closest_published(
            model.published,
            name,
            own.academic_year,
            benchmarks.ALL_PUPILS,
            characteristic=characteristic,
            category=theirs[category],
        )
        for category in categories
        if category in theirs
    }
    if of_groups and all(of_groups.values()) and len(own.used(name)) == 1:
        for category in categories:
            if category:
                found[category]["england_all"] = of_figure(of_groups.get(category))
    return found


def says_of_groups(rows: pd.DataFrame, column: str) -> tuple[str, ...]:
    """What has to be said beside the groups: whose figures stand beside them."""
    grouped = rows[rows["category"] != ""]
    if grouped.empty:
        return ()
    whole = rows.loc[rows["category"] == "", "england_all"]
    same = grouped["england_all"].isin(whole).all() or grouped["england_all"].isna().all()
    notes = [
        "The figures of looked-after children beside each group are of all of them in England or "
        "the region: recent ones by group are not published."
    ]
    if not same:
        notes.append(
            f"The figures of all pupils beside each group are of pupils of the same "
            f"{lower_first(title(column))}."
        )
    return tuple(notes)
