"""Whether a picture is one to its end. What hangs behind its end is no part of it, and is cut off.

Source: PNG (ISO/IEC 15948), JPEG (ITU-T T.81, annex B).
"""

import re
import struct
import zlib

from portal.attachments.problems import NotSound

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
MOST_PIXELS = 100_000_000
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next marker that is no part of a scan."""


def sound_png(content: bytes) -> bytes:
    """The picture up to its end: every chunk with its sum. Raises NotSound."""
    at, seen = len(PNG), set[bytes]()
    try:
        while b"IEND" not in seen:
            length, kind = struct.unpack_from(">I4s", content, at)
            (told,) = struct.unpack_from(">I", content, at + 8 + length)
            if zlib.crc32(content[at + 4 : at + 8 + length]) != told or (not seen and (kind, length) != (b"IHDR", 13)):
                raise NotSound("damaged")
            if kind == b"IHDR":
                _look_at_size(*struct.unpack_from(">II", content, at + 8))
            seen.add(kind)
            at += 12 + length
    except struct.error as error:
        raise NotSound("damaged") from error
    if b"IDAT" not in seen:
        raise NotSound("damaged")
    return content[:at]


def sound_jpeg(content: bytes) -> bytes:
    """The picture up to its end: every segment, and at least one scan. Raises NotSound."""
    at, seen = 2, set[str]()
    try:
        while True:
            if content[at] != 0xFF:
                raise NotSound("damaged")
            marker = content[at + 1]
            if marker == 0xFF:
                at += 1
                continue
            if marker == END_OF_IMAGE:
                break
            (length,) = struct.unpack_from(">H", content, at + 2)
            if marker in START_OF_FRAME:
                height, width = struct.unpack_from(">HH", content, at + 5)
                _look_at_size(width, height)
                seen.add("frame")
            at += 2 + max(length, 2)
            if marker == START_OF_SCAN:
                seen.add("scan")
                found = AFTER_SCAN.search(content, at)
                at = found.start() if found else len(content)
    except (IndexError, struct.error) as error:
        raise NotSound("damaged") from error
    if seen != {"frame", "scan"}:
        raise NotSound("damaged")
    return content[: at + 2]


def _look_at_size(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise NotSound("damaged")
