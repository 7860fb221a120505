"""How a branch is called in the reader's language; on paper it keeps its own, Vietnamese name."""

from typing import Final

from app.kernel.errors import marked
from app.web.wording import gettext

ASSOCIATION: Final = "Hội Khuyến học "
PLACES: Final = (
    ("thành phố ", marked("thành phố %(place)s")),
    ("phường ", marked("phường %(place)s")),
    ("xã ", marked("xã %(place)s")),
)


def branch_name(name: str) -> str:
    """An association by what it is and where, in English with its rank last: Ba Đình Ward.

    Any other name, such as a clan's or a school's committee, is a name and stays as it is.
    """
    if not name.startswith(ASSOCIATION):
        return name
    place = name.removeprefix(ASSOCIATION)
    for rank, written in PLACES:
        if place.startswith(rank):
            place = gettext(written, place=place.removeprefix(rank))
    return gettext("Hội Khuyến học %(place)s", place=place)
