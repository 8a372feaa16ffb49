"""What a person agreed to in which words and when: to be named, to be photographed. Taken back at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.conditions import is_unset
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused

ConsentKind = Literal["named", "photographed"]
KINDS: tuple[ConsentKind, ...] = get_args(ConsentKind)


class OnlyOneself(Refused):
    """Consent is the person's own (GDPR article 4, number 11): no assistant can give it for them."""

    sentence = _l(
        "Only the invited person can agree to this, by the link in their own letter. Nothing has been saved."
        " You can take back for them what they have agreed to."
    )


class Consent(Base):
    """Never changed afterwards but for being withdrawn (GDPR article 7)."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        Index(
            "uq_consents_current",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # Where it was asked.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(Text)
    # The very sentence that was agreed to.
    words: Mapped[str]
    given_at: Mapped[datetime]
    # Somebody else, where it was noted before only the person could agree.
    given_by: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    invitation: Mapped[Invitation | None] = relationship()

    @hybrid_property
    def is_current(self) -> bool:
        return is_unset(self.withdrawn_at)
