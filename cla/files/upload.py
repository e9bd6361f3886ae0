"""One file as handed in, the limits on it, and the sentence that refuses it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cla.problems import Problem, Unusable

MEGABYTE = 1024 * 1024
MAX_BYTES = 50 * MEGABYTE  # one file, packed or unpacked

_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


@dataclass(frozen=True)
class Upload:
    """One file as handed in. ``within`` names the ZIP it came out of, if any."""

    name: str
    content: bytes
    within: str = ""

    @property
    def label(self) -> str:
        """The name to show to people, free of control and direction characters."""
        shown = shown_name(self.name)
        return f"{shown} (in {shown_name(self.within)})" if self.within else shown


def shown_name(name: str) -> str:
    """A file name or heading, safe to put in a sentence: no control characters, 80 at most."""
    clean = _UNSHOWABLE.sub("?", name)
    return clean if len(clean) <= 80 else f"{clean[:77]}..."


def too_large(label: str, limit: int) -> Unusable:
    return refusal(
        label, f"is larger than {limit // MEGABYTE} MB, the most that is read; split or trim it."
    )


def refusal(file: str, message: str, line: int | None = None) -> Unusable:
    return Unusable([Problem(shown_name(file), message, line=line)])
