"""The page of shared figures: what would be shared, what is in use, taking it away."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from cla import importing
from cla.benchmarks import TOTAL, UNIT, read_exchange, write_exchange
from cla.benchmarks.cells import as_cells
from cla.files import Upload
from cla.store import audit
from cla.ui import exchange_page
from tests.benchmarks import made_up
from tests.pages.filled.conftest import text
from tests.ui import stock

THEIRS = "X06000993"


def their_file() -> Upload:
    rows = {
        "la": [THEIRS],
        "academic_year": ["2024/25"],
        "measure": ["ks4_em94"],
        "characteristic": [TOTAL],
        "category": [TOTAL],
        "n": [40],
        **{name: [17 * UNIT] for name in ("total", "squares", "total_low", "total_high")},
        "held": [""],
    }
    made = date(2026, 6, 5)
    return Upload("theirs.txt", write_exchange(as_cells(pd.DataFrame(rows)), THEIRS, made))


def test_what_would_be_shared_is_said_and_shown_before_the_download(open_page):
    at = open_page("analyst", "exchange.py")
    said = text(at)
    assert "The file would hold" in said and "are withheld" in said
    assert "without any child's row leaving home" in said
    assert "No file of another authority is loaded." in said
    shown = at.dataframe[0].value
    assert list(shown.columns) == ["Measure", "Stage", "Children", "Given", "That is"]
    numbers = pd.to_numeric(shown["Children"].str.replace(",", ""), errors="coerce").dropna()
    assert (numbers >= 10).all()
    (button,) = at.get("download_button")
    assert button.proto.label == "Download the file to share"


def test_files_in_use_are_listed_and_can_be_removed(open_page, store):
    importing.load_exchange(store, stock.LA, their_file(), "ann", date(2026, 7, 1))
    at = open_page("analyst", "exchange.py")
    listed = at.dataframe[-1].value
    assert listed["Years used"].tolist() == ["2024/25"]
    assert listed["Made on"].tolist() == ["05/06/2026"]
    assert listed["Figures"].tolist() == [1]
    (file,) = importing.shared_files(store, stock.LA)
    at.selectbox(key="exchange_remove").set_value(file.row.id).run()
    at.button(key=f"gone_{file.row.id}").click().run()
    assert not at.exception
    assert importing.shared_files(store, stock.LA) == []
    assert "Removed:" in text(at)
    assert audit.read(store, (stock.LA,))["event"].iloc[0] == "import deleted"


def test_the_history_calls_it_by_its_authority(open_page, store):
    importing.load_exchange(store, stock.LA, their_file(), "ann", date(2026, 7, 1))
    at = open_page("analyst", "import_history.py")
    assert any(
        what.startswith("Figures shared by ") and what.endswith("to 2024/25")
        for what in at.dataframe[0].value["What"]
    )


@pytest.mark.parametrize("role", ["viewer", "vsh"])
def test_who_may_not_import_cannot_share(open_page, role):
    with pytest.raises(ValueError, match="Known pages"):
        open_page(role, "exchange.py")


def test_the_table_shows_every_cell_as_it_is_given():
    cells = made_up.key_stage_2_cells(made_up.key_stage_2(3, 90))
    content = write_exchange(cells, made_up.LA, date(2026, 6, 5))
    sent = read_exchange(Upload("file.txt", content)).frame
    for characteristic in sent["characteristic"].unique():
        rows = sent[sent["characteristic"] == characteristic]
        shown = exchange_page.table(cells, made_up.YEAR, str(characteristic))
        assert len(shown) == len(rows)
        withheld = rows["total"].isna().sum()
        assert shown["Given"].str.startswith("c").sum() == withheld
        assert (shown["That is"] == "").sum() == withheld
        assert (shown["Children"] == "c").sum() == rows["n"].isna().sum()
    words = exchange_page.in_words(cells)
    assert f"{(sent['held'] == '').sum():,} figures" in words
    assert f"**{(sent['held'] == 'c').sum():,}** more are withheld" in words


def test_a_figure_is_told_as_people_read_it():
    rows = [
        ("ks2_rwm_exp", 30, 17 * UNIT, ("17 reached it", "56.7%")),
        ("ks2_read_ass", 20, 2_051_50000000, ("sum 2,051.5", "102.6")),
        ("ks2_read_prog", 20, -25_00000000, ("sum −25", "−1.25")),
    ]
    for name, n, total, said in rows:
        row = {"measure": name, "n": n, "total": total, "total_low": total, "total_high": total}
        assert (exchange_page._given(row), exchange_page._figure(row)) == said
