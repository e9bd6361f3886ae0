"""The list of local authorities."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from cla import authorities


@pytest.mark.parametrize(
    ("code", "name"),
    [("E06000015", "Derby"), ("831", "Derby"), (" e06000015 ", "Derby"), ("991", "Demoshire")],
)
def test_an_authority_is_found_by_either_code(code: str, name: str) -> None:
    assert authorities.find(code).name == name


@pytest.mark.parametrize(
    ("former", "now"),
    [("E08000016", "E08000038"), ("e10000023", "E06000065"), ("E06000048", "E06000057")],
)
def test_a_recoded_authority_is_found_by_its_former_code(former: str, now: str) -> None:
    assert authorities.find(former).la == now


def test_ended_authorities_are_known_by_name_and_not_found_as_live() -> None:
    ended = {one.code3: one for one in authorities.ended()}
    assert set(ended) == {"835", "836", "837", "909", "928"}
    assert ended["909"].region == "North West"
    assert authorities.name_of("835") == "Dorset (until 2019)"
    assert authorities.name_of("838") == "Dorset"
    assert authorities.name_of("991") == "Demoshire"
    assert authorities.name_of("000") == ""
    for one in ended.values():
        assert all(authorities.find(code) for code in one.successors)
        for code in (one.la, one.code3):
            with pytest.raises(authorities.UnknownAuthorityError):
                authorities.find(code)


def test_demoshire_is_compared_as_a_real_authority_and_no_other_is() -> None:
    borrowing = [one.code3 for one in authorities.all() if one.compared_as]
    assert borrowing == ["991"]
    assert not authorities.compared("X06000991").demo
    assert authorities.compared("992").name == "Samplebridge"
    assert authorities.compared("E08000016").name == "Barnsley"


@pytest.mark.parametrize("code", ["", "E06000999", "999", "Derby", "E06000015; DROP TABLE", "909"])
def test_an_unknown_code_is_refused_without_repeating_it(code: str) -> None:
    with pytest.raises(authorities.UnknownAuthorityError, match="no local authority") as caught:
        authorities.find(code)
    assert not code or code not in str(caught.value)


def test_there_are_153_live_authorities_with_codes_of_their_own() -> None:
    live = [each for each in authorities.all() if not each.demo]
    assert len(live) == 153
    assert len({each.la for each in authorities.all()}) == 156
    assert len({each.code3 for each in authorities.all()}) == 156
    assert all(re.fullmatch(r"E0[6-9]\d{6}|E10\d{6}", each.la) for each in live)
    assert all(re.fullmatch(r"\d{3}", each.code3) for each in live)
    assert len(Counter(each.region for each in live)) == 9


def test_the_demonstration_has_three_invented_ones() -> None:
    demo = [(each.la, each.code3, each.name) for each in authorities.all() if each.demo]
    assert demo == [
        ("X06000991", "991", "Demoshire"),
        ("X06000992", "992", "Samplebridge"),
        ("X06000993", "993", "Mockingham"),
    ]
