//! The words that led to a judgement.
//!
//! The model is a sum, so what a word adds to an answer can be read off: the weights of its n-grams, plus what the
//! sums over lexicon and cues lose when it is left out. The words shown are those that add most; a test takes them
//! out and sees the answer weaken more than by taking out other words.

use std::ops::Range;

use gehoor_domain::assessment::Reason;

use crate::dense::{self, Cued, DENSE};
use crate::features::Family;
use crate::labels::COLUMNS;
use crate::model::{FINEST, Hit, Model, Scores, Scratch, step};

/// Most reasons for one text, and for one answer.
const MAX_REASONS: usize = 6;
const MAX_EACH: usize = 2;
/// Most words in one reason.
const MAX_WORDS: usize = 6;
/// Expressions, and words with a cue, of a long text that are weighed one by one.
const MAX_WEIGHED: usize = 32;
/// A word that adds less than this to a score is no reason.
const LEAST: f32 = 0.12;

/// An answer that wants reasons: its column and its name.
pub(crate) struct Spoken {
    pub(crate) column: usize,
    pub(crate) name: String,
    /// The other answers of a choice with their shares of what is left: a word that speaks for all of them decides nothing.
    pub(crate) rivals: Vec<(usize, f32)>,
}

impl Spoken {
    /// What something adds to this answer beyond what it adds to its rivals, from what it adds to a column.
    fn beyond(&self, adds: impl Fn(usize) -> f32) -> f32 {
        let rivals: f32 = self.rivals.iter().map(|(column, p)| p * adds(*column)).sum();
        adds(self.column) - rivals
    }
}

struct Span {
    items: Range<usize>,
    worth: f32,
}

/// What the scores lose of the numbers that rest on words when the words of one place are left out: all columns at
/// once, as many answers look at them.
struct Weighed {
    /// By lexicon match.
    matches: Vec<Scores>,
    /// By word that carries a cue and belongs to no match.
    words: Vec<(usize, Scores)>,
}

/// The words for each spoken answer, the strongest of each first taken in turn; sorted by place, without overlap with
/// each other or with `taken` (bytes that rules have marked already).
pub(crate) fn find(
    model: &Model,
    text: &str,
    scratch: &Scratch,
    spoken: &[Spoken],
    taken: Vec<Reason>,
) -> Vec<Reason> {
    if spoken.is_empty() {
        return by_place(taken);
    }
    let weighed = weigh(model, scratch, &columns_of(spoken));
    let rows: Vec<Row<'_>> = scratch.hits.iter().filter_map(|hit| Row::of(model, scratch, hit)).collect();
    let spans: Vec<Vec<Span>> = spoken.iter().map(|s| spans(model, scratch, s, &rows, &weighed)).collect();
    let mut out = taken;
    let mut given = vec![0_usize; spoken.len()];
    for _ in 0..MAX_EACH {
        for ((answer, spans), given) in spoken.iter().zip(&spans).zip(&mut given) {
            if out.len() >= MAX_REASONS {
                break;
            }
            let free = spans
                .iter()
                .filter_map(|s| bytes(scratch, &s.items))
                .find(|b| !out.iter().any(|r| r.start < b.end && b.start < r.end));
            let range = free.filter(|_| *given < MAX_EACH);
            if let Some((range, words)) = range.and_then(|r| Some((r.clone(), text.get(r)?))) {
                *given += 1;
                let (start, end) = (range.start, range.end);
                out.push(Reason { text: words.to_owned(), start, end, speaks_for: answer.name.clone() });
            }
        }
    }
    by_place(out)
}

fn by_place(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.sort_by_key(|r| r.start);
    reasons
}

/// The columns that the answers look at, each once: a few of all.
fn columns_of(spoken: &[Spoken]) -> Vec<usize> {
    let rivals = |s: &Spoken| s.rivals.iter().map(|(column, _)| *column).collect::<Vec<_>>();
    let mut columns: Vec<usize> =
        spoken.iter().flat_map(|s| rivals(s).into_iter().chain([s.column])).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// The row of one n-gram and the two words that share it.
struct Row<'a> {
    weights: &'a [i8; COLUMNS],
    /// What one step of a weight adds to each of the two.
    share: f32,
    items: [u32; 2],
}

impl<'a> Row<'a> {
    fn of(model: &'a Model, scratch: &Scratch, hit: &Hit) -> Option<Self> {
        let weights = model.weights.get(hit.row as usize)?;
        let step = step(*model.shifts.get(hit.row as usize)?);
        let norm = scratch.norms.get(hit.family as usize)?;
        Some(Self { weights, share: step * norm / 2.0, items: [hit.item, hit.other] })
    }
}

fn weigh(model: &Model, scratch: &Scratch, columns: &[usize]) -> Weighed {
    let Scratch { prepared, matches, cues, .. } = scratch;
    let mut whole = Vec::with_capacity(96);
    let sums = dense::expressions(prepared, matches, None, &mut whole);
    // From here on the numbers of the cues.
    let from = whole.len();
    dense::cued(prepared, Cued::of(cues), sums, &mut whole);
    let mut lost = Lost { model, columns, left: [0.0; DENSE] };
    let mut values = Vec::with_capacity(96);
    let places = matches.iter().take(MAX_WEIGHED).map(|m| {
        values.clear();
        dense::lexical(prepared, matches, cues, Some(&(m.from..m.to)), &mut values);
        lost.of(&whole, &values)
    });
    let by_match = places.collect();
    let known = |at: usize| matches.iter().any(|m| (m.from..m.to).contains(&at));
    let cued = cues.iter().enumerate().filter(|(at, bits)| **bits != 0 && !known(*at));
    let by_word = cued.take(MAX_WEIGHED).map(|(at, _)| {
        // Expressions stay: only the numbers of the cues change.
        let others = cues.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, bits)| bits);
        values.clear();
        dense::cued(prepared, Cued::of(others), sums, &mut values);
        (at, lost.of(whole.get(from..).unwrap_or_default(), &values))
    });
    Weighed { words: by_word.collect(), matches: by_match }
}

/// What the scores lose from one list of numbers to another.
struct Lost<'a> {
    model: &'a Model,
    columns: &'a [usize],
    /// All 0 between two calls.
    left: [f32; DENSE],
}

impl Lost<'_> {
    /// In the columns asked for; the others stay 0.
    fn of(&mut self, whole: &[dense::Value], values: &[dense::Value]) -> Scores {
        for (at, value) in whole {
            if let Some(left) = self.left.get_mut(usize::from(*at)) {
                *left += value;
            }
        }
        for (at, value) in values {
            if let Some(left) = self.left.get_mut(usize::from(*at)) {
                *left -= value;
            }
        }
        let mut scores = [0.0; COLUMNS];
        for (at, _) in whole.iter().chain(values) {
            let at = usize::from(*at);
            let Some(left) = self.left.get_mut(at).filter(|left| **left != 0.0) else { continue };
            let Some(weights) = self.model.dense.get(at) else { continue };
            for column in self.columns {
                if let (Some(score), Some(weight)) = (scores.get_mut(*column), weights.get(*column)) {
                    *score += *left * weight;
                }
            }
            *left = 0.0;
        }
        scores
    }
}

/// Candidate spans for one answer, the strongest first.
fn spans(
    model: &Model,
    scratch: &Scratch,
    answer: &Spoken,
    rows: &[Row<'_>],
    weighed: &Weighed,
) -> Vec<Span> {
    let items = &scratch.prepared.items;
    let mut worth = vec![0.0_f32; items.len()];
    for row in rows {
        let share =
            row.share * answer.beyond(|column| row.weights.get(column).copied().map_or(0.0, f32::from));
        for at in row.items {
            if let Some(w) = worth.get_mut(at as usize) {
                *w += share;
            }
        }
    }
    let norm = FINEST * scratch.norms.get(Family::Letters as usize).copied().unwrap_or_default();
    for (w, sums) in worth.iter_mut().zip(&scratch.letters) {
        let add = |column: usize| sums.get(column).copied().map_or(0.0, f32::from);
        *w += norm * answer.beyond(add);
    }
    let mut spans = Vec::new();
    let mut covered = vec![false; items.len()];
    let score = |lost: &Scores| answer.beyond(|column| lost.get(column).copied().unwrap_or_default());
    for (at, lost) in &weighed.words {
        if let Some(w) = worth.get_mut(*at) {
            *w += score(lost);
        }
    }
    for (m, lost) in scratch.matches.iter().zip(&weighed.matches) {
        let mut lost = score(lost);
        lost += worth.get(m.from..m.to).unwrap_or_default().iter().sum::<f32>();
        // A negation belongs to what it turns.
        let from = if m.negated { negation_before(model, scratch, m.from) } else { m.from };
        covered.get_mut(from..m.to).unwrap_or_default().fill(true);
        spans.push(Span { items: from..m.to, worth: lost });
    }
    let mut at = 0;
    while at < items.len() {
        let counts = |i: usize| {
            !covered.get(i).copied().unwrap_or(true) && worth.get(i).is_some_and(|w| *w > LEAST / 2.0)
        };
        let clause = items.get(at).map(|i| i.clause);
        let mut to = at;
        let mut sum = 0.0;
        while to - at < MAX_WORDS && counts(to) && items.get(to).map(|i| i.clause) == clause {
            sum += worth.get(to).copied().unwrap_or_default();
            to += 1;
        }
        if to > at {
            spans.push(Span { items: at..to, worth: sum });
        }
        at = to.max(at + 1);
    }
    spans.retain(|s| s.worth >= LEAST);
    spans.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    let best = spans.first().map_or(0.0, |s| s.worth);
    spans.retain(|s| s.worth >= best * 0.25);
    spans
}

fn negation_before(model: &Model, scratch: &Scratch, from: usize) -> usize {
    let items = &scratch.prepared.items;
    let part = items.get(from).map(|i| i.part);
    (from.saturating_sub(3)..from)
        .find(|i| items.get(*i).is_some_and(|item| Some(item.part) == part && model.lexicon.negates(item)))
        .unwrap_or(from)
}

fn bytes(scratch: &Scratch, items: &Range<usize>) -> Option<Range<usize>> {
    let first = scratch.prepared.items.get(items.start)?;
    let last = scratch.prepared.items.get(items.end.checked_sub(1)?)?;
    Some(first.start as usize..last.end as usize)
}
