"""Published figures as downloaded from Explore Education Statistics, in the tidy form.

A file is recognised by its columns (``ees_layouts``), whatever release it is from; nothing is
dropped without a notice, no symbol becomes a number, and a file that is not understood is refused
in a sentence. Contains public sector information licensed under the Open Government Licence v3.0.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from cla.benchmarks import ees_layouts as layouts
from cla.benchmarks.ees_columns import MOST, Sheet, shown
from cla.benchmarks.ees_figures import KEY, melted, once_each
from cla.benchmarks.ees_files import Opened, opened
from cla.benchmarks.ees_layouts import Family
from cla.benchmarks.ees_refusals import NotReadHere, no_figures, which_family
from cla.benchmarks.ees_rows import identified, year_of
from cla.benchmarks.tidy import COLUMNS, NUMBERS
from cla.files import Upload, shown_name
from cla.files.sheet import number_of
from cla.problems import Problem, Unusable

CONFIDENCE = "single source"
NOT_READ = "is a data set that is not read here."


@dataclass(frozen=True)
class Published:
    """The figures of one data set and release, from one file or several.

    ``dataset``: the family and "_la" with authorities, "_nat" without; ``year``: the collection
    year of the latest period (2026 for 2025/26); ``frame``: tidy, columns ``tidy.COLUMNS``;
    ``unknown_columns``: headings that were not used; ``files``: names of the files.
    """

    dataset: str
    title: str
    release: str
    year: int
    frame: pd.DataFrame = field(repr=False)
    notices: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        """The years it has figures of, in order."""
        return tuple(sorted(self.frame["period"].unique()))


class Surveyed(NamedTuple):
    """One file: what it was taken for (None when it is not used), its problems, or why aside."""

    label: str
    found: Published | None
    problems: tuple[Problem, ...]
    aside: str


@dataclass(frozen=True)
class _Part:
    """The figures of one file."""

    label: str
    family: Family
    frame: pd.DataFrame
    release: str
    notices: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def dataset(self) -> str:
        local = (self.frame["level"] == "authority").any()
        return f"{self.family.name}_{'la' if local else 'nat'}"

    @property
    def year(self) -> int:
        return max(year_of(period) for period in self.frame["period"].unique())


def read_ees(uploads: Sequence[Upload] | Upload) -> tuple[Published, ...]:
    """The data sets in CSV files as downloaded, or in their ZIP; one for each data set and year.

    Files of one data set and year are put together. A ZIP may hold data sets that are not read
    here beside those that are. Raises Unusable with every problem of every file: not a data set,
    one that is not read, rows that cannot be right, figures that contradict each other.
    """
    files, release = opened(uploads)
    asides = [file for file in files if file.aside]
    parts, others, problems = _read_all([file for file in files if not file.aside], release)
    if not parts:
        problems += others
    if not parts and not problems:
        problems = [no_figures(asides)]
    if problems:
        raise Unusable(problems)
    together: dict[tuple[str, int], list[_Part]] = {}
    for part in parts:
        together.setdefault((part.dataset, part.year), []).append(part)
    made = [_published(own) for own in together.values()]
    aside = [f"{file.upload.label} {file.aside} It was set aside." for file in asides]
    aside += [f"{problem} It was set aside." for problem in others]
    first = made[0]
    return (_with_notices(first, tuple(aside)), *made[1:])


def _read_all(
    files: Sequence[Opened], release: str
) -> tuple[list[_Part], list[Problem], list[Problem]]:
    """The figures of the files that are read; about files of a ZIP that are not read here; what is
    wrong with others."""
    parts: list[_Part] = []
    others: list[Problem] = []
    problems: list[Problem] = []
    for file in files:
        try:
            parts.append(_read(file, release))
        except NotReadHere as refusal:
            (others if file.upload.within else problems).extend(refusal.problems)
        except Unusable as refusal:
            problems += refusal.problems
    return parts, others, problems


def survey_ees(uploads: Sequence[Upload] | Upload) -> tuple[Surveyed, ...]:
    """Each file by itself, those of a ZIP as well: what it is, or what is wrong with it."""
    try:
        files, release = opened(uploads)
    except Unusable as refusal:
        given = [uploads] if isinstance(uploads, Upload) else list(uploads)
        label = given[0].label if len(given) == 1 else "files"
        return (Surveyed(label, None, refusal.problems, ""),)
    return tuple(_surveyed(file, release) for file in files)


def _surveyed(file: Opened, release: str) -> Surveyed:
    label = file.upload.label
    if file.aside:
        return Surveyed(label, None, (), file.aside)
    try:
        return Surveyed(label, _published([_read(file, release)]), (), "")
    except NotReadHere as refusal:
        if file.upload.within:
            return Surveyed(label, None, (), NOT_READ)
        return Surveyed(label, None, refusal.problems, "")
    except Unusable as refusal:
        return Surveyed(label, None, refusal.problems, "")


def _read(file: Opened, guidance: str) -> _Part:
    """The figures of one file, all checked. Raises Unusable."""
    table = file.table()
    sheet = Sheet(file.upload.label, table, which_family(file.upload, table))
    rows = identified(sheet)
    if sheet.problems:
        raise Unusable(_first(sheet))
    if rows.empty:
        raise Unusable([_nothing_left(sheet)])
    figures = melted(sheet, rows)
    if sheet.problems:
        raise Unusable(_first(sheet))
    if figures.empty:
        raise Unusable([_nothing_left(sheet)])
    figures["file"] = file.upload.label
    release = guidance or _release(sheet.family, figures["period"])
    notices = tuple(sheet.notices) + _about_columns(sheet)
    return _Part(file.upload.label, sheet.family, figures, release, notices, sheet.unknown)


def _first(sheet: Sheet) -> list[Problem]:
    """The problems that are told: one for every column and reason, the first twenty."""
    told = list(dict.fromkeys(sheet.problems))
    if len(told) <= MOST:
        return told
    return [*told[:MOST], Problem(sheet.label, f"and {len(told) - MOST} more of this kind.")]


def _nothing_left(sheet: Sheet) -> Problem:
    reasons = " ".join(notice.removeprefix(f"{sheet.label}: ") for notice in sheet.notices)
    return Problem(
        sheet.label,
        f"is taken for “{sheet.family.title}”, but holds no figure that is read. {reasons}".strip()
        + " Download the whole data set, with the rows for England, regions or authorities.",
    )


def _about_columns(sheet: Sheet) -> tuple[str, ...]:
    if not sheet.unknown:
        return ()
    names = shown(list(sheet.unknown), 12)
    return (f"{sheet.label}: columns that are not known were not read: {names}.",)


def _release(family: Family, periods: pd.Series) -> str:
    """The release as its publication names it, from the last period in the file."""
    latest = max(periods.unique(), key=year_of)
    if family.release == "Academic":
        return f"Academic year {latest}"
    return f"Reporting year {year_of(latest) + family.lag}"


def _published(parts: Sequence[_Part]) -> Published:
    """The parts of one data set together. Raises Unusable where they contradict each other."""
    whole = pd.concat([part.frame for part in parts], ignore_index=True)
    figures, pairs, superseded, same = once_each(whole)
    if len(pairs):
        raise Unusable(_contradictions(pairs, parts))
    part = parts[0]
    releases = {one.label: one.release for one in parts}
    base = figures["file"].map(releases)
    version = figures["version"]
    release = base.where(version == "", base + ", " + version)
    publication = f'DfE, "{part.family.publication}": '
    frame = figures.assign(
        release=release,
        source=publication + figures["file"].map({one.label: one.label for one in parts}),
        confidence=CONFIDENCE,
        others="",
    )[list(COLUMNS)].reset_index(drop=True)
    frame = frame.astype({name: "str" for name in COLUMNS if name not in NUMBERS})
    notices = [notice for one in parts for notice in one.notices]
    notices += _told_twice(part.label, superseded, same)
    return Published(
        dataset=part.dataset,
        title=_title(part),
        release=str(frame["release"].iloc[_latest(frame)]),
        year=part.year,
        frame=frame,
        notices=tuple(notices),
        unknown_columns=tuple(dict.fromkeys(name for one in parts for name in one.unknown)),
        files=tuple(shown_name(one.label) for one in parts),
    )


def _latest(frame: pd.DataFrame) -> int:
    """The place of a row of the latest period."""
    return int(frame["period"].map(year_of).to_numpy().argmax())


def _title(part: _Part) -> str:
    return title_of(part.dataset)


def title_of(dataset: str) -> str:
    """What a data set is called: "Outcomes, key stage 4, authorities".

    An unknown name is its own title.
    """
    name, _, level = dataset.rpartition("_")
    family = layouts.families().get(name)
    if family is None:
        return dataset
    return f"{family.title}, {'authorities' if level == 'la' else 'England and regions'}"


def _told_twice(label: str, superseded: int, same: int) -> list[str]:
    notices = []
    if superseded:
        count = number_of(superseded, "figure")
        notices.append(f"{label}: {count} of an earlier version beside a later one left out.")
    if same:
        notices.append(f"{label}: {number_of(same, 'figure')} said twice alike, kept once.")
    return notices


def _contradictions(pairs: pd.DataFrame, parts: Sequence[_Part]) -> list[Problem]:
    """A sentence for each pair of lines that say a figure twice and differently, the first few."""
    lines = pairs.drop_duplicates(["file", "line", "file_2", "line_2"])
    unknown = list(dict.fromkeys(name for part in parts for name in part.unknown))
    why = f" Perhaps a column that is not known splits them: {shown(unknown)}." if unknown else ""
    problems = [
        Problem(
            str(row["file"]),
            f"gives another figure for the same children, area and year as {_other(row)}"
            f" ({row['measure']} of {row['period']}); keep one of them.{why}",
            int(row["line"]),
            str(row["column"]),
        )
        for row in lines.head(MOST).to_dict("records")
    ]
    if len(lines) > MOST:
        first = str(lines["file"].iloc[0])
        problems.append(Problem(first, f"and {len(lines) - MOST:,} more pairs of rows."))
    return problems


def _other(row: Mapping[Hashable, object]) -> str:
    line = f"line {int(str(row['line_2'])):,}"
    return line if row["file"] == row["file_2"] else f"{line} of {row['file_2']}"


def _with_notices(found: Published, notices: tuple[str, ...]) -> Published:
    return Published(**{**vars(found), "notices": (*found.notices, *notices)})


__all__ = ["KEY", "Published", "Surveyed", "read_ees", "survey_ees", "title_of"]
