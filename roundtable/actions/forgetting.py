"""Forgetting by itself what has served its purpose (rule 26)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from roundtable.actions import signing_up
from roundtable.domain.invitations import Invitation
from roundtable.domain.jobs import JobRun
from roundtable.domain.needs import Needs
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.uploads import KEPT, Upload
from roundtable.mail import inbox

# After the roundtable: what somebody needed there is health data and has no other use.
NEEDS_KEPT = timedelta(days=30)
RUNS_KEPT = timedelta(days=30)


def forget_old(session: Session, *, at: datetime) -> None:
    """Needs, sign-ups and messages long settled, addresses nobody confirmed, files left lying, runs of such work."""
    over = select(Invitation.id).join(Invitation.roundtable).where(Roundtable.ends_at < at - NEEDS_KEPT)
    session.execute(delete(Needs).where(Needs.invitation_id.in_(over)))
    session.execute(delete(Upload).where(Upload.uploaded_at < at - KEPT))
    session.execute(delete(JobRun).where(JobRun.slot < at - RUNS_KEPT))
    signing_up.forget_unconfirmed(session, at=at)
    signing_up.forget_settled(session, at=at)
    inbox.forget_old(session, at=at)
