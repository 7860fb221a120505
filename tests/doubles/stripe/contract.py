"""Stripe's schema: reads what the library sends, and refuses what does not fit, both ways."""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import jsonschema_rs

SPEC: Final = json.loads(
    gzip.decompress((Path(__file__).parents[2] / "vendor" / "stripe" / "spec.json.gz").read_bytes())
)
VERSION: Final[str] = SPEC["version"]
BOOLEANS: Final = {"true": True, "false": False}


class OffContract(ValueError):
    """What was said does not fit Stripe's schema; the message names the place."""


def call_of(verb: str, path: str) -> tuple[str, dict[str, str]]:
    """The call that Stripe describes for this address, and the ids in it.

    Raises:
        OffContract: we use no such call; tests/vendor/stripe/cut_spec.py lists those that we do.
    """
    asked = path.strip("/").split("/")
    for call in SPEC["calls"]:
        told_verb, _, pattern = call.partition(" ")
        parts = pattern.strip("/").split("/")
        if told_verb == verb and len(parts) == len(asked):
            pairs = list(zip(parts, asked, strict=True))
            if all(part == given or part.startswith("{") for part, given in pairs):
                return call, {p.strip("{}"): given for p, given in pairs if p.startswith("{")}
    raise OffContract(f"no call {verb} {path}")


def request_of(call: str, encoded: str) -> dict[str, Any]:
    """The parameters of a form or query, typed as the schema says.

    Raises:
        OffContract: a parameter is unknown at any depth, or has another type or value.
    """
    schema = SPEC["calls"][call]["request"]
    asked = _typed(_nested(parse_qsl(encoded, keep_blank_values=True)), schema)
    _hold(call, "request", asked)
    return dict(asked)


def hold_answer(call: str, answer: Any, *, is_error: bool = False) -> None:
    """Refuse an answer of ours that is none of Stripe's."""
    _hold(call, "error" if is_error else "response", answer)


def hold_event(event: Mapping[str, Any]) -> None:
    """Refuse an event that is none of Stripe's, or that holds an object that is none."""
    _hold("event", "response", event)
    held = event["data"]["object"]
    found = _validator("schemas", held["object"]).iter_errors(held)
    if problem := next(iter(found), None):
        raise OffContract(f"{event['type']}: {_told(problem)}")


def _hold(call: str, part: str, value: Any) -> None:
    if problem := next(iter(_validator(call, part).iter_errors(value)), None):
        raise OffContract(f"{call} {part}: {_told(problem)}")


@cache
def _validator(call: str, part: str) -> Any:
    if call == "schemas":
        schema: Any = {"$ref": f"#/schemas/{part}"}
    else:
        schema = SPEC["calls"][call][part]
    return jsonschema_rs.validator_for({**schema, "schemas": SPEC["schemas"]})


def _told(problem: Any) -> str:
    return f"at {'/'.join(map(str, problem.instance_path)) or 'the top'}: {problem.message[:300]}"


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    told: dict[str, Any] = {}
    for name, value in pairs:
        place, *rest = name.replace("]", "").split("[")
        inner = told
        for step in rest:
            inner = inner.setdefault(place, {})
            place = step or str(len(inner))
        inner[place] = value
    return told


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Text as the schema's number, truth or list, where it can be one."""
    for choice in schema.get("anyOf", ()):
        typed = _typed(value, choice)
        bare = {**choice, "schemas": SPEC["schemas"]}
        if jsonschema_rs.is_valid(bare, typed):
            return typed
    if isinstance(value, dict):
        if schema.get("type") == "array":
            return [_typed(value[place], schema["items"]) for place in sorted(value, key=int)]
        own = schema.get("properties", {})
        return {k: _typed(v, own.get(k, {})) for k, v in value.items()}
    if schema.get("type") == "integer" and value.lstrip("-").isdigit():
        return int(value)
    if schema.get("type") == "boolean":
        return BOOLEANS.get(value, value)
    return value
