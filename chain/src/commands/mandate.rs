//! `tailproof chain mandate`: what a proof is about, and what it must be bound to.

use alloy::primitives::U256;
use serde_json::json;

use super::session::Session;
use super::{check, plan, window};
use crate::bounds;
use crate::cli::{Common, Kind, MandateCheck, MandateCommand, MandateContext, MandateRung};
use crate::config::Config;
use crate::contracts::{BacktestLedger, RollingWindow};
use crate::deployment::Deployment;
use crate::error::Failure;
use crate::files;
use crate::ladder::{About, amount, millionths};
use crate::output::{progress, result};
use crate::terms::{self, Under};

pub async fn run(common: &Common, command: &MandateCommand) -> Result<(), Failure> {
    match command {
        MandateCommand::Context(options) => context(common, options).await,
        MandateCommand::Rung(options) => rung(common, options),
        MandateCommand::Check(options) => compare(common, options).await,
    }
}

async fn context(common: &Common, options: &MandateContext) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let mandate = session.deployment.mandate(&options.mandate)?;
    let source = session.address(&mandate.window)?;
    let realised = options.kind == Kind::Realised;
    let epoch = if realised {
        let address = session.address(&mandate.backtest)?;
        let call = BacktestLedger::nextCall { entity: options.entity, mandate: mandate.id };
        session.node.view(&mandate.backtest, address, &call).await?
    } else {
        session.node.view(&mandate.window, source, &RollingWindow::newestCall {}).await?.epoch
    };
    let epoch = u64::try_from(epoch).unwrap_or(u64::MAX);
    let rows = session.node.view(&mandate.window, source, &RollingWindow::termsCall {}).await?.rows;
    let context = window::context(&session, mandate, options.entity, epoch, realised).await?;
    let text = format!("0x{context:064x}");
    let slot = epoch % u64::from(rows);
    let date = window::events(&session, &mandate.window).await?;
    let date = date.iter().find(|(row, _)| row.epoch == U256::from(epoch)).map(|(row, _)| date_of(row.period));
    result(common.json, &json!({ "context": text, "epoch": epoch, "slot": slot, "rows": rows, "date": date }), &text);
    Ok(())
}

/// Returns the date of a period of a day.
fn date_of(period: U256) -> String {
    let days = i64::try_from(period).unwrap_or_default();
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days));
    date.map_or_else(|_| format!("period {period}"), |date| date.to_string())
}

fn rung(common: &Common, options: &MandateRung) -> Result<(), Failure> {
    let deployment = Deployment::read(&common.deployment)?;
    let mandate = deployment.mandate(&options.mandate)?;
    let Some(ladder) = &mandate.ladder else {
        return Err(Failure::Usage(format!("mandate \"{}\" has no ladder: prove its own file", options.mandate)));
    };
    let index = match (&options.figure, options.index) {
        (Some(figure), _) => ladder.rung_of(millionths(&figure.replace(',', ""))?)?,
        (None, Some(index)) if index < ladder.rungs => index,
        (None, index) => {
            let most = ladder.rungs - 1;
            return Err(Failure::Usage(format!("rung {}: they are 0 to {most}", index.unwrap_or_default())));
        }
    };
    std::fs::create_dir_all(&options.output).map_err(Failure::writing(&options.output))?;
    for (name, about) in [("forecast", About::Forecast), ("within", About::Within), ("exceeded", About::Exceeded)] {
        files::write(&options.output.join(format!("{name}.toml")), ladder.mandate(about, index).as_bytes())?;
    }
    let (limit, floor) = (ladder.limit(index), ladder.floor(index));
    let line = format!(
        "rung {index}: value at risk from {} to {}; mandates are in {}",
        amount(floor),
        amount(limit),
        options.output.display()
    );
    let (limit, floor) = (crate::ladder::decimal(limit), crate::ladder::decimal(floor));
    result(common.json, &json!({ "rung": index, "limit": limit, "floor": floor }), &line);
    Ok(())
}

async fn compare(common: &Common, options: &MandateCheck) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let config = Config::read(&options.config)?;
    let named = config.mandate.iter().find(|mandate| mandate.name == options.mandate);
    let named = named.ok_or_else(|| {
        Failure::Usage(format!("{} has no [[mandate]] name = \"{}\"", options.config.display(), options.mandate))
    })?;
    let window = config.window.iter().find(|window| window.name == named.window).ok_or_else(|| {
        Failure::Usage(format!("{} has no [[window]] name = \"{}\"", options.config.display(), named.window))
    })?;
    let key = window::key(&window.keys)?;
    let mandate = plan::read_mandate(named)?;
    let under = Under {
        key: tailproof::keys::key_digest(&key).into(),
        shape: key.shape(),
        source: session.address(&named.window)?,
        mandate: &mandate,
    };
    let (terms, _) = terms::terms(named, &under)?;
    let (made, deployed) = (terms::id(&terms), session.deployment.mandate(&options.mandate)?);
    let on_chain = window::terms_of(&session, deployed).await?;
    if made != deployed.id || terms::id(&on_chain) != made {
        return Err(Failure::Refused {
            contract: deployed.ledger.clone(),
            call: "rulesOf".to_owned(),
            reason: format!("the configuration makes mandate {made}, and the deployment has {}", deployed.id),
        });
    }
    check::window(&session, window, &key).await?;
    if let Err(failure) = bounds::mandate(named, key.shape().scenarios(), window.period) {
        progress(&format!("warning: days under it cannot be settled: {failure}"));
    }
    let compared = check::verifier(&session, window, &key).await?;
    let mut done = vec!["its terms, and its window's key, factors, clock, seats and quorum".to_owned()];
    done.extend(compared.done);
    let mut lines =
        vec![format!("mandate {made} on chain is that of {}, its ladder included", options.config.display())];
    lines.extend(done.iter().map(|what| format!("compared: {what}")));
    lines.extend(compared.left_out.iter().map(|what| format!("not compared: {what}")));
    let json = json!({ "mandate": made, "same": true, "compared": done, "not_compared": compared.left_out });
    result(common.json, &json, &lines.join("\n"));
    Ok(())
}
