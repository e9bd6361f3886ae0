"""The episodes of a period of care: legal statuses and placements, laid over each other.

Two tracks are drawn, one of legal statuses and one of placements; where either changes, an
episode ends and the next begins on the same day, with the reason for the new episode (RNE) that
tells which changed. DfE's limits hold by construction: police protection of three days, temporary
placements that lead back to where the child was, no placement with parents without an order,
supported accommodation from 16.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cla.demo.chance import Chance
from cla.demo.days import birthday, clear_of_year_end, day
from cla.demo.places import (
    Placement,
    independent,
    place_child,
    registered,
    temporary,
    with_adopters,
)
from cla.demo.plans import Child, Episode, Period, group_of
from cla.demo.recipe import Invented, value, weights
from cla.demo.statuses import GAP, ORDERS, Statuses, status_at, statuses_of

REGISTRATION = day(2023, 10, 28)  # supported accommodation is registered with Ofsted from then on
REGISTERED_EARLY = day(2023, 9, 1)
LONGEST_AWAY = {"T1": 25, "T2": 14, "T3": 14, "T4": 7}


@dataclass(slots=True)
class Move:
    """A change of placement. ``same_carer`` when only the placement's status changes."""

    when: int
    to: Placement
    reason: str = ""
    same_carer: bool = False


# ---- placements ---------------------------------------------------------------------------------


class _Placements:
    """Draws the placements of one period of care, in order of time."""

    def __init__(self, chance: Chance, own: Invented, child: Child, period: Period) -> None:
        self.chance = chance
        self.own = own
        self.child = child
        self.period = period
        self.statuses = statuses_of(chance, child, period)
        self.moves: list[Move] = []
        self.away: list[tuple[int, int]] = []

    @property
    def now(self) -> Placement:
        return self.moves[-1].to

    def _kinds(self, when: int) -> str:
        if self.child.kind == "remand":
            return "placement.remand"
        group = group_of(when - self.child.dob)
        old = when >= birthday(self.child.dob, 16)
        if self.child.kind == "uasc":
            return "placement.uasc_16_17" if old else "placement.uasc_13_15"
        if old:
            return "placement.age_16_17"
        young = {"under_1": "age_0_4", "age_1_4": "age_0_4", "age_16_17": "age_10_15"}
        return f"placement.{young.get(group, group)}"

    def _choose(self, when: int) -> Placement:
        """A placement of a kind that suits the child's age and status on this day."""
        if self.child.respite:
            return place_child(self.chance, self.own, "residential", "")
        while True:
            kind = self.chance.pick(weights(self._kinds(when)))
            if kind == "parents" and self.period.adoption is not None:
                continue
            if kind == "parents" and status_at(self.statuses, when) not in ORDERS:
                continue
            if kind == "supported":
                return self._supported(when)
            return place_child(self.chance, self.own, kind, self.child.home)

    def _supported(self, when: int) -> Placement:
        if when < REGISTERED_EARLY and self.chance.happens(0.25):
            return independent(self.chance, self.own)
        home = place_child(self.chance, self.own, "supported", "")
        return home if when >= REGISTERED_EARLY else replace(home, urn="")

    def _first(self) -> Placement:
        adoption = self.period.adoption
        if adoption is not None and adoption.place == "A5":
            return place_child(self.chance, self.own, "foster_to_adopt", self.child.home)
        if adoption is not None and adoption.place == "A4":
            return place_child(self.chance, self.own, "foster", self.child.home)
        return self._choose(self.period.start)

    def _rate(self, when: int) -> float:
        """Moves a year at this point."""
        moves = value("placement.moves")
        if self.period.adoption is not None:
            return 0.25
        if when < self.period.start + moves["first_days"]:
            return float(moves["first_rate"] * self.child.unsettled)
        old = when >= birthday(self.child.dob, 16)
        rate = float(moves["over_16_rate" if old else "later_rate"] * self.child.unsettled)
        return rate * 0.45 if self.now.place in ("U1", "U4", "P1") else rate

    def _next_move(self, when: int, until: int) -> int:
        """The day of the next move after a day, drawn anew where the rate changes."""
        seams = (
            self.period.start + value("placement.moves.first_days"),
            birthday(self.child.dob, 16),
            until,
        )
        at = when
        for seam in sorted(seam for seam in seams if seam > when):
            wait = self.chance.wait(365.0 / self._rate(at)) + GAP
            if at + wait < seam:
                return at + wait
            at = seam
        return until

    def _long_term(self, when: int) -> int | None:
        """The day on which this foster placement is made long-term, if it is to be."""
        settled = self.period.path in ("stay", "independent") and self.period.adoption is None
        if self.now.place not in ("U3", "U6") or not settled or self.child.kind == "uasc":
            return None
        if not self.chance.happens(value("placement.moves.to_long_term")):
            return None
        return when + self.chance.between(180, 520)

    def _visits(self, when: int) -> int:
        """The day of the next temporary move, far off for placements that have none."""
        if self.now.kind not in ("foster", "kin", "home") or len(self.away) >= 2:
            return 10**9
        return when + GAP + self.chance.wait(365.0 / value("placement.moves.temporary_a_year"))

    def _go_away(self, when: int, until: int) -> int:
        """A temporary move and the way back. Returns the day of the return."""
        place = self.chance.pick(weights("placement.temporary"))
        back = clear_of_year_end(when + self.chance.between(2, LONGEST_AWAY[place]) - 1)
        if when + 1 > back - 1 or back >= until - GAP or clear_of_year_end(when) != when:
            return when
        if back - when > LONGEST_AWAY[place]:
            return when
        before = self.now
        self.moves.append(Move(when, temporary(self.chance, self.own, place)))
        self.moves.append(Move(back, before))
        self.away.append((when, back))
        return back

    def draw(self) -> None:
        """All moves of the period."""
        self.moves.append(Move(self.period.start, self._first()))
        adoption = self.period.adoption
        until = self.period.end
        if adoption is not None and adoption.given_up is None:
            until = adoption.placed - GAP
        self._draw_until(until)
        if adoption is not None and adoption.given_up is None:
            self._to_adopters()

    def _draw_until(self, until: int) -> None:
        when = self.period.start
        if self.child.respite or self.child.kind == "remand":
            return
        long_term = self._long_term(when)
        while True:
            move = self._next_move(when, until)
            register = REGISTRATION if self._unregistered(when) else until
            visit = self._visits(when)
            if long_term is not None:
                long_term = max(long_term, when + GAP)
            when = min(move, visit, register, long_term or until, until)
            if when >= until - GAP and when != register:
                return
            if when >= until:
                return
            if when == register:
                self._register(when)
            elif when == visit:
                when = self._go_away(when, until)
            elif when == long_term:
                place = {"U3": "U1", "U6": "U4"}[self.now.place]
                self.moves.append(Move(when, replace(self.now, place=place), "PLACE", True))
                long_term = None
            else:
                when = self._move(when)
                long_term = self._long_term(when)

    def _move(self, when: int) -> int:
        reason = self.chance.pick(weights("placement.reason"))
        to = self._choose(when)
        while to == self.now or (to.kind == "parents" and self.now.kind == "parents"):
            to = self._choose(when)
        self.moves.append(Move(when, to, reason))
        return when

    def _unregistered(self, when: int) -> bool:
        return self.now.place in ("P2", "H5") and not self.now.urn and when < REGISTRATION

    def _register(self, when: int) -> None:
        """Supported accommodation is registered: the same carers with a number, or a move to
        some."""
        if self.now.place == "H5":
            same = replace(self.now, urn=_urn_of(self.own, self.now))
            self.moves.append(Move(when, same, "PLACE", True))
        else:
            home = place_child(self.chance, self.own, "supported", "")
            self.moves.append(Move(when, home, "CARPL"))

    def _to_adopters(self) -> None:
        adoption = self.period.adoption
        assert adoption is not None
        if adoption.place == "A5":
            there = replace(self.now, kind="adoption", place="A5", urn="XXXXXXX")
            self.moves.append(Move(adoption.placed, there, "PLACE", True))
        else:
            there = with_adopters(self.chance, self.own, adoption.place)
            self.moves.append(Move(adoption.placed, there, "CARPL"))


def _urn_of(own: Invented, placement: Placement) -> str:
    for provider in registered(own.la, "supported", placement.provider):
        if provider.post == placement.post:
            return provider.urn
    raise ValueError("No registered provider at the postcode of this placement")


# ---- the two tracks together --------------------------------------------------------------------


def _with_a_move(chance: Chance, when: int, moves: list[Move], period: Period) -> int:
    """The day of a change of status; now and then that of the next change of placement."""
    if period.adoption is not None or when == period.start or not chance.happens(0.25):
        return when
    later = [move.when for move in moves if when <= move.when <= when + 120 and move.reason]
    return later[0] if later else when


def _fitted(chance: Chance, placements: _Placements, period: Period) -> Statuses:
    """Statuses that change while the child is where they live, and before the period ends."""
    fitted: Statuses = []
    for when, status in placements.statuses:
        if status in ORDERS and fitted and fitted[-1][1] in ("V2", "C1"):
            when = _with_a_move(chance, when, placements.moves, period)
        for gone, back in placements.away:
            if gone - 1 <= when <= back + 1:
                when = clear_of_year_end(back + 2)
        if when < period.end and (not fitted or when > fitted[-1][0]):
            fitted.append((when, status))
    return fitted


def _changes(statuses: Statuses, moves: list[Move]) -> Iterator[tuple[int, str, Move, str]]:
    """Day, status, placement and reason for a new episode at every change."""
    by_day = dict(statuses)
    moved = {move.when: move for move in moves}
    status, move = statuses[0][1], moves[0]
    for when in sorted({*by_day, *moved}):
        new_status, new_move = by_day.get(when, status), moved.get(when, move)
        if when == statuses[0][0]:
            rne = "S"
        elif new_move is move:
            rne = "L"
        elif new_status == status:
            rne = "T" if new_move.same_carer else "P"
        else:
            rne = "U" if new_move.same_carer else "B"
        status, move = new_status, new_move
        yield when, status, move, rne


def _reason(chance: Chance, child: Child, period: Period, last: Move) -> str:
    """Why the period ended (REC)."""
    kind = last.to.kind
    foster = kind in ("foster", "kin")
    if period.path == "adopted":
        consent = period.adoption is not None and period.adoption.place == "A4"
        return "E11" if consent else chance.pick(weights("path.end.adopted"))
    if period.path == "guardianship":
        sort = kind if kind in ("kin", "foster") and chance.happens(0.8) else "other"
        return chance.pick(weights(f"path.end.guardianship_{sort}"))
    if period.path in ("home", "other", "remand", "uasc_early"):
        rec = chance.pick(weights(f"path.end.{period.path}"))
        return rec if rec != "E9" or period.end > birthday(child.dob, 13) else "E3"
    if period.path == "arrangements":
        return "E41"
    if period.path == "respite":
        return "E4A"
    if period.path == "independent":
        return chance.pick(weights("path.end.at_18_other"))
    if child.kind == "uasc":
        rec = chance.pick(weights("path.end.at_18_uasc"))
        return rec if foster or rec != "E17" else "E5"
    return chance.pick(weights(f"path.end.at_18_{'foster' if foster else 'other'}"))


def fill(own: Invented, child: Child) -> None:
    """Draw the episodes of every period of a child."""
    for order, period in enumerate(child.periods):
        chance = Chance(value("seed"), own.la, "episodes", child.number, order)
        placements = _Placements(chance, own, child, period)
        placements.draw()
        statuses = _fitted(chance, placements, period)
        changes = list(_changes(statuses, placements.moves))
        period.rec = _reason(chance, child, period, changes[-1][2])
        period.episodes = _episodes(changes, period)


def _episodes(changes: list[tuple[int, str, Move, str]], period: Period) -> list[Episode]:
    episodes = []
    for place, (when, status, move, rne) in enumerate(changes):
        following = changes[place + 1] if place + 1 < len(changes) else None
        reason = ""
        if following is not None and following[3] != "L" and following[2].to.kind != "temporary":
            reason = following[2].reason if move.to.kind != "temporary" else ""
        to = move.to
        episodes.append(
            Episode(
                decom=when,
                rne=rne,
                ls=status,
                place=to.place,
                provider=to.provider,
                urn=to.urn,
                post="" if status in ("V3", "V4") else to.post,
                dec=following[0] if following is not None else period.end,
                rec="X1" if following is not None else period.rec,
                reason=reason,
                kind=to.kind,
            )
        )
    return episodes
