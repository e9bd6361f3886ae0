"""Published figures on the Import page: dropped, recognised, checked, made current."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cla import importing
from cla.store import Store, imports
from tests.benchmarks import ees_made as made
from tests.pages.conftest import SignedIn
from tests.pages.filled.conftest import text
from tests.ui import stock


@pytest.fixture
def wizard(store: Store, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Import page of an analyst, at published figures; imports run in this process."""
    monkeypatch.setattr(importing, "start", stock.start_here)
    at = signed_in("analyst", authorities=(stock.LA,), page="import_data.py")
    at.segmented_control(key="import_kind").set_value("published").run()
    assert not at.exception
    return at


def drop(at: AppTest, *files) -> AppTest:
    for file in files:
        at.file_uploader[0].upload(file.name, file.content, "text/csv")
    at.run()
    assert not at.exception, at.exception
    return at


def check(at: AppTest) -> AppTest:
    at.button(key="import_check").click().run()
    assert not at.exception, at.exception
    return at


def test_a_download_is_recognised_file_by_file(wizard):
    guidance = b"Outcomes for children in need\nReporting year 2026\n"
    at = drop(
        wizard,
        made.zipped(
            {"data/ks4_la.csv": made.ks4().content, "data-guidance/data-guidance.txt": guidance}
        ),
    )
    shown = at.table[0].value
    taken = shown["Taken for"].tolist()
    assert "authorities; Reporting year 2026, Revised; 2025/26" in taken[0].replace("\\", "")
    assert shown["Rows"].tolist() == ["18", ""]
    assert "set aside" in shown["State"].tolist()[1] and "guidance" in taken[1]
    assert not at.error and not at.button(key="import_check").disabled
    assert not [box for box in at.selectbox if "year" in box.label]


def test_a_file_of_another_theme_is_a_sentence_and_stops_the_check(wizard):
    row = made.line(made.YEAR, made.ENGLAND, workforce_fte="9")
    at = drop(wizard, made.upload([*made.PLACES, "workforce_fte"], [row], "workforce.csv"))
    assert "is not read here" in at.error[0].value and "workforce" in at.error[0].value
    assert at.button(key="import_check").disabled


def test_check_then_make_current_then_the_history(wizard, store, signed_in):
    unknown = made.ks4(new_figure="7")
    lines = unknown.content.decode().splitlines()
    with_column = "\n".join([lines[0] + ",new_figure", *(line + ",7" for line in lines[1:])])
    at = check(drop(wizard, made.Upload("ks4.csv", with_column.encode())))
    said = text(at)
    assert "18 figures read" in at.success[0].value and "1 authority" in at.success[0].value
    assert "new\\_figure" in said or "new_figure" in said
    assert "each of its figures stands in place" in said
    assert imports.currents(store, stock.LA) == []
    at.button(key="import_make_current").click().run()
    assert not at.exception
    (row,) = imports.currents(store, stock.LA)
    assert (row.kind, row.year) == ("ees_ks4_la", 2026)
    assert "Benchmarks are compared with these figures" in text(at)
    listed = signed_in("analyst", authorities=(stock.LA,), page="import_history.py").dataframe[0]
    assert listed.value["What"].tolist() == ["Outcomes, key stage 4, authorities, to 2025/26 (DfE)"]


def test_a_second_release_says_what_it_changes(wizard, store):
    at = check(drop(wizard, made.ks4()))
    at.button(key="import_make_current").click().run()
    at.button(key="import_again").click().run()
    at.segmented_control(key="import_kind").set_value("published").run()
    at = check(drop(at, made.ks4("final.csv", avg_att8="21")))
    said = text(at)
    assert "0 figures new, 3 changed, 15 the same, 0 no longer in it" in said
    assert "of the same data set and year is replaced" in said
