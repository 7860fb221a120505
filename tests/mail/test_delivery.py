"""The line itself: encryption, sign-in, envelopes that nobody can bend."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.mail.delivery import FolderPost, Server, SmtpPost, post_of
from app.mail.envelopes import Envelope, enclose, one_line
from app.mail.letters import Attachment, Letter
from app.mail.rules import Verdict
from tests.builders.mail import MailServer, Mood, mail_server
from tests.kernel.nasty import each_nasty

LETTER = Letter(
    to="lan@example.vn",
    name="Nguyễn Thị Lan",
    sender="Hội Khuyến học phường Ba Đình",
    subject="Biên nhận số 7",
    text=".\n..\n.QUIT\nCảm ơn bà.\n",
    html="<p>Cảm ơn bà.</p>",
    attachments=(Attachment("Biên nhận 7.pdf", "application/pdf", b"%PDF-1.7\r\n.\r\n\x00\xff"),),
)


def envelope_of(letter: Letter = LETTER) -> Envelope:
    """The letter enclosed."""
    message_id = "<0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b@example.vn>"
    return enclose(letter, message_id=message_id, mail_from="quy@example.vn")


def read(envelope: Envelope) -> EmailMessage:
    """What a mail reader makes of it."""
    message = message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's side with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


class Doorkeeper:
    """Lets in who signs in with that name and password; notes whether it came encrypted."""

    def __init__(self, user: str, password: str) -> None:
        self.expected = LoginPassword(user.encode(), password.encode())
        self.seen: list[bool] = []

    def __call__(self, server: Any, session: Any, envelope: Any, how: str, told: Any) -> AuthResult:
        """Judge one sign-in."""
        self.seen.append(session.ssl is not None)
        return AuthResult(success=told == self.expected, handled=False)


@pytest.fixture
def guarded(certificate: ssl.SSLContext) -> Iterator[tuple[MailServer, Doorkeeper]]:
    """A server that takes mail only after STARTTLS and a sign-in."""
    doorkeeper = Doorkeeper("quy@hoi", "mat khau/@:%")
    with mail_server(
        tls_context=certificate,
        require_starttls=True,
        auth_required=True,
        authenticator=doorkeeper,
    ) as server:
        yield server, doorkeeper


def test_a_server_that_offers_tls_gets_the_password_encrypted(
    guarded: tuple[MailServer, Doorkeeper],
) -> None:
    server, doorkeeper = guarded
    url = server.url.replace(
        "smtp://",
        "smtp://quy%40hoi:mat%20khau%2F%40%3A%25@",
    )

    with SmtpPost(Server.of(url)) as post:
        assert post.deliver(envelope_of()).verdict is Verdict.SENT

    assert doorkeeper.seen == [True]
    assert [taken.recipient for taken in server.taken] == ["lan@example.vn"]


def test_a_wrong_password_costs_no_try(guarded: tuple[MailServer, Doorkeeper]) -> None:
    server, _ = guarded

    with SmtpPost(Server.of(server.url.replace("smtp://", "smtp://quy:sai@"))) as post:
        outcome = post.deliver(envelope_of())

    assert (outcome.verdict, outcome.answer) == (Verdict.UNTRIED, "535 5.7.8")
    assert outcome.is_line_down


class Elsewhere(Server):
    """A server of another machine."""

    @property
    def is_here(self) -> bool:
        """No."""
        return False


def test_a_password_leaves_this_machine_only_encrypted() -> None:
    doorkeeper = Doorkeeper("quy", "mat-khau")
    with mail_server(authenticator=doorkeeper, auth_require_tls=False) as server:
        told = ("127.0.0.1", server.port, False, "quy", "mat-khau")
        outcome = SmtpPost(Elsewhere(*told)).deliver(envelope_of())
        with SmtpPost(Server(*told)) as post:
            here = post.deliver(envelope_of())

    assert (outcome.verdict, outcome.answer) == (Verdict.UNTRIED, "SMTPNotSupportedError")
    assert here.verdict is Verdict.SENT
    assert len(doorkeeper.seen) == 1


def test_a_certificate_of_another_machine_is_checked(certificate: ssl.SSLContext) -> None:
    with mail_server(tls_context=certificate) as server:
        told = SmtpPost(Elsewhere("127.0.0.1", server.port, is_tls=False, user="", password=""))
        outcome = told.deliver(envelope_of())

    assert (outcome.verdict, outcome.answer) == (Verdict.UNTRIED, "SSLCertVerificationError")
    assert server.taken == []


def test_smtps_is_encrypted_from_the_start(certificate: ssl.SSLContext) -> None:
    with mail_server(ssl_context=certificate) as server:
        url = server.url.replace("smtp://", "smtps://")
        with SmtpPost(Server.of(url)) as post:
            assert post.deliver(envelope_of()).verdict is Verdict.SENT

    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("url", "port", "is_here"),
    [
        ("smtp://mail.example.vn", 25, False),
        ("smtp://quy:x@mail.example.vn", 587, False),
        ("smtps://quy:x@mail.example.vn", 465, False),
        ("smtp://localhost:2525", 2525, True),
        ("smtp://[::1]:2525", 2525, True),
    ],
)
def test_an_address_is_read(url: str, port: int, is_here: bool) -> None:
    server = Server.of(url)

    assert (server.port, server.is_here) == (port, is_here)


def test_one_line_carries_many_messages_and_is_made_again_when_it_ends() -> None:
    with mail_server() as server, SmtpPost(Server.of(server.url)) as post:
        server.mood = iter_moods(Mood.TAKE, Mood.REFUSE, Mood.TAKE, Mood.CUT_EARLY, Mood.TAKE)
        verdicts = [post.deliver(envelope_of()).verdict for _ in range(5)]

    assert verdicts == ["sent", "bounced", "sent", "deferred", "sent"]
    assert len(server.taken) == 3


def iter_moods(*moods: Mood) -> Any:
    """One mood after the other."""
    left = iter(moods)
    return lambda _: next(left)


def test_an_envelope_is_plain_ascii_and_reads_as_it_was_written() -> None:
    with mail_server() as server, SmtpPost(Server.of(server.url)) as post:
        assert post.deliver(envelope_of()).verdict is Verdict.SENT

    ((taken),) = server.taken
    for message in (read(envelope_of()), taken.message):
        text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
        (paper,) = message.iter_attachments()
        assert text is not None
        assert html is not None
        assert text.get_content().replace("\r\n", "\n") == LETTER.text
        assert html.get_content().replace("\r\n", "\n").rstrip() == LETTER.html
        assert paper.get_filename() == "Biên nhận 7.pdf"
        assert paper.get_content() == LETTER.attachments[0].content
        assert message["Subject"] == LETTER.subject
        assert message["Auto-Submitted"] == "auto-generated"
    content = envelope_of().content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


@each_nasty("NXCST")
def test_nothing_that_a_person_types_bends_an_envelope(row: dict[str, Any]) -> None:
    value = str(row["value"])[:5000]
    safe = value.encode("utf-8", "replace").decode("utf-8")
    letter = Letter(
        to="lan@example.vn", name=safe, sender=safe, subject=safe, text=safe, html="<p></p>",
        attachments=(Attachment(safe, "application/pdf", b"%PDF"),),
    )  # fmt: skip

    message = read(envelope_of(letter))

    assert sorted(message.keys()) == sorted([
        "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    ])  # fmt: skip
    assert [each.addr_spec for each in message["To"].addresses] == ["lan@example.vn"]
    assert [each.addr_spec for each in message["From"].addresses] == ["quy@example.vn"]


@pytest.mark.parametrize(
    "name",
    [
        "Lan\r\nBcc: x@example.vn",
        'Lan" <x@example.vn>, "',
        "=?utf-8?q?x=40example.vn?=",
        "\u202eLan",
    ],
)
def test_a_name_is_only_a_name(name: str) -> None:
    message = read(
        envelope_of(Letter(to="lan@example.vn", name=name, subject="", text="", html=""))
    )

    ((address),) = message["To"].addresses
    assert address.addr_spec == "lan@example.vn"
    assert message["Bcc"] is None
    assert "\n" not in one_line(name, 100)


def test_a_file_that_cannot_be_written_is_a_server_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    post = post_of(None, tmp_path / "mail")
    assert isinstance(post, FolderPost)

    outcome = post.deliver(envelope_of())

    assert (outcome.verdict, outcome.is_line_down) == (Verdict.UNTRIED, True)


def test_a_file_is_whole_and_for_us_alone(tmp_path: Path) -> None:
    with post_of(None, tmp_path / "mail") as post:
        for _ in range(2):
            assert post.deliver(envelope_of()).verdict is Verdict.SENT

    (file,) = (tmp_path / "mail").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=default)["To"].addresses
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
