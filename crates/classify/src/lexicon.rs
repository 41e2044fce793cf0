//! The expression lexicon: what customers say, weighed by hand.
//!
//! A line is `expression ⇥ sentiment −3…+3 ⇥ complaint weight −2…+3 ⇥ topics ⇥ signals`; `-` stands for none and
//! `…` for up to three words between. The longest expression wins, a negation before it turns it. The lists are held
//! as one tree of words per language, so that a text is matched in one pass.

use std::collections::HashSet;

use gehoor_domain::assessment::Signal;
use gehoor_text::language::Language;
use gehoor_text::tokens::Kind;

use crate::labels::TOPICS;
use crate::prepare::{Item, Prepared};
use crate::tree::{Few, GAP, Hashed, Tree};

/// Words before an expression among which a negation turns it.
const NEGATION_REACH: usize = 3;
/// Words that turn what follows, in all four languages, as keys.
const NEGATIONS: &str = "niet geen nooit niks nicht kein keine keinen keinem keiner nie not no never dont doesnt didnt isnt wasnt arent werent cant couldnt wont wouldnt hasnt havent without pas jamais aucun aucune sans zonder ohne";
/// Words that turn what stands right before them.
const NEGATIONS_AFTER: &str = "niet nicht pas";

/// Why a lexicon file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} of the {lang} lexicon is broken: {why}; write expression, sentiment, complaint weight, topics and signals, separated by tabs"
)]
pub struct BadLexicon {
    lang: &'static str,
    line: usize,
    why: String,
}

/// What an expression says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) sentiment: i8,
    pub(crate) complaint: i8,
    /// Bits of [`TOPICS`].
    pub(crate) topics: u64,
    /// Bits of [`Signal::ALL`].
    pub(crate) signals: u32,
}

impl Entry {
    pub(crate) fn topic_names(self) -> impl Iterator<Item = &'static str> {
        TOPICS.iter().enumerate().filter(move |(i, _)| self.topics >> i & 1 == 1).map(|(_, t)| *t)
    }
    pub(crate) fn signal_labels(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.iter().enumerate().filter(move |(i, _)| self.signals >> i & 1 == 1).map(|(_, s)| *s)
    }
}

/// An expression found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) entry: Entry,
    /// First item, and the one after the last.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) negated: bool,
}

/// The lists of the four languages, ready to match.
pub struct Lexicon {
    trees: [Tree; 4],
    words: HashSet<u64, Hashed>,
    negations: Few,
    negations_after: Few,
    source: [String; 4],
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lexicon({} words)", self.words.len())
    }
}

const LANGS: [&str; 4] = ["nl", "en", "de", "fr"];

fn slot(language: Language) -> usize {
    match language {
        Language::Nl | Language::Other => 0,
        Language::En => 1,
        Language::De => 2,
        Language::Fr => 3,
    }
}

impl Lexicon {
    /// Reads the lists in the order Dutch, English, German, French.
    ///
    /// # Errors
    /// [`BadLexicon`] names the first broken line.
    pub fn parse(lists: [&str; 4]) -> Result<Self, BadLexicon> {
        let mut lexicon = Self { source: lists.map(str::to_owned), ..Self::empty() };
        let mut prepared = Prepared::default();
        let mut signs: Vec<(Vec<u64>, Entry)> = Vec::new();
        for (index, (list, lang)) in lists.iter().zip(LANGS).enumerate() {
            for (number, line) in list.lines().enumerate() {
                if line.is_empty() || line.starts_with("# ") {
                    continue;
                }
                let (expression, entry) =
                    parse_line(line).map_err(|why| BadLexicon { lang, line: number + 1, why })?;
                let words = lexicon.words_of(expression, &mut prepared);
                if words.is_empty() || words.first() == Some(&GAP) {
                    continue;
                }
                if prepared.items.iter().all(|i| i.kind == Kind::Emoji) {
                    signs.push((words.clone(), entry));
                }
                if let Some(tree) = lexicon.trees.get_mut(index) {
                    tree.insert(&words, entry);
                }
            }
        }
        // Emoji mean the same in all languages.
        for tree in &mut lexicon.trees {
            for (words, entry) in &signs {
                tree.insert(words, *entry);
            }
            tree.seal();
        }
        Ok(lexicon)
    }

    fn words_of(&mut self, expression: &str, prepared: &mut Prepared) -> Vec<u64> {
        let mut all = Vec::new();
        for (n, part) in expression.split('…').enumerate() {
            if n > 0 {
                all.push(GAP);
            }
            prepared.read(part.trim(), |_| false);
            all.extend(prepared.items.iter().map(|i| i.hash));
        }
        while all.last() == Some(&GAP) {
            all.pop();
        }
        self.words.extend(all.iter().filter(|w| **w != GAP));
        all
    }

    /// The lists it was read from, in the order Dutch, English, German, French.
    #[must_use]
    pub fn source(&self) -> [&str; 4] {
        let [nl, en, de, fr] = &self.source;
        [nl, en, de, fr]
    }

    /// The same lexicon once more (a model owns its own).
    #[must_use]
    pub fn again(&self) -> Self {
        // The lists were read before, so they can be read again.
        Self::parse(self.source()).unwrap_or_else(|_| Self::empty())
    }

    fn empty() -> Self {
        Self {
            trees: Default::default(),
            words: HashSet::default(),
            negations: Few::of(NEGATIONS),
            negations_after: Few::of(NEGATIONS_AFTER),
            source: Default::default(),
        }
    }

    /// Whether a word (by hash of its key) occurs in any expression.
    pub(crate) fn knows(&self, word: u64) -> bool {
        self.words.contains(&word)
    }

    /// Whether an item is a negation.
    pub(crate) fn negates(&self, item: &Item) -> bool {
        self.negations.contains(item.hash)
    }

    /// Appends the expressions of a text, longest first, without overlap.
    pub(crate) fn find(&self, language: Language, items: &[Item], out: &mut Vec<Match>) {
        let Some(tree) = self.trees.get(slot(language)) else { return };
        let (mut at, mut free) = (0, 0);
        while let Some(item) = items.get(at) {
            let found = tree.longest(items, at);
            let Some((entry, to)) = found else {
                at += 1;
                continue;
            };
            // A negation that is part of an expression of its own has done its work there.
            let reach = at.saturating_sub(NEGATION_REACH).max(free);
            let before = items.get(reach..at).unwrap_or_default();
            let negated = before.iter().any(|i| i.part == item.part && self.negates(i))
                || items
                    .get(to)
                    .is_some_and(|i| i.part == item.part && self.negations_after.contains(i.hash));
            free = to;
            out.push(Match { entry, from: at, to, negated });
            at = to;
        }
    }
}

pub(crate) fn parse_line(line: &str) -> Result<(&str, Entry), String> {
    let mut cells = line.split('\t');
    let mut cell = |name: &str| cells.next().ok_or_else(|| format!("the {name} is missing"));
    let expression = cell("expression")?;
    let number = |text: &str, name: &str| {
        text.trim()
            .parse::<i8>()
            .ok()
            .filter(|n| (-3..=3).contains(n))
            .ok_or_else(|| format!("the {name} is `{text}`"))
    };
    let sentiment = number(cell("sentiment")?, "sentiment")?;
    let complaint = number(cell("complaint weight")?, "complaint weight")?;
    let mut topics = 0;
    for topic in names(cell("topics")?) {
        let at = TOPICS.iter().position(|t| *t == topic).ok_or_else(|| format!("`{topic}` is no topic"))?;
        topics |= 1_u64 << at;
    }
    let mut signals = 0;
    for signal in names(cell("signals")?) {
        let at = Signal::ALL
            .iter()
            .position(|s| s.as_str() == signal)
            .ok_or_else(|| format!("`{signal}` is no signal"))?;
        signals |= 1_u32 << at;
    }
    Ok((expression, Entry { sentiment, complaint, topics, signals }))
}

fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([',', ' ']).map(str::trim).filter(|n| !n.is_empty() && *n != "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &str, text: &str) -> Vec<(i8, bool, usize, usize)> {
        let lexicon = Lexicon::parse([list, "", "", ""]).unwrap();
        let mut prepared = Prepared::default();
        prepared.read(text, |w| lexicon.knows(w));
        let mut out = Vec::new();
        lexicon.find(Language::Nl, &prepared.items, &mut out);
        out.iter().map(|m| (m.entry.sentiment, m.negated, m.from, m.to)).collect()
    }

    #[test]
    fn the_longest_expression_wins_and_none_overlap() {
        let list = "goed\t2\t-2\t-\t-\ngoed bezig\t-1\t1\t-\tsarcasm\n";
        assert_eq!(found(list, "Goed bezig, goed"), [(-1, false, 0, 2), (2, false, 2, 3)]);
    }

    #[test]
    fn a_negation_turns_what_follows_in_its_clause() {
        let list = "goed\t2\t-2\t-\t-\n";
        assert_eq!(found(list, "niet echt heel goed"), [(2, true, 3, 4)]);
        assert_eq!(found(list, "nee niet. goed"), [(2, false, 2, 3)]);
        assert_eq!(found(list, "helpt goed niet"), [(2, true, 1, 2)]);
    }

    #[test]
    fn a_gap_holds_up_to_three_words_of_the_same_clause() {
        let list = "al … weken\t-1\t2\t-\tlong_wait\n";
        assert_eq!(found(list, "al weken"), [(-1, false, 0, 2)]);
        assert_eq!(found(list, "al meer dan zes weken"), [(-1, false, 0, 5)]);
        assert_eq!(found(list, "al een twee drie vier weken"), []);
        assert_eq!(found(list, "al zes. weken"), []);
    }

    #[test]
    fn a_broken_line_is_named() {
        let error = Lexicon::parse(["goed\t2\t0\t-\t-\nslecht\tx\t0\t-\t-", "", "", ""]).unwrap_err();
        assert!(
            error.to_string().starts_with("line 2 of the nl lexicon is broken: the sentiment is `x`"),
            "{error}"
        );
        assert!(Lexicon::parse(["", "a\t1\t1\tno.topic\t-", "", ""]).is_err());
    }
}
