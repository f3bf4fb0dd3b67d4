"""Signing in through an OpenID Connect provider: discovery, state, nonce and PKCE by Authlib, the rest strict here."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc.errors import JoseError

from village_hub.people import service
from village_hub.people.errors import IdentityLinkedElsewhere
from village_hub.people.routes.blueprint import blueprint
from village_hub.people.routes.device import arrive, start_afresh, unkeyed_session
from village_hub.web.accounts import current_account
from village_hub.web.hub import hub, of
from village_hub.web.i18n import _, explain, language, own_path
from village_hub.web.policy import policy, public
from village_hub.web.transactions import now, see_other, write_session

log = logging.getLogger(__name__)

#: Signatures that only the provider's private key can make: never `none`, never a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: Seconds that the provider is given for each answer, and that a link to it is good for.
PATIENCE, LINK_LASTS = 10, 3600


class ProviderRefused(Exception):
    """What came from the provider is not what was asked for."""


def init_app(app: Flask) -> None:
    """Know the provider, where the settings name one; nothing is asked of it before the first sign-in."""
    settings = of(app).settings
    if not settings.oidc_issuer:
        return
    OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "default_timeout": PATIENCE},
    )


def name() -> str | None:
    """What the button calls the provider; None where there is none."""
    return hub().settings.oidc_name if hub().settings.oidc_issuer else None


def intent_to_link() -> str | None:
    """A proof for the link on the own profile, so that no other site can make somebody link an account."""
    account = current_account()
    return _signer().dumps(str(account.sign_in_id)) if name() and account else None


@blueprint.get("/sign-in/provider")
@policy(public)
def go_to_provider() -> ResponseReturnValue:
    """Lead on to the provider; a GET, because the page's policy lets forms post to this site only."""
    client = _client()
    kept = {"next": own_path(request.args.get("next")), "link": _proved_intent(request.args.get("link"))}
    back = hub().settings.public_url + url_for("people.come_from_provider", _external=not hub().settings.public_url)
    try:
        _known(client)
        asked = client.create_authorization_url(back)
    except (AuthlibBaseError, ProviderRefused, requests.RequestException, ValueError) as error:
        return _refused(error)
    client.save_authorize_data(redirect_uri=back, **kept, **asked)
    return redirect(asked["url"], 303)


@blueprint.get("/sign-in/provider/answer")
@policy(public)
def come_from_provider() -> ResponseReturnValue:
    client = _client()
    kept = client.framework.get_state_data(session, request.args.get("state")) or {}
    try:
        issuer, claims = _claims(client)
    except (AuthlibBaseError, JoseError, ProviderRefused, requests.RequestException, ValueError) as error:
        return _refused(error)
    if kept["link"]:
        return _link(kept["link"], issuer, claims["sub"])
    called = claims.get("name") or claims.get("nickname") or claims.get("preferred_username") or _("New neighbour")
    with unkeyed_session() as transaction:
        person_id = service.register_identity(
            transaction, issuer, claims["sub"], name=called, locale=language(), now=now()
        )
        token = arrive(transaction, person_id)
    return start_afresh(see_other(own_path(kept["next"])), token)


def _claims(client: Any) -> tuple[str, dict[str, Any]]:
    """The issuer and the checked claims: signature, issuer, audience, nonce, times."""
    issuer = _known(client)
    expected = {
        "iss": {"essential": True, "values": [issuer]},
        "aud": {"essential": True, "values": [client.client_id]},
        "nonce": {"essential": True},
    }
    claims = client.authorize_access_token(claims_options=expected).get("userinfo")
    if not claims or not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise ProviderRefused("no checked identity in the answer")
    return issuer, claims


def _known(client: Any) -> str:
    """The provider's issuer, exactly as configured; weak signatures that it would allow are struck out."""
    metadata = client.load_server_metadata()
    issuer = str(metadata.get("issuer", ""))
    if issuer.rstrip("/") != hub().settings.oidc_issuer.rstrip("/"):
        raise ProviderRefused(f"the provider calls itself {issuer!r}")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [each for each in offered if each in ALGORITHMS]
    return issuer


def _link(sign_in_id: str, issuer: str, subject: str) -> ResponseReturnValue:
    account = current_account()
    if account is None or str(account.sign_in_id) != sign_in_id:
        return _refused(ProviderRefused("the account that asked for the link is not signed in here any more"))
    try:
        with write_session() as transaction:
            service.link_identity(transaction, account.id, issuer, subject, now=now())
            return see_other(url_for("people.profile"))
    except IdentityLinkedElsewhere as refused:
        return _refused(refused, explain(refused))


def _refused(error: Exception, what: str | None = None) -> ResponseReturnValue:
    log.warning("sign-in through the provider failed: %s: %s", type(error).__name__, error)
    return render_template("people/provider_refused.html", provider_name=name(), what=what), 400


def _client() -> Any:
    if name() is None:
        abort(404)
    return current_app.extensions["authlib.integrations.flask_client"].provider


def _proved_intent(proof: str | None) -> str | None:
    account = current_account()
    if not proof or account is None:
        return None
    try:
        sign_in_id = str(UUID(_signer().loads(proof, max_age=LINK_LASTS)))
    except (BadSignature, ValueError):
        abort(400)
    return sign_in_id if sign_in_id == str(account.sign_in_id) else abort(400)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(hub().settings.secret_key, salt="link a provider's sign-in")
