"""The sign-in form: streamlit-authenticator's widget, checked against the store.

Imported by the router only (see the package's docstring). What the widget remembers in the session
state is never taken as proof of anything: a person is signed in when the gate says so, which is
after the browser has come back with the widget's cookie and got a session for it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit_authenticator import Authenticate
from streamlit_authenticator.models import AuthenticationModel
from streamlit_authenticator.utilities import LoginError

from cla.access import demo_accounts, identity, throttle, tickets
from cla.access.passwords import check_password
from cla.settings import settings
from cla.store import attempts, audit, users

_TICKET = "cla.access.ticket"
_MOST_LOOKS = 8
FIELDS = {
    "Form name": "Sign in",
    "Username": "Username",
    "Password": "Password",
    "Login": "Sign in",
}


class _StorePasswords(AuthenticationModel):
    """The widget's model with our own check: throttled, audited, as slow for unknown names."""

    def check_credentials(self, username: str, password: str) -> bool:
        """True if the password is right; LoginError, with a sentence, when it is too soon."""
        store, now = identity.current_store(), datetime.now(UTC)
        source = str(st.context.ip_address or "this machine")
        pause = throttle.wait(store, username, source, now)
        if pause:
            seconds = int(pause.total_seconds()) + 1
            raise LoginError(f"Too many tries. Wait {seconds} seconds, then try again.")
        known = self.credentials["usernames"].get(username)
        right = check_password(password, known["password"] if known else None)
        attempts.record(store, username, source, succeeded=right, now=now)
        if not right:
            # People type passwords into the name field: only a name that exists is written down.
            audit.append(store, None, username if known else "unknown", "sign-in refused", now=now)
        return right


def show() -> None:
    """Show the sign-in form; once it has been passed, the browser loads its address again."""
    if identity.session_in(st.user.to_dict()) is not None:
        # This socket belonged to a session that has ended. The form needs a new one.
        st.info("You are signed out.")
        _load("/")
        return
    st.title("Children looked after dashboard")
    form = _form()
    try:
        form.login(key="sign-in", fields=FIELDS)
    except LoginError as error:
        st.session_state["authentication_status"] = None
        st.error(str(error))
    status = st.session_state["authentication_status"]
    if status:
        _come_back_with_cookie(form)
    elif status is False:
        st.error("The username or the password is not right.")
    if settings().demo and not status:
        _show_demo_accounts()


def _form() -> Any:
    key = tickets.signing_key()
    people = users.credentials(identity.current_store(), include_demo=settings().demo)
    # The widget reads all cookies first, by a component whose answer runs the script again: a run
    # that would cut short the check of a password typed quickly. We have no use for the answer.
    reader = st.empty()
    with reader:
        form = Authenticate(
            {"usernames": {}},
            cookie_name=tickets.COOKIE,
            cookie_key=key,
            cookie_expiry_days=tickets.LIFETIME.total_seconds() / 86_400,
            auto_hash=False,
            login_sleep_time=0,
        )
    reader.empty()
    form.authentication_controller.authentication_model = _StorePasswords(
        {"usernames": {name: dict(person) for name, person in people.items()}},
        auto_hash=False,
        secret_key=key,
    )
    return form


def _come_back_with_cookie(form: Any) -> None:
    """Wait until the browser has stored the widget's cookie, then have it ask for the page again.

    The cookie is set and read back by a component in the page; each of its reports runs the script
    once more. The gate exchanges the cookie on the browser's next request.
    """
    cookie = form.cookie_controller.cookie_model
    st.info("Signing you in ...")
    if _TICKET not in st.session_state:
        if cookie.exp_date is None:  # the run that checked the password was cut short
            form.cookie_controller.set_cookie()
        ticket, issued = cookie._token_encode(), datetime.now(UTC)
        expires = datetime.fromtimestamp(cookie.exp_date, UTC)
        username = st.session_state["username"]
        identity.offer_ticket(identity.current_store(), ticket, username, expires, issued)
        st.session_state[_TICKET] = {"value": ticket, "expires": expires, "looks": 0}
        return  # the widget has just placed the component that sets the cookie
    ticket = st.session_state[_TICKET]
    if datetime.now(UTC) >= ticket["expires"] or ticket["looks"] > _MOST_LOOKS:
        for name in (_TICKET, "authentication_status", "username", "name"):
            st.session_state.pop(name, None)
        st.error(
            "The browser did not keep the sign-in cookie. Allow cookies for this site, then reload."
        )
        return
    manager = cookie.cookie_manager
    local = ticket["expires"].astimezone().replace(tzinfo=None)
    manager.set(tickets.COOKIE, ticket["value"], expires_at=local)
    kept = manager.get_all(key=f"look {ticket['looks']}")  # {} until the browser has answered
    if kept.get(tickets.COOKIE) == ticket["value"]:
        _load("")
    elif kept:  # it looked too early: look again
        ticket["looks"] += 1
        manager.get_all(key=f"look {ticket['looks']}")


def _load(address: str) -> None:
    """Have the browser load an address of this server; "" is the one it shows, with its query."""
    context = get_script_run_ctx()
    if context is not None:
        message = ForwardMsg()
        message.auth_redirect.url = address
        context.enqueue(message)


def _show_demo_accounts() -> None:
    st.header("Demonstration", divider="gray")
    st.write("Every child here is invented. All accounts have the same password.")
    password = demo_accounts.PASSWORD
    rows = [f"| `{a.username}` | `{password}` | {a.shows} |" for a in demo_accounts.ACCOUNTS]
    st.markdown("\n".join(["| Username | Password | Shows |", "| --- | --- | --- |", *rows]))
