"""Load the invented authorities into a store, through the same import as everybody's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cla import importing
from cla.access import demo_accounts
from cla.demo.census import census_files, characteristics_files
from cla.demo.current import current_files
from cla.demo.offers import provider_list, return_files
from cla.demo.recipe import Invented, authorities, years
from cla.demo.results import results_files
from cla.files import Upload
from cla.ssda903.layout import year_name
from cla.store import Store, imports
from cla.store.imports import AlreadyImportedError

BY = "demo"
Tell = Callable[[str], None]


def _silent(_: str) -> None:
    """Tell nobody."""


def _no_progress(stage: str, fraction: float) -> None:
    """Files of the demonstration are small: a line for each set of them is progress enough."""
    del stage, fraction


def _keep(store: Store, la: str, uploads: Sequence[Upload], made: importing.Prepared) -> None:
    """Save one prepared import and make it current; what is already there stays as it is."""
    try:
        kept = imports.add(
            store,
            la,
            made.kind,
            made.year,
            by=BY,
            files=imports.described([(upload.name, upload.content) for upload in uploads]),
            frames=made.frames,
            row_counts=made.row_counts,
            findings=made.findings,
            source=made.source,
            key=made.key,
        )
    except AlreadyImportedError:
        return
    imports.make_current(store, kept, la, by=BY)


def _import(store: Store, la: str, kind: str, year: int | None, uploads: Sequence[Upload]) -> None:
    """Import files as a person's upload is imported, and make everything in them current."""
    context = importing.Context(store, la, year, _no_progress)
    for made in importing.KINDS[kind](uploads, context):
        _keep(store, la, uploads, made)


def _load_list(store: Store, own: Invented, tell: Tell) -> None:
    """Ofsted's list first: the returns are checked with it."""
    if importing.provider_list(store, own.la, years()[-1]) is None:
        tell(f"{own.name}: list of registered providers")
        _import(store, own.la, importing.PROVIDERS, years()[-1], [provider_list()])


def _load_returns(store: Store, own: Invented, tell: Tell) -> None:
    held = {row.year for row in imports.currents(store, own.la) if row.kind == "ssda903"}
    for year in years():
        if year not in held:
            tell(f"{own.name}: return {year_name(year)}")
            _import(store, own.la, "ssda903", year, return_files(own.la, year))


def _of(upload: Upload) -> tuple[str, int]:
    """The kind and collection year of a file of results or characteristics, from its name."""
    kind, _, named = upload.name.removesuffix(".csv").replace("_results_", "_").rpartition("_")
    return "census" if kind == "characteristics" else kind, int(named[:4]) + 1


def _load_rest(store: Store, own: Invented, tell: Tell) -> None:
    """Results and characteristics of the kinds and years that have nothing current, and the list
    of the children looked after now."""
    held = {(row.kind, row.year) for row in imports.currents(store, own.la)}
    for kind, title, make in (
        ("results", "results of six stages", results_files),
        ("census", "school characteristics", characteristics_files),
    ):
        wanted = [upload for upload in make(own.la) if _of(upload) not in held]
        if wanted:
            tell(f"{own.name}: {title}")
        for upload in wanted:
            _import(store, own.la, kind, None, [upload])
    if "current" not in {kind for kind, _ in held}:
        tell(f"{own.name}: children looked after now")
        _import(store, own.la, "current", None, current_files(own.la))


def load(store: Store, tell: Tell | None = None) -> None:
    """Import every file of the invented authorities, make it current, and add the demo accounts.

    What is there already is left alone, so that loading twice does nothing. ``tell`` is called
    with a line for people before each step.
    """
    say = tell or _silent
    for own in authorities():
        _load_list(store, own, say)
        _load_returns(store, own, say)
        _load_rest(store, own, say)
    demo_accounts.add(store, [own.la for own in authorities()])


def _every_file() -> Iterator[tuple[str, str, bytes]]:
    for own in authorities():
        for year in years():
            for upload in return_files(own.la, year):
                yield own.name, f"ssda903-{year_name(year)}/{upload.name}", upload.content
        others = (
            *results_files(own.la),
            *characteristics_files(own.la),
            *current_files(own.la),
            provider_list(),
        )
        for upload in others:
            yield own.name, upload.name, upload.content
        for upload in census_files(own.la):
            yield own.name, f"school-census/{upload.name}", upload.content


def write_files(folder: str | Path) -> list[Path]:
    """Write the files of all invented authorities, a folder each, to try imports with; the
    paths."""
    written = []
    for authority, name, content in _every_file():
        path = Path(folder) / authority.lower() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written
