//! Topics and signals: any number of names in one cell, however they are parted and written.

use std::collections::HashMap;
use std::sync::LazyLock;

use gehoor_domain::assessment::Signal;
use serde_json::Value;

use crate::labels::TOPICS;
use crate::taxonomy::Taxonomy;

use super::aliases::squashed;

/// The names in a cell: those we know, and the others as they were written.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Names<T> {
    pub(super) known: Vec<T>,
    pub(super) unknown: Vec<String>,
}

/// A topic, or only the first level of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Whole(&'static str),
    Group(&'static str),
}

impl Topic {
    pub(super) fn group(self) -> &'static str {
        match self {
            Topic::Whole(name) | Topic::Group(name) => name.split('.').next().unwrap_or(name),
        }
    }
}

/// Topics by any of their names: `delivery.late`, `Delivery_late`, `late delivery`, `Te laat bezorgd`, `delivery`.
static TOPIC_NAMES: LazyLock<HashMap<String, Topic>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for topic in TOPICS {
        let group = topic.split('.').next().unwrap_or(topic);
        names.entry(squashed(group)).or_insert(Topic::Group(group));
    }
    for entry in Taxonomy::built_in().topics() {
        let Some(topic) = TOPICS.into_iter().find(|topic| *topic == entry.topic.as_str()) else { continue };
        for name in [&entry.nl, &entry.en] {
            names.entry(squashed(name)).or_insert(Topic::Whole(topic));
        }
    }
    // The names of the list itself come last, so that none of the others hides one.
    names.extend(TOPICS.into_iter().map(|topic| (squashed(topic), Topic::Whole(topic))));
    names
});

/// The topics in a cell.
pub(super) fn topics(cell: &Value) -> Names<Topic> {
    names(cell, |name| TOPIC_NAMES.get(&squashed(name)).copied())
}

/// The signals in a cell.
pub(super) fn signals(cell: &Value) -> Names<Signal> {
    names(cell, |name| {
        let name = squashed(name);
        Signal::ALL.iter().copied().find(|signal| squashed(signal.as_str()) == name)
    })
}

fn names<T: PartialEq>(cell: &Value, know: impl Fn(&str) -> Option<T>) -> Names<T> {
    let mut out = Names { known: Vec::new(), unknown: Vec::new() };
    for name in parts(cell, &|name| know(name).is_some()) {
        match know(&name) {
            Some(known) if !out.known.contains(&known) => out.known.push(known),
            Some(_) => {}
            None => out.unknown.push(name),
        }
    }
    out
}

/// The single names, as they were written.
fn parts(cell: &Value, know: &dyn Fn(&str) -> bool) -> Vec<String> {
    match cell {
        Value::Array(items) => items.iter().flat_map(|item| parts_of_item(item, know)).collect(),
        // A table of name and number, or of name and yes or no.
        Value::Object(members) => {
            let set = |value: &Value| value.as_f64().is_some_and(|n| n > 0.0) || value == &Value::Bool(true);
            members.iter().filter(|(_, value)| set(value)).map(|(name, _)| name.clone()).collect()
        }
        Value::String(text) => parts_of_text(text, know),
        _ => Vec::new(),
    }
}

fn parts_of_item(item: &Value, know: &dyn Fn(&str) -> bool) -> Vec<String> {
    let named = || ["topic", "signal", "name", "label"].iter().find_map(|key| item.get(key)?.as_str());
    match item.as_str().or_else(named) {
        Some(name) => parts_of_text(name, know),
        None => Vec::new(),
    }
}

fn parts_of_text(text: &str, know: &dyn Fn(&str) -> bool) -> Vec<String> {
    let text = text.trim();
    if text.starts_with('[') {
        if let Ok(Value::Array(items)) = serde_json::from_str(text) {
            return items.iter().flat_map(|item| parts_of_item(item, know)).collect();
        }
        // As Python writes a list.
        let inner = text.trim_start_matches('[').trim_end_matches(']');
        return parts_of_text(inner, know);
    }
    let clean = |part: &str| part.trim().trim_matches(['\'', '"', '#', ' ']).to_owned();
    let parts: Vec<String> =
        text.split([';', '|', ',']).map(clean).filter(|part| !part.is_empty() && part != "-").collect();
    // Blanks stand within names too, so that they part only what is known on both sides of them.
    parts
        .into_iter()
        .flat_map(|part| {
            let words: Vec<String> = part.split_whitespace().map(clean).collect();
            if !know(&part) && words.iter().all(|word| know(word)) { words } else { vec![part] }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(cell: &Value, known: &[&str], unknown: &[&str]) {
        let names = topics(cell);
        let found: Vec<&str> = names
            .known
            .iter()
            .map(|t| match t {
                Topic::Whole(t) | Topic::Group(t) => *t,
            })
            .collect();
        assert_eq!(
            (found.as_slice(), names.unknown),
            (known, unknown.iter().map(|s| (*s).to_owned()).collect()),
            "{cell}"
        );
    }

    #[test]
    fn several_names_may_be_parted_in_many_ways() {
        let two = ["delivery.late", "contact.wait"];
        for cell in [
            json!(["delivery.late", "contact.wait"]),
            json!("delivery.late;contact.wait"),
            json!("delivery.late, contact.wait"),
            json!("delivery.late | contact.wait"),
            json!("delivery.late contact.wait"),
            json!("[\"delivery.late\",\"contact.wait\"]"),
            json!("['delivery.late', 'contact.wait']"),
            json!([{"topic": "delivery.late", "p": 0.9}, {"topic": "contact.wait"}]),
            json!("Delivery_Late; contact wait"),
        ] {
            check(&cell, &two, &[]);
        }
        check(&json!({"delivery.late": 1, "contact.wait": 0}), &two[..1], &[]);
        for none in [json!([]), json!(""), json!("[]"), json!({})] {
            check(&none, &[], &[]);
        }
    }

    #[test]
    fn names_for_people_and_first_levels_are_known_and_others_are_told() {
        check(&json!("Late delivery; Te laat bezorgd"), &["delivery.late"], &[]);
        check(&json!("delivery, #staff.rude"), &["delivery", "staff.rude"], &[]);
        check(&json!("warranty"), &["warranty"], &[]);
        check(&json!("parcel lost;payment"), &["payment"], &["parcel lost"]);
        assert_eq!(topics(&json!("delivery")).known, [Topic::Group("delivery")]);
        assert_eq!(topics(&json!("payment")).known, [Topic::Whole("payment")]);
    }

    #[test]
    fn signals_are_known_whatever_their_capitals_and_lines() {
        let names = signals(&json!("Long wait; churn,bogus"));
        assert_eq!(
            (names.known, names.unknown),
            (vec![Signal::LongWait, Signal::Churn], vec!["bogus".to_owned()])
        );
    }
}
