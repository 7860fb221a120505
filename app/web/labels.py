"""The association's words for the codes of the domain (domain.md §8)."""

from typing import Final

from flask_babel import gettext

from app.kernel.errors import marked
from app.ledger.chart import CHART

LABELS: Final = {
    "cash": marked("Tiền mặt"),
    "bank_transfer": marked("Chuyển khoản"),
    "card": marked("Thẻ"),
    "in_kind": marked("Hiện vật"),
    "household": marked("Hộ gia đình"),
    "individual": marked("Cá nhân"),
    "enterprise": marked("Doanh nghiệp"),
    "agency": marked("Cơ quan"),
    "school": marked("Trường học"),
    "clan": marked("Dòng họ"),
    "overseas": marked("Kiều bào"),
    "religious": marked("Tổ chức, chức sắc tôn giáo"),
    "piggy_bank": marked("Nuôi heo đất"),
    "interest": marked("Lãi tiền gửi"),
    "membership_due": marked("Hội phí"),
    "upper_level": marked("Cấp trên chuyển về"),
    "other": marked("Nguồn khác"),
    "person": marked("Cá nhân"),
    "organisation": marked("Tổ chức"),
    "anonymous": marked("Không cho biết tên"),
    "unrestricted": marked("Quỹ chung"),
    "purpose": marked("Có mục đích"),
    "endowment": marked("Quỹ gốc"),
    "treasurer": marked("thủ quỹ"),
    "bookkeeper": marked("kế toán"),
    "chair": marked("chủ tịch"),
    "panelist": marked("hội đồng xét"),
    "inspector": marked("ban kiểm tra"),
    "officer": marked("cán bộ tổng hợp"),
    "admin": marked("quản trị"),
    "donations.recorded": marked("Đã ghi ủng hộ"),
    "donations.reversed": marked("Đã huỷ khoản ủng hộ"),
    "donations.told_apart": marked("Đã xem khoản, người giống thế này và vẫn ghi"),
    "donations.partly_returned": marked("Số còn lại thay đổi: tiền hoàn về thẻ, hoặc trở lại"),
    "donations.returned": marked("Tiền đã về hết thẻ, biên nhận mất hiệu lực"),
    "payments.succeeded": marked("Thẻ đã trả"),
    "refunds.requested": marked("Đã yêu cầu hoàn tiền về thẻ"),
    "donors.corrected": marked("Sửa thông tin"),
    "donors.email_wished": marked("Xin đổi thư điện tử, chờ xác nhận"),
    "donors.email_confirmed": marked("Đã xác nhận thư điện tử mới"),
    "donors.email_kept": marked("Chủ hộp thư cũ không cho đổi thư điện tử"),
    "gift": marked("Khoản ủng hộ"),
    "recorded_gift": marked("Khoản ủng hộ đã ghi tay"),
    "netted": marked("Đối ứng với một dòng khác"),
    "told_twice": marked("Cùng một khoản với một dòng của sao kê"),
    "withdrawal": marked("Rút tiền mặt về quỹ"),
    "deposit": marked("Nộp tiền mặt của quỹ vào tài khoản"),
    "fee": marked("Phí ngân hàng"),
    "payout": marked("Tiền thẻ về tài khoản"),
    "receipts.copy_requested": marked("Đã xin bản sao"),
    "donors.withdrawn_from_roll": marked("Đã rút tên khỏi bảng vàng"),
    "documents.published": marked("Đã công bố tài liệu"),
    "documents.taken_down": marked("Đã gỡ tài liệu"),
    "report": marked("Báo cáo"),
    "decision": marked("Quyết định"),
    "letter": marked("Thư ngỏ"),
    "evidence": marked("Chứng từ"),
    "document": marked("Tài liệu"),
    "debit": marked("Nợ"),
    "credit": marked("Có"),
    "city_association": marked("Hội Khuyến học thành phố"),
    "district_association": marked("Hội Khuyến học quận, huyện, thị xã (đã kết thúc)"),
    "commune_association": marked("Hội Khuyến học xã, phường"),
    "residential_branch": marked("Chi hội thôn, tổ dân phố"),
    "clan_committee": marked("Ban khuyến học dòng họ"),
    "school_committee": marked("Ban khuyến học trường học"),
    "agency_committee": marked("Ban khuyến học cơ quan"),
    "enterprise_committee": marked("Ban khuyến học doanh nghiệp"),
    "armed_forces_committee": marked("Ban khuyến học lực lượng vũ trang"),
}

OUR_ACCOUNTS: Final = {line.name for line in CHART}


def label(code: str) -> str:
    """The word for a code in the reader's language; an unknown code is a fault of ours."""
    return str(gettext(LABELS[code]))


def account_name(name: str) -> str:
    """How an account is called in the reader's language; a name that a branch gave stays."""
    return str(gettext(name)) if name in OUR_ACCOUNTS else name
