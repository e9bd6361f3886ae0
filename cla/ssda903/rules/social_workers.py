"""Rules on the child's social workers (SWEpisodes, collected since 2023-24)."""

from __future__ import annotations

import numpy as np

from cla.ssda903 import layout
from cla.ssda903.rules.columns import (
    Columns,
    Mask,
    at,
    birthday,
    blank,
    day,
    filled,
    same_date,
)
from cla.ssda903.rules.records import Order, Records, blank_last, flagged, order_rows
from cla.ssda903.rules.registry import make, make_row_rule, row_rule, rule

REASONS_ASKED_SINCE = day(2023, 4, 1)
REASONS = tuple(layout.codes("SW_REASON", 2024))
SPELL = "SW_DECOM SW_DEC"


@rule(
    "SW01STG1",
    "The child is looked after, but the social worker's record is missing or incomplete.",
    table="Episodes",
    fields="DEC SW_ID SW_DECOM SW_REASON",
    needs="Episodes SWEpisodes",
    stage=1,
    until=2024,
)
def no_social_worker(r: Records) -> Mask:
    """DEC is blank, LS is not V3 or V4, and the child has no SWEpisodes row, or one without SW_ID,
    SW_DECOM or SW_REASON."""
    ep, sw = r.episodes, r.sw_episodes
    incomplete = r.any_of_child(sw, sw.any_blank("SW_ID", "SW_DECOM", "SW_REASON"))
    complete = r.in_table(sw) & ~incomplete
    return blank(ep.DEC) & ~r.respite & ~r.rows_of(complete, ep)


@row_rule(
    "SW01aSTG1",
    "The social worker's start or, before 1 April 2023, identifier is missing.",
    table="SWEpisodes",
    fields="SW_DECOM SW_ID",
    stage=1,
    since=2025,
)
def older_spell_incomplete(t: Columns) -> Mask:
    return blank(t.SW_DECOM) | ((t.SW_DECOM < REASONS_ASKED_SINCE) & blank(t.SW_ID))


@row_rule(
    "SW01bSTG1",
    "The social worker's start or, from 1 April 2023, identifier or reason for change is missing.",
    table="SWEpisodes",
    fields="SW_DECOM SW_ID SW_REASON",
    stage=1,
    since=2025,
)
def newer_spell_incomplete(t: Columns) -> Mask:
    newer = t.SW_DECOM >= REASONS_ASKED_SINCE
    return blank(t.SW_DECOM) | (newer & t.any_blank("SW_ID", "SW_REASON"))


for _shortest, _years in ((0, (None, 2025)), (4, (2026, None))):
    make_row_rule(
        "SW02STG1",
        "The social worker's identifier is not of the right form.",
        table="SWEpisodes",
        fields="SW_ID",
        stage=1,
        row_judge=lambda t, _year, shortest=_shortest: (
            ~t.SW_ID.where([value[:2] in ("SW", "XX") for value in t.SW_ID.values])
            | (t.SW_ID.lengths() < shortest)
        ),
        condition="Fails when SW_ID does not begin with SW or XX (a blank fails)"
        f"{' or has fewer than 4 characters' if _shortest else ''}.",
        years=_years,
    )


@row_rule(
    "SW06STG2",
    "The social worker starts after the end of the year.",
    table="SWEpisodes",
    fields="SW_DECOM",
)
def starts_after_the_year(t: Columns) -> Mask:
    return t.end < t.SW_DECOM


for _back, _years in ((0, (None, 2024)), (1, (2025, None))):
    make_row_rule(
        "SW07STG2",
        "The social worker ends after the year, or too long before it.",
        table="SWEpisodes",
        fields="SW_DEC",
        row_judge=lambda t, _year, back=_back: (
            (t.end < t.SW_DEC) | (birthday(np.array([t.start]), -back)[0] > t.SW_DEC)
        ),
        condition=f"Fails when SW_DEC is after 31 March or before 1 "
        f"April{' of the year before' if _back else ''}.",
        years=_years,
    )


@row_rule(
    "SW09STG2",
    "The social worker ends on the day of starting.",
    table="SWEpisodes",
    fields=SPELL,
)
def ends_on_first_day(t: Columns) -> Mask:
    """SW_DEC is SW_DECOM, as a date or as it was sent; two blanks are not."""
    every = np.arange(len(t))
    return same_date(t, "SW_DEC", every, t, "SW_DECOM", every)


@row_rule(
    "SW13STG1",
    "The reason for the change of social worker is missing or not a valid code.",
    table="SWEpisodes",
    fields="SW_REASON SW_DECOM",
    stage=1,
    since=2025,
)
def reason_is_wrong(t: Columns) -> Mask:
    """SW_REASON is filled and not a valid code, or blank with SW_DECOM on or after 1 April 2023."""
    wrong = filled(t.SW_REASON) & ~t.SW_REASON.is_in(*REASONS)
    return wrong | (blank(t.SW_REASON) & (t.SW_DECOM >= REASONS_ASKED_SINCE))


def _by_start(r: Records) -> Order:
    sw = r.sw_episodes
    return order_rows(sw.child, blank_last(sw.SW_DECOM))


@rule(
    "SW08STG2",
    "A social worker is followed by another, but has no end.",
    table="SWEpisodes",
    fields="SW_DEC",
)
def earlier_spell_open(r: Records) -> Mask:
    """Every row but the child's last by SW_DECOM needs SW_DEC."""
    return (r.remember(_by_start).next >= 0) & blank(r.sw_episodes.SW_DEC)


@rule(
    "SW14STG2",
    "A social worker without an end is not the child's latest.",
    table="SWEpisodes",
    fields="SW_DEC",
    until=2024,
)
def open_spell_not_latest(r: Records) -> Mask:
    sw = r.sw_episodes
    latest = at(sw.SW_DECOM, r.rows_of(r.latest(sw, sw.SW_DECOM), sw))
    return blank(sw.SW_DEC) & (sw.child >= 0) & filled(latest) & (latest != sw.SW_DECOM)


def _not_joined(r: Records, exempt: tuple[str, ...]) -> Mask:
    sw = r.sw_episodes
    previous = order_rows(sw.child, blank_last(sw.SW_DECOM), blank_last(sw.SW_DEC)).previous
    ended = at(sw.SW_DEC, previous)
    joined = (ended - 7 <= sw.SW_DECOM) & (ended + 7 >= sw.SW_DECOM)
    return (previous >= 0) & ~joined & ~sw.SW_REASON.is_in(*exempt)


for _exempt, _years in (((), (None, 2024)), (("FCONTA",), (2025, None))):
    make(
        "SW10STG2",
        "A social worker does not start within a week of the last one's end.",
        table="SWEpisodes",
        fields=SPELL,
        judge=lambda r, _year, exempt=_exempt: _not_joined(r, exempt),
        condition="Fails when SW_DECOM is more than 7 days from the SW_DEC of the child's "
        "previous row, or one is blank"
        f"{'; not when SW_REASON is FCONTA' if _exempt else ''}.",
        years=_years,
    )


@rule(
    "SW11aSTG2",
    "A social worker ended in the year and no other starts within five days.",
    table="SWEpisodes",
    fields=SPELL,
    until=2024,
)
def no_successor(r: Records) -> Mask:
    """The child's previous row has SW_DEC at least 5 days before 31 March, and SW_DECOM is blank or
    more than 5 days from it."""
    sw = r.sw_episodes
    ended = at(sw.SW_DEC, r.remember(_by_start).previous)
    near = (ended - 5 <= sw.SW_DECOM) & (ended + 5 >= sw.SW_DECOM)
    return (ended <= r.end - 5) & ~near


@rule(
    "SW11bSTG2",
    "A social worker ends in the last days of the year and no other follows.",
    table="SWEpisodes",
    fields=SPELL,
)
def no_successor_at_the_end(r: Records) -> Mask:
    """SW_DEC is in the last five days before 31 March or on it, and the child has no later row with
    SW_DECOM."""
    sw = r.sw_episodes
    following = at(filled(sw.SW_DECOM), r.remember(_by_start).next)
    late = (r.end - 5 <= sw.SW_DEC) & (r.end >= sw.SW_DEC)
    return late & (sw.child >= 0) & ~following


def _no_full_history(r: Records, since: np.datetime64 | None) -> Mask:
    ep, sw = r.episodes, r.sw_episodes
    continues = ep.REC == "X1"
    tested = ~r.respite & ((ep.RNE == "S") | ~continues)
    if since is not None:
        tested &= blank(ep.DEC) | ((since <= ep.DEC) & (r.end >= ep.DEC))
    i, j = r.pairs(ep, sw)
    still_open = blank(ep.DEC) & (ep.RNE != "S")
    ends = np.where(still_open, r.end, ep.DEC)
    until_end = (sw.SW_DECOM[j] <= ends[i]) & ~continues[i]
    from_start = (sw.SW_DECOM[j] >= ep.DECOM[i]) & (ep.RNE == "S")[i]
    unfit = flagged(len(ep), i[~(until_end | from_start)])
    return tested & (unfit | ~r.rows_of(r.in_table(sw), ep))


for _limited, _years in ((False, (None, 2024)), (True, (2025, None))):
    make(
        "SW12STG2",
        "The social workers do not cover the child's time in care.",
        table="Episodes",
        fields="DECOM DEC SW_DECOM",
        needs="Episodes SWEpisodes",
        judge=lambda r, _year, limited=_limited: _no_full_history(
            r, birthday(np.array([r.start]), -1)[0] if limited else None
        ),
        condition="Episodes with LS not V3 or V4 that begin (RNE S) or do not continue (REC not X1)"
        f"{', open or ended since 1 April of the year before,' if _limited else ''} fail when the "
        f"child has no SWEpisodes "
        "row, or one with neither SW_DECOM by DEC (REC not X1) nor SW_DECOM from DECOM on (RNE S). "
        "An open episode that does not begin with S counts to 31 March.",
        years=_years,
    )


@rule(
    "SW17STG2",
    "The child's latest social worker has an end.",
    table="SWEpisodes",
    fields=SPELL,
    since=2026,
)
def latest_spell_ended(r: Records) -> Mask:
    """The row with the latest SW_DECOM, or the first in the file of a child without one, has
    SW_DEC."""
    sw = r.sw_episodes
    latest = r.latest(sw, sw.SW_DECOM)
    any_row = np.full(r.children, -1, dtype=np.intp)
    known = np.flatnonzero(sw.child >= 0)[::-1]
    any_row[sw.child[known]] = known
    chosen = np.where(latest >= 0, latest, any_row)
    return flagged(len(sw), chosen) & filled(sw.SW_DEC)
