"""The process that opens one file of a stranger's: `python -m app.banking.statements.child`.

It takes an order on its standard input and gives an answer on its standard output (parcels.py).
Before it reads anything it gives up nearly all memory, time and files: a bomb ends it alone.
"""

import resource
import sys
from typing import Final

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 10
_NO_FILE: Final = 0
_OPEN_FILES: Final = 64
UNREADABLE: Final = 3
"""The exit code for what the parser itself stumbled over."""


def limit_this_process() -> None:
    """Take the limits; they cannot be raised again."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _NO_FILE),
        (resource.RLIMIT_CORE, _NO_FILE),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(kind, (most, most))


def main() -> int:
    """Answer the order; what is neither statement nor refusal is an exit code."""
    limit_this_process()
    # Imported under the limits, for a parser's own start counts too.
    from app.banking.statements.parcels import (  # noqa: PLC0415
        packed_refusal,
        packed_statement,
        unpacked_order,
    )
    from app.banking.statements.parsing import parse_statement  # noqa: PLC0415
    from app.banking.statements.refusals import StatementRefused  # noqa: PLC0415

    content, account_number, mapping = unpacked_order(sys.stdin.buffer.read())
    try:
        answer = packed_statement(parse_statement(content, account_number, mapping))
    except StatementRefused as refusal:
        answer = packed_refusal(refusal)
    except BaseException as fault:  # noqa: BLE001  a panic of the parser is no Exception
        # Its type and place alone: its text may hold what the file says of people.
        place = fault.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
        sys.stderr.write(f"{type(fault).__name__} {where}\n")
        return UNREADABLE
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
