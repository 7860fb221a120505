"""What is said when a file is not taken: always what to do about it, and where in the file."""

from typing import Final

from app.kernel.errors import Invalid, marked

Preview = tuple[tuple[str, ...], ...]
"""The first rows of a sheet as texts, the first being row 1: what a page shows to map columns."""


class StatementRefused(Invalid):
    """The file is not taken, and nothing of it was; `row` as a spreadsheet counts, when one is."""

    def __init__(self, message: str, *, row: int | None = None, **params: object) -> None:
        super().__init__("file", message, **({} if row is None else {"row": row}), **params)
        self.row = row


class UnknownLayout(StatementRefused):
    """Nobody knows which column means what: a person may say it as a ColumnMapping."""

    def __init__(self, message: str, preview: Preview) -> None:
        super().__init__(message)
        self.preview = preview


EMPTY: Final = marked("File này trống. Hãy tải lại sao kê từ ngân hàng.")
TOO_LARGE: Final = marked("File lớn hơn %(megabytes)s MB. Hãy tải sao kê của khoảng ngày ngắn hơn.")
TOO_HEAVY: Final = marked(
    "File này quá nặng hoặc đã hỏng nên không đọc được."
    " Hãy tải lại sao kê từ ngân hàng, cho khoảng ngày ngắn hơn."
)
BROKEN: Final = marked("File này bị hỏng hoặc chưa tải xong. Hãy tải lại sao kê từ ngân hàng.")
IS_PDF: Final = marked("Đây là file PDF. Hãy tải sao kê dạng Excel hoặc CSV từ ngân hàng.")
IS_PAGE: Final = marked(
    "File này thực ra là một trang web. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."
)
NO_STATEMENT_FILE: Final = marked(
    "File này không phải bảng tính. Hãy tải sao kê dạng Excel (.xlsx, .xls) hoặc CSV."
)
LOCKED: Final = marked(
    "File này có mật khẩu. Hãy mở bằng Excel, lưu lại không đặt mật khẩu rồi tải lên."
)
WITH_PROGRAMS: Final = marked(
    "File này có macro, liên kết ngoài hoặc phần lạ nên không được nhận."
    " Hãy tải lại sao kê từ ngân hàng, hoặc lưu lại dạng .xlsx thường."
)
TOO_MANY_ROWS: Final = marked(
    "Sao kê dài quá %(rows)s dòng. Hãy tải sao kê của khoảng ngày ngắn hơn."
)
TOO_MANY_COLUMNS: Final = marked(
    "Bảng rộng quá %(columns)s cột. Hãy tải lại sao kê gốc từ ngân hàng."
)
BROKEN_TABLE: Final = marked(
    "Không tách được các cột của file chữ này. Hãy tải sao kê dạng Excel từ ngân hàng."
)
UNKNOWN_LETTERS: Final = marked(
    "Không đọc được chữ trong file này. Hãy lưu lại dạng .xlsx hoặc CSV UTF-8 rồi tải lên."
)

NO_HEADER: Final = marked(
    "Chưa nhận ra các cột của sao kê này. Hãy chỉ cột nào là ngày, số tiền, số dư, nội dung."
)
OTHER_HEADER: Final = marked("Sao kê này không có hàng tiêu đề như lần trước. Hãy chỉ lại các cột.")
TWO_MEANINGS: Final = marked(
    "Sao kê này có hai cột tiền hoặc hai cột ngày cùng tên. Hãy chỉ dùng cột nào."
)

OTHER_ACCOUNT: Final = marked(
    "Sao kê này của tài khoản %(found)s, không phải %(wanted)s. Hãy chọn đúng tài khoản hoặc file."
)
SEVERAL_ACCOUNTS: Final = marked(
    "Sao kê này có nhiều tài khoản: %(found)s. Hãy chọn tài khoản trước khi tải lên."
)

OTHER_CURRENCY: Final = marked(
    "Sao kê này bằng %(currency)s. Hãy tải sao kê của tài khoản tiền đồng Việt Nam."
)
TOO_MANY_AT_ONCE: Final = marked(
    "Đang đọc nhiều sao kê cùng lúc nên chưa đọc file này. Hãy tải lên lại sau giây lát."
)

DAY: Final = marked("Dòng %(row)s: ngày không đọc được. Ngày viết dạng 02/11/2026.")
NO_DAY: Final = marked("Dòng %(row)s có số tiền nhưng không có ngày. Hãy kiểm tra file gốc.")
AMOUNT: Final = marked(
    "Dòng %(row)s: số tiền không đọc được chắc chắn. Hãy kiểm tra file gốc, ví dụ 1.500.000."
)
FRACTION: Final = marked("Dòng %(row)s: số tiền có phần lẻ của đồng. Hãy kiểm tra file gốc.")
AMOUNT_BOUNDS: Final = marked("Dòng %(row)s: số tiền quá lớn. Hãy kiểm tra các số 0.")
FORMULA: Final = marked(
    "Dòng %(row)s: ô số tiền là công thức, không phải con số. Hãy tải lại sao kê gốc từ ngân hàng."
)
SIDE: Final = marked(
    "Dòng %(row)s: không rõ là ghi nợ hay ghi có. Hãy kiểm tra file gốc hoặc chỉ lại các cột."
)
BOTH_SIDES: Final = marked(
    "Dòng %(row)s có cả ghi nợ và ghi có. Hãy kiểm tra file gốc hoặc chỉ lại các cột."
)
NEGATIVE_CREDIT: Final = marked(
    "Dòng %(row)s: số tiền ghi có là số âm. Hãy kiểm tra file gốc hoặc chỉ lại các cột."
)
MORE_CELLS: Final = marked(
    "Dòng %(row)s có nhiều ô hơn hàng tiêu đề. Hãy tải sao kê dạng Excel từ ngân hàng."
)

NO_LINES: Final = marked(
    "Sao kê này không có giao dịch nào. Hãy chọn khoảng ngày có giao dịch, hoặc chỉ lại các cột."
)
NO_OPENING: Final = marked(
    "Sao kê này không ghi số dư đầu kỳ, cũng không có cột số dư, nên không kiểm tra được."
    " Hãy tải loại sao kê có số dư."
)
NO_CLOSING: Final = marked(
    "Sao kê này không ghi số dư cuối kỳ, cũng không có số dư ở dòng cuối, nên không kiểm tra được."
    " Hãy tải loại sao kê có số dư."
)
BALANCE: Final = marked(
    "Dòng %(row)s: số dư trong file là %(told)s, tính ra %(counted)s."
    " Có dòng bị thiếu, thừa hoặc sửa. Hãy tải lại sao kê gốc."
)
CLOSING: Final = marked(
    "Số dư đầu kỳ cộng ghi có trừ ghi nợ là %(counted)s, không bằng số dư cuối kỳ %(told)s."
    " Hãy tải lại sao kê gốc."
)
TOTALS: Final = marked(
    "Dòng %(row)s: dòng tổng trong file không bằng tổng các giao dịch. Hãy tải lại sao kê gốc."
)
TWO_ORDERS: Final = marked(
    "Không rõ sao kê xếp từ mới đến cũ hay từ cũ đến mới. Hãy tải loại sao kê có số dư đầu kỳ."
)
