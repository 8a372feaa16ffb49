"""Where the web commits: nowhere else, and once a request."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, flash
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from roundtable.db import db
from roundtable.domain.refusals import Refused
from roundtable.web.forms import Form


@dataclass(slots=True)
class Done:
    """True unless the deed was refused."""

    refusal: Refused | None = None

    def __bool__(self) -> bool:
        return self.refusal is None


@contextmanager
def attempt(*, clash: type[Refused] | None = None) -> Iterator[Done]:
    """Commits on leaving; what fails is rolled back, and the route says what becomes of a refusal.

    ``clash`` is what it means that the database has such a row already.
    """
    done = Done()
    try:
        yield done
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        if isinstance(error, Refused):
            done.refusal = error
        elif isinstance(error, IntegrityError) and clash is not None:
            done.refusal = clash()
        else:
            raise


@contextmanager
def deed(
    form: Form | None = None,
    *,
    at: Mapping[type[Refused], str] | None = None,
    back: Response | None = None,
    clash: type[Refused] | None = None,
) -> Iterator[Done]:
    """An ``attempt`` whose refusal the person reads.

    With a form the sentence stands there, and the route asks whether it is ``done``: at the field that ``at`` names for
    this kind of refusal, otherwise at the form as a whole. Without one the sentence is flashed, and the route ends
    with ``back``, otherwise on the page that the person came from.
    """
    with attempt(clash=clash) as done:
        yield done
    if done.refusal is None:
        return
    if form is not None:
        field = next((name for kind, name in (at or {}).items() if isinstance(done.refusal, kind)), None)
        if field is None:
            form.form_errors = [str(done.refusal)]
        else:
            form[field].errors = [str(done.refusal)]
    elif back is not None:
        flash(str(done.refusal), "danger")
        abort(back)
    else:
        raise done.refusal


@contextmanager
def only_supposed() -> Iterator[None]:
    """What is done within is looked at and taken back."""
    try:
        with db.session.no_autoflush:
            yield
    finally:
        db.session.rollback()
