"""What a checked import of published figures holds, and what it changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cla import benchmarks, importing, reference
from cla.access import User, current_store
from cla.importing.published import ABOUT, FIGURES
from cla.store.imports import ImportRow
from cla.ui import data
from cla.ui.words import counted, safe_md

_SUPPRESSED = "c"
_GROUPS = {
    "CLA 12m+": "looked after for 12 months or more at 31 March",
    "CLA <12m": "looked after for less than 12 months",
    "CINO": "in need, without a child protection plan and not looked after",
    "CPPO": "with a child protection plan and not looked after",
}
"""What the short names of DfE's groups mean."""


def draw(row: ImportRow, user: User) -> None:
    """The data set, its figures by measure, and how they differ from the current ones."""
    figures = data.import_frame(user.la, row.id, FIGURES)
    about = data.import_frame(user.la, row.id, ABOUT)
    if figures is None or about is None:
        st.error("The figures of this import are not kept any more. Import the files again.")
        return
    said = dict(zip(about["what"], about["said"], strict=True))
    areas = figures.loc[figures["level"] == "authority", "area"].nunique()
    years = said.get("periods", "").split(", ")
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    where = f"England, its regions and {counted(areas, 'authority', 'authorities')}"
    st.success(
        f"**Usable.** {counted(len(figures), 'figure')} read:"
        f" {safe_md(where if areas else 'England and its regions')}."
        f" {safe_md(said.get('release', ''))}; {safe_md(span)}.",
        icon=":material/check_circle:",
    )
    _changes(row, user)
    said_of = set(figures["group"])
    with st.expander("Figures by measure"):
        st.table(
            by_measure(figures),
            border="horizontal",
            alt="Published figures by measure: numbers, suppressed ones and other symbols",
        )
        st.caption(
            "Suppressed: DfE hides them to protect small numbers (c). Other symbols: "
            + safe_md(_meanings(figures))
        )
        groups = [f"{name}: {words}" for name, words in _GROUPS.items() if name in said_of]
        if groups:
            st.caption(safe_md("; ".join(groups)) + ".")


def _changes(row: ImportRow, user: User) -> None:
    found = importing.figures_changed(current_store(), row.id, user.la)
    if found is not None:
        st.markdown(
            f"Beside the current import of this data set and year: {counted(found.new, 'figure')}"
            f" new, {found.changed:,} changed, {found.same:,} the same, {found.gone:,} no longer in"
            " it."
        )


def by_measure(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a measure and group: figures with a number, suppressed ones, other symbols."""
    table = reference.table("benchmarks", "measures.csv")
    labels = dict(zip(table["id"], table["label"], strict=True))
    keys = ["measure", "group"]
    kinds = {
        "Numbers": figures["symbol"] == "",
        "Suppressed": figures["symbol"] == _SUPPRESSED,
        "Other symbols": ~figures["symbol"].isin(["", _SUPPRESSED]),
    }
    counts = figures[keys].assign(**kinds).groupby(keys, sort=False).sum()
    measures, groups = (counts.index.get_level_values(name) for name in ("measure", "group"))
    shown = pd.DataFrame({name: [f"{n:,}" for n in counts[name]] for name in counts.columns})
    shown.insert(0, "Children", [safe_md(group) for group in groups])
    titles = [labels.get(name, name) for name in measures]
    shown.index = pd.Index([safe_md(f"{t[:1].upper()}{t[1:]}") for t in titles], name="Measure")
    return shown


def _meanings(figures: pd.DataFrame) -> str:
    symbols = [one for one in figures["symbol"].unique() if one not in ("", _SUPPRESSED)]
    said = [f"{one}: {benchmarks.symbol_words(one)}" for one in sorted(symbols)]
    return "; ".join(said) + "." if said else "none."
