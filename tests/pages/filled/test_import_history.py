"""The import history: what is listed, made current, deleted, and by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cla.store import imports
from tests.pages.filled.conftest import text
from tests.ui import stock


def choose(at, store, import_id: str):
    (picker,) = [box for box in at.selectbox if box.label == "Import to look at"]
    picker.set_value(import_id).run()
    assert not at.exception
    return at


def current(store, kind: str = "ssda903", year: int = stock.YEAR):
    return imports.current(store, stock.LA, kind, year)


def test_every_import_is_listed_newest_first(open_page, store):
    at = open_page("vsh", "import_history.py")
    listed = at.dataframe[0].value
    assert len(listed) == len(imports.history(store, stock.LA))
    assert "SSDA903 return 2024-25" in listed["What"].tolist()
    assert set(listed["State"]) == {"current: reports use it"}
    assert listed["Imported"].str.contains(":").all()


def test_one_import_shows_files_rows_and_findings(open_page, store):
    at = choose(open_page("vsh", "import_history.py"), store, current(store).id)
    made = stock.made_return()
    files, rows = at.table[0].value, at.table[1].value
    assert len(files) == len(made.uploads)
    assert rows.loc["Episodes", "Rows"] == f"{made.row_counts['Episodes']:,}"
    assert f"{len(made.frames['findings']):,} finding" in text(at)
    assert not [button for button in at.button if button.label in ("Make current", "Delete ...")]


def test_an_analyst_makes_an_older_import_current_again(open_page, store):
    first = current(store).id
    made = stock.made_return()
    stock.put(store, replace(made, uploads=made.uploads[:1]))
    assert current(store).id != first
    at = choose(open_page("analyst", "import_history.py"), store, first)
    assert "Reports will use this instead of the SSDA903 return 2024-25" in text(at)
    at.button(key=f"current_{first}").click().run()
    assert not at.exception and current(store).id == first
    assert "is now current" in text(at)


def test_deleting_says_what_goes_and_asks(open_page, store):
    row = current(store)
    at = choose(open_page("analyst", "import_history.py"), store, row.id)
    said = text(at)
    assert f"This removes {sum(row.row_counts.values()):,} rows" in said
    assert at.warning and "Reports use this import" in at.warning[0].value
    really = at.button(key=f"really_{row.id}")
    assert really.disabled
    at.checkbox(key=f"sure_{row.id}").check().run()
    at.button(key=f"really_{row.id}").click().run()
    assert imports.find(store, row.id, stock.LA) is None and current(store) is None


def test_names_of_files_are_shown_and_not_read_as_markup(open_page, store):
    nasty = "![x](http://evil.example/x.png)<b>#.csv"
    made = stock.made_return(stock.YEARS[0])
    named = replace(made.uploads[0], name=nasty)
    kept = stock.put(store, replace(made, uploads=(named,)))
    at = choose(open_page("vsh", "import_history.py"), store, kept)
    (shown,) = at.table[0].value.index
    assert shown.startswith(r"\!\[x\]\(http\:") and "\\<b\\>" in shown


@pytest.mark.parametrize("role", ["viewer"])
def test_a_viewer_cannot_open_it(open_page, role):
    with pytest.raises(ValueError, match="Known pages"):
        open_page(role, "import_history.py")
