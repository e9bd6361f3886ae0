"""Years, windows of three years that overlap, and trends: no year follows from the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from cla import measures
from cla.measures import Estimate, safe_whole, safe_wholes
from cla.reports import BY_NAME, Filters, Model, academic_year
from cla.reports.comparison import measure_rows
from tests.disclosure.attack import SMALL, Attack, State
from tests.disclosure.invented import authority

YEARS = (2022, 2023, 2024, 2025)
CHAINS = (
    ("ks2_read_exp", "ks2_read_high"),
    ("ks2_writ_exp", "ks2_writ_gds"),
    ("ks4_em94", "ks4_em95"),
    ("ks4_ebacc_entry", "ks4_ebacc_94"),
)


def model_of(seed: int, children: int) -> Model:
    return authority(seed, children, YEARS)


def table(
    model: Model, measures_of: Sequence[str], year: int, years: int, *, whole: bool
) -> pd.DataFrame:
    """The rows of a benchmark: of one year, or of several together."""
    stage = measures.book[measures_of[0]].stage
    groups = [(name, "") for name in measures_of]
    rows = measure_rows(model, Filters(year), stage, groups, child_level=whole, years=years)
    return rows.set_index("measure")


def spanned(years: str) -> list[str]:
    """The collection years of "2022/23 to 2024/25"."""
    first, last = (int(one[:4]) + 1 for one in (years.split(" to ") * 2)[:2])
    if " to " in years:
        return [str(year) for year in range(first, last + 1)]
    return [str(first)]


def tell(
    attack: Attack, shown: pd.Series, true: pd.Series, in_years: Sequence[str],
    reached: Sequence[str], label: str,
) -> None:  # fmt: skip
    """What a row says of the children of some years, and of those who reached a standard."""

    def inside(one: State) -> bool:
        return one["year"] in in_years

    def met(one: State) -> bool:
        return inside(one) and one["outcome"] in reached

    def missed(one: State) -> bool:
        return inside(one) and one["outcome"] not in reached

    if pd.isna(true["total"]):  # nobody is in the measure
        return
    n, total = int(true["n"]), int(true["total"])
    if pd.isna(shown["n"]) and n <= SMALL:
        attack.wants(f"{label}: children", inside, n)
    elif not pd.isna(shown["n"]):
        assert shown["n"] == n
        attack.knows(inside, n)
    if pd.isna(shown["total"]):
        attack.guesses(f"{label}: reached it", met, total, least=0)
        attack.guesses(f"{label}: missed it", missed, n - total)
    else:
        assert shown["total"] == total
        attack.knows(met, total)


@pytest.mark.parametrize(("seed", "children"), [(1, 9), (4, 24)])
@pytest.mark.parametrize(("standard", "higher"), CHAINS, ids=lambda one: str(one))
def test_no_year_follows_from_windows_of_years(
    seed: int, children: int, standard: str, higher: str
) -> None:
    model = model_of(seed, children)
    attack = Attack({"year": [str(year) for year in YEARS], "outcome": ("no", "met", "higher")})
    for year in YEARS:
        for years in (1, 3):
            shown, true = (
                table(model, (standard, higher), year, years, whole=whole)
                for whole in (False, True)
            )
            for measure, kinds in {standard: ("met", "higher"), higher: ("higher",)}.items():
                span = spanned(str(true.loc[measure, "years"]))
                label = f"{measure} {year}, {years} years"
                tell(attack, shown.loc[measure], true.loc[measure], span, kinds, label)
    assert attack.targets
    found = attack.finds()
    assert not found, found


def benchmark(model: Model, stage: str, year: int) -> pd.DataFrame:
    """What a page shows of a year to everybody."""
    report = BY_NAME[f"{stage}_benchmark"](model, Filters(year), child_level=False)
    return report.frames["measures"].set_index("measure")


@pytest.mark.parametrize("stage", ["ks2", "ks4"])
def test_trends_show_what_the_benchmarks_of_the_years_show(stage: str) -> None:
    model = model_of(4, 24)
    points = BY_NAME["trends"](model, Filters(2025), stage, child_level=False).frames["points"]
    for year in YEARS:
        rows = points[points["academic_year"] == academic_year(year)].set_index("measure")
        seen = benchmark(model, stage, year)
        for column in ("n", "value", "low", "high"):
            ours = rows[column].reindex(seen.index)
            pd.testing.assert_series_equal(ours, seen[column], check_names=False)
    before, now = benchmark(model, stage, 2024), benchmark(model, stage, 2025)
    kept = now["last_year"].notna()
    assert (now.loc[kept, "last_year"] == before.loc[kept, "value"]).all()
    assert now.loc[before["value"].isna().reindex(now.index), "last_year"].isna().all()


def of(n: int, reached: int) -> Estimate:
    frame = pd.DataFrame({"basics_94": [True] * reached + [False] * (n - reached)})
    frame = frame.astype({"basics_94": bool}).assign(elig=True)
    return measures.measure(frame.astype({"elig": bool}), "ks4_em94", "2023/24")


def shown(parts: Sequence[Estimate]) -> list[Estimate]:
    return list(measures.suppress(parts))


def test_a_window_with_one_hidden_year_is_hidden() -> None:
    parts = [of(30, 12), of(28, 3), of(31, 14)]
    assert not safe_whole(of(89, 29), parts, shown(parts))
    parts = [of(30, 12), of(28, 10), of(31, 14)]
    assert safe_whole(of(89, 36), parts, shown(parts))


def test_a_window_of_small_years_is_what_windows_are_for() -> None:
    parts = [of(9, 4), of(8, 3), of(7, 5)]
    assert all(one.symbol == "c" for one in shown(parts))
    assert safe_whole(of(24, 12), parts, shown(parts))


def test_overlapping_windows_are_decided_together_and_the_older_one_stays() -> None:
    parts = [of(9, 4), of(8, 4), of(9, 4), of(40, 20)]
    seen = shown(parts)
    newer_alone = safe_whole(of(57, 28), parts[1:], seen[1:])
    assert newer_alone
    assert safe_wholes(parts, seen, [(0, 1, 2), (1, 2, 3)]) == (True, False)
    assert safe_wholes(parts[:3], seen[:3], [(0, 1, 2)]) == (True,)


def test_an_average_without_its_number_of_children_is_not_given_a_window() -> None:
    frame = pd.DataFrame({"att8": [30.0] * 20, "elig": True})
    own = measures.measure(frame, "ks4_att8", "2023/24")
    bare = measures.Estimate(own.measure, None, None, own.value, None, None, "", own.unit)
    assert not safe_wholes([own, own, own], [bare, bare, own], [(0, 1, 2)])[0]
    assert safe_wholes([own, own, own], [own, own, own], [(0, 1, 2)])[0]


@pytest.mark.parametrize("pick", [lambda: (12, 30, 2), lambda: (4, 30, 0), lambda: (25, 30, 3)])
def test_pools_keep_small_groups_of_others_and_complements(
    pick: Callable[[], tuple[int, int, int]],
) -> None:
    n, whole, ours = pick()
    expected = not any(0 < one < 10 for one in (n, n - ours, whole - n))
    assert measures.pool_may_be_shown(n, whole, ours) == expected
