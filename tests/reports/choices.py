"""A hypothesis strategy of valid filters for a model: any year, cohort, day, and a few filters."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from cla.reports import AS_AT_LABELS, COHORT_LABELS, FILTERS, Filters, Model


def filters_of(
    model: Model, stage: str | None = None, years: Sequence[int] = (), most: int = 3
) -> st.SearchStrategy[Filters]:
    """Filters that a reader of this model could choose: at most so many at a time.

    ``stage`` keeps to the years with its results. Values are those somebody has, and now and then
    one that nobody has.
    """
    of_stage = model.results_years(stage) if stage else model.years
    return st.sampled_from(list(years or of_stage)).flatmap(
        lambda year: _of_year(_values(model, year), year, most)
    )


def _values(model: Model, year: int) -> dict[str, list[str]]:
    """By filter: the values that occur, then the others of its table."""
    children = model.children(year)
    found: dict[str, list[str]] = {}
    for name, one in FILTERS.items():
        occur = sorted(children[name].astype(str).unique())
        found[name] = list(dict.fromkeys([*occur, *occur, *one.labels]))
    return found


def _of_year(values: dict[str, list[str]], year: int, most: int) -> st.SearchStrategy[Filters]:
    names = st.lists(st.sampled_from(list(FILTERS)), max_size=most, unique=True)
    chosen = names.flatmap(
        lambda some: st.fixed_dictionaries(
            {
                name: st.lists(st.sampled_from(values[name]), min_size=1, max_size=4, unique=True)
                for name in some
            }
        )
    )
    return st.builds(
        lambda cohort, as_at, picked: Filters(year, cohort, as_at, **picked),
        st.sampled_from(list(COHORT_LABELS)),
        st.sampled_from(list(AS_AT_LABELS)),
        chosen,
    )
