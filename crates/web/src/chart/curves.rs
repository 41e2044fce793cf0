//! Small curves that share one scale, and the rating with its interval.

use super::figure::{Drawing, Words, figure};
use super::scale::{lines, nice, place, ticks};
use crate::html::{Html, escape};

/// One point of a curve.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    /// Its day, in words.
    pub(crate) name: String,
    /// Its height; none where there is nothing to say.
    pub(crate) value: Option<f64>,
    /// The interval in which the true value lies, where that is uncertain.
    pub(crate) band: Option<(f64, f64)>,
    /// The height in the period before.
    pub(crate) before: Option<f64>,
}

const WIDTH: f64 = 500.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 36.0;
const RIGHT: f64 = 44.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 22.0;

struct Paper {
    low: f64,
    high: f64,
    n: usize,
}

impl Paper {
    fn x(&self, at: usize) -> f64 {
        let steps = self.n.saturating_sub(1).max(1) as f64;
        LEFT + (WIDTH - LEFT - RIGHT) * at as f64 / steps
    }
    fn y(&self, value: f64) -> f64 {
        HEIGHT
            - BOTTOM
            - (value - self.low) / (self.high - self.low).max(f64::EPSILON) * (HEIGHT - TOP - BOTTOM)
    }
    fn grid(&self, at: &[f64], number: &dyn Fn(f64) -> String) -> String {
        at.iter()
            .map(|line| {
                format!(
                    "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                    place(WIDTH - RIGHT), place(LEFT - 6.0), place(self.y(*line) + 4.0), escape(&number(*line)), y = place(self.y(*line)),
                )
            })
            .collect()
    }
    fn names(&self, points: &[Point]) -> String {
        let shown = ticks(points.len(), 4);
        let (first, last) = (shown.first().copied(), shown.last().copied());
        shown
            .iter()
            .filter_map(|n| points.get(*n).map(|p| (*n, p)))
            .map(|(n, p)| {
                let anchor = if Some(n) == first {
                    "start"
                } else if Some(n) == last {
                    "end"
                } else {
                    "middle"
                };
                format!(
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
                    place(self.x(n)),
                    place(HEIGHT - 5.0),
                    escape(&p.name)
                )
            })
            .collect()
    }
    /// A line through what is known; it breaks where nothing is.
    fn path(&self, points: &[Point], of: impl Fn(&Point) -> Option<f64>) -> String {
        let mut out = String::new();
        let mut pen = false;
        for (n, point) in points.iter().enumerate() {
            match of(point) {
                Some(value) => {
                    out.push_str(&format!(
                        "{}{} {}",
                        if pen { "L" } else { "M" },
                        place(self.x(n)),
                        place(self.y(value))
                    ));
                    pen = true;
                }
                None => pen = false,
            }
        }
        out
    }
    fn end(&self, points: &[Point], number: &dyn Fn(f64) -> String) -> String {
        points
            .iter()
            .enumerate()
            .rev()
            .find_map(|(n, p)| p.value.map(|v| (n, v)))
            .map(|(n, v)| {
                format!(
                    "<text class=\"strong\" x=\"{}\" y=\"{}\">{}</text>",
                    place(self.x(n) + 6.0),
                    place(self.y(v) + 4.0),
                    escape(&number(v))
                )
            })
            .unwrap_or_default()
    }
}

/// A small curve from zero to `top`, which all its neighbours share; dashed, the period before.
pub(crate) fn curve(
    words: &Words,
    class: &str,
    points: &[Point],
    max: f64,
    number: &dyn Fn(f64) -> String,
) -> Html {
    let (top, step) = nice(max);
    let paper = Paper { low: 0.0, high: top, n: points.len() };
    let mut out = paper.grid(&lines(top, step), number);
    out.push_str(&format!("<path class=\"curve before\" d=\"{}\"/>", paper.path(points, |p| p.before)));
    out.push_str(&format!("<path class=\"curve {class}\" d=\"{}\"/>", paper.path(points, |p| p.value)));
    out.push_str(&paper.end(points, number));
    out.push_str(&paper.names(points));
    figure(words, &paper_of(out), &table(points, number))
}

/// The mean rating on the scale 1 to 5 with its interval as a band.
pub(crate) fn rating(words: &Words, points: &[Point], number: &dyn Fn(f64) -> String) -> Html {
    let paper = Paper { low: 1.0, high: 5.0, n: points.len() };
    let mut out = paper.grid(&[1.0, 2.0, 3.0, 4.0, 5.0], &|v| format!("{v:.0}"));
    out.push_str(&bands(&paper, points));
    out.push_str(&format!("<path class=\"curve stars\" d=\"{}\"/>", paper.path(points, |p| p.value)));
    // A day alone between days without ratings makes no line: it is a dot.
    for (n, point) in points.iter().enumerate() {
        let alone = |at: Option<usize>| at.and_then(|at| points.get(at)).is_none_or(|p| p.value.is_none());
        if let (Some(value), true) = (point.value, alone(n.checked_sub(1)) && alone(Some(n + 1))) {
            out.push_str(&format!(
                "<circle class=\"now\" cx=\"{}\" cy=\"{}\" r=\"2.5\"/>",
                place(paper.x(n)),
                place(paper.y(value))
            ));
        }
    }
    out.push_str(&paper.end(points, number));
    out.push_str(&paper.names(points));
    let rows: Vec<Vec<String>> = points
        .iter()
        .map(|p| {
            let band = p
                .band
                .map_or_else(|| "–".to_owned(), |(low, high)| format!("{}–{}", number(low), number(high)));
            vec![p.name.clone(), p.value.map_or_else(|| "–".to_owned(), number), band]
        })
        .collect();
    figure(words, &paper_of(out), &rows)
}

fn paper_of(inside: String) -> [Drawing; 1] {
    [Drawing { class: "", width: 500, height: 150, inside }]
}

/// One closed shape for each run of days with an interval.
fn bands(paper: &Paper, points: &[Point]) -> String {
    let mut out = String::new();
    let mut run: Vec<(usize, (f64, f64))> = Vec::new();
    for n in 0..=points.len() {
        match points.get(n).and_then(|p| p.band) {
            Some(band) => run.push((n, band)),
            None if run.is_empty() => {}
            None => {
                if let [(n, (low, high))] = run.as_slice() {
                    out.push_str(&format!(
                        "<rect class=\"band\" x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\"/>",
                        place(paper.x(*n) - 2.0),
                        place(paper.y(*high)),
                        place(paper.y(*low) - paper.y(*high))
                    ));
                } else {
                    let above = run.iter().map(|(n, (_, high))| (n, high));
                    let below = run.iter().rev().map(|(n, (low, _))| (n, low));
                    let line: Vec<String> = above
                        .chain(below)
                        .map(|(n, v)| format!("{} {}", place(paper.x(*n)), place(paper.y(*v))))
                        .collect();
                    out.push_str(&format!("<path class=\"band\" d=\"M{}Z\"/>", line.join("L")));
                }
                run.clear();
            }
        }
    }
    out
}

fn table(points: &[Point], number: &dyn Fn(f64) -> String) -> Vec<Vec<String>> {
    let cell = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), number);
    points.iter().map(|p| vec![p.name.clone(), cell(p.value), cell(p.before)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(name: &str, value: Option<f64>, band: Option<(f64, f64)>) -> Point {
        Point { name: name.into(), value, band, before: value.map(|v| v / 2.0) }
    }
    fn words(id: &'static str) -> Words {
        Words {
            id,
            title: "Klachten".into(),
            says: "Per dag".into(),
            table: "Tabel".into(),
            heads: ["Dag", "Nu", "Toen"].map(str::to_owned).to_vec(),
        }
    }

    #[test]
    fn a_curve_ends_with_its_number() {
        let points = [
            point("1 nov", Some(4.0), None),
            point("2 nov", Some(9.0), None),
            point("3 nov", Some(7.0), None),
        ];
        let html = curve(&words("complaints"), "complaints", &points, 9.0, &|v| format!("{v:.0}"));
        insta::assert_snapshot!(html.as_str().replace("/><", "/>\n<").replace("</text><", "</text>\n<"));
    }

    #[test]
    fn a_rating_has_its_interval_and_breaks_where_nobody_rated() {
        let points = [
            point("1 nov", Some(3.4), Some((2.9, 3.9))),
            point("2 nov", Some(3.6), Some((3.2, 4.0))),
            point("3 nov", None, None),
            point("4 nov", Some(2.0), Some((1.1, 2.9))),
        ];
        let html = rating(&words("stars"), &points, &|v| format!("{v:.1}"));
        insta::assert_snapshot!(html.as_str().replace("/><", "/>\n<").replace("</text><", "</text>\n<"));
    }

    #[test]
    fn without_a_single_number_nothing_breaks() {
        for points in [vec![], vec![point("1 nov", None, None)]] {
            let html = rating(&words("stars"), &points, &|v| v.to_string());
            assert!(!html.as_str().contains("NaN") && !html.as_str().contains("inf"));
        }
    }
}
