"""Names that somebody without an account types: they stand in letters of ours to people who did not ask for one."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from roundtable.web.forms import AtMost

SHORT = AtMost(max=80, message=_l("Please use at most 80 characters."))
LINK = re.compile(r"http|www\.|://", re.IGNORECASE)
# What mail programs make a link of by themselves.
LINK_IN_A_NAME = re.compile(r"[@/\\<>]|\w{2}\.\w{2}")


def has_no_link(form: Any, field: Field) -> None:
    if LINK.search(field.data or ""):
        raise ValidationError(_("Please leave web addresses out."))


def is_a_name(form: Any, field: Field) -> None:
    has_no_link(form, field)
    if LINK_IN_A_NAME.search(field.data or ""):
        raise ValidationError(_("Please enter the name alone, without any address, and with a blank after full stops."))
