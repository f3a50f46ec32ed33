//! The public part of a committed tape: its unit, its columns, and the names behind the codes of
//! grades, sectors and regions.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::error::{Problem, TapeProblem};
use crate::fixed_point::Unit;
pub use crate::pool::columns::{
    Category, Column, DEFAULTED, Field, MAX_GRADES, MAX_REGIONS, MAX_SECTORS, SHARE_BITS, SPARE_BITS, SPARE_NUMBERS,
    SpareNumber, WHOLE,
};
use crate::pool::tape::{Loan, Status};
use crate::pool::tape_terms::TapeTerms;
use crate::text::{check_printable, shortened};

/// How a tape becomes integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapeSchema {
    unit: Unit,
    columns: BTreeSet<Column>,
    names: [Vec<String>; 3],
    terms: Option<TapeTerms>,
}

impl TapeSchema {
    /// Returns a schema of version 1, which says nothing about what the tape's words and numbers
    /// mean: figures can be about it, a commitment cannot. `names` are those of grades, sectors and
    /// regions, in the order of their codes.
    ///
    /// # Errors
    /// A unit below a cent; names where the column is not there, or none where it is; a name twice;
    /// too many.
    pub fn new(unit: Unit, columns: BTreeSet<Column>, names: [Vec<String>; 3]) -> Result<Self, Problem> {
        if !unit.millionths().is_multiple_of(Unit::CENT.millionths()) {
            return Err(Problem::UnitBelowCent(unit.to_decimal()));
        }
        for (category, names) in Category::ALL.iter().zip(&names) {
            let (column, most) = (category.column(), category.most());
            if names.is_empty() == columns.contains(&column) {
                return Err(Problem::NamesAndColumn(column.name()));
            }
            if names.len() > most {
                let (what, value) = (format!("the number of {}s", column.name()), names.len().to_string());
                return Err(Problem::OutOfRange { what, value, range: format!("1 to {most}") });
            }
            let mut seen = BTreeSet::new();
            for name in names {
                check_printable(name)?;
                if name.trim().is_empty() {
                    return Err(Problem::EmptyName);
                }
                if !seen.insert(name) {
                    return Err(Problem::DuplicateName(name.clone()));
                }
            }
        }
        Ok(Self { unit, columns, names, terms: None })
    }

    /// Returns the schema with the terms of version 2.
    ///
    /// # Errors
    /// Terms that do not fit the columns and grades, or each other.
    pub fn with_terms(self, terms: TapeTerms) -> Result<Self, Problem> {
        terms.check(&self.columns, self.names(Category::Grade))?;
        Ok(Self { terms: Some(terms), ..self })
    }

    /// Returns the schema of a tape of another date.
    ///
    /// # Errors
    /// A schema of version 1.
    pub fn at(&self, cut_off: Date) -> Result<Self, Problem> {
        let terms = TapeTerms { cut_off, ..self.require_terms()?.clone() };
        Ok(Self { terms: Some(terms), ..self.clone() })
    }

    /// Returns the terms of version 2; `None` in a schema of version 1.
    pub fn terms(&self) -> Option<&TapeTerms> {
        self.terms.as_ref()
    }

    /// Returns the terms of version 2.
    ///
    /// # Errors
    /// A schema of version 1. The error has the lines to add.
    pub fn require_terms(&self) -> Result<&TapeTerms, Problem> {
        let lines = || TapeProblem::Version1(TapeTerms::lines_to_add(&self.columns));
        Ok(self.terms.as_ref().ok_or_else(lines)?)
    }

    /// Returns an id in the schema's canonical form.
    pub fn canonical_id(&self, id: &str) -> String {
        let form = self.terms.as_ref().and_then(|terms| terms.ids);
        form.map_or_else(|| id.to_owned(), |form| form.canonical(id))
    }

    /// Returns the value of a balance of 1.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Returns the spare numbers; none in a schema of version 1.
    pub fn numbers(&self) -> &[SpareNumber] {
        self.terms.as_ref().map_or(&[], |terms| &terms.numbers)
    }

    /// Whether a loan is of the pool: something is owed on it, and it is not paid, and it is not in
    /// default unless the schema has a grade for that.
    pub fn holds(&self, loan: &Loan) -> bool {
        let stays = loan.balance > 0 && loan.status == Some(Status::Default) && self.defaulted().is_some();
        stays || loan.is_in_pool()
    }

    /// Whether every loan has this number.
    pub fn has_number(&self, field: Field) -> bool {
        match (field.column(), field.spare()) {
            (Some(column), _) => self.has(column),
            (None, spare) => spare.is_some_and(|index| index < self.numbers().len()),
        }
    }

    /// Returns the name of a number: that of its column, or of the spare number.
    pub fn number_name(&self, field: Field) -> &str {
        match field.column() {
            Some(column) => column.name(),
            None => field.spare().and_then(|index| self.numbers().get(index)).map_or("", |number| &number.name),
        }
    }

    /// Returns the number of a name, among those that tapes can have and the spare ones.
    pub fn number(&self, name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| !name.is_empty() && self.number_name(*field) == name)
    }

    /// Returns the step of a number as people write it.
    pub fn step(&self, field: Field) -> Decimal {
        let spare = field.spare().and_then(|index| self.numbers().get(index));
        spare.map_or_else(|| Decimal::new(1, field.decimals()), |number| number.step)
    }

    /// Returns the code of the grade of loans in default that stay in the pool, where there is one.
    pub fn defaulted(&self) -> Option<u8> {
        let code = self.names(Category::Grade).iter().position(|grade| grade == DEFAULTED)?;
        self.terms.as_ref().and(u8::try_from(code).ok())
    }

    /// Whether every loan has this column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// The names of a category, in the order of their codes.
    pub fn names(&self, category: Category) -> &[String] {
        &self.names[category as usize]
    }

    /// The code of what a loan has in a column of names; 0 where the tape has no such column.
    ///
    /// # Errors
    /// No name in a column that the tape has, or one that it does not list.
    pub fn code_of_loan(&self, category: Category, name: Option<&str>) -> Result<u8, Problem> {
        if !self.has(category.column()) {
            return Ok(0);
        }
        let missing = || Problem::NoValue(category.column().name().to_owned());
        self.code(category, name.ok_or_else(missing)?)
    }

    /// The code of a name.
    ///
    /// # Errors
    /// No such name, or no column of such names.
    pub fn code(&self, category: Category, name: &str) -> Result<u8, Problem> {
        let column = category.column().name();
        if !self.has(category.column()) {
            return Err(Problem::NoSuchColumn { column, name: name.to_owned() });
        }
        let names = self.names(category);
        let found = names.iter().position(|known| known == name).and_then(|code| u8::try_from(code).ok());
        found.ok_or_else(|| Problem::UnknownName { column, name: name.to_owned(), known: shortened(names) })
    }

    /// SHA-256 over the lines of the schema, which the book's chapter "Pool schema, version 2" has:
    /// what a commitment is about. A schema of version 1 has another digest, under which nothing is
    /// committed.
    pub fn digest(&self) -> [u8; 32] {
        let Some(lines) = self.lines() else {
            let json = serde_json::json!([self.unit.to_string(), self.columns, self.names]);
            return Sha256::new().chain_update("tailproof/tape/v1").chain_update(json.to_string()).finalize().into();
        };
        Sha256::new().chain_update("tailproof/tape/v2\n").chain_update(lines.join("\n")).finalize().into()
    }

    /// Returns the lines under the digest of a schema of version 2.
    fn lines(&self) -> Option<Vec<String>> {
        let terms = self.terms.as_ref()?;
        let list = |names: &[&str]| serde_json::Value::from(names).to_string();
        let columns = Column::ALL.into_iter().filter(|column| self.has(*column)).map(Column::name);
        let mut lines = vec![format!("unit {}", self.unit.to_decimal().normalize())];
        lines.extend(terms.head_lines());
        lines.push(format!("columns {}", list(&columns.collect::<Vec<_>>())));
        for (category, names) in Category::ALL.iter().zip(&self.names) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            lines.push(format!("{}s {}", category.column().name(), list(&names)));
        }
        lines.extend(terms.lines(self.names(Category::Grade)));
        Some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Deal;

    /// The example of the book's chapter.
    const TAPE: &str = include_str!("deal_file/example_tape.toml");

    fn schema(text: &str) -> Result<TapeSchema, String> {
        let claims = "name = \"d\"\n[claims]\nloans_min = 1\n";
        let deal = Deal::from_toml("d.toml", &format!("{claims}{text}")).map_err(|error| error.to_string())?;
        Ok(deal.require_schema().map_err(|error| error.to_string())?.clone())
    }

    #[test]
    fn the_lines_are_those_of_the_chapter() {
        let expected = [
            "unit 0.01",
            "cut_off 2024-03-31",
            "currency \"EUR\" leave-out",
            "rounding refuse",
            "columns [\"rate\",\"ltv\",\"term\",\"grade\",\"region\",\"obligor\",\"status\",\"collateral\"]",
            "grades [\"A\",\"B\"]",
            "sectors []",
            "regions [\"DE3\",\"FRL\"]",
            "scale rate percent",
            "scale ltv fraction",
            "status \"ARRE\" delinquent",
            "status \"DFLT\" default",
            "status \"PERF\" current",
            "status \"RDMD\" paid",
            "bands number \"ltv\"",
            "band \"A\" 0 6000",
            "band \"B\" 6001 10000",
            "ids upper remove remove keep",
            "number \"seasoning\" 1",
        ];
        let found = schema(TAPE).unwrap();
        assert_eq!(found.lines().unwrap(), expected);
        let digest = Sha256::digest(format!("tailproof/tape/v2\n{}", expected.join("\n")));
        assert_eq!(found.digest()[..], digest[..]);
        assert_eq!(hex::encode(found.digest()), DIGEST);
    }

    /// `sha256sum` of the domain and the lines above.
    const DIGEST: &str = "0c7b3c993c0aeaf731988177622f66a87a585cb2cae07b758cf5dae25d608fa5";

    /// Assets add lines behind those of the bands, and change none. With them bands may overlap.
    #[test]
    fn assets_of_grades_are_under_the_digest() {
        let with = |assets: &str, limits: &str| {
            let text = TAPE.replace("B = [60.01, 100]", &format!("B = {limits}"));
            schema(&text.replace("[tape.ids]", &format!("[tape.bands.grade.assets]\n{assets}\n[tape.ids]")))
        };
        let two = with("A = \"BTC\"\nB = \"ETH\"", "[0, 100]").unwrap();
        let mut expected = schema(&TAPE.replace("60.01", "95")).unwrap().lines().unwrap();
        let place = expected.iter().position(|line| line.starts_with("band \"B\"")).unwrap();
        expected[place] = "band \"B\" 0 10000".into();
        expected.splice(place + 1..place + 1, ["asset \"A\" \"BTC\"", "asset \"B\" \"ETH\""].map(str::to_owned));
        assert_eq!(two.lines().unwrap(), expected);
        let terms = two.terms().unwrap();
        assert_eq!(
            [("BTC", 3_000), ("ETH", 3_000)].map(|(asset, ltv)| terms.grade_of_asset(asset, ltv)),
            [Some(0), Some(1)]
        );
        assert_eq!([("BTC", 6_001), ("ADA", 10)].map(|(asset, ltv)| terms.grade_of_asset(asset, ltv)), [None, None]);
        let one = with("A = \"BTC\"\nB = \"BTC\"", "[0, 100]").unwrap_err();
        assert!(one.contains("overlap, and both are of 'BTC'"), "{one}");
        let apart = with("A = \"BTC\"\nB = \"BTC\"", "[60.01, 100]").unwrap();
        assert_ne!(apart.digest(), schema(TAPE).unwrap().digest());
        let lacking = with("A = \"BTC\"", "[60.01, 100]").unwrap_err();
        assert!(lacking.contains("grade 'B' has no asset"), "{lacking}");
        let column = TAPE.replace("number = \"ltv\"", "column = \"ltv\"\nassets = { A = \"X\", B = \"Y\" }");
        let column = schema(&column).unwrap_err();
        assert!(column.contains("'ltv' is a column that is not committed"), "{column}");
    }

    /// Whoever changes what a word or a number means changes the digest.
    #[test]
    fn every_term_moves_the_digest() {
        let base = schema(TAPE).unwrap().digest();
        for (from, to) in [
            ("2024-03-31", "2025-12-31"),
            ("\"EUR\"", "\"GBP\""),
            ("other_currencies = \"leave-out\"", "other_currencies = \"refuse\""),
            ("unit = 0.01", "unit = 1"),
            ("rounding = \"refuse\"", "rounding = \"down\""),
            ("\"collateral\", ", ""),
            ("[\"A\", \"B\"]", "[\"B\", \"A\"]"),
            ("rate = \"percent\"", "rate = \"fraction\""),
            ("current = [\"PERF\"]\ndelinquent = [\"ARRE\"]", "current = [\"PERF\", \"ARRE\"]"),
            ("60.01", "60.02"),
            ("number = \"ltv\"", "number = \"rate\""),
            ("number = \"ltv\"", "column = \"ltv\""),
            ("leading_zeros = \"keep\"", "leading_zeros = \"remove\""),
            ("step = 1", "step = 2"),
            ("seasoning", "age"),
        ] {
            assert!(TAPE.contains(from), "{from}");
            assert_ne!(schema(&TAPE.replacen(from, to, 1)).unwrap().digest(), base, "{to}");
        }
        let spelled = TAPE.replace("60.01", "\"60.010\"").replace("step = 1", "step = 1.0");
        assert_eq!(schema(&spelled).unwrap().digest(), base, "one number has one digest");
    }

    #[test]
    fn terms_that_do_not_go_together_are_refused() {
        for (from, to, said) in [
            ("version = 2", "version = 3", "version 3"),
            ("version = 2\n", "", "'cut_off' is a field of version 2"),
            ("cut_off = \"2024-03-31\"", "", "needs 'cut_off'"),
            ("\"2024-03-31\"", "\"31.03.2024\"", "is not a date"),
            ("currency = \"EUR\"", "", "needs 'currency'"),
            ("\"EUR\"", "\"Euro\"", "three capital letters"),
            ("\"leave-out\"", "\"convert\"", "convert"),
            ("\"refuse\"", "\"nearest\"", "nearest"),
            ("ltv = \"fraction\"\n", "", "[tape.scale]"),
            ("ltv = \"fraction\"", "ltv = \"bp\"", "bp"),
            ("ltv = \"fraction\"", "ltv = \"fraction\"\nterm = \"percent\"", "term"),
            ("[\"ARRE\"]", "[\"ARRE\", \"PERF\"]", "'PERF' stands under two statuses"),
            ("[tape.ids]", "[tape.days_past_due]\ngrace = 1\ndelinquent = 30\ndefault = 90\n[tape.ids]", "not both"),
            ("B = [60.01, 100]", "B = [60, 100]", "overlap"),
            ("B = [60.01, 100]", "B = [100, 60.01]", "ends before it begins"),
            (", B = [60.01, 100]", "", "grade 'B' has no band"),
            ("B = [60.01, 100]", "B = [60.01, 100], C = [101, 102]", "grade 'C'"),
            ("60.01", "60.001", "steps of 0.01"),
            ("100]", "200]", "above the largest ltv, 163.83"),
            ("number = \"ltv\"", "number = \"seasoning\"", "steps of 1"),
            ("number = \"ltv\"", "number = \"spread\"", "not a committed number"),
            ("\"obligor\", \"collateral\"", "\"obligor\"", ""),
            ("case = \"upper\"", "case = \"lower\"", "lower"),
            ("seasoning", "Seasoning", "not a name of a spare number"),
            ("seasoning", "rate", "not a name of a spare number"),
            ("step = 1", "step = 0", "not above 0"),
            ("grades = [\"A\", \"B\"]", "grades = [\"A\", \"B\", \"defaulted\"]", ""),
            ("B = [60.01, 100]", "B = [60.01, 100], defaulted = [101, 102]", "'defaulted' has no band"),
        ] {
            assert!(TAPE.contains(from), "{from}");
            match schema(&TAPE.replacen(from, to, 1)) {
                Err(error) => assert!(!said.is_empty() && error.contains(said), "{to}: {error}"),
                Ok(_) => assert!(said.is_empty(), "{to} is read"),
            }
        }
        let start = TAPE.find("[tape.ids]").unwrap();
        let end = TAPE.find("[[tape.numbers]]").unwrap();
        let error = schema(&format!("{}{}", &TAPE[..start], &TAPE[end..])).unwrap_err();
        assert!(error.contains("needs [tape.ids]"), "{error}");
    }

    #[test]
    fn a_schema_of_version_1_names_the_lines_to_add() {
        let old = "[tape]\ncolumns = [\"rate\", \"status\"]\n";
        let old = schema(old).unwrap();
        let error = old.require_terms().unwrap_err().to_string();
        for line in
            ["version = 2", "cut_off = \"YYYY-MM-DD\"", "currency = \"EUR\"", "rate = \"percent\"", "paid = [\"paid\"]"]
        {
            assert!(error.contains(line), "{error}");
        }
    }
}
