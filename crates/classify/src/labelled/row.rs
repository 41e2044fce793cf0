//! One row as text and labels.

use gehoor_domain::assessment::{Intent, Signal};
use serde_json::Value;

use crate::labels::Labels;
use crate::language;

use super::account::Account;
use super::columns::{LABELS, Place, Places};
use super::kinds::Kinds;
use super::topics::Topic;
use super::{FULL, Labelled, numbers, topics, words};

/// How the rows of one file are read.
pub(super) struct Rows<'a> {
    pub(super) places: &'a Places,
    pub(super) kinds: &'a Kinds,
    pub(super) source: &'a str,
}

/// Where a cell stands, and who is told when it is not understood.
struct Cell<'a, 'b> {
    row: &'a Value,
    line: usize,
    places: &'a Places,
    account: &'b mut Account,
}

impl<'a> Cell<'a, '_> {
    fn value(&self, field: &str) -> Option<&'a Value> {
        self.places.get(field)?.of(self.row).filter(|cell| !words::is_missing(cell))
    }

    fn read<T>(&mut self, field: &'static str, understand: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.value(field)?;
        let understood = understand(value);
        match &understood {
            Some(_) => self.account.understood(field),
            None => self.account.not_understood(self.line, field, value),
        }
        understood
    }

    fn unknown(&mut self, field: &'static str, names: Vec<String>) {
        for name in names {
            self.account.unknown_name(self.line, field, &Value::String(name));
        }
    }

    /// A cell with several names; it may be there and empty.
    fn several(&self, field: &'static str, kinds: &Kinds) -> Option<&'a Value> {
        static NONE: Value = Value::Array(Vec::new());
        match self.places.get(field)?.of(self.row) {
            None if kinds.empty_is_none.contains(&field) => Some(&NONE),
            cell => cell.filter(|cell| {
                cell.as_str().is_some_and(|t| t.trim().is_empty()) || !words::is_missing(cell)
            }),
        }
    }
}

impl Rows<'_> {
    /// Reads a row. A cell that is not understood leaves its label out, and the account tells of it.
    ///
    /// # Errors
    /// When there is no text in it, or no label could be read although some stand there.
    pub(super) fn read(&self, row: &Value, line: usize, account: &mut Account) -> Result<Labelled, String> {
        let place = self.places.get("text");
        let text = place.and_then(|p| p.of(row)).and_then(Value::as_str).filter(|t| !t.trim().is_empty());
        let name = place.map_or("text", |place: &Place| place.column.as_str());
        let text = text.ok_or_else(|| format!("the field `{name}` is missing or empty"))?;
        let unknown = account.unknown;
        let mut cell = Cell { row, line, places: self.places, account };
        let mut labels = Labels {
            sentiment: cell.read("sentiment", |v| self.kinds.sentiment(v)),
            responsible: cell.read("responsible", |v| v.as_str().and_then(words::responsible)),
            complaint: cell.read("complaint", words::complaint),
            severity: cell.read("severity", numbers::severity),
            ..Labels::default()
        };
        let mut out = Labelled {
            text: text.to_owned(),
            lang: cell.value("lang").and_then(Value::as_str).and_then(language::code),
            stars: cell.read("stars", |v| numbers::stars(v).filter(|n| (1.0..=5.0).contains(n))),
            channel: cell.read("channel", |v| v.as_str().and_then(words::channel_of)),
            weight: FULL,
            source: self.source.to_owned(),
            line,
            ..Labelled::default()
        };
        (labels.topics, out.topic_groups) = self.topics(&mut cell);
        labels.signals = self.signals(&mut cell);
        // Other sets call other things an intent; only our own five count.
        labels.intent = cell.value("intent").and_then(|v| v.as_str().and_then(words::intent));
        account.no_intent += usize::from(labels.intent.is_none() && self.holds(row, "intent"));
        let by_intent = labels.intent.map(|intent| intent == Intent::Complaint);
        account.contradictions +=
            usize::from(by_intent.zip(labels.complaint).is_some_and(|(intent, plain)| intent != plain));
        out.labels = labels;
        if !out.is_labelled()
            && account.unknown > unknown
            && LABELS.iter().any(|field| self.holds(row, field))
        {
            return Err("none of its labels is understood".to_owned());
        }
        Ok(out)
    }

    fn holds(&self, row: &Value, field: &str) -> bool {
        self.places.get(field).and_then(|place| place.of(row)).is_some_and(|cell| !words::is_missing(cell))
    }

    /// The topics; or only their first levels, where the row names no more of at least one.
    fn topics(&self, cell: &mut Cell<'_, '_>) -> (Option<Vec<String>>, Option<Vec<String>>) {
        let Some(names) = cell.several("topics", self.kinds).map(topics::topics) else { return (None, None) };
        let only_strange = names.known.is_empty() && !names.unknown.is_empty();
        cell.unknown("topics", names.unknown);
        if only_strange {
            return (None, None);
        }
        let whole: Option<Vec<String>> = names
            .known
            .iter()
            .map(|topic| if let Topic::Whole(name) = topic { Some((*name).to_owned()) } else { None })
            .collect();
        let mut groups: Vec<String> = names.known.iter().map(|topic| topic.group().to_owned()).collect();
        groups.sort_unstable();
        groups.dedup();
        if whole.is_some() { (whole, None) } else { (None, Some(groups)) }
    }

    fn signals(&self, cell: &mut Cell<'_, '_>) -> Option<Vec<Signal>> {
        let names = cell.several("signals", self.kinds).map(topics::signals)?;
        let only_strange = names.known.is_empty() && !names.unknown.is_empty();
        cell.unknown("signals", names.unknown);
        (!only_strange).then_some(names.known)
    }
}
