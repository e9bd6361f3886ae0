"""Who may do what: the roles, their permissions and the words a person reads about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Permission = Literal["cla.view", "cla.pupils", "cla.import", "cla.quality", "cla.history", "people"]

# Everything that starts with "cla." also needs the CLA permission of the person, whatever the role.
ROLES: Mapping[str, frozenset[Permission]] = {
    "vsh": frozenset({"cla.view", "cla.pupils", "cla.quality", "cla.history"}),
    "analyst": frozenset({"cla.view", "cla.pupils", "cla.import", "cla.quality", "cla.history"}),
    "viewer": frozenset({"cla.view"}),
    "administrator": frozenset({"people", "cla.history"}),
}

ROLE_TITLES: Mapping[str, str] = {
    "vsh": "Virtual School Head",
    "analyst": "Analyst",
    "viewer": "Viewer",
    "administrator": "Administrator",
}

# Completes "You do not have permission to ...".
ACTIONS: Mapping[Permission, str] = {
    "cla.view": "read reports about looked-after children",
    "cla.pupils": "see individual children",
    "cla.import": "import returns and results",
    "cla.quality": "read the findings about a return",
    "cla.history": "read the import history",
    "people": "manage people",
}


@dataclass(frozen=True)
class User:
    """A signed-in person and the authority they are looking at.

    ``authorities`` are the ONS codes this person may see; ``la`` is the one chosen for this
    session, always one of them, or "" when the person has none. ``session`` names the open session
    in the store.
    """

    username: str
    name: str
    role: str
    cla: bool
    authorities: tuple[str, ...]
    la: str = ""
    session: str = field(default="", repr=False, compare=False)

    def can(self, permission: Permission) -> bool:
        """True if role, CLA permission and authorities together allow it."""
        if permission not in ROLES.get(self.role, frozenset()):
            return False
        if permission.startswith("cla."):
            return self.cla and self.la != "" and self.la in self.authorities
        return True

    @property
    def role_title(self) -> str:
        """The role in words."""
        return ROLE_TITLES.get(self.role, self.role)
