"""Files that are no data set, are damaged, or contradict themselves: a sentence, never a guess."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cla import benchmarks
from cla.files import Upload
from cla.problems import Unusable
from tests.benchmarks import ees_made as made
from tests.benchmarks.test_ees import figure, read

PLAIN = made.ks4().content.decode()


def changed(old: str, new: str, name: str = "ks4.csv", count: int = 1) -> Upload:
    assert old in PLAIN
    return Upload(name, PLAIN.replace(old, new, count).encode())


def refused(*uploads: Upload) -> str:
    with pytest.raises(Unusable) as refusal:
        benchmarks.read_ees(list(uploads))
    assert len(refusal.value.problems) <= 21
    return str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\r\n", "\n").encode(),
        f"\r\n\r\n{PLAIN}{',' * PLAIN.split()[0].count(',')}\r\n".encode(),
        PLAIN.replace("Barnsley", '"Barnsley"').encode(),
    ],
    ids=["BOM", "UTF-16", "semicolons", "tabs", "unix", "blank rows", "quotes"],
)
def test_the_way_a_file_is_saved_does_not_matter(content):
    saved = read(Upload("ks4_la.csv", content)).frame
    assert saved.equals(read(made.ks4()).frame)


def test_a_download_is_read_from_its_folders_and_its_guidance_names_the_release():
    guidance = (
        b"Outcomes for children in need\r\nReporting year 2027\r\n\r\nAbout this data ...\r\n"
    )
    download = made.zipped(
        {
            "data/ks4_la.csv": made.ks4().content,
            "data/ks2_national.csv": made.ks2_long().content,
            "data-guidance/data-guidance.txt": guidance,
        }
    )
    found = {each.dataset: each for each in benchmarks.read_ees(download)}
    assert set(found) == {"ks4_la", "ks2_nat"}
    assert found["ks4_la"].release == "Reporting year 2027, Revised"
    assert "data-guidance.txt" in " ".join(found["ks4_la"].notices)
    assert "download.zip" in found["ks4_la"].frame["source"].iloc[0]


def test_only_guidance_is_not_data():
    said = refused(
        Upload("data-guidance.txt", b"Outcomes for children in need\nReporting year 2025\n")
    )
    assert said.startswith("data-guidance.txt: there is only guidance about the data")


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (Upload("empty.csv", b""), "empty"),
        (Upload("headings.csv", PLAIN.split("\r\n")[0].encode()), "headings and no rows"),
        (made.zipped({"a.zip": made.zipped({"b.csv": PLAIN.encode()}).content}), "itself a ZIP"),
        (Upload("x.csv", b"time_period\x00,b\n1,2\n"), "NUL"),
        (changed("version,", "version,version,"), "same heading more than once"),
        (changed("t_pupils,", "t_pupils,T_PUPILS,"), "same heading more than once"),
        (Upload("school.pdf", b"%PDF-1.7"), "is a PDF"),
        (Upload("notes.csv", b"A,B\n1,2\n"), "no column time_period or time_identifier"),
        (Upload("pupils.csv", b"UPN,CHILD\n1,2\n"), "records of pupils"),
        (Upload("lait.csv", b"Short Desc,Data item,Years\na,b,2025\n"), "Interactive Tool"),
    ],
    ids=lambda value: value.name if isinstance(value, Upload) else value,
)
def test_what_is_no_data_set_is_refused_in_a_sentence(file, says):
    assert says in refused(file)


def test_one_comma_too_many_is_named_by_its_line():
    lines = PLAIN.splitlines()
    lines[2] += ","
    said = refused(Upload("a.csv", "\n".join(lines).encode()))
    assert "a.csv, line 3: has 29 fields where the heading has 28" in said


@pytest.mark.parametrize("column", range(10))
def test_a_row_shifted_by_one_is_never_read(column):
    """A value lost at the front and one gained at the end: as wide as the heading, and wrong."""
    lines = PLAIN.splitlines()
    cells = lines[3].split(",")
    del cells[column]
    lines[3] = ",".join([*cells, "0"])
    said = refused(Upload("a.csv", "\n".join(lines).encode()))
    assert "line 4" in said and "a.csv" in said


def test_figures_shifted_by_one_column_are_never_read():
    header = [*made.PLACES, "social_care_group", "t_pupils", "t_l2basics_94", "pt_l2basics_94"]
    rows = [
        made.line(made.YEAR, made.BARNSLEY, old_la_code=code, new_la_code="")
        | {"social_care_group": made.CLA, "t_pupils": "40", "t_l2basics_94": "8"}
        | {"pt_l2basics_94": "40"}
        for code in (301, 302, 303, 304, 305)
    ]
    said = refused(made.upload(header, rows))
    assert "column pt_l2basics_94: does not agree with the counts beside it" in said


@pytest.mark.parametrize(
    ("old", "new", "column", "says"),
    [
        ("20.0,5,10.0", "20.0,5,110.0", "pt_l2basics_95", "not between 0 and 100"),
        ("20.0,5,10.0", "20.0,5,-1", "pt_l2basics_95", "not between 0 and 100"),
        ("20.0,5,10.0", "20.0,5,many", "pt_l2basics_95", "neither a number nor one of DfE's"),
        ("20.0,5,10.0", "20.0,5,10%", "pt_l2basics_95", "neither a number nor one of DfE's"),
        ("-1.39,-0.61", "-0.61,-1.39", "avg_p8score", "lower end above its upper end"),
        ("202526,", "202527,", "time_period", "holds no period"),
        ("202526,", "2025,", "time_period", "holds no period"),
        ("National", "E92000001", "geographic_level", "holds no level"),
        ("E92000001", "W92000004", "country_code", "not the code of England"),
        ("370,", "37,", "old_la_code", "no three-digit code"),
        ("370,", "301,", "old_la_code", "those of different authorities"),
    ],
)
def test_what_cannot_be_right_is_named_by_line_and_column(old, new, column, says):
    said = refused(changed(old, new))
    assert f"column {column}: " in said and says in said and "ks4.csv, line " in said


def test_the_same_figure_twice_with_different_values_is_refused_with_both_lines():
    lines = PLAIN.splitlines()
    lines.append(lines[1].replace("20.0,5,10.0", "20.0,6,12.0"))
    said = refused(Upload("a.csv", "\n".join(lines).encode()))
    assert "a.csv, line 2, column pt_l2basics_95" in said and "as line 5" in said


def test_the_same_figure_twice_alike_is_told_and_read_once():
    lines = PLAIN.splitlines()
    found = read(Upload("a.csv", "\n".join([*lines, lines[1]]).encode()))
    assert len(found.frame) == 18
    assert "6 figures said twice alike" in found.notices[0]


def test_two_files_that_contradict_each_other_are_refused_with_both_names():
    said = refused(made.ks4("one.csv"), made.ks4("two.csv", avg_att8="21"))
    assert "one.csv, line 2" in said and "line 2 of two.csv" in said


def test_two_files_of_one_data_set_become_one():
    first = changed("Barnsley", "Barnsley", "one.csv")
    second = Upload(
        "two.csv", PLAIN.replace("370", "301").replace("E08000016", "E09000002").encode()
    )
    (found,) = benchmarks.read_ees([first, second])
    assert set(found.frame["area"]) == {"England", "North East", "370", "301"}
    assert found.files == ("one.csv", "two.csv")


def test_of_two_versions_of_a_figure_the_later_one_is_read():
    lines = PLAIN.splitlines()
    lines.append(lines[1].replace("Revised", "Final").replace("1000,20.0", "1050,21.0"))
    found = read(Upload("a.csv", "\n".join(lines).encode()))
    row = figure(found.frame, "ks4_att8")
    assert row["value"] == 21 and row["release"].endswith("Final")
    assert "6 figures of an earlier version" in found.notices[0]


def test_unknown_columns_are_named_and_not_read():
    lines = PLAIN.splitlines()
    lines = [lines[0] + ",new_figure,remark", *(line + ",7,none" for line in lines[1:])]
    found = read(Upload("a.csv", "\n".join(lines).encode()))
    assert found.unknown_columns == ("new_figure", "remark") and len(found.frame) == 18
    assert "“new_figure”, “remark”" in found.notices[-1]


def test_an_unknown_column_that_splits_the_figures_is_read_at_its_total_or_refused():
    lines = PLAIN.splitlines()
    split = [lines[0] + ",age_group"]
    split += [line + f",{age}" for line in lines[1:] for age in ("Total", "15", "16")]
    found = read(Upload("a.csv", "\n".join(split).encode()))
    assert len(found.frame) == 18 and "its total is read" in found.notices[0]
    parts = [lines[0] + ",age_group"]
    parts += [
        line.replace("20.0", value) + f",{value}" for line in lines[1:] for value in ("20.0", "24")
    ]
    said = refused(Upload("a.csv", "\n".join(parts).encode()))
    assert "another figure for the same children" in said and "age_group" in said


def test_files_about_schools_and_other_themes_say_so():
    places = [*made.PLACES, "school_urn", "school_name"]
    row = made.line(made.YEAR, made.ENGLAND, avg_att8="40")
    assert "single schools" in refused(
        made.upload([*places, "enrolments"], [row | {"geographic_level": "School"}])
    )
    said = refused(made.upload([*made.PLACES, "workforce_fte"], [row | {"workforce_fte": "9"}]))
    assert "is not read here" in said and "workforce_fte" in said
    header = "location,location_code,geographic_level,time_period,pt_all"
    table = Upload("table.csv", f"{header}\nEngland,E92000001,National,202526,5\n".encode())
    assert "is a table made on the website" in refused(table)


def test_a_zip_of_a_whole_publication_may_hold_data_sets_that_are_not_read():
    places = [*made.PLACES, "school_urn", "enrolments"]
    school = made.line(made.YEAR, made.ENGLAND, geographic_level="School", school_urn="1")
    other = made.upload(places, [school]).content
    download = made.zipped({"data/ks4_la.csv": PLAIN.encode(), "data/schools.csv": other})
    (found,) = benchmarks.read_ees(download)
    assert len(found.frame) == 18
    assert "data/schools.csv (in download.zip): is about single schools" in found.notices[-1]
    shown = {one.label: one.aside for one in benchmarks.survey_ees(download)}
    assert shown["data/schools.csv (in download.zip)"] == "is a data set that is not read here."
    assert "single schools" in refused(made.zipped({"data/schools.csv": other}))
    damaged = made.zipped({"data/ks4_la.csv": PLAIN.encode(), "data/b.csv": b"A,B\n1,2\n"})
    assert "b.csv (in download.zip)" in refused(damaged)


def test_only_other_levels_or_terms_leave_nothing_to_read():
    text = PLAIN.replace("National", "Local authority district").replace("Regional", "Ward")
    text = text.replace("Local authority,", "Parliamentary constituency,")
    said = refused(Upload("a.csv", text.encode()))
    assert "holds no figure that is read" in said and "other levels left out" in said


def test_a_huge_cell_is_refused_by_its_line():
    said = refused(changed("Barnsley", '"' + "x" * 140_000 + '"'))
    assert "line 4" in said and "longer than 131,072 characters" in said


def test_a_long_name_is_no_group_of_children():
    said = refused(Upload("a.csv", PLAIN.replace(made.CLA, "x" * 300).encode()))
    assert "column social_care_group" in said and "x" * 90 not in said


def test_formulas_and_markup_in_names_stay_words():
    text = PLAIN.replace(made.CLA, "=cmd|'/c calc'!A0 <script>")
    found = read(Upload("a.csv", text.encode()))
    assert set(found.frame["group"]) == {"=cmd|'/c calc'!A0 <script>"}


def test_unknown_authorities_are_left_out_with_a_notice():
    text = PLAIN.replace("370,Barnsley,E08000016", "z,Unknown,z")
    found = read(Upload("a.csv", text.encode()))
    assert set(found.frame["level"]) == {"national", "regional"}
    assert "unknown areas left out" in found.notices[0]


def test_every_file_is_surveyed_by_itself():
    files = made.zipped({"data/a.csv": PLAIN.encode(), "data/b.csv": b"A,B\n1,2\n"})
    first, second = benchmarks.survey_ees(files)
    assert first.found is not None and first.found.dataset == "ks4_la"
    assert second.found is None and "no column" in str(second.problems[0])
    (only,) = benchmarks.survey_ees(Upload("a.zip", b"PK\x03\x04 damaged"))
    assert "damaged" in str(only.problems[0])


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    at=st.integers(0, len(PLAIN) - 1),
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=0, max_size=4),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(at, text):
    damaged = PLAIN[:at] + text + PLAIN[at + len(text) + 1 :]
    try:
        (found,) = benchmarks.read_ees(Upload("a.csv", damaged.encode()))
    except Unusable as refusal:
        assert refusal.problems
        return
    percent = found.frame[found.frame["measure"].isin(["ks4_em94", "ks4_em95"])]["value"].dropna()
    assert percent.between(0, 100).all()
    assert ((found.frame["symbol"] == "") == found.frame["value"].notna()).all()
