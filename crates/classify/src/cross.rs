//! Measuring across files: what is measured is never judged by a model that has seen its file.
//!
//! The texts were written by few hands, so a random split would flatter. Files are dealt into folds; each fold is
//! judged by a model trained on the others, with a calibration fitted on the other folds' judgements.

use gehoor_domain::assessment::Assessment;

use crate::calibrate::Calibration;
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

/// Trains once per fold and measures; gives the figures and the calibration fitted on all judgements together.
/// `more` are texts that are always trained on and never measured.
///
/// # Errors
/// [`TrainError`] when a fold is left with too little to learn from.
pub fn validate(
    texts: &[Labelled],
    more: &[Labelled],
    lexicon: &Lexicon,
    options: &Options,
    mut progress: impl FnMut(String),
) -> Result<(Metrics, Calibration), TrainError> {
    let folds = folds(texts);
    let mut scored: Vec<(usize, usize, Scores)> = Vec::new();
    for fold in 0..FOLDS {
        let own = texts.iter().zip(&folds).filter(|(_, f)| **f != fold).map(|(t, _)| t);
        let learnt: Vec<&Labelled> = own.chain(more).collect();
        if learnt.len() == texts.len() + more.len() {
            continue;
        }
        progress(format!("fold {} of {FOLDS}: {} texts", fold + 1, learnt.len()));
        let model = train(&learnt, lexicon.again(), options, |_| {})?;
        let mut scratch = Scratch::default();
        for (row, text) in texts.iter().enumerate().filter(|(row, _)| folds.get(*row) == Some(&fold)) {
            scored.push((row, fold, score(&model, text, &mut scratch)));
        }
    }
    let target = |row: usize| texts.get(row).map(|t| Target::of(&t.labels));
    let fit = |leave: Option<usize>| {
        let rows: Vec<(Scores, Target)> = scored
            .iter()
            .filter(|s| Some(s.1) != leave)
            .filter_map(|(row, _, scores)| Some((*scores, target(*row)?)))
            .collect();
        Calibration::fit(&rows)
    };
    let fitted: Vec<Calibration> = (0..FOLDS).map(|fold| fit(Some(fold))).collect();
    let judged: Vec<(&Labelled, Assessment)> = scored
        .iter()
        .filter_map(|(row, fold, scores)| {
            let (text, calibration) = (texts.get(*row)?, fitted.get(*fold)?);
            let guess = language::of(&text.text, text.lang.as_deref());
            let p = calibration.probabilities(scores);
            Some((text, judge::assessment(&p, calibration, guess, "fold")))
        })
        .collect();
    Ok((measure(&judged), fit(None)))
}

fn score(model: &Model, text: &Labelled, scratch: &mut Scratch) -> Scores {
    let guess = language::of(&text.text, text.lang.as_deref());
    let context = Context {
        language: guess.language,
        nearest: guess.nearest,
        stars: text.stars,
        channel: text.channel,
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
