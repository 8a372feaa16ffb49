"""Ending a subscription by what stands in its letters (RFC 8058): no account, no cookie, one POST.

Only what organisers may turn off is one: the digest, and answers told at once. Invitations are not.
"""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.office.offices import OfficeMember
from roundtable.mail.letters.composing import link_to


def end_address(member: OfficeMember) -> str:
    """Where one POST ends it, and a look shows a button."""
    token = _signer().dumps([member.id, member.account_id])
    return link_to("guest.digest.show", lang=member.account.language, token=token)


def member_of(session: Session, token: str) -> OfficeMember | None:
    """Whose letters these are; None for what we did not sign, or who does not belong to the office any more."""
    try:
        member_id, account_id = _signer().loads(token)
    except (BadData, TypeError, ValueError):
        return None
    found = select(OfficeMember).where(OfficeMember.id == member_id, OfficeMember.account_id == account_id)
    return session.scalar(found)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["ROUNDTABLE"].secret_key, salt="digest")
