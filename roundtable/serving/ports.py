"""Where we listen: refused in words where somebody else listens already, and a warning where everybody may come."""

import errno
import socket

from roundtable.settings import THIS_MACHINE

LAST_PORT = 65535


class PortTaken(Exception):
    """The sentence names the next port that is free."""


def refuse_taken(host: str, port: int) -> None:
    """Before anything is loaded: the server would share the port, and every second visitor would be somebody else's.

    Raises:
        PortTaken
    """
    error = _what_is_against(host, port)
    if error is None:
        return
    free = _next_free(host, port) if error.errno == errno.EADDRINUSE else None
    cure = f" The next free one: --port {free}" if free is not None else ""
    raise PortTaken(f"Nobody can be served at {host}, port {port}: {error.strerror or error}.{cure}")


def is_open_to_others(host: str) -> bool:
    return host not in THIS_MACHINE


def _next_free(host: str, port: int) -> int | None:
    return next((each for each in range(port + 1, LAST_PORT + 1) if _what_is_against(host, each) is None), None)


def _what_is_against(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        # As a server does that is started again at once; a port that is listened at stays refused (socket(7)).
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            return error
    return None
