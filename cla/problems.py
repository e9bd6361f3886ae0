"""What is wrong with files that cannot be used, in sentences a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason why a file cannot be used.

    ``file`` is the name the person gave it, ``line`` counts from 1 with the heading as line 1.
    ``message`` says what is wrong and what to do; it never repeats a value of a child's record.
    """

    file: str
    message: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = [self.file]
        if self.line is not None:
            where.append(f"line {self.line:,}")
        if self.column is not None:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.message}"


class Unusable(Exception):  # noqa: N818 - what it says of the files, not that it is an error
    """The files cannot be used; ``problems`` says why, one sentence each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
