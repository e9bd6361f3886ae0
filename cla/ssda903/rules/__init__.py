"""The rulebook: every known validation rule of the SSDA903 return, for every collection year.

To add a rule, write a function over the return's records that gives the mask of the failing rows,
and an example under tests/ssda903/rules/examples with an x beside the rows that fail::

    @row_rule("356", "The episode ends before it begins.", table="Episodes", fields="DECOM DEC")
    def ends_before_it_begins(t: Columns) -> Mask:
        return t.DEC < t.DECOM

A rule that changes is two functions with one code and years that do not overlap (``until=2024``,
``since=2025``). Rules on what a single field may hold are rows of
data/reference/ssda903/rules/field_rules.csv. docs/rules.md says where and why a rule departs from
its source.
"""

from __future__ import annotations

from cla.ssda903.rules import (  # noqa: F401 - importing a module registers its rules
    adoption,
    durations,
    episodes,
    fields,
    header,
    header_last_year,
    integrity,
    location,
    missing,
    moves,
    oc2,
    oc3,
    permanence,
    placed_adoption,
    placements,
    previous_year,
    providers,
    reviews,
    sequence,
    social_workers,
    uasc,
)
from cla.ssda903.rules.registry import FIRST_LISTED, NotRun, Rule, Rulebook, book_of, versions


def rulebook(year: int) -> Rulebook:
    """The rules of a collection year (2014 to 2027) by code.

    From 2022 (2021-22) on these are the rules known to be in force that year. Before, no list could
    be read: the book then has the earliest known version of every rule whose data items existed,
    and ``official`` is False. ValueError for other years.
    """
    return book_of(year)


__all__ = ["FIRST_LISTED", "NotRun", "Rule", "Rulebook", "rulebook", "versions"]
