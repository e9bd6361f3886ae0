"""Filters: address parameters, words, options."""

from __future__ import annotations

import pickle
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cla import reference
from cla.cohort import groups
from cla.reports import (
    AS_AT_LABELS,
    COHORT_LABELS,
    FILTERS,
    Filters,
    Model,
    as_at_notes,
    build,
    disclosure,
    options,
)
from cla.reports.filters_options import lacking
from cla.reports.filters_table import GROUPS
from tests.reports.choices import filters_of

YEARS = (2023, 2024, 2025)
NAMED = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
CHOSEN = st.dictionaries(
    st.sampled_from(list(FILTERS)), st.lists(st.integers(0, 30), min_size=1, max_size=5), max_size=5
)


def values(name: str, numbers: list[int]) -> tuple[str, ...]:
    labels = [*FILTERS[name].labels, *(["801400", "team-7"] if FILTERS[name].dynamic else [])]
    return tuple({labels[number % len(labels)] for number in numbers})


FILTERS_DRAWN = st.builds(
    lambda year, cohort, as_at, chosen: Filters(
        year, cohort, as_at, **{name: values(name, numbers) for name, numbers in chosen.items()}
    ),
    st.sampled_from(YEARS),
    st.sampled_from(list(COHORT_LABELS)),
    st.sampled_from(list(AS_AT_LABELS)),
    CHOSEN,
)


@given(FILTERS_DRAWN)
def test_query_parameters_round_trip(filters: Filters) -> None:
    assert Filters.from_query(filters.to_query(), YEARS) == filters


@given(FILTERS_DRAWN)
def test_repeated_parameters_read_like_joined_ones(filters: Filters) -> None:
    repeated = {name: value.split(",") for name, value in filters.to_query().items()}
    assert Filters.from_query(repeated, YEARS) == filters


@given(FILTERS_DRAWN)
def test_equal_selections_are_equal_whatever_the_order(filters: Filters) -> None:
    backwards = {name: chosen[::-1] for name, chosen in reversed(filters.narrowed)}
    same = Filters(filters.year, filters.cohort, filters.as_at, **backwards)
    assert same == filters and hash(same) == hash(filters)
    assert pickle.loads(pickle.dumps(filters)) == filters


@given(
    st.dictionaries(
        st.sampled_from(["year", "cohort", "as_at", "child", *FILTERS]),
        st.text(max_size=20) | st.lists(st.text(max_size=8), max_size=3),
    )
)
def test_nothing_unknown_gets_in(params: dict[str, str | list[str]]) -> None:
    filters = Filters.from_query(params, YEARS)
    assert filters.year in YEARS
    assert filters.cohort in COHORT_LABELS and filters.as_at in AS_AT_LABELS
    for name, chosen in filters.narrowed:
        assert all(FILTERS[name].valid(value) for value in chosen)
    assert Filters.from_query(filters.to_query(), YEARS) == filters


def test_the_default_is_the_latest_year_and_the_statutory_cohort() -> None:
    assert Filters.from_query({}, YEARS) == Filters(2025, "12_months")
    assert Filters.from_query({"year": "1999", "cohort": "all"}, YEARS) == Filters(2025)
    with pytest.raises(ValueError, match="no return is loaded"):
        Filters.from_query({}, ())


def test_an_address_of_before_still_opens_the_same_view() -> None:
    address = {"year": "2024", "sex": "F", "sen": "K,E", "time_in_care": "5_plus", "placement": "x"}
    assert Filters.from_query(address, YEARS) == Filters(
        2024, sex=("F",), sen=("E", "K"), time_in_care=("5_plus",)
    )


def test_filters_are_read_and_changed_by_name() -> None:
    filters = Filters(2024, "any_time", sex=("M",), placement=("homes",))
    assert filters.active == ("sex", "placement")
    assert (filters.sex, filters.sen, filters.values("placement")) == (("M",), (), ("homes",))
    assert filters.replace(sex=(), sen=("E",)).active == ("sen", "placement")
    assert filters.replace(year=2023).narrowed == filters.narrowed
    assert filters.replace(as_at="assessment").cleared() == Filters(2024, "any_time")


def test_a_filter_or_value_that_does_not_exist_is_an_error_in_code() -> None:
    with pytest.raises(TypeError, match="height"):
        Filters(2024, height=("tall",))
    with pytest.raises(ValueError, match="sex"):
        Filters(2024, sex=("X",))
    with pytest.raises(KeyError):
        Filters(2024).values("height")
    with pytest.raises(AttributeError):
        Filters(2024).height  # noqa: B018


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(2025), "Looked after 12 months at 31 March 2025: all children"),
        (
            Filters(2025, "any_time", sex=("F",), sen=("E",), time_in_care=("2_to_5", "5_plus")),
            "Looked after at any time in the year to 31 March 2025: girls; EHC plan; "
            "2 to under 5 years in care or 5 years or more in care",
        ),
        (
            Filters(2024, "at_31_march", sen=("K", "N", "unknown"), placement=("foster",)),
            "Looked after at 31 March 2024: SEN support, no SEN or SEN provision not known; "
            "foster placement",
        ),
        (
            Filters(2025, as_at="assessment", unaccompanied=("no",), school_year=("0", "6")),
            "Looked after 12 months at 31 March 2025, care as at the assessment: reception or "
            "year 6; not unaccompanied asylum-seeking children",
        ),
        (
            Filters(2025, sdq=("concern", "SDQ2", "unknown"), absence=("persistent", "severe")),
            "Looked after 12 months at 31 March 2025: persistently absent (10% to under 50%) or "
            "severely absent (50% or more); cause for concern (17 to 40), no SDQ score because the "
            "carer refused or SDQ band not known",
        ),
        (
            Filters(2025, school=("8014000", "unknown"), team=("north-one",)),
            "Looked after 12 months at 31 March 2025: social work team north-one; school 8014000 "
            "or school not known",
        ),
    ],
)
def test_the_selection_in_words(filters: Filters, words: str) -> None:
    assert filters.words() == words


@given(FILTERS_DRAWN)
def test_words_say_every_chosen_filter_and_no_code(filters: Filters) -> None:
    words = filters.words()
    assert words.count(";") == max(len(filters.active) - 1, 0)
    assert "_" not in words


@pytest.mark.parametrize("name", list(FILTERS))
def test_every_filter_has_a_group_a_title_and_words_for_each_band(name: str) -> None:
    one = FILTERS[name]
    assert one.group in GROUPS and one.title and one.load.endswith(".") and one.why
    assert list(one.labels)[-1] == groups.UNKNOWN
    assert set(one.words) == set(one.labels)
    assert len(set(one.words.values())) == len(one.words) or name == "sex"
    assert not any("_" in said or ";" in said for said in one.words.values())


def test_every_band_says_its_source_and_whether_it_is_official() -> None:
    rows = reference.table("cohort", "bands.csv")
    assert set(rows["status"]) == {"official", "inferred"}
    assert rows["source"].str.len().min() > 10
    assert not rows.duplicated(["list", "group"]).any()


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_counts_of_the_choices_add_up_to_the_children_without_that_filter(
    ten: Model, many: Model, data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from([ten, many]))
    filters = data.draw(filters_of(model, years=(2025,)))
    stage = data.draw(st.sampled_from([None, *model.stages(2025)]))
    frame = filters.among(model, stage)
    for option in options(model, filters, stage):
        without = filters.replace(**{option.name: ()})
        if option.available:
            counted = sum(choice.count for choice in option.choices)
            assert counted == len(without.apply(frame)), option.name


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_a_count_is_what_choosing_the_value_shows(
    ten: Model, many: Model, data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from([ten, many]))
    filters = data.draw(filters_of(model, years=(2025,)))
    stage = data.draw(st.sampled_from([None, *model.stages(2025)]))
    frame = filters.among(model, stage)
    for option in options(model, filters, stage):
        for choice in option.choices:
            chosen = filters.replace(**{option.name: (choice.value,)})
            assert len(chosen.apply(frame)) == choice.count


@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_the_order_of_filters_does_not_matter(many: Model, data: st.DataObject) -> None:
    filters = data.draw(filters_of(many))
    frame = filters.among(many)
    whole = filters.of(many)["child"].tolist()
    for order in permutations(filters.narrowed):
        kept = filters.replace(narrowed=()).apply(frame)
        for name, chosen in order:
            kept = kept[kept[name].isin(chosen)]
        assert kept["child"].tolist() == whole


def test_sen_is_unavailable_without_its_data_and_says_what_to_load(ten: Model) -> None:
    bare = build("X", 1, {2025: ten.loaded_return(2025)}, {})
    offered = {option.name: option for option in options(bare, Filters(2025))}
    assert not offered["sen"].available
    assert offered["sen"].reason == (
        "SEN provision is not loaded for 2024/25: load the school census, or results of a key "
        "stage that carry it."
    )
    assert offered["sen"].choices == ()
    assert offered["time_in_care"].available and offered["time_in_care"].reason == ""
    assert lacking(bare, 2025, "absence").startswith("Absence is not loaded for 2024/25: load")
    assert lacking(bare, 2025, "location").startswith("Placed inside or outside the authority is")
    assert {name for name, one in offered.items() if one.available} == {
        "sex", "time_in_care", "placement", "time_in_care_months", "age_at_start", "entered",
        "placements", "year_placements", "changes_since_11", "care_periods", "foster_carer",
        "foster_kind", "same_carer", "legal_status", "category", "school_year",
        "ethnicity", "unaccompanied", "sdq",
    }  # fmt: skip


def test_no_options_for_a_year_that_is_not_loaded(ten: Model) -> None:
    assert options(ten, Filters(2019)) == ()


def test_a_note_says_when_care_is_not_as_at_31_march(ten: Model) -> None:
    assert as_at_notes(ten, Filters(2024), "ks2") == ()
    (note,) = as_at_notes(ten, Filters(2024, as_at="assessment"), "ks2")
    assert "as at 15 May 2024" in note and "31 March 2024" in note
    (note,) = as_at_notes(ten, Filters(2025, as_at="assessment"), "ks2")
    assert "The return for 2025-26 is not loaded" in note and "31 March 2025" in note


def test_without_the_permission_neither_cohort_nor_day_of_care_is_a_choice(many: Model) -> None:
    asked = Filters(2025, as_at="assessment")
    assert disclosure.allowed(asked, child_level=True) == (asked, ())
    allowed, notes = disclosure.allowed(asked, child_level=False)
    assert allowed == Filters(2025) and len(notes) == 1
    assert disclosure.allowed(Filters(2025, "any_time"), child_level=False) == (allowed, notes)
    assert disclosure.allowed(Filters(2025), child_level=False) == (Filters(2025), ())
