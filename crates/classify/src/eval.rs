//! How good the judgements are, measured on labelled texts.

use std::collections::BTreeMap;

use gehoor_domain::assessment::{Assessment, Intent, Responsible, Sentiment, Signal};
use serde::{Deserialize, Serialize};

use crate::labelled::Labelled;
use crate::measure::{Choice, Counts, auc, average_precision, calibration_error};

/// All figures of one evaluation. A figure is absent when no text carries its label.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Texts measured.
    pub texts: usize,
    /// Over all languages.
    pub all: Part,
    /// By the language the file states.
    pub languages: BTreeMap<String, Part>,
    /// Texts per second on one core, where it was timed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts_per_second: Option<f64>,
}

/// The figures of one part of the texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Texts in it.
    pub texts: usize,
    /// Complaint yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<Complaint>,
    /// Negative against positive, of the texts that are one of the two: macro-F1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polarity_f1: Option<f64>,
    /// The tasks with one answer: sentiment, intent, severity, responsible.
    pub choices: BTreeMap<String, Choice>,
    /// The tasks with any number of answers: topics, signals.
    pub lists: BTreeMap<String, List>,
    /// Share of the texts of severity 3 that stand in the first part, when ranked by [`urgency`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acute: Option<Acute>,
}

/// Complaint yes or no.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    /// Texts with the label, and complaints among them.
    pub texts: usize,
    /// Complaints among them.
    pub complaints: usize,
    /// Area under the ROC curve.
    pub auc: f64,
    /// Average precision.
    pub average_precision: f64,
    /// F1 of "complaint".
    pub f1: f64,
    /// Mean of the F1 of both answers.
    pub macro_f1: f64,
    /// Texts called a complaint among a thousand that are none.
    pub false_alarms_per_1000: f64,
    /// Expected calibration error over ten bins.
    pub calibration_error: f64,
}

/// A task with any number of answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// F1 over all pairs of text and label.
    pub micro_f1: f64,
    /// Mean of the F1 of the labels that occur.
    pub macro_f1: f64,
    /// By label.
    pub labels: BTreeMap<String, Counts>,
}

/// How early the acute ones stand in the ranking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acute {
    /// Texts of severity 3.
    pub texts: usize,
    /// Share of the first 10 places that they hold (of as many as could be there).
    pub first_10: f64,
    /// The same for the first 50.
    pub first_50: f64,
    /// Share of them in the first tenth of all texts.
    pub first_tenth: f64,
}

/// How urgent a text is by itself, 0 to 1: used only to measure; the rank of a case is the domain's.
#[must_use]
pub fn urgency(assessment: &Assessment) -> f32 {
    let p = |level: usize| assessment.severity_p.get(level).copied().unwrap_or_default();
    p(3) + 0.3 * p(2) + 0.1 * p(1)
}

/// Measures `assess` on `rows`.
pub fn evaluate(rows: &[Labelled], mut assess: impl FnMut(&Labelled) -> Assessment) -> Metrics {
    let judged: Vec<(&Labelled, Assessment)> = rows.iter().map(|row| (row, assess(row))).collect();
    measure(&judged)
}

/// Measures judgements that were made before.
#[must_use]
pub fn measure(judged: &[(&Labelled, Assessment)]) -> Metrics {
    let all: Vec<&(&Labelled, Assessment)> = judged.iter().collect();
    let mut languages: BTreeMap<String, Vec<&(&Labelled, Assessment)>> = BTreeMap::new();
    for pair in judged {
        if let Some(lang) = &pair.0.lang {
            languages.entry(lang.clone()).or_default().push(pair);
        }
    }
    Metrics {
        texts: judged.len(),
        all: part(&all),
        languages: languages.into_iter().map(|(lang, rows)| (lang, part(&rows))).collect(),
        texts_per_second: None,
    }
}

pub(crate) type Judgement<'a> = &'a (&'a Labelled, Assessment);

pub(crate) fn part(rows: &[Judgement<'_>]) -> Part {
    let mut choices = BTreeMap::new();
    let mut choose = |name: &str, pairs: Vec<(&'static str, &'static str)>| {
        if !pairs.is_empty() {
            choices.insert(name.to_owned(), Choice::of(&pairs));
        }
    };
    const LEVELS: [&str; 4] = ["0", "1", "2", "3"];
    let level = |n: u8| LEVELS.get(usize::from(n)).copied().unwrap_or("0");
    choose("sentiment", pairs(rows, |l, a| Some((l.labels.sentiment?.as_str(), a.sentiment.label.as_str()))));
    choose("intent", pairs(rows, |l, a| Some((l.labels.intent?.as_str(), a.intent.label.as_str()))));
    choose(
        "severity",
        pairs(rows, |l, a| Some((level(l.labels.severity?), level(a.severity.label.level())))),
    );
    choose(
        "responsible",
        pairs(rows, |l, a| Some((l.labels.responsible?.as_str(), a.responsible.label.as_str()))),
    );
    let mut lists = BTreeMap::new();
    let topics = rows.iter().filter_map(|(l, a)| {
        Some((l.labels.topics.clone()?, a.topics.iter().map(|t| t.label.0.clone()).collect()))
    });
    let name = |s: &Signal| s.as_str().to_owned();
    let signals = rows.iter().filter_map(|(l, a)| {
        let gold = l.labels.signals.as_ref()?.iter().map(name).collect();
        Some((gold, a.signals.iter().map(|s| name(&s.label)).collect()))
    });
    lists.extend(list(&topics.collect::<Vec<_>>()).map(|l| ("topics".to_owned(), l)));
    lists.extend(list(&signals.collect::<Vec<_>>()).map(|l| ("signals".to_owned(), l)));
    Part {
        texts: rows.len(),
        complaint: complaint(rows),
        polarity_f1: polarity(rows),
        choices,
        lists,
        acute: acute(rows),
    }
}

fn pairs<'a, T>(rows: &'a [Judgement<'a>], pick: impl Fn(&Labelled, &Assessment) -> Option<T>) -> Vec<T> {
    rows.iter().filter_map(|(l, a)| pick(l, a)).collect()
}

/// Probability of a complaint.
pub(crate) fn p_complaint(a: &Assessment) -> f32 {
    Intent::ALL
        .iter()
        .position(|i| *i == Intent::Complaint)
        .and_then(|i| a.intent_p.get(i))
        .copied()
        .unwrap_or_default()
}

fn complaint(rows: &[Judgement<'_>]) -> Option<Complaint> {
    let scored = pairs(rows, |l, a| Some((p_complaint(a), l.labels.is_complaint()?)));
    let said = pairs(rows, |l, a| Some((l.labels.is_complaint()?, a.intent.label == Intent::Complaint)));
    if scored.is_empty() {
        return None;
    }
    let yes = Counts::of(said.iter().copied());
    let no = Counts::of(said.iter().map(|(gold, said)| (!gold, !said)));
    let harmless = (said.len() - yes.texts).max(1);
    let alarms = said.iter().filter(|(gold, said)| !gold && *said).count();
    Some(Complaint {
        texts: scored.len(),
        complaints: yes.texts,
        auc: auc(&scored),
        average_precision: average_precision(&scored),
        f1: yes.f1,
        macro_f1: (yes.f1 + no.f1) / 2.0,
        false_alarms_per_1000: 1000.0 * alarms as f64 / harmless as f64,
        calibration_error: calibration_error(&scored),
    })
}

fn polarity(rows: &[Judgement<'_>]) -> Option<f64> {
    let at = |wanted: Sentiment| Sentiment::ALL.iter().position(|s| *s == wanted).unwrap_or_default();
    let (negative, positive) = (at(Sentiment::Negative), at(Sentiment::Positive));
    let said = pairs(rows, |l, a| {
        let gold = match l.labels.sentiment? {
            Sentiment::Negative => true,
            Sentiment::Positive => false,
            _ => return None,
        };
        Some((gold, a.sentiment_p.get(negative)? > a.sentiment_p.get(positive)?))
    });
    let yes = Counts::of(said.iter().copied());
    let no = Counts::of(said.iter().map(|(gold, said)| (!gold, !said)));
    (!said.is_empty()).then_some((yes.f1 + no.f1) / 2.0)
}

fn list(pairs: &[(Vec<String>, Vec<String>)]) -> Option<List> {
    let mut names: Vec<&String> = pairs.iter().flat_map(|(gold, said)| gold.iter().chain(said)).collect();
    names.sort_unstable();
    names.dedup();
    let mut labels = BTreeMap::new();
    let (mut hit, mut said_all, mut gold_all) = (0.0, 0.0, 0.0);
    for name in names {
        let counts = Counts::of(pairs.iter().map(|(gold, said)| (gold.contains(name), said.contains(name))));
        hit += pairs.iter().filter(|(gold, said)| gold.contains(name) && said.contains(name)).count() as f64;
        said_all += pairs.iter().filter(|(_, said)| said.contains(name)).count() as f64;
        gold_all += counts.texts as f64;
        labels.insert(name.clone(), counts);
    }
    if pairs.is_empty() || gold_all == 0.0 {
        return None;
    }
    let occurring: Vec<f64> = labels.values().filter(|c: &&Counts| c.texts > 0).map(|c| c.f1).collect();
    Some(List {
        micro_f1: 2.0 * hit / (said_all + gold_all),
        macro_f1: occurring.iter().sum::<f64>() / occurring.len().max(1) as f64,
        labels,
    })
}

fn acute(rows: &[Judgement<'_>]) -> Option<Acute> {
    let mut ranked = pairs(rows, |l, a| Some((urgency(a), l.labels.severity? == 3)));
    let texts = ranked.iter().filter(|r| r.1).count();
    if texts == 0 {
        return None;
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let within = |n: usize| ranked.iter().take(n).filter(|r| r.1).count() as f64;
    Some(Acute {
        texts,
        first_10: within(10) / texts.min(10) as f64,
        first_50: within(50) / texts.min(50) as f64,
        first_tenth: within(ranked.len().div_ceil(10)) / texts as f64,
    })
}

impl Metrics {
    /// The most important figures as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::from(
            "part   texts  compl.AUC    AP    F1  macroF1  false/1000   ECE  polarity  sentim  intent  severity  resp.  topics  signals  acute10%\n",
        );
        let parts =
            std::iter::once(("all", &self.all)).chain(self.languages.iter().map(|(l, p)| (l.as_str(), p)));
        for (name, part) in parts {
            out.push_str(&part.line(name));
        }
        out
    }
}

impl Part {
    fn line(&self, name: &str) -> String {
        let show = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"));
        let c = self.complaint.as_ref();
        let choice = |task: &str| show(self.choices.get(task).map(|t| t.macro_f1));
        let list = |task: &str| show(self.lists.get(task).map(|t| t.micro_f1));
        format!(
            "{name:5} {:6} {:>10} {:>5} {:>5} {:>8} {:>11} {:>5} {:>9} {:>7} {:>7} {:>9} {:>6} {:>7} {:>8} {:>9}\n",
            self.texts,
            show(c.map(|c| c.auc)),
            show(c.map(|c| c.average_precision)),
            show(c.map(|c| c.f1)),
            show(c.map(|c| c.macro_f1)),
            c.map_or_else(|| "–".to_owned(), |c| format!("{:.0}", c.false_alarms_per_1000)),
            show(c.map(|c| c.calibration_error)),
            show(self.polarity_f1),
            choice("sentiment"),
            choice("intent"),
            choice("severity"),
            choice("responsible"),
            list("topics"),
            list("signals"),
            show(self.acute.as_ref().map(|a| a.first_tenth)),
        )
    }
}

const _: () = assert!(Responsible::ALL.len() == 5);
