"""DfE's categories beside our bands: the same children on both sides, nobody twice."""

from __future__ import annotations

import pytest

from cla import benchmarks, reference
from cla.cohort import groups

NAMES = ("SEN", "Sex", "Ethnicity", "Placement", "Period of care")


@pytest.mark.parametrize("name", NAMES)
def test_every_band_is_one_of_the_cohort(name):
    known = set(groups.labels(benchmarks.band_column(name))) - {groups.UNKNOWN}
    used = {band for own in benchmarks.bands(name).values() for band in own}
    assert used and used <= known
    if name != "Sex":  # children whose sex is not known are in no published category
        assert known - used == set()


@pytest.mark.parametrize("name", ["SEN", "Sex", "Ethnicity"])
def test_every_shipped_category_of_attainment_has_its_bands(name):
    table = reference.table("benchmarks", "attainment.csv.gz")
    shipped = set(table.loc[table["characteristic"] == name, "category"])
    assert shipped - {"All SEN"} <= set(benchmarks.bands(name))


def test_subtotals_and_the_unknown_are_in_no_band():
    assert "All SEN" not in benchmarks.bands("SEN")
    assert not benchmarks.bands("Eye colour") and benchmarks.band_column("Eye colour") == ""
    assert benchmarks.bands("Gender") == benchmarks.bands("Sex")


@pytest.mark.parametrize("name", NAMES)
def test_blocks_take_every_band_and_category_once(name):
    found = benchmarks.blocks(name)
    for side in ("bands", "categories"):
        every = [one for block in found for one in getattr(block, side)]
        assert len(every) == len(set(every))
    assert {one for block in found for one in block.categories} == set(benchmarks.bands(name))


def test_other_placements_cover_three_bands_and_residential_schools_are_apart_where_published():
    (whole,) = benchmarks.blocks("Placement", ["Other placements"])
    assert whole.bands == ("other", "schools", "residential") and "three of ours" in whole.note
    (schools,) = benchmarks.blocks("Placement", ["Residential schools"])
    assert schools.bands == ("schools",)


def test_a_length_of_care_that_is_half_of_our_band_needs_the_other_half():
    published = ["0 to 11 months", "12 to 17 months", "24 to 35 months"]
    assert [b.bands for b in benchmarks.blocks("Period of care", published)] == [
        ("0_to_11",),
        ("24_to_35",),
    ]
    both = benchmarks.blocks("Period of care", [*published, "18 to 23 months"])
    assert ("12 to 17 months", "18 to 23 months") in [block.categories for block in both]


def test_our_wider_years_in_care_need_all_three_years():
    years = ["24 to 35 months", "36 to 47 months", "48 to 59 months"]
    (block,) = benchmarks.blocks("Period of care", years, column="time_in_care")
    assert (block.categories, block.bands) == (tuple(years), ("2_to_5",))
    assert benchmarks.blocks("Period of care", years[:2], column="time_in_care") == ()


def test_chinese_children_alone_do_not_stand_for_asian_ones():
    assert benchmarks.blocks("Ethnicity", ["Chinese"]) == ()
    (block,) = benchmarks.blocks("Ethnicity", ["Asian", "Chinese"])
    assert block.bands == ("asian",)


def test_every_row_has_a_source():
    assert (reference.table("benchmarks", "category_bands.csv")["source"] != "").all()
