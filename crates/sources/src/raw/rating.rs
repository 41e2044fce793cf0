//! Ratings as strangers write them: `4,5`, `4/5`, `80%`, `4 out of 5`, `★★★☆☆`.

use gehoor_domain::mention::Stars;

/// The scale that schema.org assumes when none is given (<https://schema.org/bestRating>).
pub(crate) const DEFAULT_BEST: f64 = 5.0;
/// As above (<https://schema.org/worstRating>).
pub(crate) const DEFAULT_WORST: f64 = 1.0;

/// A rating out of its text and, where given, the ends of its scale. `None` when it is no number, when the scale is
/// empty, or when the value lies outside it: a wrong rating is worse than none.
pub(crate) fn stars(text: &str, best: Option<f64>, worst: Option<f64>) -> Option<Stars> {
    let text = text.trim();
    if let Some(percent) = text.strip_suffix('%') {
        return usable(Stars { value: number(percent)?, best: 100.0, worst: 0.0 });
    }
    if text.starts_with(['★', '⭐', '☆']) {
        let full = text.chars().filter(|c| matches!(c, '★' | '⭐')).count();
        let value = f64::from(u32::try_from(full).ok()?);
        return usable(Stars { value, best: best.unwrap_or(DEFAULT_BEST), worst: worst_for(value, worst) });
    }
    let separators = ["/", " out of ", " van de ", " van ", " von ", " sur "];
    let split = separators.iter().find_map(|s| text.split_once(s));
    let (value, of) = match split {
        Some((value, of)) => (number(value)?, Some(number(of)?)),
        None => (number(text)?, None),
    };
    usable(Stars { value, best: best.or(of).unwrap_or(DEFAULT_BEST), worst: worst_for(value, worst) })
}

/// A number with a decimal point or comma, and nothing else but white space and words after it.
pub(crate) fn number(text: &str) -> Option<f64> {
    let first = text.split_whitespace().next()?;
    let plain = match (first.rfind(','), first.rfind('.')) {
        // 1.234,5: the point groups thousands.
        (Some(comma), Some(point)) if comma > point => first.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => first.replace(',', ""),
        (Some(_), None) => first.replace(',', "."),
        _ => first.to_owned(),
    };
    let value: f64 = plain.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Some sites count from zero and do not say so.
fn worst_for(value: f64, worst: Option<f64>) -> f64 {
    worst.unwrap_or(if value < DEFAULT_WORST { 0.0 } else { DEFAULT_WORST })
}

fn usable(stars: Stars) -> Option<Stars> {
    stars.out_of_five().is_some().then_some(stars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(f64, f64, f64)>) {
        assert_eq!(stars(text, None, None).map(|s| (s.value, s.worst, s.best)), expected, "{text}");
    }

    #[test]
    fn ratings_are_read_in_all_their_forms() {
        check("4", Some((4.0, 1.0, 5.0)));
        check("4,5", Some((4.5, 1.0, 5.0)));
        check("4.5", Some((4.5, 1.0, 5.0)));
        check("8/10", Some((8.0, 1.0, 10.0)));
        check("4 / 5", Some((4.0, 1.0, 5.0)));
        check("4 out of 5", Some((4.0, 1.0, 5.0)));
        check("4 van de 5", Some((4.0, 1.0, 5.0)));
        check("80%", Some((80.0, 0.0, 100.0)));
        check("★★☆☆☆", Some((2.0, 1.0, 5.0)));
        check("0", Some((0.0, 0.0, 5.0)));
    }

    #[test]
    fn a_rating_outside_its_scale_is_none() {
        for text in ["9", "-1", "six", "", "NaN", "inf", "4/0", "/5", "200%"] {
            check(text, None);
        }
        assert_eq!(stars("3", Some(3.0), Some(3.0)), None);
        assert!(stars("9", Some(10.0), None).is_some());
    }

    #[test]
    fn thousands_and_decimals_are_told_apart() {
        assert_eq!(number("1.234,5"), Some(1234.5));
        assert_eq!(number("1,234.5"), Some(1234.5));
        assert_eq!(number("3,5 sterren"), Some(3.5));
    }
}
