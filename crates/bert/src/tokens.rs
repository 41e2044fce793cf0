//! Words of a text as the numbers that the checkpoint knows.

use std::path::Path;

use rust_bert::pipelines::common::{ModelType, TokenizerOption};
use rust_tokenizers::TokenRef;
use rust_tokenizers::tokenizer::TruncationStrategy;
use rust_tokenizers::vocab::{SentencePieceModel, Vocab as _, XLMRobertaVocab};
use serde::Deserialize;

use crate::checkpoint::Family;
use crate::folder::Folder;
use crate::written::{as_pieces_are_made, tame};

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
    /// XLM-RoBERTa only.
    pieces: Option<Pieces>,
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
        let pieces = match folder.checkpoint.family {
            Family::XlmRoberta => folder.words.first().map(|path| Pieces::open(path)).transpose()?,
            _ => None,
        };
        Ok(Self { folder: folder.clone(), tokenizer, pieces, texts: 0, around, pad })
    }

    /// The numbers of a text, without those around it.
    pub(crate) fn ids(&mut self, text: &str) -> Result<Vec<i64>, String> {
        self.texts += 1;
        if self.texts > FRESH_AFTER {
            self.tokenizer = tokenizer(&self.folder)?;
            self.texts = 0;
        }
        let text = tame(text);
        if let Some(pieces) = &self.pieces {
            return Ok(pieces.ids(&text));
        }
        let tokens = self.tokenizer.tokenize(&text);
        Ok(self.tokenizer.convert_tokens_to_ids(&tokens))
    }
}

/// The pieces of XLM-RoBERTa. rust-bert's own way to them leaves out joiners of emoji and keeps double spaces, other than the library
/// that such checkpoints were made with.
struct Pieces {
    model: SentencePieceModel,
    words: XLMRobertaVocab,
}

impl Pieces {
    fn open(path: &Path) -> Result<Self, String> {
        let model = SentencePieceModel::from_file(path).map_err(|e| e.to_string())?;
        Ok(Self { model, words: XLMRobertaVocab::from_file(path).map_err(|e| e.to_string())? })
    }

    fn ids(&self, text: &str) -> Vec<i64> {
        let text = as_pieces_are_made(text);
        if text.is_empty() {
            return Vec::new();
        }
        let places: Vec<u32> = (0_u32..).zip(text.chars()).map(|(at, _)| at).collect();
        let ways = self.model.decode_forward_token_ref(TokenRef::new(&text, &places));
        let best = self.model.parse_nodes_to_tokens(self.model.decode_backward(&ways));
        best.iter().map(|token| self.words.token_to_id(&token.text)).collect()
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
