"""Filters: address parameters, words, options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cla.cohort import groups
from cla.reports import COHORT_LABELS, Filters, Model, build, options
from cla.reports.filters import TITLES

YEARS = (2023, 2024, 2025)
CHOSEN = {
    name: st.sets(st.sampled_from(list(groups.labels(name)))).map(
        lambda chosen, name=name: tuple(v for v in groups.labels(name) if v in chosen)
    )
    for name in TITLES
}
FILTERS = st.builds(
    Filters, year=st.sampled_from(YEARS), cohort=st.sampled_from(list(COHORT_LABELS)), **CHOSEN
)


@given(FILTERS)
def test_query_parameters_round_trip(filters: Filters) -> None:
    assert Filters.from_query(filters.to_query(), YEARS) == filters


@given(FILTERS)
def test_repeated_parameters_read_like_joined_ones(filters: Filters) -> None:
    repeated = {name: value.split(",") for name, value in filters.to_query().items()}
    assert Filters.from_query(repeated, YEARS) == filters


@given(
    st.dictionaries(
        st.sampled_from(["year", "cohort", "child", *TITLES]),
        st.text(max_size=20) | st.lists(st.text(max_size=8), max_size=3),
    )
)
def test_nothing_unknown_gets_in(params: dict[str, str | list[str]]) -> None:
    filters = Filters.from_query(params, YEARS)
    assert filters.year in YEARS
    assert filters.cohort in COHORT_LABELS
    assert all(set(filters.values(name)) <= set(groups.labels(name)) for name in TITLES)
    assert Filters.from_query(filters.to_query(), YEARS) == filters


def test_the_default_is_the_latest_year_and_the_statutory_cohort() -> None:
    assert Filters.from_query({}, YEARS) == Filters(2025, "12_months")
    assert Filters.from_query({"year": "1999", "cohort": "all"}, YEARS) == Filters(2025)
    with pytest.raises(ValueError, match="no return is loaded"):
        Filters.from_query({}, ())


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
    ],
)
def test_the_selection_in_words(filters: Filters, words: str) -> None:
    assert filters.words() == words


@given(FILTERS)
def test_words_say_every_chosen_filter_and_no_code(filters: Filters) -> None:
    words = filters.words()
    assert words.count(";") == max(len(filters.active) - 1, 0)
    assert "_" not in words


def test_counts_of_the_options_are_what_choosing_them_shows(ten: Model) -> None:
    filters = Filters(2025, sex=("F",))
    for stage in (None, "ks2", "ks4"):
        frame = ten.pupils(stage, 2025) if stage else ten.children(2025)
        for option in options(ten, filters, stage):
            for choice in option.choices:
                chosen = filters.replace(**{option.name: (choice.value,)})
                assert len(chosen.apply(frame)) == choice.count


def test_sen_is_unavailable_without_its_data_and_says_what_to_load(ten: Model) -> None:
    bare = build("X", 1, {2025: ten.loaded_return(2025)}, {})
    sen = next(option for option in options(bare, Filters(2025)) if option.name == "sen")
    assert not sen.available
    assert "load the school census" in sen.reason
    assert sen.choices == ()


def test_no_options_for_a_year_that_is_not_loaded(ten: Model) -> None:
    assert options(ten, Filters(2019)) == ()


def test_cleared_keeps_year_and_cohort() -> None:
    filters = Filters(2024, "any_time", sex=("M",), placement=("homes",))
    assert filters.active == ("sex", "placement")
    assert filters.cleared() == Filters(2024, "any_time")
