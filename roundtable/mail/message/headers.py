"""What stands in the headers of a letter: one line of words, and addresses."""

import re
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address
from functools import lru_cache

from flask_babel import lazy_gettext as _l

from roundtable import email_address
from roundtable.domain.refusals import Refused

# Two dot-atoms (RFC 5322 3.2.3) need no parser; most addresses are that.
_ATOMS = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_PLAIN = re.compile(f"{_ATOMS}@{_ATOMS}", re.ASCII)
# RFC 5321 4.5.3.1.3, less the angle brackets.
LONGEST_ADDRESS = 254


class CannotBeWrittenTo(Refused):
    sentence = _l("This e-mail address cannot be written to. Please correct it in the address book.")


def one_line(words: str) -> str:
    """Words that fit into a header: no line break, no control or direction character (RFC 5322 2.2)."""
    if words.isprintable() and words.isascii():
        return " ".join(words.split())
    kept = (" " if unicodedata.category(letter) == "Zs" or letter in "\t\r\n" else letter for letter in words)
    return " ".join("".join(each for each in kept if unicodedata.category(each)[0] != "C").split())


@lru_cache(1000)
def address(name: str, email: str) -> Address:
    """Raises CannotBeWrittenTo. A domain with umlauts goes over the wire in ASCII."""
    # Before any parser: some take the square of the length.
    if len(email) > LONGEST_ADDRESS:
        raise CannotBeWrittenTo
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = email_address.domain_on_the_wire(domain)
        if _PLAIN.fullmatch(f"{local}@{domain}"):
            return Address(one_line(name), local, domain)
        if not local or not domain or any(letter.isspace() or not letter.isprintable() for letter in email.strip()):
            raise ValueError(email)
        return Address(one_line(name), addr_spec=f"{local}@{domain}")
    except (ValueError, IndexError, MessageError, RecursionError):
        raise CannotBeWrittenTo from None


def is_address(typed: str) -> bool:
    """Whether a letter of ours can be written to it as it stands; international ones included."""
    try:
        written = address("", typed)
    except CannotBeWrittenTo:
        return False
    # A comment in brackets is dropped on the way, so that two different lines would be one address.
    return "." in written.domain and written.username == typed.rpartition("@")[0]
