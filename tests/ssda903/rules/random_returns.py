"""Returns of random cells, good and bad, for properties that must hold whatever a file contains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.ssda903 import Return, layout

DATES = (
    *("01/04/2025", "31/03/2026", "01/06/2025", "02/06/2025", "31/03/2025", "15/06/2010"),
    *("29/02/2008", "30/02/2009", "June", "01/04/2021", "ZZ/05/2025"),
)
TEXTS = ("SC1", "SC2", "XXXXXXX", "AB1 2CD", "UN1", "A123456789012", "5", "41", "", "SW12", "816")
CHILDREN = tuple("ABCDEFGHIJKL")


def tables(seed: int, rows: int = 25, year: int = 2026) -> dict[str, pd.DataFrame]:
    """Every table with random cells, a fifth of them missing, and shuffled row labels."""
    dice = np.random.default_rng(seed)
    found = {name: _table(dice, table, rows, year) for name, table in layout.any_year().items()}
    found["Episodes"]["PL_LA"] = dice.choice(["E06000014", "E06000015", "WAL", None], rows)
    found["Episodes"]["PL_LOCATION"] = dice.choice(["IN", "OUT", None], rows)
    found["Episodes"]["PL_DISTANCE"] = dice.choice(["0.5", "400", "-1", None], rows)
    found["Header"]["UASC"] = dice.choice(["0", "1", None], rows)
    return found


def _table(
    dice: np.random.Generator, table: layout.TableLayout, rows: int, year: int
) -> pd.DataFrame:
    columns = {field.name: _cells(dice, field, rows, year) for field in table.fields}
    return pd.DataFrame(columns, index=dice.permutation(rows) + 100, dtype="str")


def _cells(dice: np.random.Generator, field: layout.Field, rows: int, year: int) -> np.ndarray:
    if field.name == "CHILD":
        choices: tuple[str, ...] = CHILDREN
    elif field.kind in ("date", "partial_date"):
        choices = DATES
    elif field.kind == "code":
        choices = (*layout.codes(field.codes or "", year), "Q", "")
    else:
        choices = TEXTS
    cells = dice.choice(np.array(choices, dtype=object), rows)
    cells[dice.random(rows) < 0.2] = None
    return cells


def providers() -> pd.DataFrame:
    """A list of two providers, of which one is closed."""
    return pd.DataFrame(
        {
            "URN": ["SC1", "SC2"],
            "PLACE_CODES": ["K1,K2", "U1"],
            "PROVIDER_CODES": ["PR1", "PR2,PR3"],
            "REG_END": ["01/06/2025", None],
            "POSTCODE": ["AB1 2CD", "AB1 2CE"],
            "LA_CODE_INFERRED": ["E06000014", "E06000015"],
        }
    )


def random_return(seed: int, year: int = 2026, rows: int = 25, source: str = "csv") -> Return:
    """A random return with a previous year and a provider list: every rule can run."""
    return Return.from_tables(
        tables(seed, rows, year),
        year,
        "E06000014",
        previous=tables(seed + 1000, rows, year),
        providers=providers(),
        source=source,
    )
