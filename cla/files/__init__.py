"""The files people hand in: opened, decoded and cut into rows, or refused in a sentence.

Nothing here knows what a file means. The readers of a return, of results and of a census share it,
so that a ZIP bomb, a missing byte order mark or one comma too many is met in one place and in the
same words. Text stays text: "NA" is a value, leading zeros are kept, nothing is dropped, shifted or
blanked silently.
"""

from cla.files.archives import open_uploads
from cla.files.headings import is_heading, listed, shown_headings
from cla.files.tables import (
    Records,
    Table,
    as_table,
    heading,
    read_records,
    rows,
    table,
    wrong_width,
)
from cla.files.text import Text, decode, read_text
from cla.files.upload import MAX_BYTES, Upload, shown_name

__all__ = [
    "MAX_BYTES",
    "Records",
    "Table",
    "Text",
    "Upload",
    "as_table",
    "decode",
    "heading",
    "is_heading",
    "listed",
    "open_uploads",
    "read_records",
    "read_text",
    "rows",
    "shown_headings",
    "shown_name",
    "table",
    "wrong_width",
]
