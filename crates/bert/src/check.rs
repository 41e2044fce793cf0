//! What is in a folder, what is missing, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::checkpoint::{Checkpoint, Family};
use crate::folder::Folder;
use crate::labels::LabelMap;
use crate::settings::Settings;
use crate::weights;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is as it must be.
    Good(String),
    /// It is missing or wrong.
    Wrong {
        /// What.
        what: String,
        /// What to do.
        fix: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(what) => write!(f, "ok     {what}"),
            Self::Wrong { what, fix } => {
                write!(f, "WRONG  {what}")?;
                fix.lines().try_for_each(|line| write!(f, "\n       {line}"))
            }
        }
    }
}

/// Everything that was looked at.
#[derive(Debug)]
pub struct Report {
    /// In the order in which it is used.
    pub findings: Vec<Finding>,
    /// The folder, when nothing is wrong with it.
    pub folder: Option<Folder>,
}

impl Report {
    /// What is wrong, in one line.
    #[must_use]
    pub fn wrong(&self) -> String {
        let wrong = self.findings.iter().filter_map(|finding| match finding {
            Finding::Wrong { what, .. } => Some(what.as_str()),
            Finding::Good(_) => None,
        });
        wrong.collect::<Vec<&str>>().join("; ")
    }

    fn good(&mut self, what: impl Into<String>) {
        self.findings.push(Finding::Good(what.into()));
    }

    fn bad(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.findings.push(Finding::Wrong { what: what.into(), fix: fix.into() });
    }
}

const CHECKPOINT: &str = "copy a checkpoint that was fine-tuned to classify texts into the folder: config.json, its vocabulary, and \
     model.safetensors (what `save_pretrained` of transformers writes)";
const SAVE_WORDS: &str = "from transformers import AutoTokenizer\n\
     AutoTokenizer.from_pretrained(\"FOLDER\", use_fast=False).save_pretrained(\"FOLDER\")";
const SAVE_WEIGHTS: &str = "from transformers import AutoModelForSequenceClassification\n\
     m = AutoModelForSequenceClassification.from_pretrained(\"FOLDER\")\n\
     m.save_pretrained(\"FOLDER\", safe_serialization=True, max_shard_size=\"100GB\")";

/// Looks at everything in a folder but the numbers in its weights; needs no libtorch.
#[must_use]
pub fn look(dir: &Path) -> Report {
    let mut report = Report { findings: Vec::new(), folder: None };
    if !dir.is_dir() {
        report.bad(format!("{} is no folder", dir.display()), CHECKPOINT);
        return report;
    }
    let checkpoint = config(dir, &mut report);
    let Some(checkpoint) = checkpoint else { return report };
    let words = vocabulary(dir, &checkpoint, &mut report);
    let weights = weights_in(dir, &checkpoint, &mut report);
    let settings = settings(dir, &checkpoint, &mut report);
    if let (Some(words), Some(weights), Some((settings, labels)), true) =
        (words, weights, settings, report.wrong().is_empty())
    {
        let dir = dir.to_owned();
        report.folder = Some(Folder { dir, checkpoint, settings, labels, words, weights });
    }
    report
}

fn config(dir: &Path, report: &mut Report) -> Option<Checkpoint> {
    let Ok(text) = std::fs::read_to_string(dir.join("config.json")) else {
        if dir.join("weights.bin.zst").exists() {
            report.bad(
                "this is a model of `gehoor train`, no checkpoint",
                "it goes where the built-in model stands, not where the stronger one does",
            );
        } else {
            report.bad("config.json is missing", CHECKPOINT);
        }
        return None;
    };
    match Checkpoint::read(&text) {
        Ok(checkpoint) => {
            report.good(format!(
                "config.json: {}, {} labels (`{}`), up to {} tokens",
                checkpoint.family.name(),
                checkpoint.labels.len(),
                checkpoint.labels.join("`, `"),
                checkpoint.longest
            ));
            Some(checkpoint)
        }
        Err(wrong) => {
            for what in wrong {
                report.bad(what, CHECKPOINT);
            }
            None
        }
    }
}

fn vocabulary(dir: &Path, checkpoint: &Checkpoint, report: &mut Report) -> Option<Vec<PathBuf>> {
    let names = checkpoint.family.vocabulary();
    let missing: Vec<&str> = names.iter().copied().filter(|name| !dir.join(name).is_file()).collect();
    if !missing.is_empty() {
        let also =
            if dir.join("tokenizer.json").is_file() { " (tokenizer.json alone is not read)" } else { "" };
        report.bad(
            format!("{} {} missing{also}", missing.join(" and "), if missing.len() == 1 { "is" } else { "are" }),
            format!("it comes with the checkpoint; where only tokenizer.json does, make it in Python:\n{SAVE_WORDS}"),
        );
        return None;
    }
    let counted = match checkpoint.family {
        Family::Bert | Family::DistilBert => count_lines(&dir.join("vocab.txt")),
        Family::Roberta => count_keys(&dir.join("vocab.json")),
        Family::XlmRoberta => Ok(None),
    };
    match counted {
        Err(why) => report.bad(why, "copy it from the checkpoint again"),
        Ok(Some(words)) if words > checkpoint.words => report.bad(
            format!("the vocabulary has {words} words and the weights only {}", checkpoint.words),
            "vocabulary and weights must come from the same checkpoint",
        ),
        Ok(words) => {
            let words = words.map(|words| format!(", {words} words")).unwrap_or_default();
            report.good(format!("{}{words}", names.join(" and ")));
        }
    }
    Some(names.iter().map(|name| dir.join(name)).collect())
}

fn count_lines(path: &Path) -> Result<Option<usize>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("vocab.txt cannot be read: {e}"))?;
    Ok(Some(text.lines().count()))
}

fn count_keys(path: &Path) -> Result<Option<usize>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("vocab.json cannot be read: {e}"))?;
    let words: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|e| format!("vocab.json cannot be read: {e}"))?;
    Ok(Some(words.len()))
}

fn weights_in(dir: &Path, checkpoint: &Checkpoint, report: &mut Report) -> Option<PathBuf> {
    let (tensors, ot) = (dir.join("model.safetensors"), dir.join("rust_model.ot"));
    if tensors.is_file() {
        let wrong = weights::problems(&tensors, checkpoint);
        for what in &wrong {
            report.bad(what.clone(), format!("save it again in Python:\n{SAVE_WEIGHTS}"));
        }
        if wrong.is_empty() {
            report.good("model.safetensors");
        }
        return Some(tensors);
    }
    if ot.is_file() {
        report.good("rust_model.ot (its tensors are looked at when it is loaded)");
        return Some(ot);
    }
    let there = ["model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];
    match there.iter().find(|name| dir.join(name).is_file()) {
        Some(other) => report.bad(
            format!("model.safetensors is missing; {other} is not read"),
            format!("make one file of it in Python:\n{SAVE_WEIGHTS}"),
        ),
        None => report.bad("model.safetensors is missing, and rust_model.ot too", CHECKPOINT),
    }
    None
}

fn settings(dir: &Path, checkpoint: &Checkpoint, report: &mut Report) -> Option<(Settings, LabelMap)> {
    let begin = || {
        format!(
            "write {} like this, with the right meanings:\n{}",
            dir.join("model.toml").display(),
            Settings::template(checkpoint)
        )
    };
    let Ok(text) = std::fs::read_to_string(dir.join("model.toml")) else {
        report.bad("model.toml is missing: what do the labels mean?", begin());
        return None;
    };
    let settings = match Settings::read(&text) {
        Ok(settings) => settings,
        Err(why) => {
            report.bad(why, begin());
            return None;
        }
    };
    for what in settings.problems(checkpoint) {
        report.bad(format!("model.toml: {what}"), "change it, or leave it out");
    }
    match LabelMap::new(&checkpoint.labels, &settings.labels, checkpoint.answers) {
        Ok(labels) => {
            report.good(format!(
                "model.toml: {} labels with a meaning, its word counts {}, {} tokens at once, windows share {}, {} windows a \
                 batch",
                labels.len(),
                settings.weight,
                settings.length(checkpoint),
                settings.overlap,
                settings.batch_size
            ));
            Some((settings, labels))
        }
        Err(wrong) => {
            for what in wrong {
                report.bad(
                    format!("model.toml: {what}"),
                    "meanings are sentiment, intent or complaint, and severity",
                );
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a tiny BERT in which nothing is missing; its weights are all zero.
    fn complete() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
        put(
            "config.json",
            br#"{"model_type": "bert", "max_position_embeddings": 64, "vocab_size": 6, "hidden_size": 2}"#,
        );
        put("vocab.txt", b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbank\n");
        put("model.toml", b"[labels]\nLABEL_0 = { complaint = false }\nLABEL_1 = { complaint = true }\n");
        put(
            "model.safetensors",
            &weights(&[
                ("bert.embeddings.word_embeddings.weight", [6, 2]),
                ("bert.pooler.dense.weight", [2, 2]),
                ("classifier.weight", [2, 2]),
            ]),
        );
        dir
    }

    fn weights(tensors: &[(&str, [usize; 2])]) -> Vec<u8> {
        let mut head = serde_json::Map::new();
        let mut end = 0;
        for (name, shape) in tensors {
            let begin = end;
            end += shape[0] * shape[1] * 4;
            let entry = serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": [begin, end] });
            head.insert((*name).to_owned(), entry);
        }
        let head = serde_json::to_vec(&head).unwrap();
        let length = u64::try_from(head.len()).unwrap();
        [length.to_le_bytes().to_vec(), head, vec![0; end]].concat()
    }

    /// What is told of a folder after something was done to it.
    fn told(change: impl FnOnce(&Path)) -> String {
        let dir = complete();
        change(dir.path());
        let report = look(dir.path());
        assert!(report.folder.is_none());
        report.findings.iter().map(|finding| format!("{finding}\n")).collect()
    }

    #[test]
    fn a_complete_folder_can_be_used_and_names_its_version() {
        let dir = complete();
        let report = look(dir.path());
        assert_eq!(report.wrong(), "");
        let folder = report.folder.unwrap();
        assert_eq!(folder.settings.length(&folder.checkpoint), 64);
        let id = folder.id().unwrap();
        assert_eq!(folder.id().unwrap(), id);
        let file = dir.path().join("model.safetensors");
        let mut changed = std::fs::read(&file).unwrap();
        *changed.last_mut().unwrap() = 1;
        std::fs::write(&file, changed).unwrap();
        assert_ne!(Folder::open(dir.path()).unwrap().id().unwrap(), id);
    }

    #[test]
    fn each_file_that_is_missing_is_told_with_what_to_do() {
        let without = |name: &str| told(|dir| std::fs::remove_file(dir.join(name)).unwrap());
        assert!(without("config.json").contains("WRONG  config.json is missing\n       copy a checkpoint"));
        assert!(
            without("vocab.txt").contains("WRONG  vocab.txt is missing\n       it comes with the checkpoint")
        );
        assert!(without("model.safetensors").contains("model.safetensors is missing, and rust_model.ot too"));
        let labels = without("model.toml");
        assert!(labels.contains("what do the labels mean?"), "{labels}");
        assert!(labels.contains("\n       \"LABEL_1\" = { complaint = true }"), "{labels}");
        assert!(look(Path::new("/nowhere/at/all")).wrong().contains("is no folder"));
    }

    #[test]
    fn what_is_there_in_another_form_is_told_with_how_to_change_it() {
        let only = told(|dir| std::fs::rename(dir.join("vocab.txt"), dir.join("tokenizer.json")).unwrap());
        assert!(
            only.contains("tokenizer.json alone is not read") && only.contains("use_fast=False"),
            "{only}"
        );
        let pickled = told(|dir| {
            std::fs::rename(dir.join("model.safetensors"), dir.join("pytorch_model.bin")).unwrap()
        });
        assert!(
            pickled.contains("pytorch_model.bin is not read") && pickled.contains("safe_serialization"),
            "{pickled}"
        );
        let trained = told(|dir| {
            std::fs::rename(dir.join("config.json"), dir.join("weights.bin.zst")).unwrap();
        });
        assert!(trained.contains("a model of `gehoor train`"), "{trained}");
    }

    #[test]
    fn weights_that_do_not_belong_to_the_checkpoint_are_told() {
        let with = |bytes: Vec<u8>| told(|dir| std::fs::write(dir.join("model.safetensors"), bytes).unwrap());
        let headless = with(weights(&[("bert.embeddings.word_embeddings.weight", [6, 2])]));
        assert!(headless.contains("the weights lack `classifier.weight`"), "{headless}");
        let other = with(weights(&[
            ("bert.embeddings.word_embeddings.weight", [9, 2]),
            ("bert.pooler.dense.weight", [2, 2]),
            ("classifier.weight", [3, 2]),
        ]));
        assert!(
            other.contains("`classifier.weight` is of [3, 2] numbers, and config.json wants [2, 2]"),
            "{other}"
        );
        assert!(with(b"<!DOCTYPE html>".to_vec()).contains("no safetensors file"));
        let torn = told(|dir| {
            let file = dir.join("model.safetensors");
            let bytes = std::fs::read(&file).unwrap();
            std::fs::write(&file, &bytes[..bytes.len() - 3]).unwrap();
        });
        assert!(torn.contains("was not copied to its end"), "{torn}");
        let words = told(|dir| std::fs::write(dir.join("vocab.txt"), "a\n".repeat(7)).unwrap());
        assert!(words.contains("the vocabulary has 7 words and the weights only 6"), "{words}");
    }

    #[test]
    fn settings_and_labels_that_do_not_fit_are_told() {
        let with = |text: &str| told(|dir| std::fs::write(dir.join("model.toml"), text).unwrap());
        assert!(with("max_length = 512").contains("this checkpoint reads 16 to 64 tokens"));
        assert!(with("[labels]\nLABEL_0 = { complaint = false }").contains("label `LABEL_1` is missing"));
        assert!(with("lables = 1").contains("model.toml line 1: unknown field `lables`"));
    }

    #[cfg(not(feature = "torch"))]
    #[test]
    fn a_program_without_libtorch_says_so_after_the_folder_was_found_complete() {
        let base = || gehoor_classify::BuiltIn::load().unwrap();
        let dir = complete();
        let not_built = crate::load(dir.path(), base()).err().unwrap().to_string();
        assert!(not_built.contains("--features bert"), "{not_built}");
        std::fs::remove_file(dir.path().join("vocab.txt")).unwrap();
        let missing = crate::load(dir.path(), base()).err().unwrap().to_string();
        assert!(missing.contains("vocab.txt is missing"), "{missing}");
    }
}
