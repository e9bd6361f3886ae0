"""The steps of the Import page before the check, and the check while it runs.

The bytes of the files go to the job's rows when the check begins, and a worker does the work: the
page
only watches, so closing the tab loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from cla import importing
from cla.access import User, current_store, require
from cla.files import Upload
from cla.importing import mappings
from cla.reports import academic_year, year_name
from cla.store import StoreError, jobs
from cla.store.imports import AlreadyImportedError
from cla.store.jobs import Job
from cla.ui import (
    demo_downloads,
    import_files,
    import_lists,
    import_mapping,
    import_transfer,
    import_words,
    report_page,
)
from cla.ui.import_files import Recognised, Recognition
from cla.ui.words import counted, moment, safe_md

_KINDS = {
    "ssda903": "SSDA903 return",
    "results": "Key stage results",
    "census": "School characteristics",
    "current": "Children looked after now",
    "providers": "Ofsted provider list",
    "published": "Published figures (DfE)",
}
_OF_A_YEAR = ("ssda903", "providers")
"""Kinds of which a person says the collection year."""
_HINTS = {
    "ssda903": (
        "Drop all files of one return at once: CSV files, a ZIP of them, or the XML. Names do not"
        " matter; each file is recognised by its headings."
    ),
    "results": (
        "Drop results of pupils: the early years profile, phonics, key stage 1, the multiplication"
        " check, key stage 2, key stage 4. They are read as they come from Get Information About"
        " Pupils (the ZIP, CSV or tab-separated), the National Pupil Database, Check your"
        " performance measures, or a Common Transfer File (XML). Of any other CSV with UPNs, such"
        " as the NCA Portal's, you say which column is what."
    ),
    "census": (
        "Drop the school census downloads of a year, autumn, spring and summer term together, and"
        " the pupil premium list if you have it: school, SEN, free meals, attendance, suspensions."
        " Or one CSV of your own (docs/characteristics.md)."
    ),
    "current": (
        "Drop one CSV of the children looked after today, from your case management system: child"
        " identifier, UPN, sex, date of birth, start of care. It shows who joined and who left"
        " since the last return (docs/current-list.md)."
    ),
    "providers": (
        "Drop Ofsted's lists of children's homes and other providers: Excel workbooks (.xlsx) or"
        " CSV files, all at once. Rules about the Ofsted number of a placement need them: whether"
        " the number exists, fits the placement, and was still registered."
    ),
    "published": (
        "Drop data sets of Explore Education Statistics as downloaded, the ZIP or its CSV files:"
        " outcomes of children in need and looked after, children looked after, key stages of all"
        " pupils, suspensions. A new release needs nothing else: layout, years and release are read"
        " from the file (docs/published-figures.md)."
    ),
}
_UPLOADER = "import: uploader"


def job_on_show(user: User) -> Job | None:
    """The job in the address, else one of the authority that is still at work."""
    store = current_store()
    given = st.query_params.get("job", "")
    if given == "new":
        return None
    job = jobs.find(store, user.la, given) if given else None
    if job is not None:
        return job
    at_work = jobs.active(store, user.la)
    return at_work[-1] if at_work else None


def left_unfinished(user: User) -> None:
    """Jobs that were checked but never made current: the way back to them."""
    store = current_store()
    for job in import_files.undecided(store, user.la):
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"left_{job.id}"
        ):
            st.markdown(
                f"An import of {safe_md(_KINDS[job.kind])} was checked on"
                f" {safe_md(moment(job.finished))} and is not in use yet."
            )
            if st.button("Continue", key=f"continue_{job.id}"):
                show(job.id)


def choose_kind() -> str:
    """What kind of files these are; a link may say it by name (``?import_kind=current``)."""
    given = st.query_params.get("import_kind", "")
    # the control itself writes its choice into the address in words, and reads only these
    if given in _KINDS and "import_kind" not in st.session_state:
        st.session_state["import_kind"] = given
    st.header("1 Files")
    return st.segmented_control(
        "What do you want to import?",
        list(_KINDS),
        default="ssda903",
        required=True,
        format_func=_KINDS.__getitem__,
        key="import_kind",
        bind="query-params",
    )


def choose_files(kind: str, user: User) -> Recognition | None:
    """The uploader, and each file with what it was taken for; None while there is no file."""
    given = st.file_uploader(
        _HINTS[kind],
        accept_multiple_files=True,
        max_upload_size=import_files.MOST_MEGABYTES,
        key=f"files_{kind}_{_counter()}",
    )
    if not given:
        return None
    uploads = [Upload(file.name, file.getvalue()) for file in given]
    year = st.session_state.get(_year_key())
    if kind != "results":
        found = import_files.recognise(kind, uploads, year)
        _draw_files(found)
        return found
    known = mappings.known(current_store(), user.la)
    found = import_files.recognise(kind, uploads, year, known)
    _draw_files(found)
    import_transfer.draw(found, user)
    return replace(found, year_asked=import_mapping.draw(found, user, _year_key()))


def _counter() -> int:
    """Counts the uploaders.

    A new key is an empty uploader, and the old one's bytes leave the memory.
    """
    return int(st.session_state.setdefault(_UPLOADER, 0))


def _year_key() -> str:
    kind = st.session_state.get("import_kind", "ssda903")
    return f"import_year_{kind}_{_counter()}"


def _draw_files(found: Recognition) -> None:
    table = pd.DataFrame(
        {
            "File": [safe_md(file.name) for file in found.files],
            "State": [_state(file) for file in found.files],
            "Rows": ["" if file.rows is None else f"{file.rows:,}" for file in found.files],
            "Taken for": [safe_md(file.taken_for) for file in found.files],
        }
    )
    st.table(table.set_index("File"), border="horizontal", alt="Files and what they were taken for")
    problems = [problem for file in found.files for problem in file.problems] + list(found.problems)
    if problems:
        lines = "\n".join(f"- {safe_md(problem)}" for problem in problems)
        st.error(f"Some files cannot be used as they are.\n\n{lines}", icon=":material/error:")
    if found.missing:
        lines = "\n".join(f"- **{safe_md(name)}**: {safe_md(why)}" for name, why in found.missing)
        with st.expander(
            f"{counted(len(found.missing), 'table')} not among these files", expanded=True
        ):
            st.markdown(f"You can go on without them. What they are needed for:\n\n{lines}")
    for notice in found.notices:
        st.caption(safe_md(notice))


def _state(file: Recognised) -> str:
    if not file.usable:
        return "✗ cannot be used"
    return f"– set aside: {file.aside}" if file.aside else "✓ can be read"


def confirm_and_check(kind: str, found: Recognition, user: User) -> None:
    """Authority and year to confirm, and the button that begins the check."""
    st.header("2 Authority and year")
    name = report_page.authority_name(user.la)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Local authority", name, disabled=True, width=320)
        year = _choose(kind, found)
    any_year = kind == "ssda903" and _about_the_year(found, year)
    if kind == "published":
        st.caption(
            "Published figures are kept for your authority's reports; they hold the figures of all"
            " authorities, and no child's."
        )
    if kind == "providers":
        st.caption(
            "Returns of this year are checked with this list; returns of other years that have no"
            " list of their own as well."
        )
    before = None
    if kind == "ssda903" and year is not None:
        before = import_lists.last_years_files(user, year, f"previous_{year}_{_counter()}")
        import_lists.draw(user, year, before.uploads if before else ())
    if len(user.authorities) > 1:
        st.caption("To import for another authority, change it in the sidebar first.")
    usable = found.usable and (before is None or before.usable)
    ready = usable and (kind not in _OF_A_YEAR or year is not None)
    if st.button(f"Check for {name}", type="primary", disabled=not ready, key="import_check"):
        _submit(kind, year, found.uploads, user, any_year, before.uploads if before else ())
    if not usable:
        ways = ", or say what their columns are" if kind == "results" else ""
        st.caption(f"Take away or repair the files that cannot be used{ways}, then check.")


def _choose(kind: str, found: Recognition) -> int | None:
    """The year of the files; lists of the children looked after now and published figures say it
    themselves."""
    if kind in ("current", "published"):
        return None
    if kind in _OF_A_YEAR:
        return _choose_year(found)
    if found.year_asked:
        chosen: int | None = st.session_state.get(_year_key())
        said = "Choose it above" if chosen is None else academic_year(chosen)
        st.text_input("Academic year, as said above", said, disabled=True, width=280)
        return chosen
    return import_mapping.choose_year(_year_key())


def _choose_year(found: Recognition) -> int | None:
    years = import_files.YEARS
    return st.selectbox(
        "Collection year (ending 31 March)",
        years,
        index=years.index(found.likely_year) if found.likely_year in years else None,
        format_func=year_name,
        placeholder="Choose the year",
        width=280,
        filter_mode=None,
        key=_year_key(),
    )


def _about_the_year(found: Recognition, year: int | None) -> bool:
    """What the dates say of the year; True when a person confirms a year that no date supports."""
    if year is not None and year == found.likely_year:
        st.caption(f"Most dates in these files lie in {year_name(year)}. Check that this is right.")
        return False
    if found.likely_year is None:
        st.warning("The dates in these files do not say which year this is. Choose it yourself.")
    else:
        likely = year_name(found.likely_year)
        st.warning(f"Most dates in these files lie in {likely}, not in the year chosen.")
    return st.checkbox(
        "I have checked the year: read the files although no date may lie in it",
        key=f"any_{_year_key()}",
    )


def _submit(
    kind: str,
    year: int | None,
    uploads: Sequence[Upload],
    user: User,
    any_year: bool,
    previous: Sequence[Upload],
) -> None:
    store = current_store()
    try:
        job = importing.submit(
            store,
            la=user.la,
            kind=kind,
            year=year,
            files=[(upload.name, upload.content) for upload in uploads],
            by=user.username,
            any_year=any_year,
            previous=[(upload.name, upload.content) for upload in previous],
        )
    except AlreadyImportedError as error:
        st.error(safe_md(error), icon=":material/error:")
        if import_lists.can_be_checked_again(store, error.row):
            st.caption(
                "There are lists or rules that it was not checked with: “Check again” in Import"
                " history needs no files."
            )
        return
    except StoreError as error:
        st.error(safe_md(error), icon=":material/error:")
        return
    importing.start(store, job.id)
    st.session_state[_UPLOADER] += (
        1  # a new uploader: the old one's files leave the server's memory
    )
    show(job.id)


def show(job_id: str) -> None:
    """Show a job instead of the first steps; its id stays in the address."""
    st.query_params["job"] = job_id
    st.rerun()


def files_of(job: Job) -> None:
    """Which job this is, in a line."""
    year = "" if job.year is None else f" {import_words.period(job.kind, job.year)}"
    by = import_words.people().get(job.created_by, job.created_by)
    st.markdown(safe_md(f"{_KINDS[job.kind]}{year}, handed in on {moment(job.created)} by {by}."))


@st.fragment(run_every=1.0)
def watch(job_id: str) -> None:
    """The progress of a job, read from its row once a second.

    Ends in a new run when the job is over.
    """
    user = require("cla.import")
    job = jobs.find(current_store(), user.la, job_id)
    if job is None or not job.active:
        st.rerun()
    st.header("3 Check")
    st.progress(min(max(job.progress, 0.0), 1.0), text=safe_md(job.stage))
    st.caption(
        "This goes on by itself. You can leave this page or close the tab; when you come back to"
        " Import, it shows where the check stands."
    )


def begin_again() -> None:
    """Back to the first step."""
    if st.button("Import something else", key="import_again", icon=":material/restart_alt:"):
        show("new")


def demo_files(user: User) -> None:
    """The files of the demo authority, for showing somebody how an import goes."""
    offered = demo_downloads.of(user.la)
    if not offered:
        return
    with st.expander(
        "Files of this demo authority, to try an import with", icon=":material/science:"
    ):
        st.markdown("Every child in these files is invented. Download some, then drop them above.")
        for file in offered:
            st.download_button(
                file.label,
                data=file.make,
                file_name=file.name,
                mime=file.mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"demo_{file.name}",
            )
