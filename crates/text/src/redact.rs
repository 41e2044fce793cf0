//! Personal data out of texts: for logs, for safe output, and for the check before a public reply.
//!
//! Finds what has a form: mail addresses, phone numbers, IBANs, postcodes with house numbers. It does not find names.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A mail address.
    Mail,
    /// A bank account number (ISO 13616).
    Iban,
    /// A postcode with a house number, in the Dutch form (`1234 AB 12`).
    Address,
    /// A phone number of nine digits or more.
    Phone,
}

impl Kind {
    /// What stands in the place of the data.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Kind::Mail => "[mail]",
            Kind::Iban => "[iban]",
            Kind::Address => "[address]",
            Kind::Phone => "[phone]",
        }
    }
}

struct Patterns(Vec<(Kind, Regex)>);

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let list = [
        (Kind::Mail, r"(?i)[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.[a-z]{2,}"),
        (Kind::Iban, r"(?i)\b[a-z]{2}\d{2}(?:[ \-]?[a-z0-9]{4}){2,7}(?:[ \-]?[a-z0-9]{1,4})?\b"),
        (
            Kind::Address,
            r"\b[1-9]\d{3}(?: ?[A-Z]{2}|[a-z]{2})[ ,]{0,2}(?:nr\.? ?)?\d{1,5}(?:[a-zA-Z]| [A-Z])?\b",
        ),
        (Kind::Phone, r"(?:\+|\b00|\b0)[\d\(][\d\-\.\s\(\)/]{6,18}\d\b"),
    ];
    // Every pattern is a constant that the tests compile.
    Patterns(list.into_iter().filter_map(|(kind, p)| Some((kind, Regex::new(p).ok()?))).collect())
});

/// Where personal data stands: byte ranges in order, without overlap.
#[must_use]
pub fn find(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut found: Vec<(Kind, Range<usize>)> = Vec::new();
    if !text.bytes().any(|b| b.is_ascii_digit() || b == b'@') {
        return found;
    }
    for (kind, pattern) in &PATTERNS.0 {
        for hit in pattern.find_iter(text) {
            let range = hit.range();
            let free = !found.iter().any(|(_, other)| other.start < range.end && range.start < other.end);
            if free && is_real(*kind, hit.as_str()) {
                found.push((*kind, range));
            }
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

/// The text with a placeholder for each piece of personal data that [`find`] finds.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (kind, range) in find(text) {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(kind.placeholder());
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// What the pattern alone cannot tell: a number of the form of an IBAN that does not add up is none, and a phone
/// number has 9 to 15 digits (ITU E.164).
fn is_real(kind: Kind, hit: &str) -> bool {
    match kind {
        Kind::Mail | Kind::Address => true,
        Kind::Phone => (9..=15).contains(&hit.bytes().filter(u8::is_ascii_digit).count()),
        Kind::Iban => {
            let mut body: Vec<u8> = hit.bytes().filter(u8::is_ascii_alphanumeric).collect();
            let n = body.len();
            body.rotate_left(4.min(n));
            let rest = body.iter().fold(0_u64, |rest, b| match b {
                b'0'..=b'9' => (rest * 10 + u64::from(b - b'0')) % 97,
                letter => (rest * 100 + u64::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
            });
            (15..=34).contains(&n) && rest == 1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, redacted: &str) {
        assert_eq!(redact(text), redacted);
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.0.len(), 4);
    }

    #[test]
    fn what_leads_to_a_person_is_taken_out() {
        check("mail jan.de-vries+x@mail.example.nl!", "mail [mail]!");
        check("bel 06-12345678 of +31 (0)20 123 45 67.", "bel [phone] of [phone].");
        check("NL91 ABNA 0417 1643 00 en nl91abna0417164300", "[iban] en [iban]");
        check("ik woon op 1234 AB 12a, en 1234ab 5", "ik woon op [address], en [address]");
    }

    #[test]
    fn order_numbers_dates_and_amounts_stay() {
        for text in
            ["order 100482217", "op 12-03-2026 om 14:12", "€ 1.250,00", "NL91ABNA0417164301", "sinds 2019 al"]
        {
            check(text, text);
        }
    }

    proptest! {
        #[test]
        fn redacting_twice_changes_nothing(text in "[a-z0-9@.+ \\-]{0,60}") {
            let once = redact(&text);
            prop_assert_eq!(redact(&once), once);
        }
    }
}
