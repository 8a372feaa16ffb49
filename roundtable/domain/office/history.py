"""What happened in an office, when, by whom and to what: written once, never changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, get_args

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.office.accounts import Account

if TYPE_CHECKING:
    from roundtable.domain.people.people import Organisation, Person
    from roundtable.domain.press.releases import Release
    from roundtable.domain.roundtables.roundtables import Roundtable

DeedOfPerson = Literal["person_added", "person_changed", "person_merged", "person_removed"]
DeedOfOrganisation = Literal[
    "organisation_added", "organisation_changed", "organisation_merged", "organisation_removed"
]
DeedOfLetter = Literal["gave_up_letter", "marked_letter_arrived", "corrected_address"]
DeedOfMessage = Literal["handed_message_over", "took_message_over"]
DeedOfRelease = Literal[
    "release_begun",
    "release_edited",
    "release_names_nobody",
    "release_embargo_moved",
    "release_approved",
    "release_published",
    "release_published_alone",
    "release_corrected",
    "release_withdrawn",
]
# Words for each stand in web/desk/parts/history.
RecordedDeed = Literal[
    DeedOfPerson,
    DeedOfOrganisation,
    "imported_people",
    "paper_removed",
    "gave_seat_out_of_turn",
    "quote_release_recorded",
    "quotes_changed",
    "agreements_changed",
    DeedOfRelease,
    DeedOfLetter,
    DeedOfMessage,
]
DEEDS: tuple[RecordedDeed, ...] = get_args(RecordedDeed)
DEEDS_OF_LETTERS: tuple[DeedOfLetter, ...] = get_args(DeedOfLetter)


class Things(TypedDict, total=False):
    """What an entry leads to."""

    roundtable_id: int | None
    invitation_id: int | None
    person_id: int | None
    organisation_id: int | None
    quote_id: int | None
    release_id: int | None
    letter_id: int | None
    message_id: int | None


class Entry(Base):
    """``reason``: what the person wrote. ``about``: what it was called then, or what leads to no row of ours.

    ``details``: JSON of what was there before, where the deed changed or removed it.
    """

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    happened_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    deed: Mapped[RecordedDeed] = mapped_column(Text)
    about: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[str] = mapped_column(default="")
    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtables.id", ondelete="SET NULL"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id", ondelete="SET NULL"), index=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("releases.id", ondelete="SET NULL"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("received_messages.id", ondelete="SET NULL"), index=True)

    account: Mapped[Account | None] = relationship()
    roundtable: Mapped[Roundtable | None] = relationship()
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    release: Mapped[Release | None] = relationship()

    @property
    def told(self) -> dict[str, Any]:
        """``details``, read."""
        return json.loads(self.details) if self.details else {}


def record(
    session: Session,
    office_id: int,
    deed: RecordedDeed,
    *,
    at: datetime,
    by: Account | None,
    about: str = "",
    reason: str = "",
    details: str = "",
    **things: Unpack[Things],
) -> None:
    """The one way into the history: what it may say is in RecordedDeed."""
    told = {"deed": deed, "about": about, "reason": reason, "details": details}
    session.add(Entry(office_id=office_id, happened_at=at, account=by, **told, **things))
