"""A giver's name without a single blank: it breaks where it stands, and no page grows sideways."""

from pathlib import Path

import pytest

from app.accounts.permissions import Role
from app.db.unit_of_work import reading
from app.donations.commands import Method
from app.donations.queries import get_donation
from app.donors.commands import DonorKind, NewDonor
from tests.browser.conftest import Judge, Opener
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.donations import a_gift, give

pytestmark = pytest.mark.browser

# Receipts' numbers and words of usual names, and the lines that each takes, where not one.
BROKEN_WORDS = r"""() => {
  const broken = [], walker = document.createTreeWalker(
    document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest(".visually-hidden, thead")) continue;
    for (const found of walker.currentNode.data.matchAll(/[^\s-]{1,20}/g)) {
      if (/(.)\1{9}/.test(found[0])) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
      if (lines.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("letter", ["W", "Ế"])
def test_an_endless_name_breaks_and_nothing_else(
    page_at: Opener,
    a_branch: BranchAtHand,
    assert_fits: Judge,
    width: int,
    letter: str,
    tmp_path: Path,
) -> None:
    donor = NewDonor(DonorKind.PERSON, letter * 200, address=letter * 300)
    gift = give(a_branch, a_gift(a_branch, donor=donor, method=Method.BANK_TRANSFER))
    give(a_branch)
    with reading(a_branch.scope) as session:
        donor_id = get_donation(session, gift.id).donor_id
    page = page_at(width, a_member(a_branch, Role.TREASURER))
    places = ["", "ung-ho/", f"ung-ho/{gift.id}", f"ung-ho/{gift.id}/huy", "nha-hao-tam/"]
    places += [f"nha-hao-tam/{donor_id}", f"nha-hao-tam/{donor_id}/sua"]
    places += [f"ung-ho/ghi?nguoi={donor_id}", "quy/", f"quy/{a_branch.fund_id}"]

    for number, place in enumerate(places):
        page.goto(f"/b/{a_branch.slug}/{place}")
        page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
        assert_fits(page)
        assert page.evaluate(BROKEN_WORDS) == [], page.url
