"""Deciding a match in a browser: confirm, undo, and both by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sign_in

pytestmark = pytest.mark.browser


def test_a_match_is_confirmed_and_undone(stocked: Server, page: Page) -> None:
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 400, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{stocked.url}/match-queue")
    sign_in(page, "demo.analyst")

    place = page.get_by_text("Case 1 of ")
    expect(place).to_be_visible()
    before = place.inner_text()
    expect(page.get_by_role("table", name="The child in the return beside")).to_be_visible()
    assert page.evaluate("document.body.scrollWidth <= window.innerWidth")

    confirm = page.get_by_role("button", name="Confirm: this is the child's result")
    confirm.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confirmed: child ")).to_be_visible()
    expect(page.get_by_text(before)).to_have_count(0)
    expect(page.get_by_text("1 decision, the newest first")).to_be_visible()

    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text(before)).to_be_visible()
    expect(page.get_by_text("Nothing was decided yet.")).to_be_visible()
    assert not errors
