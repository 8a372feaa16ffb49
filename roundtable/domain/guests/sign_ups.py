"""Open registration: somebody who was not invited asks to come. Their address is confirmed by link first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import LANGUAGES, Base, Language
from roundtable.domain.conditions import is_set
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable

# Whoever did not use the link in the letter until then is forgotten.
TIME_TO_CONFIRM = timedelta(days=3)
# After the roundtable.
KEPT = timedelta(days=180)


SignUpState = Literal["unconfirmed", "waiting", "let_in", "turned_away"]


class SignUpClosed(Refused):
    sentence = _l("Registration for this roundtable is closed. Please call the office named below.")


class TooManySignUps(Refused):
    sentence = _l("Too many people have registered today. Please try again tomorrow, or call the office named below.")


class AlreadySignedUp(Refused):
    sentence = _l("You have confirmed a registration with this address already. There is nothing more you need to do.")


class NotConfirmedYet(Refused):
    sentence = _l("This person has not confirmed the e-mail address yet. Nobody can decide before that.")


class AlreadyDecided(Refused):
    """Somebody else was quicker."""

    def __init__(self, sign_up: SignUp) -> None:
        words = {"name": sign_up.name, "by": sign_up.decided_by.name if sign_up.decided_by else "–"}
        if sign_up.state == "let_in":
            super().__init__(_("%(name)s has been let in already (decided by: %(by)s). Nothing was changed.", **words))
        else:
            super().__init__(
                _("%(name)s has been turned away already (decided by: %(by)s). Nothing was changed.", **words)
            )


class SignUp(Base):
    """Asked, confirmed by link, then let in or turned away (by a person, where registration is moderated)."""

    __tablename__ = "sign_ups"
    __table_args__ = (
        CheckConstraint(f"language IN {LANGUAGES}", name="language_known"),
        CheckConstraint("invitation_id IS NULL OR turned_away_at IS NULL", name="in_or_away"),
        CheckConstraint("turned_away_words IS NULL OR turned_away_at IS NOT NULL", name="words_with_turning_away"),
        Index("ix_sign_ups_roundtable_id_email", "roundtable_id", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str]
    family_name: Mapped[str]
    function: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    language: Mapped[Language] = mapped_column(Text)
    asked_at: Mapped[datetime]
    # When the link in the letter was used.
    confirmed_at: Mapped[datetime | None]
    turned_away_at: Mapped[datetime | None]
    # The organiser's own in that letter; None where nobody knows any more whether there were any.
    turned_away_words: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    # What it led to, once let in.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)

    roundtable: Mapped[Roundtable] = relationship()
    decided_by: Mapped[Account | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    @hybrid_property
    def is_confirmed(self) -> bool:
        """Whether the address was, by the link in the letter."""
        return is_set(self.confirmed_at)

    @hybrid_property
    def state(self) -> SignUpState:
        """``unconfirmed``, ``waiting`` for a person's word, ``let_in`` or ``turned_away``."""
        if self.turned_away_at is not None:
            return "turned_away"
        if self.invitation_id is not None:
            return "let_in"
        return "waiting" if self.is_confirmed else "unconfirmed"

    @state.inplace.expression
    @classmethod
    def _state(cls) -> ColumnElement[SignUpState]:
        return case(
            (cls.turned_away_at.is_not(None), "turned_away"),
            (cls.invitation_id.is_not(None), "let_in"),
            (cls.is_confirmed, "waiting"),
            else_="unconfirmed",
        )
