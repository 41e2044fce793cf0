//! What `config.json` says of a checkpoint.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::labels::Answers;

/// The families of encoders that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// BERT; words in `vocab.txt`.
    Bert,
    /// DistilBERT; words in `vocab.txt`.
    DistilBert,
    /// RoBERTa; words in `vocab.json` and `merges.txt`.
    Roberta,
    /// XLM-RoBERTa; words in `sentencepiece.bpe.model`.
    XlmRoberta,
}

impl Family {
    const ALL: [(&'static str, Family); 4] = [
        ("bert", Family::Bert),
        ("distilbert", Family::DistilBert),
        ("roberta", Family::Roberta),
        ("xlm-roberta", Family::XlmRoberta),
    ];

    /// The files that hold its words.
    #[must_use]
    pub fn vocabulary(self) -> &'static [&'static str] {
        match self {
            Family::Bert | Family::DistilBert => &["vocab.txt"],
            Family::Roberta => &["vocab.json", "merges.txt"],
            Family::XlmRoberta => &["sentencepiece.bpe.model"],
        }
    }

    /// Its name in `config.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, family)| *family == self).map_or("", |(name, _)| name)
    }

    /// What its tensors' names begin with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Family::Bert => "bert",
            Family::DistilBert => "distilbert",
            Family::Roberta | Family::XlmRoberta => "roberta",
        }
    }

    /// Positions that are counted but hold no token.
    fn lost_positions(self) -> usize {
        match self {
            Family::Bert | Family::DistilBert => 0,
            Family::Roberta | Family::XlmRoberta => 2,
        }
    }
}

/// What `config.json` says, as far as it is needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// Which family.
    pub family: Family,
    /// Its labels, in the order of its numbers.
    pub labels: Vec<String>,
    /// How its numbers are meant.
    pub answers: Answers,
    /// Most tokens that it can read at once, with the two that stand around a text.
    pub longest: usize,
    /// How many words it knows.
    pub words: usize,
    /// The width of its layers.
    pub width: usize,
    /// What is added to a variance before its root is taken.
    pub epsilon: f64,
    /// The whole file, with its labels filled in.
    pub whole: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Raw {
    model_type: Option<String>,
    #[serde(default)]
    architectures: Option<Vec<String>>,
    #[serde(default)]
    id2label: Option<BTreeMap<String, String>>,
    #[serde(default)]
    num_labels: Option<usize>,
    #[serde(default)]
    problem_type: Option<String>,
    max_position_embeddings: usize,
    vocab_size: usize,
    #[serde(alias = "dim")]
    hidden_size: usize,
    #[serde(default)]
    layer_norm_eps: Option<f64>,
    #[serde(default)]
    pad_token_id: Option<i64>,
    #[serde(default, alias = "activation")]
    hidden_act: Option<String>,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

/// The activations that are known.
const ACTIVATIONS: &[&str] = &["gelu", "relu", "swish", "gelu_new", "mish", "tanh", "identity"];
/// What rust-bert adds to a variance, whatever the checkpoint says.
pub(crate) const USUAL_EPSILON: f64 = 1e-12;

impl Checkpoint {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// Everything in it that cannot be used, one line each.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let mut whole: serde_json::Value =
            serde_json::from_str(text).map_err(|e| vec![format!("config.json is no JSON: {e}")])?;
        let raw: Raw = serde_json::from_value(whole.clone())
            .map_err(|e| vec![format!("config.json is none of a checkpoint of the BERT family: {e}")])?;
        let named = raw.model_type.as_deref().unwrap_or_default();
        let Some((_, family)) = Family::ALL.iter().copied().find(|(name, _)| *name == named) else {
            let known: Vec<&str> = Family::ALL.iter().map(|(name, _)| *name).collect();
            return Err(vec![format!("model_type is `{named}`; read are: {}", known.join(", "))]);
        };
        let mut wrong = Vec::new();
        let classifies = |name: &String| name.ends_with("ForSequenceClassification");
        if !raw.architectures.as_ref().is_none_or(|names| names.iter().any(classifies)) {
            let names = raw.architectures.unwrap_or_default().join(", ");
            wrong.push(format!("the checkpoint classifies no texts ({names}): it must be fine-tuned first"));
        }
        if let Some(kind) = raw.position_embedding_type.filter(|kind| kind != "absolute") {
            wrong.push(format!("position_embedding_type is `{kind}`; only `absolute` is read"));
        }
        let activation = raw.hidden_act.as_deref().unwrap_or("gelu");
        if !ACTIVATIONS.contains(&activation) {
            wrong.push(format!("the activation `{activation}` is not one of {}", ACTIVATIONS.join(", ")));
        }
        let pads_elsewhere = raw.pad_token_id.is_some_and(|id| id != 1);
        if matches!(family, Family::Roberta | Family::XlmRoberta) && pads_elsewhere {
            wrong.push("pad_token_id must be 1 for this family".to_owned());
        }
        let answers = match raw.problem_type.as_deref() {
            Some("multi_label_classification") => Answers::Each,
            None | Some("single_label_classification") => Answers::One,
            Some(other) => {
                wrong.push(format!("problem_type is `{other}`: a checkpoint that gives labels is needed"));
                Answers::One
            }
        };
        let labels = match named_labels(raw.id2label, raw.num_labels) {
            Ok(labels) => labels,
            Err(why) => {
                wrong.push(why);
                Vec::new()
            }
        };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        // Two nameless labels are left out of the file.
        let id2label: serde_json::Map<String, serde_json::Value> =
            labels.iter().enumerate().map(|(i, l)| (i.to_string(), l.as_str().into())).collect();
        if let Some(fields) = whole.as_object_mut() {
            fields.insert("id2label".to_owned(), id2label.into());
            fields.remove("label2id");
        }
        Ok(Self {
            family,
            labels,
            answers,
            longest: raw.max_position_embeddings.saturating_sub(family.lost_positions()),
            words: raw.vocab_size,
            width: raw.hidden_size,
            epsilon: raw.layer_norm_eps.unwrap_or(USUAL_EPSILON),
            whole,
        })
    }
}

fn named_labels(
    named: Option<BTreeMap<String, String>>,
    number: Option<usize>,
) -> Result<Vec<String>, String> {
    let Some(named) = named else {
        return Ok((0..number.unwrap_or(2)).map(|i| format!("LABEL_{i}")).collect());
    };
    let labels: Vec<String> = (0..named.len()).filter_map(|i| named.get(&i.to_string()).cloned()).collect();
    if labels.len() == named.len() && !labels.is_empty() {
        Ok(labels)
    } else {
        Err("id2label does not number the labels from 0 on".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(with: &str) -> Result<Checkpoint, Vec<String>> {
        Checkpoint::read(&format!(
            r#"{{"model_type": "roberta", "max_position_embeddings": 514, "vocab_size": 50265, "hidden_size": 768{with}}}"#
        ))
    }

    #[test]
    fn labels_without_names_get_those_of_the_library() {
        let read = config("").unwrap();
        assert_eq!(read.labels, ["LABEL_0", "LABEL_1"]);
        assert_eq!((read.longest, read.answers), (512, Answers::One));
        assert_eq!(read.whole["id2label"]["1"], "LABEL_1");
        let named =
            config(r#", "id2label": {"1": "b", "0": "a"}, "problem_type": "multi_label_classification""#);
        let named = named.unwrap();
        assert_eq!((named.labels, named.answers), (vec!["a".to_owned(), "b".to_owned()], Answers::Each));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let wrong = |with: &str| config(with).unwrap_err().join("\n");
        assert!(wrong(r#", "architectures": ["RobertaForMaskedLM"]"#).contains("fine-tuned first"));
        assert!(
            wrong(r#", "hidden_act": "gelu_pytorch_tanh""#).contains("`gelu_pytorch_tanh` is not one of")
        );
        assert!(wrong(r#", "position_embedding_type": "relative_key""#).contains("only `absolute`"));
        assert!(wrong(r#", "pad_token_id": 0"#).contains("must be 1"));
        assert!(wrong(r#", "problem_type": "regression""#).contains("gives labels"));
        assert!(wrong(r#", "id2label": {"3": "a"}"#).contains("from 0 on"));
        assert!(Checkpoint::read(r#"{"model_type": "deberta"}"#).is_err());
        assert!(Checkpoint::read("{").unwrap_err()[0].contains("no JSON"));
        let other =
            r#"{"model_type": "camembert", "max_position_embeddings": 1, "vocab_size": 1, "hidden_size": 1}"#;
        assert!(Checkpoint::read(other).unwrap_err()[0].contains("bert, distilbert, roberta, xlm-roberta"));
    }
}
