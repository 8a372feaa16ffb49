"""The press archive and its releases as page, PDF, text and feed. All read frozen versions, never the draft."""

from datetime import UTC, date, datetime
from functools import cache

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as WerkzeugResponse

from roundtable import clock
from roundtable.clean_text import cleaned_line
from roundtable.db import UTCDateTime, db
from roundtable.documents.release import release_pdf, release_text
from roundtable.domain.press.releases import PublishedVersion, Release, visible
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.addresses import LARGEST_NUMBER
from roundtable.web.paging import Page

routes = Blueprint("press", __name__)

ON_A_PAGE = 20
IN_THE_FEED = 30
AT = bindparam("at", type_=UTCDateTime())


@cache
def _in_language() -> Select[Release]:
    """Releases at :func:`_now_and_here`. To build a statement costs as much as to ask it: it is built once."""
    return visible(AT).where(Release.language == bindparam("language")).options(joinedload(Release.office))


@cache
def _one() -> Select[Release]:
    """The release at an address: ``year`` and ``slug``."""
    return (
        select(Release)
        .where(Release.is_public(AT), Release.language == bindparam("language"))
        .where(Release.year == bindparam("year"), Release.slug == bindparam("slug"))
        .options(joinedload(Release.office), joinedload(Release.published))
        .options(joinedload(Release.roundtable).joinedload(Roundtable.series))
    )


@cache
def _address_in_another_language() -> Select[int, str]:
    """Where a release of this ``kind`` about this ``roundtable_id`` is to be read in ``language``."""
    return select(Release.year, Release.slug).where(
        Release.is_public(AT),
        Release.language == bindparam("language"),
        Release.roundtable_id == bindparam("roundtable_id"),
        Release.kind == bindparam("kind"),
    )


def _now_and_here() -> dict[str, object]:
    return {"at": clock.now(), "language": language()}


def _with_words(found: Select[Release], words: str) -> Select[Release]:
    """Only releases whose present text in public holds all these words."""
    for word in words.casefold().split():
        latest = (
            select(func.max(PublishedVersion.number))
            .where(PublishedVersion.release_id == Release.id)
            .correlate(Release)
            .scalar_subquery()
        )
        holds = PublishedVersion.content["searched"].as_string().contains(word, autoescape=True)
        found = found.where(~Release.is_withdrawn, Release.published.any((PublishedVersion.number == latest) & holds))
    return found


def _cacheable(answer: Response) -> Response:
    """For a minute by anybody; then asked for again, and not sent when nothing is new (RFC 9110 13.1.2)."""
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _release_or_404(year: int, slug: str) -> Release:
    found = db.session.scalars(_one(), {**_now_and_here(), "year": year, "slug": slug})
    release = found.unique().one_or_none()
    if release is None:
        abort(404)
    return release


def _sibling_url(release: Release, at: datetime) -> str:
    """The same release in the other language, or that language's archive."""
    other = "en" if release.language == "de" else "de"
    same = {"roundtable_id": release.roundtable_id, "kind": release.kind}
    sibling = db.session.execute(_address_in_another_language(), {"at": at, "language": other, **same}).one_or_none()
    if sibling is None:
        return url_for("public.press.archive", lang=other)
    return url_for("public.press.show", lang=other, year=sibling.year, slug=sibling.slug)


@routes.get("/press/")
def archive() -> Response:
    words = cleaned_line(request.args.get("q", ""))[:200]
    found = _with_words(_in_language(), words)
    number = min(max(request.args.get("page", 1, type=int), 1), LARGEST_NUMBER // ON_A_PAGE)
    releases, count = _on_page(found, number)
    pages = max(1, -(-count // ON_A_PAGE))
    if number > pages:
        number, (releases, count) = pages, _on_page(found, pages)
    page = Page(
        releases, count, number, pages, lambda number: url_for("public.press.archive", page=number, q=words or None)
    )
    return _cacheable(Response(render_template("public/press/archive.html", page=page, words=words)))


def _on_page(found: Select[Release], number: int) -> tuple[list[Release], int]:
    """The releases of this page, and how many there are on all.

    Found and counted by their numbers alone: what a release says is long, and read of these only.
    """
    here = _now_and_here()
    numbers = found.with_only_columns(Release.id).offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    count = select(func.count()).select_from(found.with_only_columns(Release.id).order_by(None).subquery())
    read = select(Release).where(Release.id.in_(db.session.scalars(numbers, here).all()))
    loaded = read.options(joinedload(Release.office), selectinload(Release.published))
    ordered = loaded.order_by(Release.dated_on.desc(), Release.id.desc())
    return list(db.session.scalars(ordered)), db.session.scalar(count, here) or 0


@routes.get("/press/feed.atom")
def feed() -> Response:
    """RFC 4287."""
    releases = list(db.session.scalars(_in_language().limit(IN_THE_FEED), _now_and_here()))
    origin = current_app.config["ROUNDTABLE"].origin
    entries = [(release, _updated(release)) for release in releases]
    text = render_template(
        "public/press/feed.xml",
        entries=entries,
        origin=origin,
        last=max((updated for _, updated in entries), default=datetime.fromtimestamp(0, UTC)),
    )
    return _cacheable(Response(text, mimetype="application/atom+xml"))


def _updated(release: Release) -> datetime:
    """When the public last saw it change."""
    moments = [release.public_since, release.withdrawn_at, *(each.published_at for each in release.published)]
    return max(moment for moment in moments if moment is not None)


@routes.get("/press/<int:year>/<slug>/")
def show(year: int, slug: str) -> Response:
    at = clock.now()
    release = _release_or_404(year, slug)
    content = release.published[-1].content
    page = render_template(
        "public/press/show.html",
        release=release,
        content=content,
        office=release.office,
        dated_on=date.fromisoformat(content["dated_on"]),
        changed_at=_updated(release),
        text=release_text(content, language()),
        canonical=current_app.config["ROUNDTABLE"].origin + request.path,
        series_is_public=_is_shown(release.roundtable.series, at),
        roundtable_is_public=_is_shown(release.roundtable.series, at) and release.roundtable.is_public(at),
        other_language_url=_sibling_url(release, at),
    )
    answer = Response(page)
    if release.is_withdrawn:
        answer.headers["X-Robots-Tag"] = "noindex"
    return _cacheable(answer)


def _is_shown(series: Series, at: datetime) -> bool:
    return series.is_public(at)


@routes.get("/press/<int:year>/<slug>.pdf")
def pdf(year: int, slug: str) -> WerkzeugResponse:
    release = _release_or_404(year, slug)
    if release.is_withdrawn:
        return redirect(url_for("public.press.show", year=year, slug=slug))
    answer = Response(release_pdf(release.published[-1].content, language()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    return _cacheable(answer)


@routes.get("/press/<int:year>/<slug>.txt")
def txt(year: int, slug: str) -> WerkzeugResponse:
    release = _release_or_404(year, slug)
    if release.is_withdrawn:
        return redirect(url_for("public.press.show", year=year, slug=slug))
    return _cacheable(Response(release_text(release.published[-1].content, language()), mimetype="text/plain"))
