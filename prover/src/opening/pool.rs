//! Openings of the loans of a pool. The context is the schema of the tape; the file keeps nothing
//! of the loans.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use serde::{Deserialize, Serialize};
use tailproof_core::Unit;
use tailproof_core::pool::{LoanPool, TapeSchema};
use tailproof_verifier::MalformedError;
use tailproof_verifier::commitment::PoolCommitment;
use tailproof_verifier::encoding::{digest_from_hex, from_hex, to_hex};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::json_file::{VERSION, check_format, parse, pretty};
use tailproof_verifier::pool::commitment::commit;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Committable, OpenError, Opening, sealed};

const FORMAT: &str = "tailproof-pool-opening";
const WARNING: &str = "SECRET: with the tape this opens the commitment; keep it with the tape and never publish it";

#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningJson {
    format: String,
    version: u16,
    warning: String,
    commitment: String,
    schema: String,
    blinding: String,
}

impl Committable for LoanPool {
    type Context = TapeSchema;
    type Commitment = PoolCommitment;
}

impl sealed::Committable for LoanPool {
    type Kept = ();

    fn digest(schema: &TapeSchema) -> [u8; 32] {
        schema.digest()
    }

    fn unit(&self, schema: &TapeSchema) -> Unit {
        schema.unit()
    }

    fn kept(&self) {}

    fn value<F: CommitmentField>(&self, digest: &[u8; 32], blinding: Fr) -> F {
        commit(digest, self, blinding)
    }

    fn publish(&self, schema: &TapeSchema, (commitment, halo2_commitment): (Fr, Fp)) -> PoolCommitment {
        PoolCommitment { commitment, halo2_commitment, schema: schema.digest() }
    }

    fn check(&self, opening: &Opening<Self>, schema: &TapeSchema) -> Result<(), OpenError> {
        let (committed, found) = (opening.context, schema.digest());
        if committed == found { Ok(()) } else { Err(OpenError::OtherSchema { committed, found }) }
    }

    fn other(commitment: String) -> OpenError {
        OpenError::OtherTape { commitment }
    }

    fn write(opening: &Opening<Self>) -> Zeroizing<String> {
        Zeroizing::new(pretty(&OpeningJson {
            format: FORMAT.into(),
            version: VERSION,
            warning: WARNING.into(),
            commitment: to_hex(&opening.commitment),
            schema: hex::encode(opening.context),
            blinding: to_hex(&opening.blinding),
        }))
    }

    fn read(text: &str) -> Result<Opening<Self>, MalformedError> {
        let json: OpeningJson = parse(text, FORMAT)?;
        check_format(&json.format, json.version, FORMAT)?;
        Ok(Opening {
            commitment: from_hex("commitment", &json.commitment)?,
            context: digest_from_hex("schema", &json.schema)?,
            kept: (),
            blinding: from_hex("blinding", &json.blinding)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::pool::PoolLoan;
    use zeroize::Zeroize;

    fn schema(unit: Unit) -> TapeSchema {
        TapeSchema::new(unit, [].into(), [vec![], vec![], vec![]]).expect("a schema")
    }

    fn pool(balance: u64, tape: u8) -> LoanPool {
        let loan = PoolLoan { balance, fields: [1; 6], codes: [1; 3], delinquent: true, new_obligor: true };
        LoanPool::from_loans(vec![loan], [tape; 32])
    }

    fn text() -> String {
        format!(
            "{{\n  \"format\": \"tailproof-pool-opening\",\n  \"version\": 1,\n  \"warning\": \"{WARNING}\",\n  \
             \"commitment\": \"0x{:064x}\",\n  \"schema\": \"{}\",\n  \"blinding\": \"0x{:064x}\"\n}}\n",
            4,
            "0a".repeat(32),
            9
        )
    }

    #[test]
    fn the_file_is_read_and_written_byte_for_byte() {
        let opening = Opening::<LoanPool>::from_json(&text()).expect("an opening file");
        assert_eq!(*opening.to_json(), text());
        assert_eq!(
            (opening.commitment(), opening.context(), opening.blinding),
            (Fr::from(4u64), [10; 32], Fr::from(9u64))
        );
    }

    #[test]
    fn other_forms_of_the_file_are_refused() {
        for (from, to) in [
            ("\"version\": 1", "\"version\": 2"),
            ("pool-opening", "opening"),
            ("0x", "0X"),
            ("0a0a", "0A0A"),
            ("\"version\": 1,", ""),
            ("\"version\": 1", "\"version\": 1, \"more\": 2"),
        ] {
            let changed = text().replacen(from, to, 1);
            assert_ne!(changed, text());
            assert!(Opening::<LoanPool>::from_json(&changed).is_err(), "{to}");
        }
    }

    #[test]
    fn a_commitment_opens_to_its_loans_under_its_schema_alone() {
        let schema = |unit| schema(unit);
        let cents = schema(Unit::CENT);
        let (commitment, opening) = super::super::commit(&pool(7, 9), &cents, &mut rand::rngs::OsRng);
        let again = || Opening::<LoanPool>::from_json(&opening.to_json()).expect("its own encoding");
        let opened = again().open(pool(7, 9), &cents).expect("the same loans");
        assert_eq!(opened.commitment::<Fr>(), commitment.commitment);
        assert_eq!(opened.commitment::<Fp>(), commitment.halo2_commitment);
        assert_eq!((opened.unit(), opened.secret()), (Unit::CENT, &pool(7, 9)));
        for other in [pool(8, 9), pool(7, 8)] {
            let error = again().open(other, &cents).expect_err("other loans");
            assert_eq!(error, OpenError::OtherTape { commitment: to_hex(&commitment.commitment) });
        }
        let units = schema(Unit::from_millionths(1_000_000).expect("a unit"));
        let (committed, found) = (cents.digest(), units.digest());
        let error = again().open(pool(7, 9), &units).expect_err("another schema");
        assert_eq!(error, OpenError::OtherSchema { committed, found });
    }

    /// Drop calls nothing but this.
    #[test]
    fn zeroizing_leaves_nothing_private() {
        let (_, mut opening) = super::super::commit(&pool(7, 9), &schema(Unit::CENT), &mut rand::rngs::OsRng);
        opening.zeroize();
        assert_eq!(opening.blinding, Fr::from(0u64));
    }
}
