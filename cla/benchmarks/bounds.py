"""What follows of withheld numbers from the numbers beside them, as ranges."""

from __future__ import annotations

from collections.abc import Sequence

Range = tuple[int, int]


def tightened(
    whole: Range, low: Sequence[int], high: Sequence[int]
) -> tuple[Range, list[int], list[int]] | None:
    """The ranges of parts and of their whole that are left when the parts add up to the whole.

    ``low`` and ``high`` are what is known of each part. None where no numbers fit. What is left is
    exact: each number of a range is taken by some solution.
    """
    least, most = sum(low), sum(high)
    bottom, top = max(whole[0], least), min(whole[1], most)
    if bottom > top or any(a > b for a, b in zip(low, high, strict=True)):
        return None
    lows = [max(a, bottom - (most - b)) for a, b in zip(low, high, strict=True)]
    highs = [min(b, top - (least - a)) for a, b in zip(low, high, strict=True)]
    return (bottom, top), lows, highs
