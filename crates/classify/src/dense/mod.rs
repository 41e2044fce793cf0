//! What of a text the model looks at beside its n-grams: sums over the lexicon, its shape, stars and channel.
//!
//! These few numbers mean the same in every language and trade, so they carry what is learnt from Dutch shops to
//! French restaurants; the n-grams only refine them.

mod cued;

use std::ops::Range;

use gehoor_domain::mention::Channel;
use gehoor_text::evidence::{Evidence, Kind};
use gehoor_text::language::Language;

use crate::cues::CUES;
use crate::labels::TOPICS;
use crate::lexicon::Match;
use crate::prepare::Prepared;

pub(crate) use cued::{Cued, cued};
use cued::{N_CROSS, N_TOGETHER};

/// Where each group of numbers begins.
const BIAS: usize = 0;
const SUMS: usize = 1;
const N_SUMS: usize = 28;
const FEELING_BUCKET: usize = SUMS + N_SUMS;
const BUCKETS: usize = 7;
const COMPLAINT_BUCKET: usize = FEELING_BUCKET + BUCKETS;
const CROSS: usize = COMPLAINT_BUCKET + BUCKETS;
const TOPIC_HITS: usize = CROSS + BUCKETS * BUCKETS;
const SIGNAL_HITS: usize = TOPIC_HITS + 43;
const TOPIC_FIRST: usize = SIGNAL_HITS + 16;
const CUE_CROSS: usize = TOPIC_FIRST + 43;
const SHAPE: usize = CUE_CROSS + N_CROSS;
const N_SHAPE: usize = 28;
const HARD: usize = SHAPE + N_SHAPE;
const N_HARD: usize = AMOUNTS.len() + SPANS.len() + 4;
const CUE: usize = HARD + N_HARD;
const CUE_OFTEN: usize = CUE + CUES;
const CUE_PAIR: usize = CUE_OFTEN + CUES;
const LANGUAGE: usize = CUE_PAIR + N_TOGETHER;
/// Everything that a platform may leave out begins here: the trainer drops it at random.
pub(crate) const CONTEXT: usize = LANGUAGE + 5;
const STARS: usize = CONTEXT;
const CHANNEL: usize = STARS + 6;
/// How many numbers there are.
pub(crate) const DENSE: usize = CHANNEL + 10;
/// The numbers that rest on the lexicon.
pub(crate) const LEXICAL: std::ops::Range<usize> = SUMS..SHAPE;

/// Whether a number rests on a list of words: lexicon or cues.
pub(crate) fn is_worded(at: usize) -> bool {
    LEXICAL.contains(&at) || (CUE..LANGUAGE).contains(&at)
}

/// From which amount on each number of amounts is set.
const AMOUNTS: [f64; 5] = [0.0, 100.0, 500.0, 1500.0, 5000.0];
/// From how many days on each number of spans is set.
const SPANS: [f64; 6] = [0.0, 14.0, 28.0, 60.0, 180.0, 365.0];

/// One number and where it stands.
pub(crate) type Value = (u16, f32);

fn put(out: &mut Vec<Value>, at: usize, value: f32) {
    if value != 0.0 {
        out.push((u16::try_from(at).unwrap_or(u16::MAX), value));
    }
}

fn bucket(x: f32) -> usize {
    // Bounds chosen so that one weak word, one strong word and several words fall apart.
    [-5.5, -2.5, -0.5, 0.5, 2.5, 5.5].iter().filter(|bound| x > **bound).count()
}

/// The numbers that rest on words: lexicon matches and cues. `without` leaves the words of one place out, to see what
/// they were worth.
pub(crate) fn lexical(
    prepared: &Prepared,
    matches: &[Match],
    cues: &[u64],
    without: Option<&Range<usize>>,
    out: &mut Vec<Value>,
) {
    let sums = expressions(prepared, matches, without, out);
    let (before, after) = match without {
        Some(w) => (cues.get(..w.start), cues.get(w.end..)),
        None => (Some(cues), None),
    };
    let rest = before.into_iter().chain(after).flatten();
    cued(prepared, Cued::of(rest), sums, out);
}

/// What the expressions of a text add up to: feeling, then weight of complaint.
pub(crate) type Sums = (f32, f32);

/// The numbers that rest on lexicon matches.
pub(crate) fn expressions(
    prepared: &Prepared,
    matches: &[Match],
    without: Option<&Range<usize>>,
    out: &mut Vec<Value>,
) -> Sums {
    let mut s = [0.0_f32; N_SUMS];
    let mut topics = [0.0_f32; 43];
    let mut signals = [0.0_f32; 16];
    let (mut feeling, mut complaint) = (0.0_f32, 0.0_f32);
    let contrast = prepared.contrast;
    let last_clause = prepared.items.last().map_or(0, |i| i.clause);
    let mut put_sum = |at: usize, x: f32| {
        if let Some(slot) = s.get_mut(at) {
            *slot += x;
        }
    };
    let counted = |m: &&Match| without.is_none_or(|w| m.to <= w.start || w.end <= m.from);
    let (mut n, mut first) = (0_usize, 0_u64);
    // Which topics and signals are named: few of those that there are.
    let (mut named, mut said) = (0_u64, 0_u64);
    for m in matches.iter().filter(counted) {
        n += 1;
        let (mut f, mut c) = (f32::from(m.entry.sentiment), f32::from(m.entry.complaint));
        if m.negated {
            put_sum(if f > 0.0 { 6 } else { 7 }, f.abs());
            put_sum(if c > 0.0 { 8 } else { 9 }, c.abs());
            // "Not good" is bad; "not bad" is only half good.
            f = if f > 0.0 { -0.8 * f } else { -0.4 * f };
            c = if c > 0.0 { -0.4 * c } else { -0.8 * c };
        } else {
            put_sum(if f > 0.0 { 0 } else { 1 }, f.abs());
            put_sum(if c > 0.0 { 2 } else { 3 }, c.abs());
            if f.abs() >= 3.0 {
                put_sum(if f > 0.0 { 4 } else { 5 }, 1.0);
            }
        }
        feeling += f;
        complaint += c;
        let clause = prepared.items.get(m.from).map_or(0, |i| i.clause);
        put_sum(if clause == 0 { 10 } else { 11 }, f);
        if clause == last_clause {
            put_sum(12, f);
            put_sum(13, c);
        }
        if let Some(at) = contrast {
            put_sum(if m.from < at { 14 } else { 15 }, f);
            put_sum(if m.from < at { 16 } else { 17 }, c);
        }
        if m.to - m.from > 1 {
            put_sum(if f > 0.0 { 18 } else { 19 }, f.abs());
            put_sum(20, c.max(0.0));
        }
        let weight = if m.negated { 0.5 } else { 1.0 };
        first = if first == 0 && !m.negated { m.entry.topics } else { first };
        named |= m.entry.topics;
        said |= u64::from(m.entry.signals);
        add_bits(m.entry.topics, weight, &mut topics);
        add_bits(u64::from(m.entry.signals), weight, &mut signals);
    }
    let [positive, negative, ..] = s;
    // Most are 0, and a logarithm takes time.
    for (at, value) in s.iter().enumerate().take(21).filter(|(_, value)| **value != 0.0) {
        let signed = value.signum() * value.abs().ln_1p();
        put(out, SUMS + at, signed);
    }
    let words = (prepared.items.len() as f32).max(1.0);
    put(out, SUMS + 21, (feeling / 3.0).tanh());
    put(out, SUMS + 22, (complaint / 3.0).tanh());
    put(out, SUMS + 23, (3.0 * feeling / words).tanh());
    put(out, SUMS + 24, (3.0 * complaint / words).tanh());
    put(out, SUMS + 25, positive.min(negative).ln_1p());
    put(out, SUMS + 26, if contrast.is_some() { 1.0 } else { 0.0 });
    put(out, SUMS + 27, if n == 0 { 1.0 } else { 0.0 });
    put(out, FEELING_BUCKET + bucket(feeling), 1.0);
    put(out, COMPLAINT_BUCKET + bucket(complaint), 1.0);
    put(out, CROSS + bucket(feeling) * BUCKETS + bucket(complaint), 1.0);
    let value = |list: &[f32], at: usize| list.get(at).copied().unwrap_or_default();
    for at in ones(named) {
        put(out, TOPIC_HITS + at, value(&topics, at).ln_1p());
    }
    for at in ones(said) {
        put(out, SIGNAL_HITS + at, value(&signals, at).ln_1p());
    }
    let most = ones(named).map(|at| value(&topics, at)).fold(0.0, f32::max);
    for at in ones(named) {
        // The topic named first, and the one named most.
        let times = value(&topics, at);
        let named =
            f32::from(u8::from(first >> at & 1 == 1)) + if times > 1.0 && times == most { 0.5 } else { 0.0 };
        put(out, TOPIC_FIRST + at, named);
    }
    (feeling, complaint)
}

/// The places of the bits that are set.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        at
    })
}

fn add_bits(bits: u64, weight: f32, to: &mut [f32]) {
    for at in ones(bits) {
        if let Some(slot) = to.get_mut(at) {
            *slot += weight;
        }
    }
}

/// The numbers of shape, language and context.
pub(crate) fn outward(
    prepared: &Prepared,
    language: Language,
    stars: Option<f64>,
    channel: Option<Channel>,
    out: &mut Vec<Value>,
) {
    put(out, BIAS, 1.0);
    let shape = &prepared.shape;
    let words = prepared.items.len();
    let flag = |yes: bool| if yes { 1.0 } else { 0.0 };
    let some = |n: u32| flag(n > 0);
    let numbers = [
        (words as f32).ln_1p() / 4.0,
        flag(words <= 3),
        flag((4..=8).contains(&words)),
        flag((9..=20).contains(&words)),
        flag((21..=50).contains(&words)),
        flag(words > 50),
        some(shape.questions),
        flag(shape.questions > 1),
        flag(shape.ends_with_question),
        some(shape.exclamations),
        flag(shape.exclamations > 2),
        some(shape.ellipses),
        some(shape.quotes),
        flag(shape.letters > 12 && shape.capitals * 2 > shape.letters),
        flag(shape.capitals == 0),
        some(shape.urls),
        some(shape.handles),
        flag(shape.handles > 1),
        flag(shape.starts_with_handle),
        some(shape.hashtags),
        flag(shape.hashtags > 2),
        some(shape.emoji),
        flag(shape.emoji > 2),
        some(shape.numbers),
        flag(shape.numbers > 2),
        some(shape.drawn_out),
        some(shape.lines),
        flag(shape.lines > 3),
    ];
    for (at, value) in numbers.iter().enumerate() {
        put(out, SHAPE + at, *value);
    }
    put(out, LANGUAGE + language as usize, 1.0);
    if let Some(stars) = stars.filter(|s| s.is_finite()) {
        let whole = (stars.round().clamp(1.0, 5.0) as usize) - 1;
        put(out, STARS + whole, 1.0);
        put(out, STARS + 5, ((stars.clamp(1.0, 5.0) - 3.0) / 2.0) as f32);
    }
    if let Some(at) = channel.and_then(|c| Channel::ALL.iter().position(|x| *x == c)) {
        put(out, CHANNEL + at, 1.0);
    }
}

/// The numbers of hard evidence: the largest amount, the longest span, and whether the other kinds are there.
pub(crate) fn hard(evidence: &[Evidence], out: &mut Vec<Value>) {
    let (mut amount, mut span) = (-1.0_f64, -1.0_f64);
    let mut there = [false; 4];
    for found in evidence {
        let kind = match found.kind {
            Kind::Amount(a) => {
                amount = amount.max(a);
                continue;
            }
            Kind::Span(days) => {
                span = span.max(days);
                continue;
            }
            Kind::OrderNumber => 0,
            Kind::Date => 1,
            Kind::Callback => 2,
            Kind::Danger => 3,
        };
        if let Some(there) = there.get_mut(kind) {
            *there = true;
        }
    }
    let amounts = AMOUNTS.iter().map(|from| amount >= *from);
    let spans = SPANS.iter().map(|from| span >= *from);
    for (at, yes) in amounts.chain(spans).chain(there).enumerate() {
        put(out, HARD + at, if yes { 1.0 } else { 0.0 });
    }
}

const _: () = assert!(TOPICS.len() == 43);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    fn numbers(text: &str) -> Vec<Value> {
        let lexicon =
            Lexicon::parse(["goed\t2\t-2\t-\t-\nlate bank\t-2\t2\tdelivery.late\t-\n", "", "", ""]).unwrap();
        let mut prepared = Prepared::default();
        prepared.read(text, |_| false);
        let mut matches = Vec::new();
        lexicon.find(Language::Nl, &prepared.items, &mut matches);
        let mut out = Vec::new();
        let mut cues = Vec::new();
        crate::cues::find(Language::Nl, &prepared, &mut cues);
        lexical(&prepared, &matches, &cues, None, &mut out);
        outward(&prepared, Language::Nl, Some(1.0), Some(Channel::Review), &mut out);
        hard(&gehoor_text::evidence::find(text), &mut out);
        out
    }

    #[test]
    fn every_number_has_its_own_place() {
        let values = numbers("Goed hoor, maar een late bank?! #wow @x http://a.nl 3x 😡...");
        let mut places: Vec<u16> = values.iter().map(|v| v.0).collect();
        places.sort_unstable();
        let n = places.len();
        places.dedup();
        assert_eq!(places.len(), n);
        assert!(places.iter().all(|p| usize::from(*p) < DENSE));
        assert!(values.contains(&(u16::try_from(TOPIC_HITS + 12).unwrap(), 1.0_f32.ln_1p())));
    }

    #[test]
    fn the_largest_amount_and_the_longest_span_count() {
        let mut out = Vec::new();
        hard(
            &gehoor_text::evidence::find("Betaald € 20, later € 900; wacht al zes weken, eerst drie dagen"),
            &mut out,
        );
        let set: Vec<usize> = out.iter().map(|v| usize::from(v.0) - HARD).collect();
        assert_eq!(set, [0, 1, 2, 5, 6, 7]);
    }

    #[test]
    fn leaving_a_match_out_is_the_same_as_never_having_had_it() {
        let mut prepared = Prepared::default();
        prepared.read("goed", |_| false);
        let lexicon = Lexicon::parse(["goed\t2\t-2\t-\t-\n", "", "", ""]).unwrap();
        let mut matches = Vec::new();
        lexicon.find(Language::Nl, &prepared.items, &mut matches);
        let (mut without, mut never) = (Vec::new(), Vec::new());
        lexical(&prepared, &matches, &[crate::cues::Cue::Me.bit()], Some(&(0..1)), &mut without);
        lexical(&prepared, &[], &[0], None, &mut never);
        assert_eq!(without, never);
    }
}
