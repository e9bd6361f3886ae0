"""What a person is about to import: what each file was taken for, and which tables are missing."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from cla.files import listed
from cla.problems import Problem
from cla.ssda903 import layout
from cla.ssda903.read import combined_problems
from cla.ssda903.sources import Opened, Paths, fit, open_all
from cla.ssda903.window import dates_of

NEEDED_FOR = MappingProxyType(
    {
        "Header": "age, sex, ethnic group and UPN: without it no child is matched to results",
        "Episodes": "who is looked after, since when and where: without it there is no cohort",
        "UASC": "telling unaccompanied asylum-seeking children from others",
        "Reviews": "the rules about reviews and how children take part in them",
        "OC2": "SDQ scores, health and offending, and the authority's own 12-month marking",
        "OC3": "care leavers: being in touch, activity and accommodation",
        "AD1": "adoptions in the year",
        "PlacedAdoption": "decisions to place for adoption",
        "PrevPerm": "children who came back into care from adoption or other permanence",
        "Missing": "incidents of going missing",
        "SWEpisodes": "changes of social worker",
        "DoLo": "deprivation of liberty orders",
    }
)


@dataclass(frozen=True)
class Surveyed:
    """One file: its tables with their rows, or why it cannot be used, and what to know about it."""

    file: str
    rows_by_table: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    set_aside: bool = False

    @property
    def usable(self) -> bool:
        """Whether the file has no problem (it may still be set aside)."""
        return not self.problems

    @property
    def table(self) -> str | None:
        """What the file was taken for: a table, or several of them in one XML; None if refused."""
        names = [name for name, _ in self.rows_by_table]
        if len(names) > 1:
            return f"XML return ({listed(names)})"
        return names[0] if names else None

    @property
    def rows(self) -> int:
        """Rows in all tables of the file."""
        return sum(rows for _, rows in self.rows_by_table)


@dataclass(frozen=True)
class Missing:
    """A table that no file holds, and what it is needed for."""

    table: str
    title: str
    needed_for: str


@dataclass(frozen=True)
class Survey:
    """The files of an import to be: one by one, together, what is missing and the likely year."""

    files: tuple[Surveyed, ...]
    problems: tuple[Problem, ...]
    missing: tuple[Missing, ...]
    likely_year: int | None

    @property
    def usable(self) -> bool:
        """Whether the files can be read, apart from the year."""
        return not self.problems and not any(file.problems for file in self.files)


def survey(paths: Paths, year: int | None = None) -> Survey:
    """What each file is, before anything is imported; refuses nothing itself.

    With ``year`` the columns of that year are asked for, and tables it does not collect are marked
    as set aside. ``missing`` lists the tables of the year (of any, without one) that no file holds.
    ValueError for a year outside 2014 to 2027.
    """
    opened = open_all(paths, year)
    tables = {source.table: source.frame for file in opened for source in file.sources}
    collected = layout.layout(year).tables if year is not None else layout.any_year()
    missing = [
        Missing(name, collected[name].title, NEEDED_FOR[name])
        for name in collected
        if name not in tables
    ]
    return Survey(
        tuple(_surveyed(file, year) for file in opened),
        tuple(combined_problems(opened)),
        tuple(missing),
        dates_of(tables).likely_year(),
    )


def _surveyed(file: Opened, year: int | None) -> Surveyed:
    rows = tuple((source.table, len(source.frame)) for source in file.sources)
    notices = [notice for source in file.sources for notice in source.notices]
    kept = len(file.sources)
    if year is not None:
        for source in file.sources:
            fitted, aside = fit(source, year)
            notices += aside
            kept -= fitted is None
    return Surveyed(file.file, rows, file.problems, tuple(notices), bool(file.sources) and not kept)
