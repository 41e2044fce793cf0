//! How text becomes words: the same way for mentions and for queries.
//!
//! A word is a run of letters and digits; a pictograph (😡) is a word of its own, because people complain in
//! them. Words are lower-cased. Accents are folded, so that `financiele` finds `financiële`. No word is left
//! out: "niet" carries the meaning, and phrases need every word.
//!
//! Every text is indexed as written (folded) and, if its language has one, by the stems of that language. Dutch
//! and English are folded before stemming, because people type them without accents; German and French after
//! it, because their stemmers read the accents.

use gehoor_domain::assessment::Lang;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager,
};

/// Longer words are cut: nobody types them, and they would swell the dictionary.
const MAX_WORD: usize = 120;

/// The languages that have stems, in the order of [`Analyzers::stems`].
pub(crate) const STEMMED: [Lang; 4] = [Lang::Nl, Lang::En, Lang::De, Lang::Fr];

/// The names of the analyzers in the schema. The number goes up whenever words are made in another way, so that
/// an older index is recognised and rebuilt.
pub(crate) const PLAIN: &str = "gehoor1_plain";
/// As [`PLAIN`], for the stems of [`STEMMED`].
pub(crate) const STEMS: [&str; 4] = ["gehoor1_nl", "gehoor1_en", "gehoor1_de", "gehoor1_fr"];

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it stands in the index.
    pub(crate) text: String,
    /// First byte in the text.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
}

/// All ways in which words are made.
#[derive(Clone)]
pub(crate) struct Analyzers {
    plain: TextAnalyzer,
    stems: [TextAnalyzer; 4],
}

impl Analyzers {
    pub(crate) fn new() -> Self {
        let folded = |language| {
            TextAnalyzer::builder(Words::default())
                .filter(AsciiFoldingFilter)
                .filter(Stemmer::new(language))
                .build()
        };
        let accented = |language| {
            TextAnalyzer::builder(Words::default())
                .filter(Stemmer::new(language))
                .filter(AsciiFoldingFilter)
                .build()
        };
        Self {
            plain: TextAnalyzer::builder(Words::default()).filter(AsciiFoldingFilter).build(),
            stems: [
                folded(Language::Dutch),
                folded(Language::English),
                accented(Language::German),
                accented(Language::French),
            ],
        }
    }

    /// Makes them known to tantivy.
    pub(crate) fn register(&self, manager: &TokenizerManager) {
        manager.register(PLAIN, self.plain.clone());
        for (name, analyzer) in STEMS.iter().zip(&self.stems) {
            manager.register(name, analyzer.clone());
        }
    }

    /// The words as written, lower-cased and folded.
    pub(crate) fn plain(&mut self, text: &str) -> Vec<Word> {
        words(&mut self.plain, text)
    }

    /// The stems in the language at that place of [`STEMMED`], one for each word of [`Analyzers::plain`].
    pub(crate) fn stems(&mut self, language: usize, text: &str) -> Vec<Word> {
        self.stems.get_mut(language).map(|analyzer| words(analyzer, text)).unwrap_or_default()
    }
}

/// Where the language stands in [`STEMMED`].
pub(crate) fn stemmed(lang: Option<Lang>) -> Option<usize> {
    STEMMED.iter().position(|l| Some(*l) == lang)
}

/// Whether there is any word in it.
pub(crate) fn has_word(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || is_sign(c))
}

fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut stream = analyzer.token_stream(text);
    while stream.advance() {
        let token = stream.token();
        found.push(Word { text: token.text.clone(), start: token.offset_from, end: token.offset_to });
    }
    found
}

/// Pictographs and dingbats, without the signs that only colour the one before.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}')
}

/// Stands inside a word without being a letter of it: accents that follow their letter, hyphens that are not
/// seen, joiners.
fn is_glue(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{00AD}' | '\u{200C}' | '\u{200D}')
}

/// Cuts text into lower-cased words.
#[derive(Clone, Default)]
struct Words {
    token: Token,
}

struct WordStream<'a> {
    text: &'a str,
    next: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, next: 0, token: &mut self.token }
    }
}

impl WordStream<'_> {
    fn push(&mut self, c: char) {
        if self.token.text.len() >= MAX_WORD {
            return;
        }
        if c.is_ascii() {
            self.token.text.push(c.to_ascii_lowercase());
        } else {
            self.token.text.extend(c.to_lowercase().filter(|low| !is_glue(*low)));
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        let rest = self.text.get(self.next..).unwrap_or_default();
        let mut started = None;
        for (offset, c) in rest.char_indices() {
            let at = self.next + offset;
            match started {
                None if is_sign(c) => {
                    self.token.text.push(c);
                    self.token.offset_from = at;
                    self.token.offset_to = at + c.len_utf8();
                    self.next = self.token.offset_to;
                    return true;
                }
                None if c.is_alphanumeric() => {
                    started = Some(at);
                    self.push(c);
                }
                None => {}
                Some(_) if c.is_alphanumeric() => self.push(c),
                Some(_) if is_glue(c) => {}
                Some(start) => {
                    self.token.offset_from = start;
                    self.token.offset_to = at;
                    self.next = at;
                    return true;
                }
            }
        }
        self.next = self.text.len();
        let Some(start) = started else { return false };
        self.token.offset_from = start;
        self.token.offset_to = self.text.len();
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Vec<String> {
        Analyzers::new().plain(text).into_iter().map(|w| w.text).collect()
    }

    fn stem(lang: Lang, word: &str) -> String {
        let at = stemmed(Some(lang)).unwrap();
        Analyzers::new().stems(at, word).remove(0).text
    }

    #[test]
    fn accents_capitals_and_joined_signs_make_no_difference() {
        assert_eq!(
            plain("Financiële RECLAMATIE, e-mail foto's"),
            ["financiele", "reclamatie", "e", "mail", "foto", "s"]
        );
        assert_eq!(plain("cafe\u{301}s be\u{AD}zorgd İstanbul"), ["cafes", "bezorgd", "istanbul"]);
        assert_eq!(plain("boos😡😡!👍🏽 12:30"), ["boos", "😡", "😡", "👍", "12", "30"]);
    }

    #[test]
    fn stems_bring_the_forms_of_a_word_together() {
        assert_eq!(stem(Lang::Nl, "klachten"), stem(Lang::Nl, "Klacht"));
        assert_eq!(stem(Lang::Nl, "cliënten"), stem(Lang::Nl, "client"));
        assert_eq!(stem(Lang::En, "deliveries"), stem(Lang::En, "delivery"));
        assert_eq!(stem(Lang::De, "Lieferungen"), stem(Lang::De, "Lieferung"));
        assert_eq!(stem(Lang::De, "Häuser"), stem(Lang::De, "Hauser"));
        assert_eq!(stem(Lang::Fr, "livrée"), stem(Lang::Fr, "livrer"));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_at_letters_and_stems_stand_beside_words(text in "\\PC{0,60}|[a-zé😡 \u{301}\u{200D}ß]{0,60}") {
            let mut analyzers = Analyzers::new();
            let words = analyzers.plain(&text);
            prop_assert_eq!(words.is_empty(), !has_word(&text));
            for word in &words {
                prop_assert!(text.get(word.start..word.end).is_some_and(has_word));
            }
            for language in 0..STEMMED.len() {
                let stems = analyzers.stems(language, &text);
                prop_assert_eq!(stems.len(), words.len());
                for (stem, word) in stems.iter().zip(&words) {
                    prop_assert_eq!((stem.start, stem.end), (word.start, word.end));
                }
            }
        }
    }
}
