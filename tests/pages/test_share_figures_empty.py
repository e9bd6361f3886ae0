"""Before anything is imported there is nothing to share, and files of others can be loaded."""

from __future__ import annotations

from tests.pages.conftest import SignedIn
from tests.pages.filled.conftest import text


def test_without_a_return_the_page_says_so_and_takes_the_files_of_others(
    signed_in: SignedIn,
) -> None:
    at = signed_in("analyst", page="exchange.py")
    assert not at.exception
    said = text(at)
    assert "No return is imported yet, so there is nothing of yours to share." in said
    assert "No file of another authority is loaded." in said
    assert at.get("download_button") == []
    assert at.button(key="exchange_load").disabled
