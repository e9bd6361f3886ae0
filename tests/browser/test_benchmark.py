"""A benchmark in a browser: all comparators, like for like, how it comes about, all authorities."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cla.access import demo_accounts
from cla.store import open_store
from tests.browser.conftest import ROOT, Server, serving, sign_in
from tests.ui import stock_pool

pytestmark = pytest.mark.browser
COMPARATORS = (
    "England, looked after",
    "North East, looked after",
    "Statistical neighbours, looked after",
    "England, all pupils",
    "Other authorities here, looked after",
    "Ours, the year before",
)
NARROW, WIDE = 400, 1280


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app over three invented authorities, two of which are a pool for the third."""
    data_dir = tmp_path_factory.mktemp("pool") / "data"
    data_dir.mkdir()
    store = open_store(f"sqlite:///{data_dir / 'cla.db'}")
    stock_pool.fill(store)
    demo_accounts.add(store, list(stock_pool.AUTHORITIES))
    store.close()
    with serving(ROOT, data_dir) as server:
        yield server


def opened(page: Page, server: Server, query: str = "", width: int = WIDE) -> None:
    """The benchmark of key stage 2, as the Virtual School Head sees it."""
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.url}/ks2-benchmark?year={stock_pool.YEARS[-1]}{query}")
    sign_in(page, "demo.vsh")
    at_rest(page)


def at_rest(page: Page) -> None:
    """The page has come to rest and failed nowhere."""
    expect(page.get_by_text("Showing:").first).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def headings(page: Page) -> Locator:
    """The headings of the first table of measures."""
    return page.get_by_test_id("stTable").first.locator("th")


def test_six_comparators_can_be_chosen_from(pool: Server, page: Page) -> None:
    opened(page, pool)
    for name in COMPARATORS:
        expect(page.get_by_role("button", name=name)).to_be_visible()
        expect(headings(page).filter(has_text=name)).to_have_count(1)
    page.get_by_role("button", name="England, all pupils").click()
    expect(headings(page).filter(has_text="England, all pupils")).to_have_count(0)
    expect(headings(page).filter(has_text="North East, looked after")).to_have_count(1)
    (compared,) = parse_qs(urlsplit(page.url).query)["compare"]
    assert compared.split(",") == [
        "england_cla", "region_cla", "neighbours_cla", "pooled", "own_last",
    ]  # fmt: skip


def test_like_for_like_by_children_of_other_authorities(pool: Server, page: Page) -> None:
    opened(page, pool)
    expect(page.get_by_role("heading", name="Like for like")).to_be_visible()
    expect(page.get_by_text("Comparing 30 of ours with 60 similar children").first).to_be_visible()
    page.get_by_text("The groups behind it").click()
    expect(page.get_by_text("÷ 30 = 43.3%").first).to_be_visible()
    page.get_by_role("radio", name="How it is worked out").click()
    expect(page.get_by_text("100 × 13 who reached it ÷ 30 counted = 43.3%.").first).to_be_visible()
    traced = page.get_by_test_id("stTable").first
    for name in COMPARATORS:
        expect(traced.get_by_text(name)).to_be_visible()
    expect(traced.get_by_text("Reporting year 2025, Revised").first).to_be_visible()
    expect(page.get_by_text("(10 × 30.0 + 10 × 40.0 + 10 × 60.0)").first).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_all_authorities_have_a_funnel_and_a_table(pool: Server, page: Page, width: int) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened(page, pool, "&view=authorities&of=ks2_rwm_exp", width)
    expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_attached()
    expect(page.locator(".annotation-text").filter(has_text="Demoshire")).to_have_count(1)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    expect(page.get_by_text("43.3% of 30 children")).to_be_visible()
    assert page.evaluate("document.body.scrollWidth") <= width
    assert errors == []


def test_the_choice_of_comparators_fits_a_narrow_screen(pool: Server, page: Page) -> None:
    opened(page, pool, width=NARROW)
    for name in COMPARATORS:
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= NARROW
    assert page.evaluate("document.body.scrollWidth") <= NARROW
