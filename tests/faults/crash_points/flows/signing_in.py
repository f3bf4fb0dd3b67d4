"""Signing in on a new device, and signing a device out from another one."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.people import PASSWORD
from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.stage import Stage
from tests.journeys.city import City
from village_hub.people import service as people
from village_hub.people.models import Person, SignIn

#: A device that nobody has signed in on.
NEW_DEVICE = UUID(int=1)


def a_second_device(session: Session, city: City) -> UUID:
    people.open_sign_in(session, city.resident, now=session.info["clock"].now(), device="tablet")
    return session.scalars(sa.select(SignIn.id).where(SignIn.device == "tablet")).one()


@flow()
def sign_in(stage: Stage) -> None:
    email = stage.find(sa.select(Person.email).where(Person.id == stage.city.resident))
    stage.press(NEW_DEVICE, "/sign-in", "/sign-in", login=email, password=PASSWORD)
    stage.see(NEW_DEVICE, "/profile")
    stage.work()


@flow(given=a_second_device)
def revoke_a_device(stage: Stage) -> None:
    stage.press(stage.city.resident, "/profile", f"/devices/{stage.given}/revocation")
    stage.work()
    stage.find(sa.select(SignIn.id).where(SignIn.id == stage.given, SignIn.revoked_at.is_not(None)))
