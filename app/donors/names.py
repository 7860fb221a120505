"""When two names may be of one giver: what is left without forms of address."""

from itertools import dropwhile
from typing import Final

from app.kernel.text import fold

FORMS_OF_ADDRESS: Final = frozenset(
    ("gia", "dinh", "gd", "ho", "nha", "ong", "ba", "anh", "chi", "co", "chu", "bac", "cu", "em")
)


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
