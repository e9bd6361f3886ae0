"""Which reader a stage and academic year has: the scales changed, the files with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cla.files.sheet import Sheet
from cla.results import early, letters, level_era, primary, secondary
from cla.results.tidy import Tidy

Reader = Callable[[Sheet, str], Tidy]

# By stage: the last academic year of each scale and its reader, the earliest first; "" is open.
ERAS: Mapping[str, tuple[tuple[str, Reader], ...]] = MappingProxyType(
    {
        "eyfsp": (("", early.early_years),),
        "phonics": (("", early.phonics),),
        "ks1": ((level_era.LAST_YEAR, level_era.key_stage_1), ("", primary.key_stage_1)),
        "mtc": (("", early.multiplication),),
        "ks2": ((level_era.LAST_YEAR, level_era.key_stage_2), ("", primary.key_stage_2)),
        "ks4": ((letters.LAST_YEAR, letters.key_stage_4), ("", secondary.key_stage_4)),
    }
)
_FIRST: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "eyfsp": ("2012/13", ", since the profile before had no early learning goals"),
        "phonics": ("2011/12", ", the first year of the check"),
        "ks4": ("2003/04", ", since the columns before are not known"),
    }
)


def first_year(stage: str) -> tuple[str, str]:
    """The first academic year whose files are read, and why none before, as it ends a sentence."""
    return _FIRST.get(stage, ("2000/01", ", since the columns before are not known"))


def tidied(stage: str, sheet: Sheet, academic_year: str) -> Tidy:
    """The tidy rows of a file of the stage and year."""
    reader = next(reader for last, reader in ERAS[stage] if not last or academic_year <= last)
    return reader(sheet, academic_year)
