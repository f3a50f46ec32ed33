"""`python -m tailproof.farm`: run a night, look at it, go on with it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from types import FrameType

from .. import TailproofError
from .._native import Row, Summary
from .night import Night
from .results import Folder
from .run import run


class _Ended(BaseException):
    """SIGTERM, as a batch system sends it."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tailproof.farm", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "run": "prove every book of a night that has no proof yet",
        "resume": "the same: a run that was stopped goes on where it was",
        "status": "say how many books are proved",
        "table": "write results.csv from what is in the folder of proofs; no run may be at work",
    }.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("night", help="the file of the night, TOML")
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _report(folder: Folder, rows: list[Row], as_json: bool) -> int:
    summary = Summary(rows)
    if as_json:
        print(json.dumps({**summary.counts(), "results": str(folder.table)}))
    else:
        print(summary)
    advice = summary.advice(str(folder.table))
    if advice:
        print(f"error: {advice}", file=sys.stderr)
    return summary.exit_status


def _end(number: int, frame: FrameType | None) -> None:
    raise _Ended


def main() -> int:
    """Returns the exit status: 0 if every book is proved, 1 if a claim is false, 2 for anything else."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, _end)
    try:
        night = Night.read(arguments.night)
        folder = Folder(night.output)
        if arguments.command in ("run", "resume"):
            shown = sys.stderr.isatty()

            def progress(done: int, all: int) -> None:
                print(f"\r{done} of {all}", end="" if shown and done < all else "\n", file=sys.stderr, flush=True)

            rows = run(night, progress)
        elif arguments.command == "table":
            jobs = night.jobs()
            folder.make()
            hold = folder.hold()
            try:
                rows = folder.settle(jobs)
            finally:
                hold.release()
        else:
            rows = folder.rows(night.jobs())
        return _report(folder, rows, arguments.json)
    except RuntimeError as error:
        print(f"error: {error}; proofs that were written stay", file=sys.stderr)
        return 2
    except (TailproofError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ImportError as error:
        print(f'error: {error}; it comes with the extra "farm" of the package', file=sys.stderr)
        return 2
    except (KeyboardInterrupt, _Ended) as signalled:
        print("\nstopped: run the same command again to go on", file=sys.stderr)
        return 130 if isinstance(signalled, KeyboardInterrupt) else 143


if __name__ == "__main__":
    sys.exit(main())
