"""Publishing: a release from its first draft over the second look into public, and what may happen to it there."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from roundtable.actions.press import quoting
from roundtable.actions.press.approval import is_still_approved, looked_at, seal
from roundtable.actions.press.drafting import (
    first_draft,
    free_slug,
    in_figures,
    in_words,
    next_in_public,
    public_commitments,
    public_decisions,
)
from roundtable.actions.press.quoting import quotes_of
from roundtable.actions.press.release_history import hands, remember
from roundtable.documents.release import release_pdf
from roundtable.documents.writing import as_blocks, as_html, as_text
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import DeedOfRelease
from roundtable.domain.office.offices import Office
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import (
    AlreadyPublished,
    ChangedSinceApproval,
    ChangedWhileLooking,
    NotPublished,
    NotReady,
    PublishedVersion,
    QuotesWaiting,
    Release,
    ReleaseKind,
)
from roundtable.domain.record.named import Named, NameWithoutBasis, named_without_basis
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable

DATELINE = {"de": "Pressemitteilung vom %s", "en": "Press release of %s"}


class AlreadyBegun(Refused):
    sentence = _l("There is already a draft in this language.")


class ReasonMissing(Refused):
    sentence = _l("Please give a reason. It stays on record, and the public reads it.")


class NothingToCorrect(Refused):
    sentence = _l("Nothing has changed since the last publication. Edit the text first, then publish the correction.")


def release_of(
    session: Session, roundtable: Roundtable, language: str, kind: ReleaseKind = "summary"
) -> Release | None:
    found = select(Release).where(
        Release.roundtable_id == roundtable.id, Release.language == language, Release.kind == kind
    )
    people = (joinedload(Release.edited_by), joinedload(Release.approved_by), selectinload(Release.published))
    return session.scalar(found.options(*people))


def begin(session: Session, roundtable: Roundtable, language: str, *, at: datetime, by: Account | None) -> Release:
    """A first draft from the data; dated on the roundtable's day.

    Raises:
        AlreadyBegun
    """
    if release_of(session, roundtable, language) is not None:
        raise AlreadyBegun
    title, body = first_draft(session, roundtable, language, at=at)
    release = Release(
        office=roundtable.series.office,
        roundtable=roundtable,
        kind="summary",
        language=language,
        dated_on=roundtable.day,
        year=roundtable.day.year,
        slug=free_slug(session, title, language, roundtable.day.year),
        title=title,
        body=body,
        edited_at=at,
        edited_by=by,
    )
    session.add(release)
    session.flush()
    remember(session, release, "release_begun", at=at, by=by)
    return release


def update(
    session: Session,
    release: Release,
    *,
    title: str,
    body: str,
    dated_on: date | None = None,
    embargo_until: datetime | None = None,
    earlier_because: str = "",
    at: datetime,
    by: Account | None,
) -> None:
    """Edit the draft or its embargo. An approval is void by it; the address stays once something was published.

    Raises:
        AlreadyInPublic: an embargo for what is in public.
        EarlierWithoutReason: a published release whose embargo would end earlier.
    """
    lock(session, release)
    dated_on, embargo = dated_on or release.dated_on, release.embargo_until
    if (title, body, dated_on, embargo_until) == (release.title, release.body, release.dated_on, embargo):
        return
    if embargo_until != embargo:
        release.set_embargo(embargo_until, at=at, because=earlier_because)
        moved = f"{_moment(release, embargo)} → {_moment(release, embargo_until)}"
        told = ": ".join(part for part in (moved, earlier_because.strip()) if part)
        remember(session, release, "release_embargo_moved", at=at, by=by, reason=told)
    if (title, body, dated_on) != (release.title, release.body, release.dated_on):
        release.edit(title, body, at=at, by=by)
        release.dated_on = dated_on
        remember(session, release, "release_edited", at=at, by=by)
    if not release.is_published:
        release.year = dated_on.year
        release.slug = free_slug(session, title, release.language, dated_on.year, mine=release.id)
    session.flush()


def lock(session: Session, release: Release) -> None:
    """Read the release as it stands now; nobody else changes or publishes it before our commit."""
    session.flush()
    session.flush()
    # Not in one statement with the refresh: it may join tables that PostgreSQL does not lock.
    session.execute(select(Release.id).where(Release.id == release.id).with_for_update())
    session.refresh(release)
    session.expire(release, ["published"])


def _moment(release: Release, moment: datetime | None) -> str:
    if moment is None:
        return "–"
    local = moment.astimezone(release.roundtable.series.zone)
    return f"{in_figures(local.date(), release.language)}, {local:%H:%M}"


def waiting_quotes(quotes: list[Quote]) -> list[Quote]:
    return [each for each in quotes if not each.is_released]


def _contact(office: Office, language: str) -> dict[str, str]:
    return {
        "office": office.name.in_(language),
        "street": office.street,
        "postcode": office.postcode,
        "city": office.city,
        "phone": office.phone,
        "email": office.press_email,
        "email_label": office.press_email_label.in_(language) or office.press_email,
    }


def assemble(session: Session, release: Release, *, at: datetime, with_waiting: bool = False) -> dict[str, Any]:
    """All that page, PDF and text show, to be frozen. Quotes only as released, unless asked for with those waiting."""
    language, roundtable, office = release.language, release.roundtable, release.office
    series = roundtable.series
    quotes = quotes_of(session, roundtable, language)
    shown = quotes if with_waiting else [each for each in quotes if each.is_released]
    blocks = as_blocks(release.body)
    following = next_in_public(session, roundtable, at=at)
    return {
        "title": release.title,
        "dated_on": release.dated_on.isoformat(),
        "dateline": DATELINE[language] % in_figures(release.dated_on, language),
        "issuing_line": office.issuing_line.in_(language),
        "body_html": as_html(release.body),
        "body_text": as_text(blocks),
        "blocks": blocks,
        "quotes": [{"attribution": each.attribution, "text": each.text} for each in shown],
        "contact": _contact(office, language),
        "channels_intro": office.channels_intro.in_(language),
        "channels": [{"name": each.name, "url": each.url} for each in office.channels],
        "decisions": public_decisions(session, roundtable),
        "commitments": public_commitments(session, roundtable, language),
        "roundtable": {
            "series": series.name.in_(language),
            "slug": series.slug,
            "number": roundtable.number,
            "day": in_words(roundtable.day, language),
        },
        "next": None
        if following is None
        else {"number": following.number, "day": in_words(following.day, language), "venue": following.venue},
        "corrections": [],
        # What the search looks through; folded, since databases fold only ASCII.
        "searched": "\n".join([release.title, as_text(blocks), *(q.text for q in shown)]).casefold(),
    }


def names_in(session: Session, release: Release, content: dict[str, Any]) -> list[Named]:
    """Who may not be named and is, in all that page, PDF and text show; whole names first (rule 19)."""
    words = [content["title"], content["body_text"]]
    words += [each["text"] for kind in ("quotes", "decisions", "commitments") for each in content[kind]]
    found = named_without_basis(session, release.roundtable, words)
    return sorted(found, key=lambda each: not each.is_whole)


def approve(
    session: Session,
    release: Release,
    *,
    at: datetime,
    by: Account,
    seen: str | None = None,
    without_waiting: bool = False,
) -> None:
    """The second look (rule 18): at the whole page, or at the one without the quotes that wait.

    ``seen`` is the seal of the page as it was shown; None where it was made and approved in one go.

    Raises:
        ChangedWhileLooking, NeedsSecondPerson, NotReady
    """
    lock(session, release)
    content = assemble(session, release, at=at, with_waiting=not without_waiting)
    page = seal(release, content)
    if seen is not None and seen != page:
        raise ChangedWhileLooking
    release.approve(page, at=at, by=by, changed_by=hands(session, release))
    saw = {"title": content["title"], "quotes": [each["attribution"] for each in content["quotes"]]}
    saw |= {kind: len(content[kind]) for kind in ("decisions", "commitments")} | {"seal": page}
    remember(session, release, "release_approved", at=at, by=by, details=json.dumps(saw, ensure_ascii=False))


def publish(
    session: Session,
    release: Release,
    *,
    at: datetime,
    by: Account,
    alone_because: str = "",
    without_waiting: bool = False,
    names_nobody: bool = False,
) -> PublishedVersion:
    """Into public, at once or when the embargo ends.

    Raises:
        AlreadyPublished, AlreadyWithdrawn, NeedsSecondPerson, ChangedSinceApproval, NotReady, NameWithoutBasis
        QuotesWaiting: unless they are left out (``without_waiting``).

    ``names_nobody``: the family names found in it are other words.
    """
    lock(session, release)
    if release.is_published:
        raise AlreadyPublished
    how: dict[str, Any] = dict(alone_because=alone_because, without_waiting=without_waiting, names_nobody=names_nobody)
    return _publish(session, release, "", at=at, by=by, **how)


def correct(
    session: Session,
    release: Release,
    note: str,
    *,
    at: datetime,
    by: Account,
    alone_because: str = "",
    without_waiting: bool = False,
    names_nobody: bool = False,
) -> PublishedVersion:
    """Publish the draft as a new version; the note says what was wrong (rule 20).

    Raises:
        NotPublished, ReasonMissing, NothingToCorrect, and what :func:`publish` raises
    """
    lock(session, release)
    if release.current is None:
        raise NotPublished
    if not note.strip():
        raise ReasonMissing
    how: dict[str, Any] = dict(alone_because=alone_because, without_waiting=without_waiting, names_nobody=names_nobody)
    return _publish(session, release, note, at=at, by=by, **how)


def _publish(
    session: Session,
    release: Release,
    correction: str,
    *,
    at: datetime,
    by: Account,
    alone_because: str,
    without_waiting: bool,
    names_nobody: bool,
) -> PublishedVersion:
    if not (release.title.strip() and release.body.strip()):
        raise NotReady
    quoting.lock(session, release.roundtable, release.language)
    if not without_waiting and waiting_quotes(quotes_of(session, release.roundtable, release.language)):
        raise QuotesWaiting
    content = assemble(session, release, at=at)
    nameless = names_in(session, release, content)
    if nameless and not (names_nobody and not nameless[0].is_whole):
        raise NameWithoutBasis(nameless[0])
    if release.is_approved and not is_still_approved(release, content):
        if not alone_because.strip():
            raise ChangedSinceApproval
        release.approved_at = release.approved_by = release.approved_digest = None
    before = release.current
    if before is not None:
        if looked_at(before.content) == looked_at(content):
            raise NothingToCorrect
        on = in_figures(release.roundtable.series.day_at(at), release.language)
        content["corrections"] = [*before.content["corrections"], {"on": on, "note": correction.strip()}]
    # Nothing is published that the press could not then load as PDF.
    release_pdf(content, release.language)
    version = release.publish(content, at=at, by=by, alone_because=alone_because, correction=correction)
    deed: DeedOfRelease = "release_corrected" if correction else "release_published"
    remember(session, release, deed, at=at, by=by, reason=correction.strip())
    if nameless:
        meant = ", ".join(each.name for each in nameless)
        remember(session, release, "release_names_nobody", at=at, by=by, reason=meant)
    if version.alone_because:
        remember(session, release, "release_published_alone", at=at, by=by, reason=version.alone_because)
    session.flush()
    return version


def withdraw(session: Session, release: Release, because: str, *, at: datetime, by: Account) -> None:
    """Take the words out of public; the address stays and says so.

    Raises:
        NotPublished, AlreadyWithdrawn, ReasonMissing
    """
    if not because.strip():
        raise ReasonMissing
    lock(session, release)
    release.withdraw(because.strip(), at=at)
    remember(session, release, "release_withdrawn", at=at, by=by, reason=because.strip())
