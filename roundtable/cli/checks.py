"""What is configured wrong, in words that say what to do."""

import os
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from roundtable import clock, readiness
from roundtable.documents import scripts
from roundtable.domain.office.offices import Office
from roundtable.email_address import on_the_wire
from roundtable.mail.inbox import mailbox, statuses
from roundtable.mail.inbox.mailbox import MailboxDown
from roundtable.mail.outbox import figures, heartbeats, smtp
from roundtable.mail.outbox.smtp import RelayDown
from roundtable.settings import Settings

MAIL_SECONDS = 10.0
# A worker that is being started again is no problem yet.
PATIENCE = timedelta(minutes=5)


def problems(settings: Settings, engine: Engine) -> list[str]:
    """One sentence per problem; empty when everything is in order."""
    settled = [problem for look in (_data, _address, _mail, _mailbox) for problem in look(settings)]
    return settled + (
        readiness.hindrances(engine, settings.data)
        or _letters(settings, engine) + _looks(settings, engine) + _senders(settings, engine)
    )


def about_fonts() -> str:
    """No problem, but good to know before the first name plate."""
    have, lack = scripts.printable()
    said = f"Names can be printed in Latin, Greek, Cyrillic, {', '.join(have)}." if have else ""
    if lack:
        said += f" They become boxes in {', '.join(lack)}."
        said += " On Debian and Ubuntu: apt-get install fonts-noto-core fonts-noto-cjk"
    return said.strip()


def _data(settings: Settings) -> list[str]:
    if not os.access(settings.data, os.W_OK):
        return [
            f"ROUNDTABLE_DATA: the folder {settings.data} cannot be written to. Give it to the user that runs this."
        ]
    if settings.data.stat().st_mode & 0o077:
        return [f"ROUNDTABLE_DATA: others can look into {settings.data}. Run: chmod 700 {settings.data}"]
    return []


def _address(settings: Settings) -> list[str]:
    if settings.is_https or settings.host in ("localhost", "127.0.0.1"):
        return []
    return ["ROUNDTABLE_BASE_URL: personal links would travel unencrypted. Serve by https and set an https:// address."]


def _mail(settings: Settings) -> list[str]:
    if not settings.smtp_url:
        if settings.is_demo:
            return []
        return ["ROUNDTABLE_SMTP_URL is not set: letters wait. For example smtp+starttls://user:password@host:587"]
    try:
        door = smtp.door(settings, timeout=MAIL_SECONDS)
        if door is not None:
            door.open()
            door.close()
    except RelayDown as error:
        return [f"ROUNDTABLE_SMTP_URL: the mail server does not take us: {error}{_cure(str(error))}"]
    parts = urlsplit(settings.smtp_url)
    if parts.scheme == "smtp" and parts.password and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        return ["ROUNDTABLE_SMTP_URL: the password travels unencrypted. Use smtp+starttls:// or smtps://"]
    return []


def _mailbox(settings: Settings) -> list[str]:
    if not settings.reads_replies:
        return [
            "Nobody reads the replies: calendar programs are offered no buttons, and letters that come back are not"
            " noticed. Set ROUNDTABLE_IMAP_URL to the mailbox of your reply address, or let your mail server pipe it"
            " into “roundtable mail receive” and set ROUNDTABLE_REPLIES_ARE_PIPED=yes"
        ]
    found = []
    if settings.imap_url:
        try:
            with mailbox.opened(settings, timeout=MAIL_SECONDS) as box:
                box.make_ready()
        except MailboxDown as error:
            found.append(f"ROUNDTABLE_IMAP_URL: the reply mailbox cannot be read: {error}")
    if not settings.authserv_id and not settings.is_demo:
        found.append(
            "ROUNDTABLE_AUTHSERV_ID is not set: most calendar answers wait for a person. Set it to the name with which"
            " your mail server begins its Authentication-Results, for example mx.example.org"
        )
    return found


def _looks(settings: Settings, engine: Engine) -> list[str]:
    """Before the first look the program is only being set up."""
    with Session(engine) as session:
        unread = statuses.unread(session, settings, at=clock.now())
    if unread is None or unread.because != "nobody_looks" or unread.since is None:
        return []
    return [f"Nobody has looked into the reply mailbox since {unread.since:%Y-%m-%d %H:%M} UTC. Run: roundtable worker"]


def _senders(settings: Settings, engine: Engine) -> list[str]:
    """Addresses that do not go together, each office by itself. The demo writes to nobody."""
    if settings.is_demo:
        return []
    with Session(engine) as session:
        offices = list(session.scalars(select(Office).order_by(Office.id)))
    signed_in_as = unquote(urlsplit(settings.smtp_url).username or "").lower()
    found = []
    for office in offices:
        name, sender, reply = office.name.in_("en"), office.sender_email.lower(), office.reply_email.lower()
        if _domain(sender) != _domain(reply):
            found.append(
                f"{name}: letters come from {sender}, replies go to {reply}, which is another domain. Mail servers may"
                " take that for fraud (SPF, DKIM and DMARC speak for the sender’s domain alone), and calendar programs"
                " show no buttons. Use one address for both."
            )
        elif sender != reply and settings.reads_replies:
            found.append(
                f"{name}: letters come from {sender}, replies go to {reply}. Some calendar programs show no buttons"
                " where sender and organiser are two addresses. Best use one for both."
            )
        if "@" in signed_in_as and _domain(signed_in_as) != _domain(sender):
            found.append(
                f"{name}: letters come from {sender}, but we sign in to the mail server as {signed_in_as}. It must"
                f" be allowed to send for {_domain(sender)} (SPF, DKIM), or letters land in spam or are refused."
            )
    return found


def _domain(email: str) -> str:
    return on_the_wire(email).rpartition("@")[2]


def _cure(said: str) -> str:
    """What to do about what the mail server said, where that is plain."""
    if "535" in said or "534" in said:
        return " Check user and password; signs such as @ : / in them are written %40 %3A %2F."
    if "CERTIFICATE" in said:
        return (
            " Its certificate is not one that this machine trusts: check the name in the address, or add its authority."
        )
    if "STARTTLS" in said:
        return " It offers no STARTTLS: use smtps:// or, on the same machine only, smtp://"
    if "WRONG_VERSION" in said:
        return " That port does not begin with TLS: use smtp+starttls://, usually with port 587."
    return ""


def _letters(settings: Settings, engine: Engine) -> list[str]:
    """What waits for a person or for a worker."""
    now = clock.now()
    with Session(engine) as session:
        states, (due, since) = figures.by_state(session), figures.waiting(session, at=now)
        workers = heartbeats.running_workers(session, at=now)
    found = []
    if since is not None and not workers and now - since > PATIENCE:
        found.append(
            f"{due} letters are due since {since:%Y-%m-%d %H:%M} UTC, and no worker runs. Run: roundtable worker"
        )
    if since is not None and settings.letters_per_minute and due > settings.letters_per_minute * 60 * 24:
        found.append(
            "ROUNDTABLE_LETTERS_PER_MINUTE: what is due takes more than a day at this pace. Ask for a higher one."
        )
    told = {worker.trouble for worker in workers if worker.trouble}
    found += [f"A worker is not let in by the mail server. It says: {trouble}" for trouble in sorted(told)]
    if states["failed"] or states["uncertain"]:
        found.append(
            f"{states['failed']} letters were not delivered and {states['uncertain']} may or may not have arrived:"
            " somebody has to decide, at the desk under Letters."
        )
    return found
