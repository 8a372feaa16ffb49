"""A believable season in the fictional city of Wendhafen, made by the same deeds that people use."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing
from roundtable.demo import digital, harbour, inbox
from roundtable.demo.season import Season
from roundtable.mail.outbox.outbox import Letter

EMAIL, SECOND = "owner@wendhafen.example", "presse@wendhafen.example"


def welcome(origin: str, password: str) -> str:
    return f"""
Wendhafen is open: {origin}/
Sign in at {origin}/de/desk/
    {EMAIL}   {password}   (owner)
    {SECOND}  {password}   (press officer, the second pair of eyes)
Letters are caught and can be read at the desk. Stop with Ctrl+C.
"""


def load_season(session: Session, *, at: datetime, password: str = "") -> None:
    """One office, two series, five roundtables in different phases, 40 people in 20 organisations."""
    season = Season(session, at, password or "demo demo demo")
    digital.first(season)
    second = digital.second(season)
    coming = digital.third(season)
    harbour.first(season)
    harbour.second(season)
    publishing.begin(session, second, "de", at=second.ends_at + timedelta(days=1), by=season.accounts[1])
    session.flush()
    # They went out when they were written, not when the demo began.
    session.execute(update(Letter).values(state="sent", state_since=Letter.queued_at, reply="caught"))
    inbox.fill(season, coming)
