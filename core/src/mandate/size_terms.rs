//! What a mandate says of the sizes of exposures: caps on each, and costs that grow with them.

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::{CapProblem, ImpactProblem, Problem};
use crate::fixed_point::{Amount, Unit};
use crate::mandate::caps::{Caps, VolumeShare};
use crate::mandate::clause::Clause;
use crate::mandate::evaluate::ClauseFigure;
use crate::mandate::file::Mandate;
use crate::mandate::impact::{CostCurve, Impact, cost};
use crate::mandate::measure::Measure;
use crate::mandate::named_file::NamedFile;
use crate::positions::Positions;
use crate::scenarios::set::ScenarioSet;
use crate::tree::Scalar;

/// The keys of a mandate's file on the sizes of exposures.
pub(super) struct SizeKeys<'k> {
    pub(super) caps: Option<&'k str>,
    pub(super) days: Option<&'k Scalar>,
    pub(super) participation: Option<&'k Scalar>,
    pub(super) impact: Option<&'k str>,
}

/// What a mandate says of the sizes of exposures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SizeTerms {
    caps: Option<NamedFile<Caps>>,
    share: Option<VolumeShare>,
    impact: Option<NamedFile<Impact>>,
}

impl SizeTerms {
    /// Returns the terms of a file's keys.
    ///
    /// # Errors
    /// A digest that is none; a share of volumes that is out of range, or lacks a part.
    pub(super) fn new(keys: &SizeKeys<'_>) -> Result<Self, Problem> {
        let decimal = |number: Option<&Scalar>| number.map(Scalar::decimal).transpose();
        Ok(Self {
            caps: keys.caps.map(|text| NamedFile::parse(text, CapProblem::Digest)).transpose()?,
            share: VolumeShare::new(decimal(keys.days)?, decimal(keys.participation)?)?,
            impact: keys.impact.map(|text| NamedFile::parse(text, ImpactProblem::Digest)).transpose()?,
        })
    }

    /// Checks that there is a file of caps where a clause is on caps, and a file of costs only
    /// where a clause has a liquidity cost.
    pub(super) fn check(&self, clauses: &[Clause]) -> Result<(), Problem> {
        match (clauses.iter().any(|clause| clause.measure == Measure::Caps), &self.caps, self.share) {
            (true, None, _) => return Err(CapProblem::NoFile.into()),
            (false, Some(_), _) | (false, None, Some(_)) => return Err(CapProblem::Unused.into()),
            _ => {}
        }
        match &self.impact {
            Some(_) if !clauses.iter().any(|clause| clause.liquidity) => Err(ImpactProblem::Unused.into()),
            _ => Ok(()),
        }
    }

    /// Whether costs are those of a file.
    pub(super) fn has_impact(&self) -> bool {
        self.impact.is_some()
    }

    /// The lines of these terms in a mandate's canonical text; none for a mandate without them.
    pub(super) fn canonical_lines(&self) -> String {
        let mut lines = String::new();
        if let Some(caps) = &self.caps {
            lines.push_str(&format!("caps {}", hex::encode(caps.digest(Caps::digest))));
            let share = self.share.iter();
            lines.extend(share.map(|share| format!(" days {} participation {}", share.days, share.participation)));
            lines.push('\n');
        }
        let impact = self.impact.iter();
        lines.extend(impact.map(|impact| format!("impact {}\n", hex::encode(impact.digest(Impact::digest)))));
        lines
    }
}

impl Mandate {
    /// Digest of the file of caps, if a clause is on caps.
    pub fn caps_digest(&self) -> Option<[u8; 32]> {
        self.sizes().caps.as_ref().map(|caps| caps.digest(Caps::digest))
    }

    /// Digest of the file of costs, if the liquidity cost is one that grows with the size of
    /// exposures.
    pub fn impact_digest(&self) -> Option<[u8; 32]> {
        self.sizes().impact.as_ref().map(|impact| impact.digest(Impact::digest))
    }

    /// The file of caps, where [`Mandate::under_caps`] was given it.
    pub fn caps(&self) -> Option<&Caps> {
        self.sizes().caps.as_ref().and_then(NamedFile::known)
    }

    /// The file of costs, where [`Mandate::under_impact`] was given it.
    pub fn impact(&self) -> Option<&Impact> {
        self.sizes().impact.as_ref().and_then(NamedFile::known)
    }

    /// Returns the mandate over a file of caps.
    ///
    /// # Errors
    /// Another file than the mandate names; a mandate that names none; volumes without a share of
    /// them, or a share without volumes.
    pub fn under_caps(self, caps: Caps) -> Result<Self, Problem> {
        let wanted = self.caps_digest().ok_or(CapProblem::NotWanted)?;
        let found = caps.digest();
        if wanted != found {
            let [wanted, found] = [wanted, found].map(hex::encode);
            return Err(CapProblem::OtherFile { wanted, found }.into());
        }
        match (caps.has_volumes(), self.sizes().share) {
            (true, None) => return Err(CapProblem::NoShare.into()),
            (false, Some(_)) => return Err(CapProblem::UnusedShare.into()),
            _ => {}
        }
        Ok(self.with_sizes(|sizes| sizes.caps = Some(NamedFile::Known(caps))))
    }

    /// Returns the mandate over a file of costs.
    ///
    /// # Errors
    /// Another file than the mandate names; a mandate that names none.
    pub fn under_impact(self, impact: Impact) -> Result<Self, Problem> {
        let wanted = self.impact_digest().ok_or(ImpactProblem::NotWanted)?;
        let found = impact.digest();
        if wanted != found {
            let [wanted, found] = [wanted, found].map(hex::encode);
            return Err(ImpactProblem::OtherFile { wanted, found }.into());
        }
        Ok(self.with_sizes(|sizes| sizes.impact = Some(NamedFile::Known(impact))))
    }

    /// Returns the unit that books must have: that of caps and of breakpoints, which are whole
    /// numbers of it. `None` where any unit will do that the mandate accepts.
    pub fn fixed_unit(&self) -> Option<Unit> {
        let sizes = self.sizes();
        (sizes.caps.is_some() || sizes.impact.is_some()).then(|| self.coarsest_unit())
    }

    /// Checks that a book is in the unit of the mandate's caps and breakpoints.
    ///
    /// # Errors
    /// It is in another.
    pub fn check_fixed_unit(&self, unit: Unit) -> Result<(), Problem> {
        match self.fixed_unit().filter(|wanted| *wanted != unit) {
            Some(wanted) => Err(CapProblem::OtherUnit { wanted: wanted.to_string(), found: unit.to_string() }.into()),
            None => Ok(()),
        }
    }

    /// Returns the cap of each factor of a set, in whole units of the mandate's; `None` for a
    /// factor without one, and for every factor where no clause is on caps.
    ///
    /// # Errors
    /// A clause on caps without its file; an exposure without a cap; caps of which none can be
    /// reached.
    pub fn cap_entries(&self, set: &ScenarioSet) -> Result<Vec<Option<i64>>, Problem> {
        let Some(digest) = self.caps_digest() else { return Ok(vec![None; set.factors().len()]) };
        let caps = self.caps().ok_or_else(|| CapProblem::Missing(hex::encode(digest)))?;
        let counts = |column| self.counts(set, column);
        self.check_steps(set, |factor| caps.file().lists(factor))?;
        Ok(caps.entries(set.factors(), counts, self.sizes().share, self.coarsest_unit())?)
    }

    /// Returns the cost of closing a position in each factor of a set: that of the file of costs,
    /// or of the half-spreads, or none.
    ///
    /// # Errors
    /// A mandate without the file of costs that it names; an exposure without a cost; the errors of
    /// [`Mandate::half_spread_entries`].
    pub fn cost_curves(&self, set: &ScenarioSet) -> Result<Vec<CostCurve>, Problem> {
        let Some(digest) = self.impact_digest() else {
            return Ok(self.half_spread_entries(set)?.into_iter().map(CostCurve::flat).collect());
        };
        let impact = self.impact().ok_or_else(|| ImpactProblem::Missing(hex::encode(digest)))?;
        self.check_steps(set, |factor| impact.file().lists(factor))?;
        Ok(impact.curves(set.factors(), |column| self.counts(set, column), self.coarsest_unit())?)
    }

    /// Checks that a file lists every exposure to absolute moves: it is currency per step, and an amount
    /// for the rest is not about it.
    fn check_steps(&self, set: &ScenarioSet, is_listed: impl Fn(&str) -> bool) -> Result<(), CapProblem> {
        let is_step = |column: &usize| self.counts(set, *column) && !set.is_value(*column);
        let steps = (0..set.factors().len()).filter(is_step).map(|column| &set.factors()[column]);
        match steps.into_iter().find(|factor| !is_listed(factor)) {
            Some(factor) => Err(CapProblem::NoRowOfSteps(factor.clone())),
            None => Ok(()),
        }
    }

    /// Returns the cost of closing a book, rounded up to a millionth; `None` where no clause counts
    /// it.
    ///
    /// # Errors
    /// The errors of [`Mandate::cost_curves`]; a book in another unit than that of breakpoints.
    pub fn liquidity_cost(&self, set: &ScenarioSet, positions: &Positions) -> Result<Option<Amount>, Problem> {
        if !self.clauses().iter().any(|clause| clause.liquidity) {
            return Ok(None);
        }
        self.check_fixed_unit(positions.unit())?;
        let cost = cost(&self.cost_curves(set)?, positions);
        Ok(Some(Amount::from_loss(cost.into(), I256::ONE, positions.unit())))
    }

    /// Returns the figure of a clause on caps: the exposure that is furthest beyond its cap, or
    /// nearest to it. `caps` are those of [`Mandate::cap_entries`].
    pub(super) fn evaluate_caps(
        &self,
        clause: &Clause,
        set: &ScenarioSet,
        caps: &[Option<i64>],
        positions: &Positions,
    ) -> ClauseFigure {
        let magnitudes = positions.exposures().iter().map(|exposure| exposure.abs());
        let capped = magnitudes.zip(caps).zip(set.factors());
        let capped = capped.filter_map(|((magnitude, cap), name)| Some((magnitude, (*cap)?, name)));
        let nearest = capped.min_by_key(|(magnitude, cap, _)| cap - magnitude);
        let (magnitude, cap) = nearest.map_or((0, 0), |(magnitude, cap, _)| (magnitude, cap));
        let shown = |units: i64| Amount::from_units(units.into(), positions.unit());
        ClauseFigure {
            clause: clause.clone(),
            largest: None,
            factor: nearest.map(|(.., name)| name.clone()),
            figure: shown(magnitude),
            limit: Some(shown(cap)),
            floor: None,
            below_limit: magnitude <= cap,
            above_floor: true,
        }
    }

    /// Returns how many factors of a set the file of caps lists, in words; nothing without the
    /// file.
    pub fn caps_in_words(&self, set: &ScenarioSet) -> String {
        let words = |caps: &Caps| caps.file().in_words(set.factors(), |column| self.counts(set, column));
        self.caps().map_or(String::new(), words)
    }

    /// Returns how many factors of a set the file of costs lists, in words; nothing without the
    /// file.
    pub fn impact_in_words(&self, set: &ScenarioSet) -> String {
        let words = |impact: &Impact| impact.file().in_words(set.factors(), |column| self.counts(set, column));
        self.impact().map_or(String::new(), words)
    }

    /// Returns the terms on the sizes of exposures in words, a sentence for each.
    pub(super) fn size_sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if let Some(digest) = self.caps_digest() {
            let share = self.sizes().share.map(|share| {
                let percent = (share.participation * Decimal::ONE_HUNDRED).normalize();
                format!(", a volume counting as {} day(s) at {percent} % of it", share.days)
            });
            sentences.push(format!("caps: those of the file {}{}", hex::encode(digest), share.unwrap_or_default()));
        }
        let impact = self.impact_digest();
        sentences.extend(impact.map(|digest| {
            format!(
                "liquidity cost, added to each loss: that of the file {}, which grows with each exposure",
                hex::encode(digest)
            )
        }));
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::generator::Generator;

    const CAPS: &str = "factor,cap,volume\nA,10,\nB,,400\n";
    const COSTS: &str = "factor,rate,above_1,rate_1\nA,0.25,4,0.5\nrest,0.5,,\n";

    fn set() -> ScenarioSet {
        let generator = Generator::Custom { description: "rows".into() };
        let names = ["A", "B"].map(str::to_owned).to_vec();
        let set = ScenarioSet::new(generator, names, vec!["s".into()], None, vec![1], vec![1 << 19, 0]).unwrap();
        set.with_cash(&["cash".to_owned()]).unwrap()
    }

    fn text() -> String {
        let caps = hex::encode(Caps::from_csv("c", CAPS).unwrap().digest());
        let impact = hex::encode(Impact::from_csv("i", COSTS).unwrap().digest());
        format!(
            "name = \"m\"\ncash = [\"cash\"]\ncaps = \"{caps}\"\ncap_days = 2\ncap_participation = 0.01\n\
             impact = \"{impact}\"\n[[clause]]\nmeasure = \"caps\"\n[[clause]]\nmeasure = \"var\"\n\
             confidence = 0.5\nlimit = 100\nliquidity = true\n"
        )
    }

    fn read(text: &str) -> Result<Mandate, String> {
        Mandate::from_toml("m.toml", text).map_err(|error| error.to_string())
    }

    fn mandate() -> Mandate {
        let mandate = read(&text()).unwrap().under_caps(Caps::from_csv("c", CAPS).unwrap()).unwrap();
        mandate.under_impact(Impact::from_csv("i", COSTS).unwrap()).unwrap()
    }

    #[test]
    fn caps_and_costs_are_exact_at_their_last_unit() {
        let figures = |exposures: [i64; 3]| {
            let positions = Positions::new(Unit::CENT, exposures.to_vec(), 0).unwrap();
            let [caps, var] = <[ClauseFigure; 2]>::try_from(mandate().evaluate(&set(), &positions).unwrap()).unwrap();
            let title = caps.title();
            (caps.holds(), title, caps.limit.unwrap().to_string(), var.figure.to_string())
        };
        let of = |name: &str| format!("magnitude of every exposure within its cap; this is \"{name}\"");
        // A loses half of -5.00 less, and costs 4 x 0.25 + 0.5; cash costs nothing and has no cap.
        assert_eq!(figures([-500, 0, 1 << 30]), (true, of("A"), "10.00".into(), "4.00".into()));
        assert_eq!(figures([-1000, 800, 0]), (true, of("A"), "10.00".into(), "13.00".into()));
        assert_eq!(figures([-1000, 801, 0]), (false, of("B"), "8.00".into(), "13.01".into()));
        assert!(!figures([1001, 0, 0]).0);
    }

    #[test]
    fn a_book_in_another_unit_is_refused() {
        let positions = Positions::new(Unit::FINEST, vec![1, 1, 1], 0).unwrap();
        let refused = mandate().evaluate(&set(), &positions).unwrap_err();
        assert!(matches!(refused, Problem::Caps(CapProblem::OtherUnit { .. })), "{refused}");
        assert!(mandate().liquidity_cost(&set(), &positions).is_err());
    }

    #[test]
    fn figures_take_the_files_that_the_mandate_names() {
        let positions = Positions::new(Unit::CENT, vec![1, 1, 1], 0).unwrap();
        let missing = read(&text()).unwrap();
        assert!(missing.evaluate(&set(), &positions).unwrap_err().to_string().contains("impact.csv"));
        let half = missing.clone().under_impact(Impact::from_csv("i", COSTS).unwrap()).unwrap();
        assert!(half.evaluate(&set(), &positions).unwrap_err().to_string().contains("caps.csv"));
        let other = Caps::from_csv("c", &CAPS.replace("10", "11")).unwrap();
        assert!(missing.clone().under_caps(other).unwrap_err().to_string().contains("about the file of caps"));
        let other = Impact::from_csv("i", &COSTS.replace("0.25", "0.2")).unwrap();
        assert!(missing.under_impact(other).unwrap_err().to_string().contains("about the file of costs"));
        assert_eq!(mandate().digest(), read(&text()).unwrap().digest());
    }

    #[test]
    fn keys_that_say_nothing_together_are_refused() {
        let caps = "measure = \"caps\"\n";
        for (from, to, said) in [
            ("cap_days = 2\n", "", "go together"),
            ("cap_days = 2\n", "cap_days = 0\n", "cap_days"),
            (caps, "measure = \"gross\"\nlimit = 1\n", "measure is \"caps\""),
            (caps, "measure = \"caps\"\nlimit = 1\n", "leave limit"),
            (caps, "measure = \"caps\"\nconfidence = 0.5\n", "confidence"),
            ("caps = \"", "caps = \"0", "64 digits in hex"),
            ("impact = \"", "impact = \"0", "64 digits in hex"),
            ("liquidity = true\n", "", "no clause says 'liquidity = true'"),
            ("liquidity = true\n", "liquidity = true\n[liquidity]\nhalf_spread = 0.1\n", "give one of them"),
        ] {
            let error = read(&text().replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(said) && error.starts_with("m.toml"), "{to}: {error}");
        }
        let unnamed = "name = \"m\"\n[[clause]]\nmeasure = \"caps\"\n";
        assert!(read(unnamed).unwrap_err().contains("'caps' is missing"));
        let digest = |mandate: &str| read(mandate).unwrap().digest();
        for (from, to) in [("cap_days = 2", "cap_days = 3"), ("0.01", "0.02")] {
            assert_ne!(digest(&text().replacen(from, to, 1)), digest(&text()), "{to}");
        }
        let no_volumes = Caps::from_csv("c", "factor,cap\nA,1\nB,1\n").unwrap();
        let named = text()
            .replace(&hex::encode(Caps::from_csv("c", CAPS).unwrap().digest()), &hex::encode(no_volumes.digest()));
        let refused = read(&named).unwrap().under_caps(no_volumes).unwrap_err().to_string();
        assert!(refused.contains("no column 'volume'"), "{refused}");
    }
}
