"""What a name tells: whether two may be of one giver, and what kind of giver bears it."""

from itertools import dropwhile
from typing import Final

from app.donors.commands import DonorKind
from app.kernel.text import fold

FORMS_OF_ADDRESS: Final = frozenset(
    ("gia", "dinh", "gd", "ho", "nha", "ong", "ba", "anh", "chi", "co", "chu", "bac", "cu", "em")
)

# How the names of each kind begin, folded; what begins otherwise tells nothing.
BEGINNINGS: Final = {
    DonorKind.HOUSEHOLD: ("gia dinh", "gd", "ho gia dinh"),
    DonorKind.CLAN: ("dong ho", "dong toc", "chi ho", "ho toc"),
    DonorKind.ORGANISATION: (
        *(
            "cong ty",
            "cty",
            "doanh nghiep",
            "tap doan",
            "ngan hang",
            "hop tac xa",
            "htx",
            "cua hang",
        ),
        *("benh vien", "uy ban", "ubnd", "hoi", "cau lac bo", "chua", "nha tho", "co so"),
        # Not "truong" alone: Trương is a family name.
        *("truong mam non", "truong tieu hoc", "truong thcs", "truong thpt", "truong dai hoc"),
    ),
    DonorKind.PERSON: ("ong", "ba", "anh", "chi", "chau", "thay", "co", "chu", "bac", "cu", "em"),
}


def kind_told(name: str) -> DonorKind | None:
    """The kind of giver that the beginning of a name tells: "Công ty …" is an organisation."""
    folded = fold(name) + " "
    for kind, beginnings in BEGINNINGS.items():
        if folded.startswith(tuple(f"{words} " for words in beginnings)):
            return kind
    return None


def names_agree(one: str, other: str) -> bool:
    """Whether the given names are one, and the family names or the second words too.

    Accents, case and forms of address aside: "Nguyễn Hoà" and "Ông Nguyễn Văn Hòa" agree,
    "Nguyễn Văn Hoà" and "Trần Thị Hoà" do not. A single word agrees with itself alone.
    """
    first, second = telling_words(one), telling_words(other)
    if first == second:
        return True
    if len(first) == 1 or len(second) == 1 or first[-1] != second[-1]:
        return False
    return first[0] == second[0] or first[1] == second[1] != first[-1]


def telling_words(name: str) -> list[str]:
    """The folded words of a name; a name of nothing but forms of address keeps them."""
    words = fold(name).split()
    return list(dropwhile(FORMS_OF_ADDRESS.__contains__, words)) or words
