"""The filter bar in a browser: by keyboard, on a narrow screen, with the search in long lists."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sign_in
from tests.ui import stock

pytestmark = pytest.mark.browser
EVERYBODY = f"31 March {stock.YEAR}: all children"


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def opened(page: Page, server: Server, query: str = "") -> None:
    """The benchmark of key stage 2, at rest, as the Virtual School Head sees it."""
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/ks2-benchmark?year={stock.YEAR}{query}")
    sign_in(page, "demo.vsh")
    expect(page.get_by_text("Showing:").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def test_a_filter_is_set_and_taken_away_by_keyboard(stocked: Server, page: Page) -> None:
    opened(page, stocked)
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


def test_schools_are_found_by_typing_on_a_narrow_screen(stocked: Server, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    opened(page, stocked)
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


def test_a_link_opens_the_same_view(stocked: Server, page: Page) -> None:
    opened(page, stocked, "&sdq=concern,SDQ2&legal_status=full_care_order&as_at=assessment")
    said = page.get_by_text("care as at the assessment:")
    expect(said).to_contain_text("no SDQ score because the carer refused")
    expect(page.get_by_role("button", name="Legal status: Full care order")).to_be_visible()
