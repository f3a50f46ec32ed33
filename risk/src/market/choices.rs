//! Tables of choices: `factor,move[,step]` and `factor,currency`.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use tailproof_core::error::{InputError, Problem};
use tailproof_core::prices::{Step, WantedMoves};
use tailproof_core::text::parse_decimal;

/// Most bytes of such a table.
const MOST_BYTES: u64 = 16 << 20;

/// Reads the kinds of moves of factors: `factor,move` and perhaps `step`, where the move is
/// `relative`, `log` or `absolute`.
///
/// # Errors
/// Another header; a factor without a name or named twice; another kind; a step that is no power of
/// ten, or of moves that have none. The error names row and column.
pub fn read_moves(file: &str, input: impl Read) -> Result<BTreeMap<String, WantedMoves>, InputError> {
    let rows = rows(file, input, &["factor", "move"], Some("step"))?;
    let mut moves = BTreeMap::new();
    for (line, cells) in rows {
        let at = |column: &str, problem| InputError::in_cell(file, line, column, problem);
        let [factor, kind, step] = cells;
        let step = match &*step {
            "" => None,
            text => Some(parse_decimal(text).and_then(Step::from_decimal).map_err(|problem| at("step", problem))?),
        };
        let wanted = match (&*kind.to_lowercase(), step) {
            ("relative", None) => WantedMoves::Relative,
            ("log", None) => WantedMoves::Log,
            ("absolute", step) => WantedMoves::Absolute(step),
            ("relative" | "log", Some(_)) => {
                let problem = Problem::Syntax("only absolute moves have a step: leave it out".into());
                return Err(at("step", problem));
            }
            _ => {
                let problem = format!("'{kind}' is no kind of move: write relative, log or absolute");
                return Err(at("move", Problem::Syntax(problem)));
            }
        };
        moves.insert(factor, wanted);
    }
    Ok(moves)
}

/// Reads the currency of each factor: `factor,currency`.
///
/// # Errors
/// Another header; a factor or a currency without a name, or a factor named twice.
pub fn read_currencies(file: &str, input: impl Read) -> Result<BTreeMap<String, String>, InputError> {
    let rows = rows(file, input, &["factor", "currency"], None)?;
    let mut currencies = BTreeMap::new();
    for (line, [factor, currency, _]) in rows {
        if currency.is_empty() {
            return Err(InputError::in_cell(file, line, "currency", Problem::MissingValue));
        }
        currencies.insert(factor, currency);
    }
    Ok(currencies)
}

/// Returns the rows of a table with two columns and perhaps a third.
fn rows(
    file: &str,
    input: impl Read,
    columns: &[&str; 2],
    third: Option<&str>,
) -> Result<Vec<(u64, [String; 3])>, InputError> {
    let mut text = String::new();
    let read = input.take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| InputError::in_file(file, Problem::Io(error.to_string())))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let syntax = |error: csv::Error| InputError::in_file(file, Problem::Syntax(error.to_string()));
    let header: Vec<String> = reader.headers().map_err(syntax)?.iter().map(str::to_owned).collect();
    let names: Vec<String> = header.iter().map(|name| name.to_lowercase()).collect();
    let fits = names.len() >= 2 && names[..2] == columns[..] && names.len() <= 2 + usize::from(third.is_some());
    if !fits || names.get(2).is_some_and(|name| Some(&**name) != third) {
        let expected = columns.iter().copied().chain(third).collect::<Vec<_>>().join(",");
        let problem = Problem::Header { found: format!("'{}'", header.join(",")), expected };
        return Err(InputError::in_row(file, 1, problem));
    }
    let mut seen = HashSet::new();
    let mut found: Vec<(u64, [String; 3])> = Vec::new();
    for cells in reader.records() {
        let cells = cells.map_err(syntax)?;
        let line = cells.position().map_or(0, csv::Position::line);
        let cell = |place: usize| cells.get(place).unwrap_or_default().to_owned();
        let factor = cell(0);
        let problem = match factor.is_empty() {
            true => Some(Problem::EmptyName),
            false if !seen.insert(factor.clone()) => Some(Problem::DuplicateName(factor.clone())),
            false => None,
        };
        if let Some(problem) = problem {
            return Err(InputError::in_cell(file, line, columns[0], problem));
        }
        found.push((line, [factor, cell(1), cell(2)]));
    }
    Ok(found)
}
