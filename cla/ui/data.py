"""From the store to the page: the model of an authority, its reports and findings, each kept once.

Everything here is keyed by scalars: the authority, its data version, the filters and whether the
reader
may see children. Frames are never keys. A page reads the version once and passes it on, so that
it never
shows a mix of two imports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import Any

import pandas as pd
import streamlit as st
from streamlit import runtime

from cla import authorities, importing, measures, reports
from cla.access import User, current_store
from cla.benchmarks import Library, shipped
from cla.importing.kinds import CHECKS
from cla.reports import Filters, Model, Option, Others, PupilDetails, Report, pooled
from cla.reports.asked import asked
from cla.reports.benchmark_reports import BENCHMARKS
from cla.stages import STAGES
from cla.store import Store, decisions, imports
from cla.store.imports import ImportRow
from cla.ui import states, views
from cla.ui.lent import Key, Lent

Look = tuple[str, ...]
Versions = tuple[tuple[str, int], ...]
PENDING: Versions = (("", 0),)
"""In the place of the other authorities while their rows are being read."""
_TRIES = 3
_WORKING = "Working out the figures ..."
_SEVERITIES = {"unknown": "severity not stated"}


class _MovedOnError(Exception):
    """What is current changed while it was being read."""


def model(user: User) -> Model | None:
    """The model of the authority the person looks at, as it is now.

    None when nothing is imported.
    """
    for _ in range(_TRIES):
        version = imports.version(current_store(), user.la)
        if version == 0:
            return None
        try:
            found = loaded(user.la, version)
        except _MovedOnError:
            continue
        return found if found.years else None
    raise RuntimeError("the data changed each time it was read")


def model_or_stop(user: User, title: str) -> Model:
    """The model; without one the page says what to do, and the run ends."""
    found = model(user)
    if found is None:
        st.title(title)
        states.nothing_yet("No return is imported yet.", user)
        st.stop()
    return found


def report(
    name: str,
    model: Model,
    filters: Filters,
    user: User,
    stage: str = "",
    *,
    publication: bool = False,
) -> Report:
    """A report by the name of its function in ``cla.reports``, kept for this version and reader.

    With ``publication`` as everybody may see it: of the usual cohort without any filter, small
    numbers hidden.
    """
    child_level = user.can("cla.pupils") and not publication
    shown = Filters(year=filters.year) if publication else filters
    beside = _beside(name, model, shown, stage)
    return _report(name, model.la, model.version, shown, child_level, stage, beside)


def _beside(name: str, model: Model, filters: Filters, about: str) -> Versions:
    """The other authorities a benchmark is pooled with, or ``PENDING`` while their rows are read.

    Invented ones stand beside invented ones only, real ones beside real ones.
    """
    if name not in BENCHMARKS:
        return ()
    beside = _others_here(model.la)
    wanted = _rows_wanted(name, filters, about, beside)
    if not runtime.exists() or not _lent().lacking(wanted):
        return beside
    _lent().ask_for(wanted)
    return PENDING


def _others_here(la: str) -> Versions:
    alike = {one.la for one in authorities.all() if one.demo == authorities.find(la).demo} - {la}
    held = imports.versions(current_store())
    return tuple(sorted((other, held[other]) for other in alike & set(held)))


def _rows_wanted(name: str, filters: Filters, about: str, beside: Versions) -> list[Key]:
    """Whose rows a benchmark takes: of every stage of its measures and every year."""
    rows = BENCHMARKS[name].rows(reports.academic_year(filters.year))
    stages = dict.fromkeys(measures.book[one].stage for one, _ in rows)
    years = asked(rows, about, {}).years
    return [
        (la, version, stage, filters.year - back, filters.as_at)
        for la, version in beside
        for stage in stages
        for back in range(years)
    ]


def home(
    model: Model, filters: Filters, user: User, still_open: Mapping[str, int], accepted: int
) -> Report:
    """The home report, with the findings of the return: open ones by severity, and accepted."""
    counted = tuple((_SEVERITIES.get(name, name), count) for name, count in still_open.items())
    return _home(model.la, model.version, filters, user.can("cla.pupils"), counted, accepted)


def cohort_differences(model: Model, year: int, user: User) -> Report:
    """Where the calculation of twelve months and the OC2 file disagree."""
    return _cohort_differences(model.la, model.version, year, user.can("cla.pupils"))


def presented(
    name: str,
    model: Model,
    filters: Filters,
    user: User,
    about: str = "",
    look: Look = (),
    *,
    publication: bool = False,
) -> Any:
    """A report as it is shown: its charts and tables, made once; do not write to it.

    ``look`` is what the page lets people choose of the looks (order, comparator): see the function
    of the report in ``cla.ui.views``. ``publication`` as in :func:`report`.
    """
    child_level = user.can("cla.pupils") and not publication
    shown = Filters(year=filters.year) if publication else filters
    beside = _beside(name, model, shown, about)
    return _presented(name, model.la, model.version, shown, child_level, about, look, beside)


def choices(model: Model, filters: Filters, stage: str | None) -> tuple[Option, ...]:
    """What the filter bar offers, with counts."""
    return _choices(model.la, model.version, filters, stage or "")


def pupil(model: Model, child: str, findings: int | None) -> PupilDetails:
    """Everything about one child; KeyError when no loaded return holds it."""
    return _pupil(model.la, model.version, child, findings)


@st.cache_resource(max_entries=16, show_spinner=False)
def import_frame(la: str, import_id: str, name: str) -> pd.DataFrame | None:
    """A frame kept with an import; None when it has none.

    An import never changes: do not write to it.
    """
    return imports.frames_of(current_store(), import_id, la, [name]).get(name)


def checks_of(user: User, stage: str, year: int) -> pd.DataFrame | None:
    """The free checks against the current results of a stage and collection year.

    rule, title, message, line, columns, and upn for those who may see children; None when there are
    no such results, or they were not checked.
    """
    row = imports.current(current_store(), user.la, stage, year)
    found = None if row is None else import_frame(row.la, row.id, CHECKS)
    if found is None or user.can("cla.pupils"):
        return found
    return found.drop(columns="upn")


@st.cache_resource(max_entries=8, show_spinner="Loading the data of your authority ...")
def loaded(la: str, version: int) -> Model:
    """The model of what is current at this version."""
    store = current_store()
    try:
        model = _read(store, la, version)
    except KeyError:
        if imports.version(store, la) != version:  # an import was deleted while it was being read
            raise _MovedOnError from None
        raise
    if imports.version(store, la) != version:
        raise _MovedOnError
    if runtime.exists():
        Thread(target=reports.warm, args=(model,), name="warm model", daemon=True).start()
    return model


def _read(store: Store, la: str, version: int) -> Model:
    """What is imported, kept while that stays the same, and what people decided about it."""
    rows = imports.currents(store, la)
    own = tuple(sorted(row.id for row in rows if not _is_beside(row)))
    beside = tuple(sorted(row.id for row in rows if _is_beside(row)))
    kept = _imported(la, own).decided(version, decisions.current(store, la))
    return kept.held_against(*_beside_ours(la, beside)) if beside else kept


def _is_beside(row: ImportRow) -> bool:
    """Whether an import is of figures that ours are held against, and of no child."""
    return row.kind.startswith((importing.EES, importing.CELLS))


@st.cache_resource(max_entries=4, show_spinner=False)
def _beside_ours(la: str, ids: tuple[str, ...]) -> tuple[Library, pd.DataFrame | None]:
    """DfE's figures with those the authority loaded, and what other authorities shared.

    KeyError when the imports of these ids are no longer the current ones.
    """
    store = current_store()
    if {row.id for row in imports.currents(store, la) if _is_beside(row)} != set(ids):
        raise KeyError("an import is no longer current")
    library = shipped().with_imported(importing.published_frame(store, la))
    return library, importing.shared_frame(store, la)


@st.cache_resource(max_entries=4, show_spinner=False)
def _imported(la: str, ids: tuple[str, ...]) -> Model:
    """The model of these imports, without decisions. KeyError when one is gone, or not current."""
    store = current_store()
    rows = [row for row in imports.currents(store, la) if row.id in ids]
    if len(rows) != len(ids):
        raise KeyError("an import is no longer current")
    return _built(store, la, rows)


def _built(store: Store, la: str, rows: Sequence[ImportRow]) -> Model:
    """The model of these imports. KeyError when one is gone."""
    returns = {
        row.year: found
        for row in rows
        if row.kind == "ssda903" and (found := importing.load_return(store, la, row.year))
    }
    results = {
        (row.kind, reports.academic_year(row.year)): imports.frame(store, row.id, la, row.kind)
        for row in rows
        if row.kind in STAGES
    }
    characteristics, current = _of_years(rows, "census"), _of_years(rows, "current")
    moves = [
        kept
        for row in rows
        if row.kind == "census"
        for kept in imports.frames_of(store, row.id, la, ["schools"]).values()
    ]
    schools = pd.concat(moves, ignore_index=True) if moves else None
    return reports.build(
        la,
        0,
        returns,
        results,
        characteristics,
        schools=schools,
        current=current,
    )


def _of_years(rows: Sequence[ImportRow], kind: str) -> pd.DataFrame | None:
    """The frames of all imports of a kind, with their collection years; None without any."""
    store = current_store()
    frames = [
        imports.frame(store, row.id, row.la, kind).assign(year=row.year)
        for row in rows
        if row.kind == kind
    ]
    return pd.concat(frames, ignore_index=True) if frames else None


@st.cache_data(max_entries=500, show_spinner=_WORKING)
def _report(
    name: str,
    la: str,
    version: int,
    filters: Filters,
    child_level: bool,
    stage: str,
    beside: Versions,
) -> Report:
    make: Callable[..., Report] = reports.BY_NAME[name]
    arguments = (stage,) if stage else ()
    model = loaded(la, version)
    pool = {"others": _others(model, beside)} if name in BENCHMARKS else {}
    return make(model, filters, *arguments, child_level=child_level, **pool)


def _others(model: Model, beside: Versions) -> Others:
    """The other authorities to hold ours against: those here, and those that shared a file.

    An authority that is here is not counted again by its file.
    """
    pending = beside == PENDING
    here = [la for la, _ in beside]
    shared = model.shared
    if shared is not None:
        shared = shared[~shared["la"].isin(here)]

    def rows(stage: str, year: int, as_at: str) -> list[pd.DataFrame]:
        return [_lent().frame((la, version, stage, year, as_at)) for la, version in beside]

    return Others(rows, shared, pending=pending)


@st.cache_resource(show_spinner=False)
def _lent() -> Lent:
    """The rows of the authorities of this installation, as far as pools asked for them."""
    return Lent(_slim)


def _slim(key: Key) -> pd.DataFrame:
    """What a pool needs of one authority: no column that names a child."""
    la, version, stage, year, as_at = key
    store = current_store()
    try:
        rows = imports.currents(store, la)
        model = _built(store, la, rows).decided(version, decisions.current(store, la))
        return pooled.slim(model, stage, year, as_at)
    except KeyError:  # an import was deleted meanwhile: its version is asked for no more
        return pd.DataFrame()


@st.cache_resource(max_entries=300, show_spinner=False)
def _presented(
    name: str,
    la: str,
    version: int,
    filters: Filters,
    child_level: bool,
    about: str,
    look: Look,
    beside: Versions,
) -> Any:
    made = _report(name, la, version, filters, child_level, about, beside)
    return views.present(name, made, authorities.find(la).name, look)


@st.cache_data(max_entries=1000, show_spinner=False)
def _choices(la: str, version: int, filters: Filters, stage: str) -> tuple[Option, ...]:
    return reports.options(loaded(la, version), filters, stage or None)


@st.cache_data(max_entries=100, show_spinner=False)
def _home(
    la: str,
    version: int,
    filters: Filters,
    child_level: bool,
    findings: tuple[tuple[str, int], ...],
    accepted: int,
) -> Report:
    model = loaded(la, version)
    return reports.home(
        model, filters, child_level=child_level, findings=dict(findings), accepted=accepted
    )


@st.cache_data(max_entries=20, show_spinner=False)
def _cohort_differences(la: str, version: int, year: int, child_level: bool) -> Report:
    return reports.cohort_differences(loaded(la, version), year, child_level=child_level)


@st.cache_data(max_entries=200, show_spinner=False)
def _pupil(la: str, version: int, child: str, findings: int | None) -> PupilDetails:
    return reports.pupil_details(loaded(la, version), child, findings=findings)


def forget() -> None:
    """Let go of everything kept of imports, after one was deleted: it shall be nowhere."""
    for kept in (import_frame, _imported, _beside_ours, loaded, _report, _presented):
        kept.clear()
    _lent().forget()
    for kept_of_home in (_choices, _home):
        kept_of_home.clear()
    for kept_of_children in (_cohort_differences, _pupil):
        kept_of_children.clear()
