//! A file as UTF-8, whatever it is written in.
//!
//! Bytes that are not UTF-8 are read one by one as windows-1252, which is what a Dutch spreadsheet saves: so a file
//! in either encoding, and one that mixes both, needs no setting. UTF-16 is known by its mark or its zero bytes.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};

use super::ImportError;
use crate::raw::bytes;

/// Bytes read at once.
const CHUNK: usize = 32 * 1024;

/// Reads up to `most` bytes, fewer only at the end of the file.
pub(super) fn head(file: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.by_ref().take(most).read_to_end(&mut head)?;
    Ok(head)
}

/// A file that is being read as UTF-8.
pub(super) struct Opened<R> {
    /// The text.
    pub(super) reader: Utf8<Source<R>>,
    /// Its beginning, to look at.
    pub(super) sample: Vec<u8>,
    /// Bytes of the mark that stood before it.
    pub(super) mark: u64,
}

/// Finds out the encoding, unless `label` names it, and begins to read.
pub(super) fn open<R: Read>(mut file: R, label: Option<&str>) -> Result<Opened<R>, ImportError> {
    let named = match label {
        None => None,
        Some(label) => {
            let encoding = Encoding::for_label(label.as_bytes());
            Some(encoding.ok_or_else(|| ImportError::Encoding(label.to_owned()))?)
        }
    };
    let mut head = head(&mut file, 64 * 1024).map_err(ImportError::Read)?;
    let marked = Encoding::for_bom(&head);
    let mark = marked.map_or(0, |(_, length)| length);
    let encoding = named.or(marked.map(|(e, _)| e)).or_else(|| bytes::wide(&head)).unwrap_or(UTF_8);
    head.drain(..mark);
    let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
    let sample = match decoder {
        Some(_) => encoding.decode_without_bom_handling(&head).0.into_owned().into_bytes(),
        None => bytes::mended_utf8(&head).into_owned().into_bytes(),
    };
    let file = Cursor::new(head).chain(file);
    let reader = Utf8 { file, decoder, raw: Vec::new(), out: Vec::new(), at: 0, ended: false };
    Ok(Opened { reader, sample, mark: u64::try_from(mark).unwrap_or(0) })
}

/// The file with the bytes that were looked at put back.
pub(super) type Source<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// See [`open`].
pub(super) struct Utf8<R> {
    file: R,
    decoder: Option<Decoder>,
    /// Read, but not decoded yet: the beginning of a character.
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Utf8<R> {
    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        let length = self.file.read(&mut chunk)?;
        self.raw.extend_from_slice(chunk.get(..length).unwrap_or_default());
        self.ended = length == 0;
        self.out.clear();
        self.at = 0;
        if let Some(decoder) = &mut self.decoder {
            let mut text =
                String::with_capacity(decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(4 * CHUNK));
            let (_, read, _) = decoder.decode_to_string(&self.raw, &mut text, self.ended);
            self.raw.drain(..read);
            self.out = text.into_bytes();
            return Ok(());
        }
        let raw = std::mem::take(&mut self.raw);
        let mut rest = raw.as_slice();
        while !rest.is_empty() {
            let (valid, after, wrong) = match std::str::from_utf8(rest) {
                Ok(_) => (rest, &[][..], 0),
                Err(e) => {
                    let (valid, after) = rest.split_at_checked(e.valid_up_to()).unwrap_or((rest, &[]));
                    // The chunk may end within a character: the rest of it comes with the next one.
                    let wrong = e.error_len().or(self.ended.then_some(after.len()));
                    (valid, after, wrong.unwrap_or(0))
                }
            };
            self.out.extend_from_slice(valid);
            let (bad, next) = after.split_at_checked(wrong).unwrap_or((after, &[]));
            self.out.extend_from_slice(WINDOWS_1252.decode_without_bom_handling(bad).0.as_bytes());
            if wrong == 0 {
                self.raw = after.to_vec();
                break;
            }
            rest = next;
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.out.len() && !self.ended {
            self.fill()?;
        }
        let ready = self.out.get(self.at..).unwrap_or_default();
        let length = ready.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..length), ready.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(bytes: &[u8]) -> String {
        let mut text = String::new();
        open(bytes, None).unwrap().reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_character_on_the_edge_of_a_chunk_is_whole() {
        let text = format!("{}é{}€", "a".repeat(CHUNK - 1), "b".repeat(64 * 1024 - 4 - CHUNK));
        assert_eq!(all(text.as_bytes()), text);
    }

    #[test]
    fn windows_and_wide_files_are_read() {
        assert_eq!(all(b"caf\xe9 \x80"), "café €");
        assert_eq!(all(b"a,b\ncaf\xe9 \xc3\xa9"), "a,b\ncafé é");
        assert_eq!(all(b"\xff\xfea\0\xe9\0"), "aé");
        assert_eq!(all(b"\xef\xbb\xbfa"), "a");
        assert_eq!(all(b""), "");
    }

    #[test]
    fn an_encoding_that_is_named_wins_and_an_unknown_one_is_refused() {
        let mut text = String::new();
        open(&b"\xa4"[..], Some("iso-8859-15")).unwrap().reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "€");
        assert!(matches!(open(&b""[..], Some("ebcdic")), Err(ImportError::Encoding(_))));
    }

    proptest! {
        #[test]
        fn utf8_comes_through_unchanged(text in "\\PC{0,400}") {
            prop_assume!(bytes::wide(text.as_bytes()).is_none() && !text.starts_with('\u{feff}'));
            prop_assert_eq!(all(text.as_bytes()), text);
        }
        #[test]
        fn any_bytes_become_utf8(bytes: Vec<u8>) {
            let _ = all(&bytes);
        }
    }
}
