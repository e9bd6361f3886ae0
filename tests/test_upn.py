"""Check letters: the published examples, and what a slip of the pen does to them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla import upn

VECTORS = """
B801200005001      | permanent
A801200005001      | bad letter
H801200001001      | permanent
R674123101121      | permanent
P207000016049      | permanent
Q207000016049      | bad letter
E000200005001      | permanent
M80120000500A      | temporary
X80120000A001      | bad format
B80120000500I      | bad format
A86040700001B      | bad letter
K860407025000      | bad letter
' b801200005001 '  | permanent
'B801 2000 05001'  | permanent
B80120000500       | bad format
B8012000050011     | bad format
UN3                | UN code
un1                | UN code
*************      | masked
''                 | blank
'   '              | blank
"""
CASES = [
    (left.strip().strip("'"), right.strip())
    for left, right in (line.split("|") for line in VECTORS.strip().splitlines())
]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_published_vectors(value, expected):
    _, grades = upn.grade(pd.Series([value], dtype="str"))
    assert grades.tolist() == [expected]


def test_cleaning_and_index_are_kept():
    given_upns = pd.Series([" b801 2000 05001", None, "un4"], index=[5, 7, 9], dtype="str")
    clean, grades = upn.grade(given_upns)
    assert clean.to_dict() == {5: "B801200005001", 7: clean[7], 9: "UN4"}
    assert grades.to_dict() == {5: "permanent", 7: "blank", 9: "UN code"}
    assert clean.isna().to_dict() == {5: False, 7: True, 9: False}


def test_a_body_that_is_no_body():
    for body in ("", "80120000500", "80120000500O", "80120000500!"):
        with pytest.raises(ValueError, match="twelve characters"):
            upn.check_letter(body)


bodies = st.text("0123456789", min_size=12, max_size=12)


@given(bodies, st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_digit_is_caught(body, place, shift):
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    assert upn.check_letter(wrong) != upn.check_letter(body)


@given(bodies, st.integers(0, 10))
def test_every_swap_of_neighbours_is_caught(body, place):
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    if swapped != body:
        assert upn.check_letter(swapped) != upn.check_letter(body)
