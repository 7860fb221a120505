"""How the demonstration's branches are reached: plausible, and nobody's (numbers end in 0000)."""

from collections.abc import Sequence
from typing import Final

from app.branches.commands import Contact
from app.branches.queries import BranchView
from app.branches.service import publish_contact
from app.cli.operator import scope_of
from app.db.unit_of_work import unit_of_work

ADDRESSES: Final = {
    "ha-noi": "Số 1 phố Khuyến Học, phường Hoàn Kiếm, Hà Nội",
    "phuong-ba-dinh": "Nhà văn hoá phường, số 2 phố Trúc Bạch, phường Ba Đình, Hà Nội",
    "phuong-ngoc-ha": "Nhà văn hoá phường Ngọc Hà, Hà Nội",
    "xa-soc-son": "Uỷ ban nhân dân xã Sóc Sơn, Hà Nội",
}


def publish_contacts(branches: Sequence[BranchView]) -> None:
    """Publish how the featured ones of these branches are reached; safe to repeat."""
    for number, branch in enumerate(each for each in branches if each.slug in ADDRESSES):
        contact = Contact(
            address=ADDRESSES[branch.slug],
            phone=f"+84240000000{number}",
            email=f"{branch.slug}@khuyenhoc.example",
        )
        with unit_of_work(scope_of(branch)) as session:
            publish_contact(session, branch.id, contact)
