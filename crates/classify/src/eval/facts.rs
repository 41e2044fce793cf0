//! One judged text as numbers: what people said beside what the model said, so that it can be counted many times over.

use std::collections::HashMap;
use std::sync::LazyLock;

use gehoor_domain::assessment::{Assessment, Intent, Responsible, Sentiment, Signal};

use super::{p_complaint, urgency};
use crate::labelled::Labelled;
use crate::labels::TOPICS;

/// The tasks with one right answer, by name, with their answers.
pub(super) static CHOICES: LazyLock<[(&str, Vec<&str>); 4]> = LazyLock::new(|| {
    [
        ("sentiment", Sentiment::ALL.iter().map(|l| l.as_str()).collect()),
        ("intent", Intent::ALL.iter().map(|l| l.as_str()).collect()),
        ("severity", vec!["0", "1", "2", "3"]),
        ("responsible", Responsible::ALL.iter().map(|l| l.as_str()).collect()),
    ]
});

/// The tasks with any number of answers, by name, with their answers. None has more than fit into the bits of a `u64`.
pub(super) static LISTS: LazyLock<[(&str, Vec<&str>); 3]> = LazyLock::new(|| {
    let mut groups: Vec<&str> = TOPICS.iter().map(|topic| group(topic)).collect();
    groups.dedup();
    [
        ("topics", TOPICS.to_vec()),
        ("topics_upper", groups),
        ("signals", Signal::ALL.iter().map(|s| s.as_str()).collect()),
    ]
});

static PLACES: LazyLock<[HashMap<&str, u32>; 3]> = LazyLock::new(|| {
    LISTS.each_ref().map(|(_, names)| (0_u32..).zip(names).map(|(at, name)| (*name, at)).collect())
});

/// Gold and said, as bits or as places in a list.
pub(super) type Pair<T> = Option<(T, T)>;

/// What is counted of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    pub(super) complaint: Option<bool>,
    pub(super) p: f32,
    pub(super) said: bool,
    /// In the order of [`CHOICES`].
    pub(super) choices: [Pair<usize>; 4],
    /// Whether it is negative rather than positive.
    pub(super) polarity: Pair<bool>,
    /// In the order of [`LISTS`].
    pub(super) lists: [Pair<u64>; 3],
    pub(super) acute: Option<bool>,
    pub(super) urgency: f32,
}

fn group(topic: &str) -> &str {
    topic.split('.').next().unwrap_or(topic)
}

fn place<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|x| x == one).unwrap_or_default()
}

impl Fact {
    pub(super) fn of(row: &Labelled, a: &Assessment) -> Self {
        let labels = &row.labels;
        let choices = [
            labels.sentiment.map(|s| (place(Sentiment::ALL, &s), place(Sentiment::ALL, &a.sentiment.label))),
            labels.intent.map(|i| (place(Intent::ALL, &i), place(Intent::ALL, &a.intent.label))),
            labels.severity.map(|s| (usize::from(s), usize::from(a.severity.label.level()))),
            labels
                .responsible
                .map(|r| (place(Responsible::ALL, &r), place(Responsible::ALL, &a.responsible.label))),
        ];
        Self {
            complaint: row.complains(),
            p: p_complaint(a),
            said: a.intent.label == Intent::Complaint,
            choices,
            polarity: polarity(labels.sentiment, a),
            lists: lists(row, a),
            acute: labels.severity.map(|level| level == 3),
            urgency: urgency(a),
        }
    }
}

fn polarity(gold: Option<Sentiment>, a: &Assessment) -> Pair<bool> {
    let gold = match gold? {
        Sentiment::Negative => true,
        Sentiment::Positive => false,
        _ => return None,
    };
    let p = |wanted: Sentiment| a.sentiment_p.get(place(Sentiment::ALL, &wanted)).copied();
    Some((gold, p(Sentiment::Negative)? > p(Sentiment::Positive)?))
}

fn bits<'a>(list: usize, names: impl Iterator<Item = &'a str>) -> u64 {
    let places = PLACES.get(list);
    names.filter_map(|name| places?.get(name)).fold(0, |bits, at| bits | 1 << at)
}

fn lists(row: &Labelled, a: &Assessment) -> [Pair<u64>; 3] {
    let said = || a.topics.iter().map(|t| t.label.as_str());
    let gold = || row.labels.topics.iter().flatten().map(String::as_str);
    let groups = match (&row.labels.topics, &row.topic_groups) {
        (Some(_), _) => Some(bits(1, gold().map(group))),
        (None, Some(groups)) => Some(bits(1, groups.iter().map(String::as_str))),
        (None, None) => None,
    };
    [
        row.labels.topics.is_some().then(|| (bits(0, gold()), bits(0, said()))),
        groups.map(|gold| (gold, bits(1, said().map(group)))),
        row.labels.signals.as_ref().map(|signals| {
            (bits(2, signals.iter().map(|s| s.as_str())), bits(2, a.signals.iter().map(|s| s.label.as_str())))
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_fits_into_its_bits_and_the_first_levels_stand_there_once() {
        assert!(LISTS.iter().all(|(_, names)| names.len() <= 64));
        let groups = &LISTS[1].1;
        assert!(groups.windows(2).all(|two| two[0] < two[1]), "{groups:?}");
    }
}
