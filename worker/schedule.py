"""The beat table. Every job may run late, twice or beside itself: its queue is a table."""

from typing import Final

SCHEDULE: Final = {
    "sweep the outbox": {"task": "relay.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "fold the totals": {"task": "rollups.fold", "schedule": 1.0, "options": {"expires": 10}},
    "ask the banks' tellers": {"task": "banking.pull_all", "schedule": 900.0},
    "ask what cards did unheard": {"task": "payments.sweep", "schedule": 600.0},
    "read what the card provider told": {"task": "payments.read_events", "schedule": 600.0},
    "read what it paid out": {"task": "payments.read_payouts", "schedule": 600.0},
    "make boards anew": {"task": "boards.refresh", "schedule": 1.0, "options": {"expires": 10}},
    "drop expired sessions": {"task": "accounts.drop_sessions", "schedule": 3600.0},
    "prove the totals": {"task": "rollups.check", "schedule": 86_400.0},
    "prove the books": {"task": "ledger.check", "schedule": 86_400.0},
}
