"""A small invented return as text, for any year: the same children every time, as CSV or as XML."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from cla.files import Upload
from cla.ssda903 import layout

Rows = list[dict[str, str]]
NCER_FIVE = ("Header", "Episodes", "UASC", "AD1", "OC2")


def tables(year: int = 2026, children: int = 6) -> dict[str, Rows]:
    """Every table of the year's layout as rows of text, all columns given, blanks as empty text."""
    rows: dict[str, Rows] = {name: [] for name in layout.layout(year).tables}
    for number in range(children):
        for name, row in _child(number, year):
            if name in rows:
                rows[name].append(row)
    return {
        name: [
            {col: row.get(col, "") for col in layout.layout(year).tables[name].expected}
            for row in own
        ]
        for name, own in rows.items()
    }


def _child(number: int, year: int) -> list[tuple[str, dict[str, str]]]:
    before, this = year - 1, year
    me = {"CHILD": f"00{number}A", "DOB": f"{number % 28 + 1:02d}/05/{year - 12}"}
    sex = ("M" if number % 2 else "F") if year >= 2025 else str(number % 2 + 1)
    episode = {**me, "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U1", "PLACE_PROVIDER": "PR1"}
    going = {"MISSING": "M", "MIS_START": f"03/12/{before}", "MIS_END": f"04/12/{before}"}
    worker = {"SW_ID": f"SW{number}", "SW_DECOM": f"01/06/{before}", "SW_REASON": "INITIA"}
    episode |= {"DECOM": f"01/0{number % 6 + 4}/{before - number % 2}"}
    if number % 3 == 0:
        episode |= {"DEC": f"10/01/{this}", "REC": "E4A", "PL_POST": "AB1 2CD"}
    rows = [
        ("Header", {**me, "SEX": sex, "ETHNIC": "WBRI", "UPN": f"A{number:012d}"}),
        ("Episodes", episode),
        ("OC2", {**me, "SDQ_SCORE": str(number), "CONVICTED": "0", "TEETH_CHECK": "1"}),
        ("Reviews", {**me, "REVIEW": f"15/09/{before}", "REVIEW_CODE": "PN1"}),
        ("Reviews", {**me, "REVIEW": f"15/02/{this}", "REVIEW_CODE": "PN3"}),
        ("PrevPerm", {**me, "PREV_PERM": "P1", "LA_PERM": "NA", "DATE_PERM": "zz/07/2012"}),
        ("Missing", {**me, **going}),
        ("PlacedAdoption", {**me, "DATE_PLACED": f"20/08/{before}"}),
        ("SWEpisodes", {**me, **worker}),
        ("DoLo", {**me, "DOLO_START": f"07/11/{before}", "DOLO_END": f"08/11/{before}"}),
    ]
    if number == 1:
        rows.append(("UASC", {**me, "SEX": sex, "DUC": f"01/05/{year + 6}"}))
    if number == 2:
        adoption = {"DATE_INT": f"01/07/{before}", "DATE_MATCH": f"02/07/{before}"}
        people = {"FOSTER_CARE": "0", "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L11"}
        rows.append(("AD1", {**me, **adoption, **people}))
    if number == 3:
        rows.append(("OC3", {**me, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "B1"}))
    return rows


def as_csv(rows: Rows, newline: str = "\n") -> str:
    """Rows as a CSV file with a heading row."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def uploads(
    year: int = 2026, names: Sequence[str] | None = None, rows: Mapping[str, Rows] | None = None
) -> list[Upload]:
    """The tables as CSV uploads, named after the tables."""
    rows = rows or tables(year)
    chosen = rows if names is None else names
    return [Upload(f"{name.lower()}.csv", as_csv(rows[name]).encode()) for name in chosen]


def zipped(files: Sequence[Upload], name: str = "return.zip") -> Upload:
    """Uploads in one flat ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.content)
    return Upload(name, buffer.getvalue())


_GROUPS = {
    "Missing": "AMISSING",
    "Reviews": "AREVIEW",
    "PrevPerm": "PERMANENCE",
    "OC2": "OC2",
    "PlacedAdoption": "AD_PLACED",
}


def as_xml(rows: Mapping[str, Rows]) -> str:
    """The tables that the XML return has a place for, as one file in the order of the schema."""
    parts = ["<?xml version='1.0' encoding='UTF-8'?>", "<EXPSSDA903>"]
    for child in rows["Header"]:
        own = {
            name: [row for row in table if row["CHILD"] == child["CHILD"]]
            for name, table in rows.items()
        }
        header = {"CHILDID": child["CHILD"], **child, "UASC": "1" if own["UASC"] else "0"}
        for name in ("UASC", "AD1", "OC3"):
            for row in own.get(name, []):
                header |= row
        parts += ["<CHILD>", "<HEADER>", *_items(header, skip=("CHILD",))]
        for name, group in _GROUPS.items():
            for row in own.get(name, []):
                parts += [f"<{group}>", *_items(row, skip=("CHILD", "DOB")), f"</{group}>"]
        parts.append("</HEADER>")
        for row in own["Episodes"]:
            episode = {"PL" if key == "PLACE" else key: value for key, value in row.items()}
            parts += ["<EPISODE>", *_items(episode, skip=("CHILD", "DOB")), "</EPISODE>"]
        parts.append("</CHILD>")
    return "\n".join([*parts, "</EXPSSDA903>"])


def _items(row: Mapping[str, str], skip: Sequence[str]) -> list[str]:
    return [f"<{name}>{escape(value)}</{name}>" for name, value in row.items() if name not in skip]
