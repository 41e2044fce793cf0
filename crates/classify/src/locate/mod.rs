//! Which shop a mention is about.
//!
//! From the surest to the weakest: the platform's own id, a handle, an address, a name or alias, a place name beside
//! the brand, a word for web shop or head office. The matcher is prepared once for all locations. Where two shops
//! match equally the answer is "unknown": a wrong shop costs more than none.

mod patterns;

use std::collections::BTreeMap;
use std::ops::Range;

use gehoor_domain::assessment::Located;
use gehoor_domain::ids::LocationId;
use gehoor_domain::location::{Brand, Locations};
use gehoor_domain::mention::Mention;
use gehoor_text::evidence::stands_alone;
use gehoor_text::normalise::Folded;

use patterns::{Clue, Patterns};

/// How sure each kind of evidence is by itself. Argued, not measured: an id is what the platform says, a handle can be
/// another shop's in the same post, an alias can be a common word, a place can be the writer's own.
const BY_ID: f32 = 0.99;
const BY_HANDLE: f32 = 0.95;
const BY_ADDRESS: f32 = 0.92;
const BY_ALIAS: f32 = 0.85;
const BY_PLACE: f32 = 0.7;
const BY_PLACE_AND_SHOP_WORD: f32 = 0.55;
const BY_WEBSHOP: f32 = 0.6;
/// A second kind of evidence for the same shop adds this.
const MORE: f32 = 0.03;
/// Two shops closer than this cannot be told apart.
const TIE: f32 = 0.02;

/// All locations, prepared for matching.
#[derive(Debug)]
pub struct Locator {
    patterns: Patterns,
    ids: BTreeMap<String, LocationId>,
    parents: BTreeMap<LocationId, LocationId>,
    hq: Option<LocationId>,
}

/// The evidence for one location.
#[derive(Debug, Default)]
struct Case {
    best: f32,
    by: &'static str,
    words: Option<Range<usize>>,
    kinds: Vec<&'static str>,
}

impl Case {
    fn add(&mut self, p: f32, by: &'static str, words: Range<usize>) {
        if !self.kinds.contains(&by) {
            self.kinds.push(by);
        }
        if p > self.best {
            *self = Self { best: p, by, words: Some(words), kinds: std::mem::take(&mut self.kinds) };
        }
    }
    fn p(&self) -> f32 {
        (self.best + MORE * (self.kinds.len().saturating_sub(1)) as f32).min(BY_ID)
    }
}

impl Locator {
    /// Prepares the matcher.
    #[must_use]
    pub fn new(brand: &Brand, locations: &Locations) -> Self {
        let mut ids = BTreeMap::new();
        let mut parents = BTreeMap::new();
        for location in locations.iter() {
            for id in &location.ids {
                ids.insert(id.to_lowercase(), location.id.clone());
            }
            if let Some(parent) = &location.parent {
                parents.insert(location.id.clone(), parent.clone());
            }
        }
        let hq = LocationId::parse("hq").ok().filter(|id| locations.get(id).is_some());
        Self { patterns: Patterns::new(brand, locations), ids, parents, hq }
    }

    /// Finds the location; `None` when nothing tells it, or two are equally likely.
    #[must_use]
    pub fn locate(&self, mention: &Mention) -> Option<Located> {
        let hint = mention.place.as_ref();
        if let Some(id) = hint.and_then(|h| h.id.as_ref()).and_then(|id| self.ids.get(&id.to_lowercase())) {
            return Some(Located { location: id.clone(), p: BY_ID, by: "id".to_owned(), words: None });
        }
        let whole = match (&mention.title, hint.and_then(|h| h.name.as_ref())) {
            (None, None) => mention.text.clone(),
            (title, name) => {
                let parts = [title.as_deref(), Some(mention.text.as_str()), name.map(String::as_str)];
                parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
            }
        };
        self.in_text(&whole)
    }

    /// Finds the location from words alone.
    #[must_use]
    pub fn in_text(&self, text: &str) -> Option<Located> {
        let folded = Folded::of(text);
        let hits = self.hits(text, &folded);
        let has = |wanted: fn(&Clue) -> bool| hits.iter().any(|(clue, _)| wanted(clue));
        let brand_named = has(|c| matches!(c, Clue::Brand));
        let shop_named = has(|c| matches!(c, Clue::ShopWord));
        let mut cases: BTreeMap<&LocationId, Case> = BTreeMap::new();
        for (clue, range) in &hits {
            let (id, p, by) = match clue {
                Clue::Handle(id) => (id, BY_HANDLE, "handle"),
                Clue::Postcode(id) => (id, BY_ADDRESS, "address"),
                Clue::Street(id) => {
                    let placed = hits.iter().any(|(c, _)| matches!(c, Clue::City(other) if other == id));
                    (id, if placed { BY_ADDRESS } else { BY_ALIAS }, "address")
                }
                Clue::Alias(id) => (id, BY_ALIAS, "alias"),
                Clue::City(id) if brand_named => (id, BY_PLACE, "place"),
                Clue::City(id) if shop_named => (id, BY_PLACE_AND_SHOP_WORD, "place"),
                Clue::HqWord => match &self.hq {
                    Some(hq) => (hq, BY_WEBSHOP, "webshop"),
                    None => continue,
                },
                Clue::City(_) | Clue::Brand | Clue::ShopWord => continue,
            };
            cases.entry(id).or_default().add(p, by, range.clone());
        }
        let (id, best) = cases.iter().max_by(|a, b| a.1.p().total_cmp(&b.1.p()))?;
        // A region is no rival of the shop within it.
        let tied = cases.iter().any(|(other, case)| {
            other != id && best.p() - case.p() < TIE && !self.within(id, other) && !self.within(other, id)
        });
        // Of a region and a shop within it that match equally, the shop is meant.
        let (id, best) = cases
            .iter()
            .find(|(other, case)| best.p() - case.p() < TIE && self.within(other, id))
            .unwrap_or((id, best));
        let words = best.words.clone().and_then(|range| text.get(range)).map(str::to_owned);
        (!tied).then(|| Located { location: (*id).clone(), p: best.p(), by: best.by.to_owned(), words })
    }

    /// All clues with their bytes in the original text.
    fn hits<'a>(&'a self, text: &str, folded: &Folded) -> Vec<(&'a Clue, Range<usize>)> {
        let mut hits = Vec::new();
        for (clues, range) in self.patterns.find(&folded.text) {
            let handle = folded.text.get(..range.start).is_some_and(|t| t.ends_with('@'));
            if !stands_alone(&folded.text, &range) {
                continue;
            }
            let original = folded.original(range.clone());
            for clue in clues {
                let fits = match clue {
                    Clue::Handle(_) => handle,
                    Clue::City(_) => !handle && reads_as_place(text, &original),
                    _ => true,
                };
                if fits {
                    hits.push((clue, original.clone()));
                }
            }
        }
        hits
    }

    fn within(&self, child: &LocationId, ancestor: &LocationId) -> bool {
        let mut at = self.parents.get(child);
        let mut steps = 0;
        while let Some(here) = at {
            if here == ancestor {
                return true;
            }
            steps += 1;
            at = self.parents.get(here).filter(|_| steps <= self.parents.len());
        }
        false
    }
}

/// Some towns are common words (Best, Echt, Goes): a place has a capital, or stands after a word such as `in`.
fn reads_as_place(text: &str, range: &Range<usize>) -> bool {
    const BEFORE: [&str; 14] = [
        "in",
        "te",
        "uit",
        "bij",
        "naar",
        "van",
        "from",
        "at",
        "aus",
        "nach",
        "à",
        "de",
        "filiaal",
        "vestiging",
    ];
    let first = text.get(range.clone()).and_then(|t| t.chars().next());
    let before = text.get(..range.start).unwrap_or_default();
    let begins_sentence = before.trim_end().is_empty() || before.trim_end().ends_with(['.', '!', '?', '\n']);
    let last_word = before.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    BEFORE.contains(&last_word.as_str())
        || (first.is_some_and(char::is_uppercase) && !begins_sentence)
        || (first.is_some_and(char::is_uppercase)
            && begins_sentence
            && text.get(range.clone()).is_some_and(|t| t.len() > 5))
}

#[cfg(test)]
mod tests;
