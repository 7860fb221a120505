"""The floor of G5: Typst alone, compiling the product's own template from data made beforehand."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import cycle
from typing import Final

import typst

from app.receipts.pdf import ReceiptPaper, Rendition, _printed
from config.settings import PROJECT_ROOT

TEMPLATES: Final = PROJECT_ROOT / "templates" / "pdf"
DAY: Final = 1_795_478_400  # a fixed day, as PDF/A wants one


class Compiling:
    """One process that compiles the same few papers again and again, its compiler warm."""

    def __init__(self, papers: Sequence[str]) -> None:
        self._papers = cycle(papers)

    def prepare(self) -> None:
        """Load the fonts and compile each once."""
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[TEMPLATES / "fonts"],
        )
        self._compiler = typst.Compiler(TEMPLATES / "receipt.typ", root=TEMPLATES, font_paths=fonts)
        for _ in range(10):
            self.once()

    def once(self) -> None:
        """Compile one paper."""
        self._compiler.compile(
            format="pdf",
            sys_inputs={"paper": next(self._papers)},
            pdf_standards="a-2b",
            timestamp=DAY,
        )


def papers(count: int) -> Sequence[str]:
    """Data of different receipts as the product hands it to receipt.typ."""
    return [
        json.dumps(_printed(_paper(number), Rendition.ORIGINAL), ensure_ascii=False)
        for number in range(1, count + 1)
    ]


def _paper(number: int) -> ReceiptPaper:
    return ReceiptPaper(
        upper_name="Hội Khuyến học thành phố Hà Nội",
        branch_name="Hội Khuyến học phường Ba Đình",
        branch_address=None,
        series="BN/2026/A",
        number=number,
        issued_on=date(2026, 11, 24),
        place="phường Ba Đình",
        donor_name="Gia đình ông bà Thắng - Hoa",
        donor_address=None,
        amount=100_000,
        amount_in_words="Một trăm nghìn đồng",
        method="Tiền mặt",
        fund_name="Quỹ chung",
        purpose=None,
        received_on=date(2026, 11, 24),
        is_in_kind=False,
        recorded_by="Phép đo",
        verify_url=f"http://127.0.0.1:8000/xac-minh/BENCH{number:07d}",
        verify_code=f"BENCH{number:07d}",
    )
