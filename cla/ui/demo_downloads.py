"""The files of a demo authority, for showing somebody how an import goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cla import authorities
from cla.settings import settings

if TYPE_CHECKING:
    from cla.demo import DemoFile


def of(la: str) -> Sequence[DemoFile]:
    """The files to download for this authority; none outside demo mode or for a real one."""
    if not settings().demo or not authorities.find(la).demo:
        return ()
    from cla import demo  # a real installation never loads the invented authorities

    return demo.files(la)
