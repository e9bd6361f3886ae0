"""The return as XML (EXPSSDA903): one pass over the elements, into the tables of the CSV files.

The shape is that of DfE's schema of 2020-21 (version 3.3.0): no namespaces, no attributes, text
only. The UASC flag, the adoption items and the care leaver items stand directly in HEADER; every
table takes CHILD from it, and all but Episodes DOB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from xml.sax import handler  # types only; the parser is defusedxml's
from xml.sax.xmlreader import AttributesImpl, Locator

import pandas as pd

from cla.files import Upload, read_text, shown_name
from cla.files.tables import MAX_ROWS
from cla.files.text import refuse_invisible
from cla.files.xml import DEEPEST, walk
from cla.problems import Problem, Unusable
from cla.ssda903 import layout
from cla.ssda903.recognise import EVERYWHERE

ROOT = "EXPSSDA903"
TRANSFER_FILE = "CTFILE"
GROUPS = {
    "EPISODE": "Episodes",
    "AMISSING": "Missing",
    "AREVIEW": "Reviews",
    "PERMANENCE": "PrevPerm",
    "OC2": "OC2",
    "AD_PLACED": "PlacedAdoption",
}
"""Elements that are one row of a table each."""

IN_HEADER = ("UASC", "AD1", "OC3")
"""Tables whose items stand in HEADER among the child's own."""

ALWAYS = tuple(name for name in layout.TABLES if name not in ("SWEpisodes", "DoLo"))
"""Tables that the XML carries; those without a row are there, and empty."""

MOST_PROBLEMS = 20
MOST_KINDS = 1000

Row = dict[str, str]


@dataclass(frozen=True)
class XmlReturn:
    """The tables of an XML return as text, the line each row begins on, and what to know of it."""

    tables: Mapping[str, pd.DataFrame]
    lines: Mapping[str, pd.Series]
    notices: tuple[str, ...]


def read_xml(upload: Upload) -> XmlReturn:
    """The tables of an XML return. Raises Unusable.

    Refused: XML that is not well-formed, a DTD of any kind, a root other than EXPSSDA903, a child
    without HEADER or with two, an item given twice. Elements that are no part of the return are
    counted in a notice. ``Header`` has the column UASC; the table UASC has a row where it is 1 or
    DUC is given, AD1 and OC3 where one of their items is.
    """
    text = read_text(upload)
    refuse_invisible(upload, text.content)
    children = _Children(upload.label)
    walk(upload, text, children, "a return")
    if children.problems:
        raise Unusable(children.problems)
    if not children.count:
        raise _refusal(upload, "has no CHILD element, so there is nothing in it; export it again.")
    return _result(upload, children, text.notices)


def _refusal(upload: Upload, message: str, line: int | None = None) -> Unusable:
    return Unusable([Problem(upload.label, message, line)])


@cache
def _items(table: str) -> Mapping[str, str]:
    """The element names of a table's items, with their columns; CHILD and DOB come from HEADER."""
    fields = layout.any_year()[table].fields
    own = {item.xml or item.name: item.name for item in fields}
    if table == "Header":
        return {**own, "UASC": "UASC"}
    return {name: column for name, column in own.items() if column not in ("CHILD", "DOB", "SEX")}


@cache
def _header_items() -> Mapping[str, str]:
    return {name: col for table in ("Header", *IN_HEADER) for name, col in _items(table).items()}


@cache
def _all_names() -> frozenset[str]:
    return _all_items() | set(_header_items()) | {ROOT, "CHILD", "HEADER", *GROUPS}


@cache
def _all_items() -> frozenset[str]:
    return frozenset(name for table in layout.TABLES for name in _items(table))


class _Element:
    """An element that is still open: its items so far, and whether it holds elements or text."""

    __slots__ = ("holds_elements", "holds_text", "line", "name", "row")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.row: Row = {}
        self.holds_elements = False
        self.holds_text = False


class _Children(handler.ContentHandler):
    """Collects the rows of every table while the parser walks through the file."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.rows: dict[str, list[Row]] = {name: [] for name in layout.TABLES}
        self.lines: dict[str, list[int]] = {name: [] for name in layout.TABLES}
        self.unknown: Counter[str] = Counter()
        self.guessed: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.count = 0
        self._path: list[_Element] = []
        self._header: _Element | None = None
        self._own: list[tuple[str, Row, int]] = []
        self._total = 0
        self._locator: Locator
        self._text: list[str] = []
        self._local: dict[str, str] = {name: name for name in _all_names()}
        self.characters = self._text.append  # type: ignore[method-assign, assignment]

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 (SAX's name)
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 (SAX's name)
        local = self._local.get(name) or name.rpartition(":")[2].upper()
        depth = len(self._path)
        if not depth and local == TRANSFER_FILE:
            self._stop("is a Common Transfer File of a school; import it as key stage results.")
        if not depth and local != ROOT:
            self._stop(f"is no return: its first element is {shown_name(local)}, not {ROOT}.")
        if depth >= DEEPEST:
            self._stop("has elements nested deeper than a return has; export it again.")
        if local == "CHILD" and depth != 1:
            self._stop("has a CHILD element inside another; export it again.")
        if len(attrs):
            self._note_attributes(local, attrs)
        if depth:
            self._path[-1].holds_elements = True
            self._take_text(self._path[-1])
        self._path.append(_Element(local, self._line()))

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 (SAX's name)
        element = self._path.pop()
        text = self._take_text(element)
        if element.name == "CHILD":
            self._finish_child(element)
        elif element.name == "HEADER" and self._in_child():
            self._keep_header(element)
        elif element.name in GROUPS and self._in_child():
            self._keep(GROUPS[element.name], element)
        elif element.holds_elements:
            self._keep_unlisted(element)
        elif self._path:
            self._add_item(self._path[-1], element, text)
            return
        if element.holds_text:
            self._note(f"text directly in {shown_name(element.name)}")

    def _line(self) -> int:
        return self._locator.getLineNumber() or 1

    def _take_text(self, element: _Element) -> str:
        """The text since the last start or end of an element, which stands directly in this one."""
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            element.holds_text = True
        return text

    def _in_child(self) -> bool:
        return len(self._path) > 1 and self._path[1].name == "CHILD"

    def _add_item(self, parent: _Element, item: _Element, text: str) -> None:
        if item.name in parent.row and item.name in _all_items():
            self._problem(
                f"{parent.name} has the element {shown_name(item.name)} twice.", item.line
            )
        parent.row[item.name] = text

    def _keep_header(self, element: _Element) -> None:
        if self._header is not None:
            self._problem("a CHILD element has two HEADER elements.", element.line)
        self._header = element

    def _keep(self, table: str, element: _Element) -> None:
        self._total += 1
        if self._total > MAX_ROWS:
            self._stop(f"has more than the {MAX_ROWS:,} rows that are read.")
        columns = _items(table)
        row = {columns[name]: text for name, text in element.row.items() if name in columns}
        self._note_unknown(element, columns)
        if table not in ("Episodes", "OC2") and not any(row.values()):
            self._note(f"empty {element.name}")
            return
        self._own.append((table, row, element.line))

    def _keep_unlisted(self, element: _Element) -> None:
        """An element of no published name: kept if its items are those of a later year's table."""
        if element.name == ROOT:
            self._note_unknown(element, {})
            return
        for table in ("SWEpisodes", "DoLo"):
            known = _items(table).keys()
            if self._in_child() and element.row and element.row.keys() <= known:
                self.guessed[f"{element.name} as {table}"] += 1
                self._keep(table, element)
                return
        self._note(shown_name(element.name))

    def _note_attributes(self, element: str, attrs: AttributesImpl) -> None:
        for attribute in attrs.getNames():
            if not attribute.startswith(("xmlns", "xsi:", "xml:")):
                self._note(f"{shown_name(element)} {shown_name(attribute)} (attribute)")

    def _note(self, what: str) -> None:
        """Counts what is no part of the return; of more than a thousand kinds only the first."""
        if what in self.unknown or len(self.unknown) < MOST_KINDS:
            self.unknown[what] += 1

    def _note_unknown(self, element: _Element, known: Mapping[str, str]) -> None:
        for name in element.row.keys() - known.keys():
            self._note(f"{shown_name(element.name)}/{shown_name(name)}")

    def _finish_child(self, child: _Element) -> None:
        self.count += 1
        header, own = self._header, self._own
        self._header, self._own = None, []
        self._note_unknown(child, {})
        if header is None:
            self._problem(
                "a CHILD element has no HEADER, so its rows belong to nobody.", child.line
            )
            return
        self._note_unknown(header, _header_items())
        self._add_header(header)
        person: Row = {"CHILD": header.row.get("CHILDID", ""), "DOB": header.row.get("DOB", "")}
        for table, row, line in own:
            self._add(table, {**person, **row}, line)

    def _add_header(self, header: _Element) -> None:
        values = header.row
        row = {column: values[name] for name, column in _items("Header").items() if name in values}
        self._add("Header", row, header.line)
        for table in IN_HEADER:
            columns = _items(table)
            own = {column: values[name] for name, column in columns.items() if values.get(name)}
            if own or (table == "UASC" and values.get("UASC") == "1"):
                person = {name: value for name, value in row.items() if name in EVERYWHERE}
                self._add(table, {**person, **own}, header.line)

    def _add(self, table: str, row: Row, line: int) -> None:
        self.rows[table].append(row)
        self.lines[table].append(line)

    def _problem(self, message: str, line: int) -> None:
        self.problems.append(Problem(self.file, message, line))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Unusable(self.problems)

    def _stop(self, message: str) -> None:
        raise Unusable([*self.problems, Problem(self.file, message, self._line())])


def _result(upload: Upload, children: _Children, notices: tuple[str, ...]) -> XmlReturn:
    kept = [name for name in layout.TABLES if name in ALWAYS or children.rows[name]]
    if children.unknown:
        named = ", ".join(f"{name} ({n:,})" for name, n in sorted(children.unknown.items())[:20])
        notices += (f"{upload.label}: not part of the return and set aside: {named}.",)
    for name, n in sorted(children.guessed.items()):
        notices += (f"{upload.label}: {n:,} elements {name}, told by their items.",)
    return XmlReturn(
        {name: _frame(name, children.rows[name]) for name in kept},
        {name: pd.Series(children.lines[name], dtype="int64", name="line") for name in kept},
        notices,
    )


def _frame(table: str, rows: list[Row]) -> pd.DataFrame:
    columns = list(layout.any_year()[table].columns)
    if table == "Header":
        columns.append("UASC")
    return pd.DataFrame(
        {name: pd.array([row.get(name) or None for row in rows], dtype="str") for name in columns}
    )
