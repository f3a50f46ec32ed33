//! `tailproof chain oracle`: rows of prices, signed by a seat.

use serde_json::json;

use super::session::Session;
use super::window;
use crate::cli::{Common, Oracle, OracleSign};
use crate::error::Failure;
use crate::files;
use crate::oracle::{SignedRow, SignedRows, moves_after};
use crate::output::result;
use crate::prices::DECIMALS;
use crate::signer::sign;
use crate::typed::{row_digest, source};

pub async fn run(common: &Common, command: &Oracle) -> Result<(), Failure> {
    match command {
        Oracle::Sign(options) => sign_rows(common, options).await,
        Oracle::Address(key) => {
            let address = key.signer()?.address();
            result(common.json, &json!({ "address": address }), &address.to_string());
            Ok(())
        }
    }
}

async fn sign_rows(common: &Common, options: &OracleSign) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let signer = options.key.signer()?;
    let window = session.address(&options.window)?;
    let rows = window::price_rows(&options.prices)?;
    let closed = window::closed(&session, &options.window).await?;
    let skip = window::periods(&rows, &options.skip)?;
    let mut moves = moves_after(&rows, closed.as_ref(), &skip)?;
    if let Some(until) = &options.until {
        moves.retain(|moved| moved.now.date <= *until);
    }
    if let (Some(closed), Some(first)) = (&closed, moves.first())
        && first.is_adjusted(closed)
        && !options.adjusted
    {
        let scale = 10f64.powi(DECIMALS.cast_signed());
        let differing = closed.prices.iter().zip(&first.before).enumerate().filter(|(_, (a, b))| a != b);
        #[expect(clippy::cast_precision_loss, reason = "shown to a person")]
        let differing: Vec<String> = differing
            .map(|(factor, (a, b))| format!("factor {factor}: {} -> {}", *a as f64 / scale, *b as f64 / scale))
            .collect();
        return Err(Failure::Usage(format!(
            "the window closed with other prices than {} has for that day: {}. If a split or the like is behind it, sign \
             with --adjusted",
            options.prices.display(),
            differing.join(", ")
        )));
    }
    let mut file = if options.output.exists() {
        let file: SignedRows = files::read_json(&options.output)?;
        file.check(session.node.chain_id(), window).map_err(Failure::malformed(&options.output))?;
        if file.signer != signer.address() {
            let problem =
                format!("these are rows that {} has signed, and the key is {}", file.signer, signer.address());
            return Err(Failure::malformed(&options.output)(problem));
        }
        file
    } else {
        SignedRows::new(session.node.chain_id(), window, signer.address())
    };
    let source = source(session.node.chain_id(), window);
    let mut signed = 0usize;
    for moved in &moves {
        let digest = row_digest(&moved.statement(source));
        // A seat that signs two rows for a period can be shown up; so it does not by accident.
        match file.rows.get(&moved.now.period) {
            Some(row) if row.digest == digest => continue,
            Some(_) => {
                return Err(Failure::malformed(&options.output)(format!(
                    "this seat has signed another row for {}; two rows for one day are a fault that anybody can show. If the seats have agreed on a gap since, \
                     sign into another file, and publish both",
                    moved.now.date
                )));
            }
            None => {}
        }
        let signature = sign(&signer, digest)?.into();
        file.rows.insert(moved.now.period, SignedRow { date: moved.now.date.clone(), digest, signature });
        signed += 1;
    }
    files::write_json(&options.output, &file)?;
    let json = json!({ "signed": signed, "rows": file.rows.len(), "signer": file.signer, "window": window });
    let line = format!("signed {signed} rows of {} as {}: {}", options.window, file.signer, options.output.display());
    result(common.json, &json, &line);
    Ok(())
}
