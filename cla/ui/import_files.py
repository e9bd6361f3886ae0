"""What the files on the Import page are, one by one, before anything is imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cla import benchmarks, census, current, results, ssda903
from cla.files import Upload
from cla.problems import Unusable
from cla.reports import academic_year
from cla.ssda903 import layout
from cla.ssda903.providers import read_providers
from cla.store import Store, imports, jobs
from cla.store.jobs import Job
from cla.ui.import_words import KINDS


@dataclass(frozen=True)
class Recognised:
    """One file: its name, what it was taken for, its rows, and why it cannot be used.

    ``aside`` says why a file that can be read is not. ``results`` is what the reader of results
    made of it.
    """

    name: str
    taken_for: str
    rows: int | None
    problems: tuple[str, ...] = ()
    aside: str = ""
    results: results.Surveyed | None = None

    @property
    def usable(self) -> bool:
        """Whether the file can be read."""
        return not self.problems


@dataclass(frozen=True)
class Recognition:
    """All files of one import to be, what they lack, and which year they seem to be of.

    ``year_asked``: the academic year was asked for beside the columns, and need not be again.
    """

    files: tuple[Recognised, ...]
    uploads: tuple[Upload, ...]
    problems: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    likely_year: int | None = None
    year_asked: bool = False

    @property
    def usable(self) -> bool:
        """Whether the check can begin."""
        return not self.problems and all(file.usable for file in self.files)


MOST_MEGABYTES = 50
"""The largest file that can be handed in."""
YEARS = tuple(range(layout.LAST_YEAR, layout.FIRST_YEAR - 1, -1))
"""The collection years that can be chosen, the latest first."""


def recognise(
    kind: str,
    uploads: Sequence[Upload],
    year: int | None = None,
    known: results.Known | None = None,
) -> Recognition:
    """The files one by one. ``year`` is the collection year that was chosen so far, if any.

    ``known`` is what the authority said of files of results before.
    """
    if kind == "ssda903":
        return _return(uploads, year)
    if kind == "providers":
        return Recognition(tuple(_list(upload) for upload in uploads), tuple(uploads))
    if kind == "current":
        return Recognition(tuple(_current(upload) for upload in uploads), tuple(uploads))
    if kind == "published":
        return _published(uploads)
    if kind == "results":
        wanted = None if year is None else academic_year(year)
        return _results(uploads, wanted, known or results.Known())
    return Recognition(tuple(_characteristics(upload) for upload in uploads), tuple(uploads))


def _return(uploads: Sequence[Upload], year: int | None) -> Recognition:
    likely = ssda903.likely_year(list(uploads)) if year is None else None
    found = ssda903.survey(list(uploads), year or likely)
    files = tuple(
        Recognised(
            file.file,
            _taken_for(file),
            file.rows if file.usable else None,
            tuple(str(problem) for problem in file.problems),
            "not collected in this year" if file.set_aside else "",
        )
        for file in found.files
    )
    return Recognition(
        files,
        tuple(uploads),
        tuple(str(problem) for problem in found.problems),
        tuple((f"{lack.title} ({lack.table})", lack.needed_for) for lack in found.missing),
        tuple(notice for file in found.files for notice in file.notices),
        found.likely_year,
    )


def _taken_for(file: ssda903.Surveyed) -> str:
    if file.table is None:
        return "no table of the return"
    table = layout.any_year().get(file.table)
    if table is None:
        return file.table
    return table.title if table.name in table.title else f"{table.title} ({table.name})"


def _results(uploads: Sequence[Upload], year: str | None, known: results.Known) -> Recognition:
    """Files of results one by one, those of a ZIP as well: it may mix stages."""
    surveyed = results.survey(list(uploads), year, known=known)
    files = tuple(_of_results(file) for file in surveyed)
    problems = [str(problem) for problem in results.doubled(surveyed)]
    if files and all(file.aside for file in files):
        problems.append("There is no file of results among these.")
    return Recognition(files, tuple(uploads), tuple(problems))


def _of_results(file: results.Surveyed) -> Recognised:
    name = file.upload.label
    problems = tuple(str(problem) for problem in file.problems)
    if problems:
        return Recognised(name, _guess(file), None, problems, results=file)
    if file.other:
        what = file.other.removeprefix(f"{name} is ").removesuffix(" It was set aside.")
        return Recognised(name, what.rstrip("."), None, aside="no results of pupils", results=file)
    titles = [f"{KINDS[each.stage]} {each.academic_year}" for each in file.results]
    rows = sum(len(each.frame) for each in file.results)
    return Recognised(name, ", ".join(titles), rows, results=file)


def _guess(file: results.Surveyed) -> str:
    if file.tuples:
        return "Common Transfer File"
    return "not recognised" if file.unrecognised or not file.header else "results"


def _characteristics(upload: Upload) -> Recognised:
    """One file of school characteristics, read by itself."""
    try:
        found = census.read(upload)
    except Unusable as refused:
        problems = tuple(str(problem) for problem in refused.problems)
        return Recognised(upload.label, "not recognised", None, problems)
    names = [f"{KINDS['census']} {each.academic_year}" for each in found]
    return Recognised(upload.label, ", ".join(names), sum(len(each.frame) for each in found))


def _published(uploads: Sequence[Upload]) -> Recognition:
    """Data sets of published figures one by one, those of a ZIP as well."""
    files: list[Recognised] = []
    notices: list[str] = []
    for upload in uploads:
        for file in benchmarks.survey_ees(upload):
            files.append(_data_set(file))
            notices += file.found.notices if file.found else ()
    problems = []
    if files and all(file.usable and file.aside for file in files):
        problems.append(
            "There is no data set among these files that is read (docs/published-figures.md)."
        )
    return Recognition(tuple(files), tuple(uploads), tuple(problems), notices=tuple(notices))


def _data_set(file: benchmarks.Surveyed) -> Recognised:
    """What one file of published figures is, and the years it has."""
    if file.aside:
        return Recognised(file.label, _about(file.aside), None, aside="no figures are read from it")
    if file.found is None:
        problems = tuple(str(problem) for problem in file.problems)
        return Recognised(file.label, "not recognised", None, problems)
    years = file.found.periods
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    taken_for = f"{file.found.title}; {file.found.release}; {span}"
    return Recognised(file.label, taken_for, len(file.found.frame))


def _about(aside: str) -> str:
    """ "is DfE's data guidance, words." as what a file was taken for."""
    return aside.removeprefix("is ").rstrip(".")


def _list(upload: Upload) -> Recognised:
    """One of Ofsted's lists, read by itself."""
    try:
        found = read_providers(upload)
    except Unusable as refused:
        problems = tuple(str(problem) for problem in refused.problems)
        return Recognised(upload.label, "not recognised", None, problems)
    return Recognised(upload.label, "Ofsted provider list", len(found.frame))


def _current(upload: Upload) -> Recognised:
    """A list of the children looked after now, read by itself."""
    try:
        found = current.read(upload)
    except Unusable as refused:
        problems = tuple(str(problem) for problem in refused.problems)
        return Recognised(upload.label, "not recognised", None, problems)
    day = f"{found.as_at.day} {found.as_at:%B %Y}"
    return Recognised(upload.label, f"Children looked after on {day}", len(found.frame))


def undecided(store: Store, la: str) -> list[Job]:
    """Recent jobs that were checked and whose imports nobody has made current or deleted."""
    return [
        job
        for job in jobs.recent(store, la)
        if job.state == "checked" and any(_waits(store, la, one) for one in job.imports)
    ]


def _waits(store: Store, la: str, import_id: str) -> bool:
    row = imports.find(store, import_id, la)
    return row is not None and row.state == "checked"
