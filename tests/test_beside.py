"""What a return is checked with: Ofsted's list and last year's return, kept or handed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from cla import importing
from cla.store import Store, StoreError, audit, imports, jobs, open_store
from cla.store.imports import AlreadyImportedError

LA = "X06000991"
Files = list[tuple[str, bytes]]
LIST = b"URN,PLACE_CODES,PROVIDER_CODES,REG_END\n1234567,K2,PR4,31/01/2026\n"
COLUMNS = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)


def files(sex: str = "F", year: int = 2026) -> Files:
    header = f"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n0042,{sex},09/09/2014,WBRI,UN1,,\n"
    episode = f"0042,15/06/{year - 1},S,C2,N1,K2,PR4,,,,AB1 0JD,AB1 0JD,1234567"
    return [
        ("header.csv", header.encode()),
        ("episodes.csv", f"{COLUMNS}\n{episode}\n".encode()),
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def over(store: Store, job: jobs.Job) -> jobs.Job:
    importing.run(store, job.id)
    found = jobs.find(store, LA, job.id)
    assert found is not None
    return found


def keep(
    store: Store, kind: str, given: Files, year: int = 2026, *, current: bool = True, **more: Files
) -> str:
    job = importing.submit(store, la=LA, kind=kind, year=year, files=given, by="ann", **more)
    done = over(store, job)
    assert (done.state, done.problems) == ("checked", ())
    (import_id,) = done.imports
    if current:
        imports.make_current(store, import_id, LA, "ann")
    return import_id


def rules(store: Store, import_id: str, name: str = "findings") -> set[str]:
    return set(imports.frame(store, import_id, LA, name)["rule"])


def said(store: Store, import_id: str) -> str:
    return " ".join(imports.frame(store, import_id, LA, importing.BESIDE)["said"])


def test_a_list_is_kept_as_an_import_of_its_year(store: Store) -> None:
    kept = keep(store, "providers", [("ofsted.csv", LIST)])
    row = imports.find(store, kept, LA)
    assert row is not None and (row.kind, row.year, row.row_counts) == (
        "providers", 2026, {"providers": 1},
    )  # fmt: skip
    frame = imports.frame(store, kept, LA, "providers")
    assert frame["REG_END"].tolist() == [pd.Timestamp(2026, 1, 31)]
    with pytest.raises(AlreadyImportedError):
        importing.submit(
            store, la=LA, kind="providers", year=2026, files=[("again.csv", LIST)], by="ann"
        )


def test_a_list_that_is_none_is_refused_in_a_sentence(store: Store) -> None:
    job = importing.submit(
        store, la=LA, kind="providers", year=2026, files=[("notes.csv", b"A,B\n1,2\n")], by="ann"
    )
    assert "is no list of providers" in over(store, job).problems[0]
    with pytest.raises(StoreError, match="which collection year this list is of"):
        importing.submit(
            store, la=LA, kind="providers", year=None, files=[("a.csv", LIST)], by="ann"
        )


def test_a_return_is_checked_with_the_list_that_is_kept(store: Store) -> None:
    without = keep(store, "ssda903", files())
    assert "228" in rules(store, without, "not_run") and "228" not in rules(store, without)
    assert "There is no Ofsted provider list" in said(store, without)
    keep(store, "providers", [("ofsted.csv", LIST)])
    checked = keep(store, "ssda903", files("M"))
    assert "228" in rules(store, checked)
    assert "Checked with the Ofsted provider list of 2025-26" in said(store, checked)


@pytest.mark.parametrize(
    ("years", "chosen"),
    [((2024, 2026, 2027), 2026), ((2023, 2025, 2027), 2025), ((2028, 2027), 2027), ((), None)],
)
def test_the_list_of_the_year_else_the_last_before_else_the_next(
    store: Store, years: tuple[int, ...], chosen: int | None
) -> None:
    for year in years:
        keep(store, "providers", [("ofsted.csv", LIST)], year)
    keep(store, "providers", [("other.csv", LIST + b"SC1,K1,PR1,\n")], 2026, current=False)
    row = importing.provider_list(store, LA, 2026)
    assert (row.year if row else None) == chosen
    assert importing.provider_list(store, "X06000992", 2026) is None


def test_last_years_files_are_used_for_one_check_and_not_kept(store: Store) -> None:
    alone = keep(store, "ssda903", files(), current=False)
    checked = keep(store, "ssda903", files(), previous=files("M", 2025))
    compared = rules(store, alone, "not_run") - rules(store, checked, "not_run")
    assert "202" in compared and "202" in rules(store, checked)
    assert "handed in for this check" in said(store, checked)
    row = imports.find(store, checked, LA)
    assert row is not None and row.row_counts == {"Header": 1, "Episodes": 1}
    assert [file.name for file in row.files] == [
        "header.csv", "episodes.csv", "previous year/header.csv", "previous year/episodes.csv",
    ]  # fmt: skip
    assert imports.current(store, LA, "ssda903", 2025) is None


def test_last_years_return_in_the_store_goes_before_files(store: Store) -> None:
    keep(store, "ssda903", files("F", 2025), 2025)
    checked = keep(store, "ssda903", files("F"), previous=files("M", 2025))
    assert "202" not in rules(store, checked) | rules(store, checked, "not_run")
    assert "were not used" in said(store, checked)


def test_wrong_files_of_last_year_are_named_as_such(store: Store) -> None:
    job = importing.submit(
        store, la=LA, kind="ssda903", year=2026, files=files(), by="ann",
        previous=[("notes.csv", b"A,B\n1,2\n")],
    )  # fmt: skip
    assert "notes.csv (previous year)" in over(store, job).problems[0]


def test_a_file_cannot_pass_for_one_of_last_year(store: Store) -> None:
    (header, episodes) = files()
    kept = keep(store, "ssda903", [(f"previous year/{header[0]}", header[1]), episodes])
    row = imports.find(store, kept, LA)
    assert row is not None and set(row.row_counts) == {"Header", "Episodes"}
    assert row.files[0].name == "?previous year/header.csv"


def test_a_kept_return_is_checked_again_when_there_is_something_new(store: Store) -> None:
    first = keep(store, "ssda903", files())
    with pytest.raises(StoreError, match="would find the same"):
        importing.check_again(store, first, LA, "bea")
    keep(store, "providers", [("ofsted.csv", LIST)])
    done = over(store, importing.check_again(store, first, LA, "bea"))
    assert (done.state, done.problems) == ("checked", ())
    again = imports.find(store, done.imports[0], LA)
    before = imports.find(store, first, LA)
    assert again is not None and before is not None and again.id != first
    assert (again.files, again.row_counts, again.state) == (
        before.files, before.row_counts, "checked",
    )  # fmt: skip
    assert again.created_by == "bea" and before.is_current
    found = imports.frame(store, again.id, LA, "findings")
    assert found.loc[found["rule"] == "228", "line"].tolist() == [2]
    assert not importing.something_new(store, again)
    assert importing.something_new(store, before)
    assert audit.verify(store).intact
    with pytest.raises(AlreadyImportedError):
        importing.submit(store, la=LA, kind="ssda903", year=2026, files=files(), by="ann")


def test_checking_again_with_the_same_twice_is_one_import(store: Store) -> None:
    first = keep(store, "ssda903", files())
    keep(store, "ssda903", files("M", 2025), 2025)
    done = over(store, importing.check_again(store, first, LA, "bea"))
    assert "202" in rules(store, done.imports[0])
    twice = over(store, importing.check_again(store, first, LA, "bea"))
    assert twice.state == "refused" and "already imported" in twice.problems[0]


def test_only_a_return_of_this_authority_can_be_checked_again(store: Store) -> None:
    first = keep(store, "ssda903", files())
    listing = keep(store, "providers", [("ofsted.csv", LIST)])
    for import_id, la in ((first, "X06000992"), (listing, LA), ("nothing", LA)):
        with pytest.raises(StoreError, match="no such return"):
            importing.check_again(store, import_id, la, "bea")


def test_a_return_deleted_before_its_check_is_said(store: Store) -> None:
    first = keep(store, "ssda903", files())
    keep(store, "providers", [("ofsted.csv", LIST)])
    job = importing.check_again(store, first, LA, "bea")
    imports.delete(store, first, LA, "ann")
    done = over(store, job)
    assert done.state == "refused" and "deleted meanwhile" in done.problems[0]
