"""Loading the demonstration: everything current, and twice is once."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from cla import demo, importing, ssda903
from cla.demo import loading, results
from cla.demo.recipe import authority
from cla.ssda903.providers import read_providers
from cla.stages import STAGES
from cla.store import imports, open_store, users
from tests.demo.conftest import LA


@pytest.fixture()
def two_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """One authority and two years of it, to be quick."""
    monkeypatch.setattr(loading, "authorities", lambda: (authority(LA),))
    monkeypatch.setattr(loading, "years", lambda: (2025, 2026))
    kept = [u for u in results.results_files(LA) if "2024-25" in u.name or "2025-26" in u.name]
    characteristics = demo.characteristics_files(LA)
    census = [u for u in characteristics if "2025-26" in u.name]
    older = [u for u in characteristics if "2024-25" in u.name]
    monkeypatch.setattr(loading, "results_files", lambda la: tuple(kept))
    monkeypatch.setattr(loading, "characteristics_files", lambda la: tuple(older + census))


@pytest.mark.usefixtures("two_years")
def test_a_load_makes_everything_current_and_a_second_does_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    said: list[str] = []
    demo.load(store, said.append)
    current = {(row.kind, row.year) for row in imports.currents(store, LA)}
    kinds = ("ssda903", *STAGES, "census")
    lists = {("providers", 2026), ("current", 2027)}
    assert current == {(k, y) for k in kinds for y in (2025, 2026)} | lists
    assert "Samplebridge: return 2025-26" in said
    row = imports.current(store, LA, "ssda903", 2026)
    assert row is not None
    findings = imports.frame(store, row.id, LA, "findings")
    assert set(demo.planted(LA, 2026)["rule"]) <= set(findings["rule"])
    returns = [row for row in imports.currents(store, LA) if row.kind == "ssda903"]
    assert [row.year for row in returns if importing.something_new(store, row)] == []
    said_of = set(imports.frame(store, row.id, LA, importing.BESIDE)["said"])
    assert "Compared with the current return of 2024-25." in said_of
    assert any(
        one.startswith("Checked with the Ofsted provider list of 2025-26") for one in said_of
    )
    assert imports.frame(store, row.id, LA, "not_run").empty
    census = imports.current(store, LA, "census", 2026)
    assert census is not None
    assert len(imports.frame(store, census.id, LA, "schools")) > census.row_counts["census"]
    account = users.find(store, "demo.vsh")
    assert account is not None and account.demo and account.authorities == (LA,)

    version, history = imports.version(store, LA), len(imports.history(store, LA))
    said.clear()
    demo.load(store, said.append)
    assert said == []
    assert (imports.version(store, LA), len(imports.history(store, LA))) == (version, history)

    lost = imports.current(store, LA, "mtc", 2025)
    assert lost is not None
    imports.delete(store, lost.id, LA, by="ann")
    demo.load(store, said.append)
    assert said == ["Samplebridge: results of six stages"]
    assert {(row.kind, row.year) for row in imports.currents(store, LA)} == current


def test_the_files_offered_are_the_files_of_the_authority() -> None:
    offered = demo.files(LA)
    assert offered[0].name == "ssda903-samplebridge-2025-26.zip"
    assert len(offered) == 10 and all(file.mime == "application/zip" for file in offered)
    packed = offered[0].make()
    assert packed == offered[0].make(), "the ZIP has the time of day in it"
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "header.csv" in archive.namelist() and len(archive.namelist()) == 11
    path_read = ssda903.read(ssda903.Upload("return.zip", packed), year=2026, la=LA)
    assert len(path_read.tables["Header"]) > 350


def test_the_list_that_is_offered_is_the_list_of_the_returns() -> None:
    offered = demo.files(LA)[-1]
    found = read_providers(ssda903.Upload(offered.name, offered.make())).frame
    expected = demo.providers()
    assert found["URN"].tolist() == expected["URN"].tolist()
    assert found["LA_CODE_INFERRED"].tolist() == expected["LA_CODE_INFERRED"].tolist()
    closed = expected["REG_END"] != ""
    assert closed.any() and (found["REG_END"].notna() == closed).all()


def test_each_offer_is_another_file() -> None:
    # the years are bound when the offer is made, not when it is taken
    latest, *_, earliest = demo.files(LA)[:5]
    assert latest.make() != earliest.make()


def test_an_authority_that_is_not_invented_has_no_files() -> None:
    with pytest.raises(KeyError):
        demo.files("E06000014")
    with pytest.raises(ValueError):
        demo.return_files(LA, 2020)


def test_files_can_be_written_to_a_folder(tmp_path: Path, two_years: None) -> None:
    written = demo.write_files(tmp_path)
    own = tmp_path / "samplebridge"
    assert own / "ssda903-2025-26" / "header.csv" in written
    assert own / "school-census" / "census_spring_results_2024-25.csv" in written
    assert own / "current-looked-after-children-2026-06-30.csv" in written
    assert all(path.stat().st_size for path in written)
