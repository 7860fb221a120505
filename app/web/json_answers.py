"""JSON as every audience answers it: orjson writes it in a tenth of the usual time."""

from typing import Any, Final

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider

MIME_TYPE: Final = "application/json"


class JsonAnswers(DefaultJSONProvider):
    """Writes answers as UTF-8, their fields in the order in which they are named."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """The answer of `jsonify`."""
        answered = self._prepare_response_obj(args, kwargs)
        written = orjson.dumps(answered, default=self.default)
        return Response(written, mimetype=MIME_TYPE)
