"""Every module that holds a table, imported: for migrations, which compare all tables, used on a page or not."""

from importlib import import_module
from pkgutil import walk_packages

import roundtable.domain
import roundtable.mail

for _package in (roundtable.domain, roundtable.mail):
    for _module in walk_packages(_package.__path__, f"{_package.__name__}."):
        import_module(_module.name)
