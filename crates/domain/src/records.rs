//! What was written once must open for ever: a sample of each record as it is written today. A sample is never
//! changed; when a record changes, a new sample is added beside the old one, and both have to open.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::alert::{Alert, Silence};
use crate::case::{Case, CaseEvent};
use crate::effect::OutboxRow;
use crate::mention::Mention;
use crate::poll::PollState;

/// Opens a sample, and loses nothing of it when it is written again.
fn opens<T: DeserializeOwned + Serialize>(text: &str) -> T {
    let record: T = serde_json::from_str(text).unwrap();
    let again = serde_json::to_value(&record).unwrap();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
    record
}

#[test]
fn the_first_samples_open_whole() {
    let case: Case = opens(include_str!("../tests/records/case-1.json"));
    assert_eq!(case.promises.len(), 2);
    let events: Vec<CaseEvent> = opens(include_str!("../tests/records/case-events-1.json"));
    assert_eq!(events.len(), case.events as usize);
    let _: Mention = opens(include_str!("../tests/records/mention-1.json"));
    let _: crate::assessment::Assessment = opens(include_str!("../tests/records/assessment-1.json"));
    let _: Vec<Alert> = opens(include_str!("../tests/records/alerts-1.json"));
    let _: Vec<Silence> = opens(include_str!("../tests/records/silences-1.json"));
    let _: Vec<OutboxRow> = opens(include_str!("../tests/records/outbox-1.json"));
    let _: Vec<CaseEvent> = opens(include_str!("../tests/records/case-events-2.json"));
    let _: PollState = opens(include_str!("../tests/records/poll-1.json"));
}
