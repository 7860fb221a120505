"""The addresses of mail in the environment."""

import pytest

from config.settings import SettingsError, from_environ


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://quy.example.vn", "quy.example.vn"),
        ("https://quy.example.vn:8443/hoi", "quy.example.vn"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
    ],
)
def test_mail_comes_from_where_people_find_us(public_url: str, host: str) -> None:
    settings = from_environ({"PUBLIC_URL": public_url})

    assert settings.mail_host == host
    assert settings.mail_from == f"khuyen-hoc@{host}"


def test_another_sender_may_be_named() -> None:
    assert from_environ({"MAIL_FROM": "quy@example.vn"}).mail_from == "quy@example.vn"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAIL_FROM", "Quỹ <quy@example.vn>"),
        ("MAIL_FROM", "quy@example.vn, kia@example.vn"),
        ("MAIL_FROM", "quy"),
        ("SMTP_URL", "https://mail.example.vn"),
        ("SMTP_URL", "smtp://quy:m%E1%BA%ADt@mail.example.vn"),
    ],
)
def test_what_cannot_be_used_stops_the_start(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_environ({variable: value})

    assert variable in str(refused.value)
    assert "m%E1" not in str(refused.value)
