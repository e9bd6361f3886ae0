"""Results of unknown layout in a browser: say what the columns are, check, make current."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from cla.access import demo_accounts
from cla.store import imports, open_store
from tests.browser.conftest import ROOT, Server, serving, sign_in

pytestmark = pytest.mark.browser

SAMPLEBRIDGE = "X06000992"
HEAD = (
    "Pupil UPN,Family name,First name,Date of birth,Gender,Reading outcome,Reading scaled score,"
    "Maths outcome,Maths scaled score,Writing TA,House\n"
)
PORTAL = (
    f"{HEAD}B801200005001,Ash,Anna,03/02/2013,F,AS,110,AS,112,GDS,Red\n"
    "H801200001001,Birch,Ben,09/10/2012,M,AS,95,NS,96,EXS,Blue\n"
)
NEXT_YEAR = f"{HEAD}R674123101121,Cedar,Cara,30/06/2014,F,AS,101,AS,102,EXS,Red\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the demo accounts and no data at all."""
    data_dir = tmp_path_factory.mktemp("mapping") / "data"
    data_dir.mkdir()
    store = open_store(f"sqlite:///{data_dir / 'cla.db'}")
    demo_accounts.add(store, [SAMPLEBRIDGE])
    store.close()
    with serving(ROOT, data_dir) as server:
        yield server


def choose_results(page: Page) -> None:
    page.get_by_text("Key stage results", exact=True).click()
    expect(page.get_by_text("such as the NCA Portal's")).to_be_visible()


def hand_in(page: Page, name: str, content: str) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    )


def choose(box: Locator, words: str) -> None:
    """Choose in a box by keyboard alone."""
    box.focus()
    box.press_sequentially(words)
    box.press("Enter")


def choose_year(page: Page, year: str) -> None:
    box = page.get_by_role("combobox", name="Academic year", exact=True)
    box.focus()
    box.press("ArrowDown")
    page.get_by_role("option", name=year, exact=True).click()


def test_an_unknown_file_is_mapped_by_keyboard_and_known_the_next_time(
    server: Server, page: Page
) -> None:
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{server.url}/import")
    sign_in(page, "demo.analyst")
    choose_results(page)

    hand_in(page, "portal.csv", PORTAL)
    expect(page.get_by_text("is no known results file")).to_be_visible()
    choose(page.get_by_role("combobox", name="What the file holds"), "Key stage 2")
    expect(page.get_by_text("does not say the academic year")).to_be_visible()
    choose_year(page, "2024/25")
    expect(page.get_by_text("2 rows, 2 pupils")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    save = page.get_by_role("button", name="Use and remember")
    save.focus()
    save.press("Enter")
    expect(page.get_by_text("Remembered: files with the headings of")).to_be_visible()

    page.get_by_role("button", name="Check for Samplebridge").press("Enter")
    expect(page.get_by_text("Usable.").first).to_be_visible(timeout=120_000)
    expect(page.get_by_text("1 row disagrees with itself.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Make current").press("Enter")
    expect(page.get_by_text("Every report uses it.")).to_be_visible()

    page.get_by_role("button", name="Import something else").click()
    choose_results(page)
    hand_in(page, "next.csv", NEXT_YEAR)
    choose_year(page, "2025/26")
    expect(page.get_by_text("Key stage 2 results 2025/26").first).to_be_visible()
    expect(page.get_by_text("named on").first).to_be_visible()
    expect(page.get_by_role("button", name="Forget the mapping")).to_be_visible()
    assert not errors

    store = open_store(f"sqlite:///{server.data_dir / 'cla.db'}")
    (row,) = imports.currents(store, SAMPLEBRIDGE)
    assert (row.kind, row.year, row.row_counts) == ("ks2", 2025, {"ks2": 2})
    store.close()
