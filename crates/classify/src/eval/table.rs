//! The most important figures as a table for people.

use super::{Metrics, Part};

/// A figure, or a line where there is none.
pub(crate) fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"))
}

impl Metrics {
    /// The most important figures as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::from(
            "part   texts  compl.AUC    AP    F1  macroF1  false/1000   ECE  polarity  sentim  intent  severity  resp.  topics  upper  signals  acute10%\n",
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
        let c = self.complaint.as_ref();
        let choice = |task: &str| shown(self.choices.get(task).and_then(|t| t.macro_f1));
        let list = |task: &str| shown(self.lists.get(task).map(|t| t.micro_f1));
        let alarms = c.and_then(|c| c.false_alarms_per_1000);
        format!(
            "{name:5} {:6} {:>10} {:>5} {:>5} {:>8} {:>11} {:>5} {:>9} {:>7} {:>7} {:>9} {:>6} {:>7} {:>6} {:>8} {:>9}\n",
            self.texts,
            shown(c.and_then(|c| c.auc)),
            shown(c.and_then(|c| c.average_precision)),
            shown(c.and_then(|c| c.f1)),
            shown(c.and_then(|c| c.macro_f1)),
            alarms.map_or_else(|| "–".to_owned(), |n| format!("{n:.0}")),
            shown(c.map(|c| c.calibration_error)),
            shown(self.polarity_f1),
            choice("sentiment"),
            choice("intent"),
            choice("severity"),
            choice("responsible"),
            list("topics"),
            list("topics_upper"),
            list("signals"),
            shown(self.acute.as_ref().map(|a| a.first_tenth)),
        )
    }
}
