"""Is this receipt real? Whoever holds its code may ask, a minute's worth of times."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute

from app.db.scope import DirectoryScope
from app.kernel.errors import marked
from app.kernel.ids import CROCKFORD
from app.public.projections import public_receipt
from app.web.access import open_to_all
from app.web.limits import Budget, limited
from app.web.transactions import reading
from app.web.wording import gettext

bp = Blueprint("verification", __name__, url_prefix="/xac-minh")

# What a hand or an eye takes for another sign (Crockford's base 32).
LOOK_ALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH: Final = 12
LONGEST_TYPED: Final = 60
NOT_FOUND: Final = 404
EMPTY: Final = marked("Gõ mã 12 chữ và số in trên tờ biên nhận, rồi bấm Kiểm tra.")
MISTYPED: Final = marked(
    "Mã này gõ chưa đúng. Mã gồm đúng 12 chữ và số: hãy xem lại tờ biên nhận và gõ lại."
)
PER_ADDRESS: Final = Budget("verification", RateLimitItemPerMinute(60))


@bp.get("", strict_slashes=False)
@open_to_all
def ask() -> ResponseReturnValue:
    """The form; a code typed in it leads to the answer."""
    typed = request.args.get("ma")
    code = normalised(typed or "")
    if code:
        return redirect(url_for("verification.answer", code=code), 303)
    if typed is None:
        return render_template("public/verify.html", typed="", problem="")
    return mistyped(typed)


@bp.get("/<code>", strict_slashes=False)
@open_to_all
@limited(PER_ADDRESS)
def answer(code: str) -> ResponseReturnValue:
    """What may be known of the receipt with this code, or that there is none.

    What cannot be a code was mistyped: it is handed back, without the warning of a false receipt.
    """
    wanted = normalised(code)
    if not wanted:
        return mistyped(code), NOT_FOUND
    with reading(DirectoryScope()) as session:
        receipt = public_receipt(session, wanted)
        status = 200 if receipt else NOT_FOUND
        return render_template("public/receipt.html", receipt=receipt, code=wanted), status


def mistyped(typed: str) -> str:
    """The form with what was typed, and what to type instead."""
    shown = typed.strip()[:LONGEST_TYPED]
    problem = gettext(MISTYPED if shown else EMPTY)
    return render_template("public/verify.html", typed=shown, problem=problem)


def normalised(typed: str) -> str:
    """The code as it was issued: capitals, no spaces or dashes; "" when it cannot be one."""
    signs = "".join(
        sign for sign in typed[:LONGEST_TYPED] if not sign.isspace() and sign not in "-–.·"
    )
    code = signs.upper().translate(LOOK_ALIKES)
    is_one = len(code) == LENGTH and all(sign in CROCKFORD for sign in code)
    return code if is_one else ""
