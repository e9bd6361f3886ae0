"""The command line as people type it: exit codes, what goes to stdout, sentences on stderr."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from cla import ssda903
from cla.commands import BROKEN, CANNOT, main
from cla.settings import ROOT, settings
from cla.store import Store, audit, imports, open_store, users
from tests.benchmarks import ees_made

LA = "X06000991"
SECRET = "ZZ-CHILD-SECRET-ZZ"
HEADER = (
    "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
    "=1+1,F,27/03/2012,WBRI,UN1,,\n"
    "0042,9,09/09/2014,WBRI,UN1,,\n"
)
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "0042,15/06/2025,S,C2,N1,U6,PR1,,,,AB1 0JD,AB1 0JD,1234567\n"
)
KS2 = (
    "ACADYR,PupilMatchingRef,UPN,SURNAME,FORENAMES,DOB,SEX,LAESTAB,URN,NATRES,LARES,SCHRES,"
    "READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,GPSOUTCOME,GPSSCORE,WRITTAOUTCOME,SCITAOUTCOME\n"
    "2023/2024,1,B801200005001,Ash,Anna,03/02/2013,F,9911001,100001,1,1,1,AS,110,AS,112,AS,104,"
    "GDS,EXS\n"
)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("CLA_DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "header.csv").write_text(HEADER)
    (tmp_path / "episodes.csv").write_text(EPISODES)
    return [str(tmp_path / "header.csv"), str(tmp_path / "episodes.csv")]


def store() -> Store:
    return open_store(settings().database_url)


def findings(*rows: tuple[str, str, str, int, str, tuple[str, ...], str, int]) -> pd.DataFrame:
    columns = ["rule", "severity", "table", "row", "child", "fields", "message", "line"]
    frame = pd.DataFrame(list(rows), columns=columns)
    frame.attrs["not_run"] = [{"rule": "115", "title": "A date", "lacks": "AD1"}]
    return frame


@pytest.fixture
def two_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(
        ("101", "error", "Header", 1, "0042", ("SEX",), "Sex is not a code.", 3),
        ("101", "error", "Header", 0, "=1+1", ("SEX", "DOB"), "Sex is not a code.", 2),
    )
    monkeypatch.setattr(ssda903, "validate", lambda ret: found, raising=False)


def test_validate_shows_findings_by_rule_and_line(
    files: list[str], two_findings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *files, "--year", "2026"]) == 1
    out = capsys.readouterr().out
    assert "101 (error): Sex is not a code.\n    Header: lines 2, 3" in out
    assert "2 findings of 1 rule." in out
    assert "1 rule could not run, for lack of tables or reference data:\n    need AD1: 115" in out


def test_validate_as_csv_gives_a_row_a_finding_and_no_live_formula(
    files: list[str], two_findings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *files, "--year", "2026", "--format", "csv"]) == 1
    out, err = capsys.readouterr()
    assert err.splitlines()[1] == "    need AD1: 115"
    table = pd.read_csv(io.StringIO(out), dtype=str)
    assert table["child"].tolist() == ["0042", "'=1+1"]
    assert table["values"].tolist() == ["SEX: 9", "SEX: F; DOB: 27/03/2012"]
    assert table["fields"].tolist() == ["SEX", "SEX DOB"]
    assert table["line"].tolist() == ["3", "2"]


def test_validate_as_json_says_what_was_not_run(
    files: list[str], two_findings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["validate", *files, "--year", "2026", "--la", "991", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["year"], answer["la"]) == (2026, LA)
    assert answer["rows"] == {"Header": 2, "Episodes": 1}
    assert [each["child"] for each in answer["findings"]] == ["0042", "=1+1"]
    assert answer["findings"][0]["values"] == {"SEX": "9"}
    assert answer["not_run"] == [{"rule": "115", "title": "A date", "lacks": "AD1"}]


def test_validate_finds_nothing_with_exit_code_0(
    files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ssda903, "validate", lambda ret: findings(), raising=False)
    assert main(["validate", *files, "--year", "2026"]) == 0
    assert "Nothing found." in capsys.readouterr().out


def test_validate_with_the_real_rules_finds_the_wrong_sex(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *files, "--year", "2026", "--format", "csv"]) == 1
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype=str)
    assert table.loc[table["rule"] == "101", ["table", "child", "line"]].values.tolist() == [
        ["Header", "0042", "3"]
    ]


def test_files_that_cannot_be_used_have_their_reasons_one_a_line(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cats.csv").write_text("name,colour\nTom,black\n")
    arguments = ["validate", *files, str(tmp_path / "cats.csv"), str(tmp_path / "gone.csv")]
    assert main([*arguments, "--year", "2026"]) == CANNOT
    out, err = capsys.readouterr()
    assert out == ""
    assert {line.split(":")[0].split(",")[0] for line in err.splitlines()} >= {"gone.csv"}
    assert "Traceback" not in err and "Tom" not in err


def test_validate_keeps_nothing(files: list[str], two_findings: None, data_dir: Path) -> None:
    main(["validate", *files, "--year", "2026"])
    assert not data_dir.exists()


def test_import_checks_keeps_and_makes_current(
    files: list[str], two_findings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *files, "--la", "991", "--year", "2026"]) == 0
    assert capsys.readouterr().out == ("ssda903 of 2025-26: current; 3 rows; findings: 2 error.\n")
    row = imports.current(store(), LA, "ssda903", 2026)
    assert row is not None and row.row_counts == {"Header": 2, "Episodes": 1}


def test_import_can_leave_what_is_current(files: list[str], two_findings: None) -> None:
    main(["import", *files, "--la", "991", "--year", "2026", "--keep-only"])
    assert imports.history(store(), LA)["state"].tolist() == ["checked"]


def test_a_zip_is_imported_and_known_again(
    files: list[str], two_findings: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "return.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in files:
            archive.write(path, Path(path).name)
    assert main(["import", str(packed), "--la", LA, "--year", "2026"]) == 0
    assert main(["import", str(packed), "--la", LA, "--year", "2026"]) == CANNOT
    assert "already imported" in capsys.readouterr().err


def test_the_import_of_last_year_is_what_this_year_is_checked_against(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, list[str]]] = []

    def validate(ret: ssda903.Return) -> pd.DataFrame:
        before = ret.previous
        seen.append((ret.year, [] if before is None else before.tables["Header"]["CHILD"].tolist()))
        return findings()

    monkeypatch.setattr(ssda903, "validate", validate, raising=False)
    main(["import", *files, "--la", LA, "--year", "2025", "--any-year"])
    main(["import", *files, "--la", LA, "--year", "2026"])
    assert seen == [(2025, []), (2026, ["=1+1", "0042"])]


def test_a_refused_import_has_its_reasons_on_stderr(
    files: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "header.csv").write_text("CHILD,SEX\n1,2,3\n")
    assert main(["import", *files, "--la", "991", "--year", "2026"]) == CANNOT
    assert "header.csv" in capsys.readouterr().err
    assert imports.history(store(), LA).empty


def test_results_bring_their_stage_and_year(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ks2.csv").write_text(KS2)
    assert main(["results", str(tmp_path / "ks2.csv"), "--la", "991"]) == 0
    assert capsys.readouterr().out.startswith("ks2 of 2023-24: current; 1 row.")
    kept = store()
    row = imports.current(kept, LA, "ks2", 2024)
    assert row is not None
    frame = imports.frame(kept, row.id, LA, "ks2")
    assert frame["upn"].tolist() == ["B801200005001"]
    assert set(imports.frames_of(kept, row.id, LA)) == {
        "ks2", "notices", "flags", "counts", "checks",
    }  # fmt: skip
    assert main(["results", str(tmp_path / "ks2.csv"), "--la", "991"]) == CANNOT
    assert "already imported" in capsys.readouterr().err


def test_published_figures_say_their_years_and_come_in_their_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download = tmp_path / "download.zip"
    with zipfile.ZipFile(download, "w") as archive:
        archive.writestr("data/ks4.csv", ees_made.ks4().content)
    assert main(["published", str(download), "--la", "991"]) == 0
    assert capsys.readouterr().out == "ees_ks4_la of 2025-26: current; 18 rows.\n"
    assert imports.current(store(), LA, "ees_ks4_la", 2026) is not None
    (tmp_path / "other.csv").write_text("A,B\n1,2\n")
    assert main(["published", str(tmp_path / "other.csv"), "--la", "991"]) == CANNOT
    assert "no data set of Explore Education Statistics" in capsys.readouterr().err


def test_a_provider_list_is_kept_and_checked_with(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = [tmp_path / "homes.csv", tmp_path / "other.csv"]
    lists[0].write_text("URN,REG_END\n1234567,31/01/2026\n")
    lists[1].write_text("URN,REG_END\nSC1,\n")
    given = [str(path) for path in lists]
    year = ["--year", "2026"]
    assert main(["validate", *files, *year, "--providers", *given, "--format", "csv"]) == 1
    assert "\n228," in capsys.readouterr().out
    assert main(["providers", *given, "--la", "991", *year]) == 0
    assert capsys.readouterr().out.startswith("providers of 2025-26: current; 2 rows.")
    assert main(["import", *files, "--la", "991", *year]) == 0
    row = imports.current(store(), LA, "ssda903", 2026)
    assert row is not None
    assert "228" in set(imports.frame(store(), row.id, LA, "findings")["rule"])
    assert main(["providers", *files, "--la", "991", "--year", "2027"]) == CANNOT
    assert "header.csv is no list" in capsys.readouterr().err.replace(": ", " ")


def test_last_years_files_can_be_given_to_an_import(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "last_year.csv"
    before.write_text(HEADER.replace("=1+1,F", "=1+1,M"))
    arguments = ["import", *files, "--la", "991", "--year", "2026"]
    assert main([*arguments, "--previous", str(before), "--any-year"]) == 0
    row = imports.current(store(), LA, "ssda903", 2026)
    assert row is not None and row.files[-1].name == "previous year/last_year.csv"
    assert "202" in set(imports.frame(store(), row.id, LA, "findings")["rule"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "x.csv", "--la", "000", "--year", "2026"], "no local authority"),
        (["restore", "nowhere.db"], "is not there"),
        (["users", "disable", "nobody"], "no user called nobody"),
        (["users", "add", "ann", "--role", "vsh"], "--la"),
        (["demo", "--results-for", "x.csv"], "--year"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == CANNOT
    out, err = capsys.readouterr()
    assert words in err and err.count("\n") == 1 and out == ""


def test_an_unexpected_error_is_a_reference_without_its_text(
    files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(ret: ssda903.Return) -> pd.DataFrame:
        raise KeyError(SECRET)

    monkeypatch.setattr(ssda903, "validate", breaks, raising=False)
    assert main(["validate", *files, "--year", "2026"]) == BROKEN
    err = capsys.readouterr().err
    assert "KeyError" in err and "reference" in err
    assert SECRET not in err and "Traceback" not in err


@pytest.mark.parametrize("year", ["26", "two thousand", "２０２６", "-999"])
def test_a_year_is_four_digits(
    files: list[str], year: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["validate", *files, f"--year={year}"])
    assert stopped.value.code == CANNOT
    assert "four digits" in capsys.readouterr().err


def add_ann(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    return main(["users", "add", "Ann", "--role", "analyst", "--la", "831", "--cla"])


def test_people_are_added_with_a_password_from_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add_ann(monkeypatch) == 0
    ann = users.find(store(), "ann")
    assert ann is not None
    assert (ann.role, ann.cla, ann.authorities) == ("analyst", True, ("E06000015",))
    assert PASSWORD not in capsys.readouterr().out
    assert main(["users", "list"]) == 0
    assert "ann · ann · analyst · CLA · E06000015" in capsys.readouterr().out


def test_a_weak_password_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add_ann(monkeypatch, "hunter2") == CANNOT
    err = capsys.readouterr().err
    assert "characters" in err and "hunter2" not in err
    assert users.find(store(), "ann") is None


def test_people_are_disabled_enabled_and_get_new_passwords(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_ann(monkeypatch)
    before = users.password_hash(store(), "ann")
    assert main(["users", "disable", "ann"]) == 0
    assert users.password_hash(store(), "ann") is None
    assert main(["users", "enable", "ann"]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("another long password\n"))
    assert main(["users", "password", "ann"]) == 0
    assert users.password_hash(store(), "ann") not in (None, before)
    assert "password changed" in audit.read(store())["event"].tolist()
    assert audit.read(store())["username"].iloc[0].startswith("command line")


def test_backup_and_restore_bring_the_store_back(
    files: list[str], two_findings: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", *files, "--la", "991", "--year", "2026"])
    file = str(tmp_path / "b.db")
    assert main(["backup", file]) == 0
    row = imports.current(store(), LA, "ssda903", 2026)
    assert row is not None
    imports.delete(store(), row.id, LA, "ann")
    assert main(["restore", file]) == CANNOT
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", file, "--replace"]) == 0
    assert imports.current(store(), LA, "ssda903", 2026) == row
    assert main(["audit"]) == 0


def test_a_lake_holds_what_is_current(
    files: list[str], two_findings: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", *files, "--la", "991", "--year", "2026"])
    assert main(["lake", str(tmp_path / "lake")]) == 0
    assert "Episodes: 1 row\nHeader: 2 rows\n" in capsys.readouterr().out
    part = tmp_path / "lake" / "Header" / f"la={LA}" / "year=2026" / "part.parquet"
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert pd.read_parquet(part)["CHILD"].tolist() == ["=1+1", "0042"]


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from cla.commands import parser; parser().format_help(); "
        "print([m for m in ('pandas', 'sqlalchemy', 'streamlit') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_the_program_runs_as_a_module_and_survives_a_closed_pipe(files: list[str]) -> None:
    shown = subprocess.run(
        f'"{sys.executable}" -m cla validate nowhere.csv --year 2026 2>&1 | head -c 1',
        shell=True, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert shown.stdout == "n"
