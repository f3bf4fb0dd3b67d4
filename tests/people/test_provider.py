"""Signing in through an OpenID Connect provider, and everything that a false one could try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase, Visitor
from tests.factories.people import a_resident
from tests.people.provider import Change, Provider, running
from village_hub.app import create_app
from village_hub.kernel.settings import Settings
from village_hub.people.models import ExternalIdentity, Person
from village_hub.people.service import link_identity


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def app(settings: Settings, provider: Provider, database: OneConnectionDatabase) -> Flask:
    """The application with a provider in its settings."""
    known = replace(settings, oidc_issuer=provider.issuer, oidc_client_id="village", oidc_client_secret="secret")
    app = create_app(known, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Visitor
    return app


def go(client: Visitor, **query: str) -> str:
    answer = client.get("/sign-in/provider", query_string=query)
    assert answer.status_code == 303
    return answer.headers["Location"]


def come(client: Visitor, address: str) -> tuple[int, str, str]:
    parts = urlsplit(address)
    answer = client.get(f"{parts.path}?{parts.query}")
    return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


def test_a_neighbour_comes_from_the_provider_and_joins(client: Visitor, provider: Provider, session: Session) -> None:
    # when
    status, location, _ = come(client, provider.authorise(go(client, next="/profile"), name="김복순"))

    # then
    assert (status, location) == (303, "/profile")
    assert "김복순" in client.get("/profile").get_data(as_text=True)
    assert session.execute(select(ExternalIdentity.issuer, ExternalIdentity.subject)).one() == (provider.issuer, "bok")


def test_the_same_subject_is_the_same_person(client: Visitor, provider: Provider, session: Session) -> None:
    for name in ("김복순", "김복순 (개명)"):
        come(client, provider.authorise(go(client), name=name))
        client.post("/sign-out")

    assert session.scalars(select(Person.name)).all() == ["김복순"]


def test_an_equal_email_address_makes_nobody_the_same_person(
    client: Visitor, provider: Provider, session: Session
) -> None:
    a_resident(session, "이영희", email="lee@village.kr")

    come(client, provider.authorise(go(client), name="다른 사람", email="lee@village.kr"))

    assert session.scalar(select(func.count(Person.id))) == 2
    assert "이영희" not in client.get("/profile").get_data(as_text=True)


def test_somebody_without_a_name_is_a_new_neighbour(client: Visitor, provider: Provider, session: Session) -> None:
    come(client, provider.authorise(go(client)))

    assert session.scalar(select(Person.name)) in ("New neighbour", "새 이웃")


def test_the_question_carries_state_nonce_and_a_pkce_challenge(client: Visitor, provider: Provider) -> None:
    first, second = (parse_qs(urlsplit(go(client)).query) for _ in range(2))

    assert first["code_challenge_method"] == ["S256"]
    assert first["scope"] == ["openid profile"]
    for secret in ("state", "nonce", "code_challenge"):
        assert first[secret] != second[secret]


@pytest.mark.parametrize(
    "change",
    [
        lambda _header, claims: claims.update(nonce="another visit's"),
        lambda _header, claims: claims.pop("nonce"),
        lambda _header, claims: claims.update(aud="another site"),
        lambda _header, claims: claims.update(aud="another site", azp="village"),
        lambda _header, claims: claims.pop("aud"),
        lambda _header, claims: claims.update(iss="https://evil.example"),
        lambda _header, claims: claims.pop("iss"),
        lambda _header, claims: claims.update(exp=1_000_000_000),
        lambda _header, claims: claims.pop("sub"),
        lambda _header, claims: claims.update(sub=""),
        lambda header, _claims: header.update(alg="none"),
        lambda header, _claims: header.update(alg="RS512"),
    ],
    ids=[
        "wrong nonce", "no nonce", "wrong audience", "wrong audience for us", "no audience", "wrong issuer",
        "no issuer", "expired", "no subject", "empty subject", "unsigned", "another algorithm",
    ],
)  # fmt: skip
def test_a_false_identity_is_refused(client: Visitor, provider: Provider, session: Session, change: Change) -> None:
    # given
    provider.change = change

    # when
    status, _, page = come(client, provider.authorise(go(client), name="가짜"))

    # then
    assert status == 400
    assert "<h1>" in page
    assert client.get_cookie("village") is None
    assert session.scalar(select(func.count(Person.id))) == 0


def test_an_unchanged_identity_signed_anew_is_taken(client: Visitor, provider: Provider) -> None:
    """The control: what refuses the false ones is the change, not the signing anew."""
    provider.change = lambda _header, _claims: None

    assert come(client, provider.authorise(go(client), name="김복순"))[0] == 303


def test_an_identity_signed_with_a_strangers_key_is_refused(client: Visitor, provider: Provider) -> None:
    provider.change, provider.signs_with = (lambda _header, _claims: None), RSAKey.generate_key(2048)

    assert come(client, provider.authorise(go(client), name="가짜"))[0] == 400


def test_a_provider_that_allows_unsigned_identities_does_not_make_us_take_them(
    client: Visitor, provider: Provider
) -> None:
    provider.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    provider.change = lambda header, _claims: header.update(alg="none")

    assert come(client, provider.authorise(go(client), name="가짜"))[0] == 400


def test_a_wrong_or_missing_or_used_state_is_refused(client: Visitor, provider: Provider, app: Flask) -> None:
    # given
    address = provider.authorise(go(client), name="김복순")
    state = parse_qs(urlsplit(address).query)["state"][0]

    # then
    assert come(client, address.replace(state, "guessed"))[0] == 400
    assert come(client, address.replace(f"state={state}", ""))[0] == 400
    assert come(Visitor(app, app.response_class), address)[0] == 400, "another browser: a planted answer"
    assert come(client, address)[0] == 303
    client.post("/sign-out")
    assert come(client, address)[0] == 400


def test_without_its_pkce_verifier_an_answer_is_worth_nothing(client: Visitor, provider: Provider) -> None:
    # given
    address = provider.authorise(go(client), name="김복순")
    with client.session_transaction() as visit:
        for key in [key for key in visit if key.startswith("_state_")]:
            kept = visit[key]
            kept["data"].pop("code_verifier")
            visit[key] = kept

    # when
    status, _, _ = come(client, address)

    # then
    assert status == 400
    assert client.get_cookie("village") is None


def test_a_person_who_says_no_at_the_provider_gets_a_kind_page(client: Visitor, provider: Provider) -> None:
    status, _, page = come(client, provider.deny(go(client)))

    assert status == 400
    assert "/sign-in" in page


def test_a_provider_that_is_down_is_said_kindly(client: Visitor, provider: Provider) -> None:
    # given
    address = provider.authorise(go(client), name="김복순")
    provider.is_down = True

    # then
    assert come(client, address)[0] == 400


def test_a_provider_that_is_not_the_configured_one_is_refused(client: Visitor, provider: Provider) -> None:
    provider.metadata = {"issuer": "https://evil.example"}

    assert client.get("/sign-in/provider").status_code == 400


def test_a_signed_in_person_links_the_provider(client: Visitor, provider: Provider, session: Session) -> None:
    # given
    person = a_resident(session, email="bok@village.kr")
    client.sign_in(person.id)
    link = client.get("/profile").get_data(as_text=True).split("/sign-in/provider?link=")[1].split('"')[0]

    # when
    status, location, _ = come(client, provider.authorise(go(client, link=link), name="다른 이름"))

    # then
    assert (status, location) == (303, "/profile")
    assert session.scalars(select(ExternalIdentity.person_id)).all() == [person.id]
    assert session.scalar(select(func.count(Person.id))) == 1
    client.post("/sign-out")
    come(client, provider.authorise(go(client)))
    assert "김복순" in client.get("/profile").get_data(as_text=True)


def test_a_link_needs_its_own_proof(client: Visitor, provider: Provider, session: Session, app: Flask) -> None:
    # given
    other = Visitor(app, app.response_class).sign_in(a_resident(session, "이영희").id)
    client.sign_in(a_resident(session).id)
    theirs = other.get("/profile").get_data(as_text=True).split("/sign-in/provider?link=")[1].split('"')[0]

    # then
    for proof in ("guessed", theirs):
        assert client.get("/sign-in/provider", query_string={"link": proof}).status_code == 400


def test_an_identity_of_one_person_is_not_linked_to_another(
    client: Visitor, provider: Provider, session: Session
) -> None:
    # given
    owner, other = a_resident(session, "이영희"), a_resident(session)
    link_identity(session, owner.id, provider.issuer, "bok", now=session.info["clock"].now())
    client.sign_in(other.id)
    link = client.get("/profile").get_data(as_text=True).split("/sign-in/provider?link=")[1].split('"')[0]

    # when
    status, _, _ = come(client, provider.authorise(go(client, link=link)))

    # then
    assert status == 400
    assert session.scalars(select(ExternalIdentity.person_id)).all() == [owner.id]


def test_a_link_that_was_asked_by_somebody_who_left_links_nobody(
    client: Visitor, provider: Provider, session: Session
) -> None:
    # given
    person, next_at_the_kiosk = a_resident(session), a_resident(session, "이영희")
    client.sign_in(person.id)
    link = client.get("/profile").get_data(as_text=True).split("/sign-in/provider?link=")[1].split('"')[0]
    address = provider.authorise(go(client, link=link))

    # when
    client.sign_in(next_at_the_kiosk.id)
    status, _, _ = come(client, address)

    # then
    assert status == 400
    assert session.scalar(select(func.count()).select_from(ExternalIdentity)) == 0


def test_without_a_provider_in_the_settings_there_is_no_such_page(
    settings: Settings, database: OneConnectionDatabase
) -> None:
    client = create_app(settings, database).test_client()

    assert client.get("/sign-in/provider").status_code == 404
    assert client.get("/sign-in/provider/answer").status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").get_data(as_text=True)
