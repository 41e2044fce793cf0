//! Every name of every location in one automaton.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use gehoor_domain::ids::LocationId;
use gehoor_domain::location::{Brand, Location, Locations};
use gehoor_text::normalise::Folded;

/// What a found name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clue {
    /// An account of the location.
    Handle(LocationId),
    /// Its postcode.
    Postcode(LocationId),
    /// Its street with number.
    Street(LocationId),
    /// Its town.
    City(LocationId),
    /// Its name or another name for it.
    Alias(LocationId),
    /// The brand, by name or account.
    Brand,
    /// A word for a shop.
    ShopWord,
    /// A word for web shop or head office.
    HqWord,
}

/// Words for "shop" beside which a town means the shop in it, folded.
const SHOP_WORDS: [&str; 20] = [
    "winkel",
    "winkels",
    "filiaal",
    "vestiging",
    "zaak",
    "restaurant",
    "bouwmarkt",
    "supermarkt",
    "shop",
    "store",
    "branch",
    "filiale",
    "laden",
    "geschaft",
    "markt",
    "magasin",
    "boutique",
    "agence",
    "winkeltje",
    "kassa",
];

/// Names shorter than this are not looked for: they would be found everywhere.
const SHORTEST: usize = 3;

/// The automaton and what each of its names stands for.
#[derive(Debug)]
pub(super) struct Patterns {
    automaton: Option<AhoCorasick>,
    clues: Vec<Vec<Clue>>,
}

impl Patterns {
    pub(super) fn new(brand: &Brand, locations: &Locations) -> Self {
        let mut names: BTreeMap<String, Vec<Clue>> = BTreeMap::new();
        let mut add = |name: &str, clue: Clue| {
            let folded = Folded::of(name.trim().trim_start_matches('@')).text;
            if folded.chars().count() >= SHORTEST {
                names.entry(folded).or_default().push(clue);
            }
        };
        for location in locations.iter() {
            of_location(location, brand, &mut add);
        }
        for name in brand.names.iter().chain([&brand.name]).chain(&brand.handles) {
            add(name, Clue::Brand);
        }
        for word in SHOP_WORDS {
            add(word, Clue::ShopWord);
        }
        for word in &brand.hq_words {
            add(word, Clue::HqWord);
        }
        let automaton = AhoCorasick::new(names.keys()).ok();
        Self { automaton, clues: names.into_values().collect() }
    }

    /// Every name in a folded text, overlapping ones too: a name within a longer one can still be a clue.
    pub(super) fn find(&self, folded: &str) -> Vec<(&[Clue], Range<usize>)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let hits = automaton.find_overlapping_iter(folded);
        hits.filter_map(|hit| Some((self.clues.get(hit.pattern().as_usize())?.as_slice(), hit.range())))
            .collect()
    }
}

fn of_location(location: &Location, brand: &Brand, add: &mut impl FnMut(&str, Clue)) {
    let id = || location.id.clone();
    let is_brand = |name: &str| brand.names.iter().chain([&brand.name]).any(|b| b.eq_ignore_ascii_case(name));
    for name in location.aliases.iter().chain([&location.name]).filter(|n| !is_brand(n)) {
        // A shop that is called after its town is found as the town, beside the brand.
        if location.city.as_ref().is_some_and(|city| city.eq_ignore_ascii_case(name)) {
            continue;
        }
        add(name, Clue::Alias(id()));
    }
    for handle in &location.handles {
        add(handle, Clue::Handle(id()));
    }
    if let Some(street) = location.street.as_ref().filter(|s| s.bytes().any(|b| b.is_ascii_digit())) {
        add(street, Clue::Street(id()));
    }
    if let Some(postcode) = &location.postcode {
        let close: String = postcode.split_whitespace().collect();
        // A postcode of four digits is a part of a town and looks like a year.
        if close.len() >= 5 {
            if let Some((digits, letters)) = close.split_at_checked(4) {
                add(&format!("{digits} {letters}"), Clue::Postcode(id()));
            }
            add(&close, Clue::Postcode(id()));
        }
    }
    if let Some(city) = &location.city {
        add(city, Clue::City(id()));
    }
}
