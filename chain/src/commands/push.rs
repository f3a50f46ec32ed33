//! `tailproof chain push`: rows of prices that enough seats have signed.

use alloy::primitives::{Address, U256};
use serde_json::json;

use super::session::{Session, sending};
use super::window;
use crate::cli::{Common, Push};
use crate::contracts::{RollingWindow, SignedRow};
use crate::error::Failure;
use crate::files;
use crate::node::{Call, Node};
use crate::oracle::{SignedRows, joined, moves_after};
use crate::output::{progress, result};
use crate::typed::source;

pub async fn run(common: &Common, options: &Push) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let (sender, mut journal) = sending(common, &options.sending)?;
    let contract = session.deployment.contract(&options.window)?;
    let address = contract.address;
    let key = window::key(&options.keys)?;
    let rows = window::price_rows(&options.prices)?;
    let skip = window::periods(&rows, &options.skip)?;
    let files = options
        .signed
        .iter()
        .map(|path| {
            let file: SignedRows = files::read_json(path)?;
            file.check(session.node.chain_id(), address).map_err(Failure::malformed(path))?;
            Ok(file)
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let seats = session.address(&format!("{}.rows", options.window))?;
    let quorum = session.node.view("rows", seats, &SignedRow::quorumCall {}).await?;
    let of_seats = of_seats(&session.node, seats, files).await?;
    let quorum = usize::try_from(quorum).unwrap_or(usize::MAX);
    let source = source(session.node.chain_id(), address);

    let mut mirror = window::mirror(&session, &options.window, &key).await?;
    let mut sent = Vec::new();
    let mut unsigned = None;
    // If somebody else pushes in the meantime, the contract refuses this run's row; start it again then.
    for moved in moves_after(&rows, mirror.closed(), &skip)? {
        if options.until.as_ref().is_some_and(|until| moved.now.date > *until) {
            break;
        }
        let Some(signatures) = joined(&of_seats, &moved.statement(source), quorum) else {
            unsigned = Some(moved.now.date.clone());
            break;
        };
        let shown = mirror.shown_for(&moved)?;
        let call = RollingWindow::pushCall {
            period: U256::from(moved.now.period),
            row: shown.bytes.into(),
            signatures: signatures.into(),
        };
        let step = format!("push/{}/{}", options.window, shown.epoch);
        let call = Call::function(&options.window, address, &call);
        let receipt = session.node.send_once(&sender, &mut journal, &step, &call).await?;
        let (time, _) = session.node.block(receipt.block_number.unwrap_or_default()).await?;
        mirror.take(&moved, time)?;
        journal.settle(&step)?;
        progress(&format!("{}: row {}, gas {}", moved.now.date, shown.epoch, receipt.gas_used));
        sent.push(json!({ "epoch": shown.epoch, "date": moved.now.date, "gas": receipt.gas_used }));
    }
    let full = mirror.newest().is_some();
    let mut line = format!("pushed {} rows; the window has {} rows", sent.len(), mirror.next());
    if !full {
        line.push_str(&format!(", and serves no point before it has {}", mirror.size()));
    }
    if let Some(date) = &unsigned {
        line.push_str(&format!("; {date} is not signed by {quorum} seats"));
    }
    result(common.json, &json!({ "pushed": sent, "rows": mirror.next(), "full": full, "not_signed": unsigned }), &line);
    Ok(())
}

/// Returns the files of those who are seats. A signature of somebody else refuses the whole row.
async fn of_seats(node: &Node, seats: Address, files: Vec<SignedRows>) -> Result<Vec<SignedRows>, Failure> {
    let mut found = Vec::new();
    for file in files {
        if node.view("rows", seats, &SignedRow::isSeatCall { signer: file.signer }).await? {
            found.push(file);
        } else {
            progress(&format!("note: {} is no seat of the window; its signatures are not used", file.signer));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use alloy::sol_types::{SolCall as _, SolValue as _};
    use serde_json::Value;

    use super::*;
    use crate::fake::{Fake, wait};

    #[test]
    fn signatures_of_one_who_is_no_seat_are_left_out() {
        let seat = |number: u8| Address::repeat_byte(number);
        let fake = Fake::start(move |_, params| {
            let input = alloy::hex::decode(params[0]["input"].as_str()?).ok()?;
            let asked = SignedRow::isSeatCall::abi_decode(&input).ok()?;
            Some(Value::from(alloy::hex::encode_prefixed((asked.signer != seat(2)).abi_encode())))
        });
        let files = [1, 2, 3].map(|number| SignedRows::new(31_337, Address::ZERO, seat(number)));
        let found = wait(async {
            let node = Node::connect(&fake.url).await.unwrap();
            of_seats(&node, Address::ZERO, files.to_vec()).await.unwrap()
        });
        assert_eq!(found.iter().map(|file| file.signer).collect::<Vec<_>>(), [seat(1), seat(3)]);
    }
}
