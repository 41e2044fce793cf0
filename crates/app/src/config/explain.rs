//! Says what is wrong with a configuration so that it can be mended at once: line, key, and the nearest known key.

/// The error with its line and, for an unknown key, the known key that looks most like it.
#[must_use]
pub fn explain(error: &toml::de::Error, text: &str) -> String {
    let message = error.message();
    let line = error.span().map(|span| 1 + text.get(..span.start).unwrap_or_default().matches('\n').count());
    let mut told = match line {
        Some(line) => format!("line {line}: {message}"),
        None => message.to_owned(),
    };
    if let Some(near) = nearest(message) {
        told.push_str(&format!("; did you mean `{near}`?"));
    }
    told
}

/// serde says: unknown field `x`, expected one of `a`, `b` — the first is the wrong one, the others are known.
fn nearest(message: &str) -> Option<String> {
    if !message.starts_with("unknown") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    quoted
        .map(|known| (strsim::damerau_levenshtein(wrong, known), known))
        .filter(|(distance, known)| *distance <= (known.len() / 2).max(2))
        .min()
        .map(|(_, known)| known.to_owned())
}
