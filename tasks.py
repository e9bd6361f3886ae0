"""The project's commands, for every system: python tasks.py TARGET. Standard library only.

run     make the environment, load the demo authorities, serve the app on http://localhost:8501
serve   the same without demo data and demo accounts: for real use
test    make the environment and pass the tests (browser tests when a Chromium is found)
check   ruff (lint and format), mypy on cla/, import contracts
bench   the timed work in benchmarks/
lock    write requirements.txt anew from pyproject.toml
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
REQUIREMENTS = ROOT / "requirements.txt"
STAMP = VENV / "requirements.sha256"


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the repository; leave with its exit code when it fails."""
    result = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **environment}, check=False
    )
    if result.returncode:
        sys.exit(result.returncode)


def environment() -> None:
    """Make .venv with exactly what requirements.txt locks, unless it is already so."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Making the environment in .venv (a few minutes the first time) ...", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS)
    STAMP.write_text(wanted)


def start(**variables: str) -> None:
    """Serve the app until it is stopped."""
    print("Serving on http://localhost:8501 (stop with Ctrl+C)", flush=True)
    try:
        run(PYTHON, "-m", "streamlit", "run", "app.py", **variables)
    except KeyboardInterrupt:
        print("Stopped.")


def demo() -> None:
    environment()
    load_demo()
    start(CLA_DEMO="1")


def load_demo() -> None:
    """Load the demo authorities, unless this recipe was loaded into the database that is there."""
    data_dir = Path(os.environ.get("CLA_DATA_DIR") or ROOT / "data" / "local")
    database, marker = data_dir / "cla.db", data_dir / "demo.sha256"
    recipe = hashlib.sha256((ROOT / "data" / "demo" / "recipe.toml").read_bytes()).hexdigest()
    embedded = not os.environ.get("CLA_DATABASE_URL")
    if embedded and database.exists() and marker.exists() and marker.read_text() == recipe:
        return
    print("Loading the demo authorities (about a minute, once) ...", flush=True)
    run(PYTHON, "-m", "cla", "demo", CLA_DEMO="1")
    if embedded:
        marker.write_text(recipe)


def serve() -> None:
    environment()
    start(CLA_DEMO="0")


def test() -> None:
    """All tests, side by side but for those in a browser; or those that are named."""
    environment()
    if sys.argv[2:]:
        run(PYTHON, "-m", "pytest", *sys.argv[2:])
        return
    beside_each_other = (
        "-m",
        "not browser",
        "-n",
        "auto",
        "--maxprocesses",
        "8",
        "--dist",
        "worksteal",
    )
    runs = (beside_each_other, ("-m", "browser"))
    codes = [
        subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode
        for arguments in runs
    ]
    sys.exit(next((code for code in codes if code), 0))


def check() -> None:
    environment()
    run(BIN / "ruff", "check", ".")
    run(BIN / "ruff", "format", "--check", ".")
    run(PYTHON, "-m", "mypy")
    run(BIN / "lint-imports")


def bench() -> None:
    environment()
    run(PYTHON, "-m", "benchmarks", *sys.argv[2:])


def lock() -> None:
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("Locking needs uv (https://docs.astral.sh/uv/); everything else works without it.")
    run(
        *(uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--no-emit-index-url", "--no-annotate", "--no-header", "--extra", "dev"),
        *("pyproject.toml", "--output-file", REQUIREMENTS),
    )


TARGETS = {
    "run": demo,
    "serve": serve,
    "test": test,
    "check": check,
    "bench": bench,
    "lock": lock,
}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"{__doc__}\nTargets: {', '.join(TARGETS)}")
    TARGETS[sys.argv[1]]()


if __name__ == "__main__":
    main()
