"""The columns that filters read, put beside the children of a year: one call of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cla import authorities, reference, results
from cla.cohort import groups
from cla.cohort.care_groups import care_groups, person_groups
from cla.cohort.school_groups import school_groups, school_of, slug
from cla.stages import STAGES

if TYPE_CHECKING:
    from cla.reports.model import Model

CERTAIN_TIER = 1
"""Links of this tier or a lower one (0: confirmed by a person) need no second look."""
SCHOOL = ("laestab", "urn")
CARRIED = (*SCHOOL, "sen_need", "fsm6", "eal")
"""What results carry of a pupil's schooling, for children the school census does not have."""


def with_columns(model: Model, children: pd.DataFrame, year: int) -> pd.DataFrame:
    """``children`` (with sen) and a column for every filter of ``filters_table.FILTERS``."""
    schooling = _schooling(model, year)
    before = _characteristics(model, year - 1)
    own = _own_numbers(model.la)
    return pd.concat(
        [
            children,
            care_groups(children),
            person_groups(children),
            school_groups(children, schooling, before, own, year),
            _named(children, schooling),
            _of_results(model, children, year),
        ],
        axis=1,
    )


def of_stage(model: Model, pupils: pd.DataFrame, stage: str, year: int) -> pd.DataFrame:
    """``Model.pupils`` with the columns that depend on the stage: match, results_status."""
    links = model.matches(stage, year).links.set_index("child")["tier"]
    tier = pupils["child"].map(links)
    conditions = {
        "certain": tier <= CERTAIN_TIER,
        "fallback": tier > CERTAIN_TIER,
        "unmatched": tier.isna(),
    }
    return pupils.assign(
        match=groups.of_choices("match", pupils.index, conditions),
        results_status=_status(_of_matched(model, year, (stage,)), pupils),
    )


def assessment_days(care: pd.DataFrame, year: int, stage: str | None) -> pd.Series:
    """The day of the assessment of each child of a year, by child; missing for those with none.

    ``stage`` sets one day for all; without it each child's is that of their year group.
    """
    days = {one.year_group: pd.Timestamp(year, *one.taken) for one in STAGES.values()}
    if stage is not None:
        day = days[STAGES[stage].year_group]
        return pd.Series(day, index=care["child"], dtype="datetime64[us]")
    found = care["year_group"].map(days).astype("datetime64[us]")
    return pd.Series(found.to_numpy(), index=care["child"])


def names(model: Model, year: int, name: str) -> dict[str, str]:
    """The names of the choices of a filter whose choices are in the data: value -> name."""
    census = _characteristics(model, year)
    if name == "team":
        given = _text(census, "team")
        named = pd.DataFrame({"value": slug(given), "name": given})
    else:
        named = pd.DataFrame(
            {"value": school_of(census, census), "name": _text(census, "school_name")}
        )
    named = named[named["value"].notna() & named["name"].notna()].sort_values("name")
    return dict(zip(named["value"][::-1], named["name"][::-1], strict=True))


def _characteristics(model: Model, year: int) -> pd.DataFrame:
    """The school census of the children of a year, one row a child; none when not loaded."""
    if year not in model.years:
        return pd.DataFrame({"child": pd.Series(dtype="str")})
    return model.characteristics(year).drop_duplicates("child")


def _schooling(model: Model, year: int) -> pd.DataFrame:
    """One row a child: the school census and, where that lacks a column, the year's results."""
    census = _characteristics(model, year)
    carried = _of_matched(model, year, model.stages(year))
    census_has_school = any(_holds(census, name) for name in SCHOOL)
    wanted = [
        name
        for name in CARRIED
        if _holds(carried, name)
        and not (census_has_school if name in SCHOOL else _holds(census, name))
    ]
    if not wanted:
        return census
    found = census.drop(columns=wanted, errors="ignore")
    return found.merge(carried[["child", *wanted]], on="child", how="outer", validate="one_to_one")


def _holds(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and bool(frame[name].notna().any())


def _text(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="str")
    return frame[name].astype("str")


def _of_matched(model: Model, year: int, stages: tuple[str, ...]) -> pd.DataFrame:
    """What the results of the year carry of the matched children: child, stage and CARRIED,
    prior, version. A child with results of several stages has the last one's."""
    return model.once(("carried", year, stages), lambda: _carried(model, year, stages))


def _carried(model: Model, year: int, stages: tuple[str, ...]) -> pd.DataFrame:
    names = (*CARRIED, "prior", "version")
    parts = [pd.DataFrame({"child": pd.Series(dtype="str"), "stage": pd.Series(dtype="str")})]
    for stage in stages:
        frame = model.loaded_results(stage, year)
        links = model.matches(stage, year).links
        held = [name for name in names if frame is not None and name in frame]
        if frame is not None and len(links):
            rows = frame[held].iloc[links["row"].to_numpy()].reset_index(drop=True)
            parts.append(rows.assign(child=links["child"].to_numpy(), stage=stage))
    found = [part for part in parts if len(part)] or parts
    return pd.concat(found, ignore_index=True).drop_duplicates("child", keep="last")


def _named(children: pd.DataFrame, schooling: pd.DataFrame) -> pd.DataFrame:
    """The filters whose choices are names in the data: school (a number), team (a slug)."""
    team = schooling.drop_duplicates("child").set_index("child")
    team_of = children["child"].map(slug(_text(team, "team"))).astype("str")
    return pd.DataFrame(
        {
            "school": school_of(children, schooling).astype("category"),
            "team": team_of.fillna(groups.UNKNOWN).astype("category"),
        },
        index=children.index,
    )


def _of_results(model: Model, children: pd.DataFrame, year: int) -> pd.DataFrame:
    """Columns match, results_status and prior_attainment over all stages of the year."""
    carried = _of_matched(model, year, model.stages(year))
    return pd.DataFrame(
        {
            "match": _match(model, children, year),
            "results_status": _status(carried, children),
            "prior_attainment": _prior(model, children, carried, year),
        },
        index=children.index,
    )


def _match(model: Model, children: pd.DataFrame, year: int) -> pd.Series:
    """How each child is matched: the least certain of the stages, unmatched before all others.

    Nobody expects results of children who are in no year group of an assessment. Children at the
    end of a stage whose results are not loaded are unknown.
    """
    group, loaded = children["year_group"], model.stages(year)
    no = pd.Series(False, index=children.index)
    lost, fallback, certain = no, no, no
    for stage in loaded:
        tier = children["child"].map(model.matches(stage, year).links.set_index("child")["tier"])
        of_age = (group == STAGES[stage].year_group).fillna(False).astype(bool)
        lost = lost | (of_age & tier.isna())
        fallback = fallback | (tier > CERTAIN_TIER)
        certain = certain | (tier <= CERTAIN_TIER)
    open_stage = group.isin([one.year_group for name, one in STAGES.items() if name not in loaded])
    outside = ~open_stage & children["age"].notna() & bool(loaded)
    choices = {
        "unmatched": lost,
        "fallback": fallback,
        "certain": certain,
        "not_expected": outside,
    }
    return groups.of_choices("match", children.index, choices)


def _status(carried: pd.DataFrame, children: pd.DataFrame) -> pd.Series:
    """Whether each child's results are provisional, revised or final, as the file says."""
    marks = _text(carried, "version").str.strip().str.upper()
    by_child = pd.Series(marks.to_numpy(), index=carried["child"])
    return groups.of_codes("results_status", children["child"].map(by_child))


def _prior(model: Model, children: pd.DataFrame, carried: pd.DataFrame, year: int) -> pd.Series:
    """DfE's band where the results of the year carry it, else that of loaded key stage 2 results.

    The latter for years 7 to 11 only: for key stage 1 no limits of bands were found.
    """
    given = pd.Series(_text(carried, "prior").to_numpy(), index=carried["child"])
    band = children["child"].map(given).astype("str")
    ks2 = model.once(("key stage 2 bands", year), lambda: _key_stage_2(model, children, year))
    return groups.of_codes(
        "prior_attainment", band.fillna(children["child"].map(ks2).astype("str"))
    )


def _key_stage_2(model: Model, children: pd.DataFrame, year: int) -> pd.Series:
    """By child: the band of the key stage 2 results of the year each was in year 6 (tests of
    scaled scores; the child known by any UPN it had)."""
    parts = [pd.Series(dtype="str")]
    numbers = model.former_upns().drop_duplicates("upn", keep=False).set_index("upn")["child"]
    for group in range(STAGES["ks2"].year_group + 1, STAGES["ks4"].year_group + 1):
        frame = model.loaded_results("ks2", year - (group - STAGES["ks2"].year_group))
        if frame is None or not {"read_score", "mat_score"} <= set(frame):
            continue
        band = results.ks2_band((frame["read_score"] + frame["mat_score"]) / 2)
        found = pd.Series(band.to_numpy(), index=frame["upn"].map(numbers), dtype="str").dropna()
        of_age = children.loc[(children["year_group"] == group).fillna(False), "child"]
        parts.append(found[found.index.isin(of_age)])
    every = pd.concat([part for part in parts if len(part)] or parts)
    return every[~every.index.duplicated()]


def _own_numbers(la: str) -> frozenset[str]:
    """The three-digit numbers of an authority and of those that became part of it."""
    found = next((one for one in authorities.all() if la in (one.la, one.code3)), None)
    if found is None:
        return frozenset()
    ended = reference.table("authorities", "changes.csv")
    return frozenset({found.code3, *ended.loc[ended["successors"] == found.la, "code3"]})
