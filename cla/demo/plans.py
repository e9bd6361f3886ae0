"""The outline of an invented child's time in care: who they are, when they start and stop, and
why.

A plan says nothing of placements or legal statuses; ``episodes`` fills those in, for the few
children whose plan reaches the years of the returns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cla.demo.chance import Chance
from cla.demo.days import birth, birthday, clear_of_year_end, end_of, start_of
from cla.demo.places import HOMES, postcode
from cla.demo.recipe import Invented, value, weights

GROUPS = (
    ("under_1", 0, 364),
    ("age_1_4", 365, 1825),
    ("age_5_9", 1826, 3651),
    ("age_10_15", 3652, 5843),
    ("age_16_17", 5844, 6450),
)


@dataclass(slots=True)
class Adoption:
    """The steps towards adoption. ``given_up`` is set when the decision is reversed."""

    decision: int
    ordered: int | None
    match: int
    placed: int
    place: str
    given_up: int | None = None
    why: str = ""


@dataclass(slots=True)
class Period:
    """One period of care, from its start to its end (a day that may lie in the future)."""

    start: int
    end: int
    path: str
    adoption: Adoption | None = None
    rec: str = ""
    episodes: list[Episode] = field(default_factory=list)


@dataclass(slots=True)
class Episode:
    """One episode as it will be known once it has ended."""

    decom: int
    rne: str
    ls: str
    place: str
    provider: str
    urn: str
    post: str
    dec: int
    rec: str
    reason: str
    kind: str


@dataclass(slots=True)
class Child:
    """One invented child: what stays the same for life, and the periods of care."""

    number: int
    id: str
    kind: str
    sex: str
    dob: int
    ethnic: str
    need: str
    home: str
    unsettled: float
    periods: list[Period]

    @property
    def respite(self) -> bool:
        """Whether all care is a series of short breaks."""
        return self.kind.startswith("respite")


def group_of(age_in_days: int) -> str:
    """The recipe's age group of an age in days."""
    for name, _, last in GROUPS:
        if age_in_days <= last:
            return name
    return "age_16_17"


def _wait(chance: Chance, path: str) -> int:
    least, mean = value("path.days")[path]
    return int(least) + chance.wait(mean)


def _adoption(chance: Chance, start: int) -> tuple[Adoption, int]:
    """The steps of an adoption from this start of care, and the day of the adoption order."""
    steps = value("path.adoption")
    decision = clear_of_year_end(start + chance.between(*steps["decision"]))
    consent = chance.happens(steps["with_consent"])
    ordered = clear_of_year_end(decision + chance.between(*steps["placement_order"]))
    match = clear_of_year_end(ordered + chance.between(*steps["match"]))
    placed = clear_of_year_end(match + chance.between(*steps["placed"]))
    end = clear_of_year_end(placed + chance.between(*steps["order"]))
    if consent:
        return Adoption(decision, None, match, placed, "A4"), end
    place = "A5" if chance.happens(steps["with_carer"]) else "A6"
    return Adoption(decision, ordered, match, placed, place), end


def _given_up(chance: Chance, adoption: Adoption) -> None:
    """Reverse the decision: before a placement order (the court refused), or some time after it."""
    adoption.why = chance.pick(weights("path.adoption.reversed_reason"))
    if adoption.why == "RD2" or adoption.ordered is None:
        adoption.why = "RD2"
        adoption.ordered = None
        adoption.given_up = clear_of_year_end(adoption.decision + chance.between(30, 150))
    else:
        adoption.given_up = clear_of_year_end(adoption.ordered + chance.between(120, 420))


def _until_18(chance: Chance, start: int, dob: int) -> tuple[int, str]:
    """The end of care of a child who is meant to stay, and the path by which they leave."""
    grown = birthday(dob, 18)
    leaves = start + 150 + chance.wait(365.0 / value("path.stay_leaves_a_year"))
    if leaves < birthday(dob, 16):
        early = {"home": 0.45, "guardianship": 0.42, "arrangements": 0.13}
        for path, share in early.items():
            if chance.happens(share):
                return clear_of_year_end(leaves), path
        return clear_of_year_end(leaves), "home"
    if chance.happens(value("path.end.before_18_share")):
        sooner = clear_of_year_end(grown - chance.between(12, 500))
        if sooner > start + 40:
            return sooner, "independent"
    return grown, "stay"


def _general(chance: Chance, child: Child, start: int) -> Period:
    grown = birthday(child.dob, 18)
    path = chance.pick(weights(f"path.{group_of(start - child.dob)}"))
    adoption = None
    if path == "adopted":
        adoption, end = _adoption(chance, start)
        if chance.happens(value("path.adoption.reversed")):
            _given_up(chance, adoption)
            path = "stay"
    if path == "stay":
        end, path = _until_18(chance, start, child.dob)
        if adoption is not None and adoption.given_up is not None:
            end = max(end, adoption.given_up + 60)
    elif path != "adopted":
        end = clear_of_year_end(start + _wait(chance, path))
    if end >= grown:
        end, path = grown, "stay"
    return Period(start, end, path, adoption)


def _unaccompanied(chance: Chance, child: Child, start: int) -> Period:
    grown = birthday(child.dob, 18)
    if chance.happens(value("path.end.uasc_early_share")):
        end = clear_of_year_end(start + chance.between(20, 200))
        if end < grown:
            return Period(start, end, "uasc_early")
    return Period(start, grown, "uasc")


def _remand(chance: Chance, child: Child, start: int) -> Period:
    end = clear_of_year_end(start + _wait(chance, "remand"))
    return Period(start, min(end, birthday(child.dob, 18)), "remand")


def _series(chance: Chance, child: Child, start: int) -> list[Period]:
    """Short breaks of one to three nights, for a year or a few."""
    last = min(start + chance.between(200, 1100), birthday(child.dob, 18) - 30)
    breaks, at = [], start
    while at < last:
        end = at + chance.between(1, 3)
        if clear_of_year_end(at) == at and clear_of_year_end(end) == end:
            breaks.append(Period(at, end, "respite"))
        at = end + chance.between(17, 60)
    return breaks


def _agreement(chance: Chance, child: Child, start: int) -> list[Period]:
    """Short breaks under one agreement, recorded as one long episode."""
    end = clear_of_year_end(start + chance.between(300, 1500))
    return [Period(start, min(end, birthday(child.dob, 18)), "respite")]


def _start_again(end: int, after: int) -> int:
    """The day on which care starts again. From 2023-24 on never in the collection year of the
    end.

    The rule on social workers' history (SW12) joins every worker to every episode of the year, so
    two periods in one year cannot satisfy it.
    """
    start = clear_of_year_end(end + after)
    for year in value("years"):
        if year >= 2024 and start_of(year) <= end and start <= end_of(year):
            return end_of(year) + 5 + after % 40
    return start


def _returns(chance: Chance, child: Child, periods: list[Period]) -> None:
    """Starts of care after a return home, while chance has it so."""
    while periods[-1].path == "home" and chance.happens(value("path.returns_after_home")):
        start = _start_again(periods[-1].end, chance.between(30, 700))
        if start > birthday(child.dob, 17) + 100:
            return
        periods.append(_general(chance, child, start))


def _periods(chance: Chance, child: Child, start: int) -> list[Period]:
    if child.kind == "respite_series":
        return _series(chance, child, start)
    if child.kind == "respite_agreed":
        return _agreement(chance, child, start)
    if child.kind == "uasc":
        return [_unaccompanied(chance, child, start)]
    if child.kind == "remand":
        return [_remand(chance, child, start)]
    periods = [_general(chance, child, start)]
    _returns(chance, child, periods)
    return periods


def _age_at_start(chance: Chance, kind: str) -> int:
    """Age in days."""
    if kind == "remand":
        return chance.between(5000, 6400)
    if kind.startswith("respite"):
        return chance.between(1600, 5600)
    group = chance.pick(weights("start.uasc_age" if kind == "uasc" else "start.age"))
    if group == "age_13_15":
        return chance.between(4900, 5843)
    if group == "under_1":  # most within days of birth
        return chance.between(0, 30) if chance.happens(0.55) else chance.between(31, 364)
    low, high = next((low, high) for name, low, high in GROUPS if name == group)
    return chance.between(low, high)


def _new_child(chance: Chance, own: Invented, number: int, start: int) -> Child:
    kind = chance.pick(weights("start.kind"))
    sort = "respite" if kind.startswith("respite") else kind
    dob = birth(start - _age_at_start(chance, kind))
    sex = chance.pick(weights(f"start.sex.{sort}"))
    ethnic = chance.pick(weights("start.ethnic.uasc" if kind == "uasc" else "start.ethnic.general"))
    need = chance.pick(weights(f"start.need.{sort}"))
    home = postcode(own.prefix, HOMES[chance.between(0, len(HOMES) - 1)])
    if kind == "uasc" or sort == "respite":
        home = ""  # none is asked for, and none may be given
    unsettled = float(chance.pick(weights("placement.moves.unsettled")))
    name = f"{own.prefix}{(number * 7919 + 31337) % 100_000:05d}"
    child = Child(number, name, kind, sex, dob, ethnic, need, home, unsettled, [])
    child.periods = _periods(chance, child, start)
    return child


def _starts(own: Invented, share: float, spread: Chance) -> int:
    return round(own.starts * share * (0.96 + 0.08 * spread.unit()))


def starts_in(own: Invented, share: float, year: int) -> int:
    """How many start to be looked after in a collection year."""
    return _starts(own, share, Chance(value("seed"), own.la, "starts", year))


def starters(own: Invented, share: float, year: int, already: int) -> list[Child]:
    """Those who start to be looked after in a collection year, numbered from ``already``."""
    spread = Chance(value("seed"), own.la, "starts", year)
    children = []
    for order in range(_starts(own, share, spread)):
        start = clear_of_year_end(spread.between(start_of(year) + 1, end_of(year) - 1))
        chance = Chance(value("seed"), own.la, "plan", already + order)
        children.append(_new_child(chance, own, already + order, start))
    return children


def plans(own: Invented, share: float = 1.0) -> list[Child]:
    """Everyone who ever started to be looked after by an invented authority, oldest start first.

    ``share`` scales the number of starts, so that tests can run on a small authority.
    """
    children: list[Child] = []
    for year in range(value("first_entry"), max(value("years")) + 1):
        children += starters(own, share, year, len(children))
    return [child for child in children if child.periods]
