"""Who the token is."""

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.accounts.permissions import Permission
from app.accounts.tokens import bearer
from app.api.answers import Closed
from app.api.document import Answer, Resource, described
from app.branches.queries import branch_of
from app.web.access import requires_token
from app.web.transactions import reading

bp = Resource("me")


class MyBranch(Closed):
    """The token's branch as it is called today."""

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class Me(Closed):
    """The token's branch and role."""

    branch = fields.Nested(MyBranch, required=True)
    role = fields.String(required=True)


@bp.get("/me")
@requires_token(Permission.BRANCH_VIEW)
@described({200: Answer("The token's branch and role", Me)})
def me() -> ResponseReturnValue:
    """The token's branch and role."""
    with reading() as session:
        holder = bearer(session)
        branch = branch_of(session, holder.branch)
    mine = {"id": branch.id, "slug": branch.slug, "name": branch.name, "kind": branch.kind}
    return jsonify(branch=mine, role=holder.role)
