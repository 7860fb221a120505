"""Rules about the repository itself: what a reader may rely on without looking."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("app", "worker", "config", "migrations", "bench", "tests")
MODULES = [p for folder in OURS for p in sorted((ROOT / folder).rglob("*.py"))] + [ROOT / "wsgi.py"]
PRODUCT = [p for p in MODULES if p.relative_to(ROOT).parts[0] in {"app", "worker"}]
# Tables of one branch are told apart by the database; only the tree's own packages name the branch,
# and three questions whose very answer is a branch: who keeps books, who issued this receipt, and
# whose payments are not final.
MAY_NAME_THE_BRANCH = (
    *("app/db/", "app/branches/", "app/rollups/", "app/accounts/", "worker/"),
    *("app/ledger/queries.py", "app/receipts/queries.py", "app/payments/sweep.py"),
    *("app/cli/", "app/public/", "app/web/", "app/portal/totals/"),
)
WHOLE_KEY = re.compile(
    r"\((\w+\.)?branch_id, [^)]*\)\s*= \(\w+\.branch_id\b"
    r"|(\w+\.)?branch_id = current_branch\(\)"
)
OF_BRANCH = (
    "api_tokens|donation_reversals|donations|donors|drives|fund_balances|fund_standings|funds"
    "|bank_accounts|bank_events|bank_feeds|bank_line_tellings|bank_lines|bank_matches"
    "|bank_statements|clearing_lines|disputes|donation_currencies|donation_returns"
    "|journal_entries|ledger_accounts|memberships|messages|offer_gifts|offers|outbox"
    "|payment_plans|payments|payouts|postings|public_documents|receipt_documents"
    "|receipt_series|receipt_voids|receipts|refunds|roll_withdrawals"
)
JOINS = re.compile(rf"JOIN (?:{OF_BRANCH}) \w+[\s\"]+ON [^\n]*")
DRAWERS = re.compile(r"(^|/)(utils?|helpers?|common|misc|base_\w+)(\.py$|/)")


def name(path: Path) -> str:
    """The path as a reader would say it."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_400_lines() -> None:
    long = {name(p): len(p.read_text("utf-8").splitlines()) for p in MODULES}

    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def test_no_function_is_longer_than_60_lines_or_takes_more_than_six_parameters() -> None:
    found = []
    for path in MODULES:
        if name(path).startswith("migrations/versions"):
            continue
        for node in functions(path):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            taken = len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs)
            taken -= 3 * node.name.startswith("test_")  # fixtures are asked for, not passed
            if size > 60 or taken > 6:
                found.append(f"{name(path)}:{node.lineno} {node.name} {size} lines, takes {taken}")

    assert found == []


def test_there_is_no_drawer() -> None:
    assert [name(p) for p in MODULES if DRAWERS.search(name(p))] == []


def test_only_the_unit_of_work_begins_and_commits() -> None:
    ends = re.compile(r"\.commit\(|\.rollback\(|\bSession\(|sessionmaker\(")
    found = [name(p) for p in PRODUCT if ends.search(p.read_text("utf-8"))]

    # base.py ends the probe of a fresh connection's role, before any session has it.
    assert found == ["app/db/base.py", "app/db/unit_of_work.py"]


def test_feature_code_mentions_the_branch_key_as_part_of_a_whole_key_alone() -> None:
    found = [
        name(p)
        for p in PRODUCT
        if not name(p).startswith(MAY_NAME_THE_BRANCH)
        and re.search(r"(?<!\w)branch_id\b", WHOLE_KEY.sub("", p.read_text("utf-8")))
    ]

    assert found == []


def test_tables_of_a_branch_are_joined_by_the_whole_key() -> None:
    """Or a list of 31,553 gifts takes 3.5 s: PostgreSQL looks through every branch for each row."""
    found = [
        f"{name(p)}: {join}"
        for p in PRODUCT
        for join in JOINS.findall(p.read_text("utf-8"))
        if not re.search(r"branch_id\b", join)
    ]

    assert found == []


def test_flask_sqlalchemy_lives_in_db_alone() -> None:
    found = [name(p) for p in PRODUCT if "flask_sqlalchemy" in p.read_text("utf-8")]

    assert found == ["app/db/base.py"]


def test_tables_of_every_feature_are_its_own_alone() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    held = {
        (*each["protected_modules"], *each["allowed_importers"])
        for each in contracts
        if each["type"] == "protected"
    }
    features = [p.parent.name for p in sorted((ROOT / "app").glob("*/models.py"))]

    assert features
    assert [f for f in features if (f"app.{f}.models", f"app.{f}") not in held] == []


@pytest.mark.parametrize("banned", ["pickle", "yaml.load", "render_template_string", "|safe"])
def test_dangerous_words_are_absent(banned: str) -> None:
    places = [*PRODUCT, *sorted((ROOT / "templates").rglob("*.html"))]

    assert [name(p) for p in places if banned in p.read_text("utf-8")] == []


def test_every_setting_is_in_defaults_env() -> None:
    listed = (ROOT / "config" / "defaults.env").read_text("utf-8")
    read = re.findall(
        r"reader\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "config" / "settings.py").read_text("utf-8")
    )

    assert read
    assert [variable for variable in read if f"{variable}=" not in listed] == []


def test_every_event_has_a_route_and_every_route_a_task() -> None:
    from worker.routes import ROUTES  # noqa: PLC0415  imports of the worker build an application

    source = "\n".join(p.read_text("utf-8") for p in MODULES if "tests/" not in name(p))
    in_sql = re.findall(
        r"INTO outbox \(event, subject_id\)\s*(?:SELECT|VALUES \()\s*'([\w.]+)'", source
    )
    in_python = re.findall(r"outbox\.record\(session, \"([\w.]+)\"", source)
    tasks = set(re.findall(r"@shared_task\(name=\"([\w.]+)\"\)", source))

    assert {*in_sql, *in_python} == set(ROUTES)
    assert set(ROUTES.values()) <= tasks
