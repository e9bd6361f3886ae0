"""The same chances everywhere."""

from __future__ import annotations

import numpy as np

from cla.demo.chance import Chance, Weights, key, normals, picks, units


def test_a_stream_is_named_by_what_it_is_for_and_nothing_else() -> None:
    first = [Chance("reviews", 7).unit() for _ in range(2)]
    assert first[0] == first[1]
    assert Chance("reviews", 7).unit() != Chance("reviews", 8).unit()
    assert Chance("a", "bc").unit() != Chance("ab", "c").unit()


def test_the_numbers_are_the_same_on_every_machine() -> None:
    # SplitMix64 is integer arithmetic: these hold for every Python and numpy
    assert key("reviews", 7) == 12077089598829472024
    assert [round(Chance(1).unit(), 12), Chance(2).between(1, 100)] == [0.637238753727, 100]


def test_units_are_even_and_normals_normal() -> None:
    keys = np.arange(20_000, dtype=np.uint64) * np.uint64(2654435761)
    even = units(keys, "even")
    assert abs(even.mean() - 0.5) < 0.01
    assert np.histogram(even, bins=10, range=(0, 1))[0].min() > 1_850
    spread = normals(keys, "spread")
    assert abs(spread.mean()) < 0.03 and abs(spread.std() - 1) < 0.02
    assert abs(np.corrcoef(even, units(keys, "other"))[0, 1]) < 0.03


def test_a_key_draws_the_same_whoever_stands_beside_it() -> None:
    keys = np.array([5, 6, 7], dtype=np.uint64)
    assert units(keys, "x")[1] == units(keys[1:2], "x")[0]


def test_weights_pick_by_share() -> None:
    weights = Weights.of({"a": 1.0, "b": 3.0})
    assert [weights.at(u) for u in (0.0, 0.2499, 0.25, 0.999999)] == ["a", "a", "b", "b"]
    assert picks(weights, np.array([0.1, 0.9])).tolist() == ["a", "b"]
    chance = Chance("weights")
    share = sum(chance.pick(weights) == "b" for _ in range(4_000)) / 4_000
    assert abs(share - 0.75) < 0.03
