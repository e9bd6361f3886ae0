"""XML from strangers: one hardened way to walk through it, and what kind of file it is."""

from __future__ import annotations

import io
import re
from xml.sax import SAXParseException, handler  # types only; the parser is defusedxml's
from xml.sax.xmlreader import InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from cla.files.text import Text
from cla.files.upload import Upload, refusal, shown_name

DEEPEST = 32
"""Elements within elements that are followed; none of the files read here comes near it."""

_ENCODINGS = {
    "utf-8",
    "utf8",
    "utf-16",
    "utf16",
    "windows-1252",
    "cp1252",
    "iso-8859-1",
    "us-ascii",
}
_DECLARATION = re.compile(r"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["'][^>]*\?>""")
_START = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def looks_like_xml(content: bytes) -> bool:
    """Whether a file is meant as XML: its first character is an opening bracket."""
    return content[:1024].lstrip(_START).startswith(b"<")


def local_name(name: str) -> str:
    """The name of an element in capitals, without the prefix of its namespace."""
    return name.rpartition(":")[2].upper()


def walk(upload: Upload, text: Text, content: handler.ContentHandler, kind: str) -> None:
    """Hand every element of the file to ``content``. Raises Unusable.

    Refused, as no ``kind`` ("a return") needs it: a document type declaration, and with it every
    entity; an unknown encoding; XML that is not well-formed.
    """
    declared = _DECLARATION.match(text.content[:1024])
    if declared and declared.group(1).lower() not in _ENCODINGS:
        raise refusal(
            upload.label,
            f"says it is in the encoding {shown_name(declared.group(1))}; save it as UTF-8.",
        )
    parser = create_parser(forbid_dtd=True)
    parser.setContentHandler(content)
    source = InputSource()
    source.setByteStream(io.BytesIO(text.content.encode()))
    source.setEncoding("utf-8")
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise refusal(
            upload.label,
            f"has a document type declaration (DTD), which {kind} never needs; remove it.",
        ) from None
    except SAXParseException as error:
        raise refusal(
            upload.label,
            f"is not well-formed XML ({error.getMessage()}); export it again.",
            error.getLineNumber(),
        ) from None
