"""One root for everything the house refuses, with a sentence that a person can read."""

from flask_babel import lazy_gettext as _l


class Refused(Exception):
    """Says in one sentence what stands in the way and what to do. Shown to the person as it is."""

    sentence = _l("This is not possible at the moment.")

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)

    def __str__(self) -> str:
        return str(self.args[0])
