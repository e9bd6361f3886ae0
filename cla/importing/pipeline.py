"""The import itself. ``run`` is its table of contents.

What goes wrong leaves everything as it was, and on the job's row a sentence a person can act on.
"""

from __future__ import annotations

import errno
import secrets
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from cla import authorities
from cla.files import MAX_BYTES, Upload, shown_name
from cla.importing.beside import PROVIDERS, something_new
from cla.importing.kinds import KINDS, Context, Kind, Prepared
from cla.problems import Unusable
from cla.settings import ROOT
from cla.store import Store, StoreError, audit, faults, imports, jobs
from cla.store.imports import AlreadyImportedError

BEAT_SECONDS = 5.0

PREVIOUS, AGAIN = "previous year/", "again/"
"""Beginnings of the names of what a job keeps beside its files: last year's files, for this check
alone, and the id of an import whose tables are to be checked again."""

Files = Sequence[tuple[str, bytes]]


def submit(
    store: Store,
    *,
    la: str,
    kind: str,
    year: int | None,
    files: Files,
    by: str,
    any_year: bool = False,
    previous: Files = (),
) -> jobs.Job:
    """Queue an import of these files (name, content); the job, for ``start`` or ``run``.

    ``kind`` is "ssda903" or "providers" (with their collection ``year``), "results" or "census"
    (which bring their year along; a ``year`` says which to take from files of several, or of none),
    "current" (a list of children, which says its day), or "published" (figures of DfE, which say
    their years).
    ``any_year``: a person has confirmed the year of a return without a date in it. ``previous`` are
    last year's files for the check of a return, used when the authority has no return of that year
    and kept only while the job lasts. The same files handed in twice at once are one job. Raises,
    each a sentence: AlreadyImportedError, jobs.BusyError, StoreError for an unknown authority or
    kind, no file, and one over 50 MB.
    """
    authority = _authority(la)
    if kind not in KINDS:
        raise StoreError(f"There is no kind of files called {kind!r}: {', '.join(KINDS)}.")
    files = [*_fit(files), *((PREVIOUS + name, content) for name, content in _sized(previous))]
    if kind in OF_A_YEAR:
        if year is None:
            raise StoreError(f"Say which collection year this {OF_A_YEAR[kind]} is of.")
        key = imports.key_of(imports.described(files))
        known = imports.same_files(store, authority.la, kind, year, key)
        if known is not None:
            raise AlreadyImportedError(known)
    jobs.recover(store)
    return jobs.add(store, authority.la, kind, year, by, files, any_year=any_year)


OF_A_YEAR = {"ssda903": "return", PROVIDERS: "list"}
"""Kinds of which a person says the collection year, and which their files identify."""


def check_again(store: Store, import_id: str, la: str, by: str) -> jobs.Job:
    """Queue a check of the tables of a return as they are kept; the job, for ``start`` or ``run``.

    It ends in a new import. StoreError, a sentence, when there is no such return, when nothing is
    there that it was not checked with, and BusyError while another of its year is being imported.
    """
    row = imports.find(store, import_id, la)
    if row is None or row.kind != "ssda903":
        raise StoreError("There is no such return; it may have been deleted meanwhile.")
    if not something_new(store, row):
        raise StoreError(
            "This return was checked with the rules, the provider list and the return of the year"
            " before that are there now; checking it again would find the same."
        )
    jobs.recover(store)
    return jobs.add(store, la, row.kind, row.year, by, [(AGAIN + row.id, row.id.encode())])


def _fit(files: Files) -> Files:
    """The files with names that can be kept and shown; refused before anything large is kept."""
    if not files:
        raise StoreError("No file was given; choose at least one.")
    return [(f"?{name}" if _is_beside(name) else name, content) for name, content in _sized(files)]


def _sized(files: Files) -> Files:
    for name, content in files:
        if len(content) > MAX_BYTES:
            raise StoreError(
                f"{shown_name(name)} is larger than {MAX_BYTES // 1024**2} MB, the most that is"
                " read; split or trim it."
            )
    return [(shown_name(name), content) for name, content in files]


def _authority(la: str) -> authorities.Authority:
    try:
        return authorities.find(la)
    except authorities.UnknownAuthorityError as error:
        raise StoreError(str(error)) from None


def run(store: Store, job_id: str, kinds: Mapping[str, Kind] = KINDS) -> None:
    """Do a queued job in this process; does nothing when another process has taken it."""
    claimed = jobs.claim(store, job_id)
    if claimed is None:
        return
    job, files = claimed
    with _heartbeat(store, job), _reasons(store, job):
        faults.point("claimed")
        uploads = [Upload(name, content) for name, content in files if not _is_beside(name)]
        prepared = kinds[job.kind](uploads, _context(store, job, files))
        faults.point("checked")
        _tell(store, job, "Saving", 0.9)
        save(store, job, files, prepared)
        faults.point("saved")


def save(store: Store, job: jobs.Job, files: Files, prepared: Sequence[Prepared]) -> None:
    """Imports, frames, audit rows and the end of the job, in one transaction.

    What is already imported is left out, with a notice. AlreadyImportedError when all of it is.
    """
    kept = imports.described(files)
    ids: list[str] = []
    known: list[AlreadyImportedError] = []
    with store.writing():
        for each in prepared:
            try:
                ids.append(_add(store, job, kept, each))
            except AlreadyImportedError as already:
                known.append(already)
        if known and not ids:
            raise known[0]
        jobs.finish(store, job.id, ids, [str(already) for already in known])
    store.scrub()


def _add(store: Store, job: jobs.Job, files: Sequence[imports.File], each: Prepared) -> str:
    return imports.add(
        store,
        job.la,
        each.kind,
        each.year,
        by=job.created_by,
        files=each.files or files,
        frames=each.frames,
        row_counts=each.row_counts,
        findings=each.findings,
        source=each.source,
        key=each.key,
    )


def _is_beside(name: str) -> bool:
    return name.startswith((PREVIOUS, AGAIN))


def _context(store: Store, job: jobs.Job, files: Files) -> Context:
    def tell(stage: str, fraction: float) -> None:
        faults.point("told")
        _tell(store, job, stage, fraction)

    return Context(
        store,
        job.la,
        job.year,
        tell,
        job.any_year,
        previous=tuple(
            Upload(name.removeprefix(PREVIOUS), content)
            for name, content in files
            if name.startswith(PREVIOUS)
        ),
        again=next((n.removeprefix(AGAIN) for n, _ in files if n.startswith(AGAIN)), ""),
    )


def _tell(store: Store, job: jobs.Job, stage: str, fraction: float) -> None:
    jobs.progress(store, job.id, stage, fraction)


@contextmanager
def _reasons(store: Store, job: jobs.Job) -> Iterator[None]:
    """Whatever goes wrong inside becomes the end of the job and a sentence on its row."""
    try:
        yield
    except Unusable as refused:
        with store.writing():
            jobs.refuse(store, job.id, [str(problem) for problem in refused.problems])
            detail = {"job": job.id, "kind": job.kind, "problems": len(refused.problems)}
            audit.append(store, job.la, job.created_by, "import refused", detail)
    except AlreadyImportedError as already:
        jobs.refuse(store, job.id, [str(already)])
    except StoreError as error:
        jobs.fail(store, job.id, str(error))
    except MemoryError:
        jobs.fail(
            store,
            job.id,
            "There was not enough memory to read these files; nothing was changed."
            " Import fewer files at once, or on a larger machine.",
        )
    except Exception as error:  # noqa: BLE001 - the last wall: its text may hold a child's data
        _fail(store, job, error)


def _fail(store: Store, job: jobs.Job, error: Exception) -> None:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        jobs.fail(store, job.id, FULL)
        return
    reference = secrets.token_hex(4).upper()
    jobs.fail(
        store,
        job.id,
        "The program could not finish this import; nothing was changed."
        f" Report it with the reference {reference}.",
        reference=reference,
        error=place(error),
    )


FULL = "The disk is full; nothing was changed. Make room, then try again."


def place(error: Exception) -> str:
    """The type of an error and the line of our code it came from, never its text."""
    ours = [
        f"{Path(frame.filename).relative_to(ROOT).as_posix()}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT / "cla")
    ]
    return " at ".join([type(error).__name__, *ours[-1:]])[:200]


@contextmanager
def _heartbeat(store: Store, job: jobs.Job) -> Iterator[None]:
    """Keep saying that this process is alive while the work inside lasts."""
    over = Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                jobs.beat(store, job.id)
            except StoreError:
                continue  # busy or full just now: the next beat tries again

    thread = Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
