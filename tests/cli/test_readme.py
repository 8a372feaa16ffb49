"""Every command that README shows, typed as a person would: in a process of its own, one after the other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PEOPLE = "Vorname,Nachname,E-Mail\nKim,Brandt,kim@verein.example\n"
TYPED = re.compile(r"^    roundtable ([a-z][^#\n]*)", re.MULTILINE)
# Started and stopped elsewhere: by tests/browser, and by the wheel that is served in .ci/run.
GO_ON = {"serve", "worker"}


def _environment(data: Path | None) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDTABLE_")}
    if data is None:
        return mine
    return {
        **mine,
        "ROUNDTABLE_SECRET_KEY": "only-for-tests-" + "x" * 40,
        "ROUNDTABLE_BASE_URL": "http://127.0.0.1:8000",
        "ROUNDTABLE_DATA": str(data),
    }


def _type(*words: str, data: Path | None, given: str = "") -> "subprocess.CompletedProcess[str]":
    # Where no .env of a developer lies.
    where = data.parent if data is not None else Path("/")
    return subprocess.run(
        [sys.executable, "-m", "roundtable", *words],
        check=False,
        cwd=where,
        env={**_environment(data), "PYTHONPATH": str(HOUSE)},
        input=given,
        capture_output=True,
        text=True,
    )


def _shown() -> list[str]:
    return [line.strip() for line in TYPED.findall((HOUSE / "README.md").read_text("utf-8"))]


def test_every_command_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    data = tmp_path / "data"
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    done = []
    for line in _shown():
        words = re.findall(r'"([^"]+)"|(\S+)', line)
        typed = [quoted or plain for quoted, plain in words]
        if typed[0] in GO_ON:
            continue
        typed = [str(file) if word == "FILE" else word for word in typed]
        ended = _type(*typed, data=data, given="y\n")
        assert "Traceback" not in ended.stderr, f"roundtable {line}: {ended.stderr}"
        # The doctor of a house without a mail server has something to say.
        assert ended.returncode in ((0, 1) if typed[0] == "doctor" else (0,)), f"roundtable {line}: {ended.stderr}"
        done.append(typed[0])
    assert {"upgrade", "doctor", "organiser", "purge", "people"} <= set(done)


@pytest.mark.parametrize("words", [["--help"], ["upgrade", "--help"]])
def test_help_needs_no_settings(words: list[str]) -> None:
    ended = _type(*words, data=None)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage:" in ended.stdout


def test_without_settings_it_is_said_what_is_missing() -> None:
    ended = _type("doctor", data=None)
    assert ended.returncode == 1
    assert "ROUNDTABLE_SECRET_KEY: is missing." in ended.stderr
    assert "Traceback" not in ended.stderr
