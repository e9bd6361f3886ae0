"""Unique pupil numbers: cleaned, graded, and their check letter.

A UPN is a check letter, a local authority code, an establishment number, the year of issue and a
serial number; a temporary one ends in a letter. Source: UPN version 2.0 in the government data
standards catalogue. A wrong check letter is graded, not refused: returns carry many, and DfE
matches on equality.
"""

from __future__ import annotations

import pandas as pd

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
MASK = "*" * 13

PERMANENT = "permanent"
TEMPORARY = "temporary"
BAD_LETTER = "bad letter"
BAD_FORMAT = "bad format"
UN_CODE = "UN code"
BLANK = "blank"
MASKED = "masked"
GRADES = (PERMANENT, TEMPORARY, BAD_LETTER, BAD_FORMAT, UN_CODE, BLANK, MASKED)
MATCHABLE = (PERMANENT, TEMPORARY, BAD_LETTER, BAD_FORMAT)

_VALUE = {character: value for value, character in enumerate(LETTERS)} | {
    str(digit): digit for digit in range(10)
}
_PERMANENT = f"[{LETTERS}][0-9]{{12}}"
_TEMPORARY = f"[{LETTERS}][0-9]{{11}}[{LETTERS}]"


def check_letter(body: str) -> str:
    """The letter that begins the UPN whose characters 2 to 13 are ``body``. Raises ValueError.

    Each character's value times its position (2 to 13), summed, modulo 23, picks from the 23
    letters.
    """
    if len(body) != 12 or not set(body) <= set(_VALUE):
        raise ValueError("the body of a UPN is twelve characters, digits but for the last")
    return LETTERS[sum(_VALUE[c] * weight for weight, c in enumerate(body, start=2)) % 23]


def grade(upns: pd.Series) -> tuple[pd.Series, pd.Series]:
    """UPNs trimmed, without spaces and in capitals, and the grade of each (one of GRADES), same
    index."""
    clean = upns.astype("str").str.replace(r"\s+", "", regex=True).str.upper()
    clean = clean.mask(clean == "")
    grades = pd.Series(BAD_FORMAT, index=upns.index, dtype="str")
    grades[clean.isna()] = BLANK
    grades[clean == MASK] = MASKED
    grades[clean.str.fullmatch("UN[1-9]").fillna(False).astype(bool)] = UN_CODE
    for pattern, right in ((_PERMANENT, PERMANENT), (_TEMPORARY, TEMPORARY)):
        shaped = clean[clean.str.fullmatch(pattern).fillna(False).astype(bool)]
        ok = shaped.map(lambda upn: check_letter(upn[1:]) == upn[0]).astype(bool)
        grades.loc[shaped.index] = ok.map({True: right, False: BAD_LETTER})
    return clean, grades
