"""A comma inside a name, in files whose writer does not quote: undone where it is certain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cla.upn import LETTERS, MASK

_UPN = re.compile(f"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
_SEXES = ("M", "F")
_DATE = re.compile(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d")


def repaired(
    header: Sequence[str], row: Sequence[str], columns: Mapping[str, tuple[str, ...]]
) -> list[str] | None:
    """The row with the extra commas put back into the name, or None if that is not certain.

    Certain means: the names stand side by side between a well-formed (or masked) UPN and a date of
    birth, with nothing but the sex between them and the date; the UPN is where the heading has it,
    and the date (and nothing before it), with the sex, stands exactly as many fields too far right
    as the row has too many. Only then can the commas be nowhere but in the names.
    """
    extra = len(row) - len(header)
    places = _places(header, columns)
    if extra < 1 or places is None:
        return None
    upn, first, last, dob = places
    value = row[upn].strip().upper()
    if not (_UPN.fullmatch(value) or value == MASK):
        return None
    if [i for i in range(first, dob + extra + 1) if _DATE.fullmatch(row[i].strip())] != [
        dob + extra
    ]:
        return None
    between = [row[i].strip().upper() for i in range(last + extra + 1, dob + extra)]
    if not all(field in _SEXES for field in between):
        return None
    names = [field.strip() for field in row[first : last + extra + 1]]
    if last == first:
        return [*row[:first], ", ".join(names), *row[last + extra + 1 :]]
    return [*row[:first], names[0], ", ".join(names[1:]), *row[last + extra + 1 :]]


def _places(
    header: Sequence[str], columns: Mapping[str, tuple[str, ...]]
) -> tuple[int, int, int, int] | None:
    """Positions of the UPN, the first and last name and the date of birth, if they follow one
    another."""
    if "upn" not in columns or "dob" not in columns:
        return None
    position = {heading: i for i, heading in enumerate(header)}
    upn, dob = position[columns["upn"][0]], position[columns["dob"][0]]
    names = sorted(
        position[columns[name][0]] for name in ("surname", "forenames") if name in columns
    )
    if not names:
        return None
    sex = [position[columns["sex"][0]]] if "sex" in columns else []
    in_a_row = list(range(upn, dob + 1))
    if in_a_row not in ([upn, *names, dob], [upn, *names, *sex, dob]):
        return None
    return upn, names[0], names[-1], dob
