//! Items of the last days as a row of small bars. A drawing only: the same numbers stand beside it as text.

use super::scale::place;
use crate::html::Html;

const BAR: f64 = 10.0;
const GAP: f64 = 3.0;
const HEIGHT: f64 = 32.0;

/// The bars, the oldest day first; hidden from readers by ear, for whom the numbers are written out.
pub(crate) fn days(counts: &[u64]) -> Html {
    let max = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let width = (BAR + GAP) * counts.len().max(1) as f64;
    let mut out = format!(
        "<svg class=\"chart days\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" aria-hidden=\"true\">",
        place(width),
        place(HEIGHT + 1.0),
        place(width),
        place(HEIGHT + 1.0),
    );
    for (n, count) in counts.iter().enumerate() {
        let tall = (*count as f64 / max * (HEIGHT - 2.0)).max(if *count > 0 { 2.0 } else { 0.0 });
        out.push_str(&format!(
            "<rect class=\"now\" x=\"{}\" y=\"{}\" width=\"{BAR}\" height=\"{}\"/>",
            place((BAR + GAP) * n as f64),
            place(HEIGHT - tall),
            place(tall),
        ));
    }
    // The line on which they stand shows a day without anything as a day.
    out.push_str(&format!(
        "<line class=\"grid\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/></svg>",
        place(width - GAP),
        place(HEIGHT + 0.5),
        place(HEIGHT + 0.5),
    ));
    Html::trusted(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_zero_and_a_single_item_can_be_seen() {
        let html = days(&[0, 1, 1000]);
        assert!(html.as_str().contains("height=\"0\"") && html.as_str().contains("height=\"2\""), "{html}");
        assert!(html.as_str().contains("height=\"30\""), "{html}");
        assert!(!days(&[]).as_str().contains("NaN"));
    }
}
