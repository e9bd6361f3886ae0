"""The filter bar in a browser: by keyboard, on a narrow screen, with the search in long lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from cla.access import demo_accounts
from cla.store import open_store
from tests.browser.conftest import ROOT, Server, serving, sign_in
from tests.ui import stock

pytestmark = pytest.mark.browser
EVERYBODY = f"31 March {stock.YEAR}: all children"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the stock's returns, results and characteristics, and the demo accounts."""
    data_dir = tmp_path_factory.mktemp("filters") / "data"
    data_dir.mkdir()
    (data_dir / "cla.db").write_bytes(stock.template())
    store = open_store(f"sqlite:///{data_dir / 'cla.db'}")
    demo_accounts.add(store, [stock.LA])
    store.close()
    with serving(ROOT, data_dir) as server:
        yield server


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def opened(page: Page, server: Server, query: str = "") -> None:
    """The benchmark of key stage 2, at rest, as the Virtual School Head sees it."""
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/ks2-benchmark?year={stock.YEAR}{query}")
    sign_in(page, "demo.vsh")
    expect(page.get_by_text("Showing:").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def test_a_filter_is_set_and_taken_away_by_keyboard(server: Server, page: Page) -> None:
    opened(page, server)
    page.get_by_role("button", name="Sex: all").focus()
    page.keyboard.press("Enter")
    pill = page.get_by_role("button", name=re.compile(r"^Girls \(\d+\)"))
    expect(pill).to_be_visible()
    pill.focus()
    page.keyboard.press("Space")
    chip = page.get_by_role("button", name="Sex: Girls")
    expect(chip.last).to_be_visible()
    expect(page.get_by_text(EVERYBODY)).to_have_count(0)
    assert asked(page)["sex"] == ["F"]
    page.keyboard.press("Escape")
    reset = page.get_by_role("button", name="Reset filters")
    expect(reset).to_be_visible()
    reset.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(EVERYBODY)).to_be_visible()
    assert "sex" not in asked(page)


def test_schools_are_found_by_typing_on_a_narrow_screen(server: Server, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    opened(page, server)
    page.get_by_text("More filters").click()
    page.get_by_role("tab", name="School").click()
    schools = page.get_by_role("combobox", name=re.compile("^School(?! (type|move))"))
    expect(schools).to_be_visible()
    schools.focus()
    page.keyboard.type("Primary")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Primary")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Showing:.*school .*Primary"))).to_be_visible()
    assert re.fullmatch(r"\d{6,7}", asked(page)["school"][0])
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 400


def test_a_link_opens_the_same_view(server: Server, page: Page) -> None:
    opened(page, server, "&sdq=concern,SDQ2&legal_status=full_care_order&as_at=assessment")
    said = page.get_by_text("care as at the assessment:")
    expect(said).to_contain_text("no SDQ score because the carer refused")
    expect(page.get_by_role("button", name="Legal status: Full care order")).to_be_visible()
