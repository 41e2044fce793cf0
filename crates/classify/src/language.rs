//! The language of a text, with what the platform or the author declared as a hint.

use gehoor_text::language::{Guess, Language, detect};

/// Below this the declared language is believed instead.
const SURE: f32 = 0.9;

/// What people write for the languages we know beside the code itself: ISO 639-2, and names in four languages.
const NAMES: [(&str, &[&str]); 4] = [
    ("nl", &["nld", "dut", "dutch", "nederlands", "vlaams", "flemish", "niederländisch", "néerlandais"]),
    ("en", &["eng", "english", "engels", "englisch", "anglais"]),
    ("de", &["deu", "ger", "german", "duits", "deutsch", "allemand"]),
    ("fr", &["fra", "fre", "french", "frans", "französisch", "français", "francais"]),
];

/// The ISO 639-1 code of a declared language, however it is written: `nl` for `NL`, `nl-NL`, `nl_BE`, `dut`, `Nederlands`.
/// Other languages keep their own code in small letters; `None` where nothing is declared.
#[must_use]
pub fn code(declared: &str) -> Option<String> {
    let lower = declared.trim().to_lowercase();
    let first = lower.split(['-', '_']).next().unwrap_or_default().trim();
    let known = NAMES.iter().find(|(code, names)| *code == first || names.contains(&first));
    match first {
        "" | "und" | "unknown" | "none" | "null" | "nan" | "n/a" => None,
        _ => Some(known.map_or(first, |(code, _)| code).to_owned()),
    }
}

/// Tells the language of a text.
pub(crate) fn of(text: &str, declared: Option<&str>) -> Guess {
    let guess = detect(text);
    let declared = match declared.and_then(code).as_deref() {
        Some("nl") => Language::Nl,
        Some("en") => Language::En,
        Some("de") => Language::De,
        Some("fr") => Language::Fr,
        _ => return guess,
    };
    if guess.language == declared || guess.p >= SURE {
        return guess;
    }
    Guess { language: declared, p: 0.5, nearest: declared }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_one_code_however_it_is_written() {
        for word in ["nl", "NL", " nl-NL", "nl_NL", "dut", "nld", "Dutch", "Nederlands"] {
            assert_eq!(code(word).as_deref(), Some("nl"), "{word}");
        }
        assert_eq!(["ES-mx", "pl", "Français"].map(|w| code(w).unwrap()), ["es", "pl", "fr"]);
        assert_eq!(["", " ", "und", "None"].map(code), [None, None, None, None]);
    }

    #[test]
    fn a_declared_language_counts_where_the_text_is_too_short_to_tell() {
        assert_eq!(of("ok", Some("nl_NL")).language, Language::Nl);
        assert_eq!(of("ok", Some("Deutsch")).language, Language::De);
    }
}
