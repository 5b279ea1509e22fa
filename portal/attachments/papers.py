"""Whether a PDF or a Word file is one, and nothing that runs. No page of it is read.

Source: PDF (ISO 32000-2, 7.5), Office Open XML (ECMA-376 part 2).
"""

import re
import zipfile
from io import BytesIO
from pathlib import PurePath
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.attachments.problems import NotSound
from portal.importing.files.archives import check_zip
from portal.importing.lines import FileProblem

PDF, DOCX, OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PDF_START = re.compile(rb"%PDF-[12]\.[0-9]\s")
PDF_END = re.compile(rb"startxref\s+[0-9]+\s+%%EOF\Z")
OBJECT = re.compile(rb"[0-9]+\s+[0-9]+\s+obj\b")
RUNS = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?)\b")
"""What makes a PDF run something, or carry another file. Seen where it is not packed; a scanner sees more."""
A_TAIL = 200
"""Bytes before the end that hold the last words of a PDF."""
TYPES, DOCUMENT = "[Content_Types].xml", "word/document.xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MOST_UNPACKED = 50_000_000
MOST_TYPES = 200_000
END_OF_ZIP = b"PK\x05\x06"
LONG_END = 22
"""Bytes of the record that ends a zip file without a comment."""


def sound_pdf(content: bytes) -> bytes:
    """The document up to its end. Raises NotSound."""
    end = content.rfind(b"%%EOF") + len(b"%%EOF")
    content = content[:end]
    if PDF_START.match(content) is None or OBJECT.search(content) is None:
        raise NotSound("damaged")
    if PDF_END.search(content[-A_TAIL:]) is None:
        raise NotSound("damaged")
    if zipfile.is_zipfile(BytesIO(content)):
        raise NotSound("double")
    if RUNS.search(content):
        raise NotSound("runs")
    return content


def sound_docx(content: bytes) -> bytes:
    """The document: a zip file from its first byte to its last, within bounds, without macros and embedded files.

    Raises NotSound.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
            is_whole = content.rfind(END_OF_ZIP) + LONG_END == len(content)
            if not infos or min(info.header_offset for info in infos) != 0 or not is_whole:
                raise NotSound("double")
            check_zip(archive, PurePath("file"), len(content), most_unpacked=MOST_UNPACKED)
            _look_at_parts(archive)
    except (zipfile.BadZipFile, FileProblem, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, NotSound):
            raise
        raise NotSound("unpacks") from error
    return content


def _look_at_parts(archive: zipfile.ZipFile) -> None:
    names = {info.filename for info in archive.infolist()}
    if not {TYPES, DOCUMENT} <= names or archive.getinfo(TYPES).file_size > MOST_TYPES:
        raise NotSound("other")
    try:
        told = [element.attrib for element in fromstring(archive.read(TYPES), forbid_dtd=True)]
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotSound("damaged") from error
    types = {one.get("ContentType", "") for one in told}
    marks = " ".join([*names, *types]).lower()
    if any(
        mark in marks for mark in ("vbaproject", "vbadata", "macroenabled", "activex", "oleobject", "word/embeddings/")
    ):
        raise NotSound("runs")
    if not any(one.get("PartName") == f"/{DOCUMENT}" and one.get("ContentType") == MAIN for one in told):
        raise NotSound("other")
