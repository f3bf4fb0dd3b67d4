"""My giving back: the hours, and a certificate to print."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from village_hub.credits import queries
from village_hub.people.policies import signed_in
from village_hub.places import queries as places
from village_hub.web.accounts import required_account
from village_hub.web.formats import local
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session

blueprint = Blueprint("credits", __name__, template_folder="templates")


@blueprint.get("/my/giving-back")
@policy(signed_in)
def giving_back() -> ResponseReturnValue:
    account, session = required_account(), read_session()
    listen(session, f"person:{account.id}")
    given = queries.giving_back(session, account.id)
    streams = [f"person:{account.id}"]
    return render_template("credits/giving_back.html", given=given, rules=queries.rules(), refresh_streams=streams)


@blueprint.get("/my/giving-back/certificate")
@policy(signed_in)
def certificate() -> ResponseReturnValue:
    account, session = required_account(), read_session()
    given = queries.giving_back(session, account.id)
    year = request.args.get("year", type=int)
    return render_template(
        "credits/certificate.html",
        given=given.of_year(year) if year else given,
        year=year,
        years=given.years(),
        name=account.name,
        city=places.municipality(session),
        today=local(now()).date(),
    )
