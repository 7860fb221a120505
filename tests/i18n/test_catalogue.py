"""Every sentence that a person may read exists in English, with its figures; none is left over."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).resolve().parents[2]
CATALOGUE: Final = ROOT / "app/i18n/translations/en/LC_MESSAGES/messages.po"
METHODS: Final = [("**.py", "python"), ("**.html", "jinja2"), ("email/**.txt", "jinja2")]
KEYWORDS: Final = DEFAULT_KEYWORDS | {"marked": None, "lazy_gettext": None}
# What SQL functions refuse; KH999 is a fault of ours and is never shown.
REFUSAL: Final = re.compile(r"RAISE EXCEPTION '((?:[^']|'')+)'[^;]*?ERRCODE = 'KH4\d\d'")
# A rule of a table of rules: (place, condition, 'field', 'sentence').
RULE: Final = re.compile(r"\(\d+, [^;]*?, '\w+',\s+'((?:[^']|'')+)'\)")
PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|%%")
VIETNAMESE: Final = re.compile(
    "[ăâêôơưàáạảãầấậẩẫằắặẳẵèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE
)
# Where the mark of an open syllable stands: huỷ, hoá, xoá; on paper the law writes CỘNG HÒA.
OLD_MARKS: Final = re.compile(r"(?<![qQ])(?:[òóỏõọ][ae]|[ùúủũụ]y)\b", re.IGNORECASE)
# Examples of what a person types, a mark that is read on the paper, and a place.
KEPT_IN_VIETNAMESE: Final = ("Thắng - Hoa", "ĐÃ HUỶ", "Hà Nội")


def said_in_source() -> Iterator[str]:
    """The names of messages in app/ and templates/; of a plural the singular one."""
    for folder in ("app", "templates"):
        found = extract_from_dir(ROOT / folder, METHODS, {}, KEYWORDS)
        for _, _, message, _, context in found:
            name = message if isinstance(message, str) else message[0]
            yield f"{context}: {name}" if context else name


def said_in_sql() -> Iterator[str]:
    """The sentences that SQL functions refuse with."""
    for path in sorted((ROOT / "migrations/versions").glob("*.py")):
        source = path.read_text("utf-8")
        for sentence in REFUSAL.findall(source) + RULE.findall(source):
            if sentence != "%":
                yield sentence.replace("''", "'")


def forms(part: object) -> list[str]:
    """The singular, and the plural where there is one."""
    return [str(each) for each in part] if isinstance(part, tuple | list) else [str(part)]


def name_of(message: Message) -> str:
    """The msgid that finds a message, after its context where one word has two meanings."""
    name = forms(message.id)[0]
    context: object = message.context
    if isinstance(context, bytes):  # Babel leaves it so when it reads what was compiled.
        context = context.decode()
    return f"{context}: {name}" if context else name


@pytest.fixture(scope="module")
def english() -> dict[str, Message]:
    """The catalogue by msgid."""
    with CATALOGUE.open("rb") as file:
        catalogue: Catalog = read_po(file, locale="en", abort_invalid=True)
    return {name_of(message): message for message in catalogue if message.id}


def test_everything_said_has_english_and_nothing_is_left_over(english: dict[str, Message]) -> None:
    said, refused = set(said_in_source()), set(said_in_sql())

    assert len(said) > 400
    assert len(refused) > 8
    assert sorted((said | refused) - english.keys()) == []
    assert sorted(english.keys() - said - refused) == []


def test_every_sentence_is_written_and_sure(english: dict[str, Message]) -> None:
    empty = [name for name, each in english.items() if not all(forms(each.string))]
    unsure = [name for name, each in english.items() if each.fuzzy]

    assert empty == []
    assert unsure == []


def test_english_keeps_the_figures(english: dict[str, Message]) -> None:
    lost = [
        name
        for name, message in english.items()
        for sentence in forms(message.string)
        if sorted(PLACEHOLDER.findall(sentence)) != sorted(PLACEHOLDER.findall(name))
    ]

    assert lost == []


def test_plurals_have_both_forms(english: dict[str, Message]) -> None:
    plural = [message for message in english.values() if message.pluralizable]

    assert plural
    assert {len(set(forms(message.string))) for message in plural} == {2}


def test_english_is_english(english: dict[str, Message]) -> None:
    left = []
    for message in english.values():
        for sentence in forms(message.string):
            rest = sentence
            for kept in KEPT_IN_VIETNAMESE:
                rest = rest.replace(kept, "")
            if VIETNAMESE.search(rest.replace("đồng", "")):
                left.append(sentence)

    assert left == []


def test_the_compiled_catalogue_is_this_one(english: dict[str, Message]) -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.exists(), "compile the catalogue with: make env"

    with compiled.open("rb") as file:
        found = {name_of(each): forms(each.string) for each in read_mo(file) if each.id}

    assert found == {name: forms(each.string) for name, each in english.items()}


def test_marks_stand_in_one_way() -> None:
    assert OLD_MARKS.search("Xóa đi")
    assert not OLD_MARKS.search("Xoá hoá đơn quý")
    assert [message for message in said_in_source() if OLD_MARKS.search(message)] == []
    assert [message for message in said_in_sql() if OLD_MARKS.search(message)] == []
    kernel = (ROOT / "app/kernel/text.py").read_text("utf-8")
    assert OLD_MARKS.findall(kernel.replace('"hòa  duc"', "")) == []
