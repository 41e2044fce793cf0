//! A small net beside the linear model: words with a meaning, read in threes.
//!
//! The linear model knows the words that it has met. The net knows words by vectors that a large language model made
//! of them: one that no labelled text holds lies near one that many hold. Three neighbours at a time, 128 filters, the
//! most and the mean of each; it says intent, severity and feeling, and [`share`] mixes that in. What it brought is
//! measured in `models/words/README.md`.

mod share;
mod tokens;
mod weights;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use weights::{FILTERS, Lanes, SPAN, Weights};

use crate::calibrate::softmax;
use crate::classifier::ClassifyError;

pub(crate) use share::mix_in;

static FILE: &[u8] = include_bytes!("../../../../models/words/net.safetensors");

/// Words of a text that are read.
const LONGEST: usize = 192;
/// So many of the words that came most often keep what they add; the others are reckoned each time.
const OFTEN: usize = 16_384;
/// What a word adds to a filter is kept in whole steps of this.
const STEP: f32 = 1.0 / 512.0;
/// The row of a number.
const NUMBER: u32 = 1;

/// What the net says of a text. Each list sums to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Said {
    /// In the order of `Intent::ALL`.
    pub(crate) intent: [f32; 5],
    /// Severity 0 to 3.
    pub(crate) severity: [f32; 4],
    /// In the order of `Sentiment::ALL`.
    pub(crate) sentiment: [f32; 4],
}

/// What a word adds wherever it stands.
#[derive(Debug, Clone, Copy)]
struct Adds {
    /// To each filter as first, second or third of three neighbours, in steps times `times`.
    filters: [[i8; FILTERS]; SPAN],
    times: i16,
    /// To each answer by itself.
    answers: Lanes,
}

/// The net.
#[derive(Debug)]
pub(crate) struct Net {
    weights: Weights,
    /// By word: its row.
    places: HashMap<u32, u32, BuildHasherDefault<Itself>>,
    /// Rows before the words: nothing, a number, the buckets of unknown words.
    before: u32,
    kept: Vec<OnceLock<Box<Adds>>>,
}

/// What is filled anew for each text.
#[derive(Debug, Default)]
pub(crate) struct Room {
    lower: String,
    rows: Vec<u32>,
    /// Of the words that are not kept.
    rare: Vec<Adds>,
}

/// A checksum is as good a hash as any: nobody gains by words that meet in one place.
#[derive(Debug, Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = self.0 << 8 | u64::from(*b));
    }
    fn write_u32(&mut self, key: u32) {
        // The map looks at the highest bits and at the lowest ones.
        self.0 = u64::from(key) << 32 | u64::from(key);
    }
}

impl Net {
    /// The one that is compiled in; the second call in a program costs nothing.
    ///
    /// # Errors
    /// [`ClassifyError::Model`] when the program was built with a broken file.
    pub(crate) fn load() -> Result<&'static Self, ClassifyError> {
        static LOADED: OnceLock<Net> = OnceLock::new();
        if let Some(net) = LOADED.get() {
            return Ok(net);
        }
        let weights = weights::read(FILE)
            .map_err(|why| ClassifyError::Model { model: "models/words/net.safetensors".to_owned(), why })?;
        Ok(LOADED.get_or_init(|| Self::new(weights)))
    }

    fn new(weights: Weights) -> Self {
        let before = (weights.rows() - weights.words.len()) as u32;
        let places = weights.words.iter().copied().zip(before..).collect();
        let kept = (0..weights.rows().min(before as usize + OFTEN)).map(|_| OnceLock::new()).collect();
        Self { weights, places, before, kept }
    }

    /// Changes with its numbers.
    pub(crate) fn version(&self) -> String {
        format!("{:08x}", crc32fast::hash(FILE))
    }

    /// What it says of a text.
    pub(crate) fn say(&self, text: &str, room: &mut Room) -> Said {
        self.read(text, room);
        let Room { rows, rare, .. } = room;
        rare.clear();
        rare.extend(rows.iter().filter(|row| self.kept(**row).is_none()).map(|row| self.reckon(*row)));
        let mut rare = rare.iter();
        let adds: Vec<&Adds> =
            rows.iter().filter_map(|row| self.kept(*row).or_else(|| rare.next())).collect();
        let (mut most, mut sums) = ([0_i16; FILTERS], [0_i32; FILTERS]);
        let mut words = Lanes::default();
        const NOTHING: [i8; FILTERS] = [0; FILTERS];
        for (at, here) in adds.iter().enumerate() {
            // The one before is the first of the three.
            let before = at.checked_sub(1).and_then(|at| adds.get(at));
            let (first, by) = before.map_or((&NOTHING, 0), |a| (&a.filters[0], a.times));
            let (third, times) = adds.get(at + 1).map_or((&NOTHING, 0), |a| (&a.filters[2], a.times));
            let three = first.iter().zip(&here.filters[1]).zip(third).zip(&self.weights.bias);
            for ((most, sum), (((a, b), c), bias)) in most.iter_mut().zip(&mut sums).zip(three) {
                // 127 times 255 fits.
                let (a, b, c) = (i16::from(*a) * by, i16::from(*b) * here.times, i16::from(*c) * times);
                let x = a.saturating_add(b).saturating_add(c).saturating_add(*bias).max(0);
                *most = (*most).max(x);
                *sum += i32::from(x);
            }
            words.iter_mut().zip(&here.answers).for_each(|(sum, x)| *sum += x);
        }
        let count = adds.len().max(1) as f32;
        let found = most
            .iter()
            .map(|x| f32::from(*x) * STEP)
            .chain(sums.iter().map(|sum| *sum as f32 * (STEP / count)));
        let mut said = self.weights.answers_bias;
        said.iter_mut().zip(words).for_each(|(said, x)| *said += x / count);
        for (x, weights) in found.zip(&self.weights.answers) {
            said.iter_mut().zip(weights).for_each(|(said, w)| *said += x * w);
        }
        spoken(said)
    }

    /// The rows of the words, in order; at least one.
    fn read(&self, text: &str, room: &mut Room) {
        let Room { lower, rows, .. } = room;
        lower.clear();
        for c in text.chars() {
            match c {
                '’' => lower.push('\''),
                c if c.is_ascii() => lower.push(c.to_ascii_lowercase()),
                c => lower.extend(c.to_lowercase()),
            }
        }
        rows.clear();
        tokens::each(lower, |word| {
            rows.push(self.row(word));
            rows.len() < LONGEST
        });
        if rows.is_empty() {
            rows.push(NUMBER);
        }
    }

    fn row(&self, word: &str) -> u32 {
        if word == tokens::NUMBER {
            return NUMBER;
        }
        let key = crc32fast::hash(word.as_bytes());
        let buckets = self.before.saturating_sub(2).max(1);
        self.places.get(&key).copied().unwrap_or(2 + key % buckets)
    }

    /// What a word adds, if it is one of those that came most often.
    fn kept(&self, row: u32) -> Option<&Adds> {
        let kept = self.kept.get(row as usize)?;
        Some(kept.get_or_init(|| Box::new(self.reckon(row))))
    }

    fn reckon(&self, row: u32) -> Adds {
        let (vector, step) = self.weights.vector(row);
        let worth = step * self.weights.threes_step / STEP;
        let mut sums = [[0.0_f32; FILTERS]; SPAN];
        for (sum, weights) in sums.iter_mut().flatten().zip(&self.weights.threes) {
            let whole: i32 = vector.iter().zip(weights).map(|(x, w)| i32::from(*x) * i32::from(*w)).sum();
            *sum = whole as f32 * worth;
        }
        let largest = sums.iter().flatten().fold(0.0_f32, |most, x| most.max(x.abs()));
        let times = (largest / 127.0).ceil().clamp(1.0, 255.0);
        // What does not fit becomes the largest that does.
        let filters = sums.map(|place| place.map(|x| (x / times).round() as i8));
        let mut answers = Lanes::default();
        for (x, weights) in vector.iter().zip(&self.weights.of_words) {
            let x = f32::from(*x) * step;
            answers.iter_mut().zip(weights).for_each(|(sum, w)| *sum += x * w);
        }
        Adds { filters, times: times as i16, answers }
    }
}

fn spoken(said: Lanes) -> Said {
    let [a, b, c, d, e, s0, s1, s2, s3, n, o, p, m, ..] = said;
    let (mut intent, mut severity, mut sentiment) = ([a, b, c, d, e], [s0, s1, s2, s3], [n, o, p, m]);
    softmax(&mut intent);
    softmax(&mut severity);
    softmax(&mut sentiment);
    Said { intent, severity, sentiment }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Said {
        Net::load().unwrap().say(text, &mut Room::default())
    }

    #[test]
    fn it_says_what_the_reference_says() {
        let samples = include_str!("../../../../models/words/samples.json");
        let samples: Vec<serde_json::Value> = serde_json::from_str(samples).unwrap();
        assert!(samples.len() > 5);
        for sample in samples {
            let said = says(sample["text"].as_str().unwrap());
            let all = [&said.intent[..], &said.severity, &said.sentiment].concat();
            let wanted =
                ["intent", "severity", "sentiment"].map(|task| sample[task].as_array().unwrap().clone());
            for (is, wanted) in all.iter().zip(wanted.concat()) {
                // What words add to the filters is kept in bytes.
                assert!((is - wanted.as_f64().unwrap() as f32).abs() < 0.03, "{sample} {said:?}");
            }
        }
    }

    #[test]
    fn what_is_kept_from_text_to_text_changes_nothing() {
        let net = Net::load().unwrap();
        let mut room = Room::default();
        let texts =
            ["de bank is kapot en niemand belt terug", "", "top!", "a".repeat(50_000).as_str(), "1 2 3"]
                .map(str::to_owned);
        let once: Vec<Said> = texts.iter().map(|text| net.say(text, &mut room)).collect();
        let again: Vec<Said> = texts.iter().map(|text| net.say(text, &mut Room::default())).collect();
        assert_eq!(once, again);
        for said in once {
            for p in [&said.intent[..], &said.severity, &said.sentiment] {
                assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{said:?}");
            }
        }
    }
}
