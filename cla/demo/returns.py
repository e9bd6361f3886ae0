"""The return of one year: what the careers look like from inside one window of twelve months.

Each table is a list of rows in the year's own columns and codes. What has not happened by 31
March is not in the return: an episode that ends later is open, with no end, reason or reason for
change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pandas as pd

from cla.demo.careers import Career, careers, draw, upn_in
from cla.demo.chance import Chance
from cla.demo.days import age_on, birthday, clear_of_year_end, day, end_of, start_of, text
from cla.demo.plans import Episode
from cla.demo.recipe import value, weights, years
from cla.ssda903.layout import layout

Row = dict[str, str]


def _date(when: int | None) -> str:
    return "" if when is None else text(when)


def sex_in(sex: str, year: int) -> str:
    """The code of a sex in the return of a year: 1 and 2 until 2023-24, then M and F."""
    return sex if year >= 2025 else {"M": "1", "F": "2"}[sex]


def place_in(place: str, child: str, post: str, year: int) -> str:
    """The placement code in the list of a year; the placement itself is unchanged."""
    if place == "H5" and year >= 2025:
        return "K3"
    if place == "Z1" and year >= 2026:
        return f"Z1{Chance(child, post, 'sub-code').between(1, 4)}"
    return place


def _header(career: Career, year: int) -> Iterator[Row]:
    child, own = career.child, career.episodes(year)
    if not own and not career.leaver(year):
        return
    woman = child.sex == "F" and bool(own) and not child.respite
    mother = woman and career.mother_since is not None and career.mother_since <= end_of(year)
    yield {
        "CHILD": child.id,
        "SEX": sex_in(child.sex, year),
        "DOB": text(child.dob),
        "ETHNIC": child.ethnic,
        "UPN": upn_in(career, year),
        "MOTHER": str(int(mother)) if woman else "",
        "MC_DOB": _date(career.mother_since) if mother else "",
    }


def _episode(career: Career, episode: Episode, year: int) -> Row:
    ended = episode.dec <= end_of(year)
    return {
        "CHILD": career.child.id,
        "DECOM": text(episode.decom),
        "RNE": episode.rne,
        "LS": episode.ls,
        "CIN": career.child.need,
        "PLACE": place_in(episode.place, career.child.id, episode.post, year),
        "PLACE_PROVIDER": episode.provider,
        "DEC": text(episode.dec) if ended else "",
        "REC": episode.rec if ended else "",
        "REASON_PLACE_CHANGE": episode.reason if ended else "",
        "HOME_POST": career.child.home,
        "PL_POST": episode.post,
        "URN": episode.urn,
    }


def _episodes(career: Career, year: int) -> Iterator[Row]:
    return (_episode(career, episode, year) for episode in career.episodes(year))


def _uasc(career: Career, year: int) -> Iterator[Row]:
    child = career.child
    if child.kind == "uasc" and career.episodes(year):
        yield {
            "CHILD": child.id,
            "SEX": sex_in(child.sex, year),
            "DOB": text(child.dob),
            "DUC": text(birthday(child.dob, 18)),
        }


@cache
def _review_days(child: str, start: int, end: int) -> tuple[int, ...]:
    """Within 20 working days, then three months later, then every six."""
    chance = Chance(value("seed"), child, "reviews", start)
    when, wait = start + chance.between(12, 27), chance.between(70, 91)
    days = []
    while when < end:
        days.append(clear_of_year_end(when))
        when, wait = when + wait, chance.between(150, 183)
    return tuple(days)


def _reviews(career: Career, year: int) -> Iterator[Row]:
    child, ends = career.child, end_of(max(years()))
    if child.respite:
        return
    for period in career.periods(year):
        for when in _review_days(child.id, period.start, min(period.end, ends)):
            if not start_of(year) <= when <= min(end_of(year), period.end):
                continue
            young = when < birthday(child.dob, 4)
            code = "PN0" if young else draw("review.code", child.id, "review", when)
            yield {
                "CHILD": child.id,
                "DOB": text(child.dob),
                "REVIEW": text(when),
                "REVIEW_CODE": code,
            }


def _sdq(career: Career, year: int) -> tuple[str, str]:
    """Score and reason: one of them where a score is asked for, neither elsewhere."""
    child = career.child
    at_4, at_17 = birthday(child.dob, 4), birthday(child.dob, 17)
    if at_4 > end_of(year) or at_17 < start_of(year):
        return "", ""
    if at_4 >= start_of(year) or at_17 <= end_of(year):
        return "", "SDQ1"
    chance = Chance(value("seed"), child.id, "sdq", year)
    if not chance.happens(value("health.sdq_scored")):
        return "", draw("health.sdq_reason", child.id, "sdq reason", year)
    lasting = Chance(value("seed"), child.id, "sdq").normal()
    mixed = 0.85 * lasting + 0.527 * chance.normal()
    score = round(value("health.sdq_mean") + value("health.sdq_sd") * mixed)
    return str(min(40, max(0, score))), ""


def _oc2(career: Career, year: int) -> Iterator[Row]:
    if not career.continuous(year):
        return
    child = career.child
    chance = Chance(value("seed"), child.id, "health", year)
    score, reason = _sdq(career, year)

    def flag(what: str) -> str:
        return str(int(chance.happens(value(f"health.{what}"))))

    older, young = birthday(child.dob, 10) <= end_of(year), birthday(child.dob, 5) > end_of(year)
    row = {
        "CHILD": child.id,
        "DOB": text(child.dob),
        "SDQ_SCORE": score,
        "SDQ_REASON": reason,
        "CONVICTED": flag("convicted") if older else "",
        "HEALTH_CHECK": flag("development") if young else "",
        "IMMUNISATIONS": flag("immunisations"),
        "TEETH_CHECK": flag("teeth"),
        "HEALTH_ASSESSMENT": flag("assessment"),
        "SUBSTANCE_MISUSE": flag("substance") if older else "0",
        "INTERVENTION_RECEIVED": "",
        "INTERVENTION_OFFERED": "",
    }
    if row["SUBSTANCE_MISUSE"] == "1":
        row["INTERVENTION_RECEIVED"] = flag("intervention")
        if row["INTERVENTION_RECEIVED"] == "0":
            row["INTERVENTION_OFFERED"] = flag("intervention_refused")
    yield row


def _died_in(career: Career, year: int) -> bool:
    """Whether the return of this year says that the young person has died."""
    if year < min(years()) or not career.leaver(year):
        return False
    died = draw("care_leaver.in_touch", career.child.id, "leaver", year) == "DIED"
    return died and not career.episodes(year)


def _oc3(career: Career, year: int) -> Iterator[Row]:
    child = career.child
    if not career.leaver(year) or any(_died_in(career, y) for y in years() if y < year):
        return
    age = age_on(child.dob, end_of(year))
    touch = draw("care_leaver.in_touch", child.id, "leaver", year)
    if touch == "DIED" and not _died_in(career, year):
        touch = "YES"
    if touch == "RHOM" and career.child.periods[-1].rec not in ("E4A", "E4B"):
        touch = "YES"
    band = "17_18" if age <= 18 else "19_21"
    activity = draw(f"care_leaver.activity_{band}", child.id, "activity", year)
    home = draw(f"care_leaver.home_{band}", child.id, "home", year)
    if touch in ("DIED", "RHOM"):
        activity = home = "0"
    elif touch in ("NO", "REFU"):
        activity, home = "0", "R2"
    yield {
        "CHILD": child.id,
        "DOB": text(child.dob),
        "IN_TOUCH": touch,
        "ACTIV": activity,
        "ACCOM": home,
    }


def _adopted(career: Career, year: int) -> Iterator[Row]:
    child = career.child
    for period in career.periods(year):
        steps = period.adoption
        if period.path != "adopted" or steps is None or period.end > end_of(year):
            continue
        number, sex, status = draw("adopters", child.id, "adopters").split()
        yield {
            "CHILD": child.id,
            "DOB": text(child.dob),
            "DATE_INT": text(steps.decision),
            "DATE_MATCH": text(steps.match),
            "FOSTER_CARE": str(int(steps.place == "A5")),
            "NB_ADOPTR": number,
            "SEX_ADOPTR": sex,
            "LS_ADOPTR": status,
        }


def _placed(career: Career, year: int) -> Iterator[Row]:
    child = career.child
    for period in career.periods(year):
        steps = period.adoption
        if steps is None or steps.decision > min(end_of(year), period.end):
            continue
        if steps.given_up is not None and steps.given_up < start_of(year):
            continue
        reversed_now = steps.given_up is not None and steps.given_up <= end_of(year)
        yield {
            "CHILD": child.id,
            "DOB": text(child.dob),
            "DATE_PLACED": text(steps.decision),
            "DATE_PLACED_CEASED": _date(steps.given_up) if reversed_now else "",
            "REASON_PLACED_CEASED": steps.why if reversed_now else "",
        }


def _previous(career: Career, year: int) -> Iterator[Row]:
    child = career.child
    if not any(start_of(year) <= p.start <= end_of(year) for p in child.periods):
        return
    first = child.periods[0].start
    kind = draw("previous_permanence.kind", child.id, "previous permanence")
    if first < birthday(child.dob, 3) or child.kind == "uasc":
        kind = "Z1"
    chance = Chance(value("seed"), child.id, "permanence date")
    when = text(chance.between(child.dob + 400, first - 150)) if kind != "Z1" else ""
    if when and chance.happens(0.3):
        when = f"zz{when[2:]}"
    yield {
        "CHILD": child.id,
        "DOB": text(child.dob),
        "PREV_PERM": kind,
        "LA_PERM": "" if kind == "Z1" else ("WAL" if chance.happens(0.05) else "999"),
        "DATE_PERM": when,
    }


def _missing(career: Career, year: int) -> Iterator[Row]:
    for start, end, code in career.missing:
        if start <= end_of(year) and end >= start_of(year):
            yield {
                "CHILD": career.child.id,
                "DOB": text(career.child.dob),
                "MISSING": code,
                "MIS_START": text(start),
                "MIS_END": text(end) if end <= end_of(year) else "",
            }


@cache
def _settled(when: int) -> int:
    """The day itself, or 3 April when it lies about the year's end: no case changes hands then."""
    for year in years():
        if end_of(year) - 9 <= when <= end_of(year) + 2:
            return day(year, 4, 3)
    return when


@cache
def _workers(child: str, start: int, until: int) -> list[tuple[int, int, str, str]]:
    """The social workers of one period of care up to a day: from, to, number and why."""
    chance = Chance(value("seed"), child, "social workers", start)
    spells, when, reason = [], start, "FCONTA"
    while when < until:
        end = _settled(when + 20 + chance.wait(value("social_worker.mean_days")))
        spells.append((when, end, f"SW99{chance.between(0, 99_999):05d}", reason))
        when, reason = end, chance.pick(weights("social_worker.reason"))
    return spells


def _social_workers(career: Career, year: int) -> Iterator[Row]:
    """Spells that touch the days in care of the year; the last is open, even when care ends."""
    if career.child.respite:
        return
    first, last, ends = start_of(year), end_of(year), end_of(max(years()))
    rows: list[tuple[int, int, str, str]] = []
    for period in career.periods(year):
        if rows:  # the earlier worker keeps the case until care begins again
            rows[-1] = (rows[-1][0], period.start, *rows[-1][2:])
        until = min(last, period.end)
        rows += [
            spell
            for spell in _workers(career.child.id, period.start, min(period.end, ends) + 1)
            if spell[0] <= until and spell[1] > max(first, period.start)
        ]
    for order, (start, end, number, reason) in enumerate(rows):
        yield {
            "CHILD": career.child.id,
            "DOB": text(career.child.dob),
            "SW_ID": number,
            "SW_DECOM": text(start),
            "SW_DEC": text(end) if order < len(rows) - 1 else "",
            "SW_REASON": reason,
        }


_WRITERS: Mapping[str, Callable[[Career, int], Iterator[Row]]] = {
    "Header": _header,
    "Episodes": _episodes,
    "UASC": _uasc,
    "Reviews": _reviews,
    "OC2": _oc2,
    "OC3": _oc3,
    "AD1": _adopted,
    "PlacedAdoption": _placed,
    "PrevPerm": _previous,
    "Missing": _missing,
    "SWEpisodes": _social_workers,
}


@cache
def sound(la: str, year: int, share: float = 1.0) -> Mapping[str, pd.DataFrame]:
    """The tables of a return without planted errors: text, blanks empty, rows from 0."""
    everyone = careers(la, share)
    tables = {}
    for name, columns in layout(year).tables.items():
        if name not in _WRITERS:
            continue
        rows = [row for career in everyone for row in _WRITERS[name](career, year)]
        tables[name] = pd.DataFrame(rows, columns=list(columns.columns), dtype="str")
    header, leavers = tables["Header"], tables["OC3"]
    known = set(tables["Episodes"]["CHILD"]) | set(leavers["CHILD"])
    tables["Header"] = header[header["CHILD"].isin(known)].reset_index(drop=True)
    return tables
