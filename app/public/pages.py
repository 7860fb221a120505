"""The city's front page and a branch's page: how much came, from where, and where to go."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.branches.queries import children_of, front_branch, get_branch, names_below, successors_of
from app.db.scope import DirectoryScope
from app.kernel.errors import NotFound
from app.public.caching import kept_a_minute
from app.public.projections import NO_BRANCH, PublicScope, public_funds
from app.public.search import matching
from app.public.way_back import way_back
from app.public.year import year_of, year_with_map
from app.web import year_charts
from app.web.access import open_to_all
from app.web.transactions import reading

bp = Blueprint("public", __name__)
year_charts.install(bp)


@bp.get("/")
@open_to_all
def front() -> ResponseReturnValue:
    """The city's year, and the way to one's own branch (?q= finds it by name)."""
    with reading(DirectoryScope()) as session:
        city = front_branch(session)
    if city is None:
        raise NotFound(NO_BRANCH)
    asked = request.args.get("q", "").strip()
    with reading(PublicScope(city.slug)) as session:
        page = render_template(
            "public/front.html",
            city=city,
            year=year_with_map(session, city),
            asked=asked,
            found=matching(names_below(session, city.id), asked) if asked else None,
        )
    return kept_a_minute(page)


@bp.get("/q/<slug>")
@open_to_all
def branch(slug: str) -> ResponseReturnValue:
    """One branch's year, its funds, how to give, and who went on when it has closed."""
    with reading(PublicScope(slug)) as session:
        shown = get_branch(session, slug)
        page = render_template(
            "public/branch.html",
            branch=shown,
            way_back=way_back(shown),
            year=year_of(session, shown),
            funds=public_funds(session),
            lower=children_of(session, shown.id),
            successors=successors_of(session, shown.id) if shown.closed_on else [],
        )
    return kept_a_minute(page)
