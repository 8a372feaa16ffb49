"""Papers and pictures: put, get, delete. One folder, each file under the SHA-256 of its content."""

import hashlib
import io
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from roundtable.domain.refusals import Refused

MAX_BYTES = 20 * 1024 * 1024

_OOXML = "application/vnd.openxmlformats-officedocument"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileTooLarge(Refused):
    sentence = _l("The file is larger than 20 MB. Please make it smaller or split it.")


class FileEmpty(Refused):
    sentence = _l("The file is empty. Please check it and choose it again.")


class KindNotAllowed(Refused):
    sentence = _l("Only PDF, Word (DOCX), OpenDocument (ODT), Excel (XLSX), PNG and JPEG files can be uploaded.")


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size_bytes: int
    media_type: str


def put(folder: Path, content: bytes) -> Stored:
    """Keep a file for good before anybody is told of it; the same content twice is one file.

    Raises:
        FileEmpty, FileTooLarge, KindNotAllowed
    """
    if not content:
        raise FileEmpty
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    stored = Stored(hashlib.sha256(content).hexdigest(), len(content), media_type(content))
    place = _place(folder, stored.sha256)
    if not place.exists():
        _write(place, content)
    return stored


def get(folder: Path, sha256: str) -> bytes:
    """Raises FileNotFoundError."""
    return _place(folder, sha256).read_bytes()


def delete(folder: Path, sha256: str) -> None:
    """Remove a file that nothing refers to any more; one that is gone already is no error."""
    _place(folder, sha256).unlink(missing_ok=True)


def media_type(content: bytes) -> str:
    """What a file is by its own signature; the name it came with proves nothing. Raises KindNotAllowed."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    raise KindNotAllowed


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                declared = archive.read("mimetype").decode("ascii", "replace").strip()
                if declared == "application/vnd.oasis.opendocument.text":
                    return declared
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise KindNotAllowed from None
    # Macros have no business on a public body's table.
    if any(name.endswith("vbaProject.bin") for name in names):
        raise KindNotAllowed
    if "word/document.xml" in names:
        return f"{_OOXML}.wordprocessingml.document"
    if "xl/workbook.xml" in names:
        return f"{_OOXML}.spreadsheetml.sheet"
    raise KindNotAllowed


def _place(folder: Path, sha256: str) -> Path:
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return folder / sha256[:2] / sha256


def _write(place: Path, content: bytes) -> None:
    """Whole or not at all: written aside, synced, then moved into place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".incoming-", delete=False) as beside:
        try:
            beside.write(content)
            beside.flush()
            os.fsync(beside.fileno())
            os.replace(beside.name, place)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
