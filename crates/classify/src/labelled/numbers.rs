//! Stars and severities as numbers.

use serde_json::Value;

use super::words;

/// Any number, with a point or a comma.
pub(super) fn number(value: &Value) -> Option<f64> {
    let n = match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.trim().replace(',', ".").parse().ok(),
        _ => None,
    };
    n.filter(|n: &f64| n.is_finite())
}

/// Stars of five: `4`, `4,0`, `4/5`, `4 stars`, `★★★★☆`. What is below 1 or above 5 is given back as it is.
pub(super) fn stars(value: &Value) -> Option<f64> {
    if let Some(n) = number(value) {
        return Some(n);
    }
    let text = value.as_str()?.trim().to_lowercase();
    let drawn = text.chars().filter(|c| matches!(c, '★' | '⭐')).count();
    if drawn > 0 && text.chars().all(|c| matches!(c, '★' | '⭐' | '☆' | '\u{fe0f}' | ' ')) {
        return Some(drawn as f64);
    }
    let words = ["stars", "star", "sterren", "ster", "sterne", "stern", "étoiles", "étoile", "★"];
    let word = words.iter().find_map(|word| text.strip_suffix(word)).map(str::trim);
    let of_five = text.split_once('/').filter(|(_, of)| of.trim() == "5").map(|(n, _)| n);
    let of_five = of_five.or_else(|| text.strip_suffix(" out of 5")).or_else(|| text.strip_suffix(" van 5"));
    number(&Value::from(word.or(of_five)?))
}

/// A severity, or the number or word that is none.
pub(super) fn severity(value: &Value) -> Option<u8> {
    match number(value) {
        Some(n) => [0.0, 1.0, 2.0, 3.0]
            .iter()
            .position(|level| *level == n)
            .and_then(|level| u8::try_from(level).ok()),
        None => value.as_str().and_then(words::severity),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_read_as_people_write_them() {
        for text in ["4", "4.0", "4,0", "4/5", "4 stars", "4 sterren", "★★★★", "★★★★☆", "4 out of 5", " 4 "]
        {
            assert_eq!(stars(&Value::from(text)), Some(4.0), "{text}");
        }
        assert_eq!(["4/10", "good", "stars"].map(|t| stars(&Value::from(t))), [None, None, None]);
    }

    #[test]
    fn a_severity_is_never_squeezed_into_its_bounds() {
        let read = |v: Value| severity(&v);
        assert_eq!(
            [3.into(), "2".into(), "1,0".into(), "hoog".into()].map(read),
            [Some(3), Some(2), Some(1), Some(3)]
        );
        assert_eq!([4.into(), (-1).into(), 2.7.into(), "P1".into()].map(read), [None; 4]);
    }
}
