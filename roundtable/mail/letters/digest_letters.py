"""Letters to organisers: what was answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from roundtable.domain.guests.invitations import Answer
from roundtable.domain.office.offices import OfficeMember
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import subscriptions
from roundtable.mail.letters.composing import Addressee, compose, link_to
from roundtable.mail.outbox.outbox import Letter


class News(Protocol):
    """What was answered about one roundtable."""

    @property
    def roundtable(self) -> Roundtable: ...
    @property
    def answers(self) -> Sequence[Answer]: ...


def answer_news(answer: Answer, *, to: OfficeMember, at: datetime) -> Letter:
    """One answer, at once."""
    reader = to.account
    roundtable = answer.invitation.roundtable
    return compose(
        "answer_news",
        office=roundtable.series.office,
        to=Addressee.account(reader),
        person=answer.invitation.person,
        at=at,
        about=roundtable,
        answer=answer,
        link=link_to("desk.invitations.index", lang=reader.language, roundtable_id=roundtable.id),
        unsubscribe=subscriptions.end_address(to),
        settings_link=link_to("desk.digest.show", lang=reader.language),
    )


def digest(news: Sequence[News], *, to: OfficeMember, at: datetime) -> Letter:
    """All that was answered since the last one."""
    reader = to.account
    links = {
        each.roundtable.id: link_to("desk.invitations.index", lang=reader.language, roundtable_id=each.roundtable.id)
        for each in news
    }
    return compose(
        "digest",
        office=to.office,
        to=Addressee.account(reader),
        at=at,
        news=news,
        number=sum(len(each.answers) for each in news),
        links=links,
        unsubscribe=subscriptions.end_address(to),
        settings_link=link_to("desk.digest.show", lang=reader.language),
    )
