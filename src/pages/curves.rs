//! Pictures of lines over months or over the points of a grid.

use plotters::prelude::*;

use super::pictures::{Drawn, SIZE, letters, short, themed};

/// Colours of lines, in their order.
const COLOURS: [RGBColor; 6] = [
    RGBColor(52, 101, 164),
    RGBColor(200, 110, 20),
    RGBColor(60, 140, 70),
    RGBColor(130, 80, 160),
    RGBColor(190, 40, 40),
    RGBColor(120, 120, 120),
];

/// The numbers of the vertical axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// amounts
    Amount,
    /// shares of one
    Share,
}

/// Returns a picture of lines over named places, with a legend below.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn curves(names: &[String], lines: &[(String, Vec<f64>)], scale: Scale) -> Drawn {
    let all = || lines.iter().flat_map(|(_, values)| values.iter().copied());
    let (low, high) = (all().fold(0.0, f64::min), all().fold(f64::MIN_POSITIVE, f64::max));
    let mut svg = String::new();
    {
        let size = (SIZE.0, SIZE.1 + 24 * u32::try_from(lines.len())?);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let (above, below) = root.split_vertically(SIZE.1);
        let mut chart = ChartBuilder::on(&above)
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(72)
            .build_cartesian_2d(0.0..(names.len().max(2) - 1) as f64, low * 1.08..high * 1.08)?;
        let named = |place: &f64| {
            let at = place.round();
            let is_whole = (place - at).abs() < 1e-9;
            names.get(at.max(0.0) as usize).filter(|_| is_whole).cloned().unwrap_or_default()
        };
        chart
            .configure_mesh()
            .max_light_lines(0)
            .label_style(letters())
            .disable_x_mesh()
            .x_labels(names.len().clamp(2, 8))
            .x_label_formatter(&named)
            .y_label_formatter(&|value: &f64| match scale {
                Scale::Amount => short(value),
                Scale::Share => format!("{:.2} %", value * 100.0),
            })
            .draw()?;
        for (at, (name, values)) in lines.iter().enumerate() {
            let colour = COLOURS[at % COLOURS.len()];
            let points: Vec<(f64, f64)> =
                values.iter().enumerate().map(|(place, value)| (place as f64, *value)).collect();
            chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
            if points.len() <= 12 {
                chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, colour.filled())))?;
            }
            let row = 24 * i32::try_from(at)?;
            below.draw(&Rectangle::new([(64, row + 4), (84, row + 14)], colour.filled()))?;
            below.draw(&Text::new(name.clone(), (92, row + 2), letters()))?;
        }
        root.present()?;
    }
    Ok(themed(&svg))
}
