"""What readers without the child-level permission are shown says no more than the suppressed
tables: frames, charts with their hovers, alternative texts, sentences, files and their hidden
parts."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterable

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from cla import measures
from cla.reports import BY_NAME, Filters, Report, home
from cla.reports.disclosure import HIDDEN, SUPPRESSED
from cla.ui import publication, views
from cla.ui.downloads import csv_file
from cla.ui.spreadsheet import excel_file
from tests.disclosure.invented import YEARS, authority

SIZES = ((4, 34), (8, 140))
YEAR = YEARS[-1]
BENCHMARKS = ("ks2_benchmark", "progress_benchmark", "att8_benchmark", "ks4_benchmark")
ALL = "england_cla,region_cla,neighbours_cla,england_all,pooled,own_last"
ASKED = (
    *((name, "", ("headings", "england_cla", ALL)) for name in BENCHMARKS),
    *((name, ";years=3", ("gap", "england_all", ALL)) for name in BENCHMARKS),
    ("ks2_benchmark", "ks2_read_exp.sen", ("headings", "england_cla", ALL)),
    ("ks4_benchmark", "ks4_em94.sex", ("headings", "england_cla", ALL)),
    ("ks4_benchmark", "ks4_em94.placement", ("headings", "england_cla", ALL)),
    ("ks2_summary", "", ()),
    ("ks4_summary", "", ()),
    ("trends", "ks2", ("england_cla", "ks2_read_exp", "ks2_rwm_exp", "ks2_read_ass")),
    ("trends", "ks4", ("england_all", "ks4_em94", "ks4_em95", "ks4_att8")),
)
FROM_OURS = ("total", "value", "low", "high", "gap", "change")


def asked(seed: int, children: int, name: str, about: str, *, whole: bool = False) -> Report:
    arguments = (about,) if about else ()
    return BY_NAME[name](authority(seed, children), Filters(YEAR), *arguments, child_level=whole)


@pytest.mark.parametrize(("seed", "children"), SIZES)
@pytest.mark.parametrize(("name", "about", "look"), ASKED, ids=lambda one: str(one)[:40])
def test_a_hidden_figure_leaves_no_trace_in_its_row(
    seed: int, children: int, name: str, about: str, look: tuple[str, ...]
) -> None:
    report = asked(seed, children, name, about)
    for frame in (report.frames.get("measures"), report.frames.get("points")):
        if frame is None:
            continue
        gone = frame[frame["reason"].fillna("").str.startswith(SUPPRESSED)]
        derived = [one for one in frame if one.endswith(("_gap", "_chance"))]
        for column in {*FROM_OURS, *derived} & set(frame):
            assert gone[column].isna().all(), column
        for column in [one for one in frame if one.endswith("verdict")]:
            assert gone[column].fillna("").eq("").all(), column
        for column in {"method", "segment"} & set(frame):
            assert gone[column].isin(["", -1]).all(), column
        few = frame["n"].dropna()
        assert not few.between(1, 5).any()
        assert {"like", "like_parts"}.isdisjoint(report.frames)


def numbers(texts: Iterable[object]) -> set[float]:
    """Every number that stands in texts."""
    found: set[float] = set()
    for text in texts:
        plain = str(text).replace("−", "-").replace("\\", "")
        found |= {float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", plain)}
    return found


def said(table: pd.DataFrame) -> list[object]:
    return [*table.index, *table.columns, *table.to_numpy().ravel()]


def drawn(figure: go.Figure, axis: str) -> tuple[list[float], list[str]]:
    """The numbers along the axis of values, with the ends of error bars; and all texts."""
    values: list[float] = []
    texts: list[str] = []
    for trace in figure.data:
        given = getattr(trace, axis)
        along = [np.nan if one is None else float(one) for one in ([] if given is None else given)]
        values += along
        bars = getattr(trace, f"error_{axis}", None)
        if bars is not None and bars.array is not None:
            less = bars.arrayminus if bars.arrayminus is not None else bars.array
            values += list(np.array(along) + np.array(bars.array, dtype="float64"))
            values += list(np.array(along) - np.array(less, dtype="float64"))
        for part in (trace.customdata, trace.text, trace.hovertext):
            several = isinstance(part, list | tuple | np.ndarray)
            texts += [str(one) for one in np.ravel(part)] if several else [str(part or "")]
    texts += [str(one.text) for one in figure.layout.annotations]
    return [abs(one) for one in values if not np.isnan(one)], texts


def check(figure: go.Figure | None, axis: str, alt: str, known: set[float], what: str) -> None:
    """Nothing is drawn or told that is not known; what is drawn may be rounded differently."""
    if figure is not None:
        values, texts = drawn(figure, axis)
        for value in values:
            assert any(abs(value - abs(one)) < 0.051 for one in known), (what, value)
        assert numbers(texts) <= known, (what, numbers(texts) - known)
    assert numbers([alt]) <= known, (what, numbers([alt]) - known)


@pytest.mark.parametrize(("seed", "children"), SIZES)
@pytest.mark.parametrize(("name", "about", "look"), ASKED, ids=lambda one: str(one)[:40])
def test_charts_hovers_alternatives_and_sentences_say_what_the_table_says(
    seed: int, children: int, name: str, about: str, look: tuple[str, ...]
) -> None:
    report = asked(seed, children, name, about)
    if report.empty:
        return
    shown = views.present(name, report, "Mockingham", look)
    always = {95.0, 0.0, 100.0, 12.0, 31.0, *numbers([report.title, report.caption])}
    if name == "trends":
        for one in shown.indicators:
            of_measure = [*said(one.table), one.title, *one.gaps, *one.changes]
            check(one.figure, "y", one.alt, numbers(of_measure) | always, one.title)
        return
    if name.endswith("_summary"):
        bars = report.frames["bars"]
        left = {round(100 - float(bar["percent"].sum()), 9) for _, bar in bars.groupby("subject")}
        for blocks in shown.blocks.values():
            for block in blocks:
                of_block = [*said(block.table), block.title, block.key]
                known = numbers(of_block) | always | left
                rounded = {round(one, 1) for one in left} | {round(one) for one in left}
                check(block.figure, "x", block.alt, known | rounded, block.title)
        return
    spoken = [*said(shown.export), *(said(group.table) for group in shown.groups)]
    everywhere = numbers(np.ravel(np.array(spoken, dtype=object)).tolist()) | always
    for group in shown.groups:
        of_group = numbers([*said(group.table), group.title, *said(shown.export)]) | always
        for chart in group.charts:
            check(chart.figure, "x", chart.alt, of_group | everywhere, group.title)
    assert numbers(shown.sentences) <= everywhere | always
    hidden = [row for row in said(shown.export) if str(row).startswith(SUPPRESSED)]
    for sentence in shown.sentences:
        assert not hidden or SUPPRESSED not in sentence


def test_a_working_copy_would_be_noticed() -> None:
    """The test of the test: what people with the permission see is not what is published."""
    seen = asked(4, 34, "ks2_benchmark", "")
    whole = asked(4, 34, "ks2_benchmark", "", whole=True)
    look = ("headings", "england_cla", ALL)
    theirs, ours = (views.present("ks2_benchmark", one, "M", look) for one in (seen, whole))
    known = numbers(said(theirs.export)) | {95.0, 0.0, 100.0, 12.0, 31.0}
    assert not numbers(ours.sentences) <= known
    with pytest.raises(AssertionError):
        for group in ours.groups:
            for chart in group.charts:
                check(chart.figure, "x", chart.alt, known, group.title)


@pytest.mark.parametrize(("name", "about", "look"), ASKED, ids=lambda one: str(one)[:40])
def test_files_hold_the_table_and_nothing_beside_it(
    name: str, about: str, look: tuple[str, ...]
) -> None:
    report = asked(4, 34, name, about)
    if report.empty:
        return
    table = publication.in_symbols(views.present(name, report, "Mockingham", look).export)
    rows = list(csv.reader(io.StringIO(csv_file(table, ["A title"]).decode("utf-8-sig"))))
    assert len(rows) == len(table) + 3
    known = numbers(said(table))
    assert numbers(np.ravel(np.array(rows[3:], dtype=object)).tolist()) <= known
    content = excel_file(table, ["A title"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        parts = {one: archive.read(one).decode() for one in names if one.endswith(".xml")}
    sheets = [one for one in names if one.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 1
    assert not any("hidden" in part for part in parts.values())
    assert not any(word in one for one in names for word in ("comment", "custom", "external"))
    names_of_cells = re.findall(r'<definedName name="([^"]+)"', parts["xl/workbook.xml"])
    assert set(names_of_cells) <= {"_xlnm.Print_Titles"}
    written = re.findall(r"<v>([^<]+)</v>", re.sub(r't="s"><v>\d+</v>', "", parts[sheets[0]]))
    assert {abs(float(one)) for one in written} <= known
    if HIDDEN in set(said(table)):
        assert f">{HIDDEN}<" in parts["xl/sharedStrings.xml"]


@pytest.mark.parametrize(("seed", "children"), [*SIZES, (2, 12)])
def test_home_shows_no_small_number_and_none_that_follows(seed: int, children: int) -> None:
    model = authority(seed, children)
    seen, whole = (home(model, Filters(YEAR), child_level=one) for one in (False, True))
    for name, frame in seen.frames.items():
        if "count" not in frame:
            continue
        true = whole.frames[name]["count"]
        known = frame["count"].dropna()
        assert not known.between(1, 5).any(), name
        if {"value", "percent"} <= set(frame):  # parts of the cohort, whose size may be known
            assert frame["count"].isna().sum() != 1, name
            assert frame["percent"].isna().eq(frame["count"].isna()).all()
            assert (known == true.loc[known.index]).all()
    sizes = seen.frames["sizes"]
    for column in ("count", "previous"):
        known = sorted(sizes[column].dropna())
        assert not any(0 < later - one <= 5 for one, later in itertools.pairwise(known))
    assert sizes.loc[sizes["count"].isna() | sizes["previous"].isna(), "change"].isna().all()
    for sentence in seen.frames["attention"]["sentence"]:
        assert not re.match(r"[1-5] ", sentence)


def test_every_hidden_figure_has_the_same_reason() -> None:
    """Else the reason would tell which of the hidden figures are the small ones."""
    found: set[str] = set()
    for name, about, _ in ASKED:
        report = asked(4, 34, name, about)
        for frame in report.frames.values():
            if "reason" in frame:
                reasons = frame["reason"].fillna("")
                found |= set(reasons[reasons.str.startswith(SUPPRESSED)])
    assert found == {measures.REASON}
