"""Who may open what, over the real router with placeholder pages beside it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cla.access import demo_accounts, identity
from cla.store import Store, audit, users
from tests.pages.conftest import DEMOSHIRE, PASSWORD, ROUTER, SignedIn, hashed

SAMPLEBRIDGE = "X06000992"
NEEDS = {
    "home.py": "cla.view",
    "ks2_benchmark.py": "cla.view",
    "ks4_pupil_list.py": "cla.pupils",
    "matching.py": "cla.pupils",
    "match_queue.py": "cla.import",
    "pupil_details.py": "cla.pupils",
    "import_data.py": "cla.import",
    "import_history.py": "cla.history",
    "data_quality.py": "cla.quality",
}
MAY_OPEN = {
    "vsh": set(NEEDS) - {"import_data.py", "match_queue.py"},
    "analyst": set(NEEDS),
    "viewer": {"home.py", "ks2_benchmark.py"},
}
PLACEHOLDER = """
import streamlit as st
from cla.access import require

user = require("{permission}")
st.title("{title}")
st.write("authority", user.la, "child", st.query_params.get("child"))
"""


@pytest.fixture
def router(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(ROUTER, pages)
    for file, permission in NEEDS.items():
        text = PLACEHOLDER.format(permission=permission, title=f"MARKER {file}")
        (pages / file).write_text(text, encoding="utf-8")
    return pages / "router.py"


def words(at: AppTest) -> str:
    elements = [*at.title, *at.header, *at.markdown, *at.error, *at.info, *at.warning]
    return "\n".join(str(element.value) for element in elements)


def may_open(at: AppTest, file: str) -> bool:
    try:
        at.switch_page(file)
    except ValueError:  # not registered for this person
        return False
    at.run()
    assert not at.exception
    return f"MARKER {file}" in words(at)


@pytest.mark.parametrize("role", MAY_OPEN)
@pytest.mark.parametrize("file", NEEDS)
def test_each_role_opens_its_pages_and_no_other(signed_in: SignedIn, role: str, file: str) -> None:
    at = signed_in(role).run()
    assert may_open(at, file) == (file in MAY_OPEN[role])


@pytest.mark.parametrize("role", ["vsh", "analyst", "viewer", "administrator"])
def test_without_the_cla_permission_one_page_says_so(signed_in: SignedIn, role: str) -> None:
    at = signed_in(role, cla=False).run()
    assert "MARKER" not in words(at)
    assert "does not have the permission for looked-after children's data" in words(at)
    assert not any(may_open(at, file) for file in NEEDS)


def test_who_lacks_permission_reads_whom_to_ask(signed_in: SignedIn, store: Store) -> None:
    users.add(
        store, "boss", name="Officer *A*", role="administrator", cla=False, authorities=(),
        password_hash=hashed(PASSWORD), by="test",
    )  # fmt: skip
    assert r"Officer \*A\*" in words(signed_in("viewer", cla=False).run())


def test_without_an_authority_nothing_is_shown(signed_in: SignedIn) -> None:
    at = signed_in("analyst", authorities=()).run()
    assert "not connected to a local authority" in words(at)
    assert "MARKER" not in words(at)


@pytest.mark.parametrize("file", NEEDS)
def test_a_visitor_gets_the_form_at_every_address(app: AppTest, file: str) -> None:
    app.run()
    app.switch_page(file).run()
    assert [field.label for field in app.text_input] == ["Username", "Password"]
    assert "MARKER" not in words(app)


def test_the_widgets_memory_is_no_proof(app: AppTest, store: Store) -> None:
    users.add(
        store, "asha", name="A", role="analyst", cla=True, authorities=(DEMOSHIRE,),
        password_hash=hashed(PASSWORD), by="test",
    )  # fmt: skip
    for name, value in {"authentication_status": True, "username": "asha", "name": "A"}.items():
        app.session_state[name] = value
    app.run()
    assert "MARKER" not in words(app)


@pytest.mark.parametrize("sealed", ["", "abc", "abc." + "0" * 64, None, 7])
def test_an_identity_that_did_not_pass_the_gate_names_nobody(
    app: AppTest, signed_in: SignedIn, sealed: object
) -> None:
    signed_in("analyst", username="asha")
    app.user = {"name": "asha", "sess": sealed}
    app.run()
    assert [field.label for field in app.text_input] == ["Username", "Password"]


def test_a_session_of_one_person_does_not_serve_another(signed_in: SignedIn) -> None:
    at, other = signed_in("viewer"), signed_in("analyst", username="asha")
    at.user = {"name": "asha", "sess": at.user["sess"]}
    assert "MARKER" not in words(at.run())
    assert "MARKER home.py" in words(other.run())


def test_only_own_authorities_can_be_asked_for(signed_in: SignedIn) -> None:
    at = signed_in("vsh", la="E06000014").run()
    assert DEMOSHIRE in words(at) and "E06000014" not in words(at)


def test_the_choice_of_authority_is_kept_across_pages(signed_in: SignedIn) -> None:
    at = signed_in("vsh", authorities=(DEMOSHIRE, SAMPLEBRIDGE)).run()
    assert DEMOSHIRE in words(at)
    at.sidebar.selectbox[0].set_value(SAMPLEBRIDGE).run()
    assert SAMPLEBRIDGE in words(at) and at.query_params["la"] == SAMPLEBRIDGE
    at.query_params.clear()
    at.switch_page("data_quality.py").run()
    assert "MARKER data_quality.py" in words(at) and SAMPLEBRIDGE in words(at)


@pytest.mark.parametrize("change", ["disable", "permit", "password", "revoke"])
def test_what_ends_a_session_ends_it_at_the_next_run(
    signed_in: SignedIn, store: Store, change: str
) -> None:
    at = signed_in("vsh", username="asha").run()
    assert "MARKER home.py" in words(at)
    if change == "disable":
        users.disable(store, "asha", by="test")
    elif change == "permit":
        users.permit(store, "asha", cla=False, by="test")
    elif change == "password":
        users.set_password_hash(store, "asha", hashed("another password"), by="test")
    else:
        session = identity.session_in(at.user)
        assert session is not None
        identity.end(store, session, "asha", datetime.now(UTC))
    assert "MARKER" not in words(at.run())


def test_signing_out_ends_the_session_and_forgets(signed_in: SignedIn, store: Store) -> None:
    at = signed_in("vsh", username="asha").run()
    at.session_state["something"] = "remembered"
    at.sidebar.button[-1].click().run()
    assert "MARKER" not in words(at)
    assert "something" not in at.session_state
    session = identity.session_in(at.user)
    assert session is not None and identity.find(store, session, datetime.now(UTC)) is None
    assert "signed out" in audit.read(store)["event"].tolist()


def sign_in_as(at: AppTest, username: str, password: str) -> AppTest:
    at.run()
    at.text_input[0].set_value(username)
    at.text_input[1].set_value(password)
    return at.button[0].click().run()


def test_the_right_password_offers_a_ticket_and_shows_nothing_yet(
    app: AppTest, store: Store
) -> None:
    users.add(
        store, "asha", name="A", role="analyst", cla=True, authorities=(DEMOSHIRE,),
        password_hash=hashed(PASSWORD), by="test",
    )  # fmt: skip
    at = sign_in_as(app, " ASHA ", PASSWORD)
    assert "Signing you in" in words(at) and "MARKER" not in words(at)
    ticket = at.session_state["cla.access.ticket"]["value"]
    token = identity.exchange(store, ticket, "asha", datetime.now(UTC))
    assert token is not None
    assert identity.find(store, identity.name_of(token), datetime.now(UTC)) is not None


@pytest.mark.parametrize("username", ["asha", "nobody", "Pa55word typed here"])
def test_a_wrong_password_and_an_unknown_name_read_the_same(
    app: AppTest, store: Store, username: str
) -> None:
    users.add(
        store, "asha", name="A", role="analyst", cla=True, authorities=(DEMOSHIRE,),
        password_hash=hashed(PASSWORD), by="test",
    )  # fmt: skip
    at = sign_in_as(app, username, "not the password")
    assert [error.value for error in at.error] == ["The username or the password is not right."]
    assert not audit.read(store).astype(str).apply(lambda c: c.str.contains("Pa55")).any().any()


def test_guessing_is_slowed_down_for_names_known_and_unknown(app: AppTest) -> None:
    for _ in range(4):
        sign_in_as(app, "nobody", "not the password")
    at = sign_in_as(app, "nobody", "not the password")
    assert at.error[0].value.startswith("Too many tries. Wait")


def test_demo_accounts_are_listed_and_work_in_demo_mode_only(
    app: AppTest, signed_in: SignedIn, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo_accounts.add(store, [DEMOSHIRE])
    app.run()
    assert demo_accounts.PASSWORD not in words(app)
    at = sign_in_as(app, "demo.vsh", demo_accounts.PASSWORD)
    assert [error.value for error in at.error] == ["The username or the password is not right."]
    monkeypatch.setenv("CLA_DEMO", "1")
    app.run()
    assert demo_accounts.PASSWORD in words(app) and "demo.vsh" in words(app)
    assert "Signing you in" in words(sign_in_as(app, "demo.vsh", demo_accounts.PASSWORD))
