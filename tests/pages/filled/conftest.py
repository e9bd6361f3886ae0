"""What tests of pages over a filled store share: the store, an open page, its words."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cla.access import current_store, identity
from tests.pages.conftest import SignedIn
from tests.ui import stock

PAGES = ("home.py", "ks2_benchmark.py", "ks4_pupil_list.py", "matching.py", "data_quality.py")
SECRET = "a secret of tests: 0123456789 abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module", autouse=True)
def caches():
    """All tests here read the same data at the same version, so what one cached serves the next."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store with the stock's returns, results and characteristics, this test's own."""
    for name in ("CLA_DATABASE_URL", "CLA_DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_SECRET", SECRET)  # references of children are cached beside the data
    (tmp_path / "cla.db").write_bytes(stock.template())
    yield current_store()
    identity.close_stores()


@pytest.fixture
def open_page(signed_in: SignedIn):
    """Open a page of the filled store as somebody: ``open_page(role, page, **query)``."""

    def opened(role: str, file: str, **query: str) -> AppTest:
        at = signed_in(role, authorities=(stock.LA,))
        at.run()
        for name, value in query.items():
            at.query_params[name] = value
        at.switch_page(file).run()
        assert not at.exception, at.exception
        return at

    return opened


def text(at: AppTest) -> str:
    kinds = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.success)
    return "\n".join(str(element.value).replace("\\", "") for kind in kinds for element in kind)


def asked(at: AppTest, name: str) -> str:
    """A parameter of the address; AppTest gives a text or a list of one."""
    given = at.query_params[name]
    return given if isinstance(given, str) else given[0]
