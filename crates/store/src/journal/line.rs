//! One entry as one line of JSON.
//!
//! ```text
//! {"seq":17,"at":"2026-11-28T09:00:00Z","group":16,"writes":[{"t":"case","k":"7","v":{…}}],"prev":"…","hash":"…","crc":"0f3a…"}
//! ```
//!
//! Two checks with two purposes. `crc` is the CRC-32 of all bytes before `,"crc"`: it finds a flipped bit anywhere.
//! `hash` is the link of the chain: the SHA-256 of the text `prev seq at w1 w2 …`, where `w` is the SHA-256 of the
//! bytes of each write. It shows that nothing was changed, left out or moved since, and that can be recomputed with
//! a shell and `sha256sum`. A write that was erased keeps the hash it had, as `"erased":"…"`, and so the chain still
//! holds, and everything that was not erased is still proven.
//!
//! `group` is the number of the first entry that was synced together with this one. Only the last group can be torn
//! by a crash; this number says which that is.

use std::io::Write as _;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::commit::{Entry, Seq, Write};
use crate::hash::{Hash, Position};
use crate::table::Table;

/// Length of `,"crc":"01234567"}`.
const SEAL: usize = 18;

/// What is wrong with a line. The text says no more, because a line holds what people wrote.
pub(crate) type Fault = &'static str;

/// A line, read but not yet made into an entry.
#[derive(Debug, Deserialize)]
pub(crate) struct Line<'a> {
    pub(crate) seq: Seq,
    pub(crate) at: &'a str,
    pub(crate) group: Seq,
    #[serde(borrow)]
    pub(crate) writes: Vec<&'a RawValue>,
    pub(crate) prev: Hash,
    pub(crate) hash: Hash,
}

/// A write in a line: the fields of [`Write`], and the hash it had if something was taken out of it.
#[derive(Debug, Deserialize, serde::Serialize)]
pub(crate) struct Stored {
    #[serde(rename = "t")]
    pub(crate) table: Table,
    #[serde(rename = "k")]
    pub(crate) key: String,
    #[serde(rename = "v", default)]
    pub(crate) record: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) erased: Option<Hash>,
}

impl Stored {
    /// Whether even the key was erased: then there is no write left to carry out.
    pub(crate) fn is_gone(&self) -> bool {
        self.erased.is_some() && self.key.is_empty() && self.record.is_none()
    }
}

/// Appends the line of an entry (with its newline) and returns its link of the chain.
pub(crate) fn encode(entry: &Entry, group: Seq, prev: &Hash, out: &mut Vec<u8>) -> std::io::Result<Hash> {
    let mut texts = Vec::with_capacity(entry.writes.len());
    for write in &entry.writes {
        texts.push(serde_json::to_string(write)?);
    }
    let hash =
        link(prev, entry.seq, &entry.at.to_string(), texts.iter().map(|text| Hash::of(text.as_bytes())));
    seal(entry.seq, &entry.at.to_string(), group, texts.iter().map(String::as_str), (prev, &hash), out)?;
    Ok(hash)
}

/// Appends the line whose parts are given; `chain` is the link before it and its own.
pub(crate) fn seal<'a>(
    seq: Seq,
    at: &str,
    group: Seq,
    writes: impl Iterator<Item = &'a str>,
    chain: (&Hash, &Hash),
    out: &mut Vec<u8>,
) -> std::io::Result<()> {
    let start = out.len();
    write!(out, r#"{{"seq":{seq},"at":"{at}","group":{group},"writes":["#)?;
    for (number, text) in writes.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(text.as_bytes());
    }
    let (prev, hash) = chain;
    write!(out, r#"],"prev":"{prev}","hash":"{hash}""#)?;
    let crc = crc32fast::hash(out.get(start..).unwrap_or_default());
    writeln!(out, r#","crc":"{crc:08x}"}}"#)
}

/// Whether the checksum of a line (without its newline) holds.
pub(crate) fn is_whole(line: &[u8]) -> bool {
    let Some((body, seal)) = line.len().checked_sub(SEAL).and_then(|at| line.split_at_checked(at)) else {
        return false;
    };
    // compared as text, so that a flipped bit in the checksum's own digits is found too
    seal == format!(r#","crc":"{:08x}"}}"#, crc32fast::hash(body)).as_bytes()
}

/// Reads a line (without its newline) after checking its checksum.
pub(crate) fn decode(line: &[u8]) -> Result<Line<'_>, Fault> {
    if !is_whole(line) {
        return Err("the checksum does not match");
    }
    serde_json::from_slice(line).map_err(|_| "this is not an entry that this version knows")
}

impl Line<'_> {
    /// Where the journal is after this line.
    pub(crate) fn position(&self) -> Position {
        Position { seq: self.seq, hash: self.hash }
    }

    /// Whether this line follows the one at `before`.
    pub(crate) fn follows(&self, before: &Position) -> Result<(), Fault> {
        if self.seq != before.seq + 1 {
            return Err("an entry is missing before it");
        }
        if self.prev != before.hash {
            return Err("the chain of hashes is broken: the entry before it was changed");
        }
        Ok(())
    }

    /// Whether its link of the chain is the hash of what it holds.
    pub(crate) fn proves_itself(&self) -> Result<(), Fault> {
        let mut hashes = Vec::with_capacity(self.writes.len());
        for text in &self.writes {
            hashes.push(write_hash(text.get())?);
        }
        if link(&self.prev, self.seq, self.at, hashes.into_iter()) != self.hash {
            return Err("its hash is not the hash of what it holds: it was changed");
        }
        Ok(())
    }

    /// Its writes.
    pub(crate) fn stored(&self) -> impl Iterator<Item = Result<Stored, Fault>> {
        self.writes.iter().map(|text| parse_write(text.get()))
    }

    /// The entry.
    pub(crate) fn entry(&self) -> Result<Entry, Fault> {
        let at: Timestamp = self.at.parse().map_err(|_| "its time cannot be read")?;
        let mut writes = Vec::with_capacity(self.writes.len());
        for stored in self.stored() {
            let stored = stored?;
            if !stored.is_gone() {
                writes.push(Write { table: stored.table, key: stored.key, record: stored.record });
            }
        }
        Ok(Entry { seq: self.seq, at, writes })
    }
}

fn parse_write(text: &str) -> Result<Stored, Fault> {
    serde_json::from_str(text).map_err(|_| "one of its writes is not of a kind that this version knows")
}

/// The hash of a write: of its bytes, or the one it had before something was erased from it.
///
/// Only a write that may carry the mark is parsed: this runs over whole journals.
pub(crate) fn write_hash(text: &str) -> Result<Hash, Fault> {
    if may_be_erased(text)
        && let Some(hash) = parse_write(text)?.erased
    {
        return Ok(hash);
    }
    Ok(Hash::of(text.as_bytes()))
}

/// The mark is the last field of a write.
pub(crate) fn may_be_erased(text: &str) -> bool {
    const MARK: &str = r#","erased":""#;
    let tail = MARK.len() + 64 + 2;
    text.len().checked_sub(tail).and_then(|at| text.get(at..)).is_some_and(|end| end.starts_with(MARK))
}

/// One link of the chain.
fn link(prev: &Hash, seq: Seq, at: &str, writes: impl Iterator<Item = Hash>) -> Hash {
    let mut digest = Sha256::new();
    digest.update(format!("{prev} {seq} {at}"));
    for hash in writes {
        digest.update(format!(" {hash}"));
    }
    Hash::from_bytes(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Vec<u8>, Hash) {
        let entry = Entry {
            seq: 3,
            at: "2026-11-28T09:00:00.5Z".parse().unwrap(),
            writes: vec![
                Write::put(Table::Case, "7", &serde_json::json!({"state": "open", "text": "l\n\"ü"}))
                    .unwrap(),
                Write::delete(Table::Setting, "x"),
            ],
        };
        let mut out = Vec::new();
        let hash = encode(&entry, 2, &Hash::of(b"before"), &mut out).unwrap();
        assert_eq!(out.pop(), Some(b'\n'));
        (out, hash)
    }

    #[test]
    fn the_line_format_stays_as_it_is() {
        let (line, _) = sample();
        insta::assert_snapshot!(String::from_utf8(line).unwrap());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (line, hash) = sample();
        let read = decode(&line).unwrap();
        assert_eq!(read.position(), Position { seq: 3, hash });
        read.proves_itself().unwrap();
        read.follows(&Position { seq: 2, hash: Hash::of(b"before") }).unwrap();
        let entry = read.entry().unwrap();
        assert_eq!(entry.writes[0].record.as_ref().unwrap().get(), r#"{"state":"open","text":"l\n\"ü"}"#);
        assert!(entry.writes[1].record.is_none());
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let (line, _) = sample();
        for bit in 0..line.len() * 8 {
            let mut bad = line.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&bad).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_record_that_looks_like_the_mark_is_not_taken_for_one() {
        let hash = Hash::of(b"x");
        let text = format!(r#"{{"t":"case","k":"7","v":{{"a":1,"erased":"{hash}"}}}}"#);
        assert_eq!(write_hash(&text), Ok(Hash::of(text.as_bytes())));
        let text = format!(r#"{{"t":"case","k":"7","v":null,"erased":"{hash}"}}"#);
        assert_eq!(write_hash(&text), Ok(hash));
    }
}
