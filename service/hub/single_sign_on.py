"""The county's single sign-on: who somebody is there, by OpenID Connect's authorization code flow with PKCE.

The rule it keeps: a sign-in counts only in the browser that began it (state and nonce lie sealed in its cookie), once, within
ten minutes, and only with a token that the configured issuer signed for this very service. Nobody gets an account by signing
in there; a manager links the two. What the provider answers is read with a time limit and never followed elsewhere.

Sources: OpenID Connect Core 1.0, section 3.1 (3.1.3.7 for the checks of the token), Discovery 1.0, section 4; RFC 7636 (PKCE),
RFC 9207 (issuer in the answer), RFC 9700 (best practice).
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.sealing import CannotOpen, Sealer
from service.settings import Settings
from service.store import accounts, audit, counters

from .context import Hub
from .sessions import open_session
from .throttling import window_start

TICKET_SECONDS = 600
"""How long somebody may take at the provider."""
LEEWAY_SECONDS = 60
"""How far the provider's clock may be off."""
SECONDS_TO_ANSWER = 10
KEPT_SECONDS = 3600
"""How long the provider's description and keys are kept; an unknown key is asked for at once, but not more often than:"""
ASK_AGAIN_SECONDS = 10
LONGEST_ANSWER = 200_000
_PURPOSE = "single-sign-on"
_RANDOM_BYTES = 32
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SignOnRefused(Exception):
    """Somebody is not signed in.

    Args:
        reason: ``state`` (another browser, too late, or used before), ``denied`` (by the provider or the person), ``token`` (it
            does not prove anything), ``unreachable`` (the provider does not answer as it should), ``unknown`` (no account is
            linked, or it is stopped).
        subject: who it is there, where that is proven.
    """

    def __init__(self, reason: str, fact: str = "", *, subject: str = "") -> None:
        super().__init__(f"{reason}: {fact}" if fact else reason)
        self.reason = reason
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and the ticket it keeps in a cookie."""

    url: str
    ticket: str


@dataclass(frozen=True, slots=True)
class _Ticket:
    at: int
    state: str
    nonce: str
    verifier: str
    way: str


class SignOn:
    """The provider that the settings name. Nothing is asked of it before somebody wants to sign in.

    Args:
        redirect_uri: where the provider sends browsers back to; registered there.
    """

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._known_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def begin(self, hub: Hub, way: str) -> Begun:
        """Begin a sign-in.

        Args:
            way: where to go afterwards; it comes back from :meth:`finish`.

        Raises:
            SignOnRefused: the provider does not answer.
        """
        now = hub.clock()
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._provider(now)["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        told = {"at": int(now.timestamp()), "state": state, "nonce": nonce, "verifier": verifier, "way": way}
        return Begun(url, base64.urlsafe_b64encode(hub.sealer.seal(_PURPOSE, json.dumps(told).encode())).decode())

    def finish(self, hub: Hub, ticket: str, answer: Mapping[str, str], *, agent: str = "", old_token: str = "") -> tuple[str, str]:
        """End a sign-in with what the browser brings back.

        Args:
            ticket: of the cookie; answer: the query of the address that the provider sent the browser to.
            agent, old_token: see ``sessions.sign_in``.

        Returns:
            The session token for the cookie, and the way that was given to :meth:`begin`.

        Raises:
            SignOnRefused: somebody is not signed in.
        """
        now = hub.clock()
        begun = self._redeem(hub, ticket, answer.get("state", ""), now)
        subject = self._subject(begun, answer, now)
        with hub.store.read() as tx:
            row = accounts.user_of_subject(tx, subject)
        if row is None or row["disabled"]:
            if row is not None:
                with hub.store.write() as tx:
                    audit.add_audit(tx, now, row["username"], "sign_in_failed", detail={"method": "oidc"})
            raise SignOnRefused("unknown", subject=subject)
        return open_session(hub, row, "oidc", agent=agent, old_token=old_token), begun.way

    def _redeem(self, hub: Hub, ticket: str, state: str, now: datetime) -> _Ticket:
        """The ticket that belongs to a state, used up."""
        begun = _read_ticket(hub.sealer, ticket)
        if begun is None or not state or not secrets.compare_digest(begun.state.encode(), state.encode()):
            raise SignOnRefused("state", "not begun in this browser")
        age = now.timestamp() - begun.at
        if not -LEEWAY_SECONDS <= age <= TICKET_SECONDS:
            raise SignOnRefused("state", "too late")
        began = datetime.fromtimestamp(begun.at, now.tzinfo)
        with hub.store.write() as tx:
            if counters.bump_counter(tx, f"sso:{hub.sealer.blind('sso', begun.state)}", window_start(began)) > 1:
                raise SignOnRefused("state", "used before")
        return begun

    def _subject(self, begun: _Ticket, answer: Mapping[str, str], now: datetime) -> str:
        """Who signed in, proven by the provider."""
        provider = self._provider(now)
        sure = bool(provider.get("authorization_response_iss_parameter_supported"))
        if (sure or "iss" in answer) and answer.get("iss") != provider["issuer"]:
            raise SignOnRefused("token", "another issuer answered")
        if answer.get("error") or not answer.get("code"):
            raise SignOnRefused("denied", answer.get("error", "")[:80])
        try:
            with self._client() as client:
                got = client.fetch_token(
                    provider["token_endpoint"], grant_type="authorization_code", code=answer["code"], code_verifier=begun.verifier,
                    redirect_uri=self._redirect_uri, allow_redirects=False,
                )  # fmt: skip
        except (requests.RequestException, ValueError) as error:
            raise SignOnRefused("unreachable", type(error).__name__) from None
        except AuthlibBaseError as error:
            raise SignOnRefused("denied", str(error.error)[:80]) from None
        if not isinstance(got.get("id_token"), str):
            raise SignOnRefused("token", "there is none")
        claims = self._check(got["id_token"], str(got.get("access_token", "")), begun.nonce, now)
        subject = claims.get(self._settings.oidc_claim)
        if not isinstance(subject, str) or not subject.strip():
            raise SignOnRefused("token", f"it has no {self._settings.oidc_claim}")
        return subject

    def _check(self, id_token: str, access_token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        """The claims of a token that proves something."""
        issuer, client_id = self._provider(now)["issuer"], self._settings.oidc_client_id
        wanted = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}, "sub": {"essential": True}}
        try:
            try:
                token = self._decode(id_token, self._key_set(now))
            except InvalidKeyIdError:
                # The provider signs with a key we have not seen: it may have changed keys since we asked.
                token = self._decode(id_token, self._key_set(now, older_than=ASK_AGAIN_SECONDS))
            claims = CodeIDToken(token.claims, token.header, wanted, {"nonce": nonce, "client_id": client_id, "access_token": access_token})
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignOnRefused("token", type(error).__name__) from None
        checked: Mapping[str, Any] = claims
        return checked

    def _decode(self, id_token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(id_token, lambda shown: keys.get_by_kid(shown.headers().get("kid")), list(self._settings.oidc_algorithms))

    def _provider(self, now: datetime) -> dict[str, Any]:
        """What the provider says of itself, asked for once an hour."""
        with self._lock:
            if self._known and now.timestamp() - self._known_at < KEPT_SECONDS:
                return self._known
            issuer = self._settings.oidc_issuer
            told = _get_json(issuer.rstrip("/") + "/.well-known/openid-configuration")
            if told.get("issuer") != issuer:
                raise SignOnRefused("unreachable", "it describes another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _safe_address(told.get(name))
            self._known, self._known_at = told, now.timestamp()
            return told

    def _key_set(self, now: datetime, *, older_than: float = KEPT_SECONDS) -> KeySet:
        """The provider's keys, asked for again when the ones we have are older than this."""
        address = self._provider(now)["jwks_uri"]
        with self._lock:
            if self._keys is None or now.timestamp() - self._keys_at >= older_than:
                told = _get_json(address)
                # A shared secret has no business among public keys.
                public = [one for one in told.get("keys", ()) if isinstance(one, dict) and one.get("kty") in ("RSA", "EC", "OKP")]
                self._keys, self._keys_at = KeySet.import_key_set({"keys": public}), now.timestamp()
            return self._keys

    def _client(self) -> OAuth2Session:
        settings = self._settings
        return OAuth2Session(
            settings.oidc_client_id, settings.oidc_client_secret or None, scope="openid", redirect_uri=self._redirect_uri,
            code_challenge_method="S256", default_timeout=SECONDS_TO_ANSWER,
        )  # fmt: skip


def _get_json(address: str) -> dict[str, Any]:
    try:
        with requests.get(address, timeout=SECONDS_TO_ANSWER, allow_redirects=False, headers={"Accept": "application/json"}) as answer:
            if answer.status_code != 200 or len(answer.content) > LONGEST_ANSWER:
                raise SignOnRefused("unreachable", f"{address} answers {answer.status_code}")
            told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise SignOnRefused("unreachable", type(error).__name__) from None
    if not isinstance(told, dict):
        raise SignOnRefused("unreachable", f"{address} answers no object")
    return told


def _safe_address(address: object) -> None:
    parts = urlsplit(address if isinstance(address, str) else "")
    if not parts.netloc or (parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise SignOnRefused("unreachable", "it names an address without TLS")


def _read_ticket(sealer: Sealer, ticket: str) -> _Ticket | None:
    try:
        return _Ticket(**json.loads(sealer.open(_PURPOSE, base64.urlsafe_b64decode(ticket.encode()))))
    except (CannotOpen, binascii.Error, ValueError, TypeError):
        return None
