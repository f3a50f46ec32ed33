//! Text of a file in an error about it: short, and without characters that a terminal obeys.

use std::fmt;

/// Most characters of a cell or a name that an error shows.
const MOST: usize = 80;
/// Most characters of a message that another library made, and that may quote a file.
const MOST_OF_MESSAGE: usize = 400;

/// A text as an error shows it.
struct Shown<'t> {
    text: &'t str,
    most: usize,
}

/// Returns a cell or a name as an error shows it: at most 80 characters, with escapes for those that
/// are not seen or that a terminal obeys.
pub fn echo(text: &str) -> impl fmt::Display + '_ {
    Shown { text, most: MOST }
}

/// Returns a message as an error shows it: at most 400 characters, its beginning and its end, with
/// the same escapes.
pub fn clipped(text: &str) -> impl fmt::Display + '_ {
    Shown { text, most: MOST_OF_MESSAGE }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Counted only as far as it matters: a cell may have millions of characters.
        let Some((end, _)) = self.text.char_indices().nth(self.most) else {
            return visible(self.text, formatter);
        };
        if self.most < MOST_OF_MESSAGE {
            visible(&self.text[..end], formatter)?;
            return write!(formatter, "… ({} bytes)", self.text.len());
        }
        let half = |text: &str| text.char_indices().nth(self.most / 2).map_or(text.len(), |(at, _)| at);
        let back = self.text.char_indices().rev().nth(self.most / 2 - 1).map_or(0, |(at, _)| at);
        visible(&self.text[..half(self.text)], formatter)?;
        formatter.write_str(" … ")?;
        visible(&self.text[back..], formatter)
    }
}

fn visible(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    use fmt::Write;
    for character in text.chars() {
        if character.is_control() {
            write!(formatter, "{}", character.escape_debug())?;
        } else if is_unseen(character) || (character.is_whitespace() && character != ' ') {
            write!(formatter, "{}", character.escape_unicode())?;
        } else {
            formatter.write_char(character)?;
        }
    }
    Ok(())
}

/// Whether a character is not seen: one of the general category Cf (format) of Unicode 16, of the
/// property `Default_Ignorable_Code_Point`, or the blank of Braille.
pub(crate) fn is_unseen(found: char) -> bool {
    matches!(found,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_and_control_characters_are_escaped() {
        assert_eq!(echo("it's \"A\"").to_string(), "it's \"A\"");
        assert_eq!(echo("a\u{1b}[2J\nb\u{200b}").to_string(), "a\\u{1b}[2J\\nb\\u{200b}");
        let long = echo(&"é".repeat(1000)).to_string();
        assert_eq!(long, format!("{}… (2000 bytes)", "é".repeat(80)));
        assert_eq!(echo(&"x".repeat(80)).to_string(), "x".repeat(80));
        let message = clipped(&format!("begin{}end", "-".repeat(5000))).to_string();
        assert!(message.starts_with("begin-") && message.ends_with("-end") && message.chars().count() == 403);
    }
}
