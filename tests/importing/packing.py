"""Packages and workbooks to import, made for one test."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

SERVICE: dict[str, Any] = {
    "id": "s1",
    "name": "Larkfield Warm Room",
    "status": "active",
    "description": "Tea and soup.",
    "organization": {"id": "o1", "name": "Larkfield Trust"},
}
SERVICES = "id,organization_id,name,description,email\ns1,o1,Larkfield Warm Room,Tea and soup.,tea@larkfield.org.uk\n"
ORGANIZATIONS = "id,name,url\no1,Larkfield Trust,https://larkfield.org.uk\n"


def write_zip(path: Path, files: dict[str, str | bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip file of files by name."""
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, files: dict[str, str]) -> Path:
    """A folder of files by name."""
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(content, encoding="utf-8")
    return path


def write_json(path: Path, value: Any) -> Path:
    """A file of JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def write_book(path: Path, sheets: dict[str, list[list[Any]]], *, hidden: tuple[str, ...] = ()) -> Path:
    """A workbook of sheets by name, each of rows of values."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


def with_part(path: Path, name: str, content: str | bytes, *, instead: tuple[bytes, bytes] | None = None) -> Path:
    """The same zip file with one part put in, or with bytes of that part replaced."""
    whole = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == name:
                data = (
                    data.replace(*instead) if instead else (content if isinstance(content, bytes) else content.encode())
                )
            new.writestr(info.filename, data)
        if name not in old.namelist():
            new.writestr(name, content)
    path.write_bytes(whole.getvalue())
    return path
