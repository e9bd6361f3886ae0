"""The publication copy is the same for everybody; the working copy is marked and guarded."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from cla.access import User, identity
from cla.reports import Filters
from cla.reports.disclosure import SUPPRESSED
from cla.store import sessions, users
from cla.ui import data, downloads, publication, spreadsheet
from cla.ui.downloads import WORKING, NotAllowedError, Prepared, csv_file, table_maker
from tests.ui import stock

YEAR = stock.YEAR
NARROWED = Filters(YEAR, cohort="any_time", sex=("F",))
ASKED = (
    ("ks2_benchmark", "", ("headings", "england_cla", "england_cla,england_all")),
    ("ks4_benchmark", "ks4_em94.sen", ("headings", "england_cla", "england_cla")),
    ("ks4_benchmark", "ks4_em94.ethnicity", ("headings", "england_cla", "england_cla")),
    ("ks2_summary", "sex", ()),
    ("trends", "ks4", ("england_cla", "ks4_em94", "ks4_att8")),
)


def person(role: str) -> User:
    return User(role, f"A {role}", role, True, (stock.LA,), stock.LA)


def model(user: User):
    found = data.model(user)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "about", "look"), ASKED, ids=lambda one: str(one)[:30])
def test_the_publication_copy_does_not_depend_on_who_asks_or_on_filters(store, name, about, look):
    copies = [
        publication.published(name, model(user), filters, user, about, look)
        for user, filters in (
            (person("viewer"), Filters(YEAR)),
            (person("vsh"), Filters(YEAR)),
            (person("analyst"), NARROWED),
        )
    ]
    for copy in copies[1:]:
        pd.testing.assert_frame_equal(copy.frame, copies[0].frame)
        assert copy.caption == copies[0].caption
    assert copies[0].caption.marking == publication.PUBLICATION
    assert "girls" not in copies[0].caption.selection.lower()
    if "Children" not in copies[0].frame:  # every figure is hidden: the file says so
        assert SUPPRESSED in copies[0].frame.iloc[0, 0]
        return
    counts = pd.to_numeric(copies[0].frame["Children"], errors="coerce").dropna()
    assert not counts.between(1, 5).any()
    seen = data.presented(name, model(person("vsh")), Filters(YEAR), person("vsh"), about, look)
    assert "c" not in set(seen.export["Children"].astype("str"))


def test_hidden_numbers_are_the_symbol_in_the_file_and_others_stay_numbers(store):
    user = person("viewer")
    copy = publication.published("ks2_summary", model(user), Filters(YEAR), user, "", ())
    content = csv_file(copy.frame, copy.caption.lines(user.name, datetime.now(UTC), "mark"))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [publication.PUBLICATION]
    at = next(place for place, row in enumerate(rows) if "Children" in row)
    cells = [row[rows[at].index("Children")] for row in rows[at + 1 :]]
    assert "c" in cells and "" not in cells
    assert all(cell == "c" or cell.isdigit() for cell in cells)
    assert spreadsheet.excel_file(copy.frame, ["A title"])


def test_negative_numbers_among_symbols_stay_numbers():
    frame = pd.DataFrame({"Ours": pd.Series([-1.25, "c", "=1+1"], dtype="object")})
    rows = csv_file(frame, []).decode("utf-8-sig").splitlines()
    assert rows[2:] == ["-1.25", "c", "'=1+1"]


@pytest.fixture
def signed(store):
    """Somebody signed in, with the session that a download asks for."""

    def made(role: str) -> User:
        now = datetime.now(UTC)
        users.add(
            store, role, name=f"A {role}", role=role, cla=True, authorities=(stock.LA,),
            password_hash="$2b$12$" + "a" * 53, by="test", now=now,
        )  # fmt: skip
        sessions.create(store, f"session {role}", role, expires=now + identity.LONGEST, now=now)
        return replace(person(role), session=f"session {role}")

    return made


def test_the_copy_is_made_on_the_thread_of_the_download(signed):
    user = signed("vsh")
    held, made = model(user), []
    look = ("headings", "england_cla", "england_cla")
    make = table_maker(
        lambda: publication.published("ks2_benchmark", held, NARROWED, user, "", look),
        csv_file,
        user,
        "cla.view",
    )
    thread = threading.Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join(60)
    assert made and made[0].decode("utf-8-sig").startswith(publication.PUBLICATION)


def test_a_working_copy_is_refused_without_the_child_level_permission(signed):
    user = signed("viewer")
    caption = downloads.Caption("Benchmark", "Mockingham", "all", "the return", False, WORKING)
    make = table_maker(
        lambda: Prepared(pd.DataFrame({"Ours": [1]}), caption), csv_file, user, "cla.pupils"
    )
    with pytest.raises(NotAllowedError):
        make()


def test_a_working_copy_says_so_in_its_first_line():
    caption = downloads.Caption("Benchmark", "Mockingham", "all", "the return", False, WORKING)
    assert caption.lines("Asha", datetime(2026, 6, 5, tzinfo=UTC), "x")[0] == WORKING


def downloads_of(at) -> list[str]:
    return [str(one.proto.label) for one in at.get("download_button")]


def test_like_for_like_has_a_working_copy_for_those_who_may_see_children(open_page):
    page = {"file": "ks2_benchmark.py", "year": str(YEAR)}
    offered = downloads_of(open_page("vsh", **page))
    assert {"Publication copy (CSV)", "Working copy (CSV)", "Like for like (CSV)"} <= set(offered)
    assert not [one for one in downloads_of(open_page("viewer", **page)) if "Like" in one]
