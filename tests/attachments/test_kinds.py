"""What a file is, its content tells: files that lie, break off, carry programs or unpack to too much are not taken."""

import pytest
from flask import Flask

from portal.attachments.actions import looked_through
from portal.attachments.kinds import LARGEST
from portal.attachments.problems import NotTaken
from tests.support.files import EXE, MAIN, docx, jpeg, pdf, png

pytestmark = pytest.mark.usefixtures("sqlite_app")
ANY = "application/octet-stream"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = b"<!doctype html><script>alert(1)</script>"
MACRO = docx({"word/vbaProject.bin": b"x"})


@pytest.mark.parametrize(
    ("name", "declared", "content", "kind"),
    [
        ("letter.pdf", "application/pdf", pdf(), "pdf"),
        ("LETTER.PDF", ANY, pdf(), "pdf"),
        ("photo.png", "image/png", png(), "png"),
        ("photo.jpeg", "image/jpeg", jpeg(), "jpeg"),
        ("form.docx", WORD, docx({"word/media/image1.png": png()}), "docx"),
    ],
)
def test_each_kind_is_taken_as_it_is(name: str, declared: str, content: bytes, kind: str) -> None:
    taken = looked_through(name, declared, content)
    assert (taken.kind.name, taken.name.lower()) == (kind, name.lower())
    assert taken.content in {content, content.rstrip()}


@pytest.mark.parametrize(
    ("name", "declared", "content", "says"),
    [
        ("letter.pdf", "application/pdf", png(), "not what its name says"),
        ("letter.pdf", "application/pdf", HTML, "not what its name says"),
        ("letter.pdf", "application/pdf", HTML + pdf(), "not what its name says"),
        ("letter.pdf", "text/html", pdf(), "not what its name says"),
        ("photo.png", "image/png", jpeg(), "not what its name says"),
        ("form.docx", WORD, EXE, "not what its name says"),
        ("form.docx", WORD, docx(type="application/vnd.ms-excel"), "not what its name says"),
        ("form.docx", ANY, b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(600), "files with a password are not taken"),
        ("letter.exe", ANY, pdf(), "Choose a PDF, PNG, JPEG or Word"),
        ("letter", "application/pdf", pdf(), "Choose a PDF, PNG, JPEG or Word"),
        ("", "application/pdf", pdf(), "Choose a PDF, PNG, JPEG or Word"),
        ("fdp\u202eexe.letter", ANY, pdf(), "Choose a PDF, PNG, JPEG or Word"),
        ("letter.pdf", "application/pdf", b"", "is empty"),
        ("letter.pdf", "application/pdf", pdf() + bytes(LARGEST), "larger than 5 MB"),
        ("letter.pdf", "application/pdf", pdf()[:60], "damaged or cut short"),
        ("letter.pdf", "application/pdf", b"%PDF-1.7\n" + HTML, "damaged or cut short"),
        ("photo.png", "image/png", png()[:-9], "damaged or cut short"),
        ("photo.png", "image/png", png().replace(b"IDAT", b"IDAX"), "damaged or cut short"),
        ("photo.png", "image/png", png(100_000, 100_000), "damaged or cut short"),
        ("photo.jpg", "image/jpeg", jpeg()[:-2], "damaged or cut short"),
        ("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xd9", "damaged or cut short"),
        ("form.docx", WORD, docx()[:-30], "damaged, locked with a password"),
        ("form.docx", WORD, docx({"word/media/x.bin": bytes(30_000_000)}), "unpacks to too much"),
        ("form.docx", WORD, docx({f"word/{one}.xml": b"x" for one in range(200)}), "unpacks to too much"),
        ("form.docx", WORD, docx({"../../evil.xml": b"x"}), "unpacks to too much"),
        ("form.docx", WORD, docx({"word/more.zip": docx()}), "unpacks to too much"),
        ("form.docx", WORD, MACRO, "holds a program"),
        ("form.docx", WORD, docx(type=MAIN.replace("main+xml", "macroEnabled.main+xml")), "holds a program"),
        ("form.docx", WORD, docx({"word/embeddings/oleObject1.bin": b"x"}), "holds a program"),
        ("form.docx", WORD, docx(more='<!DOCTYPE x [<!ENTITY a "b">]>'), "damaged or cut short"),
        ("letter.pdf", "application/pdf", pdf(more=b"<< /S /JavaScript /JS (x) >>"), "holds a program"),
        ("letter.pdf", "application/pdf", pdf(more=b"<< /S /Launch >>"), "holds a program"),
        ("form.docx", WORD, EXE + docx(), "not what its name says"),
    ],
)
def test_what_lies_or_harms_is_not_taken(name: str, declared: str, content: bytes, says: str) -> None:
    with pytest.raises(NotTaken) as refused:
        looked_through(name, declared, content)
    assert says in refused.value.sentence


def test_what_hangs_behind_the_end_is_cut_off() -> None:
    """So a picture that is also a page, or an archive, is a picture alone."""
    for name, content in (("a.png", png()), ("a.jpg", jpeg()), ("a.pdf", pdf().rstrip())):
        assert looked_through(name, ANY, content + HTML + docx()).content == content


def test_an_archive_inside_a_pdf_is_seen() -> None:
    """A zip file may end with a comment, in which the end of a PDF fits."""
    packed = docx()
    end = b"\nstartxref\n9\n%%EOF"
    both = b"%PDF-1.7\n1 0 obj\nendobj\n" + packed[:-2] + len(end).to_bytes(2, "little") + end
    with pytest.raises(NotTaken, match="two kinds of file at once"):
        looked_through("a.pdf", ANY, both)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("C:\\Users\\Ann\\letter.pdf", "letter.pdf"),
        ("../../etc/letter.pdf", "letter.pdf"),
        ('a"b;c\r\nd\x00.pdf', "a_b_c d.pdf"),
        ("\u202efdp.tluser\u202c.pdf", "fdp.tluser.pdf"),
        (".pdf.pdf", "pdf.pdf"),
        ("خط.pdf", "خط.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_names_are_made_plain(sqlite_app: Flask, told: str, name: str) -> None:
    assert looked_through(told, ANY, pdf()).name == name
