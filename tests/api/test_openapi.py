"""The document: it has every address, and every address is in it."""

import re

import schemathesis
from flask import Flask

from tests.builders.branches import BranchAtHand
from tests.builders.software import Software


def test_the_document_and_the_addresses_are_the_same(application: Flask) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    documented = {
        (path, method)
        for path, operations in application.extensions["openapi"]["paths"].items()
        for method in operations
        if method != "parameters"
    }

    assert documented == served


def test_the_document_is_valid_and_open_to_all(application: Flask, a_branch: BranchAtHand) -> None:
    answer = Software(application, a_branch, None).get("/openapi.json")

    assert answer.status_code == 200
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    schemathesis.openapi.from_dict(answer.json).validate()


def test_every_operation_tells_its_refusals_as_problems(application: Flask) -> None:
    operations = [
        operation
        for path, by_method in application.extensions["openapi"]["paths"].items()
        for method, operation in by_method.items()
        if method != "parameters" and path != "/api/v1/openapi.json"
    ]

    for operation in operations:
        refusals = {s: a for s, a in operation["responses"].items() if s >= "400"}
        assert refusals.keys() >= {"401", "403", "503"}
        assert {kind for told in refusals.values() for kind in told["content"]} == {
            "application/problem+json"
        }
