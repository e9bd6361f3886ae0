"""The model: everything loaded for one authority at one data version, in memory, read-only.

``build`` returns at once; what a report asks for is computed the first time and kept. Frames are
handed out as shallow copies, so nothing a page does to one reaches another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, TypeVar

import pandas as pd

from cla import cohort
from cla.benchmarks import Library, shipped
from cla.cohort import groups, matching_aliases, matching_decisions, matching_places, membership
from cla.reports import filters_columns
from cla.ssda903 import layout
from cla.ssda903.returns import Return
from cla.stages import STAGES

T = TypeVar("T")
COHORT_LABELS: Mapping[str, str] = {
    "12_months": "Looked after 12 months at 31 March",
    "at_31_march": "Looked after at 31 March",
    "any_time": "Looked after at any time in the year",
    "current": "Looked after now, by a list",
}
AS_AT_LABELS: Mapping[str, str] = {
    "31_march": "31 March",
    "assessment": "The assessment",
}
"""The days that care can be shown as at."""
STAGE_LABELS: Mapping[str, str] = {name: stage.title for name, stage in STAGES.items()}
FROM_CENSUS = "school census"
FROM_RESULTS = "results file"
FREE_OF_DECISIONS = ("care", "former", "history", "candidates", "places")
"""First parts of the keys of what is computed from the imports alone: kept when people decide."""


def academic_year(year: int) -> str:
    """The academic year of the results that go with a collection year: 2025 -> "2024/25"."""
    return f"{year - 1}/{year % 100:02d}"


def year_name(year: int) -> str:
    """The collection year as people write it: 2025 -> "2024-25"."""
    return layout.year_name(year)


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """One authority's data at one version. Made by ``build``; safe to share among threads.

    ``published`` are DfE's figures, those the authority loaded among them; ``shared`` are the cells
    that other authorities gave it as files (``cla.benchmarks``), None without any.
    """

    la: str
    version: int
    years: tuple[int, ...]
    _returns: Mapping[int, Return]
    _results: Mapping[tuple[str, str], pd.DataFrame]
    _characteristics: pd.DataFrame | None = None
    _decisions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    _schools: pd.DataFrame | None = None
    _current: pd.DataFrame | None = None
    published: Library = field(default_factory=shipped)
    shared: pd.DataFrame | None = None
    _made: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _of_imports: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _lock: Any = field(default_factory=RLock)

    def __repr__(self) -> str:
        return f"Model(la={self.la!r}, version={self.version}, years={self.years})"

    @property
    def latest(self) -> int | None:
        """The latest year with a return; None when nothing is loaded."""
        return self.years[-1] if self.years else None

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What ``make`` gives, computed the first time this key is asked for."""
        kept = self._of_imports if key[0] in FREE_OF_DECISIONS else self._made
        if key not in kept:
            with self._lock:
                if key not in kept:
                    kept[key] = make()
        made: T = kept[key]
        return made

    def decided(self, version: int, decisions: Mapping[str, pd.DataFrame]) -> Model:
        """The same imports at another version, with what people decided by then."""
        return replace(self, version=version, _decisions=dict(decisions), _made={})

    def held_against(self, published: Library, shared: pd.DataFrame | None) -> Model:
        """The same children with other figures to hold them against."""
        return replace(self, published=published, shared=shared, _made={})

    def stages(self, year: int) -> tuple[str, ...]:
        """The stages with results for the academic year that goes with a collection year."""
        return tuple(s for s in STAGE_LABELS if (s, academic_year(year)) in self._results)

    def results_years(self, stage: str) -> tuple[int, ...]:
        """Collection years with a return and results of the stage."""
        return tuple(year for year in self.years if stage in self.stages(year))

    def loaded_results(self, stage: str, year: int) -> pd.DataFrame | None:
        """The results frame of a stage as read, or None when it is not loaded."""
        frame = self._results.get((stage, academic_year(year)))
        return None if frame is None else frame.copy(deep=False)

    def loaded_return(self, year: int) -> Return:
        """The return of a year. KeyError when it is not loaded."""
        return self._returns[year]

    def children(
        self, year: int, as_at: str = "31_march", stage: str | None = None
    ) -> pd.DataFrame:
        """Every child of a year's return, one row each: ``cohort.children`` and ``sen``.

        ``sen`` is "E", "K", "N" or "unknown": from the school census when it is loaded, else from
        the results files of the year. Every other filter has its column as well
        (``filters_columns``). KeyError when the year has no return.

        ``as_at`` "assessment" gives the care columns as at the day of the assessment of ``stage``,
        or without one of each child's year group; as at 31 March where there is no such day or the
        return of the year after is not loaded.
        """
        key = ("children", *self._day_key(year, as_at, stage))
        return self.once(key, lambda: self._children(year, as_at, stage)).copy(deep=False)

    def undecided_children(self, year: int) -> pd.DataFrame:
        """Every child of a year as the return and the list say, before anybody decided."""
        return self._care(year).copy(deep=False)

    def _day_key(self, year: int, as_at: str, stage: str | None) -> tuple[Any, ...]:
        """What tells frames of a year apart: the day of care, where it is not 31 March."""
        if as_at not in AS_AT_LABELS:
            raise ValueError(f"There is no such day of care: {as_at}.")
        other_day = as_at != "31_march" and year + 1 in self.years
        return (year, as_at, stage) if other_day else (year,)

    def _care(self, year: int, as_at: str = "31_march", stage: str | None = None) -> pd.DataFrame:
        key = self._day_key(year, as_at, stage)

        def make() -> pd.DataFrame:
            earlier = [ret for other, ret in self._returns.items() if other < year]
            later, days = None, None
            if len(key) > 1:
                days = filters_columns.assessment_days(self._care(year), year, stage)
                later = self._returns[year + 1]
            found = cohort.children(self._returns[year], earlier, later=later, days=days)
            return membership.with_current(found, self.current_list(year), year)

        return self.once(("care", *key), make)

    def current_list(self, year: int) -> pd.DataFrame | None:
        """The children looked after since 31 March of a year, by the list handed in; else None."""
        if self._current is None:
            return None
        frame = self._current[self._current["year"] == year + 1]
        return frame.drop(columns="year") if len(frame) else None

    def care(self, year: int) -> pd.DataFrame:
        """Every child of a year's return with its care alone: ``cohort.children``.

        Quick, and the same whatever people decided. KeyError when the year has no return.
        """
        return self._care(year).copy(deep=False)

    def _children(self, year: int, as_at: str, stage: str | None) -> pd.DataFrame:
        frame = self._care(year, as_at, stage)
        frame = membership.decided(frame, self.decisions("membership"), year)
        frame = frame.assign(sen=groups.of_codes("sen", self._sen(year, frame)))
        return filters_columns.with_columns(self, frame, year)

    def names(self, year: int, name: str) -> dict[str, str]:
        """The names of the schools ("school") or teams ("team") of a year, by filter value."""
        return self.once(("names", year, name), lambda: filters_columns.names(self, year, name))

    def sen_source(self, year: int) -> str:
        """Where SEN provision comes from: "school census", "results file" or "" (not loaded)."""
        if len(self._census(year)) and "sen" in self._census(year):
            return FROM_CENSUS
        with_sen = (
            "sen" in self._results[stage, academic_year(year)] for stage in self.stages(year)
        )
        return FROM_RESULTS if any(with_sen) else ""

    def _census(self, year: int) -> pd.DataFrame:
        if self._characteristics is None:
            return pd.DataFrame(columns=["upn"])
        frame = self._characteristics
        return frame[frame["year"] == year].drop_duplicates("upn")

    def characteristics(self, year: int) -> pd.DataFrame:
        """The children of a year's return who are in the school census: child and its columns."""

        def make() -> pd.DataFrame:
            census = self._census(year).drop(columns="year", errors="ignore")
            people = self._care(year)[["child", "upn"]].dropna()
            return people.merge(census, on="upn", how="inner", validate="many_to_one")

        return self.once(("characteristics", year), make).copy(deep=False)

    def characteristics_of_years(self) -> pd.DataFrame:
        """``characteristics`` of every loaded year, one row a child and year: child, year, ..."""

        def make() -> pd.DataFrame:
            parts = [self.characteristics(year).assign(year=year) for year in self.years]
            return pd.concat(parts or [pd.DataFrame(columns=["child", "year"])], ignore_index=True)

        return self.once(("characteristics of years",), make).copy(deep=False)

    def schools(self) -> pd.DataFrame:
        """The time of our children at their schools, as the school census gave it: child, ...

        One row a child, school and academic year; no rows when no census with school history is
        loaded. A child is known by every UPN it had.
        """

        def make() -> pd.DataFrame:
            if self._schools is None:
                return pd.DataFrame(columns=["child", "upn"])
            alone = self.former_upns().drop_duplicates("upn", keep=False)
            return alone.merge(self._schools, on="upn", how="inner", validate="one_to_many")

        return self.once(("schools",), make).copy(deep=False)

    def _sen(self, year: int, frame: pd.DataFrame) -> pd.Series:
        source = self.sen_source(year)
        by_child = pd.Series(dtype="str")
        if source == FROM_CENSUS:
            by_child = self.characteristics(year).set_index("child")["sen"]
        elif source == FROM_RESULTS:
            by_child = self._sen_of_results(year)
        return frame["child"].map(by_child[~by_child.index.duplicated()])

    def _sen_of_results(self, year: int) -> pd.Series:
        parts = [pd.Series(dtype="str")]
        for stage in self.stages(year):
            results = self._results[stage, academic_year(year)]
            if "sen" in results:
                links = self.matches(stage, year).links
                sen = results["sen"].iloc[links["row"].to_numpy()].astype("str")
                parts.append(pd.Series(sen.to_numpy(), index=links["child"]))
        return pd.concat(parts).dropna()

    def former_upns(self, year: int | None = None) -> pd.DataFrame:
        """Every UPN of every child that may be used for a year (child, upn, via), by default the
        latest: ``matching_aliases.aliases``."""
        at = year or self.latest or 0

        def make() -> pd.DataFrame:
            returns = self._returns.values()
            upns = [matching_aliases.upns(ret) for ret in returns]
            adopted = [matching_aliases.adoptions(ret) for ret in returns]
            links = matching_aliases.reported(self._characteristics, self._results.values())
            return matching_aliases.aliases(upns, adopted, at, links)

        return self.once(("former", at), make)

    def _places(self, year: int) -> pd.DataFrame:
        """Where the children of a return live and the schools they went to, for matching."""

        def make() -> pd.DataFrame:
            areas = matching_places.areas(self._returns[year])
            upns = self.former_upns(year)
            lists = (self._characteristics, self._schools)
            schools = matching_places.schools(upns, *lists)
            return pd.concat([areas, schools], ignore_index=True)

        return self.once(("places", year), make)

    def candidates(self, stage: str, year: int) -> cohort.Candidates:
        """What the results of a stage offer to the children of the year, before anybody decided.

        KeyError when either is not loaded.
        """

        def make() -> cohort.Candidates:
            results = self._results[stage, academic_year(year)]
            upns, places = self.former_upns(year), self._places(year)
            return cohort.candidates(self._care(year), results, stage, upns, places)

        return self.once(("candidates", stage, year), make)

    def matches(self, stage: str, year: int) -> cohort.Matches:
        """How the results of a stage match the children of the year. KeyError when not loaded."""

        def make() -> cohort.Matches:
            found = self.candidates(stage, year)
            mine = matching_decisions.about(found, self.decisions("match"))
            return self._decide(found, mine, ("matched", stage, year))

        return self.once(("matches", stage, year), make)

    def _decide(
        self, found: cohort.Candidates, mine: pd.DataFrame | None, key: tuple[Any, ...]
    ) -> cohort.Matches:
        """The matches after these decisions; those of the last time when they are the same ones."""
        token = () if mine is None else tuple(zip(mine["subject"], mine["moment"], strict=True))
        known = self._of_imports.get(key)
        if known is None or known[0] != token:
            known = self._of_imports[key] = (token, cohort.decide(found, mine))
        matches: cohort.Matches = known[1]
        return matches

    def decisions(self, kind: str) -> pd.DataFrame | None:
        """What people decided of a kind and stands, oldest first; None when nothing does."""
        found = self._decisions.get(kind)
        return None if found is None else found.copy(deep=False)

    def pupils(self, stage: str, year: int, as_at: str = "31_march") -> pd.DataFrame:
        """Children at the end of a key stage, whether matched or not, with their results.

        Who they are, ``stage_members`` says. Columns of ``children``, then ``matched``
        (bool), ``tier``, ``match_note``, ``reason`` (why not matched), then the columns of the
        results; ``upn``, ``dob``, ``sex`` and ``sen`` of the results are left out. ``as_at`` as
        in ``children``.
        """
        key = ("pupils", stage, *self._day_key(year, as_at, stage))
        return self.once(key, lambda: self._pupils(stage, year, as_at)).copy(deep=False)

    def _pupils(self, stage: str, year: int, as_at: str) -> pd.DataFrame:
        matches, children = self.matches(stage, year), self.children(year, as_at, stage)
        results = self._results[stage, academic_year(year)].reset_index(drop=True)
        ours = [name for name in results.columns if name not in children.columns]
        flags = {name: "boolean" for name in ours if results[name].dtype == bool}
        results = results[ours].astype(flags).assign(row=range(len(results)))
        links = matches.links.rename(columns={"note": "match_note"})
        belongs = self.stage_members(stage, year)
        members = children["child"].isin(belongs.loc[belongs["member"], "child"])
        frame = children.assign(matched=children["child"].isin(links["child"]))[members]
        frame = frame.merge(links, on="child", how="left", validate="one_to_one")
        frame = frame.merge(matches.unmatched, on="child", how="left", validate="one_to_one")
        frame = frame.merge(results, on="row", how="left", validate="many_to_one")
        return filters_columns.of_stage(self, frame, stage, year)

    def stage_members(self, stage: str, year: int) -> pd.DataFrame:
        """Who is at the end of a key stage, who is not although of the age, and why
        (``membership.of_stage``)."""

        def make() -> pd.DataFrame:
            children = self._care(year)
            matched = children["child"].isin(self.matches(stage, year).links["child"])
            census = self.characteristics(year).drop_duplicates("child").set_index("child")
            groups = census.get("year_group", pd.Series(dtype="str"))
            decided = self.decisions("key_stage")
            return membership.of_stage(children, stage, matched, groups, decided, year)

        return self.once(("stage members", stage, year), make).copy(deep=False)

    def history(self, child: str) -> pd.DataFrame:
        """The episodes of one child over all loaded years, oldest first (``cohort.history``)."""
        every = self.histories()
        return every[every["child"] == child].reset_index(drop=True)

    def histories(self) -> pd.DataFrame:
        """The episodes of all children over all loaded years (``cohort.history``)."""
        return self.once(("history",), lambda: cohort.history(self._returns.values())).copy(
            deep=False
        )

    def has_child(self, child: str) -> bool:
        """Whether any loaded return holds the child."""
        return any((self._care(year)["child"] == child).any() for year in self.years)


def build(
    la: str,
    version: int,
    returns: Mapping[int, Return],
    results: Mapping[tuple[str, str], pd.DataFrame],
    characteristics: pd.DataFrame | None = None,
    decisions: Mapping[str, pd.DataFrame] | None = None,
    schools: pd.DataFrame | None = None,
    current: pd.DataFrame | None = None,
) -> Model:
    """The model of what is loaded. Nothing is computed here.

    ``results`` is keyed by stage ("ks2") and academic year ("2024/25").
    ``characteristics`` is one row a pupil and collection year: upn, year, sen and whatever else
    the school census gave. ``decisions`` are what people decided and has not been taken back, by
    kind (``cla.store.decisions``). ``schools`` is one row a pupil, school and academic year.
    ``current`` are the lists of children looked after now, with the collection ``year`` of each.
    """
    return Model(
        la=la,
        version=version,
        years=tuple(sorted(returns)),
        _returns=dict(returns),
        _results=dict(results),
        _characteristics=characteristics,
        _decisions=dict(decisions or {}),
        _schools=schools,
        _current=current,
    )
