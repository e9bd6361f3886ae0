"""Rows of results that disagree with themselves: on Data quality, in the history, by permission."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cla import importing, results
from cla.store.imports import ImportRow
from cla.ui import import_checks
from tests.pages.filled.conftest import text
from tests.results.rows import ANNA, BEN, ks2
from tests.ui import stock

ODD = ANNA.replace("2023/2024", "2024/2025").replace("AS,110", "AS,95")

ROW = ImportRow(**dict.fromkeys(ImportRow.__dataclass_fields__))


@pytest.fixture
def disagreeing(store):
    """Key stage 2 of the stock's year with one row of two that disagrees with itself; its id."""
    upload = ks2(ODD, BEN.replace("2023/2024", "2024/2025"))
    context = importing.Context(store, stock.LA, None, lambda stage, fraction: None)
    (made,) = importing.KINDS["results"]([upload], context)
    counts = dict(made.row_counts)
    kept = stock.Made(made.kind, made.year, (upload,), dict(made.frames), counts, {})
    return stock.put(store, kept)


def test_data_quality_says_what_the_results_of_the_year_say_twice(open_page, disagreeing):
    at = open_page("vsh", "data_quality.py")
    said = text(at)
    assert "Results that disagree with themselves" in [header.value for header in at.header]
    assert "Key stage 2 2024/25: 1 row: reading: outcome and scaled score disagree (1)." in said
    assert "B801200005001" not in said
    assert "Rows that disagree (CSV)" in [one.proto.label for one in at.get("download_button")]


def test_the_history_counts_them_for_those_who_see_no_children_too(open_page, disagreeing):
    at = open_page("administrator", "import_history.py")
    (picker,) = [box for box in at.selectbox if box.label == "Import to look at"]
    picker.select(next(one for one in picker.options if one.startswith("Key stage 2"))).run()
    assert not at.exception
    assert "1 row disagrees with itself." in text(at)
    assert "Rows that disagree (CSV)" not in [one.proto.label for one in at.get("download_button")]


def test_words_for_what_was_found():
    (found,) = results.read(ks2(ODD))
    row = replace(ROW, kind="ks2", year=2025)
    assert import_checks.in_words(row, None).endswith("not checked when it was imported.")
    assert import_checks.in_words(row, found.checks.iloc[:0]).endswith("none.")
    both = import_checks.by_check(found.checks)
    assert both["Rows"].tolist() == ["1"] and both["Columns"].tolist() == ["READOUTCOME, READSCORE"]
