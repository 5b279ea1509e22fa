"""An identity provider on this machine: discovery, keys, token and userinfo over real http, with tokens that it signs."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT = "portal-client"
SECRET = "the client's secret"


@dataclass
class IdentityProvider:
    """A running provider. A test changes what it says by `claims`, `userinfo`, `token`, `broken` and `keys`."""

    issuer: str = ""
    keys: list[Any] = field(default_factory=lambda: [rsa_key()])
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    token: dict[str, Any] = field(default_factory=dict)
    raw_token: str | None = None
    broken: dict[str, bytes] = field(default_factory=dict)
    slow_seconds: float = 0
    client_key: Any = None
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).netloc

    def sign_in(self, address: str) -> dict[str, str]:
        """What a browser brings back that was sent to `address` and signed in there. Checks what it was sent with."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and len(asked["nonce"]) >= 32 and len(asked["state"]) >= 32
        self.asked.append(asked)
        code = f"code-{len(self.asked)}"
        self.sent[code] = asked
        return {"code": code, "state": asked["state"]}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.keys[-1]
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key, algorithms=[self.algorithm])

    def answer(self, path: str, body: str, headers: Any) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/keys":
            return 200, KeySet(self.keys).as_dict(private=False)
        if path == "/userinfo":
            assert headers["Authorization"] == "Bearer access"
            return 200, self.userinfo or {"sub": self.claims.get("sub", "person-1")}
        return self._token(dict(parse_qsl(body)), headers)

    def _token(self, form: dict[str, str], headers: Any) -> tuple[int, Any]:
        asked = self.sent.pop(form.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if not self._knows_client(form, headers):
            return 401, {"error": "invalid_client"}
        told = {"access_token": "access", "token_type": "Bearer", "id_token": self.raw_token or self.id_token(asked)}
        return 200, told | self.token

    def _knows_client(self, form: dict[str, str], headers: Any) -> bool:
        if self.client_key is None:
            wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            return headers.get("Authorization") == f"Basic {wanted}"
        found = jwt.decode(form["client_assertion"], self.client_key, algorithms=["RS256", "RS512", "ES256"])
        assert found.header["kid"] == "ours"
        claims = found.claims
        return bool(
            claims["iss"] == claims["sub"] == CLIENT
            and claims["aud"] == f"{self.issuer}/token"
            and claims["jti"]
            and claims["exp"] - time.time() <= 300
            and "client_secret" not in form
        )


@contextmanager
def identity_provider(**options: Any) -> Iterator[IdentityProvider]:
    """A provider while inside."""
    provider = IdentityProvider(**options)

    class Handler(BaseHTTPRequestHandler):
        def _answered(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body, path = self.rfile.read(length).decode(), urlsplit(self.path).path
            time.sleep(provider.slow_seconds)
            if path in provider.broken:
                status, sent = 200, provider.broken[path]
            else:
                status, told = provider.answer(path, body, self.headers)
                sent = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = _answered  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@cache
def rsa_key(kid: str = "one") -> RSAKey:
    """A key by its name; made once a run."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def ec_key(kid: str = "ec") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})
