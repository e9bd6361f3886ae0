"""Results of unknown layout on the Import page: columns and codes named by hand, and remembered."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cla import importing
from cla.store import Store, audit, decisions, imports
from tests.pages.filled.conftest import text
from tests.results.test_ctf import ANNA, BEN, MTC, assessment, pupil, transfer
from tests.ui import stock

PORTAL = (
    "Pupil UPN,Family name,First name,Date of birth,Gender,Reading outcome,Reading scaled score,"
    "Maths outcome,Maths scaled score,Writing TA,House\n"
    f"{ANNA},Ash,Anna,03/02/2013,F,AS,110,AS,112,GDS,Red\n"
    f"{BEN},Birch,Ben,09/10/2012,M,AS,95,NS,96,EXS,Blue\n"
)
SHOWN = ["Ash", "Birch", "Anna", "Ben", "03/02/2013", "110", "Red"]


@pytest.fixture
def wizard(store: Store, signed_in, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Import page of an analyst, results chosen; imports run in this process."""
    monkeypatch.setattr(importing, "start", stock.start_here)
    at = signed_in("analyst", authorities=(stock.LA,), page="import_data.py")
    return at.segmented_control(key="import_kind").set_value("results").run()


def upload(at: AppTest, name: str, content: str | bytes) -> AppTest:
    raw = content.encode() if isinstance(content, str) else content
    at.file_uploader[0].upload(name, raw, "text/csv")
    return run(at)


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception, at.exception
    return at


def box(at: AppTest, label: str):
    (found,) = [one for one in at.selectbox if one.label.replace("\\", "") == label]
    return found


def press(at: AppTest, label: str) -> AppTest:
    (button,) = [one for one in at.button if one.label == label]
    assert not button.disabled, f"{label} is disabled"
    button.click()
    return run(at)


def disabled(at: AppTest, label: str) -> bool:
    (button,) = [one for one in at.button if one.label == label]
    return button.disabled


def say_key_stage_2(at: AppTest) -> AppTest:
    box(at, "What the file holds").select("ks2")
    run(at)
    box(at, "Academic year").select(2025)
    return run(at)


def test_an_unknown_file_is_mapped_checked_made_current_and_remembered(wizard, store) -> None:
    at = upload(wizard, "portal.csv", PORTAL)
    assert "is no known results file" in at.error[0].value
    assert disabled(at, f"Check for {report_name(at)}")
    box(at, "What the file holds").select("ks2")
    run(at)
    assert "does not say the academic year" in at.warning[0].value
    assert disabled(at, "Use and remember")
    at = say_key_stage_2(at)
    assert box(at, "Unique pupil number").value == "Pupil UPN"
    assert box(at, "Scaled score: reading").value == "Reading scaled score"
    assert box(at, "Date of birth").value == "Date of birth"
    said = text(at)
    assert "2 rows, 2 pupils, 2 with a UPN" in said
    at = press(at, "Use and remember")
    assert at.table[0].value["Taken for"].tolist() == ["Key stage 2 results 2024/25"]
    assert "Test Person named on" in text(at)
    assert audit.read(store)["event"].tolist().count("decisions recorded") == 1

    at.button(key="import_check").click()
    run(at)
    assert "**1 row disagrees with itself.**" in text(at)
    assert at.table[0].value["Rows"].tolist() == ["1"]
    at.button(key="import_make_current").click()
    run(at)
    (row,) = imports.currents(store, stock.LA)
    assert (row.kind, row.year) == ("ks2", 2025)
    frame = imports.frame(store, row.id, stock.LA, "ks2")
    assert frame["read_score"].tolist() == [110.0, 95.0]
    checks = imports.frame(store, row.id, stock.LA, "checks")
    assert checks["line"].tolist() == [3]


def report_name(at: AppTest) -> str:
    return box_text(at, "Local authority")


def box_text(at: AppTest, label: str) -> str:
    (found,) = [one for one in at.text_input if one.label == label]
    return found.value


def test_no_cell_of_a_child_is_shown(wizard) -> None:
    at = say_key_stage_2(upload(wizard, "portal.csv", PORTAL))
    options = " ".join(option for one in at.selectbox for option in one.options)
    assert "Reading scaled score · whole numbers, 100% filled" in options
    everything = f"{text(at)} {options}"
    assert not [cell for cell in SHOWN if f" {cell} " in everything]


def test_a_mapping_can_be_changed_and_forgotten(wizard, store) -> None:
    at = press(say_key_stage_2(upload(wizard, "portal.csv", PORTAL)), "Use and remember")
    (toggle,) = [one for one in at.toggle if one.label == "Change the mapping"]
    toggle.set_value(True)
    run(at)
    box(at, "Scaled score: reading").select("")
    run(at)
    at = press(at, "Use and remember")
    standing = decisions.current(store, stock.LA)["mapping"].iloc[0]
    assert standing.get("column read_score") != "Reading scaled score"
    assert standing["column read_outcome"] == "Reading outcome"
    at = press(at, "Forget the mapping")
    assert "mapping" not in decisions.current(store, stock.LA)
    assert "is no known results file" in at.error[0].value


def test_a_column_is_one_thing_only(wizard) -> None:
    at = say_key_stage_2(upload(wizard, "portal.csv", PORTAL))
    box(at, "Scaled score: reading").select("Maths scaled score")
    at.multiselect[0].set_value([])
    run(at)
    box(at, "Test outcome: maths").select("Maths scaled score")
    run(at)
    assert "A column can be one thing only" in at.error[-1].value
    assert disabled(at, "Use and remember")


def test_what_is_still_needed_is_said(wizard) -> None:
    at = upload(wizard, "portal.csv", "Pupil UPN,Remark\n" + ANNA + ",good\n")
    box(at, "What the file holds").select("mtc")
    run(at)
    assert "Still needed: one of these: Marks" in at.info[-1].value.replace("\\", "")


def test_doubled_headings_are_numbered_and_can_be_named(wizard, store) -> None:
    doubled = f"UPN,Score,Score\n{ANNA},101,99\n"
    at = upload(wizard, "doubled.csv", doubled)
    assert "same heading more than once" in at.error[0].value
    at = say_key_stage_2(at)
    box(at, "Scaled score: reading").select("Score")
    run(at)
    at.multiselect[0].set_value(["mat_score"])
    run(at)
    box(at, "Scaled score: maths").select("Score (2)")
    run(at)
    at = press(at, "Use and remember")
    assert at.table[0].value["Taken for"].tolist() == ["Key stage 2 results 2024/25"]


def test_a_first_line_of_data_is_not_offered_as_headings(wizard) -> None:
    at = upload(wizard, "no_head.csv", f"{ANNA},Ash,03/02/2013,F\n{BEN},Birch,09/10/2012,M\n")
    assert not [one for one in at.selectbox if one.label == "What the file holds"]
    assert ANNA not in text(at) and "Ash" not in text(at)


def test_a_recognised_file_can_be_named_by_hand_too(wizard, store) -> None:
    known = (
        "ACADYR,UPN,READSCORE,READOUTCOME,MATOUTCOME,WRITTAOUTCOME,My maths\n"
        f"2024/2025,{ANNA},101,AS,AS,EXS,103\n"
    )
    at = upload(wizard, "ks2.csv", known)
    assert not at.error
    (toggle,) = [one for one in at.toggle if one.label == "Name columns by hand"]
    toggle.set_value(True)
    run(at)
    assert box(at, "What the file holds").value == "ks2"
    at.multiselect[0].set_value(["mat_score"])
    run(at)
    box(at, "Scaled score: maths").select("My maths")
    run(at)
    at = press(at, "Use and remember")
    standing = decisions.current(store, stock.LA)["mapping"].iloc[0]
    assert standing["column mat_score"] == "My maths"
    assert "column read_score" not in standing  # recognised anyway


def test_a_recognised_column_can_be_left_out(wizard, store) -> None:
    known = f"ACADYR,UPN,READSCORE,GPSSCORE\n2024/2025,{ANNA},101,103\n"
    at = upload(wizard, "ks2.csv", known)
    (toggle,) = [one for one in at.toggle if one.label == "Name columns by hand"]
    toggle.set_value(True)
    run(at)
    assert at.multiselect[0].value == ["gps_score"]
    at.multiselect[0].set_value([])
    run(at)
    at = press(at, "Use and remember")
    standing = decisions.current(store, stock.LA)["mapping"].iloc[0]
    assert standing["column gps_score"] == ""


def test_kinds_of_results_in_a_transfer_file_are_named_and_forgotten(wizard, store) -> None:
    score = ("KS2", "ENG", "REA", "TT", "NL")
    file = transfer(
        pupil(ANNA, assessment(MTC, "20"), assessment(score, "104")),
        pupil(BEN, assessment(score, "99")),
    )
    at = upload(wizard, "ctf.xml", file.content)
    assert at.table[0].value["Taken for"].tolist() == ["Multiplication check results 2023/24"]
    (kind,) = [one for one in at.selectbox if "KS2/ENG/REA/TT/NL" in one.label]
    assert "2 results, whole numbers" in kind.label
    kind.select(("ks2", "read_score"))
    run(at)
    at = press(at, "Use and remember")
    taken = at.table[0].value["Taken for"].tolist()
    assert taken == ["Multiplication check results 2023/24, Key stage 2 results 2023/24"]
    at = press(at, "Forget")
    assert at.table[0].value["Taken for"].tolist() == ["Multiplication check results 2023/24"]
