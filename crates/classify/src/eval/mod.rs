//! How good the judgements are, measured on labelled texts.

mod bootstrap;
mod facts;
mod orders;
mod sheet;
mod table;

use std::collections::BTreeMap;

use gehoor_domain::assessment::{Assessment, Intent};
use serde::{Deserialize, Serialize};

pub use bootstrap::Interval;
pub(crate) use bootstrap::{draws, intervals};
pub use orders::{Order, Orders, orders};
pub(crate) use sheet::{Sheet, Sheets};
pub(crate) use table::shown;

use crate::labelled::Labelled;
use crate::measure::{Choice, Counts};

/// The part of texts whose file states no language.
pub const NO_LANGUAGE: &str = "?";

/// All figures of one evaluation. A figure is absent when no text carries its label.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Texts measured.
    pub texts: usize,
    /// Over all languages.
    pub all: Part,
    /// By the language the file states; [`NO_LANGUAGE`] where it states none.
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
    /// Negative against positive, of the texts that are one of the two: macro-F1; absent when only one of them occurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polarity_f1: Option<f64>,
    /// The tasks with one answer: sentiment, intent, severity, responsible.
    pub choices: BTreeMap<String, Choice>,
    /// The tasks with any number of answers: topics, their first level (`topics_upper`), signals.
    pub lists: BTreeMap<String, List>,
    /// How early the texts of severity 3 stand, when ranked by [`urgency`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acute: Option<Acute>,
}

/// Complaint yes or no. What cannot be measured, because complaints or texts without one are missing, is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    /// Texts with the label, and complaints among them.
    pub texts: usize,
    /// Complaints among them.
    pub complaints: usize,
    /// Area under the ROC curve.
    #[serde(default)]
    pub auc: Option<f64>,
    /// Average precision.
    #[serde(default)]
    pub average_precision: Option<f64>,
    /// F1 of "complaint".
    #[serde(default)]
    pub f1: Option<f64>,
    /// Mean of the F1 of both answers.
    #[serde(default)]
    pub macro_f1: Option<f64>,
    /// Texts called a complaint among a thousand that are none.
    #[serde(default)]
    pub false_alarms_per_1000: Option<f64>,
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

/// How early the acute ones stand in the ranking. Where a cut falls among texts of equal rank, what is expected counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
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

/// Probability of a complaint.
#[must_use]
pub fn p_complaint(a: &Assessment) -> f32 {
    let at = Intent::ALL.iter().position(|i| *i == Intent::Complaint);
    at.and_then(|i| a.intent_p.get(i)).copied().unwrap_or_default()
}

/// Measures `assess` on `rows`.
pub fn evaluate(rows: &[Labelled], mut assess: impl FnMut(&Labelled) -> Assessment) -> Metrics {
    let judged: Vec<(&Labelled, Assessment)> = rows.iter().map(|row| (row, assess(row))).collect();
    measure(&judged)
}

/// Measures judgements that were made before.
#[must_use]
pub fn measure(judged: &[(&Labelled, Assessment)]) -> Metrics {
    let sheets = Sheets::of(judged);
    let all = sheets.all.part(None);
    let languages = match &sheets.only {
        Some(lang) => BTreeMap::from([(lang.clone(), all.clone())]),
        None => sheets.languages.iter().map(|(lang, sheet)| (lang.clone(), sheet.part(None))).collect(),
    };
    Metrics { texts: judged.len(), all, languages, texts_per_second: None }
}

#[cfg(test)]
mod tests;
