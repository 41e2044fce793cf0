//! `model.toml`: how a checkpoint is used, and what its labels mean.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::checkpoint::Checkpoint;
use crate::labels::Meaning;

/// Tokens read at once when `model.toml` does not say; most posts and reviews fit.
const USUAL_LENGTH: usize = 256;
/// The mean of both was right more often than either, and as good between 0.4 and 0.6 (figures in `models/stronger/README.md`).
const USUAL_WEIGHT: f32 = 0.5;
/// Fewer are no text.
const SHORTEST: usize = 16;
/// More at a time only costs memory.
const MOST_AT_ONCE: usize = 256;

/// The file as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Names the model in assessments; the name of the folder when left out.
    pub name: Option<String>,
    /// Most tokens read at once, with the two around a text; longer texts are read in windows.
    pub max_length: Option<usize>,
    /// Tokens that two neighbouring windows share.
    pub overlap: usize,
    /// Windows judged at a time.
    pub batch_size: usize,
    /// Threads for one batch; 0 takes half the cores, so that the rest of the program keeps its pace.
    pub threads: usize,
    /// How much its word counts beside that of the built-in model: above 0, and at 1 alone.
    pub weight: f32,
    /// What the labels mean.
    pub labels: BTreeMap<String, Meaning>,
}

impl Default for Settings {
    fn default() -> Self {
        let labels = BTreeMap::new();
        Self {
            name: None,
            max_length: None,
            overlap: 32,
            batch_size: 16,
            threads: 0,
            weight: USUAL_WEIGHT,
            labels,
        }
    }
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// Says which line cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text.get(..span.start).unwrap_or_default().matches('\n').count());
            format!("model.toml line {line}: {}", error.message().trim())
        })
    }

    /// How many tokens are read at once from this checkpoint.
    #[must_use]
    pub fn length(&self, checkpoint: &Checkpoint) -> usize {
        self.max_length.unwrap_or_else(|| USUAL_LENGTH.min(checkpoint.longest))
    }

    /// How many threads that are.
    #[must_use]
    pub fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2)),
            threads => threads,
        }
    }

    /// What does not go with the checkpoint, one line each.
    #[must_use]
    pub fn problems(&self, checkpoint: &Checkpoint) -> Vec<String> {
        let mut wrong = Vec::new();
        let length = self.length(checkpoint);
        if length < SHORTEST || length > checkpoint.longest {
            wrong.push(format!(
                "max_length is {length}; this checkpoint reads {SHORTEST} to {} tokens",
                checkpoint.longest
            ));
        }
        if self.overlap * 2 > length {
            wrong.push(format!("overlap is {}, more than half of max_length ({length})", self.overlap));
        }
        if !(1..=MOST_AT_ONCE).contains(&self.batch_size) {
            wrong.push(format!("batch_size is {}; 1 to {MOST_AT_ONCE} are possible", self.batch_size));
        }
        if !(self.weight > 0.0 && self.weight <= 1.0) {
            wrong.push(format!("weight is {}; above 0 (no word) up to 1 (its word alone)", self.weight));
        }
        if self.threads > 1024 {
            wrong.push(format!("threads is {}", self.threads));
        }
        wrong
    }

    /// A file to begin with, for this checkpoint: its labels still have to be given a meaning.
    #[must_use]
    pub fn template(checkpoint: &Checkpoint) -> String {
        let mut text =
            "name = \"my-model\"\n[labels]   # sentiment, intent or complaint, severity\n".to_owned();
        for label in &checkpoint.labels {
            text.push_str(&format!("{} = {{ complaint = true }}\n", toml::Value::from(label.as_str())));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint::read(
            r#"{"model_type": "bert", "max_position_embeddings": 128, "vocab_size": 9, "hidden_size": 8}"#,
        )
        .unwrap()
    }

    #[test]
    fn settings_that_the_checkpoint_cannot_carry_are_told() {
        let wrong = |text: &str| Settings::read(text).unwrap().problems(&checkpoint()).join("\n");
        assert_eq!(wrong(""), "");
        assert!(wrong("max_length = 512").contains("reads 16 to 128 tokens"));
        assert!(wrong("max_length = 20\noverlap = 11").contains("more than half"));
        assert!(wrong("batch_size = 0").contains("1 to 256"));
        assert!(wrong("weight = 0.0").contains("above 0"));
        assert!(wrong("weight = nan").contains("above 0"));
        assert_eq!(Settings::default().length(&checkpoint()), 128);
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert!(
            Settings::read("name = 'x'\nbatch = 3").unwrap_err().contains("line 2: unknown field `batch`")
        );
        let wrong = Settings::read("[labels]\na = { sentiment = 'angry' }").unwrap_err();
        assert!(wrong.contains("line 2") && wrong.contains("`negative`"), "{wrong}");
    }

    #[test]
    fn the_file_to_begin_with_can_be_read() {
        let read = Settings::read(&Settings::template(&checkpoint())).unwrap();
        assert_eq!(read.labels.len(), 2);
    }
}
