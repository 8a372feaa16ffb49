"""A press release: its draft, who approved it, what stands in public, and since when.

The public reads a :class:`PublishedVersion`: a frozen copy of everything on the page. Nothing that changes later, an
address, a name, a quote, can silently change a published release (rule 20).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from roundtable.db import LANGUAGES, Base, Language
from roundtable.domain.conditions import Moment, has_come, is_set
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Minutes
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable

ReleaseKind = Literal["announcement", "summary"]
KINDS: tuple[ReleaseKind, ...] = get_args(ReleaseKind)


class NeedsSecondPerson(Refused):
    sentence = _l("A second person has to approve this release. Ask a colleague, or publish with a written reason.")


class AlreadyPublished(Refused):
    sentence = _l("This release has been published. Publish a correction to change it.")


class NotPublished(Refused):
    sentence = _l("This release has not been published.")


class NotReady(Refused):
    sentence = _l("Title and text must not be empty.")


class QuotesWaiting(Refused):
    sentence = _l(
        "Not all quotes have been released by their speakers. Wait for them, or tick"
        " “Leave out the quotes that are not released”."
    )


class ChangedSinceApproval(Refused):
    sentence = _l(
        "Something on the page has changed since the second look."
        " Ask for another one, or publish with a written reason."
    )


class ChangedWhileLooking(Refused):
    sentence = _l("The page has changed since you opened it. Please read it again, then approve it.")


class AlreadyWithdrawn(Refused):
    sentence = _l("This release has been withdrawn. Its address stays, and says so.")


class AlreadyInPublic(Refused):
    sentence = _l("This release is already in public. An embargo can no longer hold it back.")


class EarlierWithoutReason(Refused):
    sentence = _l("This release has been published with a later embargo. To end it earlier, please give a reason.")


class Release(Base):
    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "kind", "language"),
        UniqueConstraint("language", "year", "slug"),
        # What the public may see, newest first, found without reading a release.
        Index("ix_releases_archive", "language", "dated_on", "id", "embargo_until", "withdrawn_at"),
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language_known"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_because IS NULL)", name="withdrawn_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"))
    kind: Mapped[ReleaseKind] = mapped_column(Text, default="summary")
    language: Mapped[Language] = mapped_column(Text)
    year: Mapped[int]
    slug: Mapped[str]
    dated_on: Mapped[date]
    title: Mapped[str]
    body: Mapped[str]
    edited_at: Mapped[datetime]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    # The draft as it was approved; an edit after it needs a new look.
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    # SHA-256 of all that the second person saw, quotes and contact included.
    approved_digest: Mapped[str | None]
    embargo_until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str | None]

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    office: Mapped[Office] = relationship()
    roundtable: Mapped[Roundtable] = relationship()
    edited_by: Mapped[Account | None] = relationship(foreign_keys=[edited_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])
    published: Mapped[list[PublishedVersion]] = relationship(
        back_populates="release", order_by="PublishedVersion.number", cascade="all, delete-orphan"
    )

    @hybrid_property
    def is_published(self) -> bool:
        return bool(self.published)

    @is_published.inplace.expression
    @classmethod
    def _is_published(cls) -> ColumnElement[bool]:
        return cls.published.any()

    @hybrid_property
    def is_approved(self) -> bool:
        return is_set(self.approved_at)

    @hybrid_property
    def is_withdrawn(self) -> bool:
        return is_set(self.withdrawn_at)

    @property
    def current(self) -> PublishedVersion | None:
        """What the public reads once the embargo is over; none before publication."""
        return self.published[-1] if self.published else None

    @property
    def public_since(self) -> datetime | None:
        """When the first version came, or comes, into public; never, where it was withdrawn before."""
        if not self.published:
            return None
        first = self.published[0].published_at
        since = max(first, self.embargo_until) if self.embargo_until is not None else first
        return None if self.withdrawn_at is not None and self.withdrawn_at < since else since

    @hybrid_method
    def is_public(self, at: Moment) -> bool:
        """Whether the public may know of it: every public door asks this (rule 16).

        One withdrawn after it was public keeps its address and stays public.
        """
        return has_come(self.public_since, at)

    @is_public.expression
    @classmethod
    def _is_public(cls, at: Moment) -> ColumnElement[bool]:
        return and_(
            cls.published.any(PublishedVersion.published_at <= at),
            or_(cls.embargo_until.is_(None), cls.embargo_until <= at),
            or_(cls.withdrawn_at.is_(None), cls.embargo_until.is_(None), cls.embargo_until <= cls.withdrawn_at),
        )

    def set_embargo(self, moment: datetime | None, *, at: datetime, because: str = "") -> None:
        """Set, move or lift the embargo. An approval given before is void.

        Raises:
            AlreadyInPublic, AlreadyWithdrawn
            EarlierWithoutReason: once published, nobody brings it into public earlier in silence.
        """
        if moment == self.embargo_until:
            return
        if self.is_public(at):
            raise AlreadyInPublic
        if self.is_withdrawn:
            raise AlreadyWithdrawn
        is_earlier = self.embargo_until is not None and (moment is None or moment < self.embargo_until)
        if self.is_published and is_earlier and not because.strip():
            raise EarlierWithoutReason
        self.embargo_until = moment
        self.approved_at = self.approved_by = self.approved_digest = None

    def edit(self, title: str, body: str, *, at: datetime, by: Account | None) -> None:
        """Change the draft. An approval given before is void."""
        self.title, self.body = title, body
        self.edited_at, self.edited_by = at, by
        self.approved_at = self.approved_by = self.approved_digest = None

    def approve(self, digest: str, *, at: datetime, by: Account, changed_by: Collection[int] = ()) -> None:
        """Raises NeedsSecondPerson for whoever changed something of what they approve, NotReady while it is empty.

        ``changed_by``: ids of the accounts that did, beside the one that edited it last.
        """
        if not (self.title.strip() and self.body.strip()):
            raise NotReady
        if by.id in {self.edited_by_id, *changed_by}:
            raise NeedsSecondPerson
        self.approved_at, self.approved_by, self.approved_digest = at, by, digest

    def publish(
        self, content: dict[str, Any], *, at: datetime, by: Account, alone_because: str = "", correction: str = ""
    ) -> PublishedVersion:
        """Put a frozen copy in public: at once, or when the embargo ends.

        Raises:
            AlreadyPublished: without a correction note, a second time.
            NeedsSecondPerson: neither approved nor a reason given for publishing alone.
            AlreadyWithdrawn
        """
        if self.is_withdrawn:
            raise AlreadyWithdrawn
        if self.is_published and not correction:
            raise AlreadyPublished
        if not self.is_approved and not alone_because.strip():
            raise NeedsSecondPerson
        version = PublishedVersion(
            number=len(self.published) + 1,
            content=content,
            published_at=at,
            published_by=by,
            approved_by=self.approved_by,
            alone_because=None if self.is_approved else alone_because.strip(),
            correction=correction.strip() or None,
        )
        self.published.append(version)
        return version

    def withdraw(self, because: str, *, at: datetime) -> None:
        if not self.is_published:
            raise NotPublished
        if self.is_withdrawn:
            raise AlreadyWithdrawn
        self.withdrawn_at, self.withdrawn_because = at, because


class PublishedVersion(Base):
    """``content`` is what :func:`roundtable.actions.publishing.assemble` made, and all that page, PDF and text show."""

    __tablename__ = "published_versions"
    __table_args__ = (
        UniqueConstraint("release_id", "number"),
        Index("ix_published_versions_since", "release_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    alone_because: Mapped[str | None]
    correction: Mapped[str | None]

    release: Mapped[Release] = relationship(back_populates="published")
    published_by: Mapped[Account | None] = relationship(foreign_keys=[published_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])


def visible(at: Moment) -> Select[Release]:
    """What is public, newest first, with its versions: :attr:`Release.current` holds the words, never the draft."""
    newest_first = Release.dated_on.desc(), Release.id.desc()
    return select(Release).where(Release.is_public(at)).order_by(*newest_first).options(selectinload(Release.published))


def commitments_in_public(at: datetime) -> ColumnElement[bool]:
    """Which commitments the public may read: those of a public roundtable, once its minutes are approved and no
    release of it is held back by an embargo (rule 16).
    """
    held_back = exists().where(Release.roundtable_id == Commitment.roundtable_id, Release.embargo_until > at)
    return and_(
        Commitment.is_public,
        Commitment.roundtable.has(and_(Roundtable.is_public(at), Roundtable.minutes.has(Minutes.is_approved))),
        ~held_back,
    )
