//! Small groups of words that say what kind of text it is, in four languages.
//!
//! The lexicon says how a text feels; a cue says who speaks to whom and about what: the brand is addressed, news is
//! told, somebody hires, a danger or an injury is named. There are few of them and they mean the same in every
//! language, so that what is learnt from many Dutch texts holds for the few German and French ones. A word may carry
//! several cues; `*` at its end stands for any ending.

use std::collections::HashMap;
use std::sync::LazyLock;

use gehoor_text::language::Language;

use crate::prepare::{Item, Prepared, hash_bytes, mix};

mod kinds;
mod subjects;

pub(crate) use kinds::KINDS;
pub(crate) use subjects::SUBJECTS;

/// How many groups there are.
pub(crate) const CUES: usize = KINDS + SUBJECTS;
/// The longest beginning of a word that is looked up, in bytes of its key.
const MAX_PREFIX: usize = 9;
const MIN_PREFIX: usize = 3;

/// One group: which kind of word it is. The order is that of the model's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    /// The brand is spoken to.
    You,
    /// The writer speaks of himself.
    Me,
    /// Somebody else acts.
    They,
    /// The language of news.
    News,
    /// Somebody is hired.
    Job,
    /// Raffles and advertisements.
    Offer,
    /// Politics, sport, songs, series.
    Public,
    /// A competitor.
    Rival,
    /// Wants something done.
    Fix,
    /// Again, still, the third time.
    Again,
    /// Gas, smoke, fire, current, poison.
    Hazard,
    /// Injury and illness.
    Harm,
    /// Children, the old, the pregnant.
    Frail,
    /// What does not belong in food.
    Foreign,
    /// Gave way, came loose.
    Gave,
    /// Help is wanted now.
    Now,
    /// Medicine and allergies.
    Medicine,
    /// Tastes good: danger is meant in fun.
    Tasty,
    // From here on: subjects.
    Return,
    Refund,
    Refuse,
    Warranty,
    Pay,
    Price,
    Till,
    Advert,
    Phone,
    CallBack,
    Bot,
    Mail,
    Canned,
    SentAround,
    Parcel,
    Deliver,
    Driver,
    Slot,
    Damage,
    Order,
    Wrong,
    Cancelled,
    Contract,
    Stock,
    Site,
    App,
    Login,
    Privacy,
    Loyalty,
    Staff,
    Rude,
    Knows,
    Queue,
    Clean,
    Place,
    Fitting,
    Food,
    Broken,
    Quality,
}

#[derive(Default)]
struct Table {
    words: HashMap<u64, u64>,
    prefixes: HashMap<u64, u64>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let mut prepared = Prepared::default();
    for (cue, lists) in kinds::WORDS.iter().chain(&subjects::WORDS) {
        for (slot, list) in lists.iter().enumerate() {
            for word in list.split(' ') {
                let prefix = word.strip_suffix('*');
                prepared.read(prefix.unwrap_or(word), |_| false);
                let Some(item) = prepared.items.first() else { continue };
                let key = prepared.key(item);
                let (map, hash) = match prefix {
                    Some(_) => {
                        (&mut table.prefixes, hash_bytes(key.get(..MAX_PREFIX).unwrap_or(key).as_bytes(), 7))
                    }
                    None => (&mut table.words, item.hash),
                };
                *map.entry(spoken(hash, slot)).or_default() |= cue.bit();
            }
        }
    }
    table
});

impl Cue {
    /// Its bit.
    pub(crate) fn bit(&self) -> u64 {
        1 << *self as u64
    }
}

fn spoken(hash: u64, slot: usize) -> u64 {
    mix(hash ^ (slot as u64 + 1).wrapping_mul(0x9e37_79b9))
}

fn slot(language: Language) -> usize {
    match language {
        Language::Nl | Language::Other => 0,
        Language::En => 1,
        Language::De => 2,
        Language::Fr => 3,
    }
}

/// The cues of every item of a text, as bits, into `out`.
pub(crate) fn find(language: Language, prepared: &Prepared, out: &mut Vec<u64>) {
    out.clear();
    out.extend(prepared.items.iter().map(|item| of(language, item, prepared.key(item))));
}

/// The cues of one item with its key.
pub(crate) fn of(language: Language, item: &Item, key: &str) -> u64 {
    let table = &*TABLE;
    let slot = slot(language);
    let mut bits = table.words.get(&spoken(item.hash, slot)).copied().unwrap_or_default();
    for length in MIN_PREFIX..=MAX_PREFIX.min(key.len()) {
        let hash = hash_bytes(key.as_bytes().get(..length).unwrap_or_default(), 7);
        bits |= table.prefixes.get(&spoken(hash, slot)).copied().unwrap_or_default();
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cues(language: Language, text: &str) -> u64 {
        let mut prepared = Prepared::default();
        prepared.read(text, |_| false);
        let mut out = Vec::new();
        find(language, &prepared, &mut out);
        out.iter().fold(0, |all, bits| all | bits)
    }

    #[test]
    fn the_groups_stand_in_the_order_of_their_numbers() {
        assert!(
            kinds::WORDS.iter().chain(&subjects::WORDS).enumerate().all(|(n, (cue, _))| *cue as usize == n)
        );
    }

    #[test]
    fn a_danger_is_seen_in_four_languages_with_any_ending() {
        for (language, text) in [
            (Language::Nl, "Het ruikt hier naar gas"),
            (Language::Nl, "koolmonoxidemelder piept"),
            (Language::En, "It SMOKED and sparked, sparking again"),
            (Language::De, "Gasgeruch im Keller"),
            (Language::Fr, "de la fumée partout"),
        ] {
            assert!(cues(language, text) & Cue::Hazard.bit() != 0, "{text}");
        }
        assert_eq!(cues(Language::Nl, "de bank staat mooi"), 0);
    }

    #[test]
    fn the_same_letters_mean_what_they_mean_in_their_language() {
        assert_eq!(cues(Language::Nl, "je"), Cue::You.bit());
        assert_eq!(cues(Language::Fr, "je"), Cue::Me.bit());
    }
}
