"""Import in four steps: files, authority and year, check, make current. Can be left and resumed."""

import streamlit as st

from cla.access import require
from cla.ui import import_page, import_result, report_page
from cla.ui.words import safe_md

user = require("cla.import")

st.title("Import")
st.caption(safe_md(report_page.authority_name(user.la)))
job = import_page.job_on_show(user)
if job is None:
    import_page.left_unfinished(user)
    kind = import_page.choose_kind()
    uploads = import_page.choose_files(kind, user)
    if uploads:
        import_page.confirm_and_check(kind, uploads, user)
    import_page.demo_files(user)
else:
    import_page.files_of(job)
    if job.active:
        import_page.watch(job.id)
    else:
        import_result.draw(job, user)
    import_page.begin_again()
