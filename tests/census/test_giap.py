"""DfE's census downloads: every column's meaning, three terms as one year, and what goes wrong."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest

from cla import census
from cla.files import Upload
from cla.problems import Unusable
from tests.census import giap
from tests.census.giap import ANNA, BEN, CARA, row


def only(*uploads: Upload) -> census.Census:
    (result,) = census.read(list(uploads))
    return result


def of(result: census.Census, upn: str = ANNA) -> dict[str, object]:
    """One pupil's row, missing values as None."""
    frame = result.frame.set_index("upn").loc[[upn]].astype(object)
    return {str(k): v for k, v in frame.where(frame.notna(), None).iloc[0].items()}


def refusal(*uploads: Upload) -> str:
    with pytest.raises(Unusable) as caught:
        census.read(list(uploads))
    return "\n".join(map(str, caught.value.problems))


def test_every_column_of_a_term() -> None:
    values = {
        "FormerUPN": BEN,
        "Ethnicity": "MWBC",
        "FSMeligible": "1",
        "EVERFSM_6": "0",
        "SecondarySENType": "SLCN",
        "Language": "OTB",
        "EnrolStatus": "M",
    }
    result = only(giap.census("spring", row("spring", **values)))
    assert (result.academic_year, result.year, result.source) == ("2024/25", 2025, "giap")
    assert result.terms == ("spring",)
    pupil = of(result)
    assert pupil == pupil | {
        "upn_grade": "permanent",
        "dob": pd.Timestamp(2015, 2, 3),
        "sex": "F",
        "academic_year": "2024/25",
        "former_upn": BEN,
        "ethnic": "MWBC",
        "year_group": "5",
        "sen": "K",
        "sen_need": "SEMH",
        "sen_need_2": "SLCN",
        "fsm": True,
        "fsm6": True,
        "language": "OTB",
        "eal": True,
        "idaci_score": 0.25,
        "idaci_rank": 9000,
        "urn": "900001",
        "laestab": "8012001",
        "school_la": "801",
        "school_phase": "PS",
        "school_type": None,
        "school_type_group": "unknown",
        "enrol_status": "M",
        "entry_date": pd.Timestamp(2019, 9, 4),
        "schools": 1,
        "in_year_move": False,
        "pupil_premium": None,
        "disadvantaged": None,
        "absence_overall": None,
        "suspended": None,
    }


def test_names_are_not_kept() -> None:
    result = only(giap.census("autumn", row("autumn", Surname="Lark", Forename="Wren")))
    everything = result.frame.astype("str").to_string() + result.schools.astype("str").to_string()
    assert "Lark" not in everything and "Wren" not in everything
    assert {"Surname", "Forename", "HoursAtSetting"} <= set(result.set_aside)


def test_what_a_census_lacks_is_said() -> None:
    result = only(giap.census("autumn", row("autumn")))
    lacks = ("type of school", "attendance", "suspensions and exclusions", "pupil premium")
    assert result.lacks == lacks
    (notice,) = result.notices
    assert "this file says nothing of type of school, attendance, suspensions and" in notice
    assert "hand in all files of a year together" in notice


def test_three_terms_are_one_year_and_the_latest_fact_counts() -> None:
    result = only(
        giap.census("summer", row("summer", SENProvision="E", NCyearActual="")),
        giap.census("autumn", row("autumn", SENProvision="N", PrimarySENeedsType="")),
        giap.census("spring", row("spring", Ethnicity="WBRI"), row("spring", BEN, Sex="M")),
    )
    assert result.terms == ("autumn", "spring", "summer")
    assert len(result.frame) == 2
    pupil = of(result)
    assert (pupil["sen"], pupil["sen_need"], pupil["ethnic"]) == ("E", "SEMH", "WBRI")
    assert pupil["year_group"] == "5", "a blank in summer does not take away what spring said"
    assert pupil["in_year_move"] is False
    assert of(result, BEN)["sex"] == "M"
    assert set(result.schools["term"]) == {"autumn spring summer", "spring"}


def test_a_term_without_its_name_is_told_by_its_columns() -> None:
    result = only(
        giap.census("autumn", row("autumn", CensusTerm="1")),
        giap.census("spring", row("spring", CensusTerm="2")),
        giap.census("summer", row("summer", CensusTerm="3")),
    )
    assert result.terms == ("autumn", "spring", "summer")


def test_a_move_between_terms() -> None:
    result = only(
        giap.census("autumn", row("autumn")),
        giap.census(
            "spring", row("spring", LAEstab="8014002", URN="900002", EntryDate="10/01/2025")
        ),
    )
    pupil = of(result)
    assert (pupil["schools"], pupil["in_year_move"]) == (2, True)
    assert (pupil["laestab"], pupil["urn"]) == ("8014002", "900002")
    stays = result.schools
    assert list(stays["laestab"]) == ["8012001", "8014002"]
    assert list(stays["term"]) == ["autumn", "spring"]
    assert list(stays["entry_date"]) == [pd.Timestamp(2019, 9, 4), pd.Timestamp(2025, 1, 10)]
    assert stays["main"].all()


@pytest.mark.parametrize(
    ("entered", "group", "moved"),
    [
        ("30/09/2024", "5", False),
        ("01/10/2024", "5", True),
        ("06/01/2025", "R", False),  # may be the first school
        ("06/01/2025", "1", True),
        ("31/08/2024", "7", False),
        ("", "5", None),  # one term and no day of entry: nobody can say
    ],
)
def test_a_late_entry_is_a_move(entered: str, group: str, moved: bool | None) -> None:
    result = only(giap.census("spring", row("spring", EntryDate=entered, NCyearActual=group)))
    assert of(result)["in_year_move"] is moved


def test_a_second_registration_is_no_move_and_no_school_of_the_pupil() -> None:
    result = only(
        giap.census(
            "autumn",
            row("autumn", EnrolStatus="M"),
            row("autumn", EnrolStatus="S", LAEstab="8011101", EntryDate="15/11/2024"),
        )
    )
    pupil = of(result)
    assert (pupil["laestab"], pupil["schools"], pupil["in_year_move"]) == ("8012001", 1, False)
    assert dict(zip(result.schools["laestab"], result.schools["main"], strict=True)) == {
        "8012001": True,
        "8011101": False,
    }


def test_a_changed_number_is_one_pupil() -> None:
    result = only(
        giap.census("autumn", row("autumn", BEN)),
        giap.census("spring", row("spring", ANNA, FormerUPN=BEN), row("spring", CARA)),
    )
    assert list(result.frame["upn"]) == [ANNA, CARA]
    assert of(result)["former_upn"] == BEN
    assert of(result)["in_year_move"] is False
    assert any("1 pupil whose UPN changed" in notice for notice in result.notices)


def test_a_former_number_of_somebody_else_joins_nobody() -> None:
    result = only(
        giap.census("autumn", row("autumn", BEN, DOB="01/01/2011")),
        giap.census("spring", row("spring", ANNA, FormerUPN=BEN)),
    )
    assert set(result.frame["upn"]) == {ANNA, BEN}


def test_pupil_premium_with_its_display_names() -> None:
    year = "01/04/2024,31/03/2025,"
    result = only(
        giap.census("spring", row("spring"), row("spring", BEN)),
        giap.premium(
            f"{ANNA},Lark,Anna,F,03/02/2015,5,0,0,0,1,1,2570,{year}",
            f"{BEN},Wren,Ben,M,03/02/2015,5,0,0,0,0,0,0,{year}",
            f"{CARA},Robin,Cara,F,03/02/2015,5,1,0,0,,1,1480,{year}01/10/2023",
        ),
    )
    assert (result.academic_year, result.source) == ("2024/25", "giap")
    frame = result.frame.set_index("upn")
    strands = ["pp_deprivation", "pp_service", "pp_adopted", "pp_looked_after", "pupil_premium"]
    assert frame.loc[ANNA, strands].tolist() == [False, False, False, True, True]
    assert frame.loc[BEN, strands].tolist() == [False, False, False, False, False]
    assert frame.loc[CARA, strands[:3]].tolist() == [True, False, False]
    assert frame.loc[CARA, "pp_looked_after"] is pd.NA and frame.loc[CARA, "pupil_premium"]
    assert frame.loc[ANNA, "laestab"] == "8012001"
    assert frame.loc[CARA, "schools"] is pd.NA
    assert "disadvantaged" in frame and frame["disadvantaged"].isna().all()


def test_a_premium_list_that_does_not_say_its_year_is_refused() -> None:
    plain = Upload("pp.csv", f"UPN,Looked After Premium\n{ANNA},1\n".encode())
    assert "needs PupilPremiumFYEndDate or ACADYR" in refusal(plain)
    assert "each row needs the last day of its financial year (line 2 without)" in refusal(
        Upload(
            "pp.csv",
            f"UPN,Looked After Premium,PupilPremiumFYEndDate\n{ANNA},1,\n"
            f"{BEN},1,31/03/2025\n".encode(),
        )
    )


def test_tabs_and_the_zip_they_come_in() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for upload in (
            giap.census("autumn", row("autumn"), tab=True),
            giap.census("spring", row("spring", SENProvision="E"), tab=True),
        ):
            archive.writestr(upload.name, upload.content)
        archive.writestr("ks2_results.csv", "ACADYR,UPN,LAESTAB,READSCORE\n2024/2025,x,1,100\n")
    result = only(Upload("npd_results.zip", packed.getvalue()))
    assert result.terms == ("autumn", "spring")
    assert of(result)["sen"] == "E"
    assert any("ks2_results.csv" in n and "key stage results" in n for n in result.notices)


def test_results_alone_are_refused() -> None:
    results = Upload("x.csv", f"ACADYR,UPN,FSM6,KS4_ATT8\n2024/2025,{ANNA},1,40\n".encode())
    assert "holds key stage results; import it as results" in refusal(results)


def test_masked_numbers_are_counted() -> None:
    result = only(giap.census("autumn", row("autumn"), row("autumn", "*" * 13)))
    assert result.counts == {"rows": 2, "left_out": 0, "duplicates": 0, "masked": 1}
    assert "1 row with a masked UPN (asterisks)" in " ".join(result.notices)


@pytest.mark.parametrize(
    ("names", "cut"),
    [
        ({"Surname": "Lark, the younger"}, 1),
        ({"MiddleNames": "Ann, Bea, Cis", "FormerSurname": "Wren, once"}, 3),
    ],
)
def test_a_comma_in_a_name_is_undone(names: dict[str, str], cut: int) -> None:
    torn = row("autumn", BEN, **names, SENProvision="E", EntryDate="04/11/2024")
    assert torn.count(",") == giap.HEADINGS["autumn"].count(",") + cut
    result = only(giap.census("autumn", row("autumn"), torn))
    pupil = of(result, BEN)
    assert (pupil["sen"], pupil["language"], pupil["sex"]) == ("E", "ENG", "F")
    assert pupil["entry_date"] == pd.Timestamp(2024, 11, 4)
    assert "a comma inside a name was undone on line 3" in " ".join(result.notices)
    assert result.counts["rows"] == 2


def test_a_row_of_the_wrong_width_that_names_do_not_explain_is_left_out() -> None:
    short = row("autumn", CARA).rsplit(",", 2)[0]
    odd = row("autumn", BEN, Language="ENG,OTH")
    result = only(giap.census("autumn", row("autumn"), short, odd, row("autumn", BEN)))
    assert list(result.frame["upn"]) == [ANNA, BEN]
    assert "2 rows left out, with more or fewer fields" in " ".join(result.notices)
    assert result.counts == {"rows": 4, "left_out": 2, "duplicates": 0, "masked": 0}


def test_more_odd_rows_than_good_ones_are_refused() -> None:
    short = row("autumn", CARA).rsplit(",", 2)[0]
    assert "line 2: has 35 fields where the heading has 37" in refusal(
        giap.census("autumn", short, short.replace(CARA, BEN), row("autumn"))
    )


def test_two_files_of_one_term_are_refused() -> None:
    one, other = giap.census("autumn", row("autumn")), giap.census("autumn", row("autumn", BEN))
    assert "two files hold the autumn census of 2024/25" in refusal(one, other)


def test_codes_that_are_in_no_list_are_kept_and_told() -> None:
    result = only(giap.census("spring", row("spring", PrimarySENeedsType="DWN", NCyearActual="0R")))
    assert of(result)["sen_need"] == "DWN"
    assert of(result)["year_group"] == "R"
    assert "not in the list of SEN types, kept as sent (line 2)" in " ".join(result.notices)
