//! What we read ourselves in tweets of public sets: those that their makers called negative, random ones that nobody had
//! checked, and of those that were labelled as complaints or not, what else they say. Only labels are kept, found by the beginning of the SHA-256 of the text; the tweets are not ours to ship.

use std::collections::HashMap;
use std::sync::LazyLock;

use gehoor_domain::assessment::{Intent, Sentiment, Signal};
use sha2::{Digest, Sha256};

use crate::labels::Labels;

/// Language, beginning of the SHA-256 of the text, intent (`unsure` where two readings are possible), severity,
/// sentiment, topics, signals; `-` for none and for what was not asked.
static READ: &str = include_str!("../../../models/corpus/readings.tsv");

/// Signs of the hash that are kept.
const HASHED: usize = 12;

/// What is listed about a tweet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// Two readings are possible.
    Unsure,
    /// These labels; what was not asked is `None`.
    Said(Labels),
}

/// What we read in this text; `None` when it is not listed.
pub(crate) fn of(text: &str) -> Option<Reading> {
    static LISTED: LazyLock<HashMap<&str, Reading>> =
        LazyLock::new(|| READ.lines().filter_map(line).collect());
    let hash = hex::encode(Sha256::digest(text.as_bytes()));
    LISTED.get(hash.get(..HASHED)?).cloned()
}

fn line(line: &'static str) -> Option<(&'static str, Reading)> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [_, hash, intent, severity, sentiment, topics, signals] = cells.as_slice() else { return None };
    if *intent == "unsure" {
        return Some((hash, Reading::Unsure));
    }
    let sentiment = Sentiment::parse(sentiment);
    // Who was asked for the feeling was asked for topics and signals too.
    let names = |cell: &&'static str| {
        let names = cell.split(' ').filter(|name| *name != "-");
        sentiment.is_some().then_some(names)
    };
    let labels = Labels {
        intent: Intent::parse(intent),
        severity: severity.parse().ok(),
        topics: names(topics).map(|names| names.map(str::to_owned).collect()),
        signals: names(signals).map(|names| names.filter_map(Signal::parse).collect()),
        sentiment,
        ..Labels::default()
    };
    Some((hash, Reading::Said(labels)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::TOPICS;

    #[test]
    fn every_line_is_understood() {
        for (number, text) in READ.lines().enumerate() {
            let (hash, reading) = line(text).unwrap_or_else(|| panic!("line {}", number + 1));
            assert_eq!(hash.len(), HASHED, "line {}", number + 1);
            let Reading::Said(labels) = reading else { continue };
            assert!(labels.intent.is_some(), "line {}", number + 1);
            let complains = labels.intent == Some(Intent::Complaint);
            assert_eq!(complains, labels.severity.is_some_and(|s| s > 0), "line {}", number + 1);
            for topic in labels.topics.unwrap_or_default() {
                assert!(TOPICS.contains(&topic.as_str()), "line {}: {topic}", number + 1);
            }
        }
    }

    #[test]
    fn a_text_that_nobody_read_is_not_listed() {
        assert_eq!(of("this was never posted anywhere"), None);
    }
}
