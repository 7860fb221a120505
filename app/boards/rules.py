"""What may be shown to everybody as a file."""

from typing import Final

from app.kernel.errors import Invalid, marked

LARGEST: Final = 5_000_000
HEAD, TAIL = 1024, 2048
# What a PDF can do beyond being read. Some is packed and not seen here, so a PDF is never opened
# on our pages either: it is handed out as a file.
ACTIVE: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
NO_PDF: Final = marked("Tệp này không phải PDF, hoặc bị hỏng. Hãy lưu lại thành PDF rồi chọn.")
TOO_LARGE: Final = marked("Tệp lớn hơn 5 MB. Hãy giảm độ nét của ảnh chụp rồi lưu lại.")
DOES_MORE: Final = marked(
    "Tệp PDF này có mã lệnh hoặc tệp đính kèm. Hãy in nó thành PDF mới rồi chọn tệp mới."
)


def refuse_unfit_pdf(content: bytes) -> None:
    """Refuse what is no whole PDF, too large, or does more than being read.

    Raises:
        Invalid: for the field `file`.
    """
    if len(content) > LARGEST:
        raise Invalid("file", TOO_LARGE)
    if b"%PDF-" not in content[:HEAD] or b"%%EOF" not in content[-TAIL:]:
        raise Invalid("file", NO_PDF)
    if any(sign in content for sign in ACTIVE):
        raise Invalid("file", DOES_MORE)
