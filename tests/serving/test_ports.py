"""A port that somebody else listens at is refused, not shared."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roundtable.serving import ports

HOUSE = Path(__file__).parents[2]
HERE = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is listened at by somebody who would share it, as our own server does."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        door.bind((HERE, 0))
        door.listen()
        yield door.getsockname()[1]


def test_a_port_that_is_taken_is_refused_and_a_free_one_is_named(taken: int) -> None:
    with pytest.raises(ports.PortTaken) as refused:
        ports.refuse_taken(HERE, taken)
    free = int(str(refused.value).rpartition(" ")[2])
    assert free > taken
    ports.refuse_taken(HERE, free)


def test_an_address_that_is_not_ours_is_refused_without_a_port_to_try() -> None:
    with pytest.raises(ports.PortTaken) as refused:
        ports.refuse_taken("192.0.2.1", 8000)
    assert "--port" not in str(refused.value)


@pytest.mark.parametrize("word", ["serve", "demo"])
def test_the_program_does_not_start_at_a_taken_port(word: str, taken: int, tmp_path: Path) -> None:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDTABLE_")}
    given = {
        "PYTHONPATH": str(HOUSE),
        "ROUNDTABLE_SECRET_KEY": "only-for-tests-" + "x" * 40,
        "ROUNDTABLE_BASE_URL": "http://127.0.0.1:8000",
        "ROUNDTABLE_DATA": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "roundtable", word, "--port", str(taken)],
        check=False,
        cwd=tmp_path,
        env={**mine, **given},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1, ended.stderr
    assert f"port {taken}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_only_this_machine_is_not_open_to_others() -> None:
    assert [host for host in (HERE, "localhost", "::1", "0.0.0.0", "::") if ports.is_open_to_others(host)] == [
        "0.0.0.0",
        "::",
    ]
