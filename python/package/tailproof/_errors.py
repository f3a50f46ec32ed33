"""Exceptions of the package."""

from __future__ import annotations

from typing import Any

__all__ = [
    "ClaimRefused",
    "InputError",
    "NotValid",
    "ReadingWarning",
    "TailproofError",
    "WrongKeys",
]


class TailproofError(Exception):
    """An error of the library."""


class InputError(TailproofError, ValueError):
    """An input that cannot be read or used.

    file: path of the file, or name of the argument
    row: line of the file, or label of the row; None for the input as a whole
    column: name of the column; None without one
    """

    def __init__(
        self, text: str, *, file: str = "", row: str | None = None, column: str | None = None
    ) -> None:
        super().__init__(text)
        self.file = file
        self.row = row
        self.column = column


class ClaimRefused(TailproofError):
    """A claim that is false, so that no proof exists.

    figures: the private figures, a dictionary for each clause or claim; not in the text, which may
        end in a log
    """

    def __init__(self, text: str, *, figures: list[dict[str, Any]] | None = None) -> None:
        super().__init__(text)
        self.figures = figures or []

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle would carry the figures of the book.
        return (ClaimRefused, (self.args[0],))


class NotValid(TailproofError):
    """The verdict that a proof does not prove the claim.

    code: the code of `tailproof verify --json`, which stays when the words change; empty for a ledger
    """

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class WrongKeys(TailproofError):
    """Keys that are not those that were pinned, or not those of the proof: there is no verdict."""


class ReadingWarning(UserWarning):
    """Something about a file that was guessed."""
