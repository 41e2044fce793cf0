//! Measuring across files: what is measured is never judged by a model that has seen its file.
//!
//! The texts were written by few hands, so a random split would flatter. Files are dealt into folds; each fold is
//! judged by a model trained on the others, with a calibration fitted on the other folds' judgements.

use gehoor_domain::assessment::Assessment;
use rayon::prelude::*;

use crate::calibrate::{Calibration, Row};
use crate::eval::{Metrics, measure};
use crate::judge;
use crate::labelled::Labelled;
use crate::labels::Target;
use crate::language;
use crate::lexicon::Lexicon;
use crate::model::{Context, Model, Scores, Scratch};
use crate::train::{Options, TrainError, train};

/// Folds into which the files are dealt.
pub const FOLDS: usize = 5;

/// The fold of each text: files of one language are dealt in turn, so that no fold is without a language that has
/// files enough. A language with one file only is split into runs of its rows: it has one writer anyway, and its
/// figures are to be read so.
#[must_use]
pub fn folds(texts: &[Labelled]) -> Vec<usize> {
    let mut files: Vec<(&str, &str)> = Vec::new();
    for text in texts {
        let file = (text.lang.as_deref().unwrap_or_default(), text.source.as_str());
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files.sort_unstable();
    let mut out = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let lang = text.lang.as_deref().unwrap_or_default();
        let own: Vec<_> = files.iter().filter(|f| f.0 == lang).collect();
        let place = own.iter().position(|f| f.1 == text.source).unwrap_or_default();
        out.push(if own.len() > 1 { place % FOLDS } else { row / 20 % FOLDS });
    }
    out
}

/// What was measured across files.
#[derive(Debug, Clone)]
pub struct Validation {
    /// With stars and channel as the files give them.
    pub as_given: Metrics,
    /// With the text alone: no stars, no channel.
    pub text_only: Metrics,
    /// Fitted on all judgements of both kinds, for a model trained on everything.
    pub calibration: Calibration,
    /// Every judgement behind the figures.
    pub judged: Vec<Judged>,
}

/// One text, judged by a model that has not seen its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Its place among the texts.
    pub row: usize,
    /// With stars and channel as the file gives them.
    pub as_given: Assessment,
    /// With the text alone.
    pub text_only: Assessment,
}

/// The scores of a text by a model that has not seen its file.
struct Scored {
    row: usize,
    fold: usize,
    as_given: Scores,
    text_only: Scores,
}

/// Trains once per fold and measures. `more` are texts that are always trained on and never measured.
///
/// # Errors
/// [`TrainError`] when a fold is left with too little to learn from.
pub fn validate(
    texts: &[Labelled],
    more: &[Labelled],
    lexicon: &Lexicon,
    options: &Options,
    mut progress: impl FnMut(String),
) -> Result<Validation, TrainError> {
    let folds = folds(texts);
    progress(format!("{FOLDS} trainings on {} texts, one without each fold", texts.len() + more.len()));
    let by_fold: Result<Vec<Vec<Scored>>, TrainError> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| score_fold(texts, more, &folds, fold, lexicon, options))
        .collect();
    let scored: Vec<Scored> = by_fold?.into_iter().flatten().collect();
    let fitted: Vec<Calibration> = (0..FOLDS).map(|fold| fit(texts, &scored, Some(fold))).collect();
    let judged: Vec<Judged> = scored.iter().filter_map(|s| s.judge(texts, &fitted)).collect();
    let figures = |pick: fn(&Judged) -> &Assessment| {
        let pairs: Vec<(&Labelled, Assessment)> =
            judged.iter().filter_map(|j| Some((texts.get(j.row)?, pick(j).clone()))).collect();
        measure(&pairs)
    };
    Ok(Validation {
        as_given: figures(|j| &j.as_given),
        text_only: figures(|j| &j.text_only),
        calibration: fit(texts, &scored, None),
        judged,
    })
}

/// The scores of the texts of one fold, by a model trained on everything else.
fn score_fold(
    texts: &[Labelled],
    more: &[Labelled],
    folds: &[usize],
    fold: usize,
    lexicon: &Lexicon,
    options: &Options,
) -> Result<Vec<Scored>, TrainError> {
    let own = texts.iter().zip(folds).filter(|(_, f)| **f != fold).map(|(t, _)| t);
    let learnt: Vec<&Labelled> = own.chain(more).collect();
    if learnt.len() == texts.len() + more.len() {
        return Ok(Vec::new());
    }
    let model = train(&learnt, lexicon.again(), options, |_| {})?;
    let mut scratch = Scratch::default();
    let held = texts.iter().enumerate().filter(|(row, _)| folds.get(*row) == Some(&fold));
    let scored = held.map(|(row, text)| Scored {
        row,
        fold,
        as_given: score(&model, text, true, &mut scratch),
        text_only: score(&model, text, false, &mut scratch),
    });
    Ok(scored.collect())
}

/// Trains once on `texts` and `more` and judges `held`, which were not trained on. The calibration comes from the
/// other half of `held` each time: quicker than [`validate`], and good enough to compare two ways of training.
///
/// # Errors
/// [`TrainError`] when there is too little to learn from.
pub fn quick(
    texts: &[&Labelled],
    held: &[Labelled],
    lexicon: Lexicon,
    options: &Options,
) -> Result<Vec<Judged>, TrainError> {
    let model = train(texts, lexicon, options, |_| {})?;
    let mut scratch = Scratch::default();
    let mut scored: Vec<Scored> = Vec::new();
    for (row, text) in held.iter().enumerate() {
        let as_given = score(&model, text, true, &mut scratch);
        let text_only = score(&model, text, false, &mut scratch);
        scored.push(Scored { row, fold: row % 2, as_given, text_only });
    }
    let fitted = [0, 1].map(|fold| fit(held, &scored, Some(fold)));
    Ok(scored.iter().filter_map(|s| s.judge(held, &fitted)).collect())
}

/// Judges a text alone, without stars, channel and rules.
pub(crate) fn judge_text(model: &Model, text: &Labelled) -> Assessment {
    let scores = score(model, text, false, &mut Scratch::default());
    let guess = language::of(&text.text, text.lang.as_deref());
    judge::assessment(
        &model.calibration.probabilities(&scores, guess.language),
        &model.calibration,
        guess,
        "text",
    )
}

fn fit(texts: &[Labelled], scored: &[Scored], leave: Option<usize>) -> Calibration {
    let mut rows: Vec<Row> = Vec::new();
    for s in scored.iter().filter(|s| Some(s.fold) != leave) {
        // Sets that say little are counted, not fitted to: their mix is not that of the world.
        if let Some(text) = texts.get(s.row).filter(|text| text.counts_in_full()) {
            let target = Target::of(&text.labels);
            let language = language::of(&text.text, text.lang.as_deref()).language;
            rows.extend([(s.as_given, target, language), (s.text_only, target, language)]);
        }
    }
    Calibration::fit(&rows)
}

impl Scored {
    /// Judged with the calibration of its fold.
    fn judge(&self, texts: &[Labelled], fitted: &[Calibration]) -> Option<Judged> {
        let (text, calibration) = (texts.get(self.row)?, fitted.get(self.fold)?);
        let guess = language::of(&text.text, text.lang.as_deref());
        let say = |scores: &Scores| {
            judge::assessment(&calibration.probabilities(scores, guess.language), calibration, guess, "fold")
        };
        Some(Judged { row: self.row, as_given: say(&self.as_given), text_only: say(&self.text_only) })
    }
}

fn score(model: &Model, text: &Labelled, as_given: bool, scratch: &mut Scratch) -> Scores {
    let guess = language::of(&text.text, text.lang.as_deref());
    let context = Context {
        language: guess.language,
        nearest: guess.nearest,
        stars: text.stars.filter(|_| as_given),
        channel: text.channel.filter(|_| as_given),
    };
    model.score(&text.text, context, scratch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_in_one_fold_unless_it_is_the_only_one_of_its_language() {
        let text = |lang: &str, source: &str| Labelled {
            lang: Some(lang.to_owned()),
            source: source.to_owned(),
            ..Labelled::default()
        };
        let mut texts: Vec<Labelled> =
            (0..60).map(|i| text("nl", if i % 2 == 0 { "a" } else { "b" })).collect();
        texts.extend((0..60).map(|_| text("fr", "c")));
        let folds = folds(&texts);
        assert!((0..60).all(|i| folds[i] == i % 2));
        assert_eq!((folds[60], folds[80], folds[100]), (3, 4, 0));
    }
}
