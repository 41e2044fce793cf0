//! From bytes to text: packed files, byte-order marks, UTF-16 and the older encoding of Windows.

use std::io::Read as _;

use super::BadFile;

/// Bytes of a packed file that are unpacked at most.
const MOST: u64 = 4 << 30;
/// Bytes that are looked at to tell UTF-16 without a mark.
const LOOKED_AT: usize = 4096;

/// The text of a file, and what had to be assumed.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) notice: Option<String>,
}

/// Reads `bytes` as text.
///
/// # Errors
/// [`BadFile`] for what is no text, with the way to make it one.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, BadFile> {
    let kind = |magic: &[u8]| bytes.starts_with(magic);
    if kind(b"\x1f\x8b") {
        return decode_plain(&unpacked(flate2::read::MultiGzDecoder::new(bytes))?);
    }
    if kind(b"\x28\xb5\x2f\xfd") {
        let packed = zstd::stream::read::Decoder::new(bytes).map_err(|e| BadFile(e.to_string()))?;
        return decode_plain(&unpacked(packed)?);
    }
    let no_text = |what: &str| Err(BadFile(format!("{what}: save it as CSV in UTF-8, and give that")));
    if kind(b"PK\x03\x04") || kind(b"\xd0\xcf\x11\xe0") {
        return no_text("this is a spreadsheet (xlsx, xls, ods) or an archive, not text");
    }
    if kind(b"PAR1") {
        return no_text("this is Parquet, not text");
    }
    if kind(b"ARROW1") || kind(b"SQLite format 3") || kind(b"%PDF") || kind(b"\x89PNG") {
        return no_text("this is a binary file, not text");
    }
    decode_plain(bytes)
}

fn unpacked(packed: impl std::io::Read) -> Result<Vec<u8>, BadFile> {
    let mut bytes = Vec::new();
    let read = packed.take(MOST).read_to_end(&mut bytes);
    let read = read.map_err(|e| BadFile(format!("the file is packed, and broken: {e}")))?;
    if read as u64 == MOST {
        return Err(BadFile("unpacked the file is larger than 4 GiB: split it".to_owned()));
    }
    Ok(bytes)
}

fn decode_plain(bytes: &[u8]) -> Result<Decoded, BadFile> {
    let said = |text: String, notice: &str| Decoded { text, notice: Some(notice.to_owned()) };
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        if broken && encoding != encoding_rs::UTF_8 {
            return Err(BadFile(format!("the file begins as {} and is broken", encoding.name())));
        }
        if !broken {
            return Ok(Decoded { text: text.into_owned(), notice: None });
        }
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return Ok(said(
            text.into_owned(),
            &format!("read as {}: it does not say so itself", encoding.name()),
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: text.to_owned(), notice: None }),
        Err(_) if bytes.contains(&0) => {
            Err(BadFile("this is a binary file, not text: give CSV or JSON Lines in UTF-8".to_owned()))
        }
        Err(e) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            let start = bytes.get(..e.valid_up_to()).unwrap_or_default();
            let line = start.iter().filter(|b| **b == b'\n').count() + 1;
            let notice = format!("line {line} is not UTF-8: the file is read as Windows-1252");
            Ok(said(text.into_owned(), &notice))
        }
    }
}

/// UTF-16 without a mark, told by its zeros: nearly every other byte of Western text is one.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let start = bytes.get(..bytes.len().min(LOOKED_AT)).unwrap_or_default();
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let most = start.len() / 2 * 7 / 10;
    match (zeros(0), zeros(1)) {
        _ if start.len() < 8 => None,
        (even, odd) if odd > most && even * 10 < most => Some(encoding_rs::UTF_16LE),
        (even, odd) if even > most && odd * 10 < most => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn check(bytes: &[u8], text: &str, notice: Option<&str>) {
        let decoded = decode(bytes).unwrap();
        assert_eq!(decoded.text, text);
        match (decoded.notice, notice) {
            (None, None) => {}
            (Some(said), Some(part)) => assert!(said.contains(part), "{said}"),
            other => panic!("{other:?}"),
        }
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn marks_are_taken_off_and_utf_16_is_read_with_and_without_one() {
        check(b"\xef\xbb\xbftext", "text", None);
        check(&[b"\xff\xfe".to_vec(), utf16("énervé")].concat(), "énervé", None);
        check(&utf16("text,complaint\nénervé,1\n"), "text,complaint\nénervé,1\n", Some("UTF-16LE"));
    }

    #[test]
    fn what_is_not_utf_8_is_read_as_windows_does_and_that_is_said() {
        check(b"text\n\x80 5, \xe9nerv\xe9", "text\n€ 5, énervé", Some("line 2 is not UTF-8"));
    }

    #[test]
    fn packed_files_are_unpacked() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(b"text").unwrap();
        check(&gz.finish().unwrap(), "text", None);
        check(&zstd::encode_all(&b"text"[..], 1).unwrap(), "text", None);
    }

    #[test]
    fn what_is_no_text_is_named_with_advice() {
        for (bytes, part) in [
            (&b"PK\x03\x04rest"[..], "spreadsheet"),
            (b"PAR1rest", "Parquet"),
            (b"\x00\x01\xff\xfe\x00\x80", "binary"),
        ] {
            let told = decode(bytes).unwrap_err().to_string();
            assert!(told.contains(part) && told.contains("CSV"), "{told}");
        }
    }
}
