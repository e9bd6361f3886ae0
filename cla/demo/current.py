"""The looked-after children of an invented authority on a day after its last return.

Most are those of 31 March; some have left since, some have come, and some have moved. The columns
are those of docs/current-list.md.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from cla.demo.careers import careers, upn_in
from cla.demo.chance import Chance
from cla.demo.days import day, text
from cla.demo.episodes import fill
from cla.demo.files import csv
from cla.demo.plans import Child, Episode, Period, starters, starts_in
from cla.demo.pupils import number, pupils_from
from cla.demo.recipe import authority, value, years
from cla.demo.returns import place_in
from cla.files import Upload

AS_AT = day(2026, 6, 30)
WITHOUT_NUMBER = 0.2  # of those who came since, whose UPN the authority does not know yet
COLUMNS = (
    *("AS_AT", "CHILD", "UPN", "ULN", "SEX", "DOB", "ETHNIC", "STARTED", "LS", "PLACE"),
    *("LAESTAB", "URN", "YEAR_GROUP"),
)


def _period(child: Child) -> Period | None:
    """The period of care that a child is in on the day."""
    if child.respite:
        return None
    return next((p for p in child.periods if p.start <= AS_AT < p.end), None)


def _episode(period: Period) -> Episode:
    return [episode for episode in period.episodes if episode.decom <= AS_AT][-1]


def _joiners(la: str, share: float) -> list[tuple[Child, str]]:
    """Children who started to be looked after since the last return, with their UPN or none."""
    own, last = authority(la), max(years())
    already = sum(starts_in(own, share, year) for year in range(value("first_entry"), last + 1))
    came = [
        child
        for child in starters(own, share, last + 1, already)
        if child.periods and _period(child) is not None
    ]
    found = []
    for order, child in enumerate(came):
        fill(own, child)
        chance = Chance(value("seed"), child.id, "current upn")
        given = number(own.code3, 2050, chance.between(14, 24), 100 + order)
        young = AS_AT - child.dob < 5 * 365 - 60
        found.append((child, "" if young or chance.happens(WITHOUT_NUMBER) else given))
    return found


def _people(la: str, share: float) -> list[tuple[Child, str]]:
    """Everyone on the list with their UPN, empty where the return has a code for its absence."""
    stayed = []
    for career in careers(la, share):
        if _period(career.child) is not None:
            given = upn_in(career, max(years()))
            stayed.append((career.child, "" if given.startswith("UN") else given))
    return [*stayed, *_joiners(la, share)]


def _uln(child: Child) -> str:
    """A learner number from 14 on; none of them is anybody's (they begin with 99)."""
    if AS_AT - child.dob < 14 * 365.25:
        return ""
    return f"99{Chance(value('seed'), child.id, 'uln').between(0, 99_999_999):08d}"


@cache
def current_files(la: str, share: float = 1.0) -> tuple[Upload, ...]:
    """The list of the children looked after on 30 June 2026, one CSV."""
    people = _people(authority(la).la, share)
    with_upn = [(child, upn, True) for child, upn in people if upn]
    pupils = pupils_from(with_upn, la, 2026).set_index("id")
    rows = []
    for child, upn in people:
        period = _period(child)
        assert period is not None
        episode = _episode(period)
        rows.append(
            {
                "AS_AT": text(AS_AT),
                "CHILD": child.id,
                "UPN": upn,
                "ULN": _uln(child),
                "SEX": child.sex,
                "DOB": text(child.dob),
                "ETHNIC": child.ethnic,
                "STARTED": text(period.start),
                "LS": episode.ls,
                "PLACE": place_in(episode.place, child.id, episode.post, max(years())),
            }
        )
    frame = pd.DataFrame(rows)
    for column, name in (("LAESTAB", "laestab"), ("URN", "urn"), ("YEAR_GROUP", "year_group")):
        frame[column] = frame["CHILD"].map(pupils[name].astype("str")).fillna("")
    frame["YEAR_GROUP"] = frame["YEAR_GROUP"].replace({"0": "R"})
    frame = frame.sort_values("CHILD", kind="stable")
    return (csv("current-looked-after-children-2026-06-30.csv", frame[list(COLUMNS)]),)
