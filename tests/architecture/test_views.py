"""Every view says who may open it, and every page says what it needs."""

from pathlib import Path

from flask import Flask
from jinja2 import meta

from app.accounts.permissions import GRANTS, Permission, Role

ROOT = Path(__file__).resolve().parents[2]
# Views of libraries: files of our own folder, and the API's document.
LIBRARY_VIEWS = {"static", "api-docs.openapi_json"}


def test_every_view_declares_its_access(application: Flask) -> None:
    undeclared = [
        endpoint
        for endpoint, view in application.view_functions.items()
        if not hasattr(view, "access") and endpoint not in LIBRARY_VIEWS
    ]

    assert undeclared == []


def test_every_portal_page_needs_a_permission(application: Flask) -> None:
    open_pages = [
        rule.rule
        for rule in application.url_map.iter_rules()
        if rule.rule.startswith("/b/")
        and getattr(application.view_functions[rule.endpoint], "access", None) is None
    ]

    assert open_pages == []


def test_every_role_and_permission_is_granted_somewhere() -> None:
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Permission)


def test_an_upper_level_never_sees_people() -> None:
    people = {Permission.DONATIONS_VIEW, Permission.DONORS_VIEW, Permission.RECEIPTS_VIEW}

    assert GRANTS[Role.OFFICER] & people == set()


def test_every_template_parses_and_finds_what_it_imports(application: Flask) -> None:
    names = application.jinja_env.list_templates(extensions=["html", "txt"])
    missing = []
    for template in names:
        source = (ROOT / "templates" / template).read_text("utf-8")
        tree = application.jinja_env.parse(source)
        missing += [
            f"{template}: {asked}"
            for asked in meta.find_referenced_templates(tree)
            if asked and asked not in names
        ]

    assert names
    assert missing == []


def test_page_templates_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)} {len(path.read_text('utf-8').splitlines())}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if len(path.read_text("utf-8").splitlines()) > 90
    ]

    assert long == []
