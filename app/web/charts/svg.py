"""The one place where SVG is put together: every text and attribute is escaped here."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

from markupsafe import Markup, escape

_LETTER = 9.6

Attribute: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the table behind it; in a template {{ chart }} prints the drawing."""

    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __html__(self) -> str:
        """Give the drawing to a template as markup."""
        return self.svg


def element(name: str, /, *children: str, **attributes: Attribute) -> Markup:
    """Build one element. `class_` stands for class, `_` for a hyphen; None leaves an attribute out.

    Children are escaped unless they are markup already.
    """
    # A map has a thousand elements: plain joining takes a quarter of the time of Markup.format.
    written = "".join(
        f' {_name(key)}="{_plain(value)}"' for key, value in attributes.items() if value is not None
    )
    content = "".join([c if isinstance(c, Markup) else escape(c) for c in children])
    return Markup(f"<{name}{written}>{content}</{name}>")  # noqa: S704  every part is escaped


def drawing(title: str, description: str, *children: str, **attributes: Attribute) -> Markup:
    """Build a whole picture: role img, with name and description for who cannot see it."""
    texts = [element("title", title), element("desc", description)]
    return element("svg", *texts, *children, role="img", aria_label=title, **attributes)


def text(
    content: str,
    *,
    x: Attribute,
    y: float,
    class_: str = "",
    anchor: str = "start",
    **further: Attribute,
) -> Markup:
    """Write words at a place; anchor start, middle or end says which side of them lies there."""
    shown_anchor = None if anchor == "start" else anchor
    class_of = class_ or None
    return element("text", content, x=x, y=y, class_=class_of, text_anchor=shown_anchor, **further)


def width_of(content: str) -> float:
    """How many pixels a line of bold text takes at most; the letters' mean, and a little more."""
    return _LETTER * len(content)


def percent(share: float) -> str:
    """Write a place across the drawing, 0 to 100, as an SVG length."""
    return f"{share:.2f}%"


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _plain(value: str | float) -> str:
    return _escaped(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


@lru_cache(maxsize=4096)
def _escaped(value: str) -> str:
    """Escape a class, a length, a name: the same few come a hundred times on a map."""
    return str(escape(value))
