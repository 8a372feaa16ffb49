"""Whether our own mail server vouches for the sender of a message (RFC 8601).

Only the topmost Authentication-Results under our server's name counts: whatever a sender wrote stands below it. The
server must take away those that come in under its name, as RFC 8601 5 demands.
"""

import re
from email.message import Message
from typing import Literal

_RESULT = re.compile(r"\s*([a-z0-9-]+)(?:/\d+)?\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*([^\s;]+)", re.IGNORECASE)
LONGEST = 8_192


def verdict(message: Message, sender: str, authserv_id: str) -> Literal["good", "bad", "silent"]:
    """Good: DMARC passes for the domain of this From address; where it says nothing, DKIM or SPF in that name.

    Bad: DMARC has anything else to say. Silent: the server does not say, or is not named in the settings.
    """
    domain = sender.rpartition("@")[2].lower()
    if not authserv_id or not domain:
        return "silent"
    results = _our_results(message, authserv_id)
    by_dmarc = [(result, said) for method, result, said in results if method == "dmarc" and result != "none"]
    if by_dmarc:
        is_good = all(result == "pass" and said.get("header.from", domain) == domain for result, said in by_dmarc)
        return "good" if is_good else "bad"
    for method, result, said in results:
        if result != "pass":
            continue
        if method == "dkim" and _speaks_for(_domain(said.get("header.d") or said.get("header.i", "")), domain):
            return "good"
        if method == "spf" and _domain(said.get("smtp.mailfrom", "")) == domain:
            return "good"
    return "silent"


def _our_results(message: Message, authserv_id: str) -> list[tuple[str, str, dict[str, str]]]:
    """Method, result and properties of each, from the topmost header under our server's name."""
    for value in message.get_all("Authentication-Results") or []:
        first, *statements = _statements(str(value))
        if (first.split() or [""])[0].lower() != authserv_id.lower():
            continue
        found = (_RESULT.match(each) for each in statements)
        return [
            (
                match[1].lower(),
                match[2].lower(),
                {name.lower(): said.lower() for name, said in _PROPERTY.findall(match[3])},
            )
            for match in found
            if match
        ]
    return []


def _statements(value: str) -> list[str]:
    """Split at semicolons; comments are dropped and what is quoted says nothing, as senders put words into both."""
    kept, depth, is_quoted, skip = [], 0, False, False
    for letter in value[:LONGEST]:
        if skip:
            skip = False
        elif letter == "\\":
            skip = True
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
        elif is_quoted:
            pass
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(letter)
    return "".join(kept).split(";")


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip(".<>")


def _speaks_for(signer: str, domain: str) -> bool:
    """The domain itself, or one that it belongs to."""
    return bool(signer) and (domain == signer or domain.endswith(f".{signer}"))
