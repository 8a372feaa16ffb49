"""Compiles translations while a wheel is built, an editable one too: Babel reads .mo files, people write .po files."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TRANSLATIONS = Path("roundtable", "translations")


def compile_translations(root: Path) -> list[Path]:
    """Write a .mo beside each messages.po; returns what it wrote."""
    written = []
    for source in sorted((root / TRANSLATIONS).glob("*/LC_MESSAGES/messages.po")):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po))
        written.append(source.with_suffix(".mo"))
    return written


class TranslationsHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for path in compile_translations(Path(self.root)):
            build_data["artifacts"].append("/" + path.relative_to(self.root).as_posix())


if __name__ == "__main__":
    compile_translations(Path(__file__).parent)
