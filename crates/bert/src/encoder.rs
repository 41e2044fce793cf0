//! The encoder of RoBERTa and XLM-RoBERTa, and of a BERT that was made with an unusual epsilon.
//!
//! rust-bert adds 1e-12 to every variance, whatever the checkpoint says. BERT and DistilBERT were made with that number, RoBERTa
//! and XLM-RoBERTa with 1e-5: with the wrong one their numbers are off by more than rounding.

use std::collections::HashMap;

use rust_bert::Activation;
use rust_bert::bert::BertConfig;
use tch::{Kind, Tensor};

use crate::checkpoint::{Checkpoint, Family};
use crate::net::config;

/// Added to the score of what is only there to fill up.
const HIDDEN: f64 = -10_000.0;
/// Positions of RoBERTa begin after that of its padding.
const PADDING: i64 = 1;

/// The named tensors of a checkpoint.
pub(crate) struct Tensors(pub(crate) HashMap<String, Tensor>);

impl Tensors {
    fn take(&self, name: &str) -> Result<Tensor, String> {
        let tensor = self.0.get(name).ok_or_else(|| format!("the weights lack `{name}`"))?;
        Ok(tensor.to_kind(Kind::Float))
    }
}

struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn open(tensors: &Tensors, name: &str) -> Result<Self, String> {
        Ok(Self {
            weight: tensors.take(&format!("{name}.weight"))?,
            bias: tensors.take(&format!("{name}.bias"))?,
        })
    }
    fn run(&self, x: &Tensor) -> Tensor {
        x.linear(&self.weight, Some(&self.bias))
    }
}

struct Norm {
    parts: Linear,
    epsilon: f64,
}

impl Norm {
    fn open(tensors: &Tensors, name: &str, epsilon: f64) -> Result<Self, String> {
        Ok(Self { parts: Linear::open(tensors, name)?, epsilon })
    }
    fn run(&self, x: &Tensor) -> Tensor {
        let shape = self.parts.weight.size();
        x.layer_norm(shape, Some(&self.parts.weight), Some(&self.parts.bias), self.epsilon, false)
    }
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    wide: Linear,
    narrow: Linear,
    norm: Norm,
}

impl Layer {
    fn open(tensors: &Tensors, name: &str, epsilon: f64) -> Result<Self, String> {
        let linear = |part: &str| Linear::open(tensors, &format!("{name}.{part}"));
        let norm = |part: &str| Norm::open(tensors, &format!("{name}.{part}"), epsilon);
        Ok(Self {
            query: linear("attention.self.query")?,
            key: linear("attention.self.key")?,
            value: linear("attention.self.value")?,
            attended: linear("attention.output.dense")?,
            attended_norm: norm("attention.output.LayerNorm")?,
            wide: linear("intermediate.dense")?,
            narrow: linear("output.dense")?,
            norm: norm("output.LayerNorm")?,
        })
    }

    fn run(&self, x: &Tensor, hidden: &Tensor, heads: i64, activation: Activation) -> Tensor {
        let (batch, length, width) =
            (x.size().first().copied().unwrap_or(1), -1, x.size().last().copied().unwrap_or(1));
        let split = |x: Tensor| x.view((batch, length, heads, width / heads)).transpose(1, 2);
        let (q, k, v) = (split(self.query.run(x)), split(self.key.run(x)), split(self.value.run(x)));
        #[expect(clippy::cast_precision_loss, reason = "the width of a head")]
        let scale = ((width / heads) as f64).sqrt();
        let scores = q.matmul(&k.transpose(-1, -2)) / scale + hidden;
        let seen = scores.softmax(-1, Kind::Float).matmul(&v);
        let seen = seen.transpose(1, 2).contiguous().view((batch, length, width));
        let x = self.attended_norm.run(&(self.attended.run(&seen) + x));
        let wide = (activation.get_function().get_fn())(&self.wide.run(&x));
        self.norm.run(&(self.narrow.run(&wide) + &x))
    }
}

enum Head {
    /// A pooler, then the labels.
    Bert(Linear, Linear),
    /// A dense layer and the labels in one.
    Roberta(Linear, Linear),
}

/// A whole encoder with its labels.
pub(crate) struct Encoder {
    words: Tensor,
    positions: Tensor,
    kinds: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    heads: i64,
    activation: Activation,
    head: Head,
}

impl Encoder {
    /// Takes the tensors of a checkpoint.
    ///
    /// # Errors
    /// Names the tensor that is missing.
    pub(crate) fn open(tensors: &Tensors, checkpoint: &Checkpoint) -> Result<Self, String> {
        let config: BertConfig = config(checkpoint)?;
        if config.num_attention_heads < 1 || config.hidden_size % config.num_attention_heads != 0 {
            return Err("config.json: the width is no multiple of the attention heads".to_owned());
        }
        let prefix = checkpoint.family.prefix();
        let embedded = |part: &str| tensors.take(&format!("{prefix}.embeddings.{part}.weight"));
        let epsilon = checkpoint.epsilon;
        let layers = (0..config.num_hidden_layers)
            .map(|n| Layer::open(tensors, &format!("{prefix}.encoder.layer.{n}"), epsilon))
            .collect::<Result<_, _>>()?;
        let linear = |name: &str| Linear::open(tensors, name);
        let head = match checkpoint.family {
            Family::Bert | Family::DistilBert => {
                Head::Bert(linear("bert.pooler.dense")?, linear("classifier")?)
            }
            Family::Roberta | Family::XlmRoberta => {
                Head::Roberta(linear("classifier.dense")?, linear("classifier.out_proj")?)
            }
        };
        Ok(Self {
            words: embedded("word_embeddings")?,
            positions: embedded("position_embeddings")?,
            kinds: embedded("token_type_embeddings")?,
            norm: Norm::open(tensors, &format!("{prefix}.embeddings.LayerNorm"), epsilon)?,
            layers,
            heads: config.num_attention_heads,
            activation: config.hidden_act,
            head,
        })
    }

    /// The numbers of the labels: (texts × tokens) with a mask of 1 for what is there, to (texts × labels).
    pub(crate) fn run(&self, ids: &Tensor, mask: &Tensor) -> Tensor {
        let length = ids.size().last().copied().unwrap_or_default();
        let positions = match self.head {
            Head::Bert(..) => Tensor::arange(length, (Kind::Int64, ids.device())).unsqueeze(0),
            Head::Roberta(..) => mask.cumsum(1, Kind::Int64) * mask + PADDING,
        };
        let kinds = ids.zeros_like();
        let look_up = |table: &Tensor, at: &Tensor| Tensor::embedding(table, at, -1, false, false);
        let embedded =
            look_up(&self.words, ids) + look_up(&self.kinds, &kinds) + look_up(&self.positions, &positions);
        let mut x = self.norm.run(&embedded);
        let hidden = (mask.ones_like() - mask).to_kind(Kind::Float).unsqueeze(1).unsqueeze(1) * HIDDEN;
        for layer in &self.layers {
            x = layer.run(&x, &hidden, self.heads, self.activation);
        }
        let first = x.select(1, 0);
        let (Head::Bert(dense, labels) | Head::Roberta(dense, labels)) = &self.head;
        labels.run(&dense.run(&first).tanh())
    }
}
