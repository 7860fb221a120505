"""The conversation with a mail server, and what its end means.

Up to MAIL FROM, which is the same for all, nothing was tried. From there to the final dot the
server has not taken the message, whatever happens. After the dot only its answer tells; without one
nobody knows.
"""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self
from urllib.parse import unquote, urlsplit

from app.mail.envelopes import Envelope
from app.mail.rules import Outcome, Verdict
from app.storage import place_whole

TIMEOUT_SECONDS: Final = 20.0
PORTS: Final = {"smtp": 25, "smtps": 465}
SUBMISSION_PORT: Final = 587
OK, WILL_FORWARD, GO_AHEAD, PERMANENT = 250, 251, 354, 500
CODE: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$)")
LINE_START_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class Post(Protocol):
    """Something that takes envelopes; a block holds its connection."""

    def __enter__(self) -> Self:
        """Open it; the connection is made with the first envelope."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the connection."""

    def deliver(self, envelope: Envelope) -> Outcome:
        """Hand over one envelope; whatever the other side does is an outcome, not an error."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as SMTP_URL names it."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read smtp:// or smtps://user:password@host:port; name and password percent-encoded."""
        parts = urlsplit(url)
        default = SUBMISSION_PORT if parts.username else PORTS["smtp"]
        is_tls = parts.scheme == "smtps"
        return cls(
            parts.hostname or "",
            parts.port or (PORTS["smtps"] if is_tls else default),
            is_tls,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )

    @property
    def is_here(self) -> bool:
        """Whether nothing leaves this machine on the way to it."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"


def post_of(smtp_url: str | None, folder: Path) -> Post:
    """The server of SMTP_URL; without one, a folder of .eml files."""
    return SmtpPost(Server.of(smtp_url)) if smtp_url else FolderPost(folder)


class FolderPost:
    """Writes each message whole into a folder, under its id: once more is the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def deliver(self, envelope: Envelope) -> Outcome:
        """Write it; a full disk is a server that is away."""
        name = envelope.message_id.strip("<>").partition("@")[0]
        try:
            place_whole(self.folder / f"{name}.eml", envelope.content)
        except OSError as error:
            return Outcome(Verdict.UNTRIED, type(error).__name__, is_line_down=True)
        return Outcome(Verdict.SENT, "file")


class SmtpPost:
    """A mail server, spoken with over one connection for as long as it answers well."""

    def __init__(self, server: Server, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.server, self.timeout = server, timeout
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()

    def deliver(self, envelope: Envelope) -> Outcome:
        """Send it over the open connection, or over a new one where that has ended."""
        line, self._line = self._line, None
        try:
            if line is None or not _is_ready_again(line):
                line = _connected(self.server, self.timeout, name=_domain(envelope.sender))
            _expect(line.mail(envelope.sender), OK)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if line is not None:
                line.close()
            return Outcome(Verdict.UNTRIED, _named(error), is_line_down=True)
        outcome = _handed_over(line, envelope)
        if line.sock is not None:
            self._line = line
        return outcome


def _connected(server: Server, timeout: float, *, name: str) -> smtplib.SMTP:
    """A line that is ready for MAIL FROM. A password goes in the clear to this machine alone."""
    where = (server.host, server.port, name)
    if server.is_tls:
        line: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=timeout, context=_tls(server.is_here))
    else:
        line = smtplib.SMTP(*where, timeout=timeout)
    try:
        # The final dot goes alone; it must not wait until what went before is acknowledged.
        if line.sock is not None:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.ehlo_or_helo_if_needed()
        if not server.is_tls and line.has_extn("starttls"):
            line.starttls(context=_tls(server.is_here))
            line.ehlo_or_helo_if_needed()
        if server.user:
            if not (server.is_here or isinstance(line.sock, ssl.SSLSocket)):
                raise smtplib.SMTPNotSupportedError("no TLS for the password")  # noqa: TRY301
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


@cache
def _tls(is_here: bool) -> ssl.SSLContext:  # noqa: FBT001 (what the cache goes by)
    """Certificates are checked, but those of this machine, which nobody vouches for."""
    context = ssl.create_default_context()
    if is_here:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_ready_again(line: smtplib.SMTP) -> bool:
    """Whether a used line still answers: servers end those that are idle or have sent enough."""
    try:
        if line.rset()[0] == OK:
            return True
    except (smtplib.SMTPException, OSError):
        pass
    line.close()
    return False


def _handed_over(line: smtplib.SMTP, envelope: Envelope) -> Outcome:
    """Name the recipient, hand over the content, hear the answer; a line that failed is closed."""
    try:
        refusal = _refusal(line, envelope)
        if refusal is not None:
            return refusal
        line.send(_stuffed(envelope.content))
    except (smtplib.SMTPException, OSError) as error:
        line.close()
        return Outcome(Verdict.DEFERRED, _named(error), is_line_down=_is_silence(error))
    try:
        line.send(b".\r\n")
        code, answer = line.getreply()
    except (smtplib.SMTPException, OSError) as error:
        line.close()
        return Outcome(Verdict.UNKNOWN, _named(error), is_line_down=_is_silence(error))
    return _final(code, answer)


def _refusal(line: smtplib.SMTP, envelope: Envelope) -> Outcome | None:
    """What RCPT and DATA were answered, unless the content may follow."""
    code, answer = line.rcpt(envelope.recipient)
    if code in {OK, WILL_FORWARD}:
        code, answer = line.docmd("DATA")
        if code == GO_AHEAD:
            return None
    is_for_good = PERMANENT <= code < PERMANENT + 100
    return Outcome(Verdict.BOUNCED if is_for_good else Verdict.DEFERRED, _code(code, answer))


def _final(code: int, answer: bytes) -> Outcome:
    """What the answer to the whole message means; one that is no answer tells nothing."""
    verdicts = {2: Verdict.SENT, 4: Verdict.DEFERRED, 5: Verdict.BOUNCED}
    return Outcome(verdicts.get(code // 100, Verdict.UNKNOWN), _code(code, answer))


def _stuffed(content: bytes) -> bytes:
    """The content so that no line of it is taken for the end (RFC 5321 §4.5.2)."""
    stuffed = LINE_START_DOT.sub(b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _code(code: int, answer: bytes) -> str:
    """The numbers of an answer; its words may repeat the address."""
    enhanced = CODE.match(answer.decode("ascii", "replace"))
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _named(error: Exception) -> str:
    """What went wrong, without words that may repeat the address."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _code(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return "silence" if _is_silence(error) else type(error).__name__


def _is_silence(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _expect(told: tuple[int, bytes], code: int) -> None:
    if told[0] != code:
        raise smtplib.SMTPResponseException(*told)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
