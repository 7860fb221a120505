"""Papers made and kept: the act between claim and settle, without a transaction."""

from collections.abc import Sequence

from app.receipts import pdf
from app.receipts.service import RenderedPaper, RenderingOrder
from app.storage import FileStore


def print_papers(orders: Sequence[RenderingOrder], files: FileStore) -> Sequence[RenderedPaper]:
    """Render each order and store it; the same order gives the same file and digest."""
    return [_print(order, files) for order in orders]


def _print(order: RenderingOrder, files: FileStore) -> RenderedPaper:
    document = pdf.render(order.paper, order.rendition)
    return RenderedPaper(order, files.put(document), len(document))
