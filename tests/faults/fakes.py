"""Readers that stand in for the real ones: any bytes will do, these tests are about the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cla.files import Upload
from cla.importing import Context, Prepared
from cla.importing.kinds import Kind
from cla.problems import Problem, Unusable

LA, OTHER_LA = "X06000991", "X06000992"
FIRST = [("header.csv", b"CHILD\na1\nb2\n")]
SECOND = [("header.csv", b"CHILD\nb2\nc3\n")]
SECRET = "ZZ-CHILD-SECRET-ZZ"


def children(content: bytes) -> list[str]:
    """The children that a fake file lists."""
    return content.decode().split()[1:]


def ssda903(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """Header from a one-column file; two findings of two severities; 'bad' and 'bug' go wrong."""
    listed = [child for upload in uploads for child in children(upload.content)]
    if "bad" in listed:
        raise Unusable([Problem("header.csv", "has no column DOB; export it again.", line=1)])
    if "bug" in listed:
        raise RuntimeError(f"could not convert {SECRET}")
    if "memory" in listed:
        raise MemoryError(SECRET)
    context.tell("Checking the return", 0.4)
    header = pd.DataFrame({"CHILD": listed}, dtype="str")
    findings = pd.DataFrame(
        {"rule": ["101", "102"], "severity": ["error", "query"], "table": ["Header", "Header"]}
    )
    assert context.year is not None
    return [
        Prepared(
            "ssda903",
            context.year,
            "csv",
            {"Header": header, "Episodes": header, "findings": findings},
            {"Header": len(header), "Episodes": len(header)},
            {"error": 1, "query": 1},
        )
    ]


def results(uploads: Sequence[Upload], context: Context) -> list[Prepared]:
    """One import for each file, of the stage it is named after, for 2025."""
    return [
        Prepared(
            upload.name[:3],
            2025,
            "giap",
            {upload.name[:3]: pd.DataFrame({"upn": children(upload.content)}, dtype="str")},
            {upload.name[:3]: len(children(upload.content))},
            {},
            key=upload.content.hex()[:64],
        )
        for upload in uploads
    ]


KINDS: Mapping[str, Kind] = {"ssda903": ssda903, "results": results}
