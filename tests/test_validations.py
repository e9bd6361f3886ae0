"""Between imports of one return: what is fixed, new, still there, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from cla import importing
from cla.importing import validations
from cla.store import Store, imports, jobs, open_store

LA = "X06000991"
YEAR = 2026
HEADING = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
A, B, C = "A,9,01/05/2012,WBRI,UN1,,", "B,9,01/05/2012,WBRI,UN1,,", "C,9,01/05/2012,WBRI,UN1,,"
B_MENDED, C_ALTERED = "B,F,01/05/2012,WBRI,UN1,0,", "C,8,01/05/2012,WBRI,UN1,,"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'cla.db'}")
    yield opened
    opened.close()


def imported(store: Store, *rows: str, year: int = YEAR) -> str:
    content = "\n".join([HEADING, *rows]).encode()
    job = importing.submit(
        store, la=LA, kind="ssda903", year=year, files=[("header.csv", content)], by="ann",
        any_year=True,
    )  # fmt: skip
    importing.run(store, job.id)
    (made,) = jobs.find(store, LA, job.id).imports  # type: ignore[union-attr]
    return made


def states(found: importing.Followed) -> dict[str, str]:
    sex = found.findings[found.findings["rule"] == "101"]
    return dict(zip(sex["child"], sex["state"].astype("str"), strict=True))


def test_a_first_validation_knows_nothing_before_it(store: Store) -> None:
    found = importing.followed(store, imported(store, A, B), LA)
    assert found is not None
    assert (found.before, found.fixed) == (None, None)
    assert found.findings["state"].isna().all() and found.findings["since"].isna().all()
    assert found.findings["key"].is_unique


def test_the_next_says_what_is_fixed_new_altered_and_known_since_when(store: Store) -> None:
    first = imported(store, A, B, C)
    second = imported(store, C_ALTERED, B_MENDED, A, "D,9,01/05/2012,WBRI,UN1,,")
    found = importing.followed(store, second, LA)
    row = imports.find(store, first, LA)
    assert found is not None and row is not None and found.fixed is not None
    assert states(found) == {"C": "altered", "A": "known", "D": "new"}
    assert found.before == row.created and found.before_id == first
    fixed = found.fixed[found.fixed["rule"] == "101"]
    assert fixed["child"].tolist() == ["B"]
    since = found.findings.set_index(["rule", "child"])["since"]
    assert since["101", "A"] == row.created and since.isna()["101", "D"]


def test_it_is_the_validation_before_whether_reports_use_it_or_not(store: Store) -> None:
    imports.make_current(store, imported(store, A), LA, "ann")
    imported(store, A, B)
    third = importing.followed(store, imported(store, A, B, C), LA)
    assert third is not None
    assert states(third) == {"A": "known", "B": "known", "C": "new"}
    other_year = importing.followed(store, imported(store, A, year=2025), LA)
    assert other_year is not None and other_year.before is None


def test_what_is_known_outlives_the_deleted_import_and_what_was_fixed_goes_with_it(
    store: Store,
) -> None:
    first = imported(store, A, B)
    row = imports.find(store, first, LA)
    second = imported(store, A, B_MENDED)
    imports.delete(store, first, LA, "ann")
    found = importing.followed(store, second, LA)
    assert found is not None and row is not None
    assert states(found) == {"A": "known"}
    assert (found.before, found.before_id, found.fixed) == (row.created, "", None)


def test_imports_kept_without_keys_are_followed_too(store: Store, monkeypatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(
            validations, "follow", lambda findings, tables, before: findings.drop(columns=[])
        )
        older.setattr(importing.kinds, "COMPARED", "something older")
        first, second = imported(store, A, B), imported(store, A, C)
    found = importing.followed(store, second, LA)
    assert found is not None and found.before_id == first and found.fixed is not None
    assert states(found) == {"A": "known", "C": "new"}
    assert set(found.fixed["child"]) == {"B"}
    third = importing.followed(store, imported(store, C), LA)
    assert third is not None and states(third) == {"C": "known"}


def test_another_authority_finds_nothing(store: Store) -> None:
    made = imported(store, A)
    assert importing.followed(store, made, "X06000992") is None
    assert validations.last(store, "X06000992", YEAR) is None


OC2 = (
    "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,"
    "HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED"
)
SCORE, MENDED, ALTERED = (
    f"A,01/05/2012,{cells},0,0,0,0,0,0,0" for cells in ("99,,0", "12,,0", "98,,0")
)


def both(store: Store, *header: str, oc2: tuple[str, ...] = ()) -> importing.Followed:
    """An import of Header and, when there are rows of it, of OC2."""
    files = [("header.csv", "\n".join([HEADING, *header]).encode())]
    if oc2:
        files.append(("oc2.csv", "\n".join([OC2, *oc2]).encode()))
    job = importing.submit(
        store, la=LA, kind="ssda903", year=YEAR, files=files, by="ann", any_year=True
    )
    importing.run(store, job.id)
    done = jobs.find(store, LA, job.id)
    assert done is not None and done.state == "checked", done and done.problems
    found = importing.followed(store, done.imports[0], LA)
    assert found is not None
    return found


def scores(found: pd.DataFrame | None) -> pd.DataFrame:
    """The findings on the SDQ score."""
    assert found is not None
    return found[(found["table"] == "OC2") & (found["fields"] == "SDQ_SCORE")]


def test_a_finding_whose_rule_was_not_run_is_not_fixed(store: Store) -> None:
    """Its file was left out: neither passed nor failed, so neither fixed nor still there."""
    before = both(store, A, B, oc2=(SCORE,))
    found = both(store, A)
    assert found.fixed is not None and found.unchecked is not None
    assert (before.findings["table"] == "OC2").any()
    assert not (found.fixed["table"] == "OC2").any()
    assert set(found.unchecked["table"]) == {"OC2"}
    assert set(found.fixed["child"]) == {"B"}


@pytest.mark.parametrize(
    ("row", "state"), [(SCORE, "known"), (ALTERED, "altered"), (MENDED, "fixed")]
)
def test_a_finding_is_known_again_when_its_file_is_back(store: Store, row: str, state: str) -> None:
    """Left out twice, and since the day of the first validation, not of the last."""
    both(store, A, B, oc2=(SCORE,))
    (first,) = imports.history(store, LA)["created"]
    both(store, A)
    passed_over = both(store, A, C)
    assert len(scores(passed_over.unchecked)) == 1
    assert scores(passed_over.unchecked)["since"].tolist() == [first]
    back = both(store, A, oc2=(row,))
    assert back.unchecked is not None and back.unchecked.empty
    if state == "fixed":
        assert scores(back.findings).empty and len(scores(back.fixed)) == 1
        return
    assert scores(back.findings)["state"].tolist() == [state]
    assert scores(back.findings)["since"].tolist() == [first]
    assert scores(back.fixed).empty


def test_what_was_carried_outlives_the_import_that_found_it(store: Store) -> None:
    both(store, A, oc2=(SCORE,))
    first = imports.history(store, LA).iloc[0]
    both(store, A, B)
    imports.delete(store, first["id"], LA, "ann")
    back = both(store, A, oc2=(SCORE,))
    assert scores(back.findings)["since"].tolist() == [first["created"]]


def test_a_file_that_was_never_there_brings_new_findings(store: Store) -> None:
    both(store, A)
    both(store, A, B)
    found = both(store, A, oc2=(SCORE,))
    assert scores(found.findings)["state"].tolist() == ["new"]


def test_what_is_carried_is_no_table_of_the_return(store: Store) -> None:
    both(store, A, oc2=(SCORE,))
    both(store, A)
    history = imports.history(store, LA)
    newest, oldest = history["id"].iloc[0], history["id"].iloc[1]
    assert len(imports.frame(store, newest, LA, validations.CARRIED)) > 0
    imports.make_current(store, oldest, LA, "ann")
    compared = importing.comparison(store, newest, LA)
    assert compared is not None and set(compared.rows) == {"Header", "OC2"}
    assert (compared.joined, compared.left) == (0, 0)
