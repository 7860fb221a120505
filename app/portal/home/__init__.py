"""The branch's front page: the question of the day."""

from app.portal.home.views import bp

__all__ = ["bp"]
