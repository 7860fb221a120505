"""What the branch shows to everybody: its documents, published and taken down."""

from app.portal.documents.views import bp

__all__ = ["bp"]
