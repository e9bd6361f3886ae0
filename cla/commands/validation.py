"""``validate``: what is wrong with a return, without keeping anything."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cla.commands import options

if TYPE_CHECKING:
    import pandas as pd

    from cla.ssda903 import Return

SHOWN_LINES = 12
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    command: argparse.ArgumentParser = commands.add_parser(
        "validate",
        help="check an SSDA903 return against the Department's rules",
        description="Exit code 0: nothing found; 1: findings; 2: the files cannot be used.",
    )
    options.files(command, "the CSV files of the return, a ZIP of them, or the XML")
    options.year(command)
    options.la(command, required=False)
    command.add_argument(
        "--previous", metavar="FILE", nargs="+", type=Path, help="the return of the year before"
    )
    command.add_argument(
        "--providers",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="Ofsted's lists of providers: Excel workbooks (.xlsx) or CSV files",
    )
    options.any_year(command)
    command.add_argument("--format", choices=("text", "csv", "json"), default="text")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, check, show. 1 when anything was found."""
    from cla import ssda903

    la = options.authority(arguments.la).la if arguments.la else None
    ret = ssda903.read(
        arguments.files,
        year=arguments.year,
        la=la,
        previous=arguments.previous,
        providers=arguments.providers,
        any_year=arguments.any_year,
    )
    findings = ssda903.validate(ret)
    show = {"text": _as_text, "csv": _as_csv, "json": _as_json}[arguments.format]
    sys.stdout.write(show(ret, findings))
    if arguments.format == "csv":
        for line in _not_run(findings):
            print(line, file=sys.stderr)
    return 1 if len(findings) else 0


def _as_text(ret: Return, findings: pd.DataFrame) -> str:
    """For reading: each rule once, with the lines it concerns."""
    rows = options.many(sum(map(len, ret.tables.values())), "row")
    tables = options.many(len(ret.tables), "table")
    lines = [*ret.notices, f"{rows} in {tables} of {ret.year - 1}-{ret.year % 100:02d}."]
    for (rule, severity), found in findings.groupby(["rule", "severity"], observed=True):
        lines.append(f"\n{rule} ({severity}): {found['message'].iloc[0]}")
        for table, rows_of in found.groupby("table", observed=True):
            lines.append(f"    {table}: {_where(rows_of)}")
    lines.append(f"\n{_total(findings)}")
    return "\n".join([*lines, *_not_run(findings)]) + "\n"


def _not_run(findings: pd.DataFrame) -> list[str]:
    """The rules that were not run, by what they need: neither passed nor failed."""
    not_run = findings.attrs.get("not_run", [])
    if not not_run:
        return []
    by_need: dict[str, list[str]] = {}
    for rule in not_run:
        by_need.setdefault(str(rule["lacks"]), []).append(str(rule["rule"]))
    rules = options.many(len(not_run), "rule")
    return [
        f"{rules} could not run, for lack of tables or reference data:",
        *(f"    need {need}: {', '.join(codes)}" for need, codes in by_need.items()),
    ]


def _total(findings: pd.DataFrame) -> str:
    if findings.empty:
        return "Nothing found."
    rules = options.many(findings["rule"].nunique(), "rule")
    return f"{options.many(len(findings), 'finding')} of {rules}."


def _where(found: pd.DataFrame) -> str:
    known = found["line"].dropna()
    if known.empty:
        return options.many(len(found), "row")
    numbers = sorted({int(line) for line in known})
    shown = ", ".join(f"{number}" for number in numbers[:SHOWN_LINES])
    more = f" and {len(numbers) - SHOWN_LINES:,} more" if len(numbers) > SHOWN_LINES else ""
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{more}"


def _as_csv(ret: Return, findings: pd.DataFrame) -> str:
    """One row a finding, with what was sent in its fields.

    Text that a spreadsheet would take for a formula gets an apostrophe.
    """
    import pandas as pd

    from cla.ssda903.sent import values_of

    plain = _plain(findings).assign(values=values_of(findings, ret.tables))
    for name in plain.columns:
        column = plain[name]
        if not pd.api.types.is_numeric_dtype(column):
            text = column.astype("str")
            risky = text.str.startswith(FORMULA, na=False)
            plain[name] = text.where(~risky, "'" + text)
    return str(plain.to_csv(index=False, lineterminator="\n"))


def _as_json(ret: Return, findings: pd.DataFrame) -> str:
    from cla.ssda903.sent import cells_of

    records = json.loads(_plain(findings).to_json(orient="records"))
    sent = cells_of(findings, ret.tables)
    answer = {
        "year": ret.year,
        "la": ret.la,
        "rows": {name: len(table) for name, table in ret.tables.items()},
        "notices": list(ret.notices),
        "findings": [
            {**record, "values": cells} for record, cells in zip(records, sent, strict=True)
        ],
        "not_run": findings.attrs.get("not_run", []),
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Without attrs, and lists of fields as words."""
    import pandas as pd

    plain = pd.DataFrame(frame)
    for name in plain.columns:
        if plain[name].map(lambda cell: isinstance(cell, tuple | list)).any():
            plain[name] = plain[name].map(" ".join)
    return plain
