"""The legal statuses of a period of care, each with the day from which it holds."""

from __future__ import annotations

from cla.demo.chance import Chance
from cla.demo.days import clear_of_year_end
from cla.demo.plans import Child, Period, group_of
from cla.demo.recipe import value, weights

Statuses = list[tuple[int, str]]
ORDERS = ("C1", "C2")
GAP = 3  # days between two changes, at least


def status_at(statuses: Statuses, when: int) -> str:
    """The status that holds on a day."""
    return [status for since, status in statuses if since <= when][-1]


def _first_statuses(chance: Chance, child: Child, period: Period) -> Statuses:
    """The status at the start, and what follows police or emergency protection."""
    group = group_of(period.start - child.dob)
    band = group if group in ("age_10_15", "age_16_17") else "under_10"
    first = chance.pick(weights(f"legal.first.{band}"))
    statuses = [(period.start, first)]
    if first == "L1":
        after = "V2" if chance.happens(0.5) else "C1"
        statuses.append((period.start + chance.between(1, 2), after))
    elif first == "L2":
        statuses.append((period.start + chance.between(3, 7), "C1"))
    if statuses[-1][1] == "V2" and chance.happens(value("legal.change.voluntary_to_interim")[band]):
        wait = chance.between(*value("legal.change.voluntary_days"))
        statuses.append((clear_of_year_end(statuses[-1][0] + wait), "C1"))
    return statuses


def _towards_adoption(statuses: Statuses, period: Period) -> Statuses:
    """Interim order, placement order, and back to a care order when the decision is given up."""
    adoption = period.adoption
    assert adoption is not None
    if adoption.place == "A4":
        return [(period.start, "V2")]
    statuses = [(when, status) for when, status in statuses if when < adoption.decision - GAP]
    if not statuses or statuses[-1][1] != "C1":
        statuses = [*statuses, (adoption.decision - GAP, "C1")] if statuses else statuses
    if adoption.ordered is not None:
        statuses.append((adoption.ordered, "E1"))
    if adoption.given_up is not None:
        statuses.append((adoption.given_up, "C2"))
    return statuses


def statuses_of(chance: Chance, child: Child, period: Period) -> Statuses:
    """The legal statuses of a period of care, each with the day from which it holds."""
    if child.kind == "respite_series":
        return [(period.start, "V3")]
    if child.kind == "respite_agreed":
        return [(period.start, "V4")]
    if child.kind == "remand":
        return [(period.start, "J1")]
    if child.kind == "uasc":
        if chance.happens(value("legal.change.uasc_order")):
            return [(period.start, "V2"), (clear_of_year_end(period.start + 150), "C2")]
        return [(period.start, "V2")]
    statuses = _first_statuses(chance, child, period)
    if period.adoption is not None:
        return _towards_adoption(statuses, period)
    if statuses[-1][1] == "C1":
        wait = chance.between(*value("legal.change.interim_days"))
        statuses.append((clear_of_year_end(statuses[-1][0] + wait), "C2"))
    return statuses
