"""The words of banks: headers of columns and labels of figures, folded. Layouts are data.

Banks change their files by channel and year (domain.md §6.4); a new header is a line here. Of two
columns with one meaning that counts which stands earlier in its list.
"""

from typing import Final

from app.banking.statements.mapping import Meaning

HEADERS: Final[dict[Meaning, tuple[str, ...]]] = {
    Meaning.DAY: (
        *("ngay hieu luc", "ngay gia tri", "value date", "effective date"),  # BIDV
        *("ngay giao dich", "transaction date", "tran date", "trans date"),  # VCB, TCB, ACB
        *("ngay thuc hien", "ngay gd", "ngay gio giao dich", "ngay gio gd"),
        *("thoi gian giao dich", "thoi gian gd"),
        *("ngay phat sinh giao dich", "ngay hach toan", "posting date", "accounting date"),
        *("ngay ht", "posted date", "ngay ct", "ngay phat sinh", "ngay ghi so"),
        *("ngay chung tu", "booking date", "date time"),
        *("thoi gian", "ngay", "tnx date", "date"),  # VCB multi-account
        *("ngay kh thuc hien", "requesting date", "ngay yeu cau"),  # TCB
    ),
    Meaning.CREDIT: (
        *("so tien ghi co", "ghi co", "phat sinh co", "ps co", "co", "so tien co"),
        *("phat sinh ghi co", "tien vao", "so tien vao", "gui vao", "so tien gui vao", "tien gui"),
        *("tien gui vao", "phat sinh tang", "ps tang"),  # ACB
        *("credit", "credit amount", "amount credit", "credits", "deposit", "deposits", "money in"),
        *("deposit amount", "cr", "cr amount"),
    ),
    Meaning.DEBIT: (
        *("so tien ghi no", "ghi no", "phat sinh no", "ps no", "no", "so tien no"),
        *("phat sinh ghi no", "tien ra", "so tien ra", "rut ra", "so tien rut ra", "tien rut"),
        *("tien rut ra", "phat sinh giam", "ps giam"),  # ACB
        *("debit", "debit amount", "amount debit", "debits", "withdrawal", "withdrawals"),
        *("money out", "withdrawal amount", "withdraw", "dr", "dr amount"),
    ),
    Meaning.AMOUNT: (
        *("so tien giao dich", "so tien", "so tien gd", "gia tri giao dich"),
        *("transaction amount", "amount"),
    ),
    Meaning.SIDE: ("thay doi", "no co", "ghi no ghi co", "debit credit", "dr cr", "d c", "c d"),
    Meaning.BALANCE: (
        *("so du", "so du sau giao dich", "so du sau gd", "so du luy ke", "so du cuoi"),
        *("so du tk", "so du tai khoan", "so du hien tai", "so du thuc te"),  # VietinBank
        *("running balance", "balance", "account balance", "closing balance", "ledger balance"),
        *("available balance", "balance after"),
    ),
    Meaning.DESCRIPTION: (
        *("noi dung giao dich", "noi dung chi tiet", "noi dung", "dien giai", "mo ta"),
        *("mo ta giao dich", "dien giai giao dich", "chi tiet giao dich", "noi dung chuyen tien"),
        *("noi dung chuyen khoan", "noi dung thanh toan", "chi tiet", "ghi chu"),
        *("transaction description", "transactions in detail", "transaction details"),
        *("description", "details", "detail", "remark", "remarks", "narrative", "particulars"),
        *("transaction content", "content"),
    ),
    Meaning.REFERENCE: (
        *("so but toan", "so tham chieu", "so giao dich", "ma giao dich", "so chung tu"),
        *("so ct", "ma tham chieu", "so but toan giao dich", "ma gd", "so gd", "so ref"),
        *("reference number", "reference no", "transaction no", "transaction number", "doc no"),
        *("transaction id", "reference", "ref no", "ref", "document no", "trace no", "trace"),
        *("ref number", "transaction reference"),
    ),
    Meaning.COUNTER_NAME: (
        *("ten tai khoan doi ung", "ten doi ung", "ten tk doi ung", "ten nguoi chuyen"),
        *("don vi thu huong don vi chuyen", "ten nguoi gui", "ten doi tac", "nguoi chuyen"),
        *("remitter's account name", "remitter's name", "counter account name", "remitter name"),
        *("corresponsive name", "correspondent name", "offset account name"),
        *("beneficiary name", "counterparty name"),
        *("ten nguoi thu huong nguoi chuyen", "counterparty"),
    ),
    Meaning.COUNTER_ACCOUNT: (
        *("tai khoan dich", "tai khoan doi ung", "so tai khoan doi ung", "tk doi ung"),  # TCB
        *("so tk doi ung", "tai khoan nguoi chuyen", "so tai khoan nguoi chuyen"),
        *("remitter's account number", "remitter's account", "remitter account", "counter account"),
        *("corresponsive account", "correspondent account", "offset account"),
        "counter account number",
        *("beneficiary account", "counterparty account"),
    ),
}

ACCOUNT: Final = (
    *("so tai khoan", "so tk", "tai khoan so", "tai khoan", "stk"),
    *("tai khoan giao dich", "so tai khoan ngan hang"),
    *("account number", "account no", "account num", "account", "a c no", "acc no"),
)
OPENING: Final = (
    *("so du dau ky", "so du dau", "so du ban dau", "du dau ky", "so du dau ngay", "so du truoc"),
    *("so du ky truoc", "so du ky truoc chuyen sang", "so du dau ky truoc", "ton dau ky"),
    *("opening balance", "opening", "beginning balance", "begin balance", "initial balance"),
    *("balance brought forward", "previous balance"),
)
CLOSING: Final = (
    *("so du cuoi ky", "so du cuoi", "du cuoi ky", "so du cuoi ngay", "ton cuoi ky"),
    *("closing balance", "closing", "ending balance", "end balance"),
    *("balance carried forward",),
)
CURRENCY: Final = ("loai tien", "loai tien te", "don vi tien te", "currency", "currency code")
CREDIT_SIDES: Final = frozenset({"+", "c", "cr", "co", "ghi co", "credit", "tien vao", "in"})
DEBIT_SIDES: Final = frozenset({"-", "d", "dr", "no", "ghi no", "debit", "tien ra", "out"})
NO_LABEL: Final = (
    *("so tai khoan cu", "tai khoan cu", "old account number", "old account no"),  # BIDV
    *("so tai khoan doi ung", "tai khoan doi ung", "loai tai khoan", "ten tai khoan"),
    *("account name", "account type", "account holder"),
)
TOTALS: Final = frozenset(
    {
        *("tong", "cong", "tong cong", "tong so", "tong phat sinh", "cong phat sinh"),
        *("tong cong phat sinh", "tong so phat sinh", "tong so tien", "tong phat sinh trong ky"),
        *("cong phat sinh trong ky", "phat sinh trong ky", "tong cong trong ky"),
        *("total", "grand total", "totals", "sum", "total amount"),
    }
)
"""What a row of sums over all lines is called; it is proved against them."""

BEGINS_SUMS: Final = (
    *("tong ", "cong phat sinh", "cong ngay", "cong trang", "cong so", "luy ke"),
    *("total ", "sub total", "subtotal"),
)
"""How other rows of sums begin, of a day or a page: no lines, and nothing is proved by them."""
