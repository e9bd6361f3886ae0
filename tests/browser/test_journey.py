"""The whole path in a browser: sign in, import a return and results, read, open a child."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cla import demo
from cla.access import demo_accounts
from cla.files import Upload
from cla.store import open_store
from tests.browser.conftest import ROOT, Server, serving, sign_in

pytestmark = pytest.mark.browser

SAMPLEBRIDGE = "X06000992"
YEAR = 2025
FROM_UPLOAD_TO_RESULT = 120_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the demo accounts and no data at all."""
    data_dir = tmp_path_factory.mktemp("journey") / "data"
    data_dir.mkdir()
    store = open_store(f"sqlite:///{data_dir / 'cla.db'}")
    demo_accounts.add(store, [SAMPLEBRIDGE])
    store.close()
    with serving(ROOT, data_dir) as server:
        yield server


def payloads(uploads: list[Upload]) -> list[dict[str, object]]:
    return [{"name": u.name, "mimeType": "text/csv", "buffer": u.content} for u in uploads]


def hand_in(page: Page, uploads: list[Upload]) -> None:
    """Drop the files, confirm, wait for the check, make the import current."""
    page.locator("input[type=file]").first.set_input_files(payloads(uploads))  # type: ignore[arg-type]
    page.get_by_role("button", name="Check for Samplebridge").click()
    expect(page.get_by_text("Usable.").first).to_be_visible(timeout=FROM_UPLOAD_TO_RESULT)
    page.get_by_role("button", name="Make current").click()
    expect(page.get_by_text("Every report uses it.")).to_be_visible()


def running(page: Page) -> Locator:
    """What Streamlit shows while a script runs; none of it once the page is at rest."""
    return page.get_by_test_id("stStatusWidget")


def choose_the_first(page: Page, choice: Locator) -> None:
    """Open the list of a choice and take its first option.

    A run that ends meanwhile draws the choice anew and shuts its list, so it is opened again.
    """
    for _ in range(10):
        expect(running(page)).to_have_count(0)
        choice.click()
        option = page.get_by_role("option").first
        with suppress(PlaywrightTimeout):
            option.wait_for(timeout=5_000)
            option.click(timeout=5_000)
        if choice.input_value():
            return
        page.keyboard.press("Escape")
    raise AssertionError("the list of the choice never stayed open")


def test_from_a_return_to_a_child(server: Server, page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/import")
    sign_in(page, "demo.analyst")

    hand_in(page, demo.return_files(SAMPLEBRIDGE, YEAR))
    page.get_by_role("button", name="Import something else").click()
    page.get_by_text("Key stage results", exact=True).click()
    expect(page.get_by_text("Drop results of pupils")).to_be_visible()
    results = [u for u in demo.results_files(SAMPLEBRIDGE) if "2024-25" in u.name]
    hand_in(page, results)

    page.get_by_role("link", name="Key stage 2 benchmark").click()
    expect(page.get_by_role("heading", name="Key stage 2 benchmark")).to_be_visible()
    expect(page.get_by_text("England, looked after").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Publication copy").first.click()
    saved = tmp_path / "benchmark.csv"
    download.value.save_as(saved)
    assert "reading, writing and maths" in saved.read_text(encoding="utf-8-sig").lower()

    page.get_by_role("link", name="KS4 Pupil list").click()
    expect(page.get_by_role("heading", name="Key stage 4 pupil list")).to_be_visible()
    choose_the_first(page, page.get_by_role("combobox", name="Open the page of a child"))
    page.get_by_role("button", name="Open this child").click()
    expect(page.get_by_role("heading", level=1).filter(has_text="Child")).to_be_visible()
    assert not errors
