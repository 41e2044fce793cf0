//! Promises in what we write.

use std::ops::Range;

use super::rules::{BETWEEN, Form, NO_DENIAL, TONGUES, Tongue};
use super::when::{self, Day, VAGUE, When};
use super::words::{Clause, Joint, Sentence, fits, listed, sentences};
use super::{Kind, Promised};

/// The promises in a text of ours, by place; at most one for each part of a sentence. Looks at the first 4,000 words.
#[must_use]
pub fn ours(text: &str) -> Vec<Promised> {
    let all = sentences(text);
    let mut out = Vec::new();
    for (i, sentence) in all.iter().enumerate() {
        if sentence.question {
            continue;
        }
        let from = out.len();
        for tongue in &TONGUES {
            in_sentence(sentence, tongue, &mut out);
        }
        // One part of a sentence promises one thing, in one language.
        out.sort_by_key(|p: &Promised| (p.range.start, p.when.is_none()));
        let mut end = None;
        let mut kept = out.split_off(from);
        kept.retain(|p| {
            let free = end.is_none_or(|end| p.range.start >= end);
            if free {
                end = Some(p.range.end);
            }
            free
        });
        out.extend(kept);
        // "We bellen u. Uiterlijk vrijdag." The time stands by itself.
        if let (Some(last), Some(next)) = (out.last_mut(), all.get(i + 1))
            && out_of(sentence, last)
            && last.when.is_none()
            && let Some((when, range)) = time_only(next)
        {
            last.when = Some(when);
            last.range.end = range.end;
        }
    }
    out
}

fn out_of(sentence: &Sentence, promise: &Promised) -> bool {
    sentence.clauses.last().and_then(Clause::range).is_some_and(|r| r.end == promise.range.end)
}

fn time_only(sentence: &Sentence) -> Option<(When, Range<usize>)> {
    let [clause] = sentence.clauses.as_slice() else { return None };
    if clause.words.len() > 5 || sentence.question {
        return None;
    }
    Some((when::find(clause)?.0, clause.range()?))
}

fn in_sentence(sentence: &Sentence, tongue: &Tongue, out: &mut Vec<Promised>) {
    let conditional = sentence.clauses.iter().any(|c| begins(c, tongue.when))
        || sentence.clauses.iter().any(|c| asks(c, tongue));
    if conditional {
        return;
    }
    let mut found: Vec<Option<Kind>> = Vec::new();
    let mut before = Carried::default();
    for (i, clause) in sentence.clauses.iter().enumerate() {
        if clause.joint != Some(Joint::And) {
            before = Carried::default();
        }
        let reminder = tongue.you.contains("vous")
            && clause.has("rappelons rappelle")
            && sentence.clauses.get(i + 1).is_some_and(|next| next.joint == Some(Joint::That));
        let kind = if clause.joint == Some(Joint::Asks) || reminder {
            None
        } else {
            promises(clause, tongue, before)
        };
        found.push(kind);
        before.we |= clause.has(tongue.we);
        before.will |= clause.has(tongue.will);
    }
    for (i, kind) in found.iter().enumerate() {
        let (Some(kind), Some(clause)) = (kind, sentence.clauses.get(i)) else { continue };
        let Some(mut range) = clause.range() else { continue };
        let mut time = when::find(clause).map(|(when, _)| when);
        if time.is_none() {
            // The time may stand in the part after or before, when that part promises nothing itself.
            let usable = |at: usize| -> Option<&Clause> {
                let clause =
                    sentence.clauses.get(at).filter(|_| found.get(at).is_some_and(Option::is_none))?;
                let fits =
                    clause.joint != Some(Joint::Asks) && !denied(clause, tongue) && !clause.has(tongue.past);
                fits.then_some(clause)
            };
            let near = [i + 1, i.wrapping_sub(1)].into_iter().find_map(|at| {
                let near = usable(at)?;
                let (when, _) = when::find(near)?;
                // "Morgen, tussen 9 en 12 uur, …": the day stands one part further away.
                let further = if at > i { usable(at + 1) } else { usable(at.wrapping_sub(1)) };
                if let Some(further) = further.filter(|_| when.day == Day::In(0) && when.hour.is_some())
                    && let Some((day, _)) = when::find(further)
                {
                    let (a, b) = (near.range()?, further.range()?);
                    return Some((When { hour: when.hour, ..day }, a.start.min(b.start)..a.end.max(b.end)));
                }
                Some((when, near.range()?))
            });
            if let Some((when, at)) = near {
                time = Some(when);
                range = range.start.min(at.start)..range.end.max(at.end);
            }
        }
        let vague = time.is_none() && VAGUE.iter().any(|list| clause.has(list));
        out.push(Promised { kind: *kind, range, when: time, vague });
    }
}

/// What the part before says and "and" carries on.
#[derive(Debug, Clone, Copy, Default)]
struct Carried {
    we: bool,
    will: bool,
}

fn promises(clause: &Clause, tongue: &Tongue, before: Carried) -> Option<Kind> {
    if denied(clause, tongue) {
        return None;
    }
    let hedged = clause.has(tongue.hedge);
    let past = clause.has(tongue.past);
    let time = when::find(clause);
    let we = clause.has(tongue.we) || before.we;
    let will = clause.has(tongue.will) || before.will;
    let to_somebody = time.is_some() || clause.has(tongue.you);
    tongue.acts.iter().find_map(|(kind, form, words)| {
        let holds = match form {
            Form::Now => {
                let ours = we && !past && !hedged && clause.has_all(words);
                ours && (to_somebody || matches!(kind, Kind::FindOut | Kind::Other))
            }
            Form::Will => {
                let coming = will && !hedged && clause.has_all(words);
                coming && (to_somebody || we || *kind == Kind::FindOut)
            }
            Form::Sure => {
                let can =
                    words.starts_with("kunt") || words.starts_with("can ") || words.starts_with("können");
                (!hedged || can) && clause.has_all(words)
            }
            Form::Noun => !hedged && time.as_ref().is_some_and(|(_, at)| noun_before(clause, words, at)),
        };
        holds.then_some(*kind)
    })
}

/// The noun stands before its time with nothing but small words between them, and little before it.
fn noun_before(clause: &Clause, nouns: &str, time: &Range<usize>) -> bool {
    let Some(noun) = clause.words.iter().position(|w| listed(&w.low, nouns)) else { return false };
    noun < time.start
        && noun <= 3
        && time.start - noun <= 5
        && time.end + 2 >= clause.words.len()
        && (noun + 1..time.start).all(|i| listed(clause.low(i), BETWEEN))
}

fn denied(clause: &Clause, tongue: &Tongue) -> bool {
    clause
        .words
        .iter()
        .enumerate()
        .any(|(i, w)| listed(&w.low, tongue.not) && !listed(clause.low(i + 1), NO_DENIAL))
}

/// Whether it begins with one of the words (`a_b` for two in a row), small words before them left out.
fn begins(clause: &Clause, list: &str) -> bool {
    let start = usize::from(listed(clause.low(0), "en and und et maar but ook alleen graag gerne dus so"));
    list.split_ascii_whitespace()
        .any(|pattern| pattern.split('_').enumerate().all(|(i, word)| fits(clause.low(start + i), word)))
        || mid_condition(clause, list)
}

/// A condition of two words may also stand within: "… zodra u …", "… once you …".
fn mid_condition(clause: &Clause, list: &str) -> bool {
    list.split_ascii_whitespace().filter(|p| p.contains('_')).any(|pattern| {
        let words: Vec<&str> = pattern.split('_').collect();
        (0..clause.words.len())
            .any(|at| words.iter().enumerate().all(|(i, word)| clause.low(at + i) == *word))
    }) || clause
        .words
        .iter()
        .any(|w| listed(&w.low, "indien falls unless sofern mits tenzij") && listed(&w.low, list))
}

/// It asks something of the customer: begins with the verb, and nobody of us follows it.
fn asks(clause: &Clause, tongue: &Tongue) -> bool {
    begins(clause, tongue.ask) && !(0..3).any(|i| listed(clause.low(i), tongue.we))
}
