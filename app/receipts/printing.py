"""Papers made and kept: the act between claim and settle, without a transaction."""

from collections.abc import Sequence

from app.receipts import pdf
from app.receipts.queries import ReceiptView
from app.receipts.service import RenderedPaper, RenderingOrder
from app.storage import FileStore, sha256


class PaperChangedError(Exception):
    """A lost paper would not come out as it was recorded; a person must look."""


def find_paper(receipt: ReceiptView, rendition: str, files: FileStore) -> bytes | None:
    """The paper as it was recorded, or None when it is not made, lost, or no longer true."""
    digest = receipt.digests.get(rendition)
    if digest is None:
        return None
    try:
        return files.read(digest)
    except FileNotFoundError:
        return None


def print_papers(orders: Sequence[RenderingOrder], files: FileStore) -> Sequence[RenderedPaper]:
    """Render each order and store it; the same order gives the same file and digest.

    Raises:
        PaperChangedError: the recorded file is gone, and this release prints another one.
    """
    return [_print(order, files) for order in orders]


def _print(order: RenderingOrder, files: FileStore) -> RenderedPaper:
    document = pdf.render(order.paper, order.rendition)
    recorded = order.recorded_digest
    if recorded not in {None, sha256(document)} and not files.holds(recorded):
        raise PaperChangedError(recorded)
    return RenderedPaper(order, files.put(document), len(document))
