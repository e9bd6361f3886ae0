"""What an invented pupil brings to every assessment: ability, luck, a past in English schools."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cla.demo.chance import normals, units
from cla.demo.recipe import value

LASTING, LUCK = 0.82, 0.572  # squares add up to one


def latent(pupils: pd.DataFrame, stage: str, subject: str, shift: float) -> np.ndarray:
    """The latent score of a stage and subject; nought is the expected standard."""
    keys = pupils["key"].to_numpy()
    means = pupils["sen"].map({name: value(stage)[name] for name in "NKE"}).to_numpy(dtype=float)
    luck = normals(keys, f"{stage} {subject}")
    return means + shift + LASTING * normals(keys, "ability") + LUCK * luck


def knew_key_stage_1(pupils: pd.DataFrame) -> pd.Series:
    """Who was in an English school by the end of key stage 1: the others came later."""
    came = units(pupils["key"].to_numpy(), "ks1 known") < value("ks1.known")
    return pd.Series(came & ~pupils["uasc"].to_numpy(), index=pupils.index)


def absent_at_key_stage_1(pupils: pd.DataFrame, academic_year: str) -> np.ndarray:
    """Who was absent when key stage 1 was assessed in an academic year."""
    return units(pupils["key"].to_numpy(), f"ks1 absent {academic_year}") < 0.012
