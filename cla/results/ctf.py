"""Results in a Common Transfer File (CTF), the XML that schools' systems hand on pupils with.

A result stands under a tuple of codes: stage, subject, component, method, qualifier. The official
list of them was not found. What is known is in data/reference/attainment/ctf.csv, with how sure
that is; every other tuple is counted and told, never guessed, until somebody says what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from xml.sax import handler  # types only; the parser is defusedxml's
from xml.sax.xmlreader import AttributesImpl, Locator

import pandas as pd

from cla import reference
from cla.files import Table, Upload, read_text, shown_name
from cla.files.sheet import number_of
from cla.files.xml import DEEPEST, local_name, walk
from cla.problems import Problem, Unusable
from cla.results.mapping import sort_of
from cla.stages import STAGES

ROOT = "CTFILE"
RETURN = "EXPSSDA903"
MAX_PUPILS = 100_000
MAX_RESULTS = 1_000_000
MOST_KINDS = 1000
"""Different tuples in one file: the lists of all stages together have a few hundred."""
LONGEST = 400
"""Characters of one item; what is longer is no name, date, code or result."""

IDENTITY: Mapping[str, str] = MappingProxyType(
    {"upn": "UPN", "surname": "SURNAME", "forenames": "FORENAME", "dob": "DOB", "sex": "SEX"}
)
"""The headings under which the pupil stands in the tables, by field."""
FORMER = "FORMERUPN"

_OF_PUPIL = MappingProxyType(
    {
        ("UPN",): "UPN",
        ("SURNAME",): "SURNAME",
        ("FORENAME",): "FORENAME",
        ("DOB",): "DOB",
        ("SEX",): "SEX",
        ("GENDER",): "SEX",
        ("BASICDETAILS", "FORMERUPN"): FORMER,
    }
)
_KEY_STAGE = ("STAGEASSESSMENTS", "KEYSTAGE")
_ASSESSMENT = (*_KEY_STAGE, "STAGEASSESSMENT")
_ITEMS = (
    "LOCALE", "YEAR", "SUBJECT", "METHOD", "COMPONENT", "RESULTSTATUS", "RESULTQUALIFIER", "RESULT",
)  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9]{1,12}")
_YEAR = re.compile(r"20\d\d")
_NOT_A_CODE = "?"


@dataclass(frozen=True)
class Meaning:
    """What a tuple means: a field of the results of a stage, and how sure that is.

    ``confidence``: "high", "low" (one published example), "by hand" (somebody said so).
    """

    stage: str
    field: str
    confidence: str


@dataclass(frozen=True)
class Kind:
    """Results under one tuple: the codes, how many, and what sort of values (``mapping.Shape``)."""

    codes: str
    count: int
    sort: str


@dataclass(frozen=True)
class Transfer:
    """What a transfer file holds.

    ``pupils``: one row a pupil, text: the headings of IDENTITY, FORMERUPN, and line;
    ``results``: one row a result, text: pupil (row label of ``pupils``), kind (the codes of its
    tuple joined by a stroke: "KS2/MAT/MTC/TT/MT"), year (academic year, or missing), result;
    ``notices``: what was set aside.
    """

    label: str
    pupils: pd.DataFrame
    results: pd.DataFrame
    notices: tuple[str, ...]

    def kinds(self) -> Mapping[str, int]:
        """How many results each tuple has, the most frequent first."""
        return {str(kind): int(n) for kind, n in self.results["kind"].value_counts().items()}

    def seen(self) -> tuple[Kind, ...]:
        """The tuples with what sort of values they have, the most frequent first."""
        values = self.results.groupby("kind")["result"]
        sorts = {str(kind): sort_of(own) for kind, own in values}
        return tuple(Kind(kind, n, sorts[kind]) for kind, n in self.kinds().items())


def read(upload: Upload) -> Transfer:
    """The pupils and results of a transfer file. Raises Unusable.

    Refused: another kind of XML, a DTD, XML that is not well-formed, no pupil, more than 100,000
    pupils or 1,000,000 results. Targets and estimates (a status other than R), results of other
    countries and results given twice with different values are set aside, and told.
    """
    text = read_text(upload)
    pupils = _Pupils(upload.label)
    walk(upload, text, pupils, "a transfer file")
    if not pupils.people:
        raise _refused(upload, "is a transfer file without a pupil; export it again.")
    frame = pd.DataFrame(pupils.people, columns=[*IDENTITY.values(), FORMER, "line"])
    frame = frame.astype({**dict.fromkeys([*IDENTITY.values(), FORMER], "str"), "line": "int64"})
    results = pd.DataFrame(pupils.results, columns=["pupil", "kind", "year", "result"])
    results = results.astype({"pupil": "int64", "kind": "str", "year": "str", "result": "str"})
    notices = [*text.notices, *_told(upload, pupils.aside)]
    single, conflicts = _once(results)
    if conflicts:
        notices.append(
            f"{upload.label}: {number_of(conflicts, 'result')} given twice with different values; "
            "left out."
        )
    return Transfer(upload.label, frame, single, tuple(notices))


def _told(upload: Upload, aside: Counter[str]) -> list[str]:
    return [f"{upload.label}: {number_of(n, 'result')} {why}." for why, n in sorted(aside.items())]


def _once(results: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Each result of a pupil once; those with several values left out, and how many."""
    single = results.drop_duplicates()
    key = ["pupil", "kind", "year"]
    doubled = single.duplicated(key, keep=False)
    conflicts = int((doubled & ~single.duplicated(key)).sum())
    return single[~doubled].reset_index(drop=True), conflicts


@cache
def known_tuples() -> Mapping[tuple[str, ...], Meaning]:
    """What is known of tuples by (stage, subject, component, method, qualifier); "" is any."""
    table = reference.table("attainment", "ctf.csv")
    names = ["ctf_stage", "subject", "component", "method", "qualifier"]
    keys = zip(*(table[name] for name in names), strict=True)
    rest = zip(table["stage"], table["field"], table["confidence"], strict=True)
    return MappingProxyType(
        {key: Meaning(*meaning) for key, meaning in zip(keys, rest, strict=True)}
    )


def meaning(kind: str, by_hand: Mapping[str, tuple[str, str]]) -> Meaning | None:
    """What a tuple means: as somebody said, else as is known; None when nobody knows."""
    if kind in by_hand:
        return Meaning(*by_hand[kind], "by hand")
    codes = tuple(kind.split("/"))
    return known_tuples().get(codes) or known_tuples().get((*codes[:-1], ""))


def meanings(
    kinds: Iterable[str], by_hand: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, Meaning], list[str]]:
    """The tuples with a meaning, and those without, in the order given."""
    found = {kind: meaning(kind, by_hand) for kind in kinds}
    known = {kind: own for kind, own in found.items() if own is not None}
    return known, [kind for kind in found if kind not in known]


def table_of(
    transfer: Transfer, stage: str, year: str | None, known: Mapping[str, Meaning]
) -> tuple[Table, dict[str, tuple[str, ...]]]:
    """The results of a stage and academic year, one row a pupil, and which heading is which field.

    Headings are the tuples. Results without a year are taken in: the caller has said the year.
    """
    kinds = [kind for kind, own in known.items() if own.stage == stage]
    rows = transfer.results
    rows = rows[rows["kind"].isin(kinds) & (rows["year"].isna() | (rows["year"] == year))]
    rows = rows.sort_values("year").drop_duplicates(["pupil", "kind"])  # missing years come last
    wide = rows.pivot_table(index="pupil", columns="kind", values="result", aggfunc="first")
    wide = wide.reindex(columns=[kind for kind in kinds if kind in wide.columns]).astype("str")
    own = transfer.pupils.loc[wide.index]
    frame = pd.concat([own[list(IDENTITY.values())], wide], axis=1).reset_index(drop=True)
    columns: dict[str, tuple[str, ...]] = {
        field: (heading,) for field, heading in IDENTITY.items() if own[heading].notna().any()
    }
    columns.setdefault("upn", (IDENTITY["upn"],))
    for kind in wide.columns:
        field = known[kind].field
        columns[field] = (*columns.get(field, ()), kind)
    lines = own["line"].reset_index(drop=True)
    return Table(transfer.label, tuple(map(str, frame.columns)), frame, lines), columns


def former_upns(transfer: Transfer) -> pd.Series:
    """The former UPN by UPN, in capitals, of the pupils that have one."""
    told = transfer.pupils[["UPN", FORMER]].dropna()
    upper = told.assign(UPN=told["UPN"].str.upper(), **{FORMER: told[FORMER].str.upper()})
    return upper.drop_duplicates("UPN").set_index("UPN")[FORMER]


def about_meanings(
    label: str, counts: Mapping[str, int], known: Mapping[str, Meaning], unknown: Iterable[str]
) -> list[str]:
    """Sentences about tuples that were read on weak grounds, and those that were not read."""
    unsure = [kind for kind, own in known.items() if own.confidence == "low"]
    notices = [
        f"{label}: {kind} is read as {STAGES[known[kind].stage].title}, "
        f"{known[kind].field.replace('_', ' ')} ({number_of(counts[kind], 'result')}); that rests "
        "on one published example, so check a pupil whose result you know."
        for kind in unsure
    ]
    lost = {kind: counts[kind] for kind in unknown}
    if lost:
        named = ", ".join(f"{kind} ({n:,})" for kind, n in list(lost.items())[:20])
        more = f" and {len(lost) - 20} more kinds" if len(lost) > 20 else ""
        notices.append(
            f"{label}: {number_of(sum(lost.values()), 'result')} not read, since nobody has said "
            f"what they are: {named}{more}."
        )
    return notices


def _refused(upload: Upload, message: str, line: int | None = None) -> Unusable:
    return Unusable([Problem(upload.label, message, line)])


class _Pupils(handler.ContentHandler):
    """Collects pupils and results while the parser walks through the file."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.people: list[tuple[str | int | None, ...]] = []
        self.results: list[tuple[int, str, str | None, str]] = []
        self.aside: Counter[str] = Counter()
        self._kinds: set[str] = set()
        self._path: list[str] = []
        self._pupil: dict[str, str] | None = None
        self._line = 1
        self._stage: str = ""
        self._assessment: dict[str, str] = {}
        self._waiting: list[dict[str, str]] = []
        self._text: list[str] = []
        self._locator: Locator

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 (SAX's name)
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802, ARG002 (SAX)
        local = local_name(name)
        self._text.clear()
        if not self._path:
            self._check_root(local)
        if len(self._path) >= DEEPEST:
            self._stop("has elements nested deeper than a transfer file has; export it again.")
        self._path.append(local)
        if self._path[1:] == ["CTFPUPILDATA", "PUPIL"]:
            self._begin_pupil()
        elif self._pupil is not None:
            self._begin_part()

    def characters(self, content: str) -> None:
        if self._pupil is not None:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 (SAX's name)
        inside = tuple(self._path[3:])
        self._path.pop()
        if self._pupil is None:
            return
        text = "".join(self._text).strip()
        self._text.clear()
        if not inside:
            self._end_pupil()
        elif inside in _OF_PUPIL:
            self._keep(self._pupil, _OF_PUPIL[inside], text)
        elif inside == (*_KEY_STAGE, "STAGE"):
            self._stage = text
        elif inside[:-1] == _ASSESSMENT and inside[-1] in _ITEMS:
            self._keep(self._assessment, inside[-1], text)
        elif inside == _ASSESSMENT:
            self._waiting.append(self._assessment)
        elif inside == _KEY_STAGE:
            self._end_key_stage()

    def _check_root(self, local: str) -> None:
        if local == RETURN:
            self._stop("is an SSDA903 return, not results; import it as an SSDA903 return.")
        if local != ROOT:
            self._stop(
                f"is no transfer file: its first element is {shown_name(local)}, not CTfile."
            )

    def _begin_pupil(self) -> None:
        if len(self.people) >= MAX_PUPILS:
            self._stop(f"has more than the {MAX_PUPILS:,} pupils that are read.")
        self._pupil, self._line = {}, self._locator.getLineNumber() or 1

    def _begin_part(self) -> None:
        inside = tuple(self._path[3:])
        if inside == _KEY_STAGE:
            self._stage, self._waiting = "", []
        elif inside == _ASSESSMENT:
            self._assessment = {}

    def _keep(self, into: dict[str, str], name: str, text: str) -> None:
        if len(text) > LONGEST:
            self._stop(f"has an item of more than {LONGEST} characters; export it again.")
        if text:
            into.setdefault(name, text)

    def _end_pupil(self) -> None:
        own = self._pupil or {}
        values = [own.get(heading) for heading in (*IDENTITY.values(), FORMER)]
        self.people.append((*values, self._line))
        self._pupil = None

    def _end_key_stage(self) -> None:
        for item in self._waiting:
            self._end_assessment(item)
        self._waiting = []

    def _end_assessment(self, item: Mapping[str, str]) -> None:
        result = item.get("RESULT")
        if result is None:
            return
        if item.get("LOCALE", "ENG").upper() != "ENG":
            self.aside["of another country set aside"] += 1
            return
        if item.get("RESULTSTATUS", "R").upper() != "R":
            self.aside["that are no results (targets or estimates) set aside"] += 1
            return
        if len(self.results) >= MAX_RESULTS:
            self._stop(f"has more than the {MAX_RESULTS:,} results that are read.")
        codes = (self._stage, *(item.get(part, "") for part in _TUPLE))
        kind = "/".join(_code(code) for code in codes)
        if kind not in self._kinds and len(self._kinds) >= MOST_KINDS:
            self._stop(f"has more than {MOST_KINDS:,} kinds of results; export it again.")
        self._kinds.add(kind)
        self.results.append((len(self.people), kind, _academic_year(item.get("YEAR", "")), result))

    def _stop(self, message: str) -> None:
        raise Unusable([Problem(self.file, message, self._locator.getLineNumber() or 1)])


_TUPLE = ("SUBJECT", "COMPONENT", "METHOD", "RESULTQUALIFIER")


def _code(text: str) -> str:
    """A code as it may be shown: what is none may be anything, so it is not repeated."""
    if not text:
        return ""
    return text.upper() if _CODE.fullmatch(text) else _NOT_A_CODE


def _academic_year(text: str) -> str | None:
    """The academic year that ends in the calendar year of a result: 2024 gives "2023/24"."""
    if not _YEAR.fullmatch(text):
        return None
    return f"{int(text) - 1}/{int(text) % 100:02d}"
