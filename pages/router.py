"""The script of the app: sign in, the one table of pages and who may open them, run the page.

It stands inside ``pages/`` on purpose. A folder of that name *beside* the script would make
Streamlit run its files as pages of their own, before anybody has signed in.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from cla.access import Permission, User, guard, sign_in

HERE = Path(__file__).parent


class Entry(NamedTuple):
    """A page: its file, title, address, the permission it needs, and whether the menu shows it."""

    file: str
    title: str
    address: str
    needs: Permission
    in_menu: bool = True


PAGES = {
    "": [Entry("home.py", "Home", "", "cla.view")],
    "Reports": [
        Entry("trends.py", "Trends", "trends", "cla.view"),
        Entry("case_finder.py", "Case finder", "cases", "cla.pupils"),
        Entry("pupil_details.py", "Pupil details", "pupil", "cla.pupils", in_menu=False),
    ],
    "Early years and phonics": [
        Entry("early_summary.py", "Early years Summary", "early-summary", "cla.view"),
    ],
    "Key stage 1": [
        Entry("ks1_benchmark.py", "KS1 Benchmark", "ks1-benchmark", "cla.view"),
        Entry("ks1_summary.py", "KS1 Summary", "ks1-summary", "cla.view"),
        Entry("ks1_pupil_list.py", "KS1 Pupil list", "ks1-pupils", "cla.pupils"),
        Entry("ks1_pupil_details.py", "KS1 Pupil details", "ks1-details", "cla.pupils"),
    ],
    "Key stage 2": [
        Entry("ks2_benchmark.py", "KS2 Benchmark", "ks2-benchmark", "cla.view"),
        Entry("ks2_summary.py", "KS2 Summary", "ks2-summary", "cla.view"),
        Entry("ks2_pupil_list.py", "KS2 Pupil list", "ks2-pupils", "cla.pupils"),
        Entry("ks2_pupil_details.py", "KS2 Pupil details", "ks2-details", "cla.pupils"),
    ],
    "Progress from KS1 to KS2": [
        Entry("progress_benchmark.py", "Progress Benchmark", "progress-benchmark", "cla.view"),
        Entry("progress_pupil_list.py", "Progress Pupil list", "progress-pupils", "cla.pupils"),
    ],
    "Key stage 4": [
        Entry("att8_benchmark.py", "Attainment 8 Benchmark", "att8-benchmark", "cla.view"),
        Entry("att8_pupil_list.py", "Attainment 8 Pupil list", "att8-pupils", "cla.pupils"),
        Entry("ks4_benchmark.py", "KS4 Benchmark", "ks4-benchmark", "cla.view"),
        Entry("ks4_summary.py", "KS4 Summary", "ks4-summary", "cla.view"),
        Entry("ks4_pupil_list.py", "KS4 Pupil list", "ks4-pupils", "cla.pupils"),
        Entry("ks4_pupil_details.py", "KS4 Pupil details", "ks4-details", "cla.pupils"),
    ],
    "Children": [
        Entry("matching.py", "Who is matched", "matching", "cla.pupils"),
        Entry("match_queue.py", "Matches to decide", "match-queue", "cla.import"),
        Entry("cohort.py", "Cohort", "cohort", "cla.pupils"),
    ],
    "Data": [
        Entry("import_data.py", "Import", "import", "cla.import"),
        Entry("import_history.py", "Import history", "history", "cla.history"),
        Entry("data_quality.py", "Data quality", "data-quality", "cla.quality"),
        Entry("exchange.py", "Share figures", "share", "cla.import"),
    ],
}


def page(entry: Entry) -> st.Page:
    """The page as Streamlit registers it; Home is what opens without an address."""
    return st.Page(
        entry.file,
        title=entry.title,
        url_path=entry.address,
        default=entry.address == "",
        visibility="visible" if entry.in_menu else "hidden",
    )


def menu(user: User | None) -> dict[str, list[st.Page]]:
    """The pages this person may open, by section; for nobody all, so that a link survives."""
    allowed = {
        section: [
            page(entry)
            for entry in entries
            if (HERE / entry.file).exists() and (user is None or user.can(entry.needs))
        ]
        for section, entries in PAGES.items()
    }
    return {section: pages for section, pages in allowed.items() if pages}


user = guard.current_user()
st.set_page_config(page_title="CLA dashboard", layout="wide" if user else "centered")
if user is None:
    st.navigation(menu(None), position="hidden")
    sign_in.show()
    st.stop()
pages = menu(user)
guard.account(user)
if not pages:
    pages = {"Home": [st.Page(lambda: guard.refuse(user), title="No access", default=True)]}
st.navigation(pages, expanded=True).run()
