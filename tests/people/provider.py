"""A real OpenID Connect provider in this process, which can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask
import oidc_provider_mock  # type: ignore[import-untyped]
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

Change = Callable[[dict[str, Any], dict[str, Any]], None]


class Provider:
    """The provider: it insists on PKCE with S256, and re-signs its ID tokens after `change(header, claims)`."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.change: Change | None = None
        self.signs_with: RSAKey | None = None
        self.metadata: dict[str, Any] = {}
        self.is_down = False
        self.challenge = ""

    def authorise(self, address: str, subject: str = "bok", **claims: str) -> str:
        """The person presses yes at the provider; returns where the browser is led."""
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]

    def deny(self, address: str) -> str:
        """The person presses no at the provider."""
        answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]

    def before(self) -> tuple[str, int] | None:
        if self.is_down:
            return "down", 503
        request = flask.request
        if request.path == "/oauth2/authorize":
            if request.args.get("code_challenge_method") != "S256":
                return "PKCE with S256 is needed", 400
            self.challenge = request.args["code_challenge"]
        if request.path == "/oauth2/token" and _s256(request.form.get("code_verifier", "")) != self.challenge:
            return json.dumps({"error": "invalid_grant"}), 400
        return None

    def after(self, response: flask.Response) -> flask.Response:
        if flask.request.path.endswith("openid-configuration"):
            response.data = json.dumps(json.loads(response.data) | self.metadata)
        if flask.request.path == "/oauth2/token" and self.change and response.status_code == 200:
            answer = json.loads(response.data)
            answer["id_token"] = self._changed(answer["id_token"])
            response.data = json.dumps(answer)
        return response

    def _changed(self, token: str) -> str:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
        assert self.change
        self.change(header, claims)
        if header["alg"] == "none":
            return ".".join([_part(header), _part(claims), ""])
        key = self.signs_with or RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a free port, stopped afterwards."""
    app = oidc_provider_mock.app(require_nonce=True)
    server = make_server("localhost", 0, app, threaded=True)
    provider = Provider(f"http://localhost:{server.server_port}")
    app.before_request_funcs.setdefault(None, []).append(provider.before)
    app.after_request(provider.after)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
