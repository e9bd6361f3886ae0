"""Pages of children before anything is imported, and with a return but no results."""

from __future__ import annotations

import pytest

from cla.store import Store
from tests.pages.conftest import SignedIn
from tests.pages.filled.conftest import text
from tests.ui import stock

LISTS = (
    "ks1_pupil_list.py",
    "ks2_pupil_list.py",
    "progress_pupil_list.py",
    "att8_pupil_list.py",
    "ks4_pupil_list.py",
    "ks1_pupil_details.py",
    "ks2_pupil_details.py",
    "ks4_pupil_details.py",
)


@pytest.mark.parametrize("file", [*LISTS, "case_finder.py"])
def test_an_empty_store_says_what_to_do(signed_in: SignedIn, file: str):
    at = signed_in("vsh", authorities=(stock.LA,), page=file)
    assert not at.exception and not at.error and not at.dataframe
    assert "No return is imported yet." in text(at)


def test_a_return_without_results_is_a_sentence_and_no_table(store: Store, signed_in: SignedIn):
    stock.put(store, stock.made_return())
    at = signed_in("vsh", authorities=(stock.LA,), page=LISTS[0])
    for file in LISTS:
        at.switch_page(file).run()
        assert not at.exception and not at.dataframe, file
        assert "results for 2024/25 yet. Import them." in text(at), file
    at.switch_page("case_finder.py").run()
    said = text(at)
    assert not at.exception
    assert "No results of 2024/25 are loaded" in said or "No rule finds" in said
    assert "load a school census that has them" in said
