"""The treasurer's pages in a real browser: without a mouse, on a telephone, for everybody."""

import pytest

from app.accounts.permissions import Role
from tests.browser.conftest import Judge, Opener
from tests.builders.branches import BranchAtHand, a_member

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_the_home_page_is_for_everybody(
    page_at: Opener,
    a_branch: BranchAtHand,
    assert_accessible: Judge,
    assert_fits: Judge,
    width: int,
) -> None:
    page = page_at(width, a_member(a_branch, Role.TREASURER))

    page.goto(f"/b/{a_branch.slug}/")

    assert_accessible(page)
    assert_fits(page)
