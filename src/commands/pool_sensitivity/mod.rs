//! `tailproof pool sensitivity`: tranches and notes over grids of assumptions, without a proof.

mod page;
mod table;

use serde_json::{Value, json};
use tailproof::core::pool::Deal;
use tailproof::risk::cashflow::REPRESENTATIVE;
use tailproof::risk::cashflow::sensitivity::{
    Axis, CollateralModel, CreditModel, NotesModel, Point, TrancheModel, TranchePoint, sensitivity,
};
use tailproof::store::{Access, Kind};
use tailproof::{Confidence, InputError};

use super::scenarios::collateral_moves::market;
use crate::cli::PoolSensitivity;
use crate::failure::Failure;
use crate::files;
use crate::flows::{self, Inputs, Pooled};
use crate::options::number;
use crate::output::print_json;
use crate::progress::spin;
use crate::writing;

/// The pool, with assumptions of its payments where they are given.
enum Read {
    Loans(Box<Pooled>),
    Flows(Box<Inputs>),
}

/// What the losses of tranches are.
enum Losses {
    /// None are shown.
    None,
    /// Those of defaults, at this correlation.
    OfDefaults(f64),
    /// Those of collateral, over these moves.
    OfCollateral(String),
}

/// What is shown.
struct Moved<'m> {
    read: &'m Read,
    points: Vec<Point>,
    tranches: Vec<String>,
    notes: Vec<String>,
    losses: Losses,
    /// the confidence of every CVaR, where it is asked for
    confidence: Option<Confidence>,
}

/// Runs `tailproof pool sensitivity`.
pub fn run(options: &PoolSensitivity) -> Result<(), Failure> {
    let outputs: Vec<_> = options.output.iter().map(|path| &**path).collect();
    let mut inputs = vec![&*options.tape, &*options.deal];
    inputs.extend([&options.assumptions, &options.notes].into_iter().flatten().map(|path| &**path));
    inputs.extend(options.moves.source());
    files::refuse_overlap(&outputs, &inputs)?;
    let grids = grids(options)?;
    let read = Read::of(options)?;
    let pooled = read.pooled();
    let of_tape = |problem| InputError::in_file(&options.tape.display().to_string(), problem);
    let confidence = options.confidence.as_deref().map(confidence).transpose()?;
    let (tranches, losses) = tranches(options, pooled, confidence)?;
    let totals = read.flows().map(Inputs::totals).transpose()?;
    let terms = match (&options.notes, read.flows()) {
        (Some(path), Some(inputs)) => Some(inputs.notes(path)?),
        _ => None,
    };
    let notes = match (read.flows(), &totals, &terms) {
        (Some(Inputs { assumptions, block, .. }), Some(pool), Some(terms)) => {
            Some(NotesModel { pool, assumptions, block: *block, terms })
        }
        _ => None,
    };
    let points = spin("moving assumptions", || sensitivity(tranches.as_ref(), notes.as_ref(), &grids));
    let moved = Moved {
        read: &read,
        points: points.map_err(of_tape)?,
        tranches: pooled.deal.tranches().iter().map(|tranche| tranche.name.clone()).collect(),
        notes: terms.iter().flat_map(|terms| terms.notes.iter().map(|note| note.name.clone())).collect(),
        losses,
        confidence,
    };
    if let Some(path) = &options.output {
        writing::write(path, Kind::Page, moved.page()?.as_bytes(), Access::Secret)?;
    }
    if options.json {
        print_json(&moved.json());
    } else if options.csv {
        moved.print_csv();
    } else {
        moved.print();
    }
    Ok(())
}

/// Returns the model of the tranches' losses that options ask for, and what these losses are.
fn tranches(
    options: &PoolSensitivity,
    pooled: &Pooled,
    confidence: Option<Confidence>,
) -> Result<(Option<TrancheModel>, Losses), Failure> {
    let (deal, tape) = (&pooled.deal, &pooled.tape);
    let deal_file = options.deal.display().to_string();
    if let Some(text) = &options.rho {
        let rho = number("rho", text)?;
        refuse_collateral(deal, &deal_file)?;
        let of_tape = |problem| InputError::in_file(&options.tape.display().to_string(), problem);
        let model = CreditModel::new(deal, tape, rho, confidence).map_err(of_tape)?;
        return Ok((Some(TrancheModel::Credit(model)), Losses::OfDefaults(rho)));
    }
    if options.moves.source().is_none() {
        return Ok((None, Losses::None));
    }
    deal.require_collateral().map_err(|problem| InputError::in_file(&deal_file, problem))?;
    let (market, source) = market(&options.moves, &options.reading.tables.options(), deal, &deal_file)?;
    let sentence = market.sentence();
    let model = CollateralModel::new(deal, &pooled.pool, market, confidence);
    let model = model.map_err(|problem| InputError::in_file(&source.display().to_string(), problem))?;
    Ok((Some(TrancheModel::Collateral(Box::new(model))), Losses::OfCollateral(sentence)))
}

/// Reads the confidence of every expected shortfall.
fn confidence(text: &str) -> Result<Confidence, Failure> {
    text.parse().map_err(|problem| Failure::Option { option: "confidence", problem })
}

/// Refuses a correlation for losses that it does not move.
fn refuse_collateral(deal: &Deal, file: &str) -> Result<(), Failure> {
    if deal.collateral().is_none() {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{file}: the deal's losses are bad debt of its [collateral], which no correlation moves: give --prices, --table or \
         --market in place of --rho"
    )))
}

impl Read {
    /// Reads the files that options name.
    fn of(options: &PoolSensitivity) -> Result<Self, Failure> {
        let Some(assumptions) = &options.assumptions else {
            let pooled = Pooled::read(files::deal(&options.deal)?, &options.tape, &options.reading)?;
            return Ok(Read::Loans(Box::new(pooled)));
        };
        let pooled = Pooled::read(flows::deal(&options.deal)?, &options.tape, &options.reading)?;
        Ok(Read::Flows(Box::new(Inputs::under(pooled, assumptions, options.block.as_deref())?)))
    }

    fn pooled(&self) -> &Pooled {
        match self {
            Read::Loans(pooled) => pooled,
            Read::Flows(inputs) => &inputs.pooled,
        }
    }

    fn flows(&self) -> Option<&Inputs> {
        match self {
            Read::Loans(_) => None,
            Read::Flows(inputs) => Some(inputs),
        }
    }

    /// Returns the first facts of the table, by name and value.
    fn head(&self) -> Vec<(&'static str, String)> {
        match self {
            Read::Loans(pooled) => vec![("deal", pooled.deal.name().to_owned())],
            Read::Flows(inputs) => inputs.head(),
        }
    }
}

/// Returns the values of each grid.
fn grids(options: &PoolSensitivity) -> Result<Vec<(Axis, Vec<f64>)>, Failure> {
    let grids = &options.grids;
    let given = |axis: Axis| match axis {
        Axis::DefaultRate => ("default-rates", &grids.default_rates),
        Axis::Correlation => ("correlations", &grids.correlations),
        Axis::Recovery => ("recoveries", &grids.recoveries),
        Axis::Prepayment => ("prepayments", &grids.prepayments),
        Axis::InterestRate => ("interest-rates", &grids.interest_rates),
        Axis::Volatility => ("volatilities", &grids.volatilities),
    };
    let grid = |axis: Axis| -> Result<(Axis, Vec<f64>), Failure> {
        let (option, texts) = given(axis);
        let mut values = Vec::new();
        for text in texts {
            let value = number(option, text)?;
            axis.check(value).map_err(|problem| Failure::Option { option, problem })?;
            values.push(value);
        }
        Ok((axis, if values.is_empty() { axis.usual().to_vec() } else { values }))
    };
    Axis::ALL.into_iter().map(grid).collect()
}

/// Figures of a tranche or a note at a point: a row of the table.
struct Row<'r> {
    point: &'r Point,
    name: &'r str,
    /// those of a tranche
    tranche: Option<TranchePoint>,
    /// principal not paid, average life, yield at par and value of a note
    note: Option<[Option<f64>; 4]>,
}

impl Moved<'_> {
    /// Returns the rows of the table: assumption by assumption, value by value, tranches before
    /// notes. An assumption without a part in a figure has no rows of it.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        for point in &self.points {
            for (name, figures) in self.tranches.iter().zip(point.tranches.iter().flatten()) {
                rows.push(Row { point, name, tranche: Some(*figures), note: None });
            }
            for (name, note) in self.notes.iter().zip(point.notes.iter().flatten()) {
                let note = Some([Some(note.unpaid), note.average_life, note.yield_at_par, note.value]);
                rows.push(Row { point, name, tranche: None, note });
            }
        }
        rows
    }

    fn json(&self) -> Value {
        let row = |row: &Row<'_>| {
            let mut found = json!({
                "assumption": row.point.axis.name(),
                "value": row.point.value,
            });
            if let Some(TranchePoint { expected_loss, hit, cvar }) = row.tranche {
                found["tranche"] = json!(row.name);
                found["cvar"] = json!(cvar);
                found["expected_loss"] = json!(expected_loss);
                found["hit"] = json!(hit);
            }
            if let Some([unpaid, average_life, yield_at_par, value]) = row.note {
                found["note"] = json!(row.name);
                found["unpaid"] = json!(unpaid);
                found["average_life"] = json!(average_life);
                found["yield_at_par"] = json!(yield_at_par);
                found["value_of_balance"] = json!(value);
            }
            found
        };
        let (rho, moves) = match &self.losses {
            Losses::None => (None, None),
            Losses::OfDefaults(rho) => (Some(rho), None),
            Losses::OfCollateral(moves) => (None, Some(moves)),
        };
        let flows = self.read.flows();
        json!({
            "note": flows.map(|_| REPRESENTATIVE),
            "deal": self.read.pooled().deal.name(),
            "assumptions": flows.map(|inputs| hex::encode(inputs.assumptions.digest())),
            "block": flows.map(Inputs::block_name),
            "rho": rho,
            "moves": moves,
            "confidence": self.confidence.map(|confidence| confidence.to_decimal().to_string()),
            "rows": self.rows().iter().map(row).collect::<Vec<_>>(),
        })
    }
}
