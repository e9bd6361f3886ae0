"""Files of results whose layout is not known: a person says which column is what.

What was said is remembered by the headings, used by itself the next time, shown, and can be changed
or taken back. Cells are never shown, only what sort of values a column holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cla import results
from cla.access import User, current_store
from cla.importing import mappings
from cla.problems import Unusable
from cla.reports import academic_year
from cla.results import mapping
from cla.results.fields import Field, fields
from cla.stages import STAGES, capitalised
from cla.store import StoreError
from cla.ui import import_files, import_preview
from cla.ui.import_files import Recognition
from cla.ui.import_preview import DONE, Layout
from cla.ui.words import listed, moment, safe_md

SORTS = {
    "upn": "UPNs",
    "date": "dates",
    "year": "academic years",
    "whole number": "whole numbers",
    "number": "numbers",
    "code": "short codes",
    "text": "text",
    "empty": "empty",
}
_PUPIL = ("dob", "sex", "surname", "forenames", "laestab", "urn", "academic_year")


def draw(found: Recognition, user: User, year_key: str) -> bool:
    """What can be said of the files; whether the academic year was asked for here."""
    done = st.session_state.pop(DONE, None)
    if done:
        st.success(safe_md(done), icon=":material/check_circle:")
    layouts = _layouts(found)
    asked = False
    for layout in layouts:
        if layout.first.unrecognised:
            asked |= _ask(layout, user, year_key, shared=asked)
        elif layout.first.ways:
            asked |= _remembered(layout, user, year_key, shared=asked)
    known = [one for one in layouts if not (one.first.unrecognised or one.first.ways)]
    if known:
        asked |= _correct(known, user, year_key, shared=asked)
    return asked


def _layouts(found: Recognition) -> list[Layout]:
    """The delimited files by their headings, in the order they came."""
    by_layout: dict[str, list[results.Surveyed]] = {}
    for file in found.files:
        if file.results is not None and file.results.header and not file.aside:
            key = results.fingerprint(file.results.header)
            by_layout.setdefault(key, []).append(file.results)
    return [
        Layout(key, own[0], tuple(one.upload.label for one in own))
        for key, own in by_layout.items()
    ]


def _remembered(layout: Layout, user: User, year_key: str, shared: bool) -> bool:
    """Says whose mapping is used, with the ways to change it and to take it back."""
    store = current_store()
    said = mappings.said_of(store, user.la, layout.fingerprint)
    short = layout.fingerprint[:12]
    with st.container(border=True, key=f"remembered_{short}"):
        for one in said:
            st.markdown(
                safe_md(
                    f"{listed(layout.names)}: read as {capitalised(one.way.stage)} results by the"
                    f" columns that {one.name} named on {moment(one.moment)} for files with these"
                    " headings."
                )
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            change = st.toggle("Change the mapping", key=f"map_change_{short}")
            for one in said:
                title = capitalised(one.way.stage)
                label = "Forget the mapping" if len(said) == 1 else f"Forget it as {title}"
                if st.button(label, key=f"map_forget_{short}_{one.way.stage}"):
                    _forget(layout, one.way.stage, user)
    return _ask(layout, user, year_key, shared) if change else False


def _forget(layout: Layout, stage: str, user: User) -> None:
    try:
        mappings.forget(current_store(), user.la, layout.fingerprint, stage, by=user.username)
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    st.session_state[DONE] = (
        f"The mapping of {listed(layout.names)} is forgotten; the import history keeps what was"
        " imported by it."
    )
    st.rerun()


def _correct(layouts: Sequence[Layout], user: User, year_key: str, shared: bool) -> bool:
    """For files that were recognised: name columns by hand all the same."""
    if not st.toggle(
        "Name columns by hand",
        key="map_by_hand",
        help="For a file that was taken for something else than it is, or with columns that were"
        " not recognised. What you say is remembered for files with the same headings.",
    ):
        return False
    by_key = {layout.fingerprint: layout for layout in layouts}
    chosen = next(iter(by_key))
    if len(by_key) > 1:
        chosen = st.selectbox(
            "File",
            list(by_key),
            format_func=lambda key: listed(by_key[key].names),
            key="map_file",
            width=460,
        )
    return _ask(by_key[chosen], user, year_key, shared)


def _ask(layout: Layout, user: User, year_key: str, shared: bool) -> bool:
    """The screen itself: the stage, the columns, what would be read; whether it asked the year."""
    short = layout.fingerprint[:12]
    try:
        shapes = mapping.shapes(mapping.numbered_records(layout.first.upload))
    except Unusable as refusal:
        st.caption(safe_md(" ".join(map(str, refusal.problems))))
        return False
    with st.container(border=True, key=f"mapping_{short}"):
        st.subheader(safe_md(f"What the columns of {layout.names[0]} are"), anchor=False)
        st.caption(
            "Say what the file holds and which column is what. Only headings, and what sort of"
            " values stand under them, are shown. It is remembered for files with these headings."
        )
        standing = {one.stage: one.columns for one in layout.first.ways}
        stages = list(STAGES)
        stage = st.selectbox(
            "What the file holds",
            stages,
            index=_stage_index(layout, stages),
            format_func=lambda name: f"{capitalised(name)} results",
            placeholder="Choose the assessment",
            width=360,
            key=f"map_stage_{short}",
        )
        if stage is None:
            return False
        chosen = _columns(short, stage, shapes, layout.first.header, standing.get(stage))
        asked = _year(chosen, year_key) if not shared else False
        import_preview.draw(layout, stage, chosen, user, year_key)
        return asked


def _stage_index(layout: Layout, stages: Sequence[str]) -> int | None:
    """The stage a file was read as; none to begin with when nobody knows."""
    if layout.first.ways:
        return stages.index(layout.first.ways[0].stage)
    return stages.index(layout.first.results[0].stage) if layout.first.results else None


def _columns(
    short: str,
    stage: str,
    shapes: Sequence[mapping.Shape],
    header: Sequence[str],
    standing: Mapping[str, str] | None,
) -> dict[str, str]:
    """The heading of each field that was asked for, "" for none."""
    begin = _begin(stage, shapes, header, standing)
    known = fields(stage)
    needed = mapping.needed_fields(stage)
    words = {one.heading: f"{one.heading} · {_shape(one)}" for one in shapes}
    st.markdown("**Needed:** the UPN, and results that tell what the file is.")
    chosen = _boxes(short, stage, [known[name] for name in needed], begin, words)
    st.markdown("**Who the pupil is:** makes matches surer.")
    pupil = [known[name] for name in _PUPIL if name in known]
    chosen |= _boxes(short, stage, pupil, begin, words)
    rest = [name for name in known if name not in (*needed, *_PUPIL)]
    more = st.multiselect(
        "More results in the file",
        rest,
        default=[name for name in rest if begin.get(name)],
        format_func=lambda name: known[name].title,
        placeholder="Choose what else the file has",
        key=f"map_more_{short}_{stage}",
    )
    chosen |= dict.fromkeys([name for name in rest if name not in more], "")
    return chosen | _boxes(short, stage, [known[name] for name in more], begin, words)


def _begin(
    stage: str,
    shapes: Sequence[mapping.Shape],
    header: Sequence[str],
    standing: Mapping[str, str] | None,
) -> dict[str, str]:
    """What the boxes begin with: what was said before, else what is recognised or looks alike."""
    recognised = {name: headings[0] for name, headings in results.columns_of(header, stage).items()}
    if standing is not None:
        return {**recognised, **standing}
    free = [one for one in shapes if one.heading not in recognised.values()]
    alike = mapping.suggestions(free, stage)
    return {**{name: one for name, one in alike.items() if name not in recognised}, **recognised}


def _boxes(
    short: str,
    stage: str,
    asked: Sequence[Field],
    begin: Mapping[str, str],
    words: Mapping[str, str],
) -> dict[str, str]:
    """A box for each field, two beside each other where there is room."""
    headings = ["", *words]
    chosen: dict[str, str] = {}
    with st.container(horizontal=True, gap="small"):
        for field in asked:
            heading = begin.get(field.name, "")
            chosen[field.name] = st.selectbox(
                safe_md(field.title),
                headings,
                index=headings.index(heading) if heading in headings else 0,
                format_func=lambda name: words.get(name, "– not in this file"),
                width=300,
                key=f"map_{short}_{stage}_{field.name}",
            )
    return chosen


def _shape(shape: mapping.Shape) -> str:
    if shape.sort == "empty":
        return SORTS["empty"]
    return f"{SORTS[shape.sort]}, {shape.filled:.0%} filled"


def _year(chosen: Mapping[str, str], year_key: str) -> bool:
    """Asks for the academic year when the file has none."""
    if chosen.get("academic_year"):
        return False
    choose_year(year_key, "Choose the year: the file does not say it")
    return True


def choose_year(key: str, placeholder: str = "As the files say") -> int | None:
    """For files that do not say their year, or hold several; else they say it themselves."""
    return st.selectbox(
        "Academic year",
        import_files.YEARS,
        index=None,
        format_func=academic_year,
        placeholder=placeholder,
        width=300,
        filter_mode=None,
        key=key,
    )
