//! The clause that is nearest to its limit or its floor.

use super::evaluate::ClauseFigure;

/// How near a figure is to a limit or a floor: at 1, it is at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// the share of its limit that the figure is
    Limit(f64),
    /// the share of the figure that its floor is
    Floor(f64),
}

impl Near {
    fn share(self) -> f64 {
        let (Near::Limit(share) | Near::Floor(share)) = self;
        share
    }
}

/// Returns the figure that is nearest to its limit or its floor; `None` if one of them has no
/// share, since its clause may be the nearest: a limit of zero, a floor that is not above zero.
pub fn nearest(figures: &[ClauseFigure]) -> Option<(&ClauseFigure, Near)> {
    let of = |figure| bounds(figure).map(move |bound| Some((figure, bound?)));
    let all: Vec<(&ClauseFigure, Near)> = figures.iter().flat_map(of).collect::<Option<_>>()?;
    all.into_iter().max_by(|(_, one), (_, other)| one.share().total_cmp(&other.share()))
}

/// How near a figure that holds is to its limit and to its floor.
fn bounds(figure: &ClauseFigure) -> impl Iterator<Item = Option<Near>> {
    let limit = figure.limit.map(|_| figure.used().map(Near::Limit));
    let floor = figure.floor.map(|floor| {
        let share = floor.to_f64() / figure.figure.to_f64();
        (floor.millionths() > 0).then_some(Near::Floor(share))
    });
    limit.into_iter().chain(floor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed_point::{Amount, Unit};
    use crate::mandate::{Clause, Limit, Measure};

    /// A figure with a limit and a floor, in currency.
    fn figure(figure: i128, limit: Option<i128>, floor: Option<i128>) -> ClauseFigure {
        let amount = |currency: i128| Amount::from_units(100 * currency, Unit::CENT);
        ClauseFigure {
            clause: Clause::new(Measure::Gross, None, Limit::None),
            factor: None,
            figure: amount(figure),
            limit: limit.map(amount),
            floor: floor.map(amount),
            largest: None,
            below_limit: true,
            above_floor: true,
        }
    }

    #[test]
    fn floors_count_as_limits_do() {
        let [half, floor, band] =
            [figure(50, Some(100), None), figure(100, None, Some(75)), figure(80, Some(100), Some(70))];
        let near = |figures: &[ClauseFigure]| nearest(figures).map(|(_, near)| near);
        assert_eq!(near(&[half.clone(), floor.clone()]), Some(Near::Floor(0.75)));
        assert_eq!(near(&[half.clone(), band.clone(), floor]), Some(Near::Floor(0.875)));
        assert_eq!(near(std::slice::from_ref(&half)), Some(Near::Limit(0.5)));
        // How near these are is no share.
        for other in [figure(-5, Some(0), None), figure(5, None, Some(0)), figure(5, None, Some(-10))] {
            assert_eq!(near(&[half.clone(), band.clone(), other]), None);
        }
        assert_eq!(near(&[]), None);
    }
}
