"""Data quality: findings by rule, child and table, what changed, what is accepted, the files."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from cla import ssda903
from cla.store import acceptances, audit
from cla.ui import children, quality, quality_downloads, quality_words
from tests.pages.filled.conftest import text
from tests.ui import stock

PAGE = "data_quality.py"


@pytest.fixture
def findings():
    found = stock.made_return().frames["findings"]
    return found.assign(child=found["child"].astype("str").str.upper())


def metric(at, name: str) -> str:
    (found,) = [one.value for one in at.metric if one.label == name]
    return found


def view(at, name: str):
    at.segmented_control(key="q_view").set_value(name).run()
    assert not at.exception, at.exception
    return at


def has_button(at, key: str) -> bool:
    return key in {one.key for one in at.button}


def accept_one_rule(at, code: str, note: str):
    """Accept every finding of a rule on the page by rule."""
    at.selectbox(key="q_rules_choice").set_value(code).run()
    at.text_area[0].set_value(note)
    (button,) = [one for one in at.button if one.label == "Accept"]
    button.click().run()
    assert not at.exception, at.exception
    return at


def rare_rule(findings: pd.DataFrame) -> tuple[str, int]:
    """A rule with findings in one table only, and how many."""
    tables = findings[["rule", "table"]].astype("str").drop_duplicates()["rule"].value_counts()
    counts = findings["rule"].astype("str").value_counts()[tables.index[tables == 1]]
    return str(counts.idxmin()), int(counts.min())


def test_totals_are_those_of_the_rules(open_page, findings):
    at = open_page("analyst", PAGE)
    assert metric(at, "Findings") == f"{len(findings):,}"
    assert metric(at, "Children") == f"{findings['child'].nunique():,}"
    assert metric(at, "Rules") == f"{findings['rule'].nunique():,}"
    assert metric(at, "Not run") == f"{len(stock.made_return().frames['not_run']):,}"


def test_by_rule_the_most_frequent_first_with_its_records(open_page, findings):
    at = open_page("analyst", PAGE)
    counts = findings["rule"].astype(str).value_counts()
    listed = at.dataframe[0].value
    assert listed["Findings"].tolist() == sorted(counts, reverse=True)
    assert dict(zip(listed["Rule"], listed["Findings"], strict=True)) == counts.to_dict()
    code, count = rare_rule(findings)
    at.selectbox(key="q_rules_choice").set_value(code).run()
    assert at.subheader[0].value == f"Rule {code}"
    assert ssda903.rulebook(stock.YEAR)[code].title in text(at)
    assert "An x marks the records that fail" in text(at)
    (records,) = [one.value for one in at.dataframe if "Look at" in one.value]
    assert len(records) == min(count, 50)
    assert set(records["CHILD"].str.removeprefix("✗ ")) <= set(
        findings.loc[findings["rule"].astype(str) == code, "child"]
    )
    field = records["Look at"].iloc[0].split(", ")[0]
    assert records[field].str.startswith("✗").all()


def test_a_page_of_records_is_sent_and_no_more(open_page, findings, monkeypatch):
    monkeypatch.setattr(quality_words, "ROWS_AT_ONCE", 3)
    at = view(open_page("analyst", PAGE), "table")
    name = at.dataframe[0].value["Table"].iloc[0]
    rows = findings.loc[findings["table"].astype(str) == name, "row"].unique()
    assert len(rows) > 3 and f"Records 1 to 3 of {len(rows):,}" in text(at)
    (records,) = [one.value for one in at.dataframe if "Look at" in one.value]
    assert records.index.tolist() == rows[:3].tolist()
    at.session_state[f"q_records_page_{name}"] = 2
    at.run()
    (records,) = [one.value for one in at.dataframe if "Look at" in one.value]
    assert records.index.tolist() == rows[3:6].tolist()


def test_by_table_and_by_child(open_page, findings):
    at = view(open_page("analyst", PAGE), "table")
    assert at.dataframe[0].value["Findings"].sum() == len(findings)
    view(at, "child")
    counts = findings["child"].value_counts()
    listed = at.dataframe[0].value
    assert listed["Findings"].tolist() == counts.tolist()[:50]
    assert len(listed["Which"].iloc[0].split(", ")) == listed["Rules"].iloc[0]


def test_children_without_findings_are_hidden_until_asked_for(open_page, findings):
    at = view(open_page("analyst", PAGE), "child")
    named = set().union(
        *(set(t["CHILD"].dropna().str.upper()) for t in stock.made_return().frames.values()
          if "CHILD" in t)
    )  # fmt: skip
    clean = named - set(findings["child"].dropna())
    (toggle,) = [one for one in at.toggle if one.key == "q_hide_clean"]
    assert toggle.label == f"Hide children without findings ({len(clean):,})"
    toggle.set_value(False).run()
    assert f"of {len(named):,}" in text(at)


def test_one_child_on_one_screen_with_every_table_and_the_failing_cells_marked(open_page, findings):
    at = view(open_page("analyst", PAGE), "child")
    child = at.dataframe[0].value["Child"].iloc[0]
    at.button(key="q_open_child").click().run()
    own = findings[findings["child"] == child]
    assert f"Child {child}: {len(own):,} findings" in at.subheader[0].value.replace("\\", "")
    assert at.dataframe[0].value["Rule"].tolist() == own["rule"].astype(str).tolist()
    tables = stock.made_return().frames
    held = [n for n, t in tables.items() if "CHILD" in t and n[0].isupper()
            and (t["CHILD"].str.upper() == child).any()]  # fmt: skip
    assert len(at.table) == len(held)
    cells = "".join(str(cell) for one in at.table for cell in one.value.to_numpy().ravel())
    assert cells.count("orange-background") >= own["row"].nunique()


def test_the_address_of_a_child_is_an_opaque_reference_and_the_view_is_written_down(
    open_page, store, findings
):
    child = str(findings["child"].iloc[0])
    reference = children.reference(stock.LA, child)
    at = open_page("analyst", PAGE, child=reference)
    assert f"Child {child}" in text(at)
    assert child not in str(dict(at.query_params))
    seen = audit.read(store, (stock.LA,), event="child viewed")
    assert json.loads(seen["detail"].iloc[0]) == {"child": reference}
    at.button(key="q_all_children").click().run()
    assert at.dataframe[0].value["Findings"].sum() == len(findings)


@pytest.mark.parametrize("given", ["", "0" * 20, "../x", "![](http://x.example)", "1"])
def test_an_address_that_is_no_child_shows_the_list(open_page, findings, given):
    at = open_page("analyst", PAGE, child=given)
    assert at.dataframe[0].value["Findings"].sum() == len(findings)


def test_the_next_child_follows_in_the_list(open_page, findings):
    at = view(open_page("analyst", PAGE), "child")
    order = at.dataframe[0].value["Child"].tolist()
    at.button(key="q_open_child").click().run()
    at.button(key="q_chevron_right").click().run()
    assert order[1] in at.subheader[0].value
    at.button(key="q_chevron_left").click().run()
    assert order[0] in at.subheader[0].value


def test_rules_not_run_say_what_they_need(open_page):
    at = view(open_page("analyst", PAGE), "not_run")
    shown = at.dataframe[0].value
    lacking = stock.made_return().frames["not_run"]
    assert set(shown["Rule"]) <= set(lacking["rule"])
    assert len(shown) == min(len(lacking), 50)
    assert shown["What it needs"].str.len().min() > 2
    assert "neither a pass nor a failure" in text(at)


def test_filters_narrow_with_their_counts(open_page, findings):
    book = ssda903.rulebook(stock.YEAR)
    stages = findings["rule"].astype(str).map(lambda code: book[code].stage)
    at = open_page("analyst", PAGE)
    assert f"stage 1 ({(stages == '1').sum():,})" in at.pills(key="q_stage").options
    at.pills(key="q_stage").set_value(["1"]).run()
    assert at.dataframe[0].value["Findings"].sum() == (stages == "1").sum()
    assert f"{(stages == '1').sum():,} of {len(findings):,} findings: stage 1." in text(at)


def test_search_finds_a_rule_or_a_child(open_page, findings):
    at = open_page("analyst", PAGE)
    code, _ = rare_rule(findings)
    at.text_input(key="q_search").set_value(code.lower()).run()
    assert code in at.dataframe[0].value["Rule"].tolist()
    child = str(findings["child"].iloc[0])
    at.text_input(key="q_search").set_value(child).run()
    assert at.dataframe[0].value["Findings"].sum() == (findings["child"] == child).sum()
    assert child not in str(dict(at.query_params))
    at.text_input(key="q_search").set_value("nobody and nothing").run()
    assert "No finding matches these filters." in text(at)


def test_new_findings_are_told_from_known_and_fixed_ones(open_page, store, findings):
    made = stock.made_return()
    kept = made.frames["findings"]
    first, gone = kept.iloc[3:], kept.iloc[:-1]
    before = replace(made, uploads=made.uploads[:1], frames={**made.frames, "findings": first})
    again = replace(made, uploads=made.uploads[1:2], frames={**made.frames, "findings": gone})
    stock.put(store, before)
    stock.put(store, again)
    at = open_page("vsh", PAGE)
    assert metric(at, "New") == "3" and metric(at, "Fixed") == "1"
    at.pills(key="q_state").set_value(["new"]).run()
    assert at.dataframe[0].value["Findings"].sum() == 3
    at.pills(key="q_state").set_value([]).run()
    view(at, "changes")
    counts = at.dataframe[0].value
    assert (counts["New"].sum(), counts["Fixed"].sum()) == (3, 1)
    assert counts["Still there"].sum() == len(gone) - 3
    at.segmented_control(key="q_changes").set_value("fixed").run()
    assert at.dataframe[1].value["Rule"].tolist() == [str(kept["rule"].iloc[-1])]


def test_a_first_validation_has_nothing_to_compare_with(open_page):
    at = view(open_page("vsh", PAGE), "changes")
    assert "This is the first validation of this return" in text(at)
    assert not [one for one in at.metric if one.label in ("New", "Fixed")]


def test_accepted_findings_stay_accepted_and_open_again(open_page, store, findings):
    """The way of an acceptance: by rule, apart, in the next validation, taken back."""
    code, count = rare_rule(findings)
    at = accept_one_rule(open_page("analyst", PAGE), code, "Checked with the social worker.")
    assert f"{count} finding{'s' if count > 1 else ''} accepted." in text(at)
    assert metric(at, "Accepted") == f"{count:,}"
    assert at.dataframe[0].value["Findings"].sum() == len(findings) - count
    assert code not in at.dataframe[0].value["Rule"].tolist()
    at.toggle(key="q_accepted").set_value(True).run()
    assert at.dataframe[0].value["Findings"].sum() == len(findings)

    stock.put(store, replace(stock.made_return(), uploads=stock.made_return().uploads[:1]))
    at = view(open_page("analyst", PAGE), "accepted")
    shown = at.dataframe[0].value
    assert shown["Why"].unique().tolist() == ["Checked with the social worker."]
    assert shown["Accepted by"].unique().tolist() == ["Test Person"]
    assert shown["Rule"].tolist() == [code] * count
    at.button(key="q_take_back").click().run()
    assert acceptances.of(store, stock.LA, stock.YEAR).empty
    view(at, "rule")
    assert at.dataframe[0].value["Findings"].sum() == len(findings)
    events = audit.read(store, (stock.LA,))["event"].tolist()
    assert events.count("findings accepted") == events.count("acceptances taken back") == 1


def test_an_acceptance_ends_when_the_record_is_changed(open_page, store, findings):
    code, _ = rare_rule(findings)
    accept_one_rule(open_page("analyst", PAGE), code, "as it is")
    made = stock.made_return()
    name = str(findings.loc[findings["rule"].astype(str) == code, "table"].iloc[0])
    altered = made.frames[name].assign(NOTED="changed")
    stock.put(store, replace(made, uploads=made.uploads[:1], frames={**made.frames, name: altered}))
    at = open_page("analyst", PAGE)
    assert metric(at, "Accepted") == "0"
    assert at.dataframe[0].value["Findings"].sum() == len(findings)
    assert "hold no more" in text(view(at, "accepted")) or "holds no more" in text(at)


def test_a_note_is_needed(open_page, store, findings):
    at = accept_one_rule(open_page("analyst", PAGE), rare_rule(findings)[0], "   ")
    assert "note" in at.error[0].value
    assert acceptances.of(store, stock.LA, stock.YEAR).empty


def test_a_virtual_school_head_reads_acceptances_and_makes_none(open_page, store, findings):
    code, _ = rare_rule(findings)
    accept_one_rule(open_page("analyst", PAGE), code, "as it is")
    at = open_page("vsh", PAGE)
    assert not [one for one in at.button if one.label == "Accept"]
    assert len(view(at, "accepted").dataframe[0].value)
    assert not has_button(at, "q_take_back")


def test_the_files_hold_what_is_on_the_screen(open_page, store, findings):
    at = open_page("analyst", PAGE)
    at.pills(key="q_stage").set_value(["1"]).run()
    from cla.access import User
    from cla.ui import quality_data

    user = User("ann", "Ann", "analyst", True, (stock.LA,), stock.LA)
    checked = quality_data.checked_return(user, stock.YEAR)
    assert checked is not None
    own = checked.findings[checked.findings["stage"] == "1"]
    lines = ["OFFICIAL-SENSITIVE", "Findings"]
    csv = quality_downloads.as_csv(checked, own, lines).decode("utf-8-sig")
    assert csv.count("\r\n") == len(lines) + 2 + len(own)
    first = own.iloc[0]
    table = stock.made_return().frames[str(first["table"])]
    field = quality.fields_of(first["fields"])[0]
    sent = str(table.loc[first["row"], field] or "")
    assert f"{field}: {sent}" in csv.splitlines()[len(lines) + 2]
    content = quality_downloads.workbook(checked, own, lines)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    tables = sorted(own["table"].astype(str).unique(), key=ssda903.layout.TABLES.index)
    assert book.sheet_names == ["Rules", *tables, "Not run"]
    for name in tables:
        rows = book.get_sheet_by_name(name).to_python()
        assert len(rows) - 2 == own.loc[own["table"] == name, "row"].nunique()
    assert sum(int(row[1]) for row in book.get_sheet_by_name("Rules").to_python()[4:]) == len(own)


def test_home_and_the_page_of_a_child_count_what_is_open_and_name_what_is_accepted(
    open_page, store, findings
):
    code, count = rare_rule(findings)
    child = str(findings.loc[findings["rule"].astype(str) == code, "child"].iloc[0])
    own = findings[findings["child"] == child]
    assert f"{len(findings):,} open findings in the return" in text(open_page("vsh", "home.py"))
    accept_one_rule(open_page("analyst", PAGE), code, "as it is")
    said = text(open_page("vsh", "home.py"))
    assert f"{len(findings) - count:,} open findings in the return" in said
    assert f"{count:,} accepted." in said
    assert "accepted" not in text(open_page("viewer", "home.py"))
    at = open_page("vsh", "pupil_details.py", child=children.reference(stock.LA, child))
    accepted = int((own["rule"].astype(str) == code).sum())
    plural = "" if len(own) - accepted == 1 else "s"
    assert f"{len(own) - accepted} open finding{plural} about this child; {accepted} accepted" in (
        text(at)
    )
    (shown,) = [one.value for one in at.dataframe if "State" in one.value.columns]
    assert shown.set_index("Rule")["State"].to_dict()[code] == "accepted"


def test_acceptances_of_one_year_leave_the_counts_of_another(open_page, store, findings):
    accept_one_rule(open_page("analyst", PAGE), rare_rule(findings)[0], "as it is")
    before = len(stock.made_return(2024).frames["findings"])
    said = text(open_page("vsh", "home.py", year="2024"))
    assert f"{before:,} open findings in the return: severity not stated." in said
