//! From bytes to content: decompression, and the format and the encoding that the first bytes say.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use tailproof_core::error::Problem;

use super::error::{TableError, TableProblem};
use super::options::Limits;
use super::reading::{NoteBasis, NoteKind, Reading};

/// The content of a file, as its format holds it.
#[derive(Debug)]
pub(crate) enum Content {
    /// a text, without its byte-order mark
    Text(String),
    /// a zip archive: a workbook, or another
    Archive(Vec<u8>),
    /// a Parquet file
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "refused without being read"))]
    Parquet(Vec<u8>),
}

/// Formats that hold no table that is read here, by their first bytes.
const OTHERS: [(&[u8], &str); 7] = [
    (&[0xd0, 0xcf, 0x11, 0xe0], "an old or an encrypted Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"BZh", "compressed by bzip2"),
    (&[0xfd, b'7', b'z', b'X', b'Z', 0], "compressed by xz"),
    (&[0x28, 0xb5, 0x2f, 0xfd], "compressed by zstd"),
    (&[0x1f, 0x8b], "compressed twice"),
    (b"{", "JSON"),
];

/// Reads a file and says what it is. Compression by gzip is undone, once.
pub(crate) fn open(
    file: &str,
    input: impl Read,
    limits: &Limits,
    reading: &mut Reading,
) -> Result<Content, TableError> {
    let mut bytes = read(file, input, limits.text)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        bytes = read(file, MultiGzDecoder::new(&bytes[..]), limits.text)?;
        reading.add(NoteKind::Compression, NoteBasis::File, format!("gzip, of {} bytes", bytes.len()));
    }
    if bytes.starts_with(b"PAR1") {
        return Ok(Content::Parquet(bytes));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Content::Archive(bytes));
    }
    let other = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what);
    if let Some(what) = other.or(is_markup(&bytes).then_some("a web page or XML")) {
        return Err(TableError::in_file(file, TableProblem::OtherFormat(what)));
    }
    decode(file, bytes, reading).map(Content::Text)
}

/// Whether a text is a web page or XML. The names of a header may have angle brackets around them:
/// `<DATE>,<CLOSE>`.
fn is_markup(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"<") else { return false };
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
    !matches!(rest[name..], [b'>', b',' | b';' | b'\t' | b'|', ..])
}

/// Reads at most `most` bytes, and refuses more.
fn read(file: &str, input: impl Read, most: u64) -> Result<Vec<u8>, TableError> {
    let mut bytes = Vec::new();
    let failed = |error: std::io::Error| TableError::in_file(file, Problem::Io(error.to_string()));
    input.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(TableError::in_file(file, TableProblem::TooLarge { most, what: "bytes" }));
    }
    Ok(bytes)
}

/// Decodes a text: in UTF-8 or UTF-16 as its byte-order mark says, and without one in UTF-8, or in
/// UTF-16 where every second byte is zero.
fn decode(file: &str, bytes: Vec<u8>, reading: &mut Reading) -> Result<String, TableError> {
    let no_text = || TableError::in_file(file, TableProblem::NotText);
    let (encoding, skipped, basis) = match Encoding::for_bom(&bytes) {
        Some((encoding, skipped)) => (encoding, skipped, NoteBasis::File),
        None => (without_mark(&bytes), 0, NoteBasis::Guess),
    };
    if encoding == UTF_8 {
        let mut text = String::from_utf8(bytes).map_err(|_| no_text())?;
        text.drain(..skipped);
        return Ok(text);
    }
    reading.add(NoteKind::Encoding, basis, format!("text in {}", encoding.name()));
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[skipped..]);
    Ok(text.ok_or_else(no_text)?.into_owned())
}

/// Returns the likely encoding of a text without a byte-order mark, whose first character is of
/// ASCII.
fn without_mark(bytes: &[u8]) -> &'static Encoding {
    let start = &bytes[..bytes.len().min(1 << 12) & !1];
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    match start {
        [_, 0, ..] if zeros(0) == 0 && zeros(1) > start.len() / 4 => UTF_16LE,
        [0, _, ..] if zeros(1) == 0 && zeros(0) > start.len() / 4 => UTF_16BE,
        _ => UTF_8,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn text(bytes: &[u8]) -> Result<(String, Reading), TableError> {
        let mut reading = Reading::plain("f");
        match open("f", bytes, &Limits { text: 1 << 16, ..Limits::default() }, &mut reading)? {
            Content::Text(text) => Ok((text, reading)),
            other => panic!("{other:?}"),
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn texts_are_decoded_as_their_marks_say() {
        let wide = |order: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let said = "date,\u{3a9}";
        assert_eq!(text(said.as_bytes()).unwrap(), (said.to_owned(), Reading::plain("f")));
        assert_eq!(text("\u{feff}date,\u{3a9}".as_bytes()).unwrap(), (said.to_owned(), Reading::plain("f")));
        for (order, name) in [(u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"), (u16::to_be_bytes, "UTF-16BE")] {
            let (read, reading) = text(&wide(order, "\u{feff}date,\u{3a9}")).unwrap();
            assert_eq!((&read[..], reading.notes[0].basis), (said, NoteBasis::File), "{name}");
            assert!(reading.to_string().contains(name));
            let (read, reading) = text(&wide(order, said)).unwrap();
            assert_eq!((&read[..], reading.notes[0].basis), (said, NoteBasis::Guess), "{name}");
        }
        for bytes in [&b"date,caf\xe9"[..], b"\xff\xfed\x00\x00\xd8"] {
            assert_eq!(text(bytes).unwrap_err().problem, TableProblem::NotText, "{bytes:?}");
        }
    }

    /// A thousandth of its size, for a program that reads it whole.
    #[test]
    fn a_bomb_of_gzip_is_refused_at_the_limit() {
        assert_eq!(text(&gzip(b"date,A")).unwrap().0, "date,A");
        let refused = text(&gzip(&vec![b','; 1 << 20])).unwrap_err();
        assert_eq!(refused.problem, TableProblem::TooLarge { most: 1 << 16, what: "bytes" });
        let twice = text(&gzip(&gzip(b"date,A"))).unwrap_err();
        assert_eq!(twice.problem, TableProblem::OtherFormat("compressed twice"));
        assert!(text(&gzip(b"date,A")[..12]).is_err(), "cut off");
    }

    #[test]
    fn other_formats_are_named() {
        for (bytes, said) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"<!DOCTYPE html>", "web page"),
            (b"<html><p>a, b", "web page"),
            (b"{\"a\":1}", "JSON"),
        ] {
            assert!(text(bytes).unwrap_err().to_string().contains(said));
        }
        assert!(text(b"<DATE>,<CLOSE>\n20240102,1\n").is_ok());
    }
}
