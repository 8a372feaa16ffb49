"""Who signs in at the desk. Invitees never do: they have personal links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Text, update
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import select

from roundtable.db import Base, Language
from roundtable.domain.conditions import is_set
from roundtable.domain.refusals import Refused

_hasher = PasswordHasher()
# Verified where there is no such account, so that the answer takes as long (OWASP ASVS 2.2.1).
_nobody = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43

PASSWORD_MIN_LENGTH = 12
TRIES_BEFORE_PAUSE = 8
PAUSE = timedelta(minutes=10)


class PasswordTooShort(Refused):
    sentence = _l("Please choose a password of at least 12 characters.")


class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[Language] = mapped_column(Text, default="de")
    password_hash: Mapped[str]
    # Raised to end every session of this account at once.
    session_number: Mapped[int] = mapped_column(default=1)
    failed_tries: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]

    def set_password(self, password: str) -> None:
        """Raises PasswordTooShort. Ends every session that is open."""
        if len(password) < PASSWORD_MIN_LENGTH:
            raise PasswordTooShort
        self.password_hash = _hasher.hash(password)
        self.session_number = (self.session_number or 0) + 1

    @hybrid_property
    def is_blocked(self) -> bool:
        return is_set(self.blocked_at)

    def may_try(self, at: datetime) -> bool:
        return not self.is_blocked and (self.paused_until is None or self.paused_until <= at)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def account_by_email(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


@dataclass(frozen=True, slots=True)
class Tried:
    """A password that was tried for an address. ``fits``: the hash that it fits, none where it does not."""

    email: str
    fits: str | None


def known_hash(session: Session, email: str) -> str:
    """What a password for this address is compared with; of nobody where there is no such account."""
    account = account_by_email(session, email)
    return account.password_hash if account is not None else _nobody


def tried(email: str, password: str, known: str) -> Tried:
    """Takes a tenth of a second, and so is asked while nobody waits for us: before the transaction that signs in."""
    return Tried(email, known if _matches(known, password) else None)


def sign_in(session: Session, tried: Tried, *, at: datetime) -> Account | None:
    """The account if address and password fit and it is neither blocked nor paused. Eight wrong tries pause it."""
    account = account_by_email(session, tried.email)
    if account is None:
        return None
    # Somebody may have set another password since it was compared.
    if account.password_hash == tried.fits and account.may_try(at):
        account.failed_tries = 0
        return account
    if _count_failure(session, account) % TRIES_BEFORE_PAUSE == 0:
        account.paused_until = at + PAUSE
    return None


def _count_failure(session: Session, account: Account) -> int:
    """The database counts: tries that arrive at the same moment are each counted."""
    one_more = update(Account).where(Account.id == account.id).values(failed_tries=Account.failed_tries + 1)
    number = session.scalar(one_more.returning(Account.failed_tries), execution_options={"synchronize_session": False})
    session.expire(account, ["failed_tries"])
    return number or 0
