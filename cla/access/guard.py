"""Who is asking, and may they? Called by the router for every run, by every page first of all."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from cla import authorities
from cla.access import identity
from cla.access.permissions import ACTIONS, Permission, User
from cla.settings import settings
from cla.store import audit, users

_CHOSEN = "cla.access.la"


def user_for(signed_in: identity.SignedIn, asked: str | None = None) -> User:
    """The person as pages know them; ``asked`` is the authority wanted, if it is one of theirs."""
    person = signed_in.person
    first = person.authorities[0] if person.authorities else ""
    return User(
        username=person.username,
        name=person.name,
        role=person.role,
        cla=person.cla,
        authorities=person.authorities,
        la=asked if asked in person.authorities and asked is not None else first,
        session=signed_in.session,
    )


def current_user() -> User | None:
    """The person whose browser this run is for, as the store knows them now; None if signed out."""
    signed_in = _signed_in()
    if signed_in is None:
        return None
    asked = st.query_params.get("la")
    if asked not in signed_in.person.authorities:
        asked = st.session_state.get(_CHOSEN)
    return user_for(signed_in, asked)


def require(permission: Permission) -> User:
    """Return the signed-in person if they have the permission; otherwise say so and stop the run.

    The first statement of every page after its imports, and of every fragment that shows data.
    """
    user = current_user()
    if user is None:
        st.info("You are signed out. Reload the page to sign in.")
        st.stop()
    if not user.can(permission):
        audit.append(
            identity.current_store(), user.la, user.username, "denied", {"permission": permission}
        )
        refuse(user, permission)
        st.stop()
    return user


def refuse(user: User, permission: Permission = "cla.view") -> None:
    """Say what is missing, and whom to ask."""
    st.title("You cannot open this page")
    st.write(f"You are signed in as {_plain(user.name)} ({user.role_title}).")
    if permission.startswith("cla.") and not user.cla:
        st.write(
            "Your account does not have the permission for looked-after children's data (CLA)."
            " Signing in alone does not give it."
        )
    elif permission.startswith("cla.") and not user.la:
        st.write("Your account is not connected to a local authority yet.")
    else:
        st.write(f"Your role does not allow you to {ACTIONS[permission]}.")
    st.write(f"Ask {_whom_to_ask()} if you need it for your work.")


def account(user: User) -> User:
    """Draw the account part of the sidebar: name, choice of authority, sign out.

    Returns the user with the authority chosen. The choice is kept in the address as ``la``.
    """
    with st.sidebar:
        st.write(f"{_plain(user.name)}, {user.role_title}")
        if len(user.authorities) > 1:
            st.session_state[_WIDGET] = user.la
            st.selectbox(
                "Local authority", user.authorities, key=_WIDGET, format_func=_title,
                on_change=_choose, args=(user.authorities,),
            )  # fmt: skip
            st.session_state[_CHOSEN] = user.la
            if st.query_params.get("la") != user.la:
                st.query_params["la"] = user.la
        elif user.la:
            st.caption(_title(user.la))
        st.button("Sign out", on_click=sign_out, icon=":material/logout:")
    return user


def sign_out() -> None:
    """End the session in every tab of this browser and forget what this tab remembered."""
    signed_in = _signed_in()
    if signed_in is not None:
        identity.end(identity.current_store(), signed_in.session, signed_in.person.username, _now())
    st.session_state.clear()


_WIDGET = "cla.access.la.widget"


def _choose(allowed: tuple[str, ...]) -> None:
    chosen = st.session_state[_WIDGET]
    if chosen in allowed:
        st.session_state[_CHOSEN] = chosen
        st.query_params["la"] = chosen


def _signed_in() -> identity.SignedIn | None:
    session = identity.session_in(st.user.to_dict())
    return identity.find(identity.current_store(), session, _now()) if session else None


def _title(la: str) -> str:
    try:
        return authorities.find(la).name
    except authorities.UnknownAuthorityError:  # an authority that has ended since
        return la


def _whom_to_ask() -> str:
    """The administrators by name, so that a person without access knows where to turn."""
    everyone = users.everyone(identity.current_store(), include_demo=settings().demo)
    names = [_plain(p.name) for p in everyone if p.role == "administrator" and p.active]
    if not names:
        return "whoever runs this dashboard at your authority"
    return f"an administrator of this dashboard ({', '.join(names[:3])})"


def _plain(text: str) -> str:
    """A name as Markdown that shows exactly its characters."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:" else c for c in text)


def _now() -> datetime:
    return datetime.now(UTC)
