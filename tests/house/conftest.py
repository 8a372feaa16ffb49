from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.house.everything import Everything


@pytest.fixture
def everything(app: Flask, session: Session, at: datetime) -> Everything:
    return Everything(session, at, app.config["ROUNDTABLE"])
