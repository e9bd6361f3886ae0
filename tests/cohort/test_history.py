"""Periods of care and placements, over one return and over several."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla.cohort import history, spans
from cla.ssda903.returns import Return

HEAD = "CHILD | DECOM | RNE | LS | PLACE | DEC | REC\n"
MakeReturn = Callable[..., Return]


def numbered(ret: Return) -> list[tuple[str, int, int]]:
    frame = history([ret])
    return list(zip(frame["child"], frame["period"], frame["placement"], strict=True))


@pytest.mark.parametrize(
    ("rne", "placements"), [("P", 2), ("T", 2), ("B", 2), ("U", 2), ("S", 2), ("L", 1)]
)
def test_a_placement_begins_at_every_reason_but_a_change_of_legal_status(
    make_return: MakeReturn, rne: str, placements: int
) -> None:
    ret = make_return(
        Episodes=HEAD
        + f"""1 | 01/05/2024 | S | C1 | U6 | 01/09/2024 | X1
              1 | 01/09/2024 | {rne} | C2 | U6 | | """
    )
    assert history([ret])["placement"].nunique() == placements


def test_periods_begin_with_a_gap_and_with_care_that_ended_and_began_on_one_day(
    make_return: MakeReturn,
) -> None:
    ret = make_return(
        Episodes=HEAD
        + """1 | 01/05/2020 | S | C1 | U6 | 01/09/2024 | X1
             1 | 01/09/2024 | P | C1 | K2 | 01/10/2024 | E4A
             1 | 02/10/2024 | S | C2 | U6 | |
             2 | 01/05/2020 | S | V2 | U6 | 01/09/2024 | E4A
             2 | 01/09/2024 | S | V2 | U6 | |
             3 | 01/05/2020 | S | V2 | U6 | 01/09/2024 | X1
             3 | 01/09/2024 | L | C2 | U6 | | """
    )
    assert numbered(ret) == [
        ("1", 1, 1),
        ("1", 1, 2),
        ("1", 2, 3),
        ("2", 1, 1),
        ("2", 2, 2),
        ("3", 1, 1),
        ("3", 1, 1),
    ]


def test_short_term_breaks_are_a_period_of_their_own(make_return: MakeReturn) -> None:
    ret = make_return(
        Episodes=HEAD
        + """1 | 01/05/2024 | S | V4 | U6 | 01/09/2024 | X1
             1 | 01/09/2024 | L | C2 | U6 | | """
    )
    frame = history([ret])
    assert list(frame["period"]) == [1, 2]
    assert list(frame["respite"]) == [True, False]


def test_the_latest_return_that_holds_an_episode_wins(make_return: MakeReturn) -> None:
    before = make_return(2024, Episodes=HEAD + "1 | 01/05/2023 | S | C1 | U6 | | ")
    now = make_return(
        2025,
        Episodes=HEAD
        + """1 | 01/05/2023 | S | C2 | U4 | 01/06/2024 | X1
             1 | 01/06/2024 | P | C2 | K2 | | """,
    )
    frame = history([now, before])
    assert list(frame["ls"]) == ["C2", "C2"]
    assert list(frame["return_year"]) == [2025, 2025]
    assert frame["dec"].iloc[0] == pd.Timestamp(2024, 6, 1)


def test_an_episode_whose_start_was_corrected_since_is_left_out(make_return: MakeReturn) -> None:
    before = make_return(2024, Episodes=HEAD + "1 | 01/05/2023 | S | C1 | U6 | | ")
    now = make_return(2025, Episodes=HEAD + "1 | 05/05/2023 | S | C1 | U6 | | ")
    frame = history([before, now])
    assert list(frame["decom"]) == [pd.Timestamp(2023, 5, 5)]


def test_ended_episodes_of_earlier_returns_stay_and_date_the_period(
    make_return: MakeReturn,
) -> None:
    before = make_return(
        2024,
        Episodes=HEAD
        + """1 | 01/05/2019 | S | C1 | U6 | 01/09/2023 | X1
             1 | 01/09/2023 | P | C1 | K2 | | """,
    )
    now = make_return(2025, Episodes=HEAD + "1 | 01/09/2023 | P | C1 | K2 | | ")
    frame = history([before, now])
    assert list(frame["period_start"]) == [pd.Timestamp(2019, 5, 1)] * 2
    assert list(frame["placement"]) == [1, 2]
    assert list(history([now])["period_start"]) == [pd.Timestamp(2023, 9, 1)]


def test_an_open_episode_stays_when_the_next_return_is_not_loaded(make_return: MakeReturn) -> None:
    then = make_return(2022, Episodes=HEAD + "1 | 01/05/2021 | S | C1 | U6 | | ")
    now = make_return(2025, Episodes=HEAD + "1 | 01/09/2024 | S | C1 | K2 | | ")
    assert list(history([then, now])["return_year"]) == [2022, 2025]


def test_rows_without_child_or_readable_start_are_left_out(make_return: MakeReturn) -> None:
    ret = make_return(
        Episodes=HEAD
        + """ | 01/05/2024 | S | C1 | U6 | |
             1 | 31/02/2024 | S | C1 | U6 | |
             2 | 01/05/2024 | S | C1 | U6 | | """
    )
    assert list(history([ret])["child"]) == ["2"]


def test_no_returns_and_a_return_without_episodes_give_no_rows(make_return: MakeReturn) -> None:
    assert len(history([])) == 0
    assert len(history([make_return(Header="CHILD | DOB\n1 | 01/01/2015")])) == 0


def test_spans_of_a_period_count_placements_and_episodes(make_return: MakeReturn) -> None:
    ret = make_return(
        Episodes=HEAD
        + """1 | 01/05/2024 | S | C1 | U6 | 01/06/2024 | X1
             1 | 01/06/2024 | L | C2 | U6 | 01/07/2024 | X1
             1 | 01/07/2024 | P | C2 | K2 | 01/08/2024 | E4A"""
    )
    (period,) = spans(history([ret]), "period").to_dict("records")
    assert (period["start"], period["end"]) == (pd.Timestamp(2024, 5, 1), pd.Timestamp(2024, 8, 1))
    assert (period["placements"], period["episodes"], period["open"]) == (2, 3, False)
    assert list(spans(history([ret]), "placement")["start"]) == [
        pd.Timestamp(2024, 5, 1),
        pd.Timestamp(2024, 7, 1),
    ]


DAYS = st.dates(pd.Timestamp(2020, 1, 1).date(), pd.Timestamp(2025, 3, 31).date())
EPISODE = st.tuples(
    st.sampled_from(["1", "2", "3"]),
    DAYS,
    st.sampled_from(["S", "L", "P", None]),
    st.one_of(st.none(), DAYS),
    st.sampled_from(["X1", "E4A", None]),
    st.sampled_from(["C2", "V3"]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(EPISODE, max_size=12))
def test_numbers_count_up_by_one_within_a_child_whatever_the_rows(rows: list[tuple]) -> None:
    text = [
        (c, f"{d:%d/%m/%Y}", rne, None if e is None else f"{e:%d/%m/%Y}", rec, ls)
        for c, d, rne, e, rec, ls in rows
    ]
    frame = pd.DataFrame(text, columns=["CHILD", "DECOM", "RNE", "DEC", "REC", "LS"], dtype="str")
    made = history([Return.from_tables({"Episodes": frame}, 2025)])
    assert len(made) == len(rows)
    for number in ("period", "placement"):
        for _, numbers in made.groupby("child")[number]:
            steps = numbers.diff().fillna(0)
            assert numbers.iloc[0] == 1
            assert steps.isin([0, 1]).all()
    assert (made["period_start"] <= made["decom"]).all()
    placed = made[["child", "placement", "period"]].drop_duplicates()
    assert not placed[["child", "placement"]].duplicated().any()
