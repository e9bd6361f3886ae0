"""The code book: each measure once, from data/reference/attainment/measures.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

from cla import reference

Statistic = Literal["proportion", "mean", "progress"]


@dataclass(frozen=True)
class Measure:
    """One measure: what is counted or averaged, over whom, and how it is shown.

    ``numerator`` and ``denominator`` are columns of the results frame; ``unit`` is "percent" (0 to
    100) or "score"; ``places`` are the decimals DfE publishes; ``minimum`` and ``maximum`` bound
    intervals. ``until`` is the last academic year of a measure that another replaced, else "";
    ``published_as`` is its id among the published figures.
    """

    id: str
    stage: str
    family: str
    label: str
    short: str
    unit: str
    statistic: Statistic
    numerator: str
    denominator: str
    places: int
    minimum: float
    maximum: float
    polarity: str
    source: str
    until: str = ""
    published_as: str = ""


def _read() -> Mapping[str, Measure]:
    records = reference.table("attainment", "measures.csv").to_dict("records")
    return MappingProxyType({str(record["id"]): _measure(record) for record in records})


def _measure(record: Mapping[object, str]) -> Measure:
    text = {str(name): value for name, value in record.items()}
    return Measure(
        id=text["id"],
        stage=text["stage"],
        family=text["family"],
        label=text["label"],
        short=text["short"],
        unit=text["unit"],
        statistic=cast(Statistic, text["statistic"]),
        numerator=text["numerator"],
        denominator=text["denominator"],
        places=int(text["places"]),
        minimum=float(text["minimum"] or "-inf"),
        maximum=float(text["maximum"] or "inf"),
        polarity=text["polarity"],
        source=text["source"],
        until=text["until"],
        published_as=text["published_as"] or text["id"],
    )


book: Mapping[str, Measure] = _read()
