"""A county's single sign-on for tests: a real OpenID provider on loopback, with discovery, keys, codes with PKCE and tokens.

It is written from the specifications and knows nothing of the service. What it does wrong on request stands in ``Faults``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "gonzhi-desk"
CLIENT_SECRET = "a secret of the client & more"
MOMENT = 1_795_485_600  # 2026-11-24 02:00 UTC, where the clock of the tests stands


@dataclass
class Faults:
    """What the provider does wrong. ``claims`` replace those of the token, None leaves one out."""

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[Provider, dict[str, Any], dict[str, Any]], str] | None = None
    no_token: bool = False
    status: int = 0
    answer: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


class Provider:
    """One provider: ``subject`` signs in at once, without asking."""

    def __init__(self, url: str) -> None:
        self.issuer = url
        self.subject = "person-0001"
        self.redirect_uri = ""
        self.faults = Faults()
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.keys: list[RSAKey] = []
        self.change_key()

    def change_key(self) -> None:
        """Sign with a new key from now on; the earlier one is no longer shown."""
        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})]

    def discovery(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, section 4.2."""
        told = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": True,
        }  # fmt: skip
        return {**told, **self.faults.metadata}

    def jwks(self) -> dict[str, Any]:
        """RFC 7517: the public halves only."""
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def authorize(self, query: dict[str, str]) -> str:
        """RFC 6749, section 4.1.1. Returns where the browser goes."""
        assert query["response_type"] == "code" and query["client_id"] == CLIENT_ID
        assert "openid" in query["scope"].split() and query["code_challenge_method"] == "S256"
        assert query["redirect_uri"] == self.redirect_uri and len(query["state"]) >= 20 and len(query["nonce"]) >= 20
        code = secrets.token_urlsafe(16)
        self._codes[code] = {**query, "sub": self.subject}
        told = {"code": code, "state": query["state"], "iss": self.issuer, **self.faults.answer}
        return f"{query['redirect_uri']}?{urlencode({name: value for name, value in told.items() if value})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """RFC 6749, section 4.1.3; RFC 7636, section 4.6."""
        if self.faults.status:
            return self.faults.status, {"error": "server_error"}
        name, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if (unquote(name.replace("+", " ")), unquote(password.replace("+", " "))) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        begun = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if begun is None or challenge != begun["code_challenge"] or form.get("redirect_uri") != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        told: dict[str, Any] = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
        if not self.faults.no_token:
            told["id_token"] = self._id_token(begun)
        return 200, told

    def _id_token(self, begun: dict[str, str]) -> str:
        claims = {
            "iss": self.issuer, "sub": begun["sub"], "aud": CLIENT_ID, "exp": MOMENT + 300, "iat": MOMENT, "nonce": begun["nonce"],
            **self.faults.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.keys[0].kid, **self.faults.header}
        if self.faults.sign is not None:
            return self.faults.sign(self, header, claims)
        return jwt.encode(header, claims, self.keys[0])


def unsigned(provider: Provider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that says ``alg: none``."""
    parts = ({**header, "alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def shared_secret(provider: Provider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token signed by HMAC with the public key, which anybody has."""
    parts = ({**header, "alg": "HS256"}, claims)
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    mac = hmac.digest(provider.keys[0].as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def another_algorithm(provider: Provider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token of the right key by an algorithm that was not agreed on."""
    return jwt.encode({**header, "alg": "RS384"}, claims, RSAKey.import_key(provider.keys[0].as_pem(private=True)), algorithms=["RS384"])


def strangers_key(provider: Provider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token signed by another key under the id of the provider's."""
    return jwt.encode(header, claims, RSAKey.generate_key(2048))


def altered(provider: Provider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token whose claims were changed after it was signed."""
    head, _, signature = jwt.encode(header, claims, provider.keys[0]).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "somebody else"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, self.provider.discovery())
        elif parts.path == "/keys":
            self._json(200, self.provider.jwks())
        elif parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(*self.provider.token(form, self.headers.get("Authorization", "")))

    def _json(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
