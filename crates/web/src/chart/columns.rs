//! Mentions over time, one column a day, stacked by feeling: what hurts stands at the bottom, on the zero line, where
//! it can be compared.

use super::figure::{Drawing, Words, figure};
use super::scale::{lines, nice, place, ticks};
use crate::html::{Html, escape};

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// Its day, in words.
    pub(crate) name: String,
    /// Negative, neutral, positive, mixed, and what is not judged yet.
    pub(crate) parts: [u64; 5],
}

const CLASSES: [&str; 5] = ["negative", "neutral", "positive", "mixed", "neutral"];
/// Bottom to top: negative, mixed, neutral, not judged, positive.
const ORDER: [usize; 5] = [0, 3, 1, 4, 2];
const TOP: f64 = 12.0;
const BOTTOM: f64 = 24.0;
const RIGHT: f64 = 84.0;

/// The paper: one for wide screens, one for a phone, so that the words stay as large on both.
struct Paper {
    class: &'static str,
    width: f64,
    height: f64,
    left: f64,
    names: usize,
}

const WIDE: Paper = Paper { class: " on-wide", width: 1040.0, height: 220.0, left: 40.0, names: 7 };
const NARROW: Paper = Paper { class: " on-narrow", width: 400.0, height: 200.0, left: 32.0, names: 3 };

/// The chart. `labels` are the words for negative, neutral, positive and mixed, written at the last column.
pub(crate) fn stacked(
    words: &Words,
    columns: &[Column],
    labels: [&str; 4],
    number: &dyn Fn(f64) -> String,
) -> Html {
    let rows: Vec<Vec<String>> = columns
        .iter()
        .map(|c| {
            let mut row = vec![c.name.clone(), number(total(c))];
            row.extend(c.parts.iter().take(4).map(|v| number(*v as f64)));
            row
        })
        .collect();
    let drawings = [WIDE, NARROW].map(|paper| Drawing {
        class: paper.class,
        width: paper.width as u32,
        height: paper.height as u32,
        inside: paper.draw(columns, labels, number),
    });
    figure(words, &drawings, &rows)
}

fn total(column: &Column) -> f64 {
    column.parts.iter().sum::<u64>() as f64
}

impl Paper {
    fn draw(&self, columns: &[Column], labels: [&str; 4], number: &dyn Fn(f64) -> String) -> String {
        let (top, step) = nice(columns.iter().map(total).fold(0.0, f64::max));
        let y = |v: f64| self.height - BOTTOM - v / top * (self.height - TOP - BOTTOM);
        let mut out = String::new();
        for line in lines(top, step) {
            out.push_str(&format!(
                "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                place(self.left),
                place(self.width - RIGHT),
                place(self.left - 6.0),
                place(y(line) + 4.0),
                escape(&number(line)),
                y = place(y(line)),
            ));
        }
        let wide = (self.width - self.left - RIGHT) / (columns.len().max(1) as f64);
        let gap = if wide > 6.0 { 2.0 } else { 0.5 };
        for (n, column) in columns.iter().enumerate() {
            let mut at = 0.0;
            for part in ORDER {
                let Some(value) = column.parts.get(part).map(|v| *v as f64).filter(|v| *v > 0.0) else {
                    continue;
                };
                out.push_str(&format!(
                    "<rect class=\"fill {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    CLASSES.get(part).copied().unwrap_or(""),
                    place(self.left + wide * n as f64 + gap / 2.0),
                    place(y(at + value)),
                    place((wide - gap).max(0.5)),
                    place(y(at) - y(at + value)),
                ));
                at += value;
            }
        }
        out.push_str(&self.labels_at_the_end(columns, labels, &y));
        for n in ticks(columns.len(), self.names) {
            if let Some(column) = columns.get(n) {
                out.push_str(&format!(
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    place(self.left + wide * (n as f64 + 0.5)),
                    place(self.height - 6.0),
                    escape(&column.name),
                ));
            }
        }
        out
    }

    /// A word beside the last column that has anything, at the height of each part, pushed apart where they would touch.
    fn labels_at_the_end(&self, columns: &[Column], labels: [&str; 4], y: &dyn Fn(f64) -> f64) -> String {
        let Some(last) = columns.iter().rev().find(|c| total(c) > 0.0) else { return String::new() };
        let mut at = 0.0;
        let mut spots: Vec<(f64, &str, &str)> = Vec::new();
        for part in ORDER {
            let value = last.parts.get(part).map_or(0.0, |v| *v as f64);
            if let (true, Some(label)) = (value > 0.0, labels.get(part)) {
                let mut spot = y(at + value / 2.0) + 4.0;
                if let Some((above, ..)) = spots.last()
                    && above - spot < 14.0
                {
                    spot = above - 14.0;
                }
                spots.push((spot, CLASSES.get(part).copied().unwrap_or(""), label));
            }
            at += value;
        }
        let x = place(self.width - RIGHT + 6.0);
        spots
            .into_iter()
            .map(|(at, class, label)| {
                format!(
                    "<text class=\"label-{class}\" x=\"{x}\" y=\"{}\">{}</text>",
                    place(at),
                    escape(label)
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words {
            id: "volume",
            title: "Meldingen & meer".into(),
            says: "Per dag".into(),
            table: "Tabel".into(),
            heads: ["Dag", "Alle", "−", "○", "+", "±"].map(str::to_owned).to_vec(),
        }
    }

    #[test]
    fn columns_stand_on_zero_with_their_table() {
        let columns = [
            Column { name: "24 nov".into(), parts: [3, 1, 2, 0, 0] },
            Column { name: "25 nov".into(), parts: [0, 0, 0, 0, 0] },
            Column { name: "26 nov".into(), parts: [5, 2, 1, 1, 1] },
        ];
        let html = stacked(&words(), &columns, ["negatief", "neutraal", "positief", "gemengd"], &|v| {
            format!("{v:.0}")
        });
        insta::assert_snapshot!(html.as_str().replace("/><", "/>\n<").replace("</text><", "</text>\n<"));
    }

    #[test]
    fn nothing_at_all_is_drawn_as_an_empty_paper() {
        let html = stacked(&words(), &[], ["", "", "", ""], &|v| format!("{v:.0}"));
        assert!(html.as_str().contains("<svg") && !html.as_str().contains("NaN"));
    }
}
