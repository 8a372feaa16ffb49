"""Papers: kept whole, under what they are, and only what they may be."""

import io
import zipfile
from pathlib import Path

import pytest

from roundtable import files
from roundtable.web.downloads import file_name

PDF = b"%PDF-1.7\n..."


def archive(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for name, data in members.items():
            zipped.writestr(name.replace("__", "/"), data)
    return content.getvalue()


DOCX = archive(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"})
XLSX = archive(**{"xl__workbook.xml": b"<x/>"})
ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text")
PNG = b"\x89PNG\r\n\x1a\n0000"
JPEG = b"\xff\xd8\xff\xe00000"


@pytest.mark.parametrize(
    ("content", "ending"), [(PDF, "pdf"), (DOCX, "docx"), (XLSX, "xlsx"), (ODT, "odt"), (PNG, "png"), (JPEG, "jpg")]
)
def test_what_may_be_uploaded_comes_back_as_it_was(tmp_path: Path, content: bytes, ending: str) -> None:
    stored = files.put(tmp_path, content)
    assert files.get(tmp_path, stored.sha256) == content
    assert file_name("Vorlage.exe", stored.media_type) == f"Vorlage.{ending}"
    assert files.put(tmp_path, content) == stored
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / stored.sha256[:2] / stored.sha256]
    files.delete(tmp_path, stored.sha256)
    files.delete(tmp_path, stored.sha256)
    with pytest.raises(FileNotFoundError):
        files.get(tmp_path, stored.sha256)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"<html><script>",
        b"PK\x03\x04 broken",
        archive(readme=b"x"),
        archive(**{"word__document.xml": b"<x/>", "word__vbaProject.bin": b"macro"}),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(files.KindNotAllowed):
        files.put(tmp_path, content)
    assert list(tmp_path.iterdir()) == []


def test_empty_and_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(files.FileEmpty):
        files.put(tmp_path, b"")
    with pytest.raises(files.FileTooLarge):
        files.put(tmp_path, PDF + b"0" * files.MAX_BYTES)


def test_no_path_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        files.get(tmp_path, "../../etc/passwd")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Ablage\\Wärme plan.PDF", "Wärme plan.pdf"),
        ("../../x", "x.pdf"),
        ("a\u202etxt.pdf", "atxt.pdf"),
        ("", "paper.pdf"),
        ('"; x="y.pdf', "; x=y.pdf"),
        ("n" * 300 + ".pdf", "n" * 120 + ".pdf"),
    ],
)
def test_names_are_tamed(given: str, kept: str) -> None:
    assert file_name(given, "application/pdf") == kept
