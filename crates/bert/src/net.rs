//! The network of a checkpoint: numbers of tokens in, numbers of labels out.

use rust_bert::bert::{BertConfig, BertForSequenceClassification};
use rust_bert::distilbert::{DistilBertConfig, DistilBertModelClassifier};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use crate::checkpoint::{Checkpoint, Family, USUAL_EPSILON};
use crate::encoder::{Encoder, Tensors};
use crate::folder::Folder;

/// The network, by who runs it.
pub(crate) enum Net {
    Bert(Box<BertForSequenceClassification>),
    DistilBert(Box<DistilBertModelClassifier>),
    Other(Box<Encoder>),
}

impl Net {
    /// Reads the weights into memory, as numbers of 32 bits whatever they are saved as.
    ///
    /// # Errors
    /// What is wrong with the weights.
    pub(crate) fn open(folder: &Folder) -> Result<Self, String> {
        let checkpoint = &folder.checkpoint;
        let told = |e: rust_bert::RustBertError| e.to_string();
        let usual = (checkpoint.epsilon - USUAL_EPSILON).abs() < 1e-15;
        match checkpoint.family {
            Family::Bert if usual => {
                let mut store = VarStore::new(Device::Cpu);
                let net =
                    BertForSequenceClassification::new(store.root(), &config::<BertConfig>(checkpoint)?)
                        .map_err(told)?;
                fill(&mut store, folder)?;
                Ok(Self::Bert(Box::new(net)))
            }
            Family::DistilBert => {
                let mut store = VarStore::new(Device::Cpu);
                let net =
                    DistilBertModelClassifier::new(store.root(), &config::<DistilBertConfig>(checkpoint)?)
                        .map_err(told)?;
                fill(&mut store, folder)?;
                Ok(Self::DistilBert(Box::new(net)))
            }
            Family::Bert | Family::Roberta | Family::XlmRoberta => {
                let named = if folder.weights.extension().is_some_and(|e| e == "safetensors") {
                    Tensor::read_safetensors(&folder.weights)
                } else {
                    Tensor::load_multi(&folder.weights)
                };
                let tensors = Tensors(named.map_err(|e| e.to_string())?.into_iter().collect());
                Ok(Self::Other(Box::new(Encoder::open(&tensors, checkpoint)?)))
            }
        }
    }

    /// The numbers of the labels for some windows; `pad` fills the shorter ones up and is not looked at.
    ///
    /// # Errors
    /// When the answer is none of these windows.
    pub(crate) fn logits(&self, windows: &[&[i64]], pad: i64) -> Result<Vec<Vec<f32>>, String> {
        let longest = windows.iter().map(|ids| ids.len()).max().unwrap_or_default();
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for window in windows {
            let left = longest - window.len();
            ids.extend(window.iter().copied().chain(std::iter::repeat_n(pad, left)));
            mask.extend(std::iter::repeat_n(1_i64, window.len()).chain(std::iter::repeat_n(0, left)));
        }
        let size = |n: usize| i64::try_from(n).map_err(|e| e.to_string());
        let shape = [size(windows.len())?, size(longest)?];
        let answer = tch::no_grad(|| {
            let (ids, mask) = (Tensor::from_slice(&ids).view(shape), Tensor::from_slice(&mask).view(shape));
            match self {
                // Without the mask, what only fills up would be read as text.
                Self::Bert(net) => Ok(net.forward_t(Some(&ids), Some(&mask), None, None, None, false).logits),
                Self::DistilBert(net) => net
                    .forward_t(Some(&ids), Some(&mask), None, false)
                    .map(|out| out.logits)
                    .map_err(|e| e.to_string()),
                Self::Other(net) => Ok(net.run(&ids, &mask)),
            }
        })?;
        let rows = Vec::<Vec<f32>>::try_from(answer).map_err(|e| e.to_string())?;
        if rows.len() == windows.len() {
            Ok(rows)
        } else {
            Err("the answer has another number of rows".to_owned())
        }
    }
}

/// The configuration of the library: what `config.json` says, and the library's defaults where it is silent.
pub(crate) fn config<T: Default + Serialize + DeserializeOwned>(
    checkpoint: &Checkpoint,
) -> Result<T, String> {
    let told = |e: serde_json::Error| format!("config.json: {e}");
    let mut whole = serde_json::to_value(T::default()).map_err(told)?;
    if let (Some(fields), Some(said)) = (whole.as_object_mut(), checkpoint.whole.as_object()) {
        fields.extend(said.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    serde_json::from_value(whole).map_err(told)
}

fn fill(store: &mut VarStore, folder: &Folder) -> Result<(), String> {
    store.load(&folder.weights).map_err(|e| e.to_string())?;
    store.set_kind(Kind::Float);
    store.freeze();
    Ok(())
}
