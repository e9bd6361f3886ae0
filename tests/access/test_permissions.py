from __future__ import annotations

import itertools
from typing import get_args

import pytest

from cla.access import Permission, User
from cla.access.permissions import ACTIONS, ROLE_TITLES, ROLES
from cla.store import tables

ALL = get_args(Permission)
GRANTED = {
    "vsh": "cla.view cla.pupils cla.quality cla.history",
    "analyst": "cla.view cla.pupils cla.quality cla.history cla.import",
    "viewer": "cla.view",
    "administrator": "people cla.history",
}


def user(role: str, *, cla: bool = True, la: str = "X06000991") -> User:
    return User("u", "U", role, cla, (la,) if la else (), la)


@pytest.mark.parametrize("role", GRANTED)
def test_a_role_grants_exactly_its_permissions(role: str) -> None:
    assert {p for p in ALL if user(role).can(p)} == set(GRANTED[role].split())


@pytest.mark.parametrize(("role", "permission"), list(itertools.product(GRANTED, ALL)))
def test_without_the_cla_permission_nothing_of_cla(role: str, permission: Permission) -> None:
    allowed = user(role, cla=False).can(permission)
    assert allowed == (permission == "people" and role == "administrator")


@pytest.mark.parametrize("permission", ALL)
def test_without_an_authority_or_with_anothers_nothing_of_cla(permission: Permission) -> None:
    if permission.startswith("cla."):
        assert not user("analyst", la="").can(permission)
        stranger = User("u", "U", "analyst", True, ("X06000991",), "E06000014")
        assert not stranger.can(permission)


def test_an_unknown_role_may_do_nothing() -> None:
    assert not any(user("root").can(permission) for permission in ALL)


def test_roles_are_those_of_the_store_and_all_have_words() -> None:
    assert set(ROLES) == set(tables.ROLES) == set(ROLE_TITLES)
    assert set(ACTIONS) == set(ALL)
