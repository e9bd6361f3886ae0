"""Signing in, permissions, and the gate in front of Streamlit.

Pages need ``require`` and ``User``. The sign-in form is in ``cla.access.sign_in``, which only the
router imports: Streamlit serves its cookie component only if a run of the script imports it.
"""

from __future__ import annotations

from cla.access.guard import current_user, require
from cla.access.identity import current_store
from cla.access.passwords import UnusablePassword, hash_password
from cla.access.permissions import Permission, User

__all__ = [
    "Permission",
    "UnusablePassword",
    "User",
    "current_store",
    "current_user",
    "hash_password",
    "require",
]
