//! Public sets that say less than our labels do, and what may be concluded from them.
//!
//! They were labelled for other ends: stars, aspects, feelings of a film character, questions to a bank's bot. Each
//! conclusion is named here with the weight at which it counts in training.

use std::collections::HashMap;

use gehoor_domain::assessment::{Intent, Sentiment};
use gehoor_domain::mention::Channel;
use serde_json::Value;

use crate::labelled::Labelled;
use crate::labels::Labels;
use crate::lexicon::{Lexicon, parse_line};
use crate::readings::{self, Reading};
use crate::train::Options;

/// Adds what a row of a public set says in its own way; `None` when the row is known to mislead.
pub(crate) fn complete(value: &Value, mut row: Labelled) -> Option<Labelled> {
    let labels = &mut row.labels;
    // Random tweets that nobody checked are all marked as no complaint; what they are we read ourselves.
    if labels.complaint == Some(false) && value.get("checked") == Some(&Value::Bool(false)) {
        let Some(Reading::Said(said)) = readings::of(&row.text) else { return None };
        let source = format!("{}, random", row.source);
        return Some(Labelled {
            labels: said,
            channel: Some(Channel::Microblog),
            weight: 0.5,
            source,
            ..row
        });
    }
    // Sets that hold several trades are measured by trade.
    if let Some(domain) = value.get("domain").and_then(Value::as_str).filter(|_| labels.complaint.is_some()) {
        row.source = format!("{}, {domain}", row.source);
        if let Some(Reading::Said(said)) = readings::of(&row.text) {
            *labels = of_both(labels.complaint, said);
        }
        // Few beside the corpus, and the only ones whose writers nobody of us is.
        row.weight = 6.0;
    }
    if let Some(aspects) = value.get("aspects").and_then(Value::as_array) {
        labels.sentiment = Some(of_aspects(aspects));
        row.weight = 0.1;
    } else if value.get("emotions").is_some_and(Value::is_array) {
        // A line of a film: everyday speech, anger included, that complains about no brand. The feelings were carried
        // over from subtitles in another language and are too noisy to learn from.
        labels.complaint = Some(false);
        labels.sentiment = None;
        row.channel = Some(Channel::Microblog);
        // Dutch has no other set of harmless posts.
        row.weight = if row.lang.as_deref() == Some("nl") { 0.6 } else { 0.3 };
    } else if labels.intent.is_none() && value.get("intent").is_some() {
        // Questions to a service desk in the words of complaints.
        labels.complaint = Some(false);
        row.weight = 0.45;
    } else if labels.intent.is_none() && labels.complaint.is_none() {
        match (labels.sentiment, row.stars) {
            // General tweets: the feeling is theirs, a complaint about a brand is rare among them.
            (Some(Sentiment::Positive | Sentiment::Neutral), None) => {
                row.channel = Some(Channel::Microblog);
                labels.complaint = Some(false);
                row.weight = 0.6;
            }
            (Some(_), None) => {
                row.weight = 0.2;
                if row.source.ends_with("-tweets-sentiment") {
                    read_by_us(&mut row);
                }
            }
            (None, Some(stars)) => {
                let (sentiment, intent) = of_stars(stars)?;
                labels.sentiment = Some(sentiment);
                labels.intent = intent;
                row.from_stars = true;
                row.weight = 0.1;
            }
            _ => {}
        }
    }
    Some(row)
}

/// What others said of a complaint and we of all else: theirs counts where we differ.
fn of_both(complaint: Option<bool>, said: Labels) -> Labels {
    let ours = said.is_complaint();
    if ours == complaint {
        return Labels { complaint, ..said };
    }
    Labels { complaint, intent: complaint.filter(|c| *c).map(|_| Intent::Complaint), severity: None, ..said }
}

/// What we read in a negative tweet: nearly all are angry or sad about something that is no company's doing, and only
/// the others are listed.
fn read_by_us(row: &mut Labelled) {
    match readings::of(&row.text) {
        Some(Reading::Unsure) => return,
        Some(Reading::Said(said)) => {
            (row.labels.intent, row.labels.severity) = (said.intent, said.severity);
        }
        None => row.labels.intent = Some(Intent::Irrelevant),
    }
    row.channel = Some(Channel::Microblog);
    row.weight = 0.3;
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

/// Texts of one answer that a file may give.
const MOST_OF_ONE_KIND: usize = 2000;

/// Thins out files in which one answer is much more frequent than the corpus is large, evenly over the file.
#[must_use]
pub fn thin(rows: Vec<Labelled>) -> Vec<Labelled> {
    let kind = |row: &Labelled| (row.source.clone(), row.labels.sentiment, row.labels.is_complaint());
    let mut counts = HashMap::new();
    for row in &rows {
        *counts.entry(kind(row)).or_insert(0_usize) += 1;
    }
    let mut seen = HashMap::new();
    rows.into_iter()
        .filter(|row| {
            let n = counts.get(&kind(row)).copied().unwrap_or_default().max(1);
            let at = seen.entry(kind(row)).or_insert(0_usize);
            *at += 1;
            // The k-th row is kept when k·max/n passes a whole number.
            n <= MOST_OF_ONE_KIND || *at * MOST_OF_ONE_KIND / n != (*at - 1) * MOST_OF_ONE_KIND / n
        })
        .collect()
}

/// Further texts as the trainer wants them: thinned, weighed, with the expressions of the lexicon if they are wanted.
/// What people labelled for complaints counts in full; what is only concluded counts less.
#[must_use]
pub fn ready(rows: Vec<Labelled>, lexicon: &Lexicon, options: &Options) -> Vec<Labelled> {
    let mut more = thin(rows);
    more.iter_mut().for_each(|row| row.weigh_hint(options.more_weight));
    more.extend(of_lexicon(lexicon, options.lexicon_weight));
    more
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

/// The expressions of the lexicon as texts of their own: what a line says of itself is a label too. Expressions with
/// `…` are left out. Topics are taken from those that complain; a topic beside praise means its opposite.
#[must_use]
pub fn of_lexicon(lexicon: &Lexicon, weight: f32) -> Vec<Labelled> {
    let mut out = Vec::new();
    if weight <= 0.0 {
        return out;
    }
    for (list, lang) in lexicon.source().into_iter().zip(["nl", "en", "de", "fr"]) {
        for line in list.lines() {
            let Ok((text, entry)) = parse_line(line) else { continue };
            if text.contains('…') {
                continue;
            }
            let sentiment = match entry.sentiment {
                2..=3 => Some(Sentiment::Positive),
                -3..=-2 => Some(Sentiment::Negative),
                _ => None,
            };
            let complaint = match entry.complaint {
                2..=3 => Some(true),
                -2..=-1 => Some(false),
                _ => None,
            };
            let complains = entry.complaint >= 1;
            let labels = Labels {
                sentiment,
                complaint,
                topics: complains.then(|| entry.topic_names().map(str::to_owned).collect()),
                signals: complains.then(|| entry.signal_labels().collect()),
                ..Labels::default()
            };
            out.push(Labelled {
                text: text.to_owned(),
                lang: Some(lang.to_owned()),
                labels,
                weight,
                source: format!("expressions-{lang}"),
                ..Labelled::default()
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labelled::read_training;

    fn read(line: &str) -> Vec<Labelled> {
        read_training(line, "x").0
    }

    #[test]
    fn unchecked_noes_are_left_out_and_checked_ones_count() {
        assert!(read(r#"{"text":"a","complaint":0,"checked":false}"#).is_empty());
        assert_eq!(read(r#"{"text":"a","complaint":0,"checked":true}"#)[0].labels.complaint, Some(false));
    }

    #[test]
    fn others_say_whether_it_complains_and_we_what_else() {
        let said = |intent, severity| Labels {
            intent: Some(intent),
            severity,
            sentiment: Some(Sentiment::Negative),
            ..Labels::default()
        };
        let agreed = of_both(Some(false), said(Intent::Question, None));
        assert_eq!((agreed.intent, agreed.is_complaint()), (Some(Intent::Question), Some(false)));
        let theirs = of_both(Some(true), said(Intent::Remark, None));
        assert_eq!((theirs.intent, theirs.sentiment), (Some(Intent::Complaint), Some(Sentiment::Negative)));
        let not_ours = of_both(Some(false), said(Intent::Complaint, Some(2)));
        assert_eq!((not_ours.intent, not_ours.severity, not_ours.is_complaint()), (None, None, Some(false)));
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
