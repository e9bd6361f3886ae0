"""The files of an invented authority: what the Import page offers, and the files of one return."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cla.demo import places, planted
from cla.demo.census import census_files, characteristics_files
from cla.demo.current import current_files
from cla.demo.files import DemoFile, as_zip, csv
from cla.demo.pupils import academic_year_of
from cla.demo.recipe import authority, years
from cla.demo.results import results_files
from cla.files import Upload
from cla.ssda903.layout import layout, year_name


def return_files(la: str, year: int, share: float = 1.0) -> list[Upload]:
    """The CSV files of one return, planted errors included; ``year`` from 2022 to 2026.

    KeyError for an authority that is not invented, ValueError for a year without a return.
    """
    own = authority(la)
    if year not in years():
        raise ValueError(f"There is no invented return of {year}.")
    tables = planted.tables(own.la, year, share)
    names = layout(year).tables
    return [csv(f"{names[table].names[0]}.csv", frame) for table, frame in tables.items()]


def provider_list() -> Upload:
    """Ofsted's list of the invented providers, the same for every invented authority, as CSV."""
    return csv("ofsted-providers.csv", places.providers())


def _zipped(make: Callable[[], Iterable[Upload]]) -> Callable[[], bytes]:
    return lambda: as_zip(make())


def files(la: str) -> tuple[DemoFile, ...]:
    """What can be downloaded to try an import with: every return, all results, all
    characteristics (our CSV, and DfE's files), the current list, the registered providers."""
    own = authority(la)
    stem = own.name.lower()
    offered = [
        DemoFile(
            name=f"ssda903-{stem}-{year_name(year)}.zip",
            label=f"SSDA903 return {year_name(year)}",
            mime="application/zip",
            make=_zipped(lambda year=year: return_files(own.la, year)),  # type: ignore[misc]
        )
        for year in reversed(years())
    ]
    span = f"{academic_year_of(years()[0])} to {academic_year_of(years()[-1])}"
    offered.append(
        DemoFile(
            name=f"results-{stem}.zip",
            label=f"Results {span}, early years to key stage 4",
            mime="application/zip",
            make=_zipped(lambda: results_files(own.la)),
        )
    )
    offered.append(
        DemoFile(
            name=f"characteristics-{stem}.zip",
            label=f"School characteristics {span}",
            mime="application/zip",
            make=_zipped(lambda: characteristics_files(own.la)),
        )
    )
    offered.append(
        DemoFile(
            name=f"school-census-{stem}.zip",
            label=f"School census and pupil premium {span}, as DfE gives them",
            mime="application/zip",
            make=_zipped(lambda: census_files(own.la)),
        )
    )
    offered.append(
        DemoFile(
            name=f"current-{stem}.zip",
            label="Current looked-after children, 30 June 2026",
            mime="application/zip",
            make=_zipped(lambda: current_files(own.la)),
        )
    )
    offered.append(
        DemoFile(
            name=f"ofsted-providers-{stem}.zip",
            label="Ofsted provider list",
            mime="application/zip",
            make=_zipped(lambda: [provider_list()]),
        )
    )
    return tuple(offered)
