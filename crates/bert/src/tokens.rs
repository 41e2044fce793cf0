//! Words of a text as the numbers that the checkpoint knows.

use std::borrow::Cow;
use std::path::Path;

use rust_bert::pipelines::common::{ModelType, TokenizerOption};
use rust_tokenizers::tokenizer::TruncationStrategy;
use serde::Deserialize;

use crate::checkpoint::Family;
use crate::folder::Folder;

/// No language has longer words; breaking such a one up takes time that grows with its square.
const LONGEST_WORD: usize = 200;
/// The tokenizer of RoBERTa remembers every word it ever saw: after so many texts it is made anew.
const FRESH_AFTER: usize = 20_000;

/// What `tokenizer_config.json` says; the library's defaults where it is silent.
#[derive(Debug, Default, Deserialize)]
struct Options {
    #[serde(default)]
    do_lower_case: Option<bool>,
    #[serde(default)]
    strip_accents: Option<bool>,
    #[serde(default)]
    add_prefix_space: Option<bool>,
}

/// Turns texts into numbers.
pub(crate) struct Tokens {
    folder: Folder,
    tokenizer: TokenizerOption,
    texts: usize,
    /// The numbers that stand before and after every text.
    pub(crate) around: (i64, i64),
    /// What fills up a shorter text beside a longer one.
    pub(crate) pad: i64,
}

impl Tokens {
    pub(crate) fn open(folder: &Folder) -> Result<Self, String> {
        let tokenizer = tokenizer(folder)?;
        let empty = tokenizer.encode_list(&[""], 8, &TruncationStrategy::LongestFirst, 0);
        let around = match empty.first().map(|input| input.token_ids.as_slice()) {
            Some(&[before, after]) => (before, after),
            _ => return Err("the vocabulary has no tokens that stand around a text".to_owned()),
        };
        let pad = tokenizer.get_pad_id().ok_or("the vocabulary has no token to fill up with")?;
        Ok(Self { folder: folder.clone(), tokenizer, texts: 0, around, pad })
    }

    /// The numbers of a text, without those around it.
    pub(crate) fn ids(&mut self, text: &str) -> Result<Vec<i64>, String> {
        self.texts += 1;
        if self.texts > FRESH_AFTER {
            self.tokenizer = tokenizer(&self.folder)?;
            self.texts = 0;
        }
        let tokens = self.tokenizer.tokenize(&tame(text, self.folder.checkpoint.family));
        Ok(self.tokenizer.convert_tokens_to_ids(&tokens))
    }
}

fn tokenizer(folder: &Folder) -> Result<TokenizerOption, String> {
    let options = options(&folder.dir.join("tokenizer_config.json"))?;
    let mut files = folder.words.iter().map(|path| path.to_str().ok_or("the path of the folder is no UTF-8"));
    let words = files.next().ok_or("no vocabulary")??;
    let merges = files.next().transpose()?;
    let lower = options.do_lower_case;
    let (kind, lower, strip, space) = match folder.checkpoint.family {
        Family::Bert => (ModelType::Bert, lower.unwrap_or(true), options.strip_accents, None),
        Family::DistilBert => (ModelType::DistilBert, lower.unwrap_or(true), options.strip_accents, None),
        Family::Roberta => (ModelType::Roberta, false, None, options.add_prefix_space),
        Family::XlmRoberta => (ModelType::XLMRoberta, false, None, None),
    };
    TokenizerOption::from_file(kind, words, merges, lower, strip, space).map_err(|e| e.to_string())
}

fn options(path: &Path) -> Result<Options, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|e| format!("tokenizer_config.json: {e}")),
        Err(_) => Ok(Options::default()),
    }
}

/// The text without what slows a tokenizer down or what it does otherwise than the one that the checkpoint was made with:
/// words without end are cut, and XLM-RoBERTa sees one space for many.
fn tame(text: &str, family: Family) -> Cow<'_, str> {
    let spaces = family == Family::XlmRoberta;
    let endless = text.split_whitespace().any(|word| word.chars().nth(LONGEST_WORD).is_some());
    if !spaces && !endless {
        return Cow::Borrowed(text);
    }
    if spaces {
        let words: Vec<&str> = text.split_whitespace().map(cut).collect();
        return Cow::Owned(words.join(" "));
    }
    Cow::Owned(text.split_inclusive(char::is_whitespace).map(cut_before_space).collect())
}

fn cut(word: &str) -> &str {
    let end = word.char_indices().nth(LONGEST_WORD).map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

fn cut_before_space(word: &str) -> String {
    let space = word.chars().next_back().filter(|c| c.is_whitespace());
    let bare = word.strip_suffix(char::is_whitespace).unwrap_or(word);
    cut(bare).chars().chain(space).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_end_are_cut_and_nothing_else_is_touched() {
        let long = "x".repeat(500);
        assert_eq!(tame("een  gewone\ntekst ", Family::Roberta), "een  gewone\ntekst ");
        assert_eq!(tame(&format!("é {long}\n b"), Family::Bert), format!("é {}\n b", "x".repeat(200)));
        assert_eq!(tame(" een  gewone\u{a0}tekst ", Family::XlmRoberta), "een gewone tekst");
    }
}
