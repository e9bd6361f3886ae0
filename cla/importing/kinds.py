"""The kinds of files that can be imported, and what is kept of each.

A kind is a function from files to ``Prepared``: what will be saved, with nothing saved yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from cla.census import Census
from cla.files import Upload
from cla.importing import mappings, validations
from cla.importing.beside import BESIDE, PROVIDERS, Beside, beside
from cla.importing.kept import LINES, NOTICES, lines_frame, rebuilt
from cla.importing.published import ABOUT, EES, FIGURES
from cla.importing.validations import CARRIED, COMPARED, FINDINGS, NOT_RUN
from cla.problems import Problem, Unusable
from cla.results import Results
from cla.ssda903.returns import Return
from cla.store import Store, imports
from cla.store.imports import File

if TYPE_CHECKING:
    from cla.benchmarks import Published

CURRENT, PUBLISHED = "current", "published"
FLAGS, COUNTS, SCHOOLS, CHECKS = "flags", "counts", "schools", "checks"
"""Names of the frames kept beside results and characteristics."""

Tell = Callable[[str, float], None]


class Tidy(Protocol):
    """What the readers of results and characteristics give back."""

    @property
    def academic_year(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def frame(self) -> pd.DataFrame: ...
    @property
    def notices(self) -> Sequence[str]: ...
    @property
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Context:
    """What the reading may depend on beside the files.

    ``previous`` are last year's files, handed in for this check alone; ``again`` is the id of an
    import whose tables are to be checked again, in the place of files.
    """

    store: Store
    la: str
    year: int | None
    tell: Tell
    any_year: bool = False
    previous: tuple[Upload, ...] = ()
    again: str = ""

    @property
    def academic_year(self) -> str | None:
        """The academic year whose results go with the collection year: 2025 gives "2024/25"."""
        return None if self.year is None else f"{self.year - 1}/{self.year % 100:02d}"


@dataclass(frozen=True)
class Prepared:
    """An import that is ready to be saved. ``key`` is None when the files' bytes identify it.

    ``files`` are those it is from, when they are others than those handed in now.
    """

    kind: str
    year: int
    source: str
    frames: Mapping[str, pd.DataFrame]
    row_counts: Mapping[str, int]
    findings: Mapping[str, int]
    key: str | None = None
    files: tuple[File, ...] = ()


Kind = Callable[[Sequence[Upload], Context], list[Prepared]]


def ssda903_kind(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """A return: its tables as text, what the rules found, which rules could not run."""
    from cla import ssda903

    if context.year is None:
        raise Unusable([Problem("files", "say which collection year this return is of.")])
    if context.again:
        return [_checked_again(context)]
    found = beside(context.store, context.la, context.year, context.previous)
    ret = ssda903.read(
        uploads,
        year=context.year,
        la=context.la,
        previous=found.previous,
        providers=found.providers,
        any_year=context.any_year,
    )
    return [_checked(ret, found, context)]


def _checked(ret: Return, found: Beside, context: Context) -> Prepared:
    from cla import ssda903

    context.tell("Checking the return", 0.4)
    before = validations.last(context.store, context.la, ret.year)
    prepared = prepare_return(ret, ssda903.validate(ret), before)
    return replace(prepared, frames={**prepared.frames, BESIDE: found.frame()})


def _checked_again(context: Context) -> Prepared:
    """The tables of an import under the rules of now, with the lists that are there now.

    It is a new import from the same files, known by them and by what it was checked with.
    """
    row = imports.find(context.store, context.again, context.la)
    if row is None:
        raise Unusable([Problem("the import", "was deleted meanwhile; import the files again.")])
    found = beside(context.store, context.la, row.year)
    previous = found.previous if isinstance(found.previous, Return) else None
    ret = rebuilt(context.store, row, previous=previous, providers=found.providers)
    prepared = _checked(ret, found, context)
    known = "\n".join([imports.key_of(row.files), *found.used.values()])
    key = hashlib.sha256(known.encode()).hexdigest()
    return replace(prepared, files=row.files, key=key)


def prepare_return(
    ret: Return, findings: pd.DataFrame, before: validations.Validation | None = None
) -> Prepared:
    """A return and its findings as they are kept, followed from the validation ``before``."""
    columns = ["rule", "title", "lacks"]
    not_run = pd.DataFrame(findings.attrs.get("not_run", []), columns=columns, dtype="str")
    findings = pd.DataFrame(findings)  # attrs would be copied with every step below
    frames = {
        **ret.tables,
        FINDINGS: validations.follow(findings, ret.tables, before),
        COMPARED: validations.compared_with(before),
        CARRIED: validations.carried(not_run, ret.tables, before),
        NOT_RUN: not_run,
        NOTICES: _notices(ret.notices),
        LINES: lines_frame(ret.lines),
    }
    return Prepared(
        kind="ssda903",
        year=ret.year,
        source=ret.source,
        frames=frames,
        row_counts={name: len(table) for name, table in ret.tables.items()},
        findings={
            str(severity): int(count)
            for severity, count in findings["severity"].value_counts().items()
        },
    )


def results_kind(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """Key stage results, one import for each stage and year among the files.

    Read as people said before, where files of their layout came before.
    """
    from cla import results

    known = mappings.known(context.store, context.la)
    found = results.read(uploads, context.academic_year, known=known)
    context.tell("Preparing the results", 0.6)
    return _once_each([_results(each) for each in found])


def census_kind(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """School characteristics, one import for each year among the files."""
    from cla import census

    found = census.read(uploads)
    context.tell("Preparing the characteristics", 0.6)
    return _once_each([_characteristics(each) for each in found])


def providers_kind(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """Ofsted's list of providers for a collection year, from all the files together."""
    from cla.ssda903.providers import read_providers

    if context.year is None:
        raise Unusable([Problem("files", "say which collection year this list is for.")])
    found = read_providers(uploads)
    return [
        Prepared(
            kind=PROVIDERS,
            year=context.year,
            source="ofsted",
            frames={PROVIDERS: found.frame, NOTICES: _notices(found.notices)},
            row_counts={PROVIDERS: len(found.frame)},
            findings={},
        )
    ]


def current_kind(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """The children looked after now, for the collection year that the day of the list lies in."""
    from cla import current

    found = current.read(uploads)
    context.tell("Preparing the list", 0.6)
    frame = found.frame.assign(as_at=found.as_at)
    return [
        Prepared(
            kind=CURRENT,
            year=found.year,
            source=found.source,
            frames={
                CURRENT: frame,
                NOTICES: _notices(found.notices),
                COUNTS: _counts(found.counts),
            },
            row_counts={CURRENT: len(frame)},
            findings={},
            key=_frame_key(frame),
        )
    ]


def published_kind(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """Published figures of DfE, one import for each data set and its latest year.

    They may be imported in any year: ``context.year`` is not asked.
    """
    from cla import benchmarks

    found = benchmarks.read_ees(uploads)
    context.tell("Preparing the figures", 0.7)
    return [_published(each) for each in found]


KINDS: Mapping[str, Kind] = {
    "ssda903": ssda903_kind,
    "results": results_kind,
    "census": census_kind,
    CURRENT: current_kind,
    PROVIDERS: providers_kind,
    PUBLISHED: published_kind,
}


def collection_year(academic_year: str) -> int:
    """The collection year whose looked-after children sat in it: "2024/25" gives 2025."""
    return int(academic_year[:4]) + 1


def _results(found: Results) -> Prepared:
    """Results with where each flag or score comes from, and the rows that disagree."""
    prepared = _tidy(found.stage, found)
    origin = pd.DataFrame(
        {"column": list(found.flags), "origin": list(found.flags.values())}, dtype="str"
    )
    return replace(prepared, frames={**prepared.frames, FLAGS: origin, CHECKS: found.checks})


def _characteristics(found: Census) -> Prepared:
    """School characteristics with the schools that each pupil went to."""
    prepared = _tidy("census", found)
    key = hashlib.sha256(f"{prepared.key} {_frame_key(found.schools)}".encode()).hexdigest()
    return replace(prepared, frames={**prepared.frames, SCHOOLS: found.schools}, key=key)


def _tidy(kind: str, found: Tidy) -> Prepared:
    """One row a pupil, with how many rows the file had and how many of them were not used."""
    return Prepared(
        kind=kind,
        year=collection_year(found.academic_year),
        source=found.source,
        frames={
            kind: found.frame,
            NOTICES: _notices(found.notices),
            COUNTS: _counts(found.counts),
        },
        row_counts={kind: len(found.frame)},
        findings={},
        key=_frame_key(found.frame),
    )


def _published(found: Published) -> Prepared:
    """A data set as it is kept; the figures themselves say whether it is imported already."""
    about = {"title": found.title, "release": found.release, "periods": ", ".join(found.periods)}
    return Prepared(
        kind=EES + found.dataset,
        year=found.year,
        source="ees",
        frames={
            FIGURES: found.frame,
            NOTICES: _notices(found.notices),
            ABOUT: pd.DataFrame({"what": list(about), "said": list(about.values())}, dtype="str"),
        },
        row_counts={FIGURES: len(found.frame)},
        findings={},
        key=_frame_key(found.frame.drop(columns="source")),
    )


def _notices(notices: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({"notice": list(notices)}, dtype="str")


def _counts(counts: Mapping[str, int]) -> pd.DataFrame:
    return pd.DataFrame({"what": list(counts), "rows": list(counts.values())})


def _frame_key(frame: pd.DataFrame) -> str:
    """Identifies the rows themselves: the same results in a file with others are the same."""
    digest = hashlib.sha256("\n".join(map(str, frame.columns)).encode())
    digest.update(pd.util.hash_pandas_object(frame.astype(object).astype(str)).to_numpy().tobytes())
    return digest.hexdigest()


def _once_each(found: list[Prepared]) -> list[Prepared]:
    """Refuse two sets of results of one kind and year: nobody could say which is meant."""
    seen: set[tuple[str, int]] = set()
    for each in found:
        if (each.kind, each.year) in seen:
            years = f"{each.year - 1}/{each.year % 100:02d}"
            raise Unusable(
                [Problem("files", f"hold {each.kind} of {years} twice; give one set of them.")]
            )
        seen.add((each.kind, each.year))
    return found
