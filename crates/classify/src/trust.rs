//! How far the figures and the probabilities can be trusted: intervals, reliability, what "not sure" is worth.

use std::collections::BTreeMap;

use gehoor_domain::assessment::{Assessment, Intent};
use serde::{Deserialize, Serialize};

pub use crate::eval::Interval;
use crate::eval::{Sheets, draws, intervals, p_complaint};
use crate::labelled::Labelled;
use crate::sure::unsure;

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
    /// Draws of the bootstrap over all texts.
    pub draws: u64,
}

impl Trust {
    /// Measures it.
    #[must_use]
    pub fn of(rows: &[(&Labelled, Assessment)]) -> Self {
        let sheets = Sheets::of(rows);
        let all = intervals(&sheets.all);
        let languages = match sheets.only {
            Some(lang) => BTreeMap::from([(lang, all.clone())]),
            None => sheets.languages.into_iter().map(|(lang, sheet)| (lang, intervals(&sheet))).collect(),
        };
        Self { all, languages, reliability: reliability(rows), sure: sure(rows), draws: draws(rows.len()) }
    }
}

/// A judgement that is wrong, and how sure the model was of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Error {
    /// Number of the text, from 1.
    pub text: usize,
    /// The file it stands in.
    pub source: String,
    /// The line of the file on which it begins.
    pub line: usize,
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
        let Some(yes) = text.complains() else { continue };
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
            ("complaint", text.complains().map(|c| c == (a.intent.label == Intent::Complaint))),
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

/// The judgements that are wrong, the surest first: at most `most` of them.
#[must_use]
pub fn worst(rows: &[(&Labelled, Assessment)], most: usize) -> Vec<Error> {
    let mut errors = Vec::new();
    for (number, (text, a)) in rows.iter().enumerate() {
        let said = a.intent.label == Intent::Complaint;
        let p = p_complaint(a);
        let error = |task, right, said, p| Error {
            text: number + 1,
            source: text.source.clone(),
            line: text.line,
            task,
            right,
            said,
            p,
        };
        if let Some(right) = text.complains().filter(|right| *right != said) {
            let name = |yes: bool| if yes { "complaint" } else { "no complaint" }.to_owned();
            let p = if said { p } else { 1.0 - p };
            let right = text.labels.intent.map_or_else(|| name(right), |i| i.as_str().to_owned());
            errors.push(error("complaint", right, a.intent.label.as_str().to_owned(), p));
        }
        let level = a.severity.label.level();
        if let Some(right) = text.labels.severity.filter(|right| (*right == 3) != (level == 3)) {
            let (right, said) = (right.to_string(), level.to_string());
            errors.push(error("severity", right, said, a.severity.p));
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
            let whole = crate::eval::measure(&rows).all.complaint.unwrap().average_precision.unwrap();
            let i = Trust::of(&rows).all["complaint.average_precision"];
            assert!(i.low <= whole && whole <= i.high, "{i:?} {whole}");
            i.high - i.low
        };
        assert!(width(300) < width(30));
    }

    #[test]
    fn a_figure_that_cannot_be_measured_has_no_interval_and_one_language_is_the_whole() {
        let texts: Vec<Labelled> =
            (0..20).map(|_| Labelled { lang: Some("nl".into()), ..text(true) }).collect();
        let said = majority(&texts.iter().collect::<Vec<_>>());
        let trust = Trust::of(&texts.iter().map(|t| (t, said.clone())).collect::<Vec<_>>());
        assert!(trust.all.contains_key("complaint.f1") && !trust.all.contains_key("complaint.auc"));
        assert!(!trust.all.contains_key("intent.macro_f1"));
        assert_eq!((trust.languages["nl"].len(), trust.draws), (trust.all.len(), 200));
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
