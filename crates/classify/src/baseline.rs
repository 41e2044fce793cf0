//! What the model must beat: always the most frequent answer, and the lexicon counted by hand.

use gehoor_domain::assessment::Assessment;
use gehoor_text::language::Guess;

use crate::calibrate::Calibration;
use crate::judge;
use crate::labelled::Labelled;
use crate::labels::{CHOICES, COLUMNS, SIGNAL, TOPIC, Target};
use crate::language;
use crate::lexicon::Lexicon;
use crate::model::Scores;
use crate::prepare::Prepared;

/// Judges every text by the most frequent answers among `texts`.
#[must_use]
pub fn majority(texts: &[&Labelled]) -> Assessment {
    let mut p: Scores = [0.0; COLUMNS];
    for (task, range) in CHOICES.into_iter().enumerate() {
        for text in texts {
            let allowed = Target::of(&text.labels).choices.get(task).copied().unwrap_or_default();
            for (i, slot) in p.get_mut(range.clone()).unwrap_or_default().iter_mut().enumerate() {
                *slot += f32::from(allowed >> i & 1) / texts.len().max(1) as f32;
            }
        }
    }
    let guess = Guess {
        language: gehoor_text::language::Language::Nl,
        p: 1.0,
        nearest: gehoor_text::language::Language::Nl,
    };
    judge::assessment(&p, &Calibration::default(), guess, "majority")
}

/// Judges a text by the feelings of its expressions alone, summed and squeezed as VADER does (x / √(x² + 15), neutral
/// within ±0.05), negations turned by −0.74: what is negative complains.
#[must_use]
pub fn feelings_only(lexicon: &Lexicon, text: &Labelled) -> Assessment {
    let guess = language::of(&text.text, text.lang.as_deref());
    let mut prepared = Prepared::default();
    prepared.read(&text.text, |w| lexicon.knows(w));
    let mut matches = Vec::new();
    lexicon.find(guess.nearest, &prepared.items, &mut matches);
    let turned = |m: &crate::lexicon::Match| if m.negated { -0.74 } else { 1.0 };
    let sum: f32 = matches.iter().map(|m| turned(m) * f32::from(m.entry.sentiment)).sum();
    let compound = sum / (sum * sum + 15.0).sqrt();
    let bad = (1.0 - compound) / 2.0;
    let mut p: Scores = [0.0; COLUMNS];
    let neutral = if compound.abs() < 0.05 { 1.0 } else { 0.0 };
    for (at, value) in [(0, bad), (1, neutral), (2, 1.0 - bad), (4, bad), (6, 1.0 - bad), (7, neutral)] {
        if let Some(slot) = p.get_mut(at) {
            *slot = value;
        }
    }
    // The middle is no complaint.
    let calibration = Calibration { complaint_threshold: 0.525, ..Calibration::default() };
    judge::assessment(&p, &calibration, guess, "feelings")
}

/// Judges a text by the sums over its expressions alone: no weight is learnt.
#[must_use]
pub fn lexicon_only(lexicon: &Lexicon, text: &Labelled) -> Assessment {
    let guess = language::of(&text.text, text.lang.as_deref());
    let mut prepared = Prepared::default();
    prepared.read(&text.text, |w| lexicon.knows(w));
    let mut matches = Vec::new();
    lexicon.find(guess.nearest, &prepared.items, &mut matches);
    let (mut feeling, mut complaint) = (0.0_f32, 0.0_f32);
    let mut p: Scores = [0.0; COLUMNS];
    let mut set = |at: usize, value: f32| {
        if let Some(slot) = p.get_mut(at) {
            *slot = value;
        }
    };
    for m in &matches {
        let turn = if m.negated { -0.5 } else { 1.0 };
        feeling += turn * f32::from(m.entry.sentiment);
        complaint += turn * f32::from(m.entry.complaint);
        for (range, bits) in [(TOPIC, m.entry.topics), (SIGNAL, u64::from(m.entry.signals))] {
            for i in 0..range.len() {
                if bits >> i & 1 == 1 {
                    set(range.start + i, 1.0);
                }
            }
        }
    }
    // Squeezed to 0…1, so that more is surer; a question mark without complaint asks.
    let surely = |x: f32| 1.0 / (1.0 + (-x / 2.0).exp());
    let (bad, good) = (surely(-feeling), surely(feeling));
    let asks = prepared.shape.questions > 0;
    set(0, if feeling < -0.5 { bad } else { 0.1 * bad });
    set(1, if feeling.abs() <= 0.5 { 0.6 } else { 0.1 });
    set(2, if feeling > 0.5 { good } else { 0.1 * good });
    let is = surely(complaint);
    set(4, if complaint > 0.5 { is } else { 0.3 * is });
    set(5, if asks { 0.4 } else { 0.0 });
    set(6, if complaint < -0.5 && feeling > 0.0 { 0.5 } else { 0.0 });
    set(7, 0.2);
    set(if complaint > 5.0 { 10 } else { 9 }, 1.0);
    set(75, 1.0);
    judge::assessment(&p, &Calibration::default(), guess, "lexicon")
}
