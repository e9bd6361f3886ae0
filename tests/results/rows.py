"""Small results files and what is read from them, for the tests of this folder."""

from __future__ import annotations

import pytest

from cla import results
from cla.files import Upload
from cla.problems import Unusable

KS2_HEAD = (
    "ACADYR,PupilMatchingRef,UPN,SURNAME,FORENAMES,DOB,SEX,LAESTAB,URN,NATRES,LARES,"
    "SCHRES,READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,GPSOUTCOME,GPSSCORE,"
    "WRITTAOUTCOME,SCITAOUTCOME"
)
ANNA = (
    "2023/2024,1,B801200005001,Ash,Anna,03/02/2013,F,9911001,100001,1,1,1,AS,110,AS,"
    "112,AS,104,GDS,EXS"
)
BEN = (
    "2023/2024,2,H801200001001,Birch,Ben,09/10/2012,M,9911001,100001,1,1,1,NS,99,AS,100,B,,EXS,HNM"
)
CARA = "2023/2024,3,R674123101121,Cedar,Cara,30/06/2013,F,9911002,100002,1,1,1,A,A,L,,X,,WTS,A"
KS4_HEAD = (
    "KS4_ACADYR,KS4_UPN,KS4_SURNAME,KS4_FORENAMES,KS4_DOB,KS4_SEX,KS4_NATRES,"
    "KS4_LARES,KS4_SCHRES,KS4_ENDKS,KS4_SLOT1ENG,KS4_SLOT2MAT,KS4_EBACSCR,"
    "KS4_OPENSCR,KS4_ATT8"
)


def ks2(*rows: str, head: str = KS2_HEAD, name: str = "ks2_results.csv", end: str = "\n") -> Upload:
    return Upload(name, (end.join([head, *rows]) + end).encode())


def only(*args, **options) -> results.Results:
    (result,) = results.read(*args, **options)
    return result


def refusal(*args, **options) -> str:
    with pytest.raises(Unusable) as caught:
        results.read(*args, **options)
    return "\n".join(map(str, caught.value.problems))


def column(result: results.Results, name: str) -> list:
    values = result.frame[name].astype(object)
    return values.where(values.notna(), None).tolist()


def delimited(name: str, head: str, rows: tuple[str, ...], by: str = ",") -> Upload:
    """A file from headings and cells written with spaces between them; "-" is an empty cell."""
    lines = [[("" if cell == "-" else cell) for cell in line.split()] for line in (head, *rows)]
    return Upload(f"{name}.csv", ("\n".join(map(by.join, lines)) + "\n").encode())
