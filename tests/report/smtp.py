"""A real mail server on loopback that can refuse, hang and drop at every step, and certificates good and bad.

A step is one of GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA (before the message) and END (after it). What a server
does there is `hang`, `drop`, or an answer such as `550 5.1.1 no`.
"""

# ruff: noqa: ARG002, N802 - the library calls these methods by its own names, with arguments of its own
from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD, TOKEN = "reports@example.org", "pässword 1", "t0ken." + "x" * 1400
HOST = "localhost"


@dataclass
class Received:
    """One mail as the server got it."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class Behaviour:
    """What the server does: `steps` by their names, `refused` recipients with the answers that they get."""

    steps: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    has_login: bool = False
    without: tuple[str, ...] = ()
    size_limit: int | None = None


@dataclass
class Server:
    """A server that runs: its port, the mails that it got, and the commands that it was told, with `AUTH` cut short."""

    port: int
    certificate: str
    mails: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    logins: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    is_encrypted: list[bool] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)


class _Protocol(SMTP):
    """One connection."""

    line_length_limit = 20_000
    """Tokens are long."""
    behaviour: Behaviour
    server: Server

    def prepared(self, behaviour: Behaviour, server: Server) -> _Protocol:
        self.behaviour, self.server = behaviour, server
        return self

    async def acted(self, step: str) -> bool:
        self.server.commands.append(step)
        action = self.behaviour.steps.get(step)
        if action == "hang":
            await asyncio.sleep(3600)
        elif action == "drop":
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.abort()
        elif action is not None:
            await self.push(action)
        return action is not None

    async def _handle_client(self) -> None:
        if not await self.acted("GREETING"):
            await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self.acted("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self.acted("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self.acted("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.server.is_encrypted.append(bool(self.transport and self.transport.get_extra_info("sslcontext")))
        if not await self.acted("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.acted("DATA"):
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        if not await self.acted("QUIT"):
            await super().smtp_QUIT(arg)

    async def auth_XOAUTH2(self, _: object, args: list[str]) -> AuthResult:
        import base64  # noqa: PLC0415 - one server's business

        text = base64.b64decode(args[1]) if len(args) > 1 else await self.challenge_auth("")
        assert isinstance(text, bytes)
        self.server.logins.append(("XOAUTH2", text, b""))
        if text == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01".encode():
            return AuthResult(success=True, auth_data=LoginPassword(USER.encode(), b""))
        await self.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)


class _Handler:
    """What the server decides by itself."""

    def __init__(self, behaviour: Behaviour, server: Server) -> None:
        self.behaviour, self.server = behaviour, server

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.server.greetings.append(hostname)
        kept = [line for line in responses if not any(word in line for word in self.behaviour.without)]
        *most, last = kept
        return [f"250-{line[4:]}" for line in most] + [f"250 {last[4:]}"]

    async def handle_RCPT(
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.server.commands.append("RCPT")
        if answer := self.behaviour.refused.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.server.mails.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
        action = self.behaviour.steps.get("END", "250 OK: queued")
        if action in ("hang", "drop"):
            await server.acted("END")
        return action


@contextmanager
def mail_server(
    behaviour: Behaviour | None = None, security: str = "none", certificate: str = "good"
) -> Iterator[Server]:
    """Run a server in a thread of its own until the block ends."""
    doing = behaviour or Behaviour()
    loop = asyncio.new_event_loop()
    context = server_context(certificate) if security != "none" else None
    server = Server(0, certificate)

    def login(_server: object, _session: object, _envelope: object, way: str, data: LoginPassword) -> AuthResult:
        server.logins.append((way, data.login, data.password))
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    def protocol() -> _Protocol:
        made = _Protocol(
            _Handler(doing, server), loop=loop, hostname="test", data_size_limit=doing.size_limit,
            tls_context=context if security == "starttls" else None, require_starttls=security == "starttls",
            authenticator=login, auth_required=doing.has_login, auth_require_tls=security == "starttls",
            auth_exclude_mechanism=[word for word in doing.without if word in ("PLAIN", "LOGIN", "XOAUTH2")],
        )  # fmt: skip
        return made.prepared(doing, server)

    made = loop.create_server(protocol, "127.0.0.1", 0, ssl=context if security == "tls" else None)
    listening = loop.run_until_complete(made)
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop).result(5)
        listening.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _end() -> None:
    """Cancel what hangs."""
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@cache
def authority() -> trustme.CA:
    """Return the certificate authority of these tests."""
    return trustme.CA()


@cache
def server_context(kind: str) -> ssl.SSLContext:
    """Return a server's side of TLS: `good`, `expired`, `elsewhere` (another name), `unknown` (another authority)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    now = datetime.now(UTC)
    match kind:
        case "expired":
            made = authority().issue_cert(HOST, not_before=now - timedelta(9), not_after=now - timedelta(2))
        case "elsewhere":
            made = authority().issue_cert("other.example.org")
        case "unknown":
            made = trustme.CA().issue_cert(HOST)
        case _:
            made = authority().issue_cert(HOST)
    made.configure_cert(context)
    if kind == "old":
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def authority_file(folder: Path) -> Path:
    """Write the authority's certificate into a file."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return path
