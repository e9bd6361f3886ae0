"""A known small set of errors in every return, so that validation has something to find.

Each error is put where its consequences are known: children who are in this year's return only,
so that nothing spills into the next, and rows on which no other rule leans. What each one makes
the rules say is recorded as it is planted; ``planted`` hands the record out, and the tests hold
the findings against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import pandas as pd

from cla.demo.chance import Chance
from cla.demo.days import day, text
from cla.demo.recipe import value, years
from cla.demo.returns import sound

Frame = pd.DataFrame
GONE_HOME = ("E4A", "E4B", "E13", "E3")


def _days(dates: pd.Series) -> pd.Series:
    return pd.to_datetime(dates, format="%d/%m/%Y", errors="coerce")


def _number(date: str) -> int:
    of_month, month, year = date.split("/")
    return day(int(year), int(month), int(of_month))


@dataclass
class _Bed:
    """The tables of one return while errors are planted in them."""

    la: str
    year: int
    tables: dict[str, Frame]
    passing: frozenset[str]  # children who are in no other year's return
    used: set[str] = field(default_factory=set)
    found: list[tuple[str, str, int, str, str]] = field(default_factory=list)

    def choose(self, rows: Frame, what: str) -> int | None:
        """The label of one row of an unused child, or None when there is none to choose from."""
        rows = rows[~rows["CHILD"].isin(self.used)]
        if rows.empty:
            return None
        chance = Chance(value("seed"), self.la, self.year, "planted", what)
        label = int(rows.index[chance.between(0, len(rows) - 1)])
        self.used.add(str(rows.loc[label, "CHILD"]))
        return label

    def finding(self, rule: str, table: str, row: int, note: str) -> None:
        """Record what a rule will say of a row."""
        self.found.append((rule, table, row, self.read(table, row, "CHILD"), note))

    def read(self, table: str, row: int, column: str) -> str:
        """The text of one cell."""
        return str(self.tables[table].loc[row, column])

    def write(self, table: str, row: int, column: str, text: str) -> None:
        """Overwrite one cell."""
        self.tables[table].loc[row, column] = text

    def drop(self, table: str, child: str) -> None:
        """Take a child's rows out of a table; the rows after it move up, as in a file."""
        rows = self.tables[table]
        self.tables[table] = rows[rows["CHILD"] != child].reset_index(drop=True)

    @cached_property
    def _simple(self) -> pd.Index:
        episodes = self.tables["Episodes"]
        alone = episodes[~episodes["CHILD"].duplicated(keep=False)]
        leaning = pd.concat(
            self.tables[name]["CHILD"] for name in ("OC3", "UASC", "Missing", "PlacedAdoption")
        )
        usual = ~alone["LS"].isin(["V3", "V4", "J1", "L1", "L2"]) & alone["REC"].isin(GONE_HOME)
        late = _days(alone["DECOM"]) > pd.Timestamp(self.year - 1, 5, 15)
        mine = alone["CHILD"].isin(self.passing) & ~alone["CHILD"].isin(leaning)
        return alone.index[usual & late & mine]

    def simple(self) -> Frame:
        """Episodes of children who have one, this year only, and no file that leans on it."""
        return self.tables["Episodes"].loc[self._simple]

    def once_headers(self) -> Frame:
        """Header rows of such children."""
        header = self.tables["Header"]
        return header[header["CHILD"].isin(self.simple()["CHILD"])]


# ---- rows taken away: planted first, since they move the others ----------------------------------


def _no_previous_permanence(bed: _Bed) -> None:
    label = bed.choose(bed.simple(), "630")
    if label is not None:
        bed.drop("PrevPerm", bed.read("Episodes", label, "CHILD"))
        bed.finding("630", "Episodes", label, "start of care without previous permanence")


def _no_health(bed: _Bed) -> None:
    label = bed.choose(bed.tables["OC2"], "191")
    if label is None:
        return
    child = bed.read("OC2", label, "CHILD")
    bed.drop("OC2", child)
    episodes = bed.tables["Episodes"]
    bed.finding("191", "Episodes", int(episodes.index[episodes["CHILD"] == child][0]), "no OC2 row")


# ---- wrong cells --------------------------------------------------------------------------------


def _cell(
    rule: str, table: str, column: str, wrong: str, note: str, rows: Callable[[_Bed], Frame]
) -> Callable[[_Bed], None]:
    """An error of one cell that one rule finds."""

    def plant(bed: _Bed) -> None:
        label = bed.choose(rows(bed), rule)
        if label is not None:
            bed.write(table, label, column, wrong)
            bed.finding(rule, table, label, note)

    return plant


def _rows(table: str, column: str, *values: str) -> Callable[[_Bed], Frame]:
    """Rows with one of these values in a column, or with any value when none is given."""

    def rows(bed: _Bed) -> Frame:
        frame = bed.tables[table]
        return frame[frame[column].isin(values) if values else frame[column] != ""]

    return rows


def _sex(bed: _Bed) -> None:
    boys = bed.once_headers()
    label = bed.choose(boys[boys["SEX"].isin(["1", "M"])], "101")
    if label is not None:
        bed.write("Header", label, "SEX", "3" if bed.year < 2025 else "X")
        bed.finding("101", "Header", label, "sex is not a code of the year")


def _upn(bed: _Bed) -> None:
    numbered = bed.once_headers()
    label = bed.choose(numbered[numbered["UPN"].str.len() == 13], "168")
    if label is not None:
        bed.write("Header", label, "UPN", "I" + bed.read("Header", label, "UPN")[1:])
        bed.finding("168", "Header", label, "UPN begins with a letter that is not used")


def _ends_before_it_begins(bed: _Bed) -> None:
    label = bed.choose(bed.simple(), "356")
    if label is not None:
        begins = _number(bed.read("Episodes", label, "DECOM"))
        bed.write("Episodes", label, "DEC", text(begins - 4))
        bed.finding("356", "Episodes", label, "episode ends before it begins")


def _overlap(bed: _Bed) -> None:
    """The first of two episodes runs two days into the second."""
    episodes = bed.tables["Episodes"]
    before, after = episodes, episodes.shift(-1)
    leaning = pd.concat(bed.tables[name]["CHILD"] for name in ("OC3", "Missing", "PlacedAdoption"))
    own = before["CHILD"].isin(bed.passing) & ~before["CHILD"].isin(leaning)
    first = ~before["CHILD"].duplicated() & (after["CHILD"] == before["CHILD"])
    plain = before["LS"].isin(["C1", "C2", "V2"]) & ~before["PLACE"].str.startswith("T")
    plain &= after["LS"].isin(["C1", "C2", "V2"]) & ~after["PLACE"].str.startswith("T").eq(True)
    long = (_days(after["DEC"]) - _days(after["DECOM"])).dt.days > 8
    label = bed.choose(before[own & first & plain & long], "501")
    if label is not None:
        ends = _number(bed.read("Episodes", label, "DEC"))
        bed.write("Episodes", label, "DEC", text(ends + 2))
        bed.finding("388", "Episodes", label, "ends after the next begins")
        bed.finding("433", "Episodes", label + 1, "does not begin when the one before ends")
        bed.finding("501", "Episodes", label + 1, "begins before the one before ends")


def _lives_at_home(bed: _Bed) -> None:
    away = bed.simple()
    label = bed.choose(away[away["PLACE"] != "P1"], "392d")
    if label is not None:
        bed.write("Episodes", label, "HOME_POST", bed.read("Episodes", label, "PL_POST"))
        bed.finding("392d", "Episodes", label, "home and placement have one postcode")


def _back_before_gone(bed: _Bed) -> None:
    missing = bed.tables["Missing"]
    episodes = bed.tables["Episodes"]
    began = _days(episodes["DECOM"]).groupby(episodes["CHILD"]).min()
    alone = missing[~missing["CHILD"].duplicated(keep=False) & (missing["MIS_END"] != "")]
    start = _days(alone["MIS_START"])
    late = (start - alone["CHILD"].map(began)).dt.days > 9
    label = bed.choose(alone[late & (start > pd.Timestamp(bed.year - 1, 4, 20))], "567")
    if label is not None:
        bed.write(
            "Missing", label, "MIS_END", text(_number(bed.read("Missing", label, "MIS_START")) - 3)
        )
        bed.finding("567", "Missing", label, "back before gone")


def _other_birthday(bed: _Bed) -> None:
    health = bed.tables["OC2"]
    middle = health[health["DOB"].str[3:5].isin(["06", "07", "08", "09", "10"])]
    label = bed.choose(middle[middle["DOB"].str[:2].astype(int).between(5, 25)], "INT14")
    if label is not None:
        bed.write("OC2", label, "DOB", text(_number(bed.read("OC2", label, "DOB")) + 1))
        bed.finding("INT14", "OC2", label, "date of birth differs from the header")


_PLANTS: tuple[Callable[[_Bed], None], ...] = (
    _no_previous_permanence,
    _no_health,
    _sex,
    _upn,
    _cell("103", "Header", "ETHNIC", "WBRT", "ethnicity is no code", _Bed.once_headers),
    _cell("442", "Header", "UPN", "", "UPN is blank", _Bed.once_headers),
    _ends_before_it_begins,
    _overlap,
    _cell("148", "Episodes", "REC", "", "an end without a reason", _Bed.simple),
    _cell("145", "Episodes", "CIN", "N9", "category of need is no code", _Bed.simple),
    _cell(
        "225",
        "Episodes",
        "REASON_PLACE_CHANGE",
        "",
        "a move without a reason",
        _rows("Episodes", "REASON_PLACE_CHANGE"),
    ),
    _cell(
        "1009",
        "Episodes",
        "REASON_PLACE_CHANGE",
        "MOVED",
        "reason for the move is no code",
        _rows("Episodes", "REASON_PLACE_CHANGE"),
    ),
    _lives_at_home,
    _cell("186", "OC2", "SDQ_SCORE", "", "no SDQ score and no reason", _rows("OC2", "SDQ_SCORE")),
    _cell(
        "186", "OC2", "SDQ_REASON", "", "no score, no reason", _rows("OC2", "SDQ_REASON", "SDQ4")
    ),
    _cell("180", "OC2", "SDQ_SCORE", "41", "SDQ score above 40", _rows("OC2", "SDQ_SCORE")),
    _cell("197a", "OC2", "SDQ_REASON", "SDQ2", "score and reason", _rows("OC2", "SDQ_SCORE")),
    _cell(
        "543", "OC2", "CONVICTED", "", "convictions not answered", _rows("OC2", "CONVICTED", "0")
    ),
    _other_birthday,
    _cell("131", "OC3", "IN_TOUCH", "MAYB", "in touch is no code", _rows("OC3", "IN_TOUCH", "YES")),
    _cell(
        "167",
        "Reviews",
        "REVIEW_CODE",
        "PN9",
        "review code is no code",
        _rows("Reviews", "REVIEW_CODE", "PN1", "PN6"),
    ),
    _back_before_gone,
    _cell("1006", "Missing", "MISSING", "X", "missing is no code", _rows("Missing", "MISSING")),
    _cell("175", "AD1", "NB_ADOPTR", "3", "number of adopters", _rows("AD1", "NB_ADOPTR", "1")),
)
_SINCE_2024 = (
    _cell("SW02STG1", "SWEpisodes", "SW_ID", "ZZ12345", "worker", _rows("SWEpisodes", "SW_ID")),
    _cell(
        "SW13STG1",
        "SWEpisodes",
        "SW_REASON",
        "LAZY",
        "reason for the change of worker is no code",
        _rows("SWEpisodes", "SW_REASON", "TSPROC"),
    ),
)


@cache
def _grown(la: str, year: int, share: float) -> _Bed:
    tables = {name: frame.copy() for name, frame in sound(la, year, share).items()}
    here = set(tables["Header"]["CHILD"])
    for other in (year - 1, year + 1):
        if other in years():
            here -= set(sound(la, other, share)["Header"]["CHILD"])
    bed = _Bed(la, year, tables, frozenset(here))
    for plant in (*_PLANTS, *(_SINCE_2024 if year >= 2024 else ())):
        plant(bed)
    return bed


def tables(la: str, year: int, share: float = 1.0) -> Mapping[str, Frame]:
    """The tables of a return as it is handed in, errors and all."""
    return _grown(la, year, share).tables


def planted(la: str, year: int, share: float = 1.0) -> Frame:
    """What the planted errors make the rules find: rule, table, row (from 0), child, note."""
    columns = ["rule", "table", "row", "child", "note"]
    return pd.DataFrame(_grown(la, year, share).found, columns=columns)
