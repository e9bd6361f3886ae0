"""Nothing to show, or something went wrong: one sentence, and what to do next."""

from __future__ import annotations

import streamlit as st

from cla.access import User


def nothing_yet(sentence: str, user: User) -> None:
    """An empty page: what is missing, and who can bring it. Ends the run."""
    st.info(sentence, icon=":material/info:")
    if user.can("cla.import"):
        st.page_link("import_data.py", label="Import a return or results", icon=":material/upload:")
    else:
        st.markdown("An analyst of your authority can import it.")
    st.stop()


def nobody_left() -> None:
    """The filters leave nobody: say so rather than draw an empty chart."""
    st.info(
        "No child matches these filters. Take one away, or reset them.",
        icon=":material/filter_alt_off:",
    )
