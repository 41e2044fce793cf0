//! Bytes to text, whatever the labels say.
//!
//! Labels are often wrong: servers add a default charset, generators keep an old XML declaration. So a mark at the
//! start wins (RFC 7303), then the label of HTTP, then the one in the document; but text that is valid UTF-8 and
//! more than ASCII is never read as a one-byte charset, because that does not happen by chance. Bytes that are not
//! UTF-8 are read as windows-1252, one by one, so that a single wrong byte does not cost an item.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into a document its own label is looked for, in bytes; HTML's rule is 1024, real pages need more.
const LABEL_WITHIN: usize = 4096;

/// Reads the body of an answer as text; `content_type` is the header of that name.
pub(crate) fn to_text<'a>(body: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        let rest = body.get(mark..).unwrap_or_default();
        return decode(rest, encoding);
    }
    if let Some(encoding) = wide(body) {
        return decode(body, encoding);
    }
    let by_header = content_type.and_then(|c| label_after(&c.to_ascii_lowercase(), "charset="));
    let declared = by_header.or_else(|| in_document(body));
    match declared {
        Some(encoding) if is_utf8_beyond_ascii(body) && encoding.is_single_byte() => decode(body, UTF_8),
        Some(encoding) => decode(body, encoding),
        None => decode(body, UTF_8),
    }
}

/// Reads UTF-8 and takes each byte that is none as windows-1252.
pub(crate) fn mended_utf8(body: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(body.len() + body.len() / 8);
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Cow::Owned(text)
}

fn decode<'a>(body: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    if encoding == UTF_8 {
        return mended_utf8(body);
    }
    encoding.decode_without_bom_handling(body).0
}

/// UTF-16 without a mark: the first two characters of XML, HTML and JSON are ASCII.
pub(crate) fn wide(body: &[u8]) -> Option<&'static Encoding> {
    match body {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn is_utf8_beyond_ascii(body: &[u8]) -> bool {
    !body.is_ascii() && std::str::from_utf8(body).is_ok()
}

/// `<?xml … encoding="x"?>`, `<meta charset=x>` or the older `content="text/html; charset=x"`.
fn in_document(body: &[u8]) -> Option<&'static Encoding> {
    let head = body.get(..body.len().min(LABEL_WITHIN))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let trimmed = head.trim_start();
    let named = match trimmed.strip_prefix("<?xml") {
        Some(rest) => label_after(rest.split("?>").next().unwrap_or_default(), "encoding="),
        None => head.find("<meta").and_then(|at| label_after(head.get(at..)?, "charset=")),
    };
    // A document that could be read this far is not UTF-16, whatever it says.
    named.map(|e| if e == UTF_16LE || e == UTF_16BE { UTF_8 } else { e })
}

fn label_after(text: &str, key: &str) -> Option<&'static Encoding> {
    let (_, value) = text.split_once(key)?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c))).unwrap_or(value.len());
    Encoding::for_label(value.get(..end)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(body: &[u8], content_type: Option<&str>, text: &str) {
        assert_eq!(to_text(body, content_type), text);
    }

    #[test]
    fn a_mark_wins_over_every_label() {
        check(
            b"\xef\xbb\xbf<?xml version='1.0' encoding='iso-8859-1'?>\xc3\xa9",
            Some("text/xml; charset=koi8-r"),
            "<?xml version='1.0' encoding='iso-8859-1'?>é",
        );
        check(b"\xff\xfe<\0a\0\xe9\0", None, "<aé");
    }

    #[test]
    fn the_header_wins_over_the_document_and_the_document_over_nothing() {
        check(
            b"<?xml version='1.0' encoding='koi8-r'?>\xe9",
            Some("text/xml; charset=\"ISO-8859-1\""),
            "<?xml version='1.0' encoding='koi8-r'?>é",
        );
        check(
            b"<?xml version='1.0' encoding='iso-8859-15'?>\xa4",
            None,
            "<?xml version='1.0' encoding='iso-8859-15'?>€",
        );
        check(b"<html><meta charset=windows-1252>\x80", None, "<html><meta charset=windows-1252>€");
    }

    #[test]
    fn utf8_under_a_wrong_label_stays_utf8() {
        check("caf\u{e9}".as_bytes(), Some("text/xml; charset=iso-8859-1"), "café");
        check(
            b"<?xml version='1.0' encoding='utf-16'?>\xc3\xa9",
            None,
            "<?xml version='1.0' encoding='utf-16'?>é",
        );
    }

    #[test]
    fn a_single_wrong_byte_costs_nothing_else() {
        check(b"\xc3\xa9 kost \x80 5 \xe9", Some("application/json"), "é kost € 5 é");
        check(b"{\0\"\0\xe9\0", None, "{\"é");
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(body: Vec<u8>, label in "[a-z0-9-]{0,12}") {
            let _ = to_text(&body, Some(&format!("text/xml; charset={label}")));
        }
    }
}
