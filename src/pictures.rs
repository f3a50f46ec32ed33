//! Pictures as SVG text.

use plotters::prelude::*;

/// Width and height of a picture.
const SIZE: (u32, u32) = (860, 300);
const BLUE: RGBColor = RGBColor(52, 101, 164);
const RED: RGBColor = RGBColor(190, 40, 40);
const GREY: RGBColor = RGBColor(120, 120, 120);

type Drawn = Result<String, Box<dyn std::error::Error>>;

/// A named value, drawn as a line across a distribution.
pub struct Mark {
    /// Name beside the line.
    pub name: String,
    /// Position of the line.
    pub value: f64,
}

/// Returns an amount in few characters, such as 1.2M or 350k.
fn short(value: &f64) -> String {
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
            .x_label_area_size(36)
            .y_label_area_size(56)
            .build_cartesian_2d(low..high + width, 0.0..most * 1.15)?;
        chart
            .configure_mesh()
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
            chart.draw_series(LineSeries::new([(mark.value, 0.0), (mark.value, most * 1.1)], RED.stroke_width(2)))?;
            let place = (mark.value + width * 0.2, most * (1.12 - 0.09 * index as f64));
            chart.draw_series([Text::new(mark.name.clone(), place, ("sans-serif", 14).into_font())])?;
        }
        root.present()?;
    }
    Ok(svg)
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
    Ok(svg)
}

/// Returns a picture of daily gains, the value at risk stated for each day, and the days on which
/// it was exceeded.
#[allow(clippy::cast_precision_loss)]
pub fn record(days: &[(f64, f64)]) -> Drawn {
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
            .disable_x_mesh()
            .x_desc("day")
            .x_label_formatter(&|day| format!("{day:.0}"))
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
    Ok(svg)
}
