"""Reading a return: what is accepted, how it is recognised, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import ssda903
from cla.ssda903 import Return, Unusable, Upload, layout, read
from tests.ssda903 import sample


def same_tables(one: Return, other: Return) -> None:
    assert list(one.tables) == list(other.tables)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name])
        assert one.lines[name].tolist() == other.lines[name].tolist()


def refused(*args: object, **options: object) -> list[str]:
    with pytest.raises(Unusable) as caught:
        read(*args, **options)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("year", range(layout.FIRST_YEAR, layout.LAST_YEAR + 1))
def test_every_table_of_every_year_is_read_as_sent(year: int) -> None:
    rows = sample.tables(year)
    ret = read(sample.uploads(year), year, "X06000991")
    assert list(ret.tables) == list(layout.layout(year).tables)
    assert ret.notices == ()
    assert (ret.year, ret.la, ret.source, ret.fold_case) == (year, "X06000991", "csv", True)
    for name, own in rows.items():
        sent = [[value or None for value in row.values()] for row in own]
        assert list(ret.tables[name].columns) == list(own[0])
        got = ret.tables[name].astype(object).where(ret.tables[name].notna(), None)
        assert got.to_numpy().tolist() == sent
        assert ret.lines[name].tolist() == list(range(2, len(own) + 2))
        assert ret.typed(name)["CHILD"].notna().all()


def test_text_stays_text_and_what_does_not_parse_stays_visible() -> None:
    rows = sample.tables()
    rows["Header"][0] |= {"CHILD": "007", "UPN": "NA", "ETHNIC": " wbri ", "DOB": "31/02/2015"}
    rows["Header"][1] |= {"UPN": "None", "SEX": "null", "DOB": "2015-04-01"}
    ret = read(sample.uploads(rows=rows), 2026)
    header = ret.tables["Header"]
    assert header["CHILD"][0] == "007"
    assert header["UPN"].tolist()[:2] == ["NA", "None"]
    assert header["SEX"][1] == "null"
    assert header["ETHNIC"][0] == "wbri"
    assert ret.header["ETHNIC"][0] == "WBRI"
    assert header["DOB"].tolist()[:2] == ["31/02/2015", "2015-04-01"]
    assert ret.header["DOB"].isna().tolist()[:2] == [True, True]
    assert header["MOTHER"].isna().all()


def test_the_five_that_nexus_takes_are_enough() -> None:
    ret = read(sample.uploads(2025, sample.NCER_FIVE), 2025)
    assert set(ret.tables) == set(sample.NCER_FIVE)
    assert not ret.has("Reviews")
    assert ret.notices == ()


def test_files_and_a_zip_of_them_and_paths_on_disk_read_alike(tmp_path: Path) -> None:
    files = sample.uploads()
    for file in files:
        (tmp_path / file.name).write_bytes(file.content)
    one = read(files, 2026)
    same_tables(one, read(sample.zipped(files), 2026))
    same_tables(one, read(sorted(tmp_path.iterdir()), 2026))
    same_tables(one, read([str(tmp_path / file.name) for file in files], 2026))
    same_tables(one, read([sample.zipped(files[:3]), *files[3:]], 2026))


@settings(max_examples=12, deadline=None)
@given(st.permutations(sample.uploads(names=sample.NCER_FIVE)), st.randoms())
def test_the_order_and_the_names_of_files_change_nothing(files: list[Upload], dice) -> None:
    shuffled = [Upload(f"{dice.random()}.txt", file.content) for file in files]
    same_tables(read(sample.uploads(names=sample.NCER_FIVE), 2026), read(shuffled, 2026))


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_the_order_of_columns_and_the_spelling_of_headings_change_nothing(data) -> None:
    rows = sample.tables()["Episodes"]
    names = data.draw(st.permutations(list(rows[0])))
    spelt = {
        name: data.draw(
            st.sampled_from([name, name.lower(), f" {name.title()} ", name.replace("_", " ")])
        )
        for name in names
    }
    content = sample.as_csv([{spelt[name]: row[name] for name in names} for row in rows])
    plain = read(sample.uploads(names=["Episodes"]), 2026)
    same_tables(plain, read([Upload("Episodes.CSV", content.encode())], 2026))


def test_other_names_of_columns_are_known() -> None:
    rows = sample.tables()
    other = {"CHILD": "ChildID", "SEX": "Gender", "PLACE": "PL", "NB_ADOPTR": "NB_ADOPTER"}
    renamed = {
        name: [{other.get(column, column): cell for column, cell in row.items()} for row in own]
        for name, own in rows.items()
    }
    same_tables(read(sample.uploads(), 2026), read(sample.uploads(rows=renamed), 2026))


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
        ).encode(),
    ],
)
def test_encodings_line_ends_delimiters_and_quotes(encoded) -> None:
    text = sample.as_csv(sample.tables()["Episodes"])
    plain = read([Upload("episodes.csv", text.encode())], 2026)
    same_tables(plain, read([Upload("episodes.csv", encoded(text))], 2026))


def test_windows_1252_is_read_and_said() -> None:
    rows = sample.tables()
    rows["PrevPerm"][0]["LA_PERM"] = "Orléans"
    content = sample.as_csv(rows["PrevPerm"]).encode("cp1252")
    ret = read([Upload("pp.csv", content), *sample.uploads(names=["Episodes"])], 2026)
    assert ret.tables["PrevPerm"]["LA_PERM"][0] == "Orléans"
    assert [notice for notice in ret.notices if "Windows-1252" in notice]


def test_line_numbers_are_those_of_the_file() -> None:
    rows = sample.as_csv(sample.tables()["Reviews"]).splitlines()
    rows[1] = rows[1].replace("PN1", '"PN\n1"')
    rows.insert(3, "")
    rows.insert(5, ",,,")
    ret = read([Upload("reviews.csv", "\n".join(rows).encode())], 2026)
    assert ret.lines["Reviews"].tolist()[:4] == [2, 4, 6, 8]
    assert ret.notices == ("reviews.csv, line 7: the row holds no value and was left out.",)


def test_a_table_the_year_does_not_collect_is_set_aside_with_a_notice() -> None:
    files = [*sample.uploads(2018), *sample.uploads(2027, ["DoLo", "SWEpisodes"])]
    ret = read(files, 2018)
    assert not ret.has("DoLo")
    assert not ret.has("SWEpisodes")
    assert ret.notices == (
        "swepisodes.csv: the table SWEpisodes (Social worker episodes) is not collected in 2017-18 "
        "and was set aside with its 6 rows.",
        "dolo.csv: the table DoLo (Deprivation of liberty orders) is not collected in 2017-18 "
        "and was set aside with its 6 rows.",
    )


def test_only_tables_of_other_years_are_refused() -> None:
    (sentence,) = refused(sample.uploads(2027, ["DoLo"]), 2026)
    assert "dolo.csv" in sentence
    assert "No table of that year is left" in sentence


def test_columns_that_are_not_collected_or_not_known_are_set_aside_and_named() -> None:
    rows = sample.tables(2015)
    rows["Episodes"] = [{**row, "URN": "SC1", "WARD": "x", "0123": "y"} for row in rows["Episodes"]]
    ret = read(sample.uploads(rows=rows), 2015)
    assert "URN" not in ret.tables["Episodes"]
    assert "WARD" not in ret.tables["Episodes"]
    unknown, early = ret.notices
    assert "the columns WARD and number 14 are not part of the table Episodes" in unknown
    assert "URN" in early
    assert "not collected in 2014-15" in early


def test_derived_columns_that_were_given_are_kept() -> None:
    rows = sample.tables()
    rows["Header"] = [{**row, "UASC": "1"} for row in rows["Header"]]
    rows["Episodes"] = [{**row, "PL_DISTANCE": "1.5"} for row in rows["Episodes"]]
    ret = read(sample.uploads(rows=rows), 2026)
    assert ret.notices == ()
    assert set(ret.header["UASC"]) == {"1"}
    assert set(ret.episodes["PL_DISTANCE"]) == {1.5}


def test_placement_change_reasons_may_be_absent_until_they_are_expected() -> None:
    rows = sample.tables(2016)
    assert "REASON_PLACE_CHANGE" not in rows["Episodes"][0]
    assert read(sample.uploads(rows=rows), 2016).episodes["REASON_PLACE_CHANGE"].isna().all()
    given = [{**row, "REASON_PLACE_CHANGE": "CARPL"} for row in rows["Episodes"]]
    early = read(sample.uploads(2016, rows={**rows, "Episodes": given}), 2016)
    assert set(early.episodes["REASON_PLACE_CHANGE"]) == {"CARPL"}


# --- the year


def test_the_year_is_asked_for_and_the_likely_one_named() -> None:
    (sentence,) = refused(sample.uploads(2023))
    assert "no collection year was given" in sentence
    assert "2022-23, which is year 2023" in sentence
    assert ssda903.likely_year(sample.uploads(2023)) == 2023
    assert ssda903.likely_year(read(sample.uploads(2019), 2019).tables) == 2019
    assert ssda903.likely_year(sample.uploads(2019, ["Header"])) is None
    assert ssda903.likely_year([Upload("x.csv", b"nonsense")]) is None
    assert ssda903.likely_year({"Episodes": pd.DataFrame({"DECOM": ["01/04/1999"]})}) is None


@pytest.mark.parametrize(
    ("day", "year"), [("31/03/2020", 2020), ("01/04/2020", 2021), ("01/01/2021", 2021)]
)
def test_the_year_runs_from_april_to_march(day: str, year: int) -> None:
    frame = pd.DataFrame({"CHILD": ["1"], "DECOM": [day]})
    assert ssda903.likely_year({"Episodes": frame}) == year


def test_a_return_without_a_date_in_the_year_is_refused_until_confirmed() -> None:
    files = sample.uploads(2019)
    (sentence,) = refused(files, 2026)
    assert "no date lies in the collection year 2025-26 (1 April 2025 to 31 March 2026)" in sentence
    assert "they run from 1 May 2017 to 15 February 2019" in sentence
    assert "Is it the return of 2018-19?" in sentence
    confirmed = read(sample.uploads(2019), 2020, any_year=True)
    assert confirmed.year == 2020
    assert "no date lies in the collection year 2019-20" in confirmed.notices[0]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-01-05", "year-month-day"),
        ("46027", "Excel's day numbers"),
        ("05/01/26", "two-digit years"),
        ("05/01/2026 00:00", "time of day"),
        ("01/25/2026", "month before the day"),
        ("soon", "dd/mm/yyyy;"),
    ],
)
def test_dates_in_another_form_are_refused_with_a_hint(written: str, words: str) -> None:
    rows = [{**row, "REVIEW": written} for row in sample.tables()["Reviews"]]
    files = sample.uploads(rows={"Reviews": rows})
    (sentence,) = refused(files, 2026)
    assert words in sentence
    assert "dd/mm/yyyy" in sentence
    assert read(files, 2026, any_year=True).tables["Reviews"]["REVIEW"][0] == written


def test_few_dates_in_the_year_or_more_in_another_are_noticed() -> None:
    rows = sample.tables(2020)
    rows["Reviews"][0]["REVIEW"] = "01/09/2020"
    ret = read(sample.uploads(2020, rows=rows), 2021)
    assert "only 1 of" in ret.notices[0]
    assert "Most point to 2019-20" in ret.notices[0]


def test_tables_without_dates_of_events_are_read_with_a_notice() -> None:
    ret = read(sample.uploads(names=["Header", "OC2"]), 2026)
    assert "nothing shows that the return is that of 2025-26" in ret.notices[0]


@pytest.mark.parametrize("year", [2013, 2028, 0, -5, 99999])
def test_years_without_a_layout_are_refused(year: int) -> None:
    (sentence,) = refused(sample.uploads(), year)
    assert "choose a year from 2014 to 2027" in sentence


# --- the previous year and the providers


def test_the_previous_year_is_read_beside_the_year() -> None:
    ret = read(
        sample.uploads(2026),
        2026,
        "X06000991",
        previous=[*sample.uploads(2025), *sample.uploads(2027, ["DoLo"])],
    )
    assert ret.previous is not None
    assert (ret.previous.year, ret.previous.la) == (2025, "X06000991")
    assert ret.previous.episodes["CHILD"].dtype == ret.episodes["CHILD"].dtype
    assert ret.notices[0].startswith("Previous year: dolo.csv")
    again = read(sample.uploads(2026), 2026, previous=read(sample.uploads(2025), 2025))
    assert again.previous is not None


def test_problems_of_the_previous_year_are_told_with_those_of_the_year() -> None:
    problems = refused(
        [*sample.uploads(2026), Upload("odd.csv", b"A,B\n1,2\n")],
        2026,
        previous=[Upload("old.csv", b"")],
        providers=Upload("list.csv", b"NAME,CODE\nx,y\n"),
    )
    assert len(problems) == 3
    assert problems[0].startswith("odd.csv")
    assert problems[1].startswith("old.csv (previous year)")
    assert problems[2].startswith("list.csv: is no list of providers")


def test_a_previous_return_of_another_year_is_refused() -> None:
    earlier = read(sample.uploads(2023), 2023)
    (sentence,) = refused(sample.uploads(2026), 2026, previous=earlier)
    assert "2022-23" in sentence
    assert "2024-25" in sentence


def test_providers_come_as_a_frame_or_a_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"URN": ["SC000001"]})
    assert read(sample.uploads(), 2026, providers=frame).providers is frame
    path = tmp_path / "providers.csv"
    path.write_text('urn,Place_Codes\n0012345,"K2,H5"\n')
    read_list = read(sample.uploads(), 2026, providers=path).providers
    assert read_list is not None
    assert read_list.to_dict("list") == {"URN": ["0012345"], "PLACE_CODES": ["K2,H5"]}


# --- what a person sees before importing


def test_a_survey_names_every_file_its_rows_and_what_is_missing() -> None:
    files = [*sample.uploads(2025, sample.NCER_FIVE), Upload("note.csv", b"Dear,All\nhello,you\n")]
    found = ssda903.survey(files, 2025)
    by_file = {file.file: file for file in found.files}
    assert by_file["episodes.csv"].table == "Episodes"
    assert by_file["episodes.csv"].rows == 6
    assert by_file["episodes.csv"].usable
    assert by_file["note.csv"].table is None
    assert not by_file["note.csv"].usable
    assert "no table of the return" in str(by_file["note.csv"].problems[0])
    assert found.likely_year == 2025
    assert not found.usable
    assert [item.table for item in found.missing] == [
        "Reviews", "OC3", "PlacedAdoption", "PrevPerm", "Missing", "SWEpisodes",
    ]  # fmt: skip
    assert all(item.title and item.needed_for for item in found.missing)


def test_a_survey_marks_what_is_set_aside_and_sees_xml_as_one_file() -> None:
    early = ssda903.survey(sample.uploads(2027), 2018)
    assert [file.file for file in early.files if file.set_aside] == ["swepisodes.csv", "dolo.csv"]
    assert early.usable
    whole = ssda903.survey([Upload("r.xml", sample.as_xml(sample.tables(2021)).encode())])
    assert whole.files[0].table is not None
    assert whole.files[0].table.startswith("XML return (Header, Episodes, UASC")
    assert whole.files[0].rows == sum(map(len, sample.tables(2021).values()))
    assert [item.table for item in whole.missing] == ["SWEpisodes", "DoLo"]
    twice = ssda903.survey([*sample.uploads(2021), *sample.uploads(2021, ["OC2"])])
    assert "each hold the table OC2" in str(twice.problems[0])
    assert not twice.usable


def test_needs_are_written_for_every_table() -> None:
    from cla.ssda903.survey import NEEDED_FOR

    needs: Mapping[str, str] = NEEDED_FOR
    assert set(needs) == set(layout.TABLES)


def test_the_surface_other_programs_rely_on_is_there() -> None:
    for name in ssda903.__all__:
        assert getattr(ssda903, name) is not None
    assert ssda903.rulebook(2026)
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        _ = ssda903.guess
