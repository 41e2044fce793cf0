//! The language of a text, with what the platform or the author declared as a hint.

use gehoor_text::language::{Guess, Language, detect};

/// Below this the declared language is believed instead.
const SURE: f32 = 0.9;

/// Tells the language of a text.
pub(crate) fn of(text: &str, declared: Option<&str>) -> Guess {
    let guess = detect(text);
    let declared = match declared.and_then(|d| d.get(..2)) {
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
