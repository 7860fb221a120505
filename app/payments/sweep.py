"""What may have moved unheard: asked again until it is final. A lost event costs minutes."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.payments.references import Subject, SubjectKind

# A page that nobody paid on is closed by the provider in time; a row that the provider never heard
# of is looked at too, so that it ends. What is paid is looked at until its movement of the balance
# is known and all that goes back is final. What a person must look at waits for him.
NOT_FINAL: Final = """
    SELECT 'payment', p.id, p.branch_id FROM payments p
    WHERE p.made_at < now() - make_interval(secs => :quiet) AND p.problem IS NULL AND (
      p.state IN ('prepared', 'open')
      OR p.state = 'succeeded' AND NOT EXISTS (SELECT FROM clearing_lines l
        WHERE (l.branch_id, l.payment_id) = (p.branch_id, p.id))
      OR EXISTS (SELECT FROM refunds r WHERE (r.branch_id, r.payment_id) = (p.branch_id, p.id)
        AND r.state IN ('requested', 'pending'))
      OR EXISTS (SELECT FROM disputes d WHERE (d.branch_id, d.payment_id) = (p.branch_id, p.id)
        AND d.state IN ('open', 'answered')))
    UNION ALL
    SELECT 'plan', id, branch_id FROM payment_plans
    WHERE state <> 'ended' AND made_at < now() - make_interval(secs => :quiet)
"""


def not_final(session: Session, *, quiet_seconds: int) -> Sequence[Subject]:
    """Payments and plans of all branches that may have moved. Needs the relay's scope.

    Those that were made within `quiet_seconds` are left alone: they are being paid just now.
    """
    rows = session.execute(text(NOT_FINAL), {"quiet": quiet_seconds})
    return [Subject(SubjectKind(row[0]), row[1], row[2]) for row in rows]
