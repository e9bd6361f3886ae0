"""Computing ahead of the pages what the first of them would wait for."""

from __future__ import annotations

from cla import measures
from cla.reports import school_history
from cla.reports.model import Model

RECENT = 2
"""Years whose pupils are put together ahead; of earlier ones only the matches are needed soon."""


def warm(model: Model) -> None:
    """Compute what reports of the recent years ask for, the latest first.

    In small steps, each of which holds the model for a fraction of a second only, so that a page
    that asks meanwhile does not wait for the whole. Student's t is asked for too, since the first
    time loads a library.
    """
    years = tuple(reversed(model.years))
    for place, year in enumerate(years):
        for stage in model.stages(year):
            model.matches(stage, year)
        if place < RECENT:
            model.children(year)
            for stage in model.stages(year):
                model.pupils(stage, year)
    measures.student_t(1)
    school_history.spells(model)
    school_history.moves(model)
