"""The model: lazy, shared safely, and matching over years."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from cla.reports import Filters, Model, build, ks2_benchmark, warm
from cla.ssda903.returns import Return


def test_years_and_stages(ten: Model) -> None:
    assert (ten.la, ten.version, ten.years, ten.latest) == ("X06000991", 7, (2024, 2025), 2025)
    assert ten.stages(2025) == ("ks2", "ks4")
    assert ten.results_years("ks2") == (2024, 2025)
    assert ten.results_years("ks4") == (2025,)
    assert ten.has_child("p01") and not ten.has_child("c99")
    with pytest.raises(KeyError):
        ten.children(2020)


def test_build_computes_nothing(ten: Model) -> None:
    model = build("X", 1, {2025: ten.loaded_return(2025)}, {})
    assert model._made == {}


def test_what_is_done_to_a_frame_reaches_nobody_else(ten: Model) -> None:
    for frame_of in (
        lambda: ten.children(2025),
        lambda: ten.pupils("ks2", 2025),
        lambda: ten.history("c01"),
    ):
        mine = frame_of()
        before = mine.copy()
        mine.loc[:, "child"] = "changed"
        mine["new"] = 1
        pd.testing.assert_frame_equal(frame_of(), before)


def test_nothing_of_a_child_is_in_what_the_model_prints(ten: Model) -> None:
    warm(ten)
    assert "c01" not in repr(ten)


def test_threads_get_one_and_the_same_result(ten: Model) -> None:
    returns = {year: ten.loaded_return(year) for year in ten.years}
    ks2 = ten.loaded_results("ks2", 2025)
    assert ks2 is not None
    model = build("X", 1, returns, {("ks2", "2024/25"): ks2})
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(
                lambda _: ks2_benchmark(model, Filters(2025), child_level=True).frame, range(16)
            )
        )
    for frame in made[1:]:
        pd.testing.assert_frame_equal(frame, made[0])


def test_a_former_upn_of_an_earlier_return_matches(ten: Model) -> None:
    now, then = ten.loaded_return(2025), ten.loaded_return(2024)
    header = now.tables["Header"].copy()
    header.loc[header["CHILD"] == "c01", "UPN"] = "Z999999999999"
    returns = {2024: then, 2025: Return.from_tables({**now.tables, "Header": header}, 2025)}
    ks2 = ten.loaded_results("ks2", 2025)
    assert ks2 is not None
    pupils = build("X", 1, returns, {("ks2", "2024/25"): ks2}).pupils("ks2", 2025)
    row = pupils.set_index("child").loc["c01"]
    assert (row["tier"], row["match_note"]) == (3, "Found under a former UPN.")


def test_children_at_the_end_of_a_key_stage_by_age_or_by_result(ten: Model) -> None:
    assert sorted(ten.pupils("ks2", 2025)["child"]) == ["c01", "c02", "c03", "c04", "c05", "c06"]
    ks2 = ten.loaded_results("ks2", 2025)
    assert ks2 is not None
    header = ten.loaded_return(2025).tables["Header"].copy()
    header.loc[header["CHILD"] == "c01", "DOB"] = "10/09/2014"
    younger = Return.from_tables({**ten.loaded_return(2025).tables, "Header": header}, 2025)
    pupils = build("X", 1, {2025: younger}, {("ks2", "2024/25"): ks2}).pupils("ks2", 2025)
    row = pupils.set_index("child").loc["c01"]
    assert (row["year_group"], row["tier"]) == (5, 2)
