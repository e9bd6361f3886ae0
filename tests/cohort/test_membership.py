"""Who belongs: the list of children looked after now, decisions, and the end of a key stage."""

import pandas as pd
import pytest

from cla import cohort, ssda903
from cla.cohort import membership
from cla.cohort.membership import EVERY, LEAVE_OUT, TAKE_IN

BOY, GIRL = "1", "2"
EARLY, LATE, JOINED = "05/11/2014", "02/02/2015", "30/09/2014"


def children() -> pd.DataFrame:
    """A and B looked after on 31 March 2026, C left in the autumn; B has no UPN yet."""
    header = pd.DataFrame(
        {
            "CHILD": ["A", "B", "C"],
            "SEX": [BOY, GIRL, BOY],
            "DOB": [EARLY, LATE, JOINED],
            "ETHNIC": ["WBRI", None, "WBRI"],
            "UPN": ["B801200005001", "UN4", "H801200001001"],
        },
        dtype="str",
    )
    episodes = pd.DataFrame(
        {
            "CHILD": ["A", "B", "C"],
            "DECOM": ["01/02/2024", "01/12/2025", "01/02/2024"],
            "RNE": "S",
            "LS": "C2",
            "CIN": "N1",
            "PLACE": "U6",
            "DEC": [None, None, "20/10/2025"],
            "REC": [None, None, "E4"],
        },
        dtype="str",
    )
    tables = {"Header": header, "Episodes": episodes}
    return cohort.children(ssda903.Return.from_tables(tables, year=2026, la="E06000014"))


def listed(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["child", "upn", "dob"]).astype({"child": "str"})
    return frame.assign(
        upn=frame["upn"].astype("str"),
        upn_grade=frame["upn"].notna().map({True: "permanent", False: "blank"}),
        dob=pd.to_datetime(frame["dob"], format="%d/%m/%Y"),
        sex="F",
        ethnic="WBRI",
        started=pd.Timestamp(2026, 5, 15),
        ls="V2",
        place="K2",
        as_at=pd.Timestamp(2026, 6, 30),
    )


def test_joiners_have_a_row_and_leavers_are_known() -> None:
    frame = membership.with_current(
        children(), listed(("A", None, EARLY), ("N", "R674123101121", LATE)), 2026
    )
    assert frame["child"].tolist() == ["A", "B", "C", "N"]
    assert frame.loc[frame["current"], "child"].tolist() == ["A", "N"]
    moves = membership.movements(frame)
    assert dict(zip(moves["child"], moves["movement"], strict=True)) == {"B": "left", "N": "joined"}


def test_a_joiner_has_the_care_of_the_list_and_the_age_of_31_march() -> None:
    frame = membership.with_current(children(), listed(("N", "R674123101121", EARLY)), 2026)
    joiner = frame.set_index("child").loc["N"]
    assert (joiner["age"], joiner["year_group"], joiner["months_in_care"]) == (11, 6, 1)
    assert (joiner["placement"], joiner["time_in_care"]) == ("homes", "under_1")
    assert not joiner[["looked_after_12_months", "at_31_march", "any_time"]].any()


def test_without_a_list_nobody_is_current_and_nothing_else_changes() -> None:
    before = children()
    frame = membership.with_current(before, None, 2026)
    assert not frame["current"].any()
    pd.testing.assert_frame_equal(frame.drop(columns="current"), before)


def test_the_types_of_the_columns_stay_with_joiners() -> None:
    before = children()
    frame = membership.with_current(before, listed(("N", None, EARLY)), 2026)
    kept = before.columns.drop("return_year")
    assert frame[kept].dtypes.to_dict() == before[kept].dtypes.to_dict()


def test_a_child_under_another_identifier_is_known_by_upn_and_birth_date() -> None:
    frame = membership.with_current(children(), listed(("X9", "B801200005001", EARLY)), 2026)
    assert len(frame) == 3
    assert frame.loc[frame["current"], "child"].tolist() == ["A"]


def test_the_same_upn_with_another_birth_date_is_another_child() -> None:
    frame = membership.with_current(children(), listed(("X9", "B801200005001", LATE)), 2026)
    assert frame["child"].tolist() == ["A", "B", "C", "X9"]


def test_what_the_return_lacks_is_taken_from_the_list() -> None:
    frame = membership.with_current(children(), listed(("B", "R674123101121", LATE)), 2026)
    known = frame.set_index("child").loc["B"]
    assert (known["upn"], known["upn_grade"], known["ethnic"]) == (
        "R674123101121",
        "permanent",
        "WBRI",
    )


def decisions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["child", "cohort", "verdict"]).assign(year=2026)


def members(frame: pd.DataFrame, cohort_name: str) -> list[str]:
    return frame.loc[frame[cohort.COHORTS[cohort_name]], "child"].tolist()


def current_children() -> pd.DataFrame:
    return membership.with_current(children(), listed(("A", None, EARLY)), 2026)


def test_a_child_can_be_left_out_of_every_cohort() -> None:
    frame = membership.decided(current_children(), decisions(("A", EVERY, LEAVE_OUT)), 2026)
    assert all("A" not in members(frame, name) for name in cohort.COHORTS)
    assert frame.loc[frame["left_out"], "child"].tolist() == ["A"]


def test_a_child_can_be_taken_into_one_cohort() -> None:
    frame = membership.decided(current_children(), decisions(("B", "12_months", TAKE_IN)), 2026)
    assert members(frame, "12_months") == ["A", "B"]
    assert members(frame, "current") == ["A"]
    assert frame.loc[frame["taken_in"], "child"].tolist() == ["B"]


def test_the_later_decision_holds() -> None:
    both = decisions(("A", EVERY, LEAVE_OUT), ("A", "12_months", TAKE_IN))
    frame = membership.decided(current_children(), both, 2026)
    assert "A" in members(frame, "12_months")
    assert "A" not in members(frame, "at_31_march")


def test_a_decision_about_another_year_changes_nothing() -> None:
    other = decisions(("A", EVERY, LEAVE_OUT)).assign(year=2025)
    frame = membership.decided(current_children(), other, 2026)
    assert members(frame, "12_months") == ["A"]


@pytest.mark.parametrize(
    ("matched", "school_year", "member", "why"),
    [
        (True, "5", True, membership.BY_RESULT),
        (False, "6", True, membership.BY_SCHOOL),
        (False, "5", False, membership.OTHER_YEAR),
        (False, None, True, membership.BY_AGE),
    ],
)
def test_the_end_of_a_key_stage(
    matched: bool, school_year: str | None, member: bool, why: str
) -> None:
    frame = children()
    found = membership.of_stage(
        frame, "ks2", frame["child"].eq("A") & matched, pd.Series({"A": school_year}, dtype="str")
    ).set_index("child")
    assert (found.loc["A", "member"], found.loc["A", "why"]) == (member, why)


def test_the_override_of_a_person_wins() -> None:
    frame = children()
    nobody = pd.Series(False, index=frame.index)
    given = pd.DataFrame({"child": ["A"], "year": [2026], "stage": ["ks2"], "verdict": [TAKE_IN]})
    school = pd.Series({"A": "5"}, dtype="str")
    found = membership.of_stage(frame, "ks2", nobody, school, given, 2026).set_index("child")
    assert (found.loc["A", "member"], found.loc["A", "why"]) == (True, membership.BY_DECISION)
    assert not membership.of_stage(frame, "ks2", nobody, school, given, 2025)["member"].iloc[0]
