//! Looks into the head of a safetensors file without reading the weights.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

use crate::checkpoint::{Checkpoint, Family};

/// A head is some 100 bytes a tensor.
const LONGEST_HEAD: u64 = 16 * 1024 * 1024;

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    dtype: String,
    #[serde(default)]
    shape: Vec<usize>,
    #[serde(default)]
    data_offsets: [u64; 2],
}

/// What is wrong with the weights for this checkpoint, one line each.
pub(crate) fn problems(path: &Path, checkpoint: &Checkpoint) -> Vec<String> {
    match head(path) {
        Ok(entries) => missing(&entries, checkpoint),
        Err(why) => vec![why],
    }
}

fn head(path: &Path) -> Result<BTreeMap<String, Entry>, String> {
    let unreadable = |why: &dyn std::fmt::Display| format!("model.safetensors cannot be read: {why}");
    let mut file = File::open(path).map_err(|e| unreadable(&e))?;
    let size = file.metadata().map_err(|e| unreadable(&e))?.len();
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(|e| unreadable(&e))?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEAD || length + 8 > size {
        return Err("model.safetensors is no safetensors file, or was not copied to its end".to_owned());
    }
    let mut head = Vec::new();
    file.take(length).read_to_end(&mut head).map_err(|e| unreadable(&e))?;
    let values: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&head).map_err(|e| unreadable(&e))?;
    let tensors = values.into_iter().filter(|(name, _)| name != "__metadata__");
    let entries: BTreeMap<String, Entry> = tensors
        .map(|(name, value)| serde_json::from_value(value).map(|entry| (name, entry)))
        .collect::<Result<_, _>>()
        .map_err(|e| unreadable(&e))?;
    let end = entries.values().map(|entry| entry.data_offsets[1]).max().unwrap_or(0);
    if length.saturating_add(8).saturating_add(end) != size {
        return Err("model.safetensors was not copied to its end".to_owned());
    }
    Ok(entries)
}

fn missing(entries: &BTreeMap<String, Entry>, checkpoint: &Checkpoint) -> Vec<String> {
    let prefix = checkpoint.family.prefix();
    let (labels, width) = (checkpoint.labels.len(), checkpoint.width);
    let mut wanted = vec![(format!("{prefix}.embeddings.word_embeddings.weight"), [checkpoint.words, width])];
    match checkpoint.family {
        Family::Bert => {
            wanted.push(("bert.pooler.dense.weight".to_owned(), [width, width]));
            wanted.push(("classifier.weight".to_owned(), [labels, width]));
        }
        Family::DistilBert => {
            wanted.push(("pre_classifier.weight".to_owned(), [width, width]));
            wanted.push(("classifier.weight".to_owned(), [labels, width]));
        }
        Family::Roberta | Family::XlmRoberta => {
            wanted.push(("classifier.dense.weight".to_owned(), [width, width]));
            wanted.push(("classifier.out_proj.weight".to_owned(), [labels, width]));
        }
    }
    let mut wrong = Vec::new();
    if entries.keys().any(|name| name.ends_with("LayerNorm.gamma")) {
        wrong.push("the weights bear old names (LayerNorm.gamma)".to_owned());
    }
    for (name, shape) in wanted {
        match entries.get(&name) {
            None => wrong.push(format!("the weights lack `{name}`")),
            Some(entry) if entry.shape != shape => wrong
                .push(format!("`{name}` is of {:?} numbers, and config.json wants {shape:?}", entry.shape)),
            Some(entry) if !matches!(entry.dtype.as_str(), "F32" | "F16" | "BF16" | "F64") => {
                wrong.push(format!("`{name}` is of the type {}, which is not read", entry.dtype));
            }
            Some(_) => {}
        }
    }
    wrong
}
