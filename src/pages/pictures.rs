//! Pictures as SVG text.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width and height of a picture.
pub(super) const SIZE: (u32, u32) = (860, 300);
const BLUE: RGBColor = RGBColor(52, 101, 164);
const RED: RGBColor = RGBColor(190, 40, 40);
const GREY: RGBColor = RGBColor(120, 120, 120);

/// Size of letters, in units of the picture.
const LETTERS: i32 = 15;

pub(super) type Drawn = Result<String, Box<dyn std::error::Error>>;

/// Returns a picture whose letters and axes have the colour of the page's text, light or dark.
pub(super) fn themed(svg: &str) -> String {
    svg.replace("\"#000000\"", "\"currentColor\"")
}

/// Returns the style of letters.
pub(super) fn letters() -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&BLACK)
}

/// A named value, drawn as a line across a distribution.
pub struct Mark {
    /// Name beside the line.
    pub name: String,
    /// Position of the line.
    pub value: f64,
}

/// Returns an amount in few characters, such as 1.2M or 350k.
pub(super) fn short(value: &f64) -> String {
    let (scaled, suffix) = match value.abs() {
        size if size >= 1e9 => (value / 1e9, "B"),
        size if size >= 1e6 => (value / 1e6, "M"),
        size if size >= 1e3 => (value / 1e3, "k"),
        _ => (*value, ""),
    };
    format!("{scaled:.3}").trim_end_matches('0').trim_end_matches('.').to_owned() + suffix
}

/// Returns a picture of a weighted distribution with marks.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn distribution(values: &[(f64, f64)], marks: &[Mark]) -> Drawn {
    const BINS: usize = 48;
    /// Bins that a mark's name takes.
    const NAME: f64 = 8.0;
    let all = || values.iter().map(|(value, _)| *value).chain(marks.iter().map(|mark| mark.value));
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let width = ((high - low) / BINS as f64).max(f64::MIN_POSITIVE);
    let mut counts = [0.0f64; BINS];
    for (value, weight) in values {
        counts[(((value - low) / width) as usize).min(BINS - 1)] += weight;
    }
    let most = counts.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(low..high + width * NAME, 0.0..most * 1.3)?;
        chart
            .configure_mesh()
            .max_light_lines(0)
            .label_style(letters())
            .axis_desc_style(letters())
            .disable_x_mesh()
            .x_desc("loss (a negative loss is a gain)")
            .y_desc("weight")
            .x_label_formatter(&short)
            .y_label_formatter(&short)
            .draw()?;
        let threshold = marks.iter().map(|mark| mark.value).fold(f64::INFINITY, f64::min);
        chart.draw_series(counts.iter().enumerate().map(|(bin, count)| {
            let from = low + width * bin as f64;
            let colour = if from + width > threshold { RED.mix(0.55) } else { BLUE.mix(0.6) };
            Rectangle::new([(from, 0.0), (from + width * 0.92, *count)], colour.filled())
        }))?;
        for (index, mark) in marks.iter().enumerate() {
            let height = most * (1.25 - 0.1 * index as f64);
            chart.draw_series(LineSeries::new([(mark.value, 0.0), (mark.value, height)], RED.stroke_width(2)))?;
            // Beside the line, on the side without another line.
            let to_the_left = mark.value <= threshold && mark.value - low > width * NAME;
            let (side, shift) = if to_the_left { (HPos::Right, -0.25) } else { (HPos::Left, 0.25) };
            let style = letters().pos(Pos::new(side, VPos::Center));
            chart.draw_series([Text::new(mark.name.clone(), (mark.value + width * shift, height), style)])?;
        }
        root.present()?;
    }
    Ok(themed(&svg))
}

/// Returns a picture of named amounts as horizontal bars, in their order.
#[allow(clippy::cast_precision_loss)]
pub fn bars(amounts: &[(String, f64)]) -> Drawn {
    let height = 60 + 20 * u32::try_from(amounts.len())?;
    let low = amounts.iter().map(|(_, value)| *value).fold(0.0, f64::min);
    let high = amounts.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let count = i32::try_from(amounts.len())?;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (SIZE.0, height)).into_drawing_area();
        let name = |row: &SegmentValue<i32>| match row {
            SegmentValue::CenterOf(row) | SegmentValue::Exact(row) => {
                let index = usize::try_from(count - 1 - row).ok();
                index.and_then(|index| amounts.get(index)).map_or(String::new(), |(name, _)| name.clone())
            }
            SegmentValue::Last => String::new(),
        };
        let mut chart = ChartBuilder::on(&root)
            .margin(12)
            .x_label_area_size(28)
            .y_label_area_size(120)
            .build_cartesian_2d(low * 1.05..high * 1.05, (0..count - 1).into_segmented())?;
        chart
            .configure_mesh()
            .max_light_lines(0)
            .label_style(letters())
            .axis_desc_style(letters())
            .disable_y_mesh()
            .y_labels(amounts.len())
            .x_label_formatter(&short)
            .y_label_formatter(&name)
            .draw()?;
        chart.draw_series(amounts.iter().zip((0..count).rev()).map(|((_, value), row)| {
            let colour = if *value > 0.0 { RED.mix(0.55) } else { BLUE.mix(0.6) };
            let mut bar = Rectangle::new(
                [(0.0, SegmentValue::Exact(row)), (*value, SegmentValue::Exact(row + 1))],
                colour.filled(),
            );
            bar.set_margin(3, 3, 0, 0);
            bar
        }))?;
        root.present()?;
    }
    Ok(themed(&svg))
}

/// Returns the name of a day on an axis: its date, or else its number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn named_day(names: &[String], day: f64) -> String {
    match names.get(day.max(0.0) as usize) {
        Some(name) => name.clone(),
        None if names.is_empty() => format!("{day:.0}"),
        None => String::new(),
    }
}

/// Returns a picture of shares over days, a line each, with a line across at 1.
#[allow(clippy::cast_precision_loss)]
pub fn shares(days: &[String], lines: &[(String, Vec<f64>)]) -> Drawn {
    let all = || lines.iter().flat_map(|(_, values)| values.iter().copied());
    let (low, high) = (all().fold(0.0, f64::min), all().fold(1.0, f64::max));
    let colours = [BLUE, RGBColor(200, 110, 20), RGBColor(60, 140, 70), RGBColor(130, 80, 160), GREY];
    let mut svg = String::new();
    {
        let root =
            SVGBackend::with_string(&mut svg, (SIZE.0, SIZE.1 + 24 * u32::try_from(lines.len())?)).into_drawing_area();
        let (above, below) = root.split_vertically(SIZE.1);
        let mut chart = ChartBuilder::on(&above)
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..(days.len().max(2) - 1) as f64, low..high * 1.08)?;
        chart
            .configure_mesh()
            .max_light_lines(0)
            .label_style(letters())
            .disable_x_mesh()
            .x_labels(6)
            .x_label_formatter(&|day| named_day(days, *day))
            .y_label_formatter(&|share| format!("{:.0} %", share * 100.0))
            .draw()?;
        chart.draw_series(LineSeries::new([(0.0, 1.0), (days.len() as f64, 1.0)], RED.stroke_width(1)))?;
        for (at, (name, values)) in lines.iter().enumerate() {
            let colour = colours[at % colours.len()];
            let points: Vec<(f64, f64)> = values.iter().enumerate().map(|(day, value)| (day as f64, *value)).collect();
            chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
            if let [only] = points[..] {
                chart.draw_series([Circle::new(only, 4, colour.filled())])?;
            }
            let row = 24 * i32::try_from(at)?;
            below.draw(&Rectangle::new([(64, row + 4), (84, row + 14)], colour.filled()))?;
            below.draw(&Text::new(name.clone(), (92, row + 2), letters()))?;
        }
        root.present()?;
    }
    Ok(themed(&svg))
}

/// Returns a picture of daily gains, the value at risk stated for each day, and the days on which
/// it was exceeded. `names` are those of the days, or there are none.
#[allow(clippy::cast_precision_loss)]
pub fn record(days: &[(f64, f64)], names: &[String]) -> Drawn {
    let exceeded = |(gain, var): &(f64, f64)| *gain < -*var;
    let values = || days.iter().flat_map(|(gain, var)| [*gain, -*var]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..days.len() as f64, low * 1.05..high.max(0.0) * 1.05 + f64::MIN_POSITIVE)?;
        chart
            .configure_mesh()
            .max_light_lines(0)
            .label_style(letters())
            .axis_desc_style(letters())
            .disable_x_mesh()
            .x_labels(6)
            .x_label_formatter(&|day| named_day(names, *day))
            .y_label_formatter(&short)
            .draw()?;
        let at = |day: usize| day as f64 + 0.5;
        chart.draw_series(days.iter().enumerate().map(|(day, (gain, _))| {
            Rectangle::new([(day as f64 + 0.1, 0.0), (day as f64 + 0.9, *gain)], GREY.mix(0.5).filled())
        }))?;
        let line = days.iter().enumerate().map(|(day, (_, var))| (at(day), -*var));
        chart.draw_series(LineSeries::new(line, BLUE.stroke_width(2)))?;
        let circles = days.iter().enumerate().filter(|(_, day)| exceeded(day));
        chart.draw_series(circles.map(|(day, (gain, _))| Circle::new((at(day), *gain), 4, RED.filled())))?;
        root.present()?;
    }
    Ok(themed(&svg))
}
