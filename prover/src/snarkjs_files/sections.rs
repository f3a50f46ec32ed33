//! The container of snarkjs' binary files: a magic, a version, and numbered sections.
//!
//! | bytes | content |
//! | --- | --- |
//! | 4 | magic: `ptau`, `zkey`, `wtns` |
//! | 4 | version, `u32` little-endian |
//! | 4 | number of sections |
//! | per section | number `u32`, length `u64`, content |

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::FileError;
use crate::raw_points::{RawPoint, read_points};

/// Upper bound on the number of sections of these files.
const MOST_SECTIONS: u32 = 64;
/// Number of bytes read at a time, so that memory grows no further than the file's real size.
const CHUNK: u64 = 1 << 24;

/// A file with the places of its sections.
#[derive(Debug)]
pub struct Sections<R> {
    reader: R,
    what: &'static str,
    places: Vec<(u32, u64, u64)>,
}

impl<R: Read + Seek> Sections<R> {
    /// Returns a file after reading its directory: magic, version, and sections that fill the file
    /// exactly and occur once each.
    ///
    /// # Errors
    /// Errors on another kind or version of file, and on a file that is cut off.
    pub fn open(mut reader: R, what: &'static str, magic: &[u8; 4], version: u32) -> Result<Self, FileError> {
        let damaged = |why: &str| FileError::Damaged { what, why: why.to_owned() };
        let length = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        let mut head = [0; 12];
        reader.read_exact(&mut head).map_err(|_| FileError::OtherKind { expected: what })?;
        if head[..4] != magic[..] {
            return Err(FileError::OtherKind { expected: what });
        }
        let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("4 bytes"));
        if word(4) != version {
            return Err(FileError::OtherVersion { what, found: word(4), expected: version });
        }
        if word(8) > MOST_SECTIONS {
            return Err(damaged("its number of sections is absurd"));
        }
        let mut places: Vec<(u32, u64, u64)> = Vec::new();
        let mut position = 12;
        for _ in 0..word(8) {
            let mut entry = [0; 12];
            reader.seek(SeekFrom::Start(position))?;
            reader.read_exact(&mut entry).map_err(|_| damaged("it is cut off"))?;
            let id = u32::from_le_bytes(entry[..4].try_into().expect("4 bytes"));
            let size = u64::from_le_bytes(entry[4..].try_into().expect("8 bytes"));
            let start = position + 12;
            position = start.checked_add(size).filter(|end| *end <= length).ok_or_else(|| damaged("it is cut off"))?;
            if places.iter().any(|(other, ..)| *other == id) {
                return Err(damaged(&format!("it has section {id} twice")));
            }
            places.push((id, start, size));
        }
        if position != length {
            return Err(damaged("it has bytes after its last section"));
        }
        Ok(Self { reader, what, places })
    }

    /// Returns the length of a section, if the file has it.
    pub fn length(&self, id: u32) -> Option<u64> {
        self.places.iter().find(|(other, ..)| *other == id).map(|(.., size)| *size)
    }

    /// Returns the offset of the content of a section in the file.
    #[cfg(test)]
    pub(super) fn start(&self, id: u32) -> u64 {
        self.places.iter().find(|(other, ..)| *other == id).map(|(_, start, _)| *start).expect("a section")
    }

    /// Returns `length` bytes of a section from `offset` on.
    ///
    /// # Errors
    /// Errors if there is no such section, or it is shorter.
    pub fn read(&mut self, id: u32, offset: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let damaged = |why: String| FileError::Damaged { what: self.what, why };
        let (_, start, size) = self
            .places
            .iter()
            .find(|(other, ..)| *other == id)
            .ok_or(FileError::NoSection { what: self.what, section: id })?;
        if offset.checked_add(length).is_none_or(|end| end > *size) {
            return Err(damaged(format!("its section {id} is too short")));
        }
        self.reader.seek(SeekFrom::Start(start + offset))?;
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < length {
            let chunk = CHUNK.min(length - bytes.len() as u64);
            if (&mut self.reader).take(chunk).read_to_end(&mut bytes)? as u64 != chunk {
                return Err(damaged("it is cut off".into()));
            }
        }
        Ok(bytes)
    }

    /// Returns `count` points of a section from `first` on. Checks that coordinates are canonical,
    /// and nothing else.
    ///
    /// # Errors
    /// The errors of [`Sections::read`]; also errors on a coordinate that is not canonical.
    pub fn points<G: RawPoint>(&mut self, id: u32, first: usize, count: usize) -> Result<Vec<G>, FileError> {
        let size = G::BYTES as u64;
        let bytes = self.read(id, first as u64 * size, count as u64 * size)?;
        let bad =
            || FileError::Damaged { what: self.what, why: format!("a coordinate in section {id} is not canonical") };
        read_points(&bytes).ok_or_else(bad)
    }
}

/// Writes the head of a file.
///
/// # Errors
/// Errors if the writer fails.
pub fn write_head(mut writer: impl Write, magic: &[u8; 4], version: u32, sections: u32) -> io::Result<()> {
    writer.write_all(magic)?;
    writer.write_all(&version.to_le_bytes())?;
    writer.write_all(&sections.to_le_bytes())
}

/// Writes the head of a section; the caller writes its content next.
///
/// # Errors
/// Errors if the writer fails.
pub fn write_section_head(mut writer: impl Write, id: u32, length: usize) -> io::Result<()> {
    writer.write_all(&id.to_le_bytes())?;
    writer.write_all(&(length as u64).to_le_bytes())
}

/// Writes a whole section.
///
/// # Errors
/// Errors if the writer fails.
pub fn write_section(mut writer: impl Write, id: u32, content: &[u8]) -> io::Result<()> {
    write_section_head(&mut writer, id, content.len())?;
    writer.write_all(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn file(sections: &[(u32, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_head(&mut bytes, b"test", 1, u32::try_from(sections.len()).unwrap()).unwrap();
        for (id, content) in sections {
            write_section(&mut bytes, *id, content).unwrap();
        }
        bytes
    }

    fn open(bytes: &[u8]) -> Result<Sections<Cursor<&[u8]>>, FileError> {
        Sections::open(Cursor::new(bytes), "test file", b"test", 1)
    }

    #[test]
    fn sections_are_found_and_read_in_part() {
        let bytes = file(&[(3, b"abcdef"), (1, b"")]);
        let mut sections = open(&bytes).unwrap();
        assert_eq!(sections.read(3, 2, 3).unwrap(), b"cde");
        assert_eq!((sections.length(1), sections.length(2)), (Some(0), None));
        assert!(matches!(sections.read(3, 4, 3), Err(FileError::Damaged { .. })));
        assert!(matches!(sections.read(2, 0, 0), Err(FileError::NoSection { section: 2, .. })));
        assert!(sections.read(3, u64::MAX, 3).is_err());
    }

    #[test]
    fn files_that_are_cut_off_or_lengthened_or_double_a_section_are_refused() {
        let bytes = file(&[(3, b"abcdef"), (1, b"x")]);
        for length in 0..bytes.len() {
            assert!(open(&bytes[..length]).is_err(), "{length}");
        }
        assert!(open(&[&bytes[..], b"x"].concat()).is_err());
        let mut newer = bytes.clone();
        newer[4] = 2;
        assert!(matches!(open(&newer), Err(FileError::OtherVersion { found: 2, expected: 1, .. })));
        assert!(open(&file(&[(3, b"a"), (3, b"b")])).is_err());
        let mut huge = bytes.clone();
        huge[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(open(&huge).is_err());
    }
}
