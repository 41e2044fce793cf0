//! What came of reading a file: what was taken for what, what was refused and what was not understood.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{BadFile, Refused, words};

/// Lines with something wrong that are shown one by one.
const SHOWN: usize = 5;
/// Longest cell that is shown; it is a label, never a text.
const LONGEST: usize = 24;
/// Different cells of one field that are counted apart.
const KINDS: usize = 40;

/// A cell that was not understood, and how often it stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The field it was read for.
    pub field: String,
    /// What stood there; `…` for what is too long to be a label.
    pub value: String,
    /// How many cells.
    pub cells: usize,
}

/// What came of reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Rows in the file.
    pub rows: usize,
    /// Rows that were not used because something is wrong with them.
    pub refused: usize,
    /// Cells, in rows that were used or not, that were not understood.
    pub unknown: usize,
    /// Rows without any label.
    pub unlabelled: usize,
    /// Cells of `intent` that hold no intent of ours: other sets call other things an intent.
    pub no_intent: usize,
    /// Rows whose intent and complaint contradict each other; the complaint counts for the figures of complaints.
    pub contradictions: usize,
    /// Rows that were left out because what would be concluded from them misleads.
    pub misleading: usize,
    /// Rows with labels concluded from their stars.
    pub from_stars: usize,
    /// Whether labels were concluded.
    pub concluded: bool,
    /// Column by field.
    pub columns: BTreeMap<String, String>,
    /// What was not understood, the most frequent first.
    pub not_understood: Vec<Unknown>,
    /// What was decided about the file as a whole.
    pub notices: Vec<String>,
    /// The first lines with something wrong.
    pub first: Vec<Refused>,
    #[serde(skip)]
    seen: BTreeMap<&'static str, (usize, usize)>,
}

impl Account {
    pub(super) fn new(
        rows: usize,
        columns: BTreeMap<String, String>,
        notices: Vec<String>,
        concluded: bool,
    ) -> Self {
        Self { rows, columns, notices, concluded, ..Self::default() }
    }

    /// Counts a row that is not used; the first are shown, unless its cells were.
    pub(super) fn refuse(&mut self, line: usize, why: String) {
        self.refused += 1;
        if self.first.last().is_none_or(|last| last.line != line) {
            self.show(line, why);
        }
    }

    fn show(&mut self, line: usize, why: String) {
        if self.first.len() < SHOWN {
            self.first.push(Refused { line, why });
        }
    }

    pub(super) fn understood(&mut self, field: &'static str) {
        self.seen.entry(field).or_default().0 += 1;
    }

    pub(super) fn not_understood(&mut self, line: usize, field: &'static str, cell: &Value) {
        let (seen, bad) = self.seen.entry(field).or_default();
        *seen += 1;
        *bad += 1;
        self.unknown_name(line, field, cell);
    }

    /// One name among several in a cell.
    pub(super) fn unknown_name(&mut self, line: usize, field: &'static str, cell: &Value) {
        self.unknown += 1;
        let value = shown(cell);
        let hint = match field {
            "stars" => ": stars are 1 to 5",
            "severity" => ": severity is 0 to 3",
            _ => "",
        };
        self.show(line, format!("`{field}` holds `{value}`{hint}"));
        let of_field = self.not_understood.iter().filter(|u| u.field == field).count();
        let value = if of_field < KINDS { value } else { "…".to_owned() };
        match self.not_understood.iter_mut().find(|u| u.field == field && u.value == value) {
            Some(known) => known.cells += 1,
            None => self.not_understood.push(Unknown { field: field.to_owned(), value, cells: 1 }),
        }
    }

    /// Puts the most frequent first, and says whether so much of a label was not understood that its figures would lie:
    /// half of it; or a tenth, when all that is left of the complaints is one answer, so that the other was lost.
    pub(super) fn close(&mut self, one_answer: bool) -> Result<(), BadFile> {
        self.not_understood.sort_by(|a, b| b.cells.cmp(&a.cells).then_with(|| a.field.cmp(&b.field)));
        for field in ["complaint", "sentiment", "severity", "responsible"] {
            let (seen, bad) = self.seen.get(field).copied().unwrap_or_default();
            let lost = field == "complaint" && one_answer && bad * 10 > seen;
            if bad > 0 && (bad * 2 >= seen || lost) {
                let values: Vec<String> = self
                    .not_understood
                    .iter()
                    .filter(|u| u.field == field)
                    .take(SHOWN)
                    .map(|u| format!("`{}`", u.value))
                    .collect();
                return Err(BadFile(format!(
                    "{bad} of {seen} cells of `{field}` are not understood, such as {}: figures on the others would mislead. \
                     Allowed are: {}. Or leave it out: --map {field}=",
                    values.join(", "),
                    words::allowed(field)
                )));
            }
        }
        Ok(())
    }

    /// What people are told about the file, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.columns.is_empty() {
            let taken = self.columns.iter().map(|(field, column)| {
                if field == column { field.clone() } else { format!("{field} ← {column}") }
            });
            lines.push(format!("read: {}", taken.collect::<Vec<_>>().join(", ")));
        }
        lines.extend(self.notices.iter().cloned());
        if self.refused + self.unknown > 0 {
            let cells: Vec<String> = self
                .not_understood
                .iter()
                .take(10)
                .map(|u| format!("{} × `{}` holds `{}`", u.cells, u.field, u.value))
                .collect();
            let cells = if cells.is_empty() { String::new() } else { format!(": {}", cells.join(", ")) };
            lines.push(format!(
                "{} of {} rows refused, {} cells not understood{cells}",
                self.refused, self.rows, self.unknown
            ));
        }
        let mut count = |n: usize, what: &str| {
            if n > 0 {
                lines.push(format!("{n} {what}"));
            }
        };
        count(self.unlabelled, "rows have no label and are not measured");
        count(self.no_intent, "cells of `intent` hold no intent of ours: they are no label");
        count(
            self.contradictions,
            "rows contradict themselves about the complaint: `complaint` counts before `intent`",
        );
        count(self.misleading, "rows mislead and are left out, as in training");
        count(
            self.from_stars,
            "rows have labels concluded from their stars: the model does not see these stars",
        );
        if self.concluded {
            lines.push(
                "labels are concluded as training does (--conclude): the file does not say them".to_owned(),
            );
        }
        lines
    }
}

/// A cell as it may be shown.
fn shown(cell: &Value) -> String {
    let text = cell.as_str().map_or_else(|| cell.to_string(), |text| text.trim().to_owned());
    if text.chars().count() > LONGEST { "…".to_owned() } else { text.replace(char::is_control, " ") }
}
