"""The Python package judges every case of a folder: python.py FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import tailproof as tp


def judged(folder: Path, question: dict[str, Any]) -> tuple[str, str | None]:
    """Returns the outcome of a question, and its code if it is not valid."""

    def path(name: str) -> Path | None:
        return folder / question[name] if question[name] else None

    try:
        attestors = None
        if question["attested_by"]:
            attestors = tp.Attestors(
                question["attested_by"],
                [folder / name for name in question["attestations"]],
                subject=question["subject"],
                at=question["at"],
                revoked=path("revoked"),
            )
        expected: dict[str, Any] = {
            "commitment": [tp.Commitment.read(folder / name) for name in question["commitments"]] or None,
            "context": question["context"],
            "seed": question["seed"],
            "withdrawn": path("withdrawn"),
            "attestors": attestors,
        }
        bundle = path("bundle")
        if bundle is not None:
            tp.Bundle.read(bundle).verify(
                keys=question["keys_digest"],
                terms=question["terms_digest"],
                scenarios=question["scenarios_digest"],
                **expected,
            )
        else:
            keys = tp.VerifyingKey.read(folder / question["keys"], digest=question["keys_digest"])
            scenarios = path("scenarios")
            market = tp.Scenarios.read(scenarios) if scenarios is not None else None
            mandate, deal = path("mandate"), path("deal")
            terms: tp.Mandate | tp.Deal
            if mandate is not None:
                terms = tp.Mandate.read(mandate)
                groups, caps, impact = path("groups"), path("caps"), path("impact")
                if groups is not None:
                    terms = terms.under(groups)
                if caps is not None:
                    terms = terms.under_caps(caps)
                if impact is not None:
                    terms = terms.under_impact(impact)
            else:
                assert deal is not None
                terms = tp.Deal.read(deal)
                assumptions = path("assumptions")
                if assumptions is not None:
                    terms = terms.under(assumptions)
            tp.Proof.read(folder / question["proof"]).verify(keys, market, terms, **expected)
    except tp.NotValid as error:
        return "not-valid", error.code
    except (tp.InputError, tp.WrongKeys, OSError):
        return "bad-input", None
    return "valid", None


def main(folder: Path) -> None:
    answers = {}
    for case in json.loads((folder / "index.json").read_text())["cases"]:
        try:
            outcome, code = judged(folder, case["question"])
        except Exception as error:
            raise RuntimeError(f"{case['id']} ({case['says']})") from error
        answers[case["id"]] = {"outcome": outcome, "code": code}
    print(json.dumps(answers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
