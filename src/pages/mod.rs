//! Pages as HTML: one file, without scripts, and with nothing from elsewhere.

pub mod curves;
pub mod pictures;

use maud::{Markup, PreEscaped, html};

use crate::failure::Failure;

const STYLE: &str = include_str!("page.css");

/// Returns a page.
pub fn page(title: &str, body: &Markup) -> String {
    let markup = html! {
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                (body)
            }
        }
    };
    // By these words files of this kind are known again.
    format!("<!DOCTYPE html>\n{}", markup.into_string())
}

/// Returns a table of names and what is said of each.
pub fn facts<'a>(rows: impl IntoIterator<Item = (&'a str, Markup)>) -> Markup {
    html! {
        table.facts {
            @for (name, value) in rows {
                tr { th { (name) } td { (value) } }
            }
        }
    }
}

/// Returns a digest, or another long text for machines.
pub fn code(text: &str) -> Markup {
    html! { code { (text) } }
}

/// Returns a bar that is filled to a share of its width, red where it is `over`.
pub fn bar(share: f64, over: bool) -> Markup {
    let width = format!("width:{:.1}%", share.clamp(0.0, 1.0) * 100.0);
    html! { div.bar { div.over[over] style=(width) {} } }
}

/// Returns a bar from zero to a signed amount, where zero stands at `zero` of the width, and the
/// whole width is `span`.
pub fn signed_bar(amount: f64, zero: f64, span: f64) -> Markup {
    let (left, width) = if amount < 0.0 { (zero + amount / span, -amount / span) } else { (zero, amount / span) };
    let style = format!("left:{:.2}%;width:{:.2}%", left * 100.0, width * 100.0);
    html! { div.bar { div.over[amount > 0.0] style=(style) {} } }
}

/// Returns the picture, or its error as a failure.
pub fn drawn(picture: Result<String, Box<dyn std::error::Error>>) -> Result<Markup, Failure> {
    let svg = picture.map_err(|_| Failure::Defect("a picture could not be drawn"))?;
    Ok(html! { div.picture { (PreEscaped(svg)) } })
}

/// Returns text escaped for use between tags.
pub fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}

/// Returns a list of sentences.
pub fn list<S: AsRef<str>>(sentences: impl IntoIterator<Item = S>) -> Markup {
    html! { ul { @for sentence in sentences { li { (sentence.as_ref()) } } } }
}

/// Returns the commands with which something is done again.
pub fn commands(lines: &[String]) -> Markup {
    html! { pre { (lines.join("\n")) } }
}
