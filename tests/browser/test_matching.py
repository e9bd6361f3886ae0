"""Deciding a match in a browser: confirm, undo, and both by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cla.access import demo_accounts
from cla.store import open_store
from tests.browser.conftest import ROOT, Server, serving, sign_in
from tests.ui import stock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app over the stock's authority, with the demo accounts."""
    data_dir = tmp_path_factory.mktemp("matching") / "data"
    data_dir.mkdir()
    (data_dir / "cla.db").write_bytes(stock.template())
    store = open_store(f"sqlite:///{data_dir / 'cla.db'}")
    demo_accounts.add(store, [stock.LA])
    store.close()
    with serving(ROOT, data_dir) as server:
        yield server


def test_a_match_is_confirmed_and_undone(server: Server, page: Page) -> None:
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 400, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/match-queue")
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
