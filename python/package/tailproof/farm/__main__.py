"""`python -m tailproof.farm`: run a night, look at it, go on with it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from .. import TailproofError
from .night import Night
from .results import Folder, Row, Status, table
from .run import run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tailproof.farm", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "run": "prove every book of a night that has no proof yet",
        "resume": "the same: a run that was stopped goes on where it was",
        "status": "say how many books are proved",
        "table": "write results.csv from what is in the folder of results",
    }.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("night", help="the file of the night, TOML")
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _report(rows: list[Row], as_json: bool) -> int:
    counts = Counter(row.status for row in rows)
    if as_json:
        print(json.dumps({"books": len(rows), **{status.value: counts[status] for status in Status}}))
    else:
        parts = ", ".join(f"{counts[status]} {status.value}" for status in Status if counts[status])
        print(f"{len(rows)} books: {parts}")
    if counts[Status.BAD_INPUT] or counts[Status.SET_ASIDE] or counts[Status.PENDING]:
        return 2
    return 1 if counts[Status.FALSE] else 0


def main() -> int:
    """Returns the exit status: 0 if every book is proved, 1 if a claim is false, 2 for anything else."""
    arguments = _arguments()
    try:
        night = Night.read(arguments.night)
        if arguments.command in ("run", "resume"):
            shown = sys.stderr.isatty()

            def progress(done: int, all: int) -> None:
                print(f"\r{done} of {all}", end="" if shown and done < all else "\n", file=sys.stderr, flush=True)

            rows = run(night, progress)
        else:
            folder = Folder(night.output)
            rows = table(folder, night.jobs())
            if arguments.command == "table":
                print(f"wrote {folder.write_table(rows)}", file=sys.stderr)
        return _report(rows, arguments.json)
    except (TailproofError, OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ImportError as error:
        print(f'error: {error}; it comes with the extra "farm" of the package', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped: run the same command again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
