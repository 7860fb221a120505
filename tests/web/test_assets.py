"""Our own files: kept for a year under their fingerprint, and text packed for who unpacks it."""

import gzip

from flask import Flask

from app.web.assets import STATIC, fingerprint

PATH = "css/base.css"


def test_a_style_comes_packed_and_is_the_same_file(application: Flask) -> None:
    client = application.test_client()
    address = f"/static/{PATH}?v={fingerprint(PATH)}"

    packed = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
    plain = client.get(address, buffered=True)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "immutable" in packed.headers["Cache-Control"]
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data == (STATIC / PATH).read_bytes()


def test_a_font_is_packed_already(application: Flask) -> None:
    path = "fonts/be-vietnam-pro-latin-400-normal.woff2"
    address = f"/static/{path}?v={fingerprint(path)}"
    client = application.test_client()

    font = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)

    assert "Content-Encoding" not in font.headers
    assert font.data == (STATIC / path).read_bytes()
