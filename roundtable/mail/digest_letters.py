"""Letters to organisers: what was answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from roundtable.domain.accounts import Account
from roundtable.domain.invitations import Answer
from roundtable.domain.offices import Office
from roundtable.domain.roundtables import Roundtable
from roundtable.mail.composing import Addressee, compose, link_to
from roundtable.mail.outbox import Letter


class News(Protocol):
    """What was answered about one roundtable."""

    @property
    def roundtable(self) -> Roundtable: ...
    @property
    def answers(self) -> Sequence[Answer]: ...


def answer_news(answer: Answer, *, to: Account, at: datetime) -> Letter:
    """One answer, at once."""
    roundtable = answer.invitation.roundtable
    return compose(
        "answer_news",
        office=roundtable.series.office,
        to=Addressee.account(to),
        person=answer.invitation.person,
        at=at,
        about=roundtable,
        answer=answer,
        link=link_to("desk.invitations.index", lang=to.language, roundtable_id=roundtable.id),
        settings_link=link_to("desk.digest.show", lang=to.language),
    )


def digest(office: Office, news: Sequence[News], *, to: Account, at: datetime) -> Letter:
    """All that was answered since the last one."""
    links = {
        each.roundtable.id: link_to("desk.invitations.index", lang=to.language, roundtable_id=each.roundtable.id)
        for each in news
    }
    return compose(
        "digest",
        office=office,
        to=Addressee.account(to),
        at=at,
        news=news,
        number=sum(len(each.answers) for each in news),
        links=links,
        settings_link=link_to("desk.digest.show", lang=to.language),
    )
