"""A text that no form can send is a wrong password, not a fault."""

import pytest

from app.accounts.passwords import hash_password, password_matches, refuse_unfit
from app.kernel.errors import Invalid


@pytest.mark.parametrize("odd", ["\ud800", "mat-khau-dai-lam\udfff", "\0", "ễ" * 100_000])
def test_an_odd_text_matches_nothing(odd: str) -> None:
    stored = hash_password("mat-khau-dai-lam")

    assert not password_matches(stored, odd)
    assert not password_matches(None, odd)
    assert password_matches(stored, "mat-khau-dai-lam")


@pytest.mark.parametrize("weak", ["a" * 16, "abab" * 4, "ngan"])
def test_a_password_that_is_soon_guessed_is_refused(weak: str) -> None:
    with pytest.raises(Invalid):
        refuse_unfit(weak, email="ai@b.vn")

    refuse_unfit("bon nam tu khong dinh dang", email="ai@b.vn")
