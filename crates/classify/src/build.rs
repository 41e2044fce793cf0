//! From labelled texts to everything that is shipped: the packed model, its figures, its card.
//!
//! Pure: the caller reads the files and writes the results (`gehoor train`).

use std::collections::BTreeMap;

use gehoor_domain::assessment::Assessment;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::candidate::{Across, across};
use crate::card;
use crate::cross::{Judged, Validation, validate};
use crate::eval::{Metrics, Part, measure};
use crate::families::{self, Family};
use crate::file;
use crate::harmless::{self, Harmless};
use crate::labelled::Labelled;
use crate::lexicon::{BadLexicon, Lexicon};
use crate::model::Model;
use crate::taxonomy::Taxonomy;
use crate::train::{Options, Progress, TrainError, train};
use crate::trust::Trust;
use crate::weak;

/// What a model is made from.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Short name, such as `gehoor-builtin-1`.
    pub name: String,
    /// Texts labelled for this purpose; figures are measured on them, across files.
    pub corpus: Vec<Labelled>,
    /// Further texts, trained on and never measured.
    pub more: Vec<Labelled>,
    /// The expression lists: Dutch, English, German, French.
    pub lexicon: [String; 4],
    /// How to train.
    pub options: Options,
    /// Whether other kinds of model are trained too, to compare; takes about as long as the rest.
    pub families: bool,
    /// Written by people, put at the end of the card as it is; may be empty.
    pub notes: String,
}

/// Why no model was made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A broken expression list.
    #[error("the lexicon cannot be used")]
    Lexicon(#[from] BadLexicon),
    /// Too little to learn from.
    #[error("the model cannot be trained")]
    Train(#[from] TrainError),
    /// Packing or writing the description failed.
    #[error("the model cannot be packed: {0}")]
    Pack(String),
}

/// What comes out; each belongs into the model's folder under the name given.
#[derive(Debug)]
pub struct Built {
    /// The model itself, ready to judge.
    pub model: Model,
    /// `weights.bin.zst`
    pub weights: Vec<u8>,
    /// `model.toml`
    pub description: String,
    /// `card.md`
    pub card: String,
    /// `metrics.json`
    pub metrics: String,
    /// The figures behind card and `metrics.json`.
    pub figures: Figures,
}

/// All figures of one building.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Across files, with stars and channel as given.
    pub as_given: Metrics,
    /// Across files, with the text alone.
    pub text_only: Metrics,
    /// Each file judged by a model that has not seen it, further sets labelled for complaints too: text alone, then with
    /// stars and channel as given.
    pub by_file: [BTreeMap<String, Part>; 2],
    /// How far both can be trusted: of the text alone.
    pub trust: Trust,
    /// The same with stars and channel as given.
    pub trust_as_given: Trust,
    /// The kinds of model that were tried.
    pub families: Vec<Family>,
    /// False alarms on real posts, by set.
    pub harmless: BTreeMap<String, Harmless>,
}

#[derive(Serialize)]
struct Description<'a> {
    id: &'a str,
    file: &'a str,
    sha256: String,
    bytes: usize,
    ngrams: usize,
    lexicon_sha256: String,
    taxonomy_sha256: String,
    texts: usize,
    further_texts: usize,
    seed: u64,
    labels: Labels,
    /// What a later candidate is compared with.
    across_files: Across,
}

#[derive(Serialize)]
struct Labels {
    sentiment: Vec<&'static str>,
    intent: Vec<&'static str>,
    severity: Vec<u8>,
    topics: Vec<&'static str>,
    signals: Vec<&'static str>,
    responsible: Vec<&'static str>,
}

/// Measures across files, then trains on everything and packs. `progress` is told in words.
///
/// # Errors
/// [`BuildError`] when the lexicon is broken or there is too little to learn from.
pub fn build(inputs: &Inputs, mut progress: impl FnMut(&str)) -> Result<Built, BuildError> {
    let lists = inputs.lexicon.each_ref().map(String::as_str);
    let lexicon = Lexicon::parse(lists)?;
    let more = weak::ready(inputs.more.clone(), &lexicon, &inputs.options);
    // What people labelled for complaints is measured like the corpus, but in figures of its own.
    let (labelled, more): (Vec<_>, Vec<_>) =
        more.into_iter().partition(|row| row.counts_in_full() && row.labels.complaint.is_some());
    let own = inputs.corpus.len();
    let texts: Vec<Labelled> = inputs.corpus.iter().chain(&labelled).cloned().collect();
    let Validation { calibration, judged, .. } =
        validate(&texts, &more, &lexicon, &inputs.options, |what| progress(&what))?;
    let further: Vec<Labelled> = labelled.iter().chain(&more).cloned().collect();
    let families = if inputs.families {
        families::compare(&inputs.corpus, &further, &lexicon, &inputs.options, |what| progress(what))?
    } else {
        Vec::new()
    };
    let harmless = if inputs.families {
        progress("false alarms on real posts");
        harmless::measure(&inputs.corpus, &inputs.more, &lexicon, &inputs.options, &calibration)?
    } else {
        BTreeMap::new()
    };
    progress("how sure the figures are");
    let pairs = |pick: fn(&Judged) -> &Assessment| -> Vec<(&Labelled, Assessment)> {
        judged.iter().filter_map(|j| Some((texts.get(j.row)?, pick(j).clone()))).collect()
    };
    let by_file = [files(&pairs(|j| &j.text_only)), files(&pairs(|j| &j.as_given))];
    let judged: Vec<Judged> = judged.iter().filter(|j| j.row < own).cloned().collect();
    let pairs = |pick: fn(&Judged) -> &Assessment| -> Vec<(&Labelled, Assessment)> {
        judged.iter().filter_map(|j| Some((inputs.corpus.get(j.row)?, pick(j).clone()))).collect()
    };
    let (text_alone, given) = (pairs(|j| &j.text_only), pairs(|j| &j.as_given));
    let figures = Figures {
        as_given: measure(&given),
        text_only: measure(&text_alone),
        by_file,
        trust: Trust::of(&text_alone),
        trust_as_given: Trust::of(&given),
        families,
        harmless,
    };
    let all: Vec<&Labelled> = texts.iter().chain(&more).collect();
    let mut model = train(&all, lexicon, &inputs.options, |p: Progress| {
        progress(&format!("pass {} of {}: loss {:.3}", p.epoch, p.epochs, p.loss));
    })?;
    model.set_calibration(calibration);
    let weights = file::pack(&model, &inputs.name).map_err(|e| BuildError::Pack(e.to_string()))?;
    let description = describe(inputs, &model, &weights, across(&figures.text_only))?;
    let card = card::render(inputs, &figures, model.rows(), weights.len());
    let metrics = serde_json::to_string(&figures).map_err(|e| BuildError::Pack(e.to_string()))?;
    Ok(Built { model, weights, description, card, metrics, figures })
}

/// The figures of each file.
fn files(judged: &[(&Labelled, Assessment)]) -> BTreeMap<String, Part> {
    let mut sources: BTreeMap<&str, Vec<(&Labelled, Assessment)>> = BTreeMap::new();
    for (text, assessment) in judged {
        sources.entry(&text.source).or_default().push((text, assessment.clone()));
    }
    sources.into_iter().map(|(source, rows)| (source.to_owned(), measure(&rows).all)).collect()
}

fn describe(
    inputs: &Inputs,
    model: &Model,
    weights: &[u8],
    across_files: Across,
) -> Result<String, BuildError> {
    use gehoor_domain::assessment::{Intent, Responsible, Sentiment, Signal};
    let sha = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let description = Description {
        id: &inputs.name,
        file: "weights.bin.zst",
        sha256: sha(weights),
        bytes: weights.len(),
        ngrams: model.rows(),
        lexicon_sha256: sha(inputs.lexicon.concat().as_bytes()),
        taxonomy_sha256: Taxonomy::built_in_sha256(),
        texts: inputs.corpus.len(),
        further_texts: inputs.more.len(),
        seed: inputs.options.seed,
        labels: Labels {
            sentiment: Sentiment::ALL.iter().map(|l| l.as_str()).collect(),
            intent: Intent::ALL.iter().map(|l| l.as_str()).collect(),
            severity: vec![0, 1, 2, 3],
            topics: crate::labels::TOPICS.to_vec(),
            signals: Signal::ALL.iter().map(|l| l.as_str()).collect(),
            responsible: Responsible::ALL.iter().map(|l| l.as_str()).collect(),
        },
        across_files,
    };
    toml::to_string(&description).map_err(|e| BuildError::Pack(e.to_string()))
}
