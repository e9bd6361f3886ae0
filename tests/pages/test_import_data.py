"""The import wizard: files recognised, year confirmed, checked by a worker, made current."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cla import demo, importing
from cla.access import User
from cla.demo.files import as_zip
from cla.files import Upload
from cla.stages import STAGES
from cla.store import Store, imports, jobs
from cla.ui import data, import_files
from tests.pages.conftest import SignedIn
from tests.pages.filled.conftest import text
from tests.results.rows import BEN, ks2
from tests.ui import stock


@pytest.fixture
def wizard(store: Store, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Import page of an analyst; imports run in this process."""
    monkeypatch.setattr(importing, "start", stock.start_here)
    return signed_in("analyst", authorities=(stock.LA,), page="import_data.py")


def upload(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        at.file_uploader[0].upload(name, content, "text/csv")
    at.run()
    assert not at.exception, at.exception
    return at


def invented(*names: str) -> list[tuple[str, bytes]]:
    files = [(one.name, one.content) for one in stock.made_return().uploads]
    return [file for file in files if not names or file[0].split(".")[0] in names]


def check(at: AppTest) -> AppTest:
    at.button(key="import_check").click().run()
    assert not at.exception, at.exception
    return at


def test_each_file_is_named_with_what_it_was_taken_for(wizard):
    at = upload(wizard, *invented())
    shown = at.table[0].value
    made = stock.made_return()
    rows = dict(zip(shown["Taken for"], shown["Rows"], strict=True))
    assert rows["Episodes"] == f"{made.row_counts['Episodes']:,}"
    assert len(shown) == len(made.uploads)
    assert at.selectbox(key="import_year_ssda903_0").value == stock.YEAR
    assert not at.error and not at.button(key="import_check").disabled


def test_missing_tables_are_named_with_what_they_are_needed_for(wizard):
    at = upload(wizard, *invented("header", "episodes"))
    said = text(at)
    assert "not among these files" in " ".join(box.label for box in at.expander)
    assert "SDQ scores" in said and not at.button(key="import_check").disabled


def test_a_file_that_is_no_table_is_a_sentence_and_stops_the_check(wizard):
    at = upload(wizard, *invented("header", "episodes"), ("notes.csv", b"A,B\n1,2\n"))
    assert "notes\\.csv" in at.error[0].value and "no table of the return" in at.error[0].value
    assert at.button(key="import_check").disabled
    assert "✗ cannot be used" in at.table[0].value["State"].tolist()


def test_check_then_make_current(wizard, store):
    at = check(upload(wizard, *invented()))
    made = stock.made_return()
    assert [header.value for header in at.header] == ["3 Check", "4 Make current"]
    assert at.success[0].value.startswith("**Usable.**")
    assert f"{len(made.frames['findings']):,} things" in at.success[0].value
    assert imports.currents(store, stock.LA) == []
    most = at.dataframe[0].value
    assert len(most) == min(10, made.frames["findings"]["rule"].nunique())
    at.button(key="import_make_current").click().run()
    assert not at.exception
    (row,) = imports.currents(store, stock.LA)
    assert row.year == stock.YEAR and "Current since" in text(at)


def test_what_was_checked_waits_for_whoever_comes_back(wizard, store, signed_in):
    check(upload(wizard, *invented()))
    at = signed_in("analyst", authorities=(stock.LA,), page="import_data.py")
    assert "is not in use yet" in text(at)
    (go_on,) = [button for button in at.button if button.label == "Continue"]
    go_on.click().run()
    assert at.header[-1].value == "4 Make current"


def test_a_running_check_is_shown_to_whoever_opens_the_page(store, signed_in):
    job = importing.submit(
        store, la=stock.LA, kind="ssda903", year=stock.YEAR, files=invented(), by="ann"
    )
    jobs.claim(store, job.id)
    jobs.progress(store, job.id, "Checking the return", 0.4)
    at = signed_in("analyst", authorities=(stock.LA,), page="import_data.py")
    assert not at.exception and at.header[0].value == "3 Check"
    assert "Checking the return" in str(at.get("progress")[0].proto)
    other = signed_in("analyst", authorities=(stock.OTHER,), page="import_data.py")
    assert other.header[0].value == "1 Files"
    other.query_params["job"] = job.id
    other.run()
    assert other.header[0].value == "1 Files"


def test_the_same_files_again_change_nothing(wizard, store):
    at = check(upload(wizard, *invented()))
    at.button(key="import_make_current").click().run()
    at.button(key="import_again").click().run()
    at = check(upload(at, *invented()))
    assert "already imported" in at.error[0].value
    assert len(imports.history(store, stock.LA)) == 1


def test_a_second_return_is_compared_with_the_current_one(wizard, store):
    stock.put(store, stock.made_return())
    files = dict(invented())
    lines = files["header.csv"].splitlines(keepends=True)
    files["header.csv"] = b"".join(lines[:-1])
    at = check(upload(wizard, *files.items()))
    said = text(at)
    assert "Beside the current one: 0 children joined" in said
    assert "Beside the validation of" in said and "still there" in said
    assert "Reports will use this instead of the SSDA903 return 2024-25" in said


def test_a_return_of_no_year_asks_for_the_year(wizard):
    at = upload(
        wizard, ("header.csv", b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,1,01/01/2015,WBRI,,0,\n")
    )
    assert at.selectbox(key="import_year_ssda903_0").value is None
    assert "Choose it yourself" in at.warning[0].value
    assert at.button(key="import_check").disabled


def test_refused_files_say_why_and_nothing_changed(wizard, store):
    at = upload(wizard, *invented())
    at.selectbox(key="import_year_ssda903_0").set_value(2027).run()
    assert "not in the year chosen" in at.warning[0].value
    at = check(at)
    assert "**Not usable.** Nothing was changed." in at.error[0].value
    assert imports.history(store, stock.LA).empty


def test_results_of_several_stages_become_current_together(wizard, store):
    at = wizard
    at.segmented_control(key="import_kind").set_value("results").run()
    year = f"{stock.YEAR - 1}-{stock.YEAR % 100}"
    files = [(one.name, one.content) for one in demo.results_files(stock.LA) if year in one.name]
    at = upload(at, *files)
    assert at.table[0].value["Taken for"].str.contains(" results 2024/25").all()
    at = check(at)
    at.button(key="import_make_current").click().run()
    assert not at.exception
    assert {row.kind for row in imports.currents(store, stock.LA)} == set(STAGES)
    linked = [link.proto.label for link in at.get("page_link")]
    assert {"Early years summary", "Key stage 1 benchmark", "Progress benchmark"} <= set(linked)
    assert linked.count("Early years summary") == 1


def test_a_zip_that_mixes_stages_is_named_file_by_file(wizard, store):
    year = f"{stock.YEAR - 1}-{stock.YEAR % 100}"
    inside = [one for one in demo.results_files(stock.LA) if year in one.name][-2:]
    census = Upload("census.csv", b"UPN,EntryDate,SENprovision\nB801200005001,01/09/2020,N\n")
    packed = as_zip([*inside, census])
    wizard.segmented_control(key="import_kind").set_value("results").run()
    at = upload(wizard, ("npd_results.zip", packed))
    shown = at.table[0].value
    assert shown["Taken for"].tolist()[:2] == [
        "Key stage 2 results 2024/25", "Key stage 4 results 2024/25",
    ]  # fmt: skip
    assert shown["State"].tolist()[2] == "– set aside: no results of pupils"
    assert not at.button(key="import_check").disabled
    at = check(at)
    assert [header.value for header in at.subheader][:2] == [
        "Key stage 2 results 2024/25", "Key stage 4 results 2024/25",
    ]  # fmt: skip
    assert "census" in text(at)


def test_rows_that_disagree_are_counted_kept_and_downloadable(wizard, store, signed_in):
    wizard.segmented_control(key="import_kind").set_value("results").run()
    rows = ks2("2024/2025,1,B801200005001,Ash,Anna,03/02/2013,F,9911001,100001,1,1,1,AS,95,AS,112,"
               "AS,104,GDS,EXS", BEN.replace("2023/2024", "2024/2025"))  # fmt: skip
    at = check(upload(wizard, (rows.name, rows.content)))
    assert "1 row disagrees with itself" in text(at)
    (shown,) = [table.value for table in at.table if table.value.index.name == "Check"]
    assert shown["Rows"].tolist() == ["1"] and "READSCORE" in shown["Columns"].iloc[0]
    assert "B801200005001" not in text(at)
    offered = [one.proto.label for one in at.get("download_button")]
    assert "Rows that disagree (CSV)" in offered
    at.button(key="import_make_current").click().run()
    found = data.checks_of(person("analyst"), "ks2", 2025)
    assert found["line"].tolist() == [2] and found["upn"].tolist() == ["B801200005001"]
    assert "upn" not in data.checks_of(person("administrator"), "ks2", 2025)
    assert data.checks_of(person("analyst"), "ks4", 2025) is None


def person(role):
    return User(role, "A Person", role, True, (stock.LA,), stock.LA)


@pytest.mark.parametrize(("given", "kind"), [("current", "current"), ("nonsense", "ssda903")])
def test_a_link_can_say_the_kind(store, signed_in, given, kind):
    at = signed_in("analyst", authorities=(stock.LA,))
    at.run()
    at.query_params["import_kind"] = given
    at.switch_page("import_data.py").run()
    assert not at.exception
    assert at.segmented_control(key="import_kind").value == kind


def test_demo_files_are_offered_in_demo_mode_only(store, signed_in, monkeypatch):
    at = signed_in("analyst", authorities=(stock.LA,), page="import_data.py")
    assert not at.get("download_button")
    monkeypatch.setenv("CLA_DEMO", "1")
    at.run()
    offered = [one.proto.label for one in at.get("download_button")]
    assert offered == [file.label for file in demo.files(stock.LA)] and len(offered) > 5


def test_recognition_keeps_the_name_people_gave(store):
    found = import_files.recognise("census", [Upload("what is this.csv", b"A,B\n1,2\n")])
    assert found.files[0].name == "what is this.csv" and not found.usable


@pytest.mark.parametrize("role", ["vsh", "viewer", "administrator"])
def test_only_analysts_import(store, signed_in, role):
    with pytest.raises(ValueError, match="Known pages"):
        signed_in(role, authorities=(stock.LA,), page="import_data.py")


LIST = b"URN,PLACE_CODES,PROVIDER_CODES,REG_END\n1234567,K2,PR4,31/03/2019\nSC1,K1,PR1,\n"


def keep_list(at: AppTest) -> AppTest:
    """Import an Ofsted list of the year of the stock and make it current."""
    at.segmented_control(key="import_kind").set_value("providers").run()
    at = upload(at, ("ofsted.csv", LIST))
    assert at.table[0].value["Taken for"].tolist() == ["Ofsted provider list"]
    assert at.button(key="import_check").disabled
    at.selectbox[-1].set_value(stock.YEAR).run()
    at = check(at)
    assert "2 providers" in at.success[0].value
    at.button(key="import_make_current").click().run()
    assert not at.exception and "checked again in Import history" in text(at)
    return at


def beside(at: AppTest) -> list[str]:
    (shown,) = [table.value for table in at.table if table.value.index.name == "Beside the files"]
    return shown["State"].tolist()


def test_an_ofsted_list_is_kept_and_named_when_a_return_comes(wizard, store):
    at = upload(wizard, *invented("header", "episodes"))
    assert beside(at) == ["– none yet", "– none", "✓ installed"]
    at = keep_list(at)
    (row,) = imports.currents(store, stock.LA)
    assert (row.kind, row.year, row.row_counts) == ("providers", stock.YEAR, {"providers": 2})
    at.button(key="import_again").click().run()
    at.segmented_control(key="import_kind").set_value("ssda903").run()
    at = upload(at, *invented("header", "episodes"))
    assert beside(at)[0].startswith("✓ of 2024-25, imported")
    assert "Checked with the Ofsted provider list of 2024-25" in text(check(at))


def test_a_file_that_is_no_list_stops_the_check(wizard):
    wizard.segmented_control(key="import_kind").set_value("providers").run()
    at = upload(wizard, ("notes.csv", b"A,B\n1,2\n"))
    assert "is no list of providers" in at.error[0].value


def test_last_years_files_can_be_handed_in_for_one_check(wizard, store):
    at = upload(wizard, *invented("header", "episodes"))
    last_year = [(one.name, one.content) for one in stock.made_return(stock.YEAR - 1).uploads]
    for name, content in last_year:
        at.file_uploader[1].upload(name, content, "text/csv")
    at.run()
    assert beside(at)[1] == f"✓ {len(last_year)} files for this check"
    at = check(at)
    assert "handed in for this check" in text(at)
    assert not imports.history(store, stock.LA)["year"].eq(stock.YEAR - 1).any()


def test_last_years_uploader_is_not_there_when_the_return_is_kept(wizard, store):
    stock.put(store, stock.made_return(stock.YEAR - 1))
    at = upload(wizard, *invented("header", "episodes"))
    assert len(at.file_uploader) == 1 and beside(at)[1].startswith("✓ kept, imported")


def choose_return(history: AppTest) -> None:
    """Choose the latest return in the history."""
    (picker,) = [box for box in history.selectbox if box.label == "Import to look at"]
    picker.select(next(one for one in picker.options if one.startswith("SSDA903"))).run()


def test_a_return_is_checked_again_from_the_history(wizard, store, signed_in):
    at = check(upload(wizard, *invented("header", "episodes")))
    at.button(key="import_make_current").click().run()
    (first,) = imports.currents(store, stock.LA)
    history = signed_in("analyst", authorities=(stock.LA,), page="import_history.py")
    choose_return(history)
    assert "What you can do" in [header.value for header in history.subheader]
    assert not any(button.label == "Check again" for button in history.button)
    at.button(key="import_again").click().run()
    keep_list(at)
    history.run()
    choose_return(history)
    history.button(key=f"again_{first.id}").click().run()
    assert not history.exception
    assert [header.value for header in history.header] == ["3 Check", "4 Make current"]
    assert "Checked with the Ofsted provider list" in text(history)
    again = imports.history(store, stock.LA).iloc[0]
    assert (again["kind"], again["state"]) == ("ssda903", "checked")
    assert again["files"] == ("header.csv", "episodes.csv")
