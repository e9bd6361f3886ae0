"""What a refusal may say: headings, never what stands in a pupil's row."""

from __future__ import annotations

import pytest

from cla import census, results
from cla.files import Upload
from cla.problems import Unusable

WITHOUT_HEADINGS = b"Smith,Jane,H801200001001,12/03/2010,F\nDoe,Alex,R674123101121,01/05/2010,M\n"


@pytest.mark.parametrize("read", [results.read, census.read])
def test_a_file_without_headings_is_refused_without_repeating_its_first_line(read) -> None:
    with pytest.raises(Unusable) as refused:
        read([Upload("export.csv", WITHOUT_HEADINGS)])
    sentence = str(refused.value)
    assert "H801200001001" not in sentence
    assert "12/03/2010" not in sentence
