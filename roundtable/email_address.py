"""E-mail addresses as programs write and compare them. Domains by IDNA2008 (RFC 5891): ß is a letter of its own."""

import unicodedata
from contextlib import suppress

import idna
from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute


def domain_on_the_wire(domain: str) -> str:
    """In ASCII. Raises ValueError where no domain can be called so."""
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def on_the_wire(email: str) -> str:
    """The same for one mailbox however it is written: in lower case, composed, the domain in ASCII where it is one."""
    local, at, domain = unicodedata.normalize("NFC", email.strip()).lower().rpartition("@")
    with suppress(ValueError):
        domain = domain_on_the_wire(domain)
    return f"{local}{at}{domain}"


def ways_to_write(email: str) -> set[str]:
    """Who typed it had letters, who sent it ASCII: how an address may stand in the database, in lower case."""
    wired = on_the_wire(email)
    local, at, domain = wired.rpartition("@")
    ways = {email.strip().lower(), wired}
    with suppress(ValueError):
        ways.add(f"{local}{at}{idna.decode(domain)}")
    return ways


def is_at(column: InstrumentedAttribute[str], email: str) -> ColumnElement[bool]:
    """Whether this mailbox stands in the column, however it was written there."""
    return func.lower(column).in_(ways_to_write(email))
