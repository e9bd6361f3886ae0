"""The attacker finds what is there to be found: a test of the test."""

from __future__ import annotations

import pytest

from tests.disclosure.attack import Attack


def sexes(hidden_boys: int, *, total: bool) -> Attack:
    attack = Attack({"sex": ("F", "M"), "met": ("yes", "no")})
    attack.knows(lambda one: one["sex"] == "F", 20)
    if total:
        attack.knows(lambda one: True, 20 + hidden_boys)
    attack.wants("boys", lambda one: one["sex"] == "M", hidden_boys)
    return attack


def test_a_part_follows_from_the_total_and_the_other_part() -> None:
    assert sexes(3, total=True).finds() == {"boys": 3}
    assert sexes(3, total=False).finds() == {}


def test_two_hidden_ones_follow_when_both_are_one() -> None:
    attack = Attack({"group": ("a", "b", "c")})
    attack.knows(lambda one: True, 12)
    attack.knows(lambda one: one["group"] == "c", 10)
    for name in ("a", "b"):
        attack.wants(name, lambda one, name=name: one["group"] == name, 1)
    assert attack.finds() == {"a": 1, "b": 1}


def test_columns_give_away_what_rows_alone_hide() -> None:
    attack = Attack({"row": ("a", "b"), "column": ("x", "y")})
    for row, total in {"a": 10, "b": 12}.items():
        attack.knows(lambda one, row=row: one["row"] == row, total)
    attack.knows(lambda one: one["column"] == "x", 15)
    attack.wants("a/x", lambda one: one == {"row": "a", "column": "x"}, 7)
    assert attack.finds() == {}
    attack.knows(lambda one: one == {"row": "b", "column": "y"}, 4)
    assert attack.finds() == {"a/x": 7}


def test_what_cannot_be_is_an_error() -> None:
    attack = sexes(3, total=True)
    attack.knows(lambda one: one["sex"] == "M", 4)
    with pytest.raises(ValueError, match="cannot be"):
        attack.finds()
