"""Reads back the PDF files that we make: their objects, how they are tagged, and their words. No reader of files of others."""

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"(.*?)stream\n(.*)\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/([\w.+-]+) [\d.]+ Tf|<([0-9A-Fa-f]*)>(?=[^\[\]]*\]?\s*T[jJ]|[^\[\]]*\] ?TJ)")
RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


class Pdf:
    """One file. `objects` are their dictionaries by number, `streams` what hangs on them, unpacked."""

    def __init__(self, body: bytes) -> None:
        assert body.startswith(b"%PDF-1.7") and body.rstrip().endswith(b"%%EOF")
        self.objects: dict[int, bytes] = {}
        self.streams: dict[int, bytes] = {}
        for number, told in OBJECT.findall(body):
            found = STREAM.match(told)
            self.objects[int(number)] = found[1] if found else told
            if found:
                packed = found[2]
                self.streams[int(number)] = zlib.decompress(packed) if b"/FlateDecode" in found[1] else packed
        for number in [one for one, told in self.objects.items() if b"/ObjStm" in told]:
            self._unpack(number)

    def _unpack(self, number: int) -> None:
        first = int(re.search(rb"/First (\d+)", self.objects[number])[1])
        body = self.streams[number]
        numbers = [int(one) for one in body[:first].split()]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        ends = [at for _one, at in pairs[1:]] + [len(body) - first]
        for (one, at), end in zip(pairs, ends, strict=True):
            self.objects[one] = body[first + at : first + end]

    @property
    def catalog(self) -> str:
        """The dictionary of the whole, with the metadata after it."""
        whole = next(told for told in self.objects.values() if re.search(rb"/Type ?/Catalog", told))
        metadata = b"".join(
            self.streams[one] for one, told in self.objects.items() if b"/Metadata" in told and one in self.streams
        )
        return (whole + metadata).decode("latin-1")

    @property
    def metadata(self) -> str:
        """The XMP packet."""
        return next(body for body in self.streams.values() if body.lstrip().startswith(b"<?xpacket")).decode()

    def tags(self) -> list[str]:
        """The kinds of the parts of its structure, such as H1 and P."""
        return [
            one.decode()
            for told in self.objects.values()
            for one in re.findall(rb"/S ?/(\w+)", told)
            if b"StructElem" in told
        ]

    def of_kind(self, kind: str) -> list[bytes]:
        """The parts of its structure of one kind, as dictionaries."""
        wanted = re.compile(rb"/S ?/" + kind.encode() + rb"\b")
        return [told for told in self.objects.values() if b"StructElem" in told and wanted.search(told)]

    @property
    def pages(self) -> int:
        return sum(re.search(rb"/Type ?/Page\b", told) is not None for told in self.objects.values())

    def text(self) -> str:
        """All words in the order in which they are drawn, without white space: what is laid out apart has none."""
        maps = self._maps()
        said = []
        for told in self.objects.values():
            if not re.search(rb"/Type ?/Page\b", told):
                continue
            contents = [
                int(one) for one in re.findall(rb"(\d+) 0 R", re.search(rb"/Contents ?(\[[^\]]*\]|\d+ 0 R)", told)[1])
            ]
            font: dict[int, str] = {}
            for name, shown in SHOWN.findall(b"\n".join(self.streams[one] for one in contents)):
                if name:
                    font = maps[name.decode()]
                else:
                    said += [font.get(int(shown[at : at + 4], 16), "") for at in range(0, len(shown), 4)]
        return "".join("".join(said).split())

    def _maps(self) -> dict[str, dict[int, str]]:
        """What the glyphs of each font stand for, by the name that pages give it."""
        found = {}
        for told in self.objects.values():
            for name, number in re.findall(rb"/([\w.+-]+) (\d+) 0 R", told):
                font = self.objects.get(int(number), b"")
                unicode = re.search(rb"/ToUnicode (\d+) 0 R", font)
                if unicode:
                    found[name.decode()] = _letters(self.streams[int(unicode[1])])
        return found


def _letters(cmap: bytes) -> dict[int, str]:
    """A ToUnicode map of single glyphs. Source: PDF 32000-1, 9.10.3."""
    told = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, letters in RANGE.findall(block):
            told[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return told
