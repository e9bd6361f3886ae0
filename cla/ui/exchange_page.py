"""What an authority would share: said in words and shown as a table before it is downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from cla import benchmarks, measures
from cla.access import User
from cla.benchmarks import TOTAL, UNIT
from cla.benchmarks.cells import HELD
from cla.cohort import groups
from cla.reports import STAGE_LABELS, Model, by_group, shared_cells, year_name
from cla.ui import downloads, report_page
from cla.ui.words import counted, listed, number, safe_md

_WORKED_OUT = "exchange: worked out"
EVERYBODY = "All children"
WITHHELD = "c"


def today() -> date:
    """The day by the clock of England."""
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/London")).date()


def explain() -> None:
    """What sharing is, and what it never holds."""
    st.markdown(
        "Authorities can build a benchmark of their own without any child's row leaving home. Each"
        " gives one small text file of sums; loaded here, they become the comparator “other"
        " authorities”."
    )
    with st.expander("What is in such a file, and what never is"):
        st.markdown(
            "- **In it**, for each measure and year: how many children, how many of them reached"
            " the standard or the sum of their scores, and the sum of the squares of the scores."
            " Of everybody looked after 12 months at 31 March, and by sex, SEN provision, time in"
            " care and placement.\n"
            "- **Never in it**: a child's row, a name, a UPN, a date, a school, any number of fewer"
            " than ten children, and how many reached a standard where that is five or fewer, or"
            " all but five or fewer.\n"
            "- **Withheld with these** is whatever would give them away: groups beside their total,"
            " one standard beside another. Where a total is withheld, the file says the range it"
            " lies in, so that those who add up know what they do not know.\n"
            "- The file is described in docs/benchmark-exchange.md, so that other programs can"
            " write and read it."
        )


def nothing_to_give() -> None:
    """Without a return there is nothing to share; files of others can be loaded all the same."""
    st.info("No return is imported yet, so there is nothing of yours to share.")
    st.page_link("import_data.py", label="Import a return or results", icon=":material/upload:")


def give(model: Model, user: User) -> None:
    """What would be shared, in words and as a table, and the file."""
    cells = _worked_out(model)
    if cells.empty:
        st.info("No results are loaded with a return of their year, so there is nothing to share.")
        return
    st.markdown(in_words(cells))
    chosen = _choose(cells)
    shown = table(cells, *chosen)
    if shown.empty:
        st.info("Nothing is shared by this characteristic in this year: the groups are too small.")
    else:
        st.dataframe(
            shown,
            hide_index=True,
            column_config={
                "Measure": st.column_config.TextColumn(pinned=True),
                "Group": st.column_config.TextColumn(width="medium"),
                "Children": st.column_config.TextColumn(alignment="right"),
                "Given": st.column_config.TextColumn(alignment="right", width="medium"),
            },
            alt="What would be shared: measures, groups, children and totals",
        )
        st.caption(
            "c: withheld; where a range stands beside it, the file says that the number lies in it."
        )
    _download(cells, user)


def _worked_out(model: Model) -> pd.DataFrame:
    """All that can be shared; with a bar while the years are worked out for the first time."""
    this = (model.la, model.version)
    if st.session_state.get(_WORKED_OUT) != this:
        place = st.empty()
        for at, year in enumerate(model.years):
            said = f"Working out what can be shared: {year_name(year)}"
            place.progress(at / len(model.years), said)
            shared_cells(model, [year])
        place.empty()
        st.session_state[_WORKED_OUT] = this
    return shared_cells(model)


def in_words(cells: pd.DataFrame) -> str:
    """How many figures of which years and stages there are, and how many are withheld."""
    years = sorted(cells["academic_year"].astype("str").unique())
    stage_of = {name: one.stage for name, one in measures.book.items()}
    stages = set(cells["measure"].astype("str").map(stage_of))
    named = listed([title for name, title in STAGE_LABELS.items() if name in stages])
    held = cells["held"] == HELD
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    ranged = int((held & cells["total_low"].notna()).sum())
    return (
        f"The file would hold **{counted(int((~held).sum()), 'figure')}** of"
        f" {safe_md(span)} ({safe_md(named)}): sums over ten children or more."
        f" **{int(held.sum()):,}** more are withheld, {ranged:,} of them with the range they lie"
        " in. This is all of it:"
    )


def _choose(cells: pd.DataFrame) -> tuple[str, str]:
    """The year and the characteristic to look at."""
    years = sorted(cells["academic_year"].astype("str").unique(), reverse=True)
    titles = {
        TOTAL: EVERYBODY,
        **{name: by_group.title(name) for name in benchmarks.CHARACTERISTICS},
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        year = st.selectbox("Academic year", years, width=180, key="share_year")
        by = st.segmented_control(
            "Figures of",
            list(titles),
            default=TOTAL,
            required=True,
            format_func=titles.__getitem__,
            key="share_by",
        )
    return year, by


def table(cells: pd.DataFrame, year: str, characteristic: str) -> pd.DataFrame:
    """The cells of a year and characteristic as people read them, one row a cell.

    Measures of which something is given come first.
    """
    rows = cells[(cells["academic_year"] == year) & (cells["characteristic"] == characteristic)]
    nothing = (rows["held"] == HELD).groupby(rows["measure"], observed=True).transform("all")
    rows = pd.concat([rows[~nothing], rows[nothing]])
    records = rows.to_dict("records")
    names = {} if characteristic == TOTAL else groups.labels(characteristic)
    shown = pd.DataFrame(
        {
            "Measure": [measures.book[row["measure"]].short for row in records],
            "Stage": [STAGE_LABELS[measures.book[row["measure"]].stage] for row in records],
            "Group": [names.get(row["category"], EVERYBODY) for row in records],
            "Children": [WITHHELD if pd.isna(row["n"]) else number(row["n"]) for row in records],
            "Given": [_given(row) for row in records],
            "That is": [_figure(row) for row in records],
        }
    )
    return shown.drop(columns="Group") if characteristic == TOTAL else shown


def _given(row: Mapping[Any, Any]) -> str:
    """The total of a cell: children who reached it, the sum of scores, or its range."""
    name, total, low, high = (row[key] for key in ("measure", "total", "total_low", "total_high"))
    percent = measures.book[str(name)].statistic == "proportion"
    if not pd.isna(total):
        return f"{int(total) // UNIT:,} reached it" if percent else f"sum {_sum(int(total))}"
    if pd.isna(low):
        return WITHHELD
    return f"{WITHHELD}, from {int(low) // UNIT:,} to {int(high) // UNIT:,}"


def _sum(units: int) -> str:
    text = f"{units / UNIT:,.2f}".replace("-", "−")
    return text.rstrip("0").rstrip(".")


def _figure(row: Mapping[Any, Any]) -> str:
    """The percentage or the average that a shown cell stands for."""
    if pd.isna(row["total"]):
        return ""
    definition = measures.book[str(row["measure"])]
    value = int(row["total"]) / UNIT / int(row["n"])
    if definition.statistic == "proportion":
        return f"{number(measures.round_half_up(100 * value, 1), 1)}%"
    return number(measures.round_half_up(value, definition.places), definition.places)


def _download(cells: pd.DataFrame, user: User) -> None:
    """The button that makes the file; that it was made is written down."""
    name = report_page.authority_name(user.la)
    years = sorted(cells["academic_year"].astype("str").unique())
    caption = downloads.Caption(
        title="Figures shared with other authorities",
        authority=name,
        selection=f"Looked after 12 months at 31 March; {years[0]} to {years[-1]}",
        source="the authority's SSDA903 returns and results",
        personal=False,
    )

    def content(_: list[str]) -> bytes:
        return benchmarks.write_exchange(cells, user.la, today())

    st.download_button(
        "Download the file to share",
        data=downloads.audited(content, len(cells), caption, user, "cla.import"),
        file_name=downloads.file_name("shared figures", name, datetime.now(UTC), "txt"),
        mime="text/plain",
        on_click="ignore",
        type="primary",
        icon=":material/download:",
        key="share_download",
    )
    st.caption(
        "Give it to the authorities of your region by e-mail or on a shared drive. That it was"
        " made, by whom and when, is written in the audit trail."
    )
