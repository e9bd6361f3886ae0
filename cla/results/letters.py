"""One tidy row a pupil: key stage 4 in grades A* to G, to 2015/16."""

from __future__ import annotations

from cla.files.sheet import Sheet
from cla.results.gcse import PILLARS
from cla.results.secondary import attainment_8, carried, eligible, progress_8
from cla.results.tidy import Tidy, all_of

LAST_YEAR = "2015/16"
FIRST_ATTAINMENT_8 = "2015/16"


def key_stage_4(sheet: Sheet, academic_year: str) -> Tidy:
    """English and maths and five subjects at A* to C, the EBacc, and from 2015/16 Attainment 8.

    DfE's flags are carried over under whatever suffix the year has (_PTQ 2013/14, _PTQ_EE and _LL
    since); nothing but English and maths together is worked out. Attainment 8 of 2015/16 is on the
    points of A* to G, 8 to 1; Progress 8 of that year is the file's, no estimates are held.
    """
    tidy = Tidy(sheet)
    eligible(tidy)
    if academic_year >= FIRST_ATTAINMENT_8:
        attainment_8(tidy)
        progress_8(tidy, academic_year)
    tidy.copy("eng_ac", "mat_ac", how="flag")
    tidy.flag("em_ac", all_of(tidy.frame["eng_ac"], tidy.frame["mat_ac"]))
    flags = ["fiveac", "fiveac_em", "ebacc_entered", "ebacc_ach", "any_pass"]
    pillars = [f"pillar_{pillar}_{what}" for pillar in PILLARS for what in ("entered", "ach")]
    tidy.add({name: sheet.flag(name) for name in (*flags, *pillars)})
    for name in ("eng_ac", "mat_ac", *flags):
        if tidy.frame[name].notna().any():
            tidy.flags[name] = "file"
    carried(tidy)
    return tidy
