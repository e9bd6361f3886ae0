"""One row a child: who is looked after, since when and where, as at 31 March of a return."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cla import upn as upns
from cla.cohort import groups
from cla.cohort.care import care_at
from cla.cohort.history import history
from cla.ssda903 import facts, layout
from cla.ssda903.returns import Return

STATUTORY = {
    "12_months": "looked_after_12_months",
    "at_31_march": "at_31_march",
    "any_time": "any_time",
}
"""The three cohorts of a return and the column that says who belongs."""
CURRENT = "current"
COHORTS = {**STATUTORY, CURRENT: CURRENT}
"""Every cohort: those of a return, and the children of a list handed in since (membership)."""


def children(
    ret: Return,
    earlier: Iterable[Return] = (),
    *,
    later: Return | None = None,
    days: pd.Series | None = None,
) -> pd.DataFrame:
    """Every child of a return, one row each, as at 31 March or the end of their care in the year.

    Columns: child, upn (cleaned), upn_grade (of ``cla.upn``), sex ("M", "F", "U"), dob,
    age (whole years at 31 March), year_group (0 reception, by age), ethnic, uasc,
    looked_after_12_months, at_31_march, any_time, short_breaks_only, oc2_marked (missing when the
    return has no OC2 table), periods, period_start, months_in_care, placements_in_period,
    placements_in_year, place, placement (group), placement_type (its name), ls, legal, cin, need,
    sdq_score, sdq_reason, sdq_band, time_in_care, care_ended; on (the day of the care columns) and
    the other columns of ``care_at`` that filters are made of, pl_location and pl_distance.

    ``earlier`` are the returns of earlier years: they date periods and placements begun before this
    one. A child listed twice in Header appears once, with the first row; the rules report it.
    Definitions: 12 months, ``facts.continuous_by_child``; the other two leave out episodes of an
    agreed series of short-term breaks (V3, V4), as DfE's statistics do.

    ``days`` gives, by child, another day than 31 March for the care columns (place to care_ended);
    ``later`` is the return of the next year, which covers days after 31 March. Who is in a cohort,
    ages and year groups stay as at 31 March.
    """
    people = _people(ret)
    on = pd.Series(ret.end, index=people.index, dtype="datetime64[us]")
    if days is not None:
        on = people["child"].map(days).astype("datetime64[us]").fillna(ret.end)
    people["on"] = on
    returns = [*(one for one in earlier if one.year < ret.year), ret]
    if later is not None:
        returns.append(later)
    care = care_at(history(returns), people[_here(ret, people)], ret.year)
    care = _located(care, returns)
    frame = people.merge(care, on="child", how="left", validate="one_to_one")
    ended = frame["care_ended"].fillna(frame["on"])
    frame["months_in_care"] = months_between(frame["period_start"], ended)
    frame = frame.merge(_wellbeing(ret), on="child", how="left", validate="one_to_one")
    return with_groups(_with_membership(frame, ret), ret.year)


def _here(ret: Return, people: pd.DataFrame) -> pd.Series:
    """The people who have an episode in this return."""
    if not ret.has("Episodes"):
        return pd.Series(False, index=people.index)
    return people["child"].isin(ret.typed("Episodes", located=False)["CHILD"].astype("str"))


def _located(care: pd.DataFrame, returns: list[Return]) -> pd.DataFrame:
    """Add pl_location (IN, OUT) and pl_distance (miles) of each child's latest episode."""
    used = [_places(ret) for ret in returns if (care["return_year"] == ret.year).any()]
    if not used:
        return care.assign(pl_location=pd.Series(dtype="str"), pl_distance=np.nan)
    key = ["return_year", "child", "decom"]
    places = pd.concat(used, ignore_index=True).drop_duplicates(key, keep="last")
    return care.merge(places, on=key, how="left", validate="one_to_one")


def _places(ret: Return) -> pd.DataFrame:
    ep = ret.episodes
    return pd.DataFrame(
        {
            "return_year": ret.year,
            "child": ep["CHILD"].astype("str"),
            "decom": ep["DECOM"],
            "pl_location": ep["PL_LOCATION"].astype("str"),
            "pl_distance": pd.to_numeric(ep["PL_DISTANCE"], errors="coerce").astype("float"),
        }
    )


def _people(ret: Return) -> pd.DataFrame:
    header = ret.header if ret.has("Header") else pd.DataFrame(columns=["CHILD"], dtype="str")
    header = header[header["CHILD"].notna()].drop_duplicates("CHILD")
    listed = [header["CHILD"].astype("str")]
    if ret.has("Episodes"):
        listed.append(ret.typed("Episodes", located=False)["CHILD"].dropna().astype("str"))
    frame = pd.DataFrame({"child": pd.concat(listed).drop_duplicates()})
    details = pd.DataFrame({"child": header["CHILD"].astype("str")})
    for column, name in (("UPN", "upn"), ("SEX", "sex"), ("DOB", "dob"), ("ETHNIC", "ethnic")):
        details[name] = header[column] if column in header else pd.Series(dtype="str")
    details["upn"], details["upn_grade"] = upns.grade(details["upn"])
    details["dob"] = pd.to_datetime(details["dob"])
    frame = frame.merge(details, on="child", how="left", validate="one_to_one")
    frame["sex"] = groups.of_codes("sex", frame["sex"]).astype("str").replace("unknown", "U")
    return frame.assign(
        ethnic=frame["ethnic"].astype("str"),
        age=age_at(frame["dob"], ret.end),
        year_group=year_group(frame["dob"], ret.year),
        uasc=frame["child"].isin(_unaccompanied(ret)),
    )


def _unaccompanied(ret: Return) -> pd.Series:
    if ret.has("UASC"):
        return ret.uasc["CHILD"].dropna().astype("str")
    if ret.has("Header"):
        header = ret.header
        return header.loc[header["UASC"].astype("str") == "1", "CHILD"].dropna().astype("str")
    return pd.Series(dtype="str")


def age_at(dob: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Age in whole years on a day; missing where the date of birth is missing or later."""
    before_birthday = (dob.dt.month * 100 + dob.dt.day) > day.month * 100 + day.day
    age = day.year - dob.dt.year - before_birthday
    return age.where((dob <= day).fillna(False)).astype("Int64")


def year_group(dob: pd.Series, year: int) -> pd.Series:
    """The national curriculum year that a child's age puts them in (0 is reception).

    For the school year in which 31 March of ``year`` lies: a child in year 6 is 10 on the 31 August
    before it and 11 on the one after. Children below reception and past year 13 have none.
    """
    group = age_at(dob, pd.Timestamp(year - 1, 8, 31)) - 4
    return group.where(group.between(0, 13).fillna(False))


def months_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Whole months from one day to another, both days counted: 1 April to 31 March is 12."""
    after = end + pd.Timedelta(days=1)
    months = (after.dt.year - start.dt.year) * 12 + after.dt.month - start.dt.month
    return (months - (after.dt.day < start.dt.day)).astype("Int64")


def _wellbeing(ret: Return) -> pd.DataFrame:
    if not ret.has("OC2"):
        return pd.DataFrame(
            {name: pd.Series(dtype="str") for name in ("child", "sdq_score", "sdq_reason")}
        ).assign(sdq_score=pd.Series(dtype="float"))
    oc2 = ret.oc2[ret.oc2["CHILD"].notna()].drop_duplicates("CHILD")
    return pd.DataFrame(
        {
            "child": oc2["CHILD"].astype("str"),
            "sdq_score": pd.to_numeric(oc2["SDQ_SCORE"], errors="coerce").astype("float"),
            "sdq_reason": oc2["SDQ_REASON"].astype("str"),
        }
    )


def _with_membership(frame: pd.DataFrame, ret: Return) -> pd.DataFrame:
    members = {name: pd.Series(dtype="str") for name in (*STATUTORY.values(), "short_breaks_only")}
    if ret.has("Episodes"):
        ep = ret.typed("Episodes", located=False)
        ids = pd.Series(ret.children, dtype="str")
        in_year = facts.overlaps_year(ret, ep)
        respite = ep["LS"].isin(facts.RESPITE)
        open_at_end = in_year & (ep["DEC"].isna() | (ep["DEC"] > ret.end)) & ~respite
        any_time = facts.any_by_child(ret, ep, in_year & ~respite)
        members = {
            "looked_after_12_months": ids[facts.continuous_by_child(ret)],
            "at_31_march": ids[facts.any_by_child(ret, ep, open_at_end)],
            "any_time": ids[any_time],
            "short_breaks_only": ids[facts.any_by_child(ret, ep, in_year & respite) & ~any_time],
        }
    belongs = {name: frame["child"].isin(ids) for name, ids in members.items()}
    marked = pd.Series(pd.NA, index=frame.index, dtype="boolean")
    if ret.has("OC2"):
        in_oc2 = ret.oc2["CHILD"].dropna().astype("str")
        marked = frame["child"].isin(in_oc2).astype("boolean")
    return frame.assign(**belongs, oc2_marked=marked)


def with_groups(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Add the groups that the codes and numbers of a frame of children fall in."""
    placement = groups.of_codes("placement", frame["place"])
    need = frame["cin"].map(dict(layout.codes("CIN", year))).astype("str")
    return frame.assign(
        placement=placement,
        placement_type=groups.named("placement", placement),
        legal=groups.named("legal", groups.of_codes("legal", frame["ls"])),
        need=need,
        sdq_band=groups.named("sdq", groups.of_numbers("sdq", frame["sdq_score"])),
        time_in_care=groups.of_numbers("time_in_care", frame["months_in_care"]),
    )


def cohort_differences(ret: Return, frame: pd.DataFrame) -> pd.DataFrame:
    """Children whose computed 12 months and whose presence in OC2 disagree, with the reason.

    Columns: child, computed, oc2, why. Empty when the return has no OC2 table.
    """
    marked = frame["oc2_marked"].fillna(frame["looked_after_12_months"]).astype(bool)
    differ = frame[frame["looked_after_12_months"] != marked]
    why = np.where(
        differ["looked_after_12_months"],
        "Looked after for the whole year by the episodes, but not in the OC2 file.",
        _why_not_continuous(ret, differ["child"]),
    )
    return pd.DataFrame(
        {
            "child": differ["child"],
            "computed": differ["looked_after_12_months"],
            "oc2": differ["oc2_marked"].astype(bool),
            "why": pd.Series(why, index=differ.index, dtype="str"),
        }
    ).reset_index(drop=True)


def _why_not_continuous(ret: Return, child: pd.Series) -> np.ndarray:
    """For children in OC2, the first reason why their episodes do not make 12 months."""
    sentences = np.full(len(child), "In the OC2 file, but without an episode in the year.", object)
    if not ret.has("Episodes"):
        return sentences
    ep = ret.typed("Episodes", located=False)
    ids = ep["CHILD"].astype("str")
    in_year = facts.overlaps_year(ret, ep)
    respite = ep["LS"].isin(facts.RESPITE) & in_year
    ended = (ep["REC"] != "X1") & (ep["DEC"] >= ret.start) & (ep["DEC"] < ret.end)
    started = (ep["RNE"] == "S") & (ep["DECOM"] > ret.start) & (ep["DECOM"] <= ret.end)
    for mask, sentence in (
        (respite, "In the OC2 file, but with a short-term break (V3, V4) in the year."),
        (ended, "In the OC2 file, but care ended before 31 March."),
        (started, "In the OC2 file, but care started after 1 April."),
    ):
        sentences[child.isin(ids[mask]).to_numpy()] = sentence
    return sentences
