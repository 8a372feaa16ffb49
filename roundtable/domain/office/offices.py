"""The body that runs series and signs releases; who works there, and what they may do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.office.accounts import Account

Deed = Literal["see", "reach", "care", "plan", "invite", "minute", "press", "approve", "manage"]
Role = Literal["owner", "organiser", "minute_taker", "press_officer", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)

# What each role may do. Draws the buttons and guards the deeds: there is no second table. ``care``: know what guests
# need (health data) and what they write; ``reach``: read people's addresses.
PERMISSIONS: dict[Role, frozenset[Deed]] = {
    "owner": frozenset({"see", "reach", "care", "plan", "invite", "minute", "press", "approve", "manage"}),
    "organiser": frozenset({"see", "reach", "care", "plan", "invite", "minute", "press", "approve"}),
    "minute_taker": frozenset({"see", "minute"}),
    "press_officer": frozenset({"see", "reach", "press", "approve"}),
    "viewer": frozenset({"see"}),
}


class Office(Base):
    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Bilingual] = bilingual("name")
    # "The press office of … announces:", the line above a release.
    issuing_line: Mapped[Bilingual] = bilingual("issuing_line")
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    press_email: Mapped[str] = mapped_column(default="")
    # What the link to the press address says.
    press_email_label: Mapped[Bilingual] = bilingual("press_email_label")
    channels_intro: Mapped[Bilingual] = bilingual("channels_intro")
    # From of every letter; of the office's own domain, or its letters are refused (DMARC).
    sender_email: Mapped[str]
    # Reply-To of every letter and ORGANIZER of every calendar file; the same for good. Best the same as the sender.
    reply_email: Mapped[str]
    imprint: Mapped[Bilingual] = bilingual("imprint")
    privacy: Mapped[Bilingual] = bilingual("privacy")

    channels: Mapped[list[Channel]] = relationship(order_by="Channel.position", cascade="all, delete-orphan")
    members: Mapped[list[OfficeMember]] = relationship(back_populates="office", cascade="all, delete-orphan")


class Channel(Base):
    """One of the office's social media channels."""

    __tablename__ = "channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    url: Mapped[str] = mapped_column(default="")


class OfficeMember(Base):
    """An account's role in an office."""

    __tablename__ = "office_members"
    __table_args__ = (
        UniqueConstraint("office_id", "account_id"),
        CheckConstraint(f"role IN {ROLES}", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(Text)
    # Whether new answers come by letter, and up to when they have.
    has_digest: Mapped[bool] = mapped_column(default=True)
    digest_until: Mapped[datetime | None]

    office: Mapped[Office] = relationship(back_populates="members")
    account: Mapped[Account] = relationship()

    def take_digest(self, wanted: bool) -> None:
        self.has_digest = wanted

    def may(self, deed: Deed) -> bool:
        return deed in PERMISSIONS[self.role]
