"""What a return will be checked with beside its own files, and what is missing for which rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from cla import importing, ssda903
from cla.access import User, current_store
from cla.files import Upload
from cla.importing import BESIDE
from cla.reports import year_name
from cla.ssda903 import postcodes
from cla.store import Store
from cla.store.imports import ImportRow
from cla.ui import data, import_files
from cla.ui.words import counted, safe_md

_LIST_FOR = (
    "whether a provider's number is on the list and fits the placement, and whether its"
    " registration has ended"
)
_LAST_YEAR_FOR = "what changed since last year: dates of birth, sex, episodes that were open"
_DIRECTORY_FOR = "which authority a placement is in and how far it is from home"


def draw(user: User, year: int, last_years_files: Sequence[Upload]) -> None:
    """The lists and last year's return: there or missing, and what they are needed for."""
    store = current_store()
    listing = importing.provider_list(store, user.la, year)
    before = importing.previous_return(store, user.la, year)
    last_year = _last_year(before, last_years_files)
    directory = "– not installed" if postcodes.lacking_directory() else "✓ installed"
    table = pd.DataFrame(
        [
            ("Ofsted provider list", _kept(listing), _rules(year, _reads_list), _LIST_FOR),
            (
                f"Return of {year_name(year - 1)}",
                last_year,
                _rules(year, _reads_last_year),
                _LAST_YEAR_FOR,
            ),
            ("Postcode directory", directory, _rules(year, _reads_postcodes), _DIRECTORY_FOR),
        ],
        columns=["Beside the files", "State", "Rules", "Needed for"],
    )
    st.markdown("What the return is checked with:")
    st.table(
        table.set_index("Beside the files"),
        border="horizontal",
        alt="Lists that the return is checked with",
    )
    if listing is None:
        st.caption(
            "You can go on without; rules that lack a list are not run, and Data quality says"
            " which. Import a list as “Ofsted provider list” at any time, and check the return"
            " again in Import history."
        )


def last_years_files(user: User, year: int, key: str) -> import_files.Recognition | None:
    """An uploader for last year's files, where no return of that year is kept; what they are."""
    if importing.previous_return(current_store(), user.la, year) is not None:
        return None
    name = year_name(year - 1)
    given = st.file_uploader(
        f"If you like: the files of {name}, to compare with",
        accept_multiple_files=True,
        max_upload_size=import_files.MOST_MEGABYTES,
        key=key,
        help=f"No return of {name} is kept. Files dropped here are used for this check alone and"
        " then removed; to keep them, import them as a return of their own.",
    )
    if not given:
        return None
    uploads = [Upload(file.name, file.getvalue()) for file in given]
    found = import_files.recognise("ssda903", uploads, year - 1)
    problems = [problem for file in found.files for problem in file.problems]
    if not found.usable:
        lines = "\n".join(f"- {safe_md(line)}" for line in (*problems, *found.problems))
        st.error(
            f"Some files of {name} cannot be used as they are.\n\n{lines}", icon=":material/error:"
        )
    return found


def was_checked_with(user: User, row: ImportRow) -> None:
    """What an import was checked with, in sentences; nothing for one that does not say."""
    frame = data.import_frame(user.la, row.id, BESIDE)
    if frame is not None:
        said = " ".join(text for text in frame["said"] if text)
        st.caption(safe_md(said))


def can_be_checked_again(store: Store, row: ImportRow) -> bool:
    """Whether there is something, rules or lists, that a return was not checked with."""
    return row.kind == "ssda903" and importing.something_new(store, row)


def _kept(row: ImportRow | None) -> str:
    if row is None:
        return "– none yet"
    return f"✓ of {year_name(row.year)}, imported {row.created:%d/%m/%Y}"


def _last_year(before: ImportRow | None, files: Sequence[Upload]) -> str:
    if before is not None:
        return f"✓ kept, imported {before.created:%d/%m/%Y}"
    return f"✓ {counted(len(files), 'file')} for this check" if files else "– none"


def _rules(year: int, reads: Callable[[str], bool]) -> str:
    """How many rules of a year have a need of that sort."""
    return f"{sum(any(map(reads, rule.needs)) for rule in ssda903.rulebook(year).values()):,}"


def _reads_list(need: str) -> bool:
    return need.split(".")[0] == "providers"


def _reads_last_year(need: str) -> bool:
    return need.split(".")[0].endswith("_last") or need == "flags_of_both_years"


def _reads_postcodes(need: str) -> bool:
    return need == "postcodes" or need.rpartition(".")[2] in postcodes.COLUMNS
