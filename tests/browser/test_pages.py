"""Every page of the menu opens in a browser, filled, wide and narrow; a link keeps its filters."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sign_in

pytestmark = pytest.mark.browser

NARROW, WIDE = 400, 1280


def opened(page: Page, server: Server, username: str, width: int) -> list[str]:
    """Sign in; the errors of the page's scripts from now on."""
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    sign_in(page, username)
    expect(page.get_by_text("Sign out")).to_be_attached()
    return errors


def addresses(page: Page) -> list[str]:
    """Where the links of the menu lead, in their order."""
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links.first).to_be_attached()
    return [str(link.get_attribute("href")) for link in links.all()]


def has_opened(page: Page, address: str, width: int) -> None:
    """The page has its heading, has come to rest, failed nowhere and does not scroll sideways."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    assert page.get_by_label("Username").count() == 0, address
    assert page.get_by_test_id("stException").count() == 0, address
    assert page.get_by_text("Something went wrong").count() == 0, address
    assert page.evaluate("document.body.scrollWidth") <= width, address


@pytest.mark.parametrize(("username", "pages"), [("demo.analyst", 27), ("demo.viewer", 11)])
def test_every_page_opens(stocked: Server, page: Page, username: str, pages: int) -> None:
    errors = opened(page, stocked, username, WIDE)
    found = addresses(page)
    assert len(found) == pages
    for address in found:
        has_opened(page, address, WIDE)
    assert errors == []


@pytest.mark.parametrize("address", ["cohort", "ks2-pupils", "ks4-summary", "trends", "cases"])
def test_pages_fit_a_narrow_screen(stocked: Server, page: Page, address: str) -> None:
    errors = opened(page, stocked, "demo.vsh", NARROW)
    has_opened(page, f"{stocked.url}/{address}", NARROW)
    assert errors == []


@pytest.mark.parametrize(
    "address", ["ks1-benchmark", "progress-pupils", "att8-pupils", "ks4-details"]
)
def test_a_link_to_a_report_keeps_its_filters(stocked: Server, page: Page, address: str) -> None:
    opened(page, stocked, "demo.vsh", WIDE)
    has_opened(page, f"{stocked.url}/{address}?year=2025&cohort=any_time&sex=F", WIDE)
    expect(page.get_by_role("button", name="Sex: Girls").first).to_be_visible()
    expect(page.get_by_text("to 31 March 2025: girls").first).to_be_visible()
    assert "sex=F" in page.url
