"""What the tests of deeds share."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.domain.guests.invitations import Invitation
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_token, an_invitation


@pytest.fixture
def invitation(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Invitation:
    """Of an office whose own mail server vouches for senders."""
    monkeypatch.setattr(app.config["ROUNDTABLE"], "authserv_id", "mx.lindenau.example")
    return an_invitation(session)


@pytest.fixture
def letter(session: Session) -> Letter:
    """Handed over."""
    invitation = an_invitation(session)
    letter = outbox.queue(session, letters.invitation(invitation, a_token(session, invitation=invitation), at=AT))
    letter.state = "sent"
    session.flush()
    return letter
