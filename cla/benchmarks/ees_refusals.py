"""Why a file is no data set that is read, in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence

from cla.benchmarks import ees_layouts as layouts
from cla.benchmarks.ees_categories import words_of
from cla.benchmarks.ees_columns import Sheet
from cla.benchmarks.ees_files import Opened
from cla.benchmarks.ees_layouts import Family
from cla.files import Table, Upload, shown_headings
from cla.problems import Problem, Unusable

WHERE = "docs/published-figures.md names the data sets that are read."
_SCHOOL = {"school_urn", "school_laestab", "school_name", "urn", "laestab"}
_PUPILS = {"upn", "child", "pupilmatchingrefanonymous", "surname"}
_INTERACTIVE_TOOL = {"short_desc", "data_item", "years"}


class NotReadHere(Unusable):
    """A data set as it should be, of a theme that is not read."""


def which_family(upload: Upload, table: Table) -> Family:
    """The family of a file. Raises Unusable with the reason why it has none, NotReadHere where
    nothing is wrong with it."""
    held = {layouts.heading(name) for name in table.header}
    lacking = [name for name in layouts.IDENTIFYING if name not in held]
    if lacking:
        raise _refusal(upload, _no_data_set(held, lacking))
    found = layouts.recognise(table.header)
    if not found:
        raise NotReadHere([Problem(upload.label, _other_data_set(table, held))])
    family = found[0] if len(found) == 1 else _by_rows(upload, table, found)
    if not {"old_la_code", "new_la_code"} & held and _has_level(table, "local authority"):
        raise _refusal(
            upload, "has rows of authorities, but no column old_la_code; download it again."
        )
    return family


def no_figures(asides: Sequence[Opened]) -> Problem:
    """What to do when only words about data were handed in."""
    names = asides[0].upload.label if len(asides) == 1 else "files"
    return Problem(
        names,
        "there is only guidance about the data, and no data; give the CSV file in the folder"
        " “data” of the ZIP, or the whole ZIP.",
    )


def _refusal(upload: Upload, message: str) -> Unusable:
    return Unusable([Problem(upload.label, message)])


def _no_data_set(held: set[str], lacking: Sequence[str]) -> str:
    if held & _PUPILS:
        return "holds records of pupils, not published figures; choose another kind of files above."
    if held >= _INTERACTIVE_TOOL:
        return (
            "is a file of DfE's Local Authority Interactive Tool, which is not read here; its"
            " figures ship with the program, and later ones come from Explore Education Statistics."
        )
    if {"location_code", "location"} & held and "geographic_level" in held:
        return (
            "is a table made on the website; its rows lack the codes of regions and authorities."
            " Download the whole data set (“Download all data”, or the data catalogue) instead."
        )
    return (
        f"is no data set of Explore Education Statistics: it has no column {' or '.join(lacking)}."
        " Give the CSV as it was downloaded, with its heading row."
    )


def _other_data_set(table: Table, held: set[str]) -> str:
    if held & _SCHOOL or (_has_level(table, "school") and not _has_level(table, "national")):
        return (
            "is about single schools; download the data set with rows for England, regions or"
            f" local authorities. {WHERE}"
        )
    known = {*layouts.IDENTIFYING, *layouts.AREAS}
    own = [name for name in table.header if layouts.heading(name) not in known]
    columns = shown_headings(own, 8) or "it has no more columns"
    return (
        "is a data set of Explore Education Statistics that is not read here: none of its columns"
        f" is a figure that is known ({columns}). {WHERE}"
    )


def _has_level(table: Table, level: str) -> bool:
    name = next(name for name in table.header if layouts.heading(name) == "geographic_level")
    return bool(table.frame[name].fillna("").map(layouts.plain).eq(level).any())


def _by_rows(upload: Upload, table: Table, families: Sequence[Family]) -> Family:
    """Of data sets with the same columns the one whose rows or whose name the file has."""
    for family in families:
        if not family.named and _speaks_of(Sheet(upload.label, table, family)):
            return family
    name = layouts.heading(upload.name)
    for family in families:
        if family.named and family.named in name:
            return family
    ways = " or ".join(f"“{family.named}”" for family in families if family.named)
    reason = (
        "has the columns of several data sets about looked-after children, and its rows do not say"
        f" which it is. Of these are read those whose file name holds {ways}, as DfE names them;"
        " keep that name."
    )
    raise NotReadHere([Problem(upload.label, reason)])


def _speaks_of(sheet: Sheet) -> bool:
    """Whether any row says what a rule of the family names."""
    said = words_of(sheet)
    for rule in layouts.row_rules(sheet.family.name):
        rows = said.notna()
        for word in rule.words:
            rows &= said.str.contains(word, regex=False)
        if rows.any():
            return True
    return False
