"""A text that no form can send is a wrong password, not a fault."""

import pytest

from app.accounts.passwords import hash_password, password_matches


@pytest.mark.parametrize("odd", ["\ud800", "mat-khau-dai-lam\udfff", "\0", "ễ" * 100_000])
def test_an_odd_text_matches_nothing(odd: str) -> None:
    stored = hash_password("mat-khau-dai-lam")

    assert not password_matches(stored, odd)
    assert not password_matches(None, odd)
    assert password_matches(stored, "mat-khau-dai-lam")
