//! False alarms on real posts that complain about no brand: everyday talk, news, questions to a service desk.
//!
//! The corpus is written by us and hard on purpose; these posts are neither. Half of each public set is left out of a
//! training of its own, in blocks of neighbours, and judged by it.

use std::collections::{BTreeMap, HashMap};

use gehoor_domain::assessment::Intent;
use serde::Serialize;

use crate::calibrate::Calibration;
use crate::cross::judge_text;
use crate::labelled::Labelled;
use crate::lexicon::Lexicon;
use crate::rules::p_of;
use crate::train::{Options, TrainError, train};
use crate::weak;

/// Neighbours that stay together: a conversation is not torn between learning and measuring.
const BLOCK: usize = 50;

/// What a model that has not seen these posts says of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Harmless {
    /// How many posts, none of which complains.
    pub texts: usize,
    /// How many are called complaints.
    pub false_alarms: usize,
    /// Mean probability of a complaint.
    pub mean_p: f64,
}

impl Harmless {
    /// False alarms per 1,000 posts.
    #[must_use]
    pub fn per_1000(&self) -> f64 {
        self.false_alarms as f64 * 1000.0 / self.texts.max(1) as f64
    }
}

/// Trains on everything but half of the harmless posts of each set in `more`, and judges that half by the text alone.
/// `corpus` is what is always trained on.
///
/// # Errors
/// [`TrainError`] when there is too little to learn from.
pub fn measure(
    corpus: &[Labelled],
    more: &[Labelled],
    lexicon: &Lexicon,
    options: &Options,
    calibration: &Calibration,
) -> Result<BTreeMap<String, Harmless>, TrainError> {
    let (held, learnt) = halves(more);
    let mut out: BTreeMap<String, Harmless> = BTreeMap::new();
    if held.is_empty() {
        return Ok(out);
    }
    let learnt = weak::ready(learnt, lexicon, options);
    let all: Vec<&Labelled> = corpus.iter().chain(&learnt).collect();
    let mut model = train(&all, lexicon.again(), options, |_| {})?;
    model.set_calibration(calibration.clone());
    for row in &held {
        let said = judge_text(&model, row);
        let sum = out.entry(row.source.clone()).or_default();
        sum.texts += 1;
        sum.false_alarms += usize::from(said.intent.label == Intent::Complaint);
        sum.mean_p += f64::from(p_of(&said, Intent::Complaint));
    }
    out.values_mut().for_each(|sum| sum.mean_p /= sum.texts.max(1) as f64);
    Ok(out)
}

/// Every other block of each set: its harmless posts to be measured on, all else to be learnt from.
fn halves(more: &[Labelled]) -> (Vec<Labelled>, Vec<Labelled>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let (mut held, mut learnt) = (Vec::new(), Vec::new());
    for row in more {
        let at = seen.entry(row.source.as_str()).or_default();
        let second = *at / BLOCK % 2 == 1;
        *at += 1;
        if !second || row.counts_in_full() {
            learnt.push(row.clone());
        } else if row.labels.is_complaint() == Some(false) && row.stars.is_none() {
            held.push(row.clone());
        }
    }
    (held, learnt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Labels;

    #[test]
    fn a_post_is_learnt_from_or_measured_on_never_both() {
        let row = |n: usize, complaint: Option<bool>, weight: f32| Labelled {
            text: n.to_string(),
            source: "set".to_owned(),
            weight,
            labels: Labels { complaint, ..Labels::default() },
            ..Labelled::default()
        };
        let mut rows: Vec<Labelled> = (0..200).map(|n| row(n, Some(false), 0.3)).collect();
        rows.extend((200..300).map(|n| row(n, Some(true), 3.0)));
        rows.extend((300..400).map(|n| row(n, None, 0.2)));
        let (held, learnt) = halves(&rows);
        assert_eq!(held.len(), 100);
        assert!(held.iter().all(|h| h.labels.complaint == Some(false) && !learnt.contains(h)));
        assert_eq!(learnt.len(), 100 + 100 + 50);
    }
}
