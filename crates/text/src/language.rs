//! Which language a text is in: Dutch, English, German, French, or something else.

use std::sync::LazyLock;
use std::collections::HashMap;

use crate::tokens::{Kind, tokens};
use crate::normalise::fold_word;

/// The languages that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Anything else, or too little to tell.
    Other,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The most likely language.
    pub language: Language,
    /// Its probability, 0 to 1.
    pub p: f32,
    /// The most likely one of the four known languages, whatever `language` says.
    pub nearest: Language,
}

static WORDS: LazyLock<HashMap<&'static str, [bool; 4]>> = LazyLock::new(|| {
    let lists = [
        "de het een en van ik niet dat is te in op met voor zijn er aan bij naar ook maar nog wel heb heeft wat als die je jullie mijn was geen om werd door dan nu weer meer uit over goed kan zo dit al",
        "the a and of to i is it in that for you was on with my have not this but are be at they so we your from had no all been what me will has when out just very",
        "der die das und ich nicht ist in zu den mit ein eine es auf fur im sie von dem auch war aber noch nach wie bei einen mir wir hat habe nur sich so wird kein sehr was schon",
        "le la les de des un une et je est pas en que qui pour dans il ne ce avec sur au plus mais on vous j l d c n a du nous ma mon tres sont ai ete",
    ];
    let mut words = HashMap::new();
    for (i, list) in lists.iter().enumerate() {
        for word in list.split(' ') {
            if let Some(slot) = words.entry(word).or_insert([false; 4]).get_mut(i) {
                *slot = true;
            }
        }
    }
    words
});

/// Tells the language of a text.
#[must_use]
pub fn detect(text: &str) -> Guess {
    let mut counts = [0.1_f32; 4];
    let mut key = String::new();
    for token in tokens(text).filter(|t| t.kind == Kind::Word).take(60) {
        key.clear();
        fold_word(token.text, &mut key);
        if let Some(langs) = WORDS.get(key.as_str()) {
            let n = langs.iter().filter(|l| **l).count() as f32;
            for (count, hit) in counts.iter_mut().zip(langs) {
                *count += if *hit { 1.0 / n } else { 0.0 };
            }
        }
    }
    let sum: f32 = counts.iter().sum();
    let names = [Language::Nl, Language::En, Language::De, Language::Fr];
    let (nearest, best) = names.into_iter().zip(counts).fold((Language::Nl, 0.0), |a, b| if b.1 > a.1 { b } else { a });
    Guess { language: nearest, p: best / sum, nearest }
}
