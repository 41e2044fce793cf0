//! How far the figures and the probabilities can be trusted: intervals, reliability, what "not sure" is worth.

use std::collections::BTreeMap;

use gehoor_domain::assessment::{Assessment, Intent};
use serde::{Deserialize, Serialize};

use crate::eval::{Judgement, Part, p_complaint, part};
use crate::labelled::Labelled;
use crate::prepare::mix;
use crate::sure::unsure;

/// Draws of the bootstrap: enough for the bounds of 95 %.
const DRAWS: u64 = 200;

/// Between these bounds lies the figure in 95 of 100 draws of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Texts whose probability of a complaint lies in one tenth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Texts.
    pub texts: usize,
    /// Mean probability said.
    pub said: f64,
    /// Share that complains.
    pub seen: f64,
}

/// How often an answer is right where the model is sure of it, and where it says that it is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Sure {
    /// Share of the texts of which it is sure.
    pub share: f64,
    /// Right among these.
    pub right_if_sure: f64,
    /// Right among the others.
    pub right_if_unsure: f64,
}

/// All of it for one list of judgements.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trust {
    /// Bootstrap intervals over all texts, by figure.
    pub all: BTreeMap<String, Interval>,
    /// The same by the language the file states.
    pub languages: BTreeMap<String, BTreeMap<String, Interval>>,
    /// Reliability of the probability of a complaint.
    pub reliability: Vec<Bin>,
    /// By task: what "not sure" is worth.
    pub sure: BTreeMap<String, Sure>,
}

impl Trust {
    /// Measures it.
    #[must_use]
    pub fn of(rows: &[(&Labelled, Assessment)]) -> Self {
        let mut languages: BTreeMap<String, Vec<(&Labelled, Assessment)>> = BTreeMap::new();
        for (text, assessment) in rows {
            if let Some(lang) = &text.lang {
                languages.entry(lang.clone()).or_default().push((text, assessment.clone()));
            }
        }
        Self {
            all: intervals(rows),
            languages: languages.into_iter().map(|(lang, rows)| (lang, intervals(&rows))).collect(),
            reliability: reliability(rows),
            sure: sure(rows),
        }
    }
}

/// A judgement that is wrong, and how sure the model was of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Error {
    /// Number of the text, from 1.
    pub text: usize,
    /// Which task: `complaint` or `severity`.
    pub task: &'static str,
    /// What people said.
    pub right: String,
    /// What the model said.
    pub said: String,
    /// Probability of what was said.
    pub p: f32,
}

/// The reliability table of "complaint": ten bins of equal width.
#[must_use]
pub fn reliability(rows: &[(&Labelled, Assessment)]) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); 10];
    for (text, assessment) in rows {
        let Some(yes) = text.labels.is_complaint() else { continue };
        let p = p_complaint(assessment);
        if let Some(bin) = bins.get_mut(((p * 10.0) as usize).min(9)) {
            bin.texts += 1;
            bin.said += f64::from(p);
            bin.seen += f64::from(u8::from(yes));
        }
    }
    for bin in bins.iter_mut().filter(|b| b.texts > 0) {
        bin.said /= bin.texts as f64;
        bin.seen /= bin.texts as f64;
    }
    bins
}

/// By task: how often it is right where it is sure and where not.
#[must_use]
pub fn sure(rows: &[(&Labelled, Assessment)]) -> BTreeMap<String, Sure> {
    let mut counts: BTreeMap<&'static str, [[f64; 2]; 2]> = BTreeMap::new();
    for (text, a) in rows {
        let doubts = unsure(a);
        let l = &text.labels;
        let answers = [
            ("complaint", l.is_complaint().map(|c| c == (a.intent.label == Intent::Complaint))),
            ("intent", l.intent.map(|i| i == a.intent.label)),
            ("sentiment", l.sentiment.map(|s| s == a.sentiment.label)),
            ("severity", l.severity.map(|s| s == a.severity.label.level())),
            ("responsible", l.responsible.map(|r| r == a.responsible.label)),
        ];
        for (task, right) in answers {
            let Some(right) = right else { continue };
            let [of_sure, of_unsure] = counts.entry(task).or_default();
            let [n, hits] = if doubts.contains(&task) { of_unsure } else { of_sure };
            *n += 1.0;
            *hits += f64::from(u8::from(right));
        }
    }
    let share = |[n, hits]: [f64; 2]| hits / n.max(1.0);
    counts
        .into_iter()
        .map(|(task, [yes, no])| {
            let of = yes.first().copied().unwrap_or_default();
            let all = (of + no.first().copied().unwrap_or_default()).max(1.0);
            let figures = Sure { share: of / all, right_if_sure: share(yes), right_if_unsure: share(no) };
            (task.to_owned(), figures)
        })
        .collect()
}

/// The figures of a part that are worth an interval, by name.
fn headline(part: &Part) -> Vec<(&'static str, f64)> {
    let complaint = part.complaint.iter().flat_map(|c| {
        [
            ("complaint.auc", c.auc),
            ("complaint.f1", c.f1),
            ("complaint.macro_f1", c.macro_f1),
            ("complaint.average_precision", c.average_precision),
            ("complaint.false_alarms_per_1000", c.false_alarms_per_1000),
        ]
    });
    let choice = |task| part.choices.get(task).map(|c| c.macro_f1);
    let list = |task| part.lists.get(task).map(|l| l.micro_f1);
    let others = [
        ("polarity_f1", part.polarity_f1),
        ("sentiment.macro_f1", choice("sentiment")),
        ("intent.macro_f1", choice("intent")),
        ("severity.macro_f1", choice("severity")),
        ("responsible.macro_f1", choice("responsible")),
        ("topics.micro_f1", list("topics")),
        ("signals.micro_f1", list("signals")),
        ("acute.first_tenth", part.acute.as_ref().map(|a| a.first_tenth)),
    ];
    complaint.chain(others.into_iter().filter_map(|(name, x)| Some((name, x?)))).collect()
}

/// Bootstrap intervals of the main figures: the same texts drawn with replacement, 200 times. The same texts give the
/// same intervals.
#[must_use]
pub fn intervals(rows: &[(&Labelled, Assessment)]) -> BTreeMap<String, Interval> {
    let mut drawn: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let n = rows.len() as u64;
    for draw in 0..DRAWS {
        let pick = |i: u64| rows.get((mix(draw << 32 | i) % n.max(1)) as usize);
        let sample: Vec<Judgement<'_>> = (0..n).filter_map(pick).collect();
        for (name, value) in headline(&part(&sample)) {
            drawn.entry(name).or_default().push(value);
        }
    }
    let bound = |sorted: &[f64], share: f64| {
        sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or_default()
    };
    drawn
        .into_iter()
        .map(|(name, mut values)| {
            values.sort_by(f64::total_cmp);
            (name.to_owned(), Interval { low: bound(&values, 0.025), high: bound(&values, 0.975) })
        })
        .collect()
}

/// The judgements that are wrong, the surest first: at most `most` of them.
#[must_use]
pub fn worst(rows: &[(&Labelled, Assessment)], most: usize) -> Vec<Error> {
    let mut errors = Vec::new();
    for (number, (text, a)) in rows.iter().enumerate() {
        let said = a.intent.label == Intent::Complaint;
        let p = p_complaint(a);
        if let Some(right) = text.labels.is_complaint().filter(|right| *right != said) {
            let name = |yes: bool| if yes { "complaint" } else { "no complaint" }.to_owned();
            let p = if said { p } else { 1.0 - p };
            let right = text.labels.intent.map_or_else(|| name(right), |i| i.as_str().to_owned());
            errors.push(Error {
                text: number + 1,
                task: "complaint",
                right,
                said: a.intent.label.as_str().to_owned(),
                p,
            });
        }
        let level = a.severity.label.level();
        if let Some(right) = text.labels.severity.filter(|right| (*right == 3) != (level == 3)) {
            let (right, said) = (right.to_string(), level.to_string());
            errors.push(Error { text: number + 1, task: "severity", right, said, p: a.severity.p });
        }
    }
    errors.sort_by(|a, b| b.p.total_cmp(&a.p));
    errors.truncate(most);
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::majority;
    use crate::labels::Labels;

    fn text(complaint: bool) -> Labelled {
        let intent = Some(if complaint { Intent::Complaint } else { Intent::Praise });
        Labelled { labels: Labels { intent, ..Labels::default() }, ..Labelled::default() }
    }

    #[test]
    fn an_interval_holds_its_figure_and_narrows_with_more_texts() {
        let width = |n: usize| {
            let texts: Vec<Labelled> = (0..n).map(|i| text(i % 3 == 0)).collect();
            let said = majority(&texts.iter().collect::<Vec<_>>());
            let rows: Vec<_> = texts.iter().map(|t| (t, said.clone())).collect();
            let whole = crate::eval::measure(&rows).all.complaint.unwrap().average_precision;
            let i = intervals(&rows)["complaint.average_precision"];
            assert!(i.low <= whole && whole <= i.high, "{i:?} {whole}");
            i.high - i.low
        };
        assert!(width(300) < width(30));
    }

    #[test]
    fn errors_name_the_text_and_come_surest_first() {
        let texts = [text(true), text(false), text(true)];
        let said = majority(&texts.iter().collect::<Vec<_>>());
        let rows: Vec<_> = texts.iter().map(|t| (t, said.clone())).collect();
        let errors = worst(&rows, 5);
        assert_eq!(errors.len(), 1);
        assert_eq!(
            (errors[0].text, errors[0].right.as_str(), errors[0].said.as_str()),
            (2, "praise", "complaint")
        );
    }

    #[test]
    fn the_reliability_table_counts_every_text_once() {
        let texts = [text(true), text(false)];
        let said = majority(&texts.iter().collect::<Vec<_>>());
        let rows: Vec<_> = texts.iter().map(|t| (t, said.clone())).collect();
        let bins = reliability(&rows);
        assert_eq!((bins.iter().map(|b| b.texts).sum::<usize>(), bins[5].seen), (2, 0.5));
        assert_eq!(sure(&rows)["complaint"].share, 0.0);
    }
}
