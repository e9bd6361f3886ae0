from __future__ import annotations

from statistics import median
from time import perf_counter

import bcrypt
import pytest

from cla.access import UnusablePassword, hash_password
from cla.access.passwords import check_password


def test_a_password_matches_its_hash_and_no_other() -> None:
    hashed = hash_password("correct horse battery")
    assert hashed.startswith("$2b$12$")
    assert check_password("correct horse battery", hashed)
    assert not check_password("correct horse batterx", hashed)
    assert not check_password("", hashed)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "at least 12"),
        ("x" * 73, "72 bytes"),
        ("é" * 37, "72 bytes"),
        (" twelve chars", "space"),
        ("twelve chars ", "space"),
        ("twelve\x00chars", "NUL"),
    ],
)
def test_a_password_that_cannot_work_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(UnusablePassword, match=why):
        hash_password(password)


def test_the_longest_password_works_and_a_longer_one_never_passes_for_it() -> None:
    longest = "x" * 72
    hashed = hash_password(longest)
    assert check_password(longest, hashed)
    assert not check_password(longest + "y", hashed)


@pytest.mark.parametrize("kept", ["", "plain text password", "$2b$04$" + "a" * 53, None])
def test_what_is_no_hash_of_full_cost_is_never_matched(kept: str | None) -> None:
    assert not check_password("plain text password", kept)


def test_a_cheap_hash_is_not_accepted_even_with_the_right_password() -> None:
    cheap = bcrypt.hashpw(b"plain text password", bcrypt.gensalt(4)).decode()
    assert not check_password("plain text password", cheap)


def test_an_unknown_person_takes_as_long_as_a_known_one() -> None:
    hashed = hash_password("correct horse battery")
    check_password("warm up", None)

    def took(kept: str | None) -> float:
        times = []
        for _ in range(3):
            start = perf_counter()
            check_password("not the password", kept)
            times.append(perf_counter() - start)
        return median(times)

    assert 0.5 < took(None) / took(hashed) < 2
