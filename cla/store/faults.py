"""Named points at which the tests kill the process or fill the disk.

``CLA_FAULT=save:kill`` ends the process at the point "save" as a power cut would;
``CLA_FAULT=save:full`` raises the error of a full disk there. Unset, a point does nothing.
"""

from __future__ import annotations

import errno
import os

KILLED = 137


def point(name: str) -> None:
    """Fail here if the environment says so."""
    wanted, _, how = os.environ.get("CLA_FAULT", "").partition(":")
    if wanted != name:
        return
    if how == "full":
        raise OSError(errno.ENOSPC, "No space left on device")
    os._exit(KILLED)
