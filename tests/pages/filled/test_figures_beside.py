"""Figures that an authority loads reach its model, and the children stay as they were read."""

from __future__ import annotations

import pytest

from cla import importing
from cla.files import Upload
from cla.reports import Model
from cla.store import imports, jobs
from cla.ui import data
from tests.benchmarks import ees_made as made
from tests.ui import stock


def loaded(store) -> Model:
    return data.loaded(stock.LA, imports.version(store, stock.LA))


def bring_in(store, upload: Upload) -> list[str]:
    files = [(upload.name, upload.content)]
    job = importing.submit(store, la=stock.LA, kind="published", year=None, files=files, by="ann")
    importing.run(store, job.id)
    over = jobs.find(store, stock.LA, job.id)
    assert over is not None and over.state == "checked"
    for one in over.imports:
        imports.make_current(store, one, stock.LA, "ann")
    return list(over.imports)


@pytest.fixture
def children_read(monkeypatch) -> list[str]:
    """Whose children were read from the store, each time that it was done."""
    read, built = [], data._built

    def counting(store, la, rows):
        read.append(la)
        return built(store, la, rows)

    monkeypatch.setattr(data, "_built", counting)
    data._imported.clear()
    return read


def test_loaded_figures_stand_beside_children_that_are_not_read_again(store, children_read):
    before = loaded(store)
    assert before.published.figure("ks4_att8", "2025/26") is None
    (brought,) = bring_in(store, made.ks4())
    after = loaded(store)
    figure = after.published.figure("ks4_att8", "2025/26")
    assert figure is not None and "ks4" in figure.source
    assert children_read == [stock.LA]
    imports.delete(store, brought, stock.LA, "ann")
    data.forget()
    assert loaded(store).published.figure("ks4_att8", "2025/26") is None
