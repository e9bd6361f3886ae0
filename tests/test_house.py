"""The rules of the house: who may import whom, what pages look like, what is never written."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted([*ROOT.glob("cla/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"])
PAGES = sorted(page for page in ROOT.glob("pages/*.py") if page.name != "router.py")
DOMAIN = ("ssda903", "results", "census", "current", "measures", "cohort", "benchmarks", "reports")
LONGEST_FILE = 420


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_import_contracts_hold() -> None:
    lint = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


@pytest.mark.parametrize("room", DOMAIN)
def test_domain_rooms_load_neither_streamlit_nor_a_database(room: str) -> None:
    code = (
        f"import sys, cla.{room}; "
        "print([m for m in ('streamlit', 'sqlalchemy', 'sqlite3') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("room", DOMAIN)
def test_domain_rooms_read_no_clock(room: str) -> None:
    for path in ROOT.glob(f"cla/{room}/**/*.py"):
        text = path.read_text(encoding="utf-8")
        for clock in (
            "datetime.now",
            "date.today",
            "Timestamp.now",
            "Timestamp.today",
            "time.time",
        ):
            assert clock not in text, f"{named(path)} reads the clock"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_first_statement_of_a_page_is_its_guard(page: Path) -> None:
    body = ast.parse(page.read_text(encoding="utf-8")).body
    statements = [
        node
        for node in body
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    first = statements[0]
    call = first.value if isinstance(first, ast.Assign | ast.Expr) else None
    assert isinstance(call, ast.Call), f"{page.name} does not begin with require(...)"
    assert ast.unparse(call.func) == "require"


@pytest.mark.parametrize("path", CODE, ids=named)
def test_code_is_free_of_what_the_house_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    forbidden = {
        "iterrows(": "works row by row",
        "itertuples(": "works row by row",
        "unsafe_allow_html": "lets data become markup",
        "st.map(": "asks another machine for map tiles",
        "pickle.load": "can run code from data",
    }
    for words, reason in forbidden.items():
        assert words not in text, f"{named(path)}: {words} {reason}"
    assert len(text.splitlines()) <= LONGEST_FILE, f"{named(path)} wants splitting"


def test_no_error_is_swallowed() -> None:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                silent = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
                assert not silent, f"{named(path)} line {node.lineno} swallows an error"


def test_caches_are_keyed_by_scalars() -> None:
    """A frame as a key is sampled; a leading underscore leaves an argument out of the key."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            decorators = " ".join(ast.unparse(decorator) for decorator in node.decorator_list)
            if "cache_data" not in decorators and "cache_resource" not in decorators:
                continue
            for argument in node.args.args:
                kind = ast.unparse(argument.annotation) if argument.annotation else ""
                where = f"{named(path)} line {node.lineno}: {argument.arg}"
                assert "DataFrame" not in kind and "Series" not in kind, where
                assert not argument.arg.startswith("_"), where
