"""Invented givers with names as they are met in Hà Nội. Nobody real is meant.

Addresses go no further than the unit of residents, and there are no telephone numbers: a made-up
one could be somebody's.
"""

from random import Random
from typing import Final

from app.donors.commands import DonorKind, NewDonor

FAMILY_NAMES: Final = (
    ["Nguyễn"] * 36
    + ["Trần"] * 11
    + ["Lê"] * 9
    + ["Phạm"] * 7
    + ["Hoàng"] * 5
    + ["Vũ"] * 5
    + ["Đỗ"] * 4
    + ["Đặng"] * 3
    + ["Bùi"] * 3
    + ["Ngô", "Dương", "Lý", "Phan", "Đinh", "Đào", "Trịnh", "Hà", "Chu", "Tạ", "Khuất", "Kiều"]
)
MEN: Final = (
    ("Văn", "Đức", "Quang", "Minh", "Xuân", "Hữu", "Ngọc", "Công", "Bá", "Đình"),
    ("Hùng", "Dũng", "Thắng", "Minh", "Sơn", "Tuấn", "Hải", "Long", "Phúc", "Khánh", "Vinh")
    + ("Đạt", "Bình", "Cường", "Hiếu", "Nam", "Quân", "Tiến", "Trung", "Việt", "Lợi", "Thịnh"),
)
WOMEN: Final = (
    ("Thị", "Thị", "Thị", "Thị Ngọc", "Thị Thanh", "Thu", "Minh", "Thị Bích", "Thuý"),
    ("Lan", "Hoa", "Huyền", "Hương", "Mai", "Nga", "Oanh", "Phượng", "Quyên", "Thảo", "Yến")
    + ("Ánh", "Hằng", "Hiền", "Liên", "Loan", "Nhung", "Tâm", "Thuỷ", "Trang", "Vân", "Xuân"),
)
FIRMS: Final = ("Công ty TNHH MTV", "Công ty TNHH", "Công ty Cổ phần", "Hợp tác xã", "Cửa hàng")
FIRM_NAMES: Final = ("An Phát", "Thành Đạt", "Sông Hồng Xanh", "Tâm Việt", "Hoa Sữa", "Minh Khang")
TRADES: Final = ("Xây dựng", "Thương mại", "Dịch vụ", "Vận tải", "Nông sản", "Cơ khí", "May mặc")
AGENCIES: Final = (
    "Công đoàn",
    "Công an",
    "Hội Cựu chiến binh",
    "Hội Liên hiệp Phụ nữ",
    "Đoàn Thanh niên",
    "Hội Người cao tuổi",
    "Trạm Y tế",
    "Ban Chỉ huy Quân sự",
)
SCHOOLS: Final = (
    "Trường Mầm non Hoa Sữa",
    "Trường Tiểu học Sao Mai",
    "Trường Tiểu học Hướng Dương",
    "Trường THCS Bình Minh",
    "Trường THCS Ánh Sao",
    "Trường THPT Hy Vọng",
)
OVERSEAS: Final = (
    "Kiều bào CHLB Đức",
    "Kiều bào Pháp",
    "Hội người Hà Nội tại Séc",
    "Kiều bào Nhật Bản",
    "Kiều bào Úc",
)
RELIGIOUS: Final = ("Một Phật tử", "Chùa Linh Quang", "Chùa Phúc Lâm", "Giáo xứ Thanh Bình")
NATIVE_PLACES: Final = ("Nam Định", "Nghệ An", "Thái Bình", "Hưng Yên", "Thanh Hoá", "Hà Tĩnh")
PEN_NAMES: Final = ("Tý", "Sửu", "Cả", "Hai", "Tư", "Mão")


def person_name(dice: Random) -> str:
    """A full name: family, middle and given name."""
    middle_names, given_names = dice.choice((MEN, WOMEN))
    return f"{dice.choice(FAMILY_NAMES)} {dice.choice(middle_names)} {dice.choice(given_names)}"


def household(dice: Random, place: str) -> NewDonor:
    """A family as the head of a hamlet branch writes it into his list."""
    man, woman = dice.choice(MEN[1]), dice.choice(WOMEN[1])
    name = dice.choice(
        (
            f"Gia đình ông bà {man} - {woman}",
            f"Gia đình anh chị {man} - {woman}",
            f"Gia đình bà {woman}",
            f"Hộ ông {dice.choice(FAMILY_NAMES)} {dice.choice(MEN[0])} {man}",
            f"Gia đình bác {man}",
        ),
    )
    return NewDonor(DonorKind.HOUSEHOLD, name, address=address(dice, place))


def individual(dice: Random, place: str) -> NewDonor:
    """One person; now and then as a bank writes him, or as everybody calls him."""
    name = person_name(dice)
    if dice.random() < 0.04:  # noqa: PLR2004 (a share, once)
        name = f"Cụ {dice.choice(PEN_NAMES)}"
    return NewDonor(DonorKind.PERSON, name, address=address(dice, place))


def enterprise(dice: Random, place: str) -> NewDonor:
    """A firm of the place."""
    name = f"{dice.choice(FIRMS)} {dice.choice(TRADES)} {dice.choice(FIRM_NAMES)}"
    return NewDonor(DonorKind.ORGANISATION, name, address=place)


def agency(dice: Random, place: str) -> NewDonor:
    """An office or a mass organisation of the place."""
    name = f"{dice.choice(AGENCIES)} {place[0].lower()}{place[1:]}"
    return NewDonor(DonorKind.ORGANISATION, name, address=place)


def school(dice: Random, place: str) -> NewDonor:
    """A school of the place."""
    return NewDonor(DonorKind.ORGANISATION, dice.choice(SCHOOLS), address=place)


def piggy_bank(dice: Random, place: str) -> NewDonor:
    """The piggy bank of a school class: coins without givers' names."""
    form = f"{dice.randint(1, 9)}{dice.choice('ABC')}"
    name = f"Heo đất lớp {form} {dice.choice(SCHOOLS[1:5])}"
    return NewDonor(DonorKind.ORGANISATION, name, address=place)


def clan(dice: Random, place: str) -> NewDonor:
    """A clan by its family name."""
    name = f"Dòng họ {dice.choice(FAMILY_NAMES)} {dice.choice(MEN[0])}"
    return NewDonor(DonorKind.CLAN, name, address=address(dice, place))


def overseas(dice: Random, place: str) -> NewDonor:
    """Somebody of the place who lives abroad, or a society of such people."""
    if dice.random() < 0.5:  # noqa: PLR2004 (a share, once)
        return NewDonor(DonorKind.ORGANISATION, dice.choice(OVERSEAS), address=place)
    return NewDonor(DonorKind.PERSON, f"{person_name(dice)} (Việt kiều)", address=place)


def religious(dice: Random, place: str) -> NewDonor:
    """A pagoda, a parish or a believer."""
    name = dice.choice(RELIGIOUS)
    kind = DonorKind.PERSON if name == RELIGIOUS[0] else DonorKind.ORGANISATION
    return NewDonor(kind, name, address=place)


def society(dice: Random, place: str) -> NewDonor:
    """Alumni or people of one native place."""
    first_year = dice.randint(1975, 2012)
    form = f"9{dice.choice('ABCD')}"
    alumni = f"Tập thể lớp {form} khóa {first_year}-{first_year + 4}"
    compatriots = f"Hội đồng hương {dice.choice(NATIVE_PLACES)}"
    return NewDonor(DonorKind.ORGANISATION, dice.choice((alumni, compatriots)), address=place)


def bank(_dice: Random, place: str) -> NewDonor:
    """The bank that pays interest on the deposit."""
    return NewDonor(DonorKind.ORGANISATION, "Ngân hàng giữ tiền gửi của quỹ", address=place)


def upper_level(_dice: Random, place: str) -> NewDonor:
    """The association above."""
    name = "Hội Khuyến học thành phố Hà Nội"
    return NewDonor(DonorKind.ORGANISATION, name, address=f"Chuyển về {place}")


def address(dice: Random, place: str) -> str:
    """A house in a unit of residents of the place: thôn in a commune, tổ dân phố in a ward."""
    unit = "thôn" if place.startswith(("Xã", "Huyện")) else "tổ dân phố số"
    home = f"Số nhà {dice.randint(1, 180)}, {unit} {dice.randint(1, 24)}"
    return f"{home}, {place[0].lower()}{place[1:]}"


# Givers that the field's own examples name (domain.md §12), two namesakes in one lane among them.
KNOWN_GIVERS: Final = (
    ("individual", DonorKind.PERSON, "Nguyễn Thị Ngọc Ánh", "Số nhà 8, tổ dân phố số 12"),
    ("individual", DonorKind.PERSON, "NGUYEN THI NGOC ANH", "Chuyển khoản"),
    ("individual", DonorKind.PERSON, "Đặng Đức Đạt", "Số nhà 31, tổ dân phố số 4"),
    ("individual", DonorKind.PERSON, "Hoàng Thị Huyền", "Số nhà 5, tổ dân phố số 9"),
    ("individual", DonorKind.PERSON, "Nguyễn Văn Hùng", "Số nhà 14, tổ dân phố số 12"),
    ("individual", DonorKind.PERSON, "Nguyễn Văn Hùng", "Số nhà 26, tổ dân phố số 12"),
    ("individual", DonorKind.PERSON, "Cụ Tý", "Số nhà 2, tổ dân phố số 7"),
    ("household", DonorKind.HOUSEHOLD, "Gia đình ông bà Thắng - Hoa", "Số nhà 17, tổ dân phố số 3"),
    ("religious", DonorKind.PERSON, "Một Phật tử", "Tổ dân phố số 5"),
    ("other", DonorKind.ORGANISATION, "Tập thể lớp 9A khóa 1998-2002", "Trường THCS Bình Minh"),
    ("enterprise", DonorKind.ORGANISATION, "Công ty TNHH MTV An Phát", "Tổ dân phố số 1"),
    ("other", DonorKind.ORGANISATION, "Hội đồng hương Nam Định", "Tổ dân phố số 10"),
    ("overseas", DonorKind.ORGANISATION, "Kiều bào CHLB Đức", "Berlin"),
)
