//! Covers that a vault sold and two classes of capital behind them, day after day, as `CoverBook` settles them.
//!
//! Deposits and redemptions are not here: capital stays from the first day to the last.

use super::BASIS_POINT;
use super::premium::{ONE, Rates};
use super::schedule::{Kind, Layer};
use crate::error::Failure;

/// A class of which less than this part is left is closed.
const DUST: u128 = 1_000_000;

/// What a vault sells, and how its classes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// What a cover pays.
    pub layer: Layer,
    /// Days of a cover.
    pub life: u16,
    /// What it costs.
    pub rates: Rates,
    /// Junior's share of earned premium, in millionths.
    pub junior_premium: u32,
    /// Junior assets are at least this share of all after a sale, in millionths.
    pub junior_least: u32,
}

/// Cover of one first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cover {
    first: u32,
    face: u128,
    daily: u128,
    /// Index from which it pays, and the greatest one so far.
    floor: u64,
    best: u64,
    /// Number of its last day.
    end: usize,
    voids: u128,
    returned: u128,
}

/// A class of capital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Class {
    assets: u128,
    deposited: u128,
    closed: bool,
}

impl Class {
    fn earn(&mut self, amount: u128) -> u128 {
        if self.closed || self.assets == 0 {
            return 0;
        }
        self.assets += amount;
        amount
    }

    fn lose(&mut self, amount: u128) -> u128 {
        let taken = amount.min(self.assets);
        self.assets -= taken;
        self.closed |= taken != 0 && self.assets * DUST <= self.deposited;
        taken
    }
}

/// What a day did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// Premium that was earned.
    pub earned: u128,
    /// What covers were paid.
    pub paid: u128,
}

/// A vault.
#[derive(Debug, Clone)]
pub struct Vault {
    terms: Terms,
    junior: Class,
    senior: Class,
    covers: Vec<Cover>,
    /// The oldest cover that lives, and the first one that has not begun.
    head: usize,
    begun: usize,
    number: usize,
    voids: u128,
    locked: u128,
    daily: u128,
}

impl Vault {
    /// Returns a vault with capital and no cover.
    pub fn new(terms: Terms, junior: u128, senior: u128) -> Self {
        let class = |assets| Class { assets, deposited: assets, closed: false };
        let (junior, senior) = (class(junior), class(senior));
        let covers = Vec::new();
        Self { terms, junior, senior, covers, head: 0, begun: 0, number: 0, voids: 0, locked: 0, daily: 0 }
    }

    /// Returns the assets of junior and of senior.
    pub fn assets(&self) -> (u128, u128) {
        (self.junior.assets, self.senior.assets)
    }

    /// Returns the faces of live cover, less what they were paid.
    pub fn live(&self) -> u128 {
        self.locked
    }

    /// Returns the premium of void days that is owed to buyers.
    pub fn returned(&self) -> u128 {
        let all = self.covers.iter().enumerate();
        all.map(|(at, cover)| {
            let lives = (self.head..self.begun).contains(&at);
            cover.returned + if lives { self.left(cover, cover.daily) * (self.voids - cover.voids) } else { 0 }
        })
        .sum()
    }

    /// Sells cover whose first day is `first`, at a row's ratio. Returns its premium, or `None` where the vault would
    /// return the order: capacity or junior capital is missing.
    ///
    /// # Errors
    /// First days fall, or the premium does not fit.
    pub fn sell(&mut self, first: u32, face: u128, ratio: u16) -> Result<Option<u128>, Failure> {
        let all = self.junior.assets + self.senior.assets;
        let too_little = self.junior.assets * u128::from(ONE) < all * u128::from(self.terms.junior_least);
        if self.locked + face > all || too_little {
            return Ok(None);
        }
        let daily = self.terms.rates.by_day(face, self.locked, all, ratio, self.terms.life)?;
        self.locked += face;
        let unbegun = self.covers.len() > self.begun;
        match self.covers.last_mut() {
            Some(cover) if cover.first > first => {
                return Err(Failure::Usage(format!("cover from day {first} is sold after cover from {}", cover.first)));
            }
            Some(cover) if cover.first == first && unbegun => {
                (cover.face, cover.daily) = (cover.face + face, cover.daily + daily)
            }
            _ => self.covers.push(Cover { first, face, daily, floor: 0, best: 0, end: 0, voids: 0, returned: 0 }),
        }
        Ok(Some(daily * u128::from(self.terms.life)))
    }

    /// Settles the next day: its index, or `None` if it is void; and the index on its eve.
    pub fn settle(&mut self, period: u32, reached: Option<u64>, eve: u64) -> Day {
        self.number += 1;
        if self.covers.get(self.begun).is_some_and(|cover| cover.first == period) {
            self.begin(eve);
        }
        let mut day = Day::default();
        if let Some(reached) = reached {
            day.earned = self.daily;
            self.earn(self.daily);
            if reached > self.attachment() {
                let (paid, early) = self.pay_out(reached);
                self.lose(paid);
                self.earn(early);
                day = Day { earned: day.earned + early, paid };
            }
        } else {
            self.voids += 1;
        }
        if self.head < self.begun && self.covers[self.head].end == self.number {
            self.finish();
        }
        day
    }

    fn begin(&mut self, eve: u64) {
        let mut floor = self.attachment();
        if self.terms.layer.kind == Kind::ValueAtRisk {
            floor = floor.max(eve).min(self.detachment());
        }
        let (end, voids) = (self.number + usize::from(self.terms.life) - 1, self.voids);
        let cover = &mut self.covers[self.begun];
        (cover.floor, cover.best, cover.end, cover.voids) = (floor, floor, end, voids);
        self.daily += cover.daily;
        self.begun += 1;
    }

    fn pay_out(&mut self, reached: u64) -> (u128, u128) {
        let (mut paid, mut early) = (0, 0);
        for at in self.head..self.begun {
            let mut cover = self.covers[at];
            if reached <= cover.best {
                continue;
            }
            let (worth, daily) = (self.left(&cover, cover.face), self.left(&cover, cover.daily));
            cover.returned += daily * (self.voids - cover.voids);
            (cover.voids, cover.best) = (self.voids, reached);
            paid += worth - self.left(&cover, cover.face);
            let less = daily - self.left(&cover, cover.daily);
            early += less * (cover.end - self.number) as u128;
            self.daily -= less;
            self.covers[at] = cover;
        }
        self.locked -= paid;
        (paid, early)
    }

    fn finish(&mut self) {
        let cover = self.covers[self.head];
        let daily = self.left(&cover, cover.daily);
        self.covers[self.head].returned += daily * (self.voids - cover.voids);
        self.daily -= daily;
        self.locked -= self.left(&cover, cover.face);
        self.head += 1;
    }

    /// The share of an amount that is not paid yet.
    fn left(&self, cover: &Cover, amount: u128) -> u128 {
        let span = self.detachment() - self.attachment();
        let left = span - (cover.best.min(self.detachment()) - cover.floor);
        amount * u128::from(left) / u128::from(span)
    }

    fn earn(&mut self, amount: u128) {
        let share = amount * u128::from(self.terms.junior_premium) / u128::from(ONE);
        let left = amount - self.junior.earn(share);
        let left = left - self.senior.earn(left);
        self.junior.earn(left);
    }

    fn lose(&mut self, amount: u128) {
        let taken = self.junior.lose(amount);
        self.senior.lose(amount - taken);
    }

    fn attachment(&self) -> u64 {
        u64::from(self.terms.layer.attachment) * BASIS_POINT
    }

    fn detachment(&self) -> u64 {
        u64::from(self.terms.layer.detachment) * BASIS_POINT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example by hand of docs/src/chain/security.md, to the unit; the contract's test has the same table.
    #[test]
    fn the_example_by_hand() {
        let layer = Layer { kind: Kind::Realised, attachment: 400, detachment: 800 };
        let rates = Rates { base: 20_000, slope: 60_000, steep: 0, kink: 0 };
        let terms = Terms { layer, life: 20, rates, junior_premium: 600_000, junior_least: 100_000 };
        let mut vault = Vault::new(terms, 200_000_000, 800_000_000);
        assert_eq!(vault.sell(101, 250_000_000, 256).unwrap(), Some(6_875_000));
        assert_eq!(vault.settle(100, Some(0), 0), Day::default());
        let after = [
            (200_206_250, 800_137_500, 250_000_000),
            (200_412_500, 800_275_000, 250_000_000),
            (200_618_750, 800_412_500, 250_000_000),
            (200_825_000, 800_550_000, 250_000_000),
            (200_825_000, 800_550_000, 250_000_000),
            (139_253_129, 801_168_753, 187_500_000),
            (139_407_816, 801_271_878, 187_500_000),
            (139_562_503, 801_375_003, 187_500_000),
            (139_717_190, 801_478_128, 187_500_000),
            (15_903_127, 802_268_753, 62_500_000),
            (15_954_689, 802_303_128, 62_500_000),
            (0, 756_531_250, 0),
        ];
        for (day, loss) in (1u32..=20).zip([0, 0, 0, 0, -1, 500, 0, 0, 0, 700, 0, 900, 0, 0, 0, 0, 0, 0, 0, 0]) {
            vault.settle(100 + day, u64::try_from(loss).ok().map(|loss| loss * BASIS_POINT), 0);
            let (junior, senior, live) = after[after.len().min(day as usize) - 1];
            assert_eq!((vault.assets(), vault.live()), ((junior, senior), live), "day {day}");
        }
        assert_eq!(vault.returned(), 343_750);
        assert_eq!(vault.sell(130, 1_000, 256).unwrap(), None, "junior is wiped");
    }
}
