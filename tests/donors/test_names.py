"""What kind of giver a name tells."""

import pytest

from app.donors.commands import DonorKind
from app.donors.names import kind_told


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Công ty Sách Bạn Trẻ", DonorKind.ORGANISATION),
        ("CTY TNHH An Bình", DonorKind.ORGANISATION),
        ("Trường THCS Ba Đình", DonorKind.ORGANISATION),
        ("Cơ sở may Hoa Sen", DonorKind.ORGANISATION),
        ("Dòng họ Vũ", DonorKind.CLAN),
        ("Gia đình ông bà Thắng - Hoa", DonorKind.HOUSEHOLD),
        ("Bà Hoa", DonorKind.PERSON),
        ("Trương Văn Ba", None),
        ("Hội", DonorKind.ORGANISATION),
        ("Hoàng Anh", None),
        ("", None),
    ],
)
def test_the_beginning_of_a_name_tells_its_kind(name: str, kind: DonorKind | None) -> None:
    assert kind_told(name) is kind
