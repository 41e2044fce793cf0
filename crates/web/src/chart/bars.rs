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

/// Where things stand. A name may be [`LONGEST`] letters long; what is longer is cut, and says itself whole on hover.
struct Paper {
    class: &'static str,
    width: u32,
    /// From one bar to the next.
    row: f64,
    /// Where the bars begin.
    left: f64,
    /// How far the longest goes; behind it stand the numbers.
    bar: f64,
    /// How far below the top of its row a bar begins.
    below: f64,
}

/// Names left of the bars.
const WIDE: Paper =
    Paper { class: " on-wide bars", width: 500, row: 26.0, left: 200.0, bar: 204.0, below: 7.0 };
/// Names above the bars: on a phone there is no room beside them.
const NARROW: Paper =
    Paper { class: " on-narrow bars", width: 340, row: 43.0, left: 0.0, bar: 244.0, below: 22.0 };
const LONGEST: usize = 26;

/// The chart: names, bars from zero, both numbers at the end.
pub(crate) fn compare(words: &Words, bars: &[Bar], number: &dyn Fn(f64) -> String) -> Html {
    let drawings = [WIDE, NARROW].map(|paper| draw(&paper, bars, number));
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
    figure(words, &drawings, &rows)
}

fn draw(paper: &Paper, bars: &[Bar], number: &dyn Fn(f64) -> String) -> Drawing {
    let Paper { left, bar: longest, below, .. } = *paper;
    let max = bars.iter().map(|b| b.now.max(b.before.unwrap_or(0))).max().unwrap_or(1).max(1) as f64;
    let wide = |v: u64| v as f64 / max * longest;
    let mut out = String::new();
    for (n, bar) in bars.iter().enumerate() {
        let y = paper.row * n as f64;
        out.push_str(&name(paper, &bar.name, y));
        out.push_str(&format!(
            "<rect class=\"now\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"12\"/>",
            place(y + below),
            place(wide(bar.now))
        ));
        let was = bar.before.map_or_else(String::new, |before| {
            out.push_str(&format!(
                "<rect class=\"was\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"18\"/>",
                place(y + below - 3.0),
                place(wide(before))
            ));
            format!("{} → ", escape(&number(before as f64)))
        });
        let end = left + wide(bar.now.max(bar.before.unwrap_or(0))) + 8.0;
        out.push_str(&format!(
            "<text x=\"{}\" y=\"{}\">{was}<tspan class=\"strong\">{}</tspan></text>",
            place(end),
            place(y + below + 10.0),
            escape(&number(bar.now as f64)),
        ));
    }
    let height = (paper.row * bars.len().max(1) as f64) as u32;
    Drawing { class: paper.class, width: paper.width, height, inside: out }
}

fn name(paper: &Paper, name: &str, y: f64) -> String {
    let (shown, whole) = if name.chars().count() > LONGEST {
        let short: String = name.chars().take(LONGEST - 1).collect();
        (format!("{}…", escape(short.trim_end())), format!("<title>{}</title>", escape(name)))
    } else {
        (escape(name), String::new())
    };
    if paper.left > 0.0 {
        let (x, y) = (place(paper.left - 8.0), place(y + paper.below + 10.0));
        format!("<text class=\"strong\" x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{whole}{shown}</text>")
    } else {
        format!("<text class=\"strong\" x=\"0\" y=\"{}\">{whole}{shown}</text>", place(y + 14.0))
    }
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

    #[test]
    fn the_name_of_every_topic_is_shown_whole_in_both_languages() {
        for words in [crate::locale::NL, crate::locale::EN] {
            let topics = words.lines().filter(|line| line.starts_with("topic-"));
            let names: Vec<&str> =
                topics.filter_map(|line| line.split_once(" = ")).map(|(_, name)| name).collect();
            assert!(names.len() > 40, "{names:?}");
            for name in names {
                assert!(name.chars().count() <= LONGEST, "{name}");
            }
        }
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_at_its_end_and_says_itself_whole() {
        let cut = name(&WIDE, "punten, pas, tegoedbon en spaarkaart", 0.0);
        assert!(cut.contains(">punten, pas, tegoedbon en…<"), "{cut}");
        assert!(cut.contains("<title>punten, pas, tegoedbon en spaarkaart</title>"), "{cut}");
    }
}
