"""Every place of the application where an id, a slug or a cursor can be sent: one line for each.

In braces stands what is sent: `here` is the asking person's own branch and own_… its own rows;
all others are ids of another branch, or ids that name nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

HERE: Final = "/b/<slug>"
API: Final = "/api/v1"
PAGES: Final = f"{HERE}/ung-ho"
GIFT: Final = f"{PAGES}/<uuid:donation_id>"
DONOR: Final = f"{HERE}/nha-hao-tam/<uuid:donor_id>"
API_GIFT: Final = f"{API}/donations/<uuid:donation_id>"
RECEIPT: Final = f"{API}/receipts/<uuid:receipt_id>"
BANK: Final = f"{HERE}/ngan-hang"
LINE: Final = f"{BANK}/dong/<uuid:line_id>"
MATCH: Final = "<uuid:match_id>"
PAYMENT: Final = f"{BANK}/the/<uuid:payment_id>"
ACCOUNT: Final = f"{BANK}/tai-khoan/<uuid:account_id>"
GIVE: Final = "/q/<slug>/ung-ho"
CARD: Final = "/q/<slug>/ung-ho/<uuid:offer_id>/the"
OWN_PAGE: Final = "/trang-cua-toi/<token>"
HTMX: Final = {"HX-Request": "true"}
REASON: Final = {"reason": "Ghi nhầm số tiền"}

TYPED: Final = {
    "id": "{fresh}",
    "amount": "500k",
    "donor_name": "Bà Hoa {fresh}",
    "donor_kind": "person",
    "fund_id": "{own_fund}",
    "method": "cash",
    "received_on": "{today}",
}
OFFERED: Final = {
    "id": "{fresh}",
    "amount": "500k",
    "donor_kind": "person",
    "dedication": "",
    "way": "transfer",
}
SENT: Final = {
    "amount": 500_000,
    "donor": {"name": "Bà Hoa", "kind": "person"},
    "fund_id": "{own_fund}",
    "method": "cash",
    "received_on": "{iso_today}",
    "source": "individual",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A rule of the url_map, how it is asked, and where the id stands: path, form, body, header."""

    rule: str
    path: str
    method: str = "GET"
    form: Mapping[str, str] | None = None
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a failure names it."""
        told = [self.form or self.body or "", dict(self.headers) or ""]
        return " ".join([self.method, self.path, *(str(part) for part in told if part)])


def portal(rule: str, path: str) -> Place:
    """A page of the portal."""
    return Place(rule, "/b/{here}" + path)


def sent(rule: str, path: str, **form: str) -> Place:
    """A form of the portal."""
    return Place(rule, "/b/{here}" + path, "POST", form=form)


def api(rule: str, path: str) -> Place:
    """A question to the API."""
    return Place(rule, API + path)


def posted(rule: str, path: str, body: Mapping[str, object], *, key: str = "{fresh}") -> Place:
    """A creation by the API."""
    return Place(rule, API + path, "POST", body=body, headers={"Idempotency-Key": key})


PORTAL: Final = (
    portal(f"{HERE}/nha-hao-tam/", "/nha-hao-tam/?sau={donor}"),
    portal(DONOR, "/nha-hao-tam/{donor}"),
    portal(DONOR, "/nha-hao-tam/{own_donor}?sau={dated_gift}"),
    portal(f"{DONOR}/sua", "/nha-hao-tam/{donor}/sua"),
    sent(f"{DONOR}/sua", "/nha-hao-tam/{donor}/sua", name="{donor_name}"),
    portal(f"{HERE}/quy/<uuid:fund_id>", "/quy/{fund}"),
    portal(f"{HERE}/quy/<uuid:fund_id>", "/quy/{own_fund}?sau={dated_entry}"),
    portal(f"{HERE}/tong-hop/<lower_slug>", "/tong-hop/{slug}"),
    portal(f"{PAGES}/", "/ung-ho/?quy={fund}"),
    portal(f"{PAGES}/", "/ung-ho/?sau={dated_gift}"),
    portal(f"{PAGES}/", "/ung-ho/?quy={own_fund}&sau={dated_gift}"),
    portal(GIFT, "/ung-ho/{gift}"),
    portal(f"{GIFT}/bien-nhan", "/ung-ho/{gift}/bien-nhan"),
    replace(portal(f"{GIFT}/bien-nhan", "/ung-ho/{gift}/bien-nhan"), headers=HTMX),
    portal(f"{GIFT}/<paper>.pdf", "/ung-ho/{gift}/bien-nhan.pdf"),
    portal(f"{GIFT}/<paper>.pdf", "/ung-ho/{gift}/ban-sao.pdf"),
    portal(f"{GIFT}/<paper>.pdf", "/ung-ho/{void}/da-huy.pdf"),
    portal(f"{GIFT}/<paper>.pdf", "/ung-ho/{own_gift}/{digest}.pdf"),
    sent(f"{GIFT}/ban-sao", "/ung-ho/{gift}/ban-sao"),
    portal(f"{GIFT}/huy", "/ung-ho/{gift}/huy"),
    sent(f"{GIFT}/huy", "/ung-ho/{gift}/huy", id="{fresh}", **REASON),
    sent(f"{GIFT}/huy", "/ung-ho/{void}/huy", id="{fresh}", **REASON),
    portal(f"{PAGES}/ghi", "/ung-ho/ghi?nguoi={donor}"),
    portal(f"{PAGES}/ghi", "/ung-ho/ghi?nhu={gift}"),
    sent(f"{PAGES}/ghi", "/ung-ho/ghi", **TYPED | {"fund_id": "{fund}"}),
    sent(f"{PAGES}/ghi", "/ung-ho/ghi", **TYPED | {"drive_id": "{drive}"}),
    sent(f"{PAGES}/ghi", "/ung-ho/ghi", **TYPED | {"fund_id": "{fund}", "drive_id": "{drive}"}),
    sent(f"{PAGES}/ghi", "/ung-ho/ghi", **TYPED | {"donor_id": "{donor}"}),
    sent(f"{PAGES}/ghi", "/ung-ho/ghi", **TYPED | {"shown": "{donor}", "answer": "{donor}"}),
    portal(f"{PAGES}/ghi/nguoi", "/ung-ho/ghi/nguoi?nguoi={donor}"),
    sent(f"{PAGES}/ghi/goi-y", "/ung-ho/ghi/goi-y", donor_name="{donor_name}"),
    sent(f"{PAGES}/ghi/xem-truoc", "/ung-ho/ghi/xem-truoc", **TYPED | {"donor_id": "{donor}"}),
    sent(f"{PAGES}/ghi/xem-truoc", "/ung-ho/ghi/xem-truoc", **TYPED | {"fund_id": "{fund}"}),
    sent(f"{GIFT}/gui-thu", "/ung-ho/{gift}/gui-thu"),
    portal(f"{BANK}/", "/ngan-hang/?dong=tat-ca&tai-khoan={account}"),
    portal(f"{BANK}/", "/ngan-hang/?dong=tat-ca&sau={dated_line}"),
    portal(f"{BANK}/doi-chieu", "/ngan-hang/doi-chieu?thang={branch}"),
    portal(f"{BANK}/tai-khoan", "/ngan-hang/tai-khoan?branch_id={branch}"),
    sent(f"{BANK}/tai-khoan", "/ngan-hang/tai-khoan", bank="{branch}"),
    portal(ACCOUNT, "/ngan-hang/tai-khoan/{account}"),
    sent(ACCOUNT, "/ngan-hang/tai-khoan/{account}"),
    portal(f"{ACCOUNT}/ap-phich.pdf", "/ngan-hang/tai-khoan/{account}/ap-phich.pdf"),
    portal(
        f"{ACCOUNT}/ap-phich.pdf", "/ngan-hang/tai-khoan/{own_account}/ap-phich.pdf?dot={drive}"
    ),
    portal(f"{BANK}/sao-ke", "/ngan-hang/sao-ke?branch_id={branch}"),
    sent(f"{BANK}/sao-ke", "/ngan-hang/sao-ke", account_id="{account}"),
    sent(f"{BANK}/sao-ke/cot", "/ngan-hang/sao-ke/cot", sent="{account}"),
    portal(f"{BANK}/xac-nhan", "/ngan-hang/xac-nhan?branch_id={branch}"),
    sent(
        f"{BANK}/xac-nhan/<uuid:owner_id>/<uuid:account_id>",
        "/ngan-hang/xac-nhan/{branch}/{account}",
    ),
    portal(f"{BANK}/the/", "/ngan-hang/the/?sau={dated_line}"),
    portal(PAYMENT, "/ngan-hang/the/{payment}"),
    sent(f"{PAYMENT}/hoan", "/ngan-hang/the/{payment}/hoan", amount="20.000", **REASON),
    portal(LINE, "/ngan-hang/dong/{line}"),
    sent(f"{LINE}/xac-nhan", "/ngan-hang/dong/{line}/xac-nhan", proposed="offer:{offer}"),
    sent(f"{LINE}/xac-nhan", "/ngan-hang/dong/{own_line}/xac-nhan", proposed="offer:{offer}"),
    sent(f"{LINE}/xac-nhan", "/ngan-hang/dong/{own_line}/xac-nhan", proposed="recorded:{gift}"),
    portal(f"{LINE}/ung-ho", "/ngan-hang/dong/{line}/ung-ho"),
    portal(f"{LINE}/ung-ho", "/ngan-hang/dong/{own_line}/ung-ho?nguoi={donor}"),
    sent(f"{LINE}/ung-ho", "/ngan-hang/dong/{line}/ung-ho", **TYPED),
    sent(f"{LINE}/ung-ho", "/ngan-hang/dong/{own_line}/ung-ho", **TYPED | {"fund_id": "{fund}"}),
    sent(f"{LINE}/ung-ho", "/ngan-hang/dong/{own_line}/ung-ho", **TYPED | {"drive_id": "{drive}"}),
    sent(f"{LINE}/ung-ho", "/ngan-hang/dong/{own_line}/ung-ho", **TYPED | {"donor_id": "{donor}"}),
    sent(
        f"{LINE}/ung-ho",
        "/ngan-hang/dong/{own_line}/ung-ho",
        **TYPED | {"shown": "{donor}", "answer": "{donor}"},
    ),
    sent(f"{LINE}/khac", "/ngan-hang/dong/{line}/khac", disposition="deposit"),
    sent(f"{LINE}/cung-khoan", "/ngan-hang/dong/{line}/cung-khoan", twin="{own_line}"),
    sent(f"{LINE}/cung-khoan", "/ngan-hang/dong/{own_line}/cung-khoan", twin="{line}"),
    sent(f"{LINE}/khac", "/ngan-hang/dong/{own_line}/khac", disposition="netted", other="{line}"),
    sent(
        f"{LINE}/khac",
        "/ngan-hang/dong/{own_line}/khac",
        disposition="netted",
        fund_id="{fund}",
    ),
    sent(f"{LINE}/khop/{MATCH}/go-ra", "/ngan-hang/dong/{done_line}/khop/{match}/go-ra"),
    sent(f"{LINE}/khop/{MATCH}/go-ra", "/ngan-hang/dong/{own_done_line}/khop/{match}/go-ra"),
    sent(f"{LINE}/khop/{MATCH}/go-ra", "/ngan-hang/dong/{done_line}/khop/{own_match}/go-ra"),
    portal(f"{HERE}/<path:rest>", "/{gift}/{receipt}"),
    sent(f"{HERE}/<path:rest>", "/{gift}", id="{gift}"),
    portal(f"{HERE}/tai-khoan/", "/tai-khoan/?branch_id={branch}"),
    sent(f"{HERE}/tai-khoan/", "/tai-khoan/", branch_id="{branch}"),
    portal(f"{HERE}/", "/?branch_id={branch}"),
    portal(f"{HERE}/quy/", "/quy/?branch_id={branch}"),
    portal(f"{HERE}/tai-lieu/", "/tai-lieu/?branch_id={branch}"),
    sent(f"{HERE}/tai-lieu/", "/tai-lieu/", branch_id="{branch}"),
    sent(f"{HERE}/tai-lieu/<uuid:document_id>/go", "/tai-lieu/{document}/go"),
    portal(f"{HERE}/tong-hop", "/tong-hop?nam={branch}&sort={slug}"),
)
# The same pages of a branch where the person has no role: each rule and method once.
BRANCHES: Final = tuple(
    {
        (place.rule, place.method): replace(place, path=place.path.replace("{here}", "{slug}"))
        for place in PORTAL
    }.values()
)
SOFTWARE: Final = (
    api(API_GIFT, "/donations/{gift}"),
    api(RECEIPT, "/receipts/{receipt}"),
    api(RECEIPT, "/receipts/{gift}"),
    api(f"{RECEIPT}/pdf", "/receipts/{receipt}/pdf"),
    api(f"{RECEIPT}/pdf", "/receipts/{receipt}/pdf?rendition=original"),
    api(f"{RECEIPT}/pdf", "/receipts/{void_receipt}/pdf?rendition=void"),
    api(f"{API}/donations", "/donations?fund_id={fund}"),
    api(f"{API}/donations", "/donations?drive_id={drive}"),
    api(f"{API}/donations", "/donations?cursor={gift_cursor}"),
    api(f"{API}/entries", "/entries?cursor={entry_cursor}"),
    api(f"{API}/funds", "/funds?cursor={fund_cursor}"),
    api(f"{API}/drives", "/drives?cursor={drive_cursor}"),
    api(f"{API}/bank-accounts", "/bank-accounts?cursor={account_cursor}"),
    api(f"{API}/bank-lines", "/bank-lines?account_id={account}"),
    api(f"{API}/bank-lines", "/bank-lines?cursor={line_cursor}"),
    api(f"{API}/me", "/me?branch_id={branch}"),
    api(f"{API}/totals", "/totals?branch={slug}"),
    posted(f"{API}/donations", "/donations", SENT | {"fund_id": "{fund}"}),
    posted(f"{API}/donations", "/donations", SENT | {"drive_id": "{drive}"}),
    posted(f"{API}/donations", "/donations", SENT | {"branch_id": "{branch}"}),
    posted(f"{API}/donations", "/donations", SENT | {"fund_id": "{fund}"}, key="{gift}"),
    posted(f"{API_GIFT}/reversals", "/donations/{gift}/reversals", REASON),
    posted(f"{API_GIFT}/reversals", "/donations/{void}/reversals", REASON, key="{reversal}"),
)
OPEN: Final = (
    Place("/q/<slug>", "/q/{fund}"),
    Place(GIVE, "/q/{here}/ung-ho?dot={drive}"),
    Place(GIVE, "/q/{here}/ung-ho", "POST", form=OFFERED | {"purpose": "fund:{fund}"}),
    Place(GIVE, "/q/{here}/ung-ho", "POST", form=OFFERED | {"purpose": "drive:{drive}:{own_fund}"}),
    Place(f"{GIVE}/<uuid:offer_id>", "/q/{here}/ung-ho/{offer}"),
    Place(f"{GIVE}/duong-dan", "/q/{here}/ung-ho/duong-dan?branch_id={branch}"),
    Place(f"{GIVE}/duong-dan", "/q/{here}/ung-ho/duong-dan", "POST", form={"email": "{branch}"}),
    Place(f"{GIVE}/duong-dan/da-gui", "/q/{here}/ung-ho/duong-dan/da-gui?branch_id={branch}"),
    Place(CARD, "/q/{here}/ung-ho/{offer}/the"),
    Place(CARD, "/q/{here}/ung-ho/{offer}/the", "POST", form={"ticket": "{offer}"}),
    Place(f"{CARD}/hop-thu", "/q/{here}/ung-ho/{offer}/the/hop-thu"),
    Place(
        f"{CARD}/hop-thu",
        "/q/{here}/ung-ho/{offer}/the/hop-thu",
        "POST",
        form={"ticket": "{offer}", "email": "lan@example.vn"},
    ),
    Place(f"{CARD}/hop-thu/da-gui", "/q/{here}/ung-ho/{offer}/the/hop-thu/da-gui"),
    Place("/the-qua-thu/<token>", "/the-qua-thu/{offer}"),
    Place("/the-qua-thu/<token>", "/the-qua-thu/{offer}", "POST", form={}),
    Place(
        f"{OWN_PAGE}/hang-thang/<uuid:plan_id>",
        "/trang-cua-toi/{donor}/hang-thang/{gift}",
        "POST",
        form={"id": "{fresh}", "change": "end"},
    ),
    Place(OWN_PAGE, "/trang-cua-toi/{donor}"),
    Place(OWN_PAGE, "/trang-cua-toi/{donor}", "POST", form={"name": "{donor_name}"}),
    Place(f"{OWN_PAGE}/<int:year>", "/trang-cua-toi/{donor}/2026"),
    Place(f"{OWN_PAGE}/rut-ten", "/trang-cua-toi/{donor}/rut-ten", "POST", form={}),
    Place("/xac-nhan-thu-dien-tu/<token>", "/xac-nhan-thu-dien-tu/{donor}"),
    Place("/xac-nhan-thu-dien-tu/<token>", "/xac-nhan-thu-dien-tu/{donor}", "POST", form={}),
    Place("/giu-thu-dien-tu/<token>", "/giu-thu-dien-tu/{donor}"),
    Place("/giu-thu-dien-tu/<token>", "/giu-thu-dien-tu/{donor}", "POST", form={}),
    Place("/bien-nhan/<token>", "/bien-nhan/{receipt}"),
    Place("/webhooks/<provider>/<uuid:feed_id>", "/webhooks/sepay/{account}", "POST", form={}),
    Place("/q/<slug>/dot/<uuid:drive_id>", "/q/{here}/dot/{drive}"),
    Place("/q/<slug>/dot/<uuid:drive_id>/anh.png", "/q/{here}/dot/{drive}/anh.png"),
    Place("/q/<slug>/tai-lieu/<digest>", "/q/{here}/tai-lieu/{digest}"),
    Place("/xac-minh", "/xac-minh?ma={receipt}"),
    Place("/xac-minh/<code>", "/xac-minh/{receipt}"),
    Place("/static/<path:filename>", "/static/{digest}.pdf"),
    Place("/dang-nhap", "/dang-nhap?next=/b/{slug}/ung-ho/{gift}"),
)
PLACES: Final = (*PORTAL, *BRANCHES, *SOFTWARE, *OPEN)

# An id that the client made is free in its own branch, whatever another one calls by it.
FREE: Final = (
    sent(f"{PAGES}/ghi", "/ung-ho/ghi", **TYPED | {"id": "{gift}"}),
    sent(f"{GIFT}/huy", "/ung-ho/{own_gift}/huy", id="{reversal}", **REASON),
    posted(f"{API}/donations", "/donations", SENT, key="{void}"),
    posted(f"{API_GIFT}/reversals", "/donations/{own_gift}/reversals", REASON, key="{reversal}"),
)

# They read neither an id nor a slug nor a cursor; what is asked of them by name is public.
WITHOUT_IDS: Final = frozenset(
    {
        ("GET", "/"),
        ("GET", "/chon-don-vi"),
        ("POST", "/dang-nhap"),
        ("POST", "/dang-xuat"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("POST", "/webhooks/stripe"),
        ("GET", "/metrics"),
        ("GET", f"{API}/openapi.json"),
    }
)
