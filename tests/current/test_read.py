"""The list of the children looked after now: recognised by headings, never losing a child."""

import pandas as pd
import pytest

from cla import current
from cla.files import Upload
from cla.problems import Unusable

HEAD = "AS_AT,CHILD,UPN,SEX,DOB,STARTED,LS,PLACE,YEAR_GROUP"
TWO = (
    f"{HEAD}\n"
    "30/06/2026,C1,B801200005001,1,05/11/2014,01/02/2024,C2,U6,6\n"
    "30/06/2026,C2,UN4,F,01/09/2020,15/05/2026,V2,u1,R\n"
)


def listed(text: str, name: str = "list.csv") -> current.CurrentList:
    return current.read(Upload(name, text.encode()))


def refusal(text: str, name: str = "list.csv") -> str:
    with pytest.raises(Unusable) as refused:
        listed(text, name)
    return " ".join(str(problem) for problem in refused.value.problems)


def test_each_child_is_one_row_with_codes_and_dates() -> None:
    found = listed(TWO)
    assert found.frame["child"].tolist() == ["C1", "C2"]
    assert found.frame["sex"].tolist() == ["M", "F"]
    assert found.frame["started"].tolist() == [pd.Timestamp(2024, 2, 1), pd.Timestamp(2026, 5, 15)]
    assert found.frame["place"].tolist() == ["U6", "U1"]
    assert found.frame["upn_grade"].tolist() == ["permanent", "UN code"]
    assert found.notices == ()


@pytest.mark.parametrize(
    ("day", "year"), [("31/03/2026", 2026), ("01/04/2026", 2027), ("01/01/2027", 2027)]
)
def test_the_day_lies_in_a_collection_year(day: str, year: int) -> None:
    assert listed(TWO.replace("30/06/2026", day)).year == year


def test_headings_of_other_systems_and_any_order_serve() -> None:
    text = "Date of birth;Child ID;Date became looked after\n05/11/2014;C1;01/02/2024\n"
    found = listed(text.replace(";", "\t"), "current 2026-06-30.txt")
    assert found.as_at == pd.Timestamp(2026, 6, 30)
    assert found.frame.loc[0, "started"] == pd.Timestamp(2024, 2, 1)


def test_without_a_day_the_list_is_refused_with_what_to_do() -> None:
    said = refusal("CHILD,DOB\nC1,05/11/2014\n")
    assert "list.csv" in said
    assert "AS_AT" in said


def test_two_days_are_refused() -> None:
    assert "more than one day" in refusal(
        "AS_AT,CHILD,DOB\n30/06/2026,C1,05/11/2014\n01/07/2026,C2,05/11/2014\n"
    )


def test_a_row_without_a_child_is_not_dropped_but_refused() -> None:
    said = refusal("AS_AT,CHILD,DOB\n30/06/2026,C1,05/11/2014\n30/06/2026,,05/11/2014\n")
    assert "line 3" in said


def test_a_file_that_is_no_such_list_names_what_it_lacks() -> None:
    said = refusal("UPN,READSCORE\nB801200005001,100\n")
    assert "CHILD and DOB" in said


def test_a_child_listed_twice_is_counted_once_and_told() -> None:
    row = TWO.splitlines()[1]
    found = listed(TWO + row + "\n")
    assert len(found.frame) == 2
    assert found.counts == {"rows": 3, "duplicates": 1}
    assert any("line 4" in notice for notice in found.notices)


def test_doubtful_dates_are_told_and_kept() -> None:
    found = listed(TWO.replace("15/05/2026", "15/07/2026"))
    assert found.frame.loc[1, "started"] == pd.Timestamp(2026, 7, 15)
    assert any("after the day of the list" in notice for notice in found.notices)


def test_columns_without_use_are_named() -> None:
    found = listed("AS_AT,CHILD,DOB,SHOE SIZE\n30/06/2026,C1,05/11/2014,4\n")
    assert any("SHOE SIZE" in notice for notice in found.notices)
