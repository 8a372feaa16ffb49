"""What the tests of deeds share."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.domain.invitations import Invitation
from tests.factories import an_invitation


@pytest.fixture
def invitation(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Invitation:
    """Of an office whose own mail server vouches for senders."""
    monkeypatch.setattr(app.config["ROUNDTABLE"], "authserv_id", "mx.lindenau.example")
    return an_invitation(session)
