"""Nothing from a file becomes markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from cla.ui.words import counted, listed, moment, number, safe_md

NASTY = [
    "![x](http://evil.example/a.png)",
    "# heading",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "**bold** _it_ ~~no~~ `code` $x^2$",
    "- list\n- list",
    "1. one",
    "| a | b |\n|---|---|",
    "http://evil.example/x www.evil.example a@evil.example",
    ":red[x] :material/warning:",
    "&#33;[x](http://evil.example)",
    "a\n===",
]


@pytest.mark.parametrize("text", NASTY)
def test_markdown_made_of_nasty_text_is_one_plain_paragraph(text):
    tokens = MarkdownIt("gfm-like", {"linkify": False}).enable("strikethrough").parse(safe_md(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children} <= {"text", "text_special"}


@pytest.mark.parametrize("text", ["Header.csv", "100% (a-b) [c] £5", "1. x"])
def test_what_is_shown_is_what_was_given(text):
    tokens = MarkdownIt().parse(safe_md(text))
    assert "".join(child.content for child in tokens[1].children) == text


def test_words():
    assert number(1234.567, 1) == "1,234.6"
    assert number(None) == number(float("nan")) == number(pd.NA) == "–"
    assert number(-0.5, 1) == "−0.5"
    assert counted(1, "child", "children") == "1 child"
    assert counted(1204, "child", "children") == "1,204 children"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_moments_are_in_the_time_of_england():
    assert moment(datetime(2026, 6, 5, 13, 5, tzinfo=UTC)) == "5 June 2026, 14:05"
    assert moment(datetime(2026, 1, 5, 13, 5, tzinfo=UTC)) == "5 January 2026, 13:05"
