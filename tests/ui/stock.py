"""An invented authority for tests: two returns, their results and school characteristics."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from cla import census, demo, importing, results, ssda903
from cla.files import Upload
from cla.importing.kinds import FINDINGS, NOT_RUN, NOTICES, SCHOOLS
from cla.store import Store, imports, open_store

LA, OTHER = "X06000992", "X06000991"
YEAR = 2025
YEARS = (2024, 2025)


@dataclass(frozen=True)
class Made:
    """What one import of the stock holds."""

    kind: str
    year: int
    uploads: tuple[Upload, ...]
    frames: dict[str, pd.DataFrame]
    row_counts: dict[str, int]
    findings: dict[str, int]


@cache
def made_return(year: int = YEAR, la: str = LA) -> Made:
    """The invented return of a year and what the rules find in it."""
    uploads = tuple(demo.return_files(la, year))
    ret = ssda903.read(uploads, year=year, la=la)
    found = ssda903.validate(ret)
    not_run = pd.DataFrame(found.attrs.pop("not_run"), columns=["rule", "title", "lacks"])
    frames = {**ret.tables, FINDINGS: found, NOT_RUN: not_run, NOTICES: _no_notices()}
    counts = {name: len(table) for name, table in ret.tables.items()}
    severities = {str(k): int(v) for k, v in found["severity"].value_counts().items()}
    return Made("ssda903", year, uploads, frames, counts, severities)


@cache
def made_results(la: str = LA) -> tuple[Made, ...]:
    """The invented key stage results and characteristics of the years of the stock."""
    read = [
        *((each.stage, each, upload) for upload in demo.results_files(la) for each in _of(upload)),
        *(
            ("census", each, upload)
            for upload in demo.characteristics_files(la)
            for each in census.read(upload)
        ),
    ]
    return tuple(
        Made(
            kind,
            int(each.academic_year[:4]) + 1,
            (upload,),
            {kind: each.frame, **_beside(each), NOTICES: _no_notices()},
            {kind: len(each.frame)},
            {},
        )
        for kind, each, upload in read
        if int(each.academic_year[:4]) + 1 in YEARS
    )


def _beside(found: results.Results | census.Census) -> dict[str, pd.DataFrame]:
    """What an import of characteristics keeps beside them: the schools of the pupils."""
    return {SCHOOLS: found.schools} if isinstance(found, census.Census) else {}


def _of(upload: Upload) -> tuple[results.Results, ...]:
    return results.read(upload)


def _no_notices() -> pd.DataFrame:
    return pd.DataFrame({"notice": []}, dtype="str")


def put(store: Store, made: Made, la: str = LA, *, current: bool = True, by: str = "ann") -> str:
    """Save one import and make it current; its id."""
    kept = imports.add(
        store,
        la,
        made.kind,
        made.year,
        by=by,
        files=imports.described([(one.name, one.content) for one in made.uploads]),
        frames=made.frames,
        row_counts=made.row_counts,
        findings=made.findings,
    )
    if current:
        imports.make_current(store, kept, la, by)
    return kept


@cache
def template() -> bytes:
    """A database with everything of the authority: two returns, results, characteristics."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "cla.db")
        store = open_store(f"sqlite:///{file}")
        _fill(store)
        store.scrub()
        store.close()
        return file.read_bytes()


def _fill(store: Store) -> None:
    for year in YEARS:
        put(store, made_return(year))
    for made in made_results():
        put(store, made)


def start_here(store: Store, job_id: str, command: object = None) -> None:
    """In place of a worker process: the import runs before the page goes on."""
    importing.run(store, job_id)
