"""Findings are known again by their record, wherever it stands in the file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.ssda903 import Return, tracking
from cla.ssda903.findings import check_all
from tests.ssda903.rules.random_returns import random_return, tables

SEEN = pd.Timestamp("2026-04-20 09:00", tz="UTC")
LATER = pd.Timestamp("2026-05-04 09:00", tz="UTC")


def finding(rule: str, row: int, child: str | None, table: str = "Header") -> dict[str, object]:
    return {"rule": rule, "table": table, "row": row, "child": child, "fields": "SEX"}


def frame(*findings: dict[str, object]) -> pd.DataFrame:
    made = pd.DataFrame(findings, columns=["rule", "table", "row", "child", "fields"])
    return made.astype({"rule": "str", "table": "str", "child": "str", "row": "int64"})


def header(*rows: tuple[str | None, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["CHILD", "SEX", "DOB"], dtype="str")


def keyed(findings: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    return findings.assign(key=tracking.keys(findings, {"Header": table}))


@pytest.mark.parametrize("seed", range(3))
def test_permuting_rows_keeps_the_keys(seed: int) -> None:
    dice = np.random.default_rng(seed)
    straight = {name: one.reset_index(drop=True) for name, one in tables(seed, 40).items()}
    turned = {
        n: f.iloc[dice.permutation(len(f))].reset_index(drop=True) for n, f in straight.items()
    }
    field_rules = []
    for made in (straight, turned):
        ret = Return.from_tables(made, 2026, "E06000014")
        found = check_all(ret).findings
        # rules that look at one record alone: which of them fail cannot depend on the order
        found = found[found["rule"].isin(["101", "102", "103", "141", "143", "144", "145", "147"])]
        field_rules.append(set(tracking.keys(found, ret.tables)))
    assert field_rules[0] == field_rules[1]
    assert len(field_rules[0]) > 20


def test_keys_are_unique_and_do_not_depend_on_the_order_of_findings_or_columns() -> None:
    ret = random_return(4)
    found = check_all(ret).findings
    keys = tracking.keys(found, ret.tables)
    assert keys.is_unique and keys.str.fullmatch("[0-9a-f]{16}").all()
    turned = {name: one[one.columns[::-1]] for name, one in ret.tables.items()}
    again = tracking.keys(found.sample(frac=1, random_state=1), turned)
    once = found.drop_duplicates(["rule", "table", "row"]).index
    assert len(once) == len(found)
    assert set(again) == set(keys)


def test_changing_any_cell_of_the_record_changes_the_key_and_no_other() -> None:
    findings = frame(finding("101", 0, "A"), finding("101", 1, "B"))
    before = keyed(findings, header(("A", "9", "01/05/2012"), ("B", "9", None)))["key"]
    for changed in (("A", "8", "01/05/2012"), ("A", "9", "02/05/2012"), ("A", "9", None)):
        after = keyed(findings, header(changed, ("B", "9", None)))["key"]
        assert (after == before).tolist() == [False, True]


def test_a_blank_column_more_or_less_is_the_same_record_and_cells_do_not_swap_places() -> None:
    findings = frame(finding("101", 0, "A"))
    table = header(("A", "9", None))
    wider = table.assign(MC_DOB=pd.Series([None], dtype="str"))
    assert keyed(findings, table)["key"].equals(keyed(findings, wider)["key"])
    assert not keyed(findings, table)["key"].equals(
        keyed(findings, header(("A", None, "9")))["key"]
    )


def test_the_rule_and_the_table_are_part_of_the_key() -> None:
    table = header(("A", "9", None))
    findings = frame(finding("101", 0, "A"), finding("102", 0, "A"), finding("101", 0, "A", "OC3"))
    assert tracking.keys(findings, {"Header": table, "OC3": table}).is_unique


def test_records_sent_twice_are_numbered() -> None:
    twice = header(("A", "9", None), ("A", "9", None), ("B", "9", None))
    found = keyed(frame(*(finding("101", row, c) for row, c in enumerate("AAB"))), twice)
    assert found["key"].is_unique
    once = keyed(
        frame(finding("101", 0, "B"), finding("101", 1, "A")),
        twice.iloc[[2, 0]].reset_index(drop=True),
    )
    changes = tracking.compare(once, found, SEEN)
    assert changes.findings["state"].tolist() == [tracking.KNOWN] * 2
    assert len(changes.fixed) == 1 and changes.fixed["child"].tolist() == ["A"]


def test_fixed_new_known_and_altered_with_their_counts() -> None:
    before = keyed(
        frame(finding("101", 0, "A"), finding("101", 1, "B"), finding("102", 2, "C")),
        header(("A", "9", None), ("B", "9", None), ("C", "1", None)),
    )
    now = keyed(
        frame(finding("101", 1, "B"), finding("102", 0, "C"), finding("103", 2, None)),
        header(("C", "2", None), ("B", "9", None), (None, None, "x")),
    )
    changes = tracking.compare(now, before, SEEN)
    assert changes.findings["state"].tolist() == ["known", "altered", "new"]
    assert changes.findings["since"].tolist() == [SEEN, SEEN, pd.NaT]
    assert changes.fixed["child"].tolist() == ["A"]
    counts = changes.counts().set_index("rule")
    assert counts.loc["101"].to_dict() == {"fixed": 1, "new": 0, "still": 1}
    assert counts.loc["102"].to_dict() == {"fixed": 0, "new": 0, "still": 1}
    assert counts.loc["103"].to_dict() == {"fixed": 0, "new": 1, "still": 0}


def test_since_is_carried_from_validation_to_validation() -> None:
    table = header(("A", "9", None), ("B", "9", None))
    one = tracking.unfollowed(keyed(frame(finding("101", 0, "A")), table))
    assert one["since"].isna().all() and one["state"].isna().all()
    both = keyed(frame(finding("101", 0, "A"), finding("101", 1, "B")), table)
    two = tracking.compare(both, one, SEEN).findings
    three = tracking.compare(both, two, LATER).findings
    assert two["since"].tolist() == [SEEN, pd.NaT]
    assert three["since"].tolist() == [SEEN, LATER]


def test_nothing_before_and_nothing_now() -> None:
    none = keyed(frame(), header())
    some = keyed(frame(finding("101", 0, "A")), header(("A", "9", None)))
    assert tracking.compare(some, none, SEEN).findings["state"].tolist() == ["new"]
    gone = tracking.compare(none, some, SEEN)
    assert gone.findings.empty and len(gone.fixed) == 1
    assert gone.counts().loc[0].tolist() == ["101", 1, 0, 0]
    assert tracking.compare(none, none, SEEN).counts().empty


cells = st.sampled_from(["1", "9", "x", None])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ABC"), cells, cells), max_size=8), st.randoms())
def test_what_was_before_is_fixed_or_still_there_and_what_is_now_new_or_known(rows, dice) -> None:
    """Whatever the records, however they are turned: nothing is counted twice or lost."""
    kept = [row for row in rows if dice.random() < 0.7]
    dice.shuffle(kept)
    before = keyed(frame(*(finding("1", n, row[0]) for n, row in enumerate(rows))), header(*rows))
    now = keyed(frame(*(finding("1", n, row[0]) for n, row in enumerate(kept))), header(*kept))
    changes = tracking.compare(now, before, SEEN)
    assert (changes.findings["state"] == "known").all()
    assert len(changes.fixed) == len(rows) - len(kept)
