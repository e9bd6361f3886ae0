"""Pages before anything, or before everything, is imported: a sentence and what to do next."""

from __future__ import annotations

import pytest

from cla.store import Store
from tests.pages.conftest import SignedIn
from tests.pages.filled.conftest import PAGES, text
from tests.pages.filled.test_aggregate import ALL
from tests.ui import stock


@pytest.mark.parametrize(
    "file",
    sorted({*PAGES, *ALL, "import_history.py", "match_queue.py", "pupil_details.py"}),
)
def test_an_empty_store_says_what_to_do(signed_in: SignedIn, file: str):
    at = signed_in("analyst", authorities=(stock.LA,), page=file)
    assert not at.exception and not at.error
    assert "imported yet" in text(at)


def test_a_vsh_with_an_empty_store_is_told_whom_to_ask(signed_in: SignedIn):
    at = signed_in("vsh", authorities=(stock.LA,), page="ks2_benchmark.py")
    assert "An analyst of your authority can import it." in text(at)


def test_a_year_without_results_is_a_sentence_and_no_zero(store: Store, signed_in: SignedIn):
    stock.put(store, stock.made_return())
    at = signed_in("vsh", authorities=(stock.LA,), page="ks2_benchmark.py")
    assert not at.exception and not at.table
    assert "key stage 2" in " ".join(info.value for info in at.info)
    at.switch_page("ks4_pupil_list.py").run()
    assert not at.exception and not at.dataframe
