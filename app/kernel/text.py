"""Names and free text: cleaned before they are stored, folded for search, keyed for order.

Nothing invisible, disguised or unbounded gets in; nothing is cut or silently dropped
(reliability.md §4.6 N). What a person sees is what is stored, in NFC.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MAX_NAME = 200
MAX_LINES = 50
MIN_REASON_LETTERS = 10
_MAX_REASON = 500
_MAX_MARKS = 4

LOOK_ALIKES = {0x00D0: "Đ", 0x0189: "Đ", 0x00F0: "đ", 0x0256: "đ"}
"""Eth and African D are drawn like Đ but are other letters: str.translate makes them Đ, đ."""


class Unreadable(ValueError):
    """A text that cannot be taken; `message` (Vietnamese) and `message_en` say what to do."""

    def __init__(self, message: str, message_en: str) -> None:
        """Keep both wordings; neither ever repeats more than a letter of the refused text."""
        super().__init__(message_en)
        self.message = message
        self.message_en = message_en


class UnreadableText(Unreadable):
    """A name, note, telephone number or e-mail address that cannot be taken."""


def clean_name(text: str) -> str:
    """Clean a one-line name: NFC, single spaces, Đ for its look-alikes; 1 to MAX_NAME characters.

    Raises UnreadableText when it is empty, too long, of several lines, or holds a character that
    is invisible, reverses the reading order or stacks marks.
    """
    line = _BLANK_RUN.sub(" ", _composed(text, MAX_NAME)).strip(" \r\n")
    if not line:
        raise UnreadableText(*_EMPTY)
    if _LINE_END.search(line):
        raise UnreadableText(*_ONE_LINE)
    _refuse_disguises(line)
    return _within(line, MAX_NAME)


def clean_text(text: str, *, max_length: int) -> str:
    r"""Clean a note or an address: as clean_name, but lines are kept, parted by "\n".

    Lines are stripped, one empty line may part two; blank text gives "". Raises UnreadableText
    when it is longer than max_length characters or MAX_LINES lines, or holds a disguise.
    """
    lines = _LINE_BREAK.split(_BLANK_RUN.sub(" ", _composed(text, max_length)))
    cleaned = _GAP.sub("\n\n", "\n".join(line.strip(" ") for line in lines)).strip("\n")
    if cleaned.count("\n") >= MAX_LINES:
        raise UnreadableText(*_TOO_MANY_LINES)
    _refuse_disguises(cleaned.replace("\n", " "))
    return _within(cleaned, max_length)


def clean_reason(text: str) -> str:
    """Clean a reason for the audit: as clean_text, at least MIN_REASON_LETTERS letters or digits.

    Raises UnreadableText; a full stop is not a reason.
    """
    reason = clean_text(text, max_length=_MAX_REASON)
    if sum(character.isalnum() for character in reason) < MIN_REASON_LETTERS:
        raise UnreadableText(*_NO_REASON)
    return reason


def disarm(text: str, *, max_length: int) -> str:
    """Make one harmless line of what a stranger's software wrote; nothing is refused.

    For texts that nobody here can type again, such as a bank's memo. As clean_name, but what that
    would refuse is left out, line ends become spaces, and the rest is cut to max_length.
    """
    known = unicodedata.normalize("NFC", text[: 20 * max_length]).translate(LOOK_ALIKES)
    if not _EVERYDAY_LINE.fullmatch(known):
        known = unicodedata.normalize("NFC", "".join(_harmless(" ".join(known.split()))))
    return " ".join(known.split())[:max_length].rstrip(" ")


def looks_garbled(text: str) -> bool:
    """Tell whether text was probably typed in a TCVN3 or VNI font, or decoded wrongly.

    A suspicion to show to a person, never a ground for refusal.
    """
    return _GARBLED.search(unicodedata.normalize("NFC", text)) is not None


def clean_phone(text: str) -> str:
    """Bring a telephone number into international form: 0912 345 678 gives +84912345678.

    Takes Vietnamese mobile and fixed lines with 0, 84, +84 or 0084, and foreign numbers with +.
    Raises UnreadableText for letters, a wrong number of digits and 1800/1900 service numbers.
    """
    dialled = _PHONE_MARKS.sub("", text.strip())
    vietnamese = _VIETNAMESE_PHONE.fullmatch(dialled)
    if vietnamese:
        return f"+84{vietnamese[1]}"
    if _FOREIGN_PHONE.fullmatch(dialled):
        return dialled
    raise UnreadableText(*_PHONE_HINT)


def clean_email(text: str) -> str:
    """Clean an e-mail address: stripped and in lower case, so that one mailbox is one text.

    Raises UnreadableText unless it is name@domain in ASCII with a dotted domain: no quoted names,
    addresses in brackets, empty labels or final dots; at most 254 characters.
    """
    address = text.strip(" \t\r\n").lower()
    name, _, domain = address.partition("@")
    if len(address) > _LONGEST_EMAIL or len(name) > _LONGEST_MAILBOX:
        raise UnreadableText(*_EMAIL_HINT)
    if not _MAILBOX.fullmatch(name) or not _DOMAIN.fullmatch(domain):
        raise UnreadableText(*_EMAIL_HINT)
    return address


def fold(text: str) -> str:
    """Fold text into a search key without accents and case: "Hoà Đức" and "hòa  duc" are one.

    Takes any text and never raises; folding a key again changes nothing.
    """
    return " ".join(" ".join(map(_folded, text.split())).split())


def sort_key(text: str) -> str:
    """Give the key that puts text into Vietnamese alphabetical order under COLLATE "C".

    Letters decide first (a ă â b … d đ e ê …), then the tone of each word (ngang, huyền, hỏi,
    ngã, sắc, nặng); case and where in the syllable the tone is written do not matter.
    """
    words = [_word_key(word) for word in _decomposed_words(text)]
    # "!" parts words and " " the two levels, so that a shorter name comes first.
    return f"{'!'.join(letters for letters, _ in words)} {''.join(tone for _, tone in words)}"


# Every white space that does not end a line.
_BLANK_RUN = re.compile(r"[^\S\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r\n|[\n\u2028\u2029]")
_LINE_END = re.compile(r"[\r\n\u2028\u2029]")
_GAP = re.compile(r"\n{3,}")

# Marks that ride on another letter; marks that take room of their own (Mc) are letters here.
_MARKS = frozenset({"Mn", "Me"})

# Letters and marks by their category that nevertheless draw nothing, and the sign of a lost one.
_DRAW_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffd")

# Latin letters with their Vietnamese ones: nothing in it hides or heaps.
_EVERYDAY_LINE = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff]*")

# UTF-8 read as Latin-1; capitals amid small letters (TCVN3); doubled accented vowels (VNI).
_GARBLED = re.compile(
    "á[»º]|Ã[\u0080-\u00bf]|Ä[\u0090\u0091\u2018ƒ]|Æ[°¡]"
    "|[a-z][\u00a1-\u00bf\u00c0-\u00de][a-z]"
    "|[aA][âêãáàåäéèëúùûüøïÂÊÃÁÀÅÄÉÈËÚÙÛÜØÏ]|[eE][âãáàåäÂÃÁÀÅÄ]",
)

_PHONE_MARKS = re.compile(r"[ .()\u00a0-]")
_VIETNAMESE_PHONE = re.compile(r"(?:0|(?:\+|00)?840?)([35789][0-9]{8}|2[0-9]{9})")
_FOREIGN_PHONE = re.compile(r"\+(?!84|0)[0-9]{8,15}")

_LONGEST_EMAIL = 254
_LONGEST_MAILBOX = 64
_MAILBOX = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?:xn--[a-z0-9-]{1,58}[a-z0-9]|[a-z]{2,63})",
)

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# "~" follows every ASCII letter, so "a~" (ă) comes after "az" and before "b".
_SHAPES = {
    ("a", "\u0306"): "~",
    ("a", "\u0302"): "~~",
    ("e", "\u0302"): "~",
    ("o", "\u0302"): "~",
    ("o", "\u031b"): "~~",
    ("u", "\u031b"): "~",
}

_EMPTY = ("Nhập họ tên hoặc tên đơn vị.", "Enter a name.")
_ONE_LINE = ("Viết tên trên một dòng.", "Write the name on one line.")
_TOO_MANY_LINES = (
    f"Viết gọn trong {MAX_LINES} dòng.",
    f"Keep the text within {MAX_LINES} lines.",
)
_DISGUISE = (
    "Có ký tự ẩn hoặc ký tự lạ trong đoạn này. Xoá đi và gõ lại bằng bàn phím.",
    "There is a hidden or strange character in this text. Delete it and type the text again.",
)
_NO_REASON = (
    f"Ghi rõ lý do, ít nhất {MIN_REASON_LETTERS} chữ cái, ví dụ: Ghi nhầm số tiền.",
    f"Give the reason in at least {MIN_REASON_LETTERS} letters, for example: Wrong amount entered.",
)
_PHONE_HINT = (
    (
        "Nhập đủ số điện thoại: di động 10 chữ số, ví dụ 0912 345 678; cố định 11 chữ số"
        " kể cả mã vùng, ví dụ 024 3823 1234; số nước ngoài bắt đầu bằng dấu +."
    ),
    (
        "Enter the whole telephone number: mobiles have 10 digits, for example 0912 345 678;"
        " landlines 11 with the area code, for example 024 3823 1234; foreign ones start with +."
    ),
)
_EMAIL_HINT = (
    "Nhập địa chỉ thư điện tử không dấu, ví dụ lan@example.vn.",
    "Enter an e-mail address without accents, for example lan@example.vn.",
)


def _composed(text: str, max_length: int) -> str:
    """Bring text into NFC with Đ unified. Far too long text is refused before any work on it."""
    if len(text) > 4 * max_length + 100:
        raise UnreadableText(*_too_long(max_length))
    return unicodedata.normalize("NFC", text).translate(LOOK_ALIKES)


def _within(text: str, max_length: int) -> str:
    if len(text) > max_length:
        raise UnreadableText(*_too_long(max_length))
    return text


def _too_long(max_length: int) -> tuple[str, str]:
    return (
        f"Viết ngắn lại, nhiều nhất {max_length} ký tự.",
        f"Shorten this to at most {max_length} characters.",
    )


def _refuse_disguises(line: str) -> None:
    """Refuse controls, surrogates, bidi, zero-width and tag characters, loose or heaped marks."""
    marks = _MAX_MARKS
    for character in line:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else _MAX_MARKS * character.isspace()
        invisible = category[0] == "C" or character in _DRAW_NOTHING
        if invisible or marks > _MAX_MARKS:
            raise UnreadableText(*_DISGUISE)


def _harmless(line: str) -> Iterator[str]:
    """What _refuse_disguises would let pass."""
    marks = _MAX_MARKS
    for character in line:
        category = unicodedata.category(character)
        if category[0] == "C" or character in _DRAW_NOTHING:
            continue
        marks = marks + 1 if category[0] == "M" else _MAX_MARKS * character.isspace()
        if marks <= _MAX_MARKS:
            yield character


def _decomposed_words(text: str) -> list[str]:
    return " ".join(map(_decomposed, text.split())).split()


# A language has few syllables and a name has few of them: what was read once is known.
_KNOWN_WORDS = 10_000


@lru_cache(_KNOWN_WORDS)
def _folded(word: str) -> str:
    kept = (c for c in _decomposed(word) if unicodedata.category(c) not in _MARKS)
    return "".join(kept).replace("đ", "d")


@lru_cache(_KNOWN_WORDS)
def _decomposed(word: str) -> str:
    """Give a word in small letters with the marks apart and without what draws nothing."""
    small = unicodedata.normalize("NFKC", word).casefold().translate(LOOK_ALIKES)
    return "".join(_drawn(unicodedata.normalize("NFKD", small)))


def _drawn(text: str) -> Iterator[str]:
    for character in text:
        if character.isspace():
            yield " "
        elif unicodedata.category(character)[0] != "C" and character not in _DRAW_NOTHING:
            yield character


@lru_cache(_KNOWN_WORDS)
def _word_key(word: str) -> tuple[str, str]:
    letters, tone, base = [], "0", ""
    for character in word:
        if character in _TONES:
            tone = _TONES[character]
        elif unicodedata.category(character) in _MARKS:
            letters.append(_SHAPES.get((base, character), ""))
        else:
            base = character
            letters.append("d~" if base == "đ" else base)
    return "".join(letters), tone
