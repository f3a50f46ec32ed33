// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITailproofVerifier} from "../interfaces/ITailproofVerifier.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Attestations} from "../libraries/Attestations.sol";
import {Packing} from "../libraries/Packing.sol";

/// @title Checks of a mandate's terms, and what follows from them
/// @notice Each ledger makes its own when it is deployed, so that the code is not in the ledger's.
contract MandateTerms {
    /// @dev 10^18 units of currency, in millionths: no book is larger.
    uint256 private constant MOST = 10 ** 24;

    /// @notice The rules of a mandate, encoded; reverts with the name of the first field that is wrong.
    function rules(IMandateLedger.Terms calldata terms, IVerifierRouter router) external view returns (bytes memory) {
        IScenarioSource.Terms memory source = terms.source.terms();
        if (terms.document == 0) revert IMandateLedger.BadTerms("document");
        uint256 thresholds = _checkKey(terms, router, source.key);
        _checkSource(terms, source);
        _checkTimes(terms, source.periodLength);
        _checkCustodians(terms);
        _checkClauses(terms, thresholds);
        (uint256 tails,) = Packing.pack(
            thresholds,
            terms.unit,
            source.totalWeight,
            clause(terms.varConfidence, terms.varLimit),
            clause(terms.shortfallConfidence, terms.shortfallLimit)
        );
        return abi.encode(
            IMandateLedger.Rules({
                terms: terms,
                factors: source.factors,
                origin: source.origin,
                periodLength: source.periodLength,
                totalWeight: source.totalWeight,
                thresholds: uint8(thresholds),
                tails: tails
            })
        );
    }

    /// @dev Keys of pools have no thresholds.
    function _checkKey(IMandateLedger.Terms calldata terms, IVerifierRouter router, bytes32 key)
        private
        view
        returns (uint256 thresholds)
    {
        if (key != terms.key) revert IMandateLedger.BadTerms("key");
        ITailproofVerifier verifier = ITailproofVerifier(router.running(key));
        thresholds = verifier.THRESHOLDS();
        if (thresholds == 0) revert IMandateLedger.BadTerms("key");
        if (verifier.LIMITS() != (terms.rungs != 0)) revert IMandateLedger.BadTerms("rungs");
    }

    function _checkSource(IMandateLedger.Terms calldata terms, IScenarioSource.Terms memory source) private pure {
        if (terms.kind != source.kind) revert IMandateLedger.BadTerms("kind");
        if (terms.horizon != source.horizon || terms.horizon == 0) revert IMandateLedger.BadTerms("horizon");
        if (source.rows < terms.leastRows || terms.leastRows == 0) revert IMandateLedger.BadTerms("leastRows");
        if (source.totalWeight == 0 || source.totalWeight >> 36 != 0) revert IMandateLedger.BadTerms("source");
        if (source.periodLength == 0) revert IMandateLedger.BadTerms("source");
        // A ledger keeps eight records, and a forecast is one of those within the lag.
        if (terms.lag > 7) revert IMandateLedger.BadTerms("lag");
    }

    function _checkTimes(IMandateLedger.Terms calldata terms, uint256 periodLength) private pure {
        if (terms.staleness == 0) revert IMandateLedger.BadTerms("staleness");
        // A forecast is made before its row closes.
        if (terms.late > 6 hours || terms.late == 0 || terms.late >= periodLength) {
            revert IMandateLedger.BadTerms("late");
        }
        // Kept in 24 bits: at most 194 days.
        if (terms.validity == 0 || terms.validity > type(uint24).max) revert IMandateLedger.BadTerms("validity");
        if (terms.grace < 1 days) revert IMandateLedger.BadTerms("grace");
    }

    function _checkCustodians(IMandateLedger.Terms calldata terms) private pure {
        (address first, address second) = (terms.custodian, terms.secondCustodian);
        if (first == second && first != address(0) || first == address(0) && second != address(0)) {
            revert IMandateLedger.BadTerms("custodian");
        }
        bool fits = first == address(0)
            ? terms.scope == 0
            : Attestations.isScope(terms.scope) && terms.scope & Attestations.GROTH16 != 0;
        if (!fits) revert IMandateLedger.BadTerms("scope");
    }

    function _checkClauses(IMandateLedger.Terms calldata terms, uint256 thresholds) private pure {
        bool withVar = terms.varConfidence != 0;
        bool withShortfall = terms.shortfallConfidence != 0;
        if (terms.varConfidence >= 1_000_000 || !withVar && (!withShortfall || terms.rungs != 0)) {
            revert IMandateLedger.BadTerms("varConfidence");
        }
        // One threshold has one tail, and a floor under value at risk takes that of the other clause too.
        bool shared = terms.shortfallConfidence == terms.varConfidence || !withVar || !withShortfall;
        if (terms.shortfallConfidence >= 1_000_000 || (terms.rungs != 0 || thresholds == 1) && !shared) {
            revert IMandateLedger.BadTerms("shortfallConfidence");
        }
        if (terms.unit == 0 || terms.unit >> 40 != 0) revert IMandateLedger.BadTerms("unit");
        if (terms.varLimit > (withVar ? MOST : 0)) revert IMandateLedger.BadTerms("varLimit");
        if (terms.shortfallLimit > (withShortfall ? MOST : 0)) revert IMandateLedger.BadTerms("shortfallLimit");
    }

    /// @dev A clause with an absolute limit in millionths; off if its confidence is zero.
    function clause(uint32 confidence, uint128 limit) internal pure returns (Packing.Clause memory) {
        Packing.Tail tail = confidence == 0 ? Packing.Tail.Off : Packing.Tail.Confidence;
        return Packing.Clause(tail, confidence, false, limit, 6);
    }
}
