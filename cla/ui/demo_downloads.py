"""The files of a demo authority, for showing somebody how an import goes."""

from __future__ import annotations

from collections.abc import Sequence

from cla import authorities, demo
from cla.settings import settings


def of(la: str) -> Sequence[demo.DemoFile]:
    """The files to download for this authority; none outside demo mode or for a real one."""
    if not settings().demo or not authorities.find(la).demo:
        return ()
    return demo.files(la)
