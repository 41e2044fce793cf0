//! Public sets that say less than our labels do, and what may be concluded from them.
//!
//! They were labelled for other ends: stars, aspects, feelings of a film character, questions to a bank's bot. Each
//! conclusion is named here with the weight at which it counts in training.

use gehoor_domain::assessment::{Intent, Sentiment};
use serde_json::Value;

use crate::labelled::Labelled;

/// Adds what a row of a public set says in its own way; `None` when the row is known to mislead.
pub(crate) fn complete(value: &Value, mut row: Labelled) -> Option<Labelled> {
    let labels = &mut row.labels;
    // Rows that nobody checked hold complaints that are marked as none.
    if labels.complaint == Some(false) && value.get("checked") == Some(&Value::Bool(false)) {
        return None;
    }
    if let Some(aspects) = value.get("aspects").and_then(Value::as_array) {
        labels.sentiment = Some(of_aspects(aspects));
        row.weight = 0.5;
    } else if value.get("emotions").is_some() {
        // A line of a film: everyday speech, anger included, that complains about no brand.
        labels.complaint = Some(false);
        row.weight = 0.2;
    } else if labels.intent.is_none() && value.get("intent").is_some() {
        // Questions to a service desk in the words of complaints.
        labels.complaint = Some(false);
        row.weight = 0.2;
    } else if labels.intent.is_none() && labels.complaint.is_none() {
        match (labels.sentiment, row.stars) {
            // General tweets: the feeling is theirs, a complaint about a brand is rare among them.
            (Some(Sentiment::Positive | Sentiment::Neutral), None) => {
                labels.complaint = Some(false);
                row.weight = 0.4;
            }
            (Some(_), None) => row.weight = 0.4,
            (None, Some(stars)) => {
                let (sentiment, intent) = of_stars(stars)?;
                labels.sentiment = Some(sentiment);
                labels.intent = intent;
                row.weight = 0.4;
            }
            _ => {}
        }
    }
    Some(row)
}

fn of_aspects(aspects: &[Value]) -> Sentiment {
    let says =
        |wanted: &str| aspects.iter().any(|a| a.get("polarity").and_then(Value::as_str) == Some(wanted));
    match (says("positive"), says("negative")) {
        (true, true) => Sentiment::Mixed,
        (true, false) => Sentiment::Positive,
        (false, true) => Sentiment::Negative,
        (false, false) => Sentiment::Neutral,
    }
}

/// Three stars say nothing clear.
fn of_stars(stars: f64) -> Option<(Sentiment, Option<Intent>)> {
    match stars {
        s if s >= 4.5 => Some((Sentiment::Positive, Some(Intent::Praise))),
        s if s >= 3.5 => Some((Sentiment::Positive, None)),
        s if s >= 2.5 => None,
        s if s >= 1.5 => Some((Sentiment::Negative, None)),
        _ => Some((Sentiment::Negative, Some(Intent::Complaint))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labelled::{Columns, read_jsonl};

    fn read(line: &str) -> Vec<Labelled> {
        read_jsonl(line, "x", &Columns::default()).0
    }

    #[test]
    fn unchecked_noes_are_left_out_and_checked_ones_count() {
        assert!(read(r#"{"text":"a","complaint":0,"checked":false}"#).is_empty());
        assert_eq!(read(r#"{"text":"a","complaint":0,"checked":true}"#)[0].labels.complaint, Some(false));
    }

    #[test]
    fn stars_alone_tell_the_feeling_but_three_tell_nothing() {
        assert_eq!(read(r#"{"text":"a","stars":5}"#)[0].labels.sentiment, Some(Sentiment::Positive));
        assert_eq!(read(r#"{"text":"a","stars":1}"#)[0].labels.intent, Some(Intent::Complaint));
        assert!(read(r#"{"text":"a","stars":3}"#).is_empty());
    }

    #[test]
    fn a_bots_question_is_no_complaint() {
        let row = &read(r#"{"text":"a","intent":"card_arrival"}"#)[0];
        assert_eq!((row.labels.intent, row.labels.complaint), (None, Some(false)));
    }
}
