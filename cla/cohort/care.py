"""The care of children as at a day: the latest episode, its period, its carer, and the counts.

The day is each child's own, so that one frame can hold care as at 31 March or as at the assessment
a child takes. What began before the loaded returns is only known from the first episode they hold:
``period_known``, ``carer_known`` and ``changes_known`` say whether the beginning was seen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

NEW_CARER = ("S", "P", "B")
"""Reasons for a new episode that bring another carer; T and U change the placement only."""
FOR_ADOPTION = ("U2", "U5")
"""Fostering for adoption: moving there counts as a new carer in DfE's stability measure."""
PLACED_FOR_ADOPTION = ("A1", "A2", "A3", "A4", "A5", "A6")
ENTERING_CARE = "S"
ELEVEN = pd.DateOffset(years=11)


def care_at(episodes: pd.DataFrame, people: pd.DataFrame, since_return: int) -> pd.DataFrame:
    """One row for each child who has an episode by their day.

    ``episodes`` are those of ``cohort.history``. ``people``: child, dob, on (the day). The latest
    episode must be from the return of the year ``since_return`` or later. Columns: child,
    period_start, place, ls, cin, periods, placements_in_period, placements_in_year (of the 12
    months to the day), care_ended (the day, when care has ended), respite, period_known,
    carer_since, carer_known, placement_changes_since_11, changes_known, decom and return_year (of
    the latest episode). Short-term breaks and other care are counted apart, as DfE's statistics do.
    In an adoptive placement ``carer_since`` is the start of the placement before it, as in DfE's
    stability measure.
    """
    ep = episodes.merge(people[["child", "dob", "on"]], on="child", validate="many_to_one")
    ep = _with_carers(ep[ep["decom"] <= ep["on"]])
    latest = ep[ep["return_year"] >= since_return].drop_duplicates("child", keep="last")
    now = latest[["child", "period", "respite"]]
    now = now.rename(columns={"period": "period_now", "respite": "respite_now"})
    ep = ep.merge(now, on="child", validate="many_to_one")
    own_kind = ep[ep["respite"] == ep["respite_now"]]
    in_period = ep[ep["period"] == ep["period_now"]]
    care = latest.set_index("child")
    counts = {
        "periods": own_kind.groupby("child")["period"].nunique(),
        "placements_in_period": in_period.groupby("child")["placement"].nunique(),
        "placements_in_year": _in_the_year(own_kind).groupby("child")["placement"].nunique(),
    }
    care = care.assign(**{name: found.astype("Int64") for name, found in counts.items()})
    first = in_period.drop_duplicates("child").set_index("child")
    ended = care["dec"].where((care["rec"] != "X1") & (care["dec"] <= care["on"]))
    care = care.assign(
        care_ended=ended,
        period_known=first["rne"] == ENTERING_CARE,
        **_changes_since_11(own_kind),
    )
    return care[list(_COLUMNS)].reset_index()


_COLUMNS = (
    "period_start",
    "place",
    "ls",
    "cin",
    "periods",
    "placements_in_period",
    "placements_in_year",
    "care_ended",
    "respite",
    "period_known",
    "carer_since",
    "carer_known",
    "placement_changes_since_11",
    "changes_known",
    "decom",
    "return_year",
)


def _in_the_year(ep: pd.DataFrame) -> pd.DataFrame:
    """The episodes of which at least a day lies in the 12 months to each child's day."""
    begin = ep["on"] - pd.DateOffset(years=1)
    return ep[(ep["dec"] > begin) | ep["dec"].isna()]


def _with_carers(ep: pd.DataFrame) -> pd.DataFrame:
    """Add since when the child has been with the carer of each episode, and whether that is seen.

    A carer begins with a period of care, with a new placement and carer (S, P, B), and with a move
    into a placement for adoption by the foster carer.
    """
    before = ep.shift(1)
    same = (ep["child"] == before["child"]) & (ep["period"] == before["period"])
    adopting = ep["place"].isin(FOR_ADOPTION) & ~before["place"].isin(FOR_ADOPTION)
    seen = ep["rne"].isin(NEW_CARER) | (adopting & same)
    begins = seen | ~same
    since = ep["decom"].where(begins).ffill()
    known = seen.where(begins).ffill().astype(bool)
    # of the carer before, for placements for adoption: both placements count together
    of_before = since.shift(1).where(same, since).where(begins).ffill()
    known_before = known.shift(1).where(same, known).where(begins).ffill().astype(bool)
    placed = ep["place"].isin(PLACED_FOR_ADOPTION)
    return ep.assign(
        carer_since=of_before.where(placed, since), carer_known=known_before.where(placed, known)
    )


def _changes_since_11(own_kind: pd.DataFrame) -> dict[str, pd.Series]:
    """By child: placements begun on or after the 11th birthday, those that began care left out.

    ``changes_known`` is no where the child was already in care at 11 and the placements of that
    time are not loaded, or the date of birth is missing.
    """
    eleventh = own_kind["dob"] + ELEVEN
    begins = ~own_kind.duplicated(["child", "placement"])
    change = begins & (own_kind["rne"] != ENTERING_CARE) & (own_kind["decom"] >= eleventh)
    first = own_kind.drop_duplicates("child").set_index("child")
    seen = (first["rne"] == ENTERING_CARE) | (first["decom"] <= first["dob"] + ELEVEN)
    return {
        "placement_changes_since_11": change.groupby(own_kind["child"]).sum().astype("Int64"),
        "changes_known": seen & first["dob"].notna(),
    }


def school_year_on(dob: pd.Series, day: pd.Series) -> pd.Series:
    """The year group of the school year in which each day lies, by age: 0 reception, -1 before.

    Not limited to school age. Missing where a date is missing.
    """
    school_year = day.dt.year - (day.dt.month < 9)
    born = dob.dt.year + (dob.dt.month >= 9)
    return (school_year - born - 4).astype("Int64")


def age_on(dob: pd.Series, day: pd.Series) -> pd.Series:
    """Age in whole years on each day; missing where a date is missing or the child not yet born."""
    before_birthday = (dob.dt.month * 100 + dob.dt.day) > (day.dt.month * 100 + day.dt.day)
    age = day.dt.year - dob.dt.year - before_birthday
    return age.where((dob <= day).fillna(False)).astype("Int64")


def same_carer(care: pd.DataFrame) -> pd.Series:
    """Long-term stability of each child as at the day, in words of the list ``same_carer``.

    ``care``: dob, on, period_start, respite, care_ended, period_known, carer_since, carer_known. A
    child under 16 who has been in care for 2.5 years or more is counted: "yes" when with the same
    carer for two years or more. Where the loaded returns do not reach back far enough, unknown.
    Source: DfE, Children looked after in England, data guidance of the 2023 release.
    """
    day = care["on"]
    long = care["period_start"] <= day - pd.DateOffset(months=30)
    stays = care["carer_since"] <= day - pd.DateOffset(years=2)
    age = age_on(care["dob"], day)
    known = _yes(care["period_known"])
    outside = _yes(age >= 16) | _yes(care["respite"]) | care["care_ended"].notna()
    counted = _yes(age < 16) & long & ~outside
    masks = {
        "not_counted": outside | (_yes(age < 16) & known & ~long & care["period_start"].notna()),
        "yes": counted & stays,
        "no": counted & ~stays & _yes(care["carer_known"]),
    }
    words = np.select([mask.to_numpy(dtype=bool) for mask in masks.values()], list(masks), "")
    return pd.Series(words, index=care.index, dtype="str")


def _yes(flags: pd.Series) -> pd.Series:
    return flags.astype("boolean").fillna(False).astype(bool)
