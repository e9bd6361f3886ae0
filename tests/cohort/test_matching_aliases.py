"""Former UPNs: from returns and from schools, never across an adoption; and where a child lives."""

from __future__ import annotations

import pandas as pd
import pytest

from cla.cohort import matching_aliases, matching_places

A, B, C, D = "B801200005001", "H801200001001", "R674123101121", "M80120000500A"


def numbers(year: int, **upns: str) -> pd.DataFrame:
    return pd.DataFrame({"child": list(upns), "upn": list(upns.values())}, dtype="str").assign(
        year=year
    )


def adopted(year: int, child: str, before: bool = True) -> pd.DataFrame:
    return pd.DataFrame({"child": [child], "before": [before], "year": [year]})


def links(*told: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(told), columns=["upn", "former_upn", "year"])


def found(year: int, *parts: pd.DataFrame, apart=(), told=None) -> dict[str, str]:
    frame = matching_aliases.aliases(parts, apart, year, told)
    assert set(frame["child"]) <= {"x"}
    return dict(zip(frame["upn"], frame["via"], strict=True))


def test_upns_of_every_return_count() -> None:
    assert found(2025, numbers(2024, x=D), numbers(2025, x=A)) == {D: "return", A: "return"}


def test_a_former_upn_of_the_school_census_counts_both_ways_and_in_steps() -> None:
    assert found(2025, numbers(2025, x=A), told=links((A, D, 2024))) == {A: "return", D: "census"}
    assert found(2025, numbers(2025, x=D), told=links((A, D, 2024))) == {D: "return", A: "census"}
    steps = links((B, D, 2023), (A, B, 2024))
    assert set(found(2025, numbers(2025, x=A), told=steps)) == {A, B, D}


@pytest.mark.parametrize("blank", [None, "", "UN4", "*************", A])
def test_what_is_no_other_upn_is_no_link(blank: str | None) -> None:
    told = links((A, blank, 2024)).astype({"former_upn": "str"})
    assert set(found(2025, numbers(2025, x=A), told=told)) == {A}


def test_nothing_is_carried_across_an_adoption() -> None:
    before, after = numbers(2023, x=A), numbers(2025, x=B)
    apart = [adopted(2024, "x")]
    assert set(found(2024, before, after, apart=apart)) == {A}
    assert set(found(2025, before, after, apart=apart)) == {B}
    new_to_old = links((B, A, 2025))
    assert set(found(2024, before, after, apart=apart, told=new_to_old)) == {A}
    assert set(found(2025, before, after, apart=apart, told=new_to_old)) == {B}


def test_a_former_upn_of_a_transfer_file_counts_but_never_for_an_adopted_child() -> None:
    results = [pd.DataFrame({"upn": [A, B], "former_upn": [D, None]}, dtype="str")]
    told = matching_aliases.reported(None, [pd.DataFrame({"upn": [C]}), *results])
    assert found(2020, numbers(2020, x=D), told=told) == {D: "return", A: "census"}
    before = numbers(2020, x=D)
    assert set(found(2020, before, apart=[adopted(2024, "x")], told=told)) == {D}


def test_links_of_the_census_stay_beside_those_of_transfer_files() -> None:
    census = links((B, C, 2024)).assign(sen="N")
    assert matching_aliases.reported(census, []) is census
    results = [pd.DataFrame({"upn": [A], "former_upn": [D]}, dtype="str")]
    both = matching_aliases.reported(census, results)
    assert both["former_upn"].tolist() == [D, C]
    assert matching_aliases.reported(None, []) is None


def test_a_link_from_well_before_the_adoption_still_counts_before_it() -> None:
    told = links((A, D, 2023), (C, A, 2024))
    apart = [adopted(2024, "x")]
    assert set(found(2024, numbers(2023, x=A), apart=apart, told=told)) == {A, D}


def test_a_child_who_came_into_care_after_an_adoption_is_not_traced_back() -> None:
    apart = [adopted(2025, "x", before=False)]
    assert set(found(2025, numbers(2025, x=B), apart=apart, told=links((B, A, 2024)))) == {B}


def test_adoptions_and_upns_are_read_from_a_return(make_return) -> None:
    ret = make_return(
        Header=f"CHILD | UPN | DOB\n1 | {A} | 01/01/2014\n2 | UN4 | 01/01/2014\n3 | | 01/01/2014",
        Episodes="""CHILD | DECOM | RNE | LS | CIN | PLACE | DEC | REC
            1 | 01/05/2020 | S | E1 | N1 | A5 | 01/06/2024 | E12
            2 | 01/05/2020 | S | C2 | N1 | U6 | 01/06/2024 | E4A""",
        PrevPerm="CHILD | PREV_PERM\n3 | P1\n2 | P2",
    )
    assert matching_aliases.upns(ret).to_dict("records") == [{"child": "1", "upn": A, "year": 2025}]
    told = matching_aliases.adoptions(ret).set_index("child")["before"].to_dict()
    assert told == {"1": True, "3": False}


def test_where_a_child_lives(make_return) -> None:
    ret = make_return(
        Header="CHILD | DOB\n1 | 01/01/2014\n2 | 01/01/2014",
        Episodes="""CHILD | DECOM | RNE | LS | CIN | PLACE | PL_LA
            1 | 01/05/2020 | S | C2 | N1 | U6 | E06000015
            2 | 01/05/2020 | S | C2 | N1 | U6 | WAL""",
    )
    rows = matching_places.areas(ret).to_dict("records")
    assert rows == [{"child": "1", "place": "831", "what": "placement"}]


def test_the_schools_of_a_child_are_found_by_any_of_its_upns() -> None:
    aliases = pd.DataFrame({"child": ["x", "x"], "upn": [A, D]})
    census = pd.DataFrame({"upn": [A, B], "laestab": ["8014000", "8014001"]})
    moves = pd.DataFrame({"upn": [D, None], "laestab": ["8014002", "8014003"]})
    rows = matching_places.schools(aliases, census, moves, None)
    assert rows["place"].tolist() == ["8014000", "8014002"]
    assert set(rows["what"]) == {"school"}
