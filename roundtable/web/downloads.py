"""Files on their way out: papers and calendar files, under names that survive every browser (RFC 6266)."""

import io
import unicodedata
from datetime import datetime
from urllib.parse import quote

from flask import Response, abort, current_app, request, send_file

from roundtable import files
from roundtable.domain.roundtables.agenda import PaperVersion

# Calendar programs ask every few minutes; in between a proxy may answer.
MINUTES_OLD = 5 * 60


PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
}


def file_name(given: str, media_type: str) -> str:
    """The name a file came with: no path, no control or direction character, and the ending of what it really is."""
    clean = _without_path(given.replace("\\", "/").rpartition("/")[2])
    ending = EXTENSIONS[media_type]
    stem = clean.rpartition(".")[0] or clean
    return f"{stem[:120] or 'paper'}{ending}"


def _without_path(name: str) -> str:
    """No character that a file system or a header would take for something else."""
    return "".join(each for each in name if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*/\\').strip(
        " ."
    )


def paper(version: PaperVersion) -> Response:
    """As an attachment, never shown in our pages' name; 404 where the file is gone."""
    folder = current_app.config["ROUNDTABLE"].data / "papers"
    try:
        content = files.get(folder, version.sha256)
    except FileNotFoundError:
        abort(404)
    answer = send_file(
        io.BytesIO(content),
        mimetype=version.media_type,
        as_attachment=True,
        download_name=version.file_name,
        etag=version.sha256,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def made(content: bytes, media_type: str, *names: str) -> Response:
    """A file that was made for this answer, called after these names. ``media_type`` may have parameters."""
    given = " ".join(" ".join(names).replace("/", "-").replace("\\", "-").split())
    name = file_name(f"{given}.made", media_type.partition(";")[0])
    answer = send_file(io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def calendar(
    content: bytes,
    *,
    name: str,
    words: str = "",
    changed_at: datetime | None,
    is_feed: bool = False,
    is_private: bool = False,
) -> Response:
    """An .ics with ETag and Last-Modified; 304 for who has it already. A feed is not forced into a download.

    ``name``: for programs that know ASCII only; ``words``: for people, umlauts and all (RFC 6266 4.3).
    """
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    disposition = f"{'inline' if is_feed else 'attachment'}; filename={name}.ics"
    if words:
        disposition += f"; filename*=UTF-8''{quote(_without_path(words)[:120] + '.ics', safe='')}"
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Cache-Control"] = f"{'private' if is_private else 'public'}, max-age={MINUTES_OLD}"
    answer.add_etag()
    if changed_at is not None:
        answer.last_modified = changed_at
    answer.make_conditional(request)
    return answer


def foreign(content: bytes, name: str) -> Response:
    """What a stranger sent: a file to keep, whatever it calls itself."""
    answer = send_file(io.BytesIO(content), "application/octet-stream", as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
