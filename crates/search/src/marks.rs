//! Which words of a text were searched for, so that a page can show them.

use std::collections::HashSet;
use std::ops::Range;

use gehoor_domain::assessment::Lang;

use crate::ask::Ask;
use crate::words::{Analyzers, STEMMED, Word, stemmed};

/// Everything in a question that can be shown in a text. What is asked not to be there is left out.
pub(crate) struct Marker {
    analyzers: Analyzers,
    plain: HashSet<String>,
    stems: [HashSet<String>; 4],
    prefixes: Vec<String>,
    phrases: Vec<Vec<String>>,
    /// Neighbours and how far they may be apart.
    near: Vec<(String, String, usize)>,
}

impl Marker {
    pub(crate) fn new(analyzers: Analyzers, ask: Option<&Ask>) -> Self {
        let mut marker = Self {
            analyzers,
            plain: HashSet::new(),
            stems: Default::default(),
            prefixes: Vec::new(),
            phrases: Vec::new(),
            near: Vec::new(),
        };
        if let Some(ask) = ask {
            marker.want(ask);
        }
        marker
    }

    fn want(&mut self, ask: &Ask) {
        match ask {
            Ask::All(parts) | Ask::Any(parts) => parts.iter().for_each(|part| self.want(part)),
            Ask::Not(_) | Ask::Field(_) => {}
            Ask::Word(text) => {
                let words = self.plain_words(text);
                let [_] = words.as_slice() else {
                    self.phrases.push(words);
                    return;
                };
                self.plain.extend(words);
                for (language, wanted) in self.stems.iter_mut().enumerate() {
                    wanted.extend(self.analyzers.stems(language, text).into_iter().map(|w| w.text));
                }
            }
            Ask::Prefix(text) => {
                let words = self.plain_words(text);
                self.prefixes.extend(words);
            }
            Ask::Phrase(text) => {
                let words = self.plain_words(text);
                self.phrases.push(words);
            }
            Ask::Near(text, distance) => {
                let mut words = self.plain_words(text);
                words.dedup();
                if let [only] = words.as_slice() {
                    self.plain.insert(only.clone());
                }
                let pairs = words.iter().zip(words.iter().skip(1));
                self.near.extend(pairs.map(|(a, b)| (a.clone(), b.clone(), *distance as usize)));
            }
        }
    }

    fn plain_words(&mut self, text: &str) -> Vec<String> {
        self.analyzers.plain(text).into_iter().map(|w| w.text).collect()
    }

    /// The byte ranges to mark in a text of that language, in order.
    pub(crate) fn marks(&mut self, text: &str, lang: Option<Lang>) -> Vec<Range<usize>> {
        if self.wants_nothing() {
            return Vec::new();
        }
        let words = self.analyzers.plain(text);
        let language = stemmed(lang);
        let stems = language.map(|at| self.analyzers.stems(at, text)).unwrap_or_default();
        let wanted_stems = language.and_then(|at| self.stems.get(at));
        let mut marked: Vec<bool> = (0..words.len())
            .map(|at| {
                let by_stem =
                    stems.get(at).zip(wanted_stems).is_some_and(|(stem, all)| all.contains(&stem.text));
                by_stem || words.get(at).is_some_and(|word| self.by_itself(&word.text))
            })
            .collect();
        for phrase in &self.phrases {
            mark_phrase(&words, phrase, &mut marked);
        }
        for (one, other, distance) in &self.near {
            mark_near(&words, one, other, *distance, &mut marked);
        }
        words.iter().zip(marked).filter(|(_, marked)| *marked).map(|(word, _)| word.start..word.end).collect()
    }

    fn wants_nothing(&self) -> bool {
        self.plain.is_empty() && self.prefixes.is_empty() && self.phrases.is_empty() && self.near.is_empty()
    }

    fn by_itself(&self, word: &str) -> bool {
        self.plain.contains(word) || self.prefixes.iter().any(|prefix| word.starts_with(prefix.as_str()))
    }
}

fn mark(marked: &mut [bool], at: usize) {
    if let Some(mark) = marked.get_mut(at) {
        *mark = true;
    }
}

fn mark_phrase(words: &[Word], phrase: &[String], marked: &mut [bool]) {
    if phrase.is_empty() {
        return;
    }
    for (start, window) in words.windows(phrase.len()).enumerate() {
        if window.iter().zip(phrase).all(|(word, wanted)| word.text == *wanted) {
            (start..start + phrase.len()).for_each(|at| mark(marked, at));
        }
    }
}

fn mark_near(words: &[Word], one: &str, other: &str, distance: usize, marked: &mut [bool]) {
    let places = |wanted: &str| -> Vec<usize> {
        words.iter().enumerate().filter(|(_, word)| word.text == wanted).map(|(at, _)| at).collect()
    };
    let (ones, others) = (places(one), places(other));
    let has_near = |all: &[usize], at: usize| {
        let first = all.partition_point(|place| place.saturating_add(distance) < at);
        all.get(first).is_some_and(|place| *place <= at.saturating_add(distance))
    };
    ones.iter().filter(|at| has_near(&others, **at)).for_each(|at| mark(marked, *at));
    others.iter().filter(|at| has_near(&ones, **at)).for_each(|at| mark(marked, *at));
}

// the sets stand beside the languages
const _: () = assert!(STEMMED.len() == 4);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn check(query: &str, text: &str, expect: &[&str]) {
        let ask = parse(query).unwrap();
        let marks = Marker::new(Analyzers::new(), ask.as_ref()).marks(text, Some(Lang::Nl));
        let found: Vec<&str> = marks.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expect, "{query}");
    }

    #[test]
    fn the_words_that_were_meant_are_marked_in_the_letters_of_the_text() {
        check("klacht -bank", "Mijn KLACHTEN over de bank 😡", &["KLACHTEN"]);
        check("clienten", "Twee Cliënten klaagden", &["Cliënten"]);
        check("bezorg* OR 😡", "Bezorging, bezorgd 😡", &["Bezorging", "bezorgd", "😡"]);
        check("\"te laat\"", "laat te laat, te vroeg", &["te", "laat"]);
        check("e-mail", "geen mail, wel e-mail", &["e", "mail"]);
        check("\"bank kapot\"~2", "kapot is de bank, kapot en de andere bank", &["bank", "kapot"]);
        check("author:jan", "jan", &[]);
    }
}
