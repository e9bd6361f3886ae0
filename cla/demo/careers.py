"""Everyone in the care of an invented authority during the years of the returns, filled in and
cached."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from cla.demo.chance import Chance
from cla.demo.days import age_on, birthday, day, end_of, start_of
from cla.demo.episodes import fill
from cla.demo.plans import Child, Episode, Period, plans
from cla.demo.recipe import Invented, authority, value, weights, years
from cla.upn import check_letter

NO_LEAVER = ("E11", "E12", "E2", "E3", "E15", "E16", "E41", "E45", "E46", "E47", "E48")
WEEKS_13 = 91
OLDEST_LEAVER = 19


@dataclass(slots=True)
class Career:
    """A child with filled-in periods, and what the return asks once a child."""

    child: Child
    upn: str = ""
    mother_since: int | None = None
    missing: list[tuple[int, int, str]] = field(default_factory=list)
    _by_year: dict[int, list[Episode]] = field(default_factory=dict)

    def episodes(self, year: int) -> list[Episode]:
        """The episodes that touch a collection year, in order."""
        if year not in self._by_year:
            first, last = start_of(year), end_of(year)
            self._by_year[year] = [
                episode
                for period in self.child.periods
                if period.start <= last and period.end >= first
                for episode in period.episodes
                if episode.decom <= last and episode.dec >= first
            ]
        return self._by_year[year]

    def periods(self, year: int) -> list[Period]:
        """The periods of care that touch a collection year, in order."""
        first, last = start_of(year), end_of(year)
        return [p for p in self.child.periods if p.start <= last and p.end >= first]

    def continuous(self, year: int) -> bool:
        """Looked after without a break for twelve months at 31 March, short breaks left out."""
        first, last = start_of(year), end_of(year)
        own = self.episodes(year)
        starts = any(e.rne == "S" and first < e.decom <= last for e in own)
        ends = any(e.rec != "X1" and first <= e.dec < last for e in own)
        return bool(own) and not starts and not ends and not self.child.respite

    def leaver(self, year: int) -> bool:
        """Whether the OC3 file of a year lists this young person.

        DfE asks about those of 17 to 21, and of 22 to 25 since 2023. Rules 1001 and 1002 see the
        episodes of two years and nobody of 20 or over, so only those whom they let pass are here.
        """
        child = self.child
        age = age_on(child.dob, end_of(year))
        if not 17 <= age <= OLDEST_LEAVER:
            return False
        ended = [p for p in child.periods if p.start <= end_of(year)]
        if not ended or ended[-1].end >= birthday(child.dob, age) or child.respite:
            return False
        if ended[-1].rec in NO_LEAVER:
            return False
        if self.mother_since is not None and self.episodes(year - 1) and not self.episodes(year):
            return False  # the return has no way to carry her child's birth date from Header to OC3
        recent = {e.decom: e.dec for y in (year - 1, year) for e in self.episodes(y)}
        in_all = self._long_enough([(p.start, p.end) for p in ended])
        return in_all and self._long_enough(list(recent.items()))

    def _long_enough(self, spans: list[tuple[int, int]]) -> bool:
        """Whether these times in care (start, end) are 13 weeks after 14 and a day after 16."""
        grown, older = birthday(self.child.dob, 14), birthday(self.child.dob, 16)
        after_14 = sum(max(0, end - max(start, grown)) for start, end in spans)
        after_16 = sum(max(0, end - max(start, older)) for start, end in spans)
        return after_14 >= WEEKS_13 and after_16 >= 1


def _reaches(child: Child, first: int, last: int) -> bool:
    """Whether a child's plan can matter to the returns: in care in their years, or a leaver under
    26."""
    end = child.periods[-1].end
    if end >= first and child.periods[0].start <= last:
        return True
    return end > birthday(child.dob, 16) and birthday(child.dob, 25) >= first


def _enters_reception(dob: int) -> int:
    """The calendar year of the September in which a child born on this day starts school."""
    at_4 = birthday(dob, 4)
    year = 1 + int((at_4 - 1) / 365.2425)
    return year if at_4 <= day(year, 8, 31) else year + 1


def _number_pupils(own: Invented, careers: list[Career]) -> None:
    """Give each child a UPN: own schools' numbers, counted within school and year of issue."""
    issued: dict[tuple[int, int], int] = {}
    for career in careers:
        chance = Chance(value("seed"), own.la, "upn", career.child.number)
        school = 2000 + chance.between(1, 40)
        year = _enters_reception(career.child.dob) % 100
        count = issued[school, year] = issued.get((school, year), 0) + chance.between(1, 3)
        digits = f"{own.code3}{school}{year:02d}{count:03d}"
        career.upn = check_letter(digits) + digits


def _may_be_mother(career: Career, year: int) -> tuple[int, int] | None:
    """The days of a year in which a girl in care may have a child that the return can show
    without fault."""
    own = career.episodes(year)
    first, last = start_of(year), end_of(year)
    if not own or any(episode.dec <= last for episode in own):
        return None
    since = max(first, own[0].decom, birthday(career.child.dob, 14)) + 1
    return (since, last - 1) if since < last - 1 else None


def _mothers(own: Invented, careers: list[Career]) -> None:
    for career in careers:
        if career.child.sex != "F" or career.child.respite:
            continue
        for year in years():
            if not 14 <= age_on(career.child.dob, end_of(year)) <= 17:
                continue
            chance = Chance(value("seed"), own.la, "mother", career.child.number, year)
            days = _may_be_mother(career, year)
            if days is not None and chance.happens(value("mother.share")):
                career.mother_since = chance.between(*days)
                break


def _incidents(chance: Chance, career: Career, year: int) -> list[tuple[int, int, str]]:
    """Times missing in one year, each inside one episode."""
    child = career.child
    age = age_on(child.dob, end_of(year))
    band = next((b for b, top in (("age_10_12", 12), ("age_13_15", 15)) if age <= top), "age_16_17")
    episodes = [e for e in career.episodes(year) if e.dec - e.decom > 20]
    if age < 10 or child.respite or not episodes:
        return []
    homes = 1.6 if any(e.place in ("K2", "H5", "P2", "R1") for e in episodes) else 0.7
    if not chance.happens(value("missing.share")[band] * homes):
        return []
    incidents = []
    for _ in range(1 + chance.wait(value("missing.mean_incidents") - 1)):
        episode = episodes[chance.between(0, len(episodes) - 1)]
        stays_on = episode.dec > end_of(year) + 20
        low = max(episode.decom, start_of(year)) + 2
        high = end_of(year) - 1 if stays_on else min(episode.dec, end_of(year)) - 12
        length = chance.between(0, 2) if chance.happens(0.93) else chance.between(3, 9)
        code = "A" if chance.happens(value("missing.away")) else "M"
        if low < high:
            start = chance.between(low, high)
            incidents.append((start, start + length, code))
    return incidents


def _go_missing(own: Invented, career: Career) -> None:
    after = 0
    for year in years():
        chance = Chance(value("seed"), own.la, "missing", career.child.number, year)
        for start, end, code in sorted(_incidents(chance, career, year)):
            if start > after:
                career.missing.append((start, end, code))
                after = end


@cache
def careers(la: str, share: float = 1.0) -> tuple[Career, ...]:
    """All careers that any of the returns may show, in order of the child's identifier."""
    own = authority(la)
    first, last = start_of(min(years())), end_of(max(years()))
    found = [Career(child) for child in plans(own, share) if _reaches(child, first, last)]
    for career in found:
        fill(own, career.child)
    _number_pupils(own, found)
    _mothers(own, found)
    for career in found:
        _go_missing(own, career)
    return tuple(sorted(found, key=lambda career: career.child.id))


def upn_in(career: Career, year: int) -> str:
    """The UPN as the return of a year has it: UN1 before school, UN2 for some who never went to
    one here."""
    child = career.child
    chance = Chance(value("seed"), child.id, "no upn")
    if child.kind == "uasc" and chance.happens(value("upn.uasc_un2")):
        return "UN2"
    if _enters_reception(child.dob) > year - 1:
        return "UN1"
    if chance.happens(value("upn.un3")):
        return "UN3"
    return "UN5" if chance.happens(value("upn.un5")) else career.upn


def draw(path: str, *name: int | str) -> str:
    """One pick from a table of the recipe, in a stream of its own."""
    return Chance(value("seed"), *name).pick(weights(path))
