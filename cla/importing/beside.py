"""What a return is checked with beside its own files: last year's return and Ofsted's list.

What was used is kept with the import, so that it can be said, and so that the return can be checked
again when there is something new to check it with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata

import pandas as pd

from cla import reference
from cla.files import Upload
from cla.importing.kept import load_return
from cla.settings import ROOT
from cla.ssda903 import directory
from cla.ssda903.layout import year_name
from cla.ssda903.returns import Return
from cla.store import Store, imports
from cla.store.imports import ImportRow

BESIDE = "beside"
"""Name of the frame that says what a return was checked with: what, used, said."""
PROVIDERS = "providers"
"""The kind of import that is an Ofsted list, and the name of its frame."""


@dataclass(frozen=True)
class Beside:
    """Last year's return (or its files) and the Ofsted list to check a return with.

    ``used`` identifies the rules, last year's return and the list, empty for none; ``said`` is a
    sentence for people about each of the last two.
    """

    previous: Return | tuple[Upload, ...] | None
    providers: pd.DataFrame | None
    used: Mapping[str, str]
    said: Mapping[str, str]

    def frame(self) -> pd.DataFrame:
        """As it is kept with the import."""
        return pd.DataFrame(
            {
                "what": list(self.used),
                "used": list(self.used.values()),
                "said": [self.said.get(what, "") for what in self.used],
            },
            dtype="str",
        )


def provider_list(store: Store, la: str, year: int) -> ImportRow | None:
    """The Ofsted list to check a year's return with: the current one of that year, else of the
    latest year before it, else of the next one; None when the authority has none."""
    rows = [row for row in imports.currents(store, la) if row.kind == PROVIDERS]
    earlier = [row for row in rows if row.year <= year]
    if earlier:
        return max(earlier, key=lambda row: row.year)
    return min(rows, key=lambda row: row.year, default=None)


def previous_return(store: Store, la: str, year: int) -> ImportRow | None:
    """The current return of the year before, if there is one."""
    return imports.current(store, la, "ssda903", year - 1)


def beside(store: Store, la: str, year: int, handed_in: Sequence[Upload] = ()) -> Beside:
    """What there is to check a return of this year with.

    ``handed_in`` are last year's files, for an authority that has no return of that year.
    """
    listing = provider_list(store, la, year)
    before = previous_return(store, la, year)
    return Beside(
        previous=load_return(store, la, year - 1) if before else tuple(handed_in) or None,
        providers=imports.frame(store, listing.id, la, PROVIDERS) if listing else None,
        used=_used(listing, before, handed_in),
        said={
            "previous": _about_previous(year - 1, before, bool(handed_in)),
            "providers": _about_list(year, listing),
        },
    )


def something_new(store: Store, row: ImportRow) -> bool:
    """Whether a return could be checked with other rules or lists than it was."""
    kept = imports.frames_of(store, row.id, row.la, [BESIDE]).get(BESIDE)
    if kept is None:
        return True
    then = dict(zip(kept["what"], kept["used"], strict=True))
    now = _used(
        provider_list(store, row.la, row.year), previous_return(store, row.la, row.year), ()
    )
    if not now["previous"]:  # files that were handed in for one check are not kept
        now["previous"] = then.get("previous", "")
    return now != then


def _used(
    listing: ImportRow | None, before: ImportRow | None, handed_in: Sequence[Upload]
) -> dict[str, str]:
    previous = before.id if before else ""
    if not previous and handed_in:
        files = imports.described([(each.name, each.content) for each in handed_in])
        previous = f"files {imports.key_of(files)}"
    return {"rules": edition(), "previous": previous, "providers": listing.id if listing else ""}


@cache
def edition() -> str:
    """Identifies the rules, the lists of codes they read and the postcode directory."""
    digest = hashlib.sha256()
    for path in (
        *sorted((ROOT / "cla" / "ssda903").rglob("*.py")),
        *sorted(reference.path("ssda903").rglob("*.csv")),
    ):
        digest.update(path.read_bytes())
    with suppress(metadata.PackageNotFoundError):
        digest.update(metadata.version(directory.PACKAGE).encode())
    return digest.hexdigest()[:16]


def _about_previous(year: int, before: ImportRow | None, handed_in: bool) -> str:
    name = year_name(year)
    if before is not None:
        own = " The files of last year that were handed in were not used." if handed_in else ""
        return f"Compared with the current return of {name}.{own}"
    if handed_in:
        return (
            f"Compared with the files of {name} that were handed in for this check; they are"
            " not kept."
        )
    return f"There is no current return of {name}: rules that compare with it were not run."


def _about_list(year: int, listing: ImportRow | None) -> str:
    if listing is None:
        return "There is no Ofsted provider list: rules that need one were not run."
    when = f"{listing.created:%d/%m/%Y}"
    other = "" if listing.year == year else f"; there is none of {year_name(year)}"
    return (
        f"Checked with the Ofsted provider list of {year_name(listing.year)}, imported on"
        f" {when}{other}."
    )
