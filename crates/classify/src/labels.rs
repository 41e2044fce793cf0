//! The answers of the model as columns of one table, and the labels it learns them from.
//!
//! One row of weights per feature holds all tasks side by side, so that a text is read once for everything.

use std::ops::Range;

use gehoor_domain::assessment::{Intent, Responsible, Sentiment, Signal};

/// The topics in the order of their columns; the same list as `config/taxonomy.toml`, by name.
pub const TOPICS: [&str; 43] = [
    "account.login",
    "advertising.misleading",
    "app.error",
    "contact.bot",
    "contact.callback_missed",
    "contact.no_answer",
    "contact.sent_around",
    "contact.unreachable",
    "contact.wait",
    "contact.wrong_answer",
    "contract.cancel",
    "delivery.damaged",
    "delivery.late",
    "delivery.missing",
    "delivery.time_window",
    "food.quality",
    "installation.service",
    "loyalty.programme",
    "order.cancelled",
    "order.status",
    "order.wrong_item",
    "payment",
    "price.high",
    "price.wrong",
    "privacy.data",
    "product.defect",
    "product.quality",
    "refund.denied",
    "refund.late",
    "reply.canned",
    "returns.process",
    "safety.hazard",
    "staff.helpful",
    "staff.knowledge",
    "staff.rude",
    "stock.unavailable",
    "stock.wrong_info",
    "store.access",
    "store.hygiene",
    "store.opening_hours",
    "store.queue",
    "warranty",
    "website.error",
];

/// Columns of the feelings, in the order of [`Sentiment::ALL`].
pub const SENTIMENT: Range<usize> = 0..4;
/// Columns of the intents, in the order of [`Intent::ALL`].
pub const INTENT: Range<usize> = 4..9;
/// Columns of severity 1, 2 and 3 *given a complaint*: severity 0 is "no complaint" by definition, so its
/// probability comes from the intent and the two can never contradict each other.
pub const SEVERITY: Range<usize> = 9..12;
/// Columns of the topics, each yes or no.
pub const TOPIC: Range<usize> = 12..55;
/// Columns of the signals, each yes or no, in the order of [`Signal::ALL`].
pub const SIGNAL: Range<usize> = 55..71;
/// Columns of the responsible parties, in the order of [`Responsible::ALL`].
pub const RESPONSIBLE: Range<usize> = 71..76;
/// Column of "acute", yes or no: severity 3 whatever the intent, because danger is often told as a calm question.
pub const ACUTE: Range<usize> = 76..77;
/// All columns, filled up to a multiple of the vector width.
pub const COLUMNS: usize = 80;

/// The tasks of which exactly one answer is right.
pub const CHOICES: [Range<usize>; 4] = [SENTIMENT, INTENT, SEVERITY, RESPONSIBLE];

/// The column of an intent.
#[must_use]
pub fn intent_column(intent: Intent) -> usize {
    INTENT.start + Intent::ALL.iter().position(|i| *i == intent).unwrap_or_default()
}

/// What is known about one labelled text. `None` means that nobody said, not that it is absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels {
    /// The feeling.
    pub sentiment: Option<Sentiment>,
    /// The intent.
    pub intent: Option<Intent>,
    /// Complaint or not, where the intent is not known any closer.
    pub complaint: Option<bool>,
    /// 0 to 3.
    pub severity: Option<u8>,
    /// Topics, complete.
    pub topics: Option<Vec<String>>,
    /// Signals, complete.
    pub signals: Option<Vec<Signal>>,
    /// Who must act.
    pub responsible: Option<Responsible>,
}

impl Labels {
    /// Whether it is a complaint, from the intent or from the plain yes or no.
    #[must_use]
    pub fn is_complaint(&self) -> Option<bool> {
        self.intent.map(|i| i == Intent::Complaint).or(self.complaint)
    }
}

/// The same as the trainer wants it: for each choice the allowed answers as bits (0 = unknown), for each yes-or-no
/// task the bits that are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    /// In the order of [`CHOICES`].
    pub(crate) choices: [u8; 4],
    pub(crate) topics: Option<u64>,
    pub(crate) signals: Option<u32>,
    pub(crate) acute: Option<bool>,
}

fn bit<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|x| x == one).map_or(0, |i| 1 << i)
}

impl Target {
    pub(crate) fn of(labels: &Labels) -> Self {
        let sentiment = labels.sentiment.map_or(0, |s| bit(Sentiment::ALL, &s));
        let complaint = bit(Intent::ALL, &Intent::Complaint);
        let all_intents = (1_u8 << Intent::ALL.len()) - 1;
        let intent = match (labels.intent, labels.complaint) {
            (Some(intent), _) => bit(Intent::ALL, &intent),
            (None, Some(true)) => complaint,
            (None, Some(false)) => all_intents & !complaint,
            (None, None) => 0,
        };
        let severity = match labels.severity {
            Some(level @ 1..=3) => 1 << (level - 1),
            _ => 0,
        };
        let responsible = labels.responsible.map_or(0, |r| bit(Responsible::ALL, &r));
        let topics = labels.topics.as_ref().map(|topics| {
            topics
                .iter()
                .filter_map(|t| TOPICS.iter().position(|x| x == t))
                .fold(0, |bits, i| bits | (1_u64 << i))
        });
        let signals = labels.signals.as_ref().map(|signals| {
            signals
                .iter()
                .filter_map(|s| Signal::ALL.iter().position(|x| x == s))
                .fold(0, |bits, i| bits | (1_u32 << i))
        });
        let acute = labels.severity.map(|level| level >= 3);
        Self { choices: [sentiment, intent, severity, responsible], topics, signals, acute }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::Taxonomy;

    #[test]
    fn the_columns_are_those_of_the_topic_list_and_the_domain() {
        let list: Vec<&str> = Taxonomy::built_in().topics().iter().map(|t| t.topic.as_str()).collect();
        assert_eq!(list, TOPICS);
        assert_eq!(TOPIC.len(), TOPICS.len());
        assert_eq!(SIGNAL.len(), Signal::ALL.len());
        assert_eq!(INTENT.len(), Intent::ALL.len());
        assert_eq!(SENTIMENT.len(), Sentiment::ALL.len());
        assert_eq!(RESPONSIBLE.len(), Responsible::ALL.len());
    }

    #[test]
    fn a_plain_no_allows_every_intent_but_complaint() {
        let no = Target::of(&Labels { complaint: Some(false), ..Labels::default() });
        assert_eq!(no.choices[1], 0b11110);
        assert_eq!(no.topics, None);
        let known =
            Labels { topics: Some(vec!["account.login".into(), "nonsense".into()]), ..Labels::default() };
        assert_eq!(Target::of(&known).topics, Some(1));
    }
}
