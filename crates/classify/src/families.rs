//! The kinds of model that were tried, measured side by side: what each group of features is worth.

use rayon::prelude::*;
use serde::Serialize;

use crate::baseline::{feelings_only, lexicon_only, majority};
use crate::cross::{folds, quick};
use crate::eval::{Metrics, evaluate, measure};
use crate::labelled::Labelled;
use crate::lexicon::Lexicon;
use crate::train::{Options, TrainError};

/// One kind of model and how good it is.
#[derive(Debug, Clone, Serialize)]
pub struct Family {
    /// In words.
    pub name: String,
    /// Its figures, text alone.
    pub metrics: Metrics,
}

/// Trains each kind on all files but those of the first fold, and measures on these, text alone. The calibration of
/// each comes from the other half of the measured texts.
///
/// # Errors
/// [`TrainError`] when there is too little to learn from.
pub fn compare(
    texts: &[Labelled],
    more: &[Labelled],
    lexicon: &Lexicon,
    options: &Options,
    mut progress: impl FnMut(&str),
) -> Result<Vec<Family>, TrainError> {
    let folds = folds(texts);
    let held: Vec<Labelled> =
        texts.iter().zip(&folds).filter(|(_, f)| **f == 0).map(|(t, _)| t.clone()).collect();
    let own: Vec<&Labelled> = texts.iter().zip(&folds).filter(|(_, f)| **f != 0).map(|(t, _)| t).collect();
    let all: Vec<&Labelled> = own.iter().copied().chain(more).collect();
    let most_frequent = majority(&own);
    let family = |name: &str, metrics| Family { name: name.to_owned(), metrics };
    let mut out = vec![
        family("always the most frequent", evaluate(&held, |_| most_frequent.clone())),
        family(
            "feelings of the lexicon by the rules of VADER",
            evaluate(&held, |row| feelings_only(lexicon, row)),
        ),
        family("lexicon counted by hand", evaluate(&held, |row| lexicon_only(lexicon, row))),
    ];
    // One training each is enough to compare.
    let with = |words, letters, lexical| Options { words, letters, lexical, runs: 1, ..options.clone() };
    let kinds = [
        ("words alone (1- and 2-grams)", &all, with(true, false, false)),
        ("words and letters: n-grams, logistic regression", &all, with(true, true, false)),
        ("lexicon and cues, weights learnt", &all, with(false, false, true)),
        ("all of these, without further sets", &own, with(true, true, true)),
        ("this model, one training", &all, with(true, true, true)),
    ];
    progress("kinds of model, side by side");
    let trained: Result<Vec<Family>, TrainError> = kinds
        .into_par_iter()
        .map(|(name, learnt, options)| {
            let judged = quick(learnt, &held, lexicon.again(), &options)?;
            let pairs: Vec<_> =
                judged.into_iter().filter_map(|j| Some((held.get(j.row)?, j.text_only))).collect();
            Ok(family(name, measure(&pairs)))
        })
        .collect();
    out.extend(trained?);
    Ok(out)
}
