"""Refusals as answers, a page or a problem document: the only place that knows status codes."""

from typing import Final

import structlog
from flask import Flask, Response, g, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.kernel.errors import DomainError, Invalid, TooMany, marked
from app.web.headers import request_id

log = structlog.get_logger()

STATUS: Final = {
    "invalid": 422,
    "period_closed": 422,
    "not_signed_in": 401,
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "insufficient_funds": 409,
    "busy": 503,
    "rate_limited": 429,
    "malformed": 400,
    "fault": 500,
}
CODES: Final = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    409: "conflict",
    422: "invalid",
    503: "busy",
}
PAGES: Final = {400, 403, 404, 409, 413, 422, 429, 500, 503}
TITLES: Final = {
    "invalid": marked("Dữ liệu chưa đúng"),
    "period_closed": marked("Kỳ kế toán đã khoá sổ"),
    "not_signed_in": marked("Chưa đăng nhập"),
    "not_allowed": marked("Không được phép"),
    "not_found": marked("Không tìm thấy"),
    "conflict": marked("Trùng hoặc mâu thuẫn với điều đã ghi"),
    "insufficient_funds": marked("Quỹ không đủ tiền"),
    "busy": marked("Hệ thống đang bận"),
    "rate_limited": marked("Gửi quá nhiều lần"),
    "malformed": marked("Yêu cầu không đọc được"),
    "fault": marked("Lỗi của hệ thống"),
}
STALE: Final = marked("Trang này đã mở quá lâu. Hãy mở lại trang rồi gửi lại.")
FAULT: Final = marked(
    "Hệ thống gặp lỗi và đã ghi lại để sửa. Hãy thử lại; nếu vẫn lỗi, xin báo quản trị."
)
# What the framework refuses, told in words of our own.
DETAILS: Final = {
    404: marked("Không có địa chỉ này."),
    405: marked("Địa chỉ này không nhận phương thức đó. Xem tiêu đề Allow."),
    411: marked("Nội dung gửi lên cần tiêu đề Content-Length; không nhận Transfer-Encoding."),
    413: marked("Nội dung gửi lên quá lớn. Hãy gửi ít hơn trong mỗi lần."),
}
BUSY_FOR_SECONDS: Final = "2"
# contract.md §5 gives software one code for what is wrong with a request; the status says the rest.
SOFTWARE_CODES: Final = {"malformed": "invalid"}


def install(app: Flask) -> None:
    """Answer every refusal and fault."""
    app.register_error_handler(DomainError, on_refusal)
    app.register_error_handler(CSRFError, on_stale_form)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_fault)


def told(error: DomainError) -> str:
    """The refusal's sentence in the reader's language."""
    return str(gettext(error.message, **error.params))


def on_refusal(error: DomainError) -> ResponseReturnValue:
    """A refusal that no form caught."""
    fields = [{"field": error.field, "message": told(error)}] if isinstance(error, Invalid) else []
    answer = refused(error.code, told(error), fields)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait_seconds)
    return answer


def on_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """A form without a token of this session."""
    if is_for_part():
        return signed_out()
    return refused("malformed", gettext(STALE), [])


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """What the framework itself refuses: no such page, method, size or shape.

    What was raised outside a view, while an answer was being finished, comes here wrapped.
    """
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return on_raised_late(error.original_exception)
    status = error.code or 500
    if status < 400:  # noqa: PLR2004  redirects are answers, not refusals
        return error
    code = CODES.get(status, "malformed" if status < 500 else "fault")  # noqa: PLR2004
    # A page of ours says it in its own words already.
    detail = gettext(DETAILS.get(status, TITLES[code])) if is_for_software() else ""
    answer = refused(code, detail, [], status=status)
    if allowed := getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def on_raised_late(error: BaseException) -> ResponseReturnValue:
    """A refusal or a fault that no view raised."""
    return on_refusal(error) if isinstance(error, DomainError) else on_fault(error)


def on_fault(error: BaseException) -> ResponseReturnValue:
    """A fault of ours: logged with its trace, told without it."""
    log.error("fault", request_id=request_id(), exc_info=error)
    return refused("fault", gettext(FAULT), [])


def refused(
    code: str, detail: str, fields: list[dict[str, str]], *, status: int | None = None
) -> Response:
    """The answer to a refusal: problem+json for software, a page for people."""
    status = status or STATUS[code]
    if is_for_software():
        answer = problem(code, detail, fields, status=status)
    else:
        page = status if status in PAGES else (400 if status < 500 else 500)  # noqa: PLR2004
        told_as = {"detail": detail, "request_id": request_id()}
        text = render_template(f"errors/{page}.html", home=home(), **told_as)
        answer = Response(text, status)
    if code == "busy":
        answer.headers["Retry-After"] = BUSY_FOR_SECONDS
    return answer


def signed_out() -> Response:
    """What a page shows in the place of a part of itself that it may no longer ask for."""
    return Response(render_template("errors/signed_out.html"), STATUS["not_signed_in"])


def home() -> str:
    """Where the way out leads; nothing is asked of the database, which may be what failed."""
    if "branch" in g:
        return f"/b/{g.branch.slug}/"
    return "/chon-don-vi" if "_user_id" in session else "/"


def problem(code: str, detail: str, fields: list[dict[str, str]], *, status: int) -> Response:
    """RFC 9457 problem+json with our stable code."""
    stable = SOFTWARE_CODES.get(code, code)
    answer = jsonify(
        type=f"about:blank#{stable}",
        title=gettext(TITLES[code]),
        status=status,
        code=stable,
        detail=detail,
        errors=fields,
    )
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    if status == STATUS["not_signed_in"]:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def is_for_software() -> bool:
    """Whether a machine asks: the API's, or one that tells of money."""
    return request.path.startswith(("/api/", "/webhooks/"))


def is_for_part() -> bool:
    """Whether an open page asks for a part of itself, by htmx."""
    return "HX-Request" in request.headers
