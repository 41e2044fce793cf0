//! What it is about: one bar a topic, with the period before as an outline behind it.

use super::figure::{Drawing, Words, figure};
use super::scale::place;
use crate::html::{Html, escape};

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    /// Its name, in words.
    pub(crate) name: String,
    /// Now.
    pub(crate) now: u64,
    /// In the period before, where that can be compared.
    pub(crate) before: Option<u64>,
}

const ROW: f64 = 26.0;
const NAME: f64 = 170.0;
const BAR: f64 = 230.0;

/// The chart: names left, bars from zero, both numbers at the end.
pub(crate) fn compare(words: &Words, bars: &[Bar], number: &dyn Fn(f64) -> String) -> Html {
    let max = bars.iter().map(|b| b.now.max(b.before.unwrap_or(0))).max().unwrap_or(1).max(1) as f64;
    let wide = |v: u64| v as f64 / max * BAR;
    let mut out = String::new();
    for (n, bar) in bars.iter().enumerate() {
        let y = ROW * n as f64;
        out.push_str(&format!(
            "<text class=\"strong\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            place(NAME - 8.0),
            place(y + 17.0),
            escape(&bar.name),
        ));
        out.push_str(&format!(
            "<rect class=\"now\" x=\"{NAME}\" y=\"{}\" width=\"{}\" height=\"12\"/>",
            place(y + 7.0),
            place(wide(bar.now))
        ));
        let was = bar.before.map_or_else(String::new, |before| {
            out.push_str(&format!(
                "<rect class=\"was\" x=\"{NAME}\" y=\"{}\" width=\"{}\" height=\"18\"/>",
                place(y + 4.0),
                place(wide(before))
            ));
            format!("{} → ", escape(&number(before as f64)))
        });
        let end = NAME + wide(bar.now.max(bar.before.unwrap_or(0))) + 8.0;
        out.push_str(&format!(
            "<text x=\"{}\" y=\"{}\">{was}<tspan class=\"strong\">{}</tspan></text>",
            place(end),
            place(y + 17.0),
            escape(&number(bar.now as f64)),
        ));
    }
    let rows: Vec<Vec<String>> = bars
        .iter()
        .map(|b| {
            vec![
                b.name.clone(),
                number(b.now as f64),
                b.before.map_or_else(|| "–".to_owned(), |v| number(v as f64)),
            ]
        })
        .collect();
    let height = (ROW * bars.len().max(1) as f64) as u32;
    figure(words, &[Drawing { class: "", width: 500, height, inside: out }], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_say_both_numbers_and_escape_their_names() {
        let words = Words {
            id: "topics",
            title: "Onderwerpen".into(),
            says: "Klachten".into(),
            table: "Tabel".into(),
            heads: ["", "Nu", "Toen"].map(str::to_owned).to_vec(),
        };
        let bars = [
            Bar { name: "te laat <b>".into(), now: 96, before: Some(41) },
            Bar { name: "defect".into(), now: 0, before: Some(0) },
        ];
        let html = compare(&words, &bars, &|v| format!("{v:.0}"));
        insta::assert_snapshot!(html.as_str().replace("/><", "/>\n<").replace("</text><", "</text>\n<"));
        assert!(!html.as_str().contains("<b>"));
    }
}
