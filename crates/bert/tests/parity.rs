//! Small checkpoints with random weights answer as the reference implementation does.
//!
//! `tests/parts/checkpoints.sh` makes them and writes down the reference's answers; `GEHOOR_CHECKPOINTS` says where they lie.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of a test")]

use std::path::{Path, PathBuf};

use gehoor_bert::{Folder, Stronger};
use gehoor_classify::{BuiltIn, Classifier, Doc, conformance};
use gehoor_domain::assessment::{Intent, Sentiment};
use gehoor_domain::mention::Channel;
use serde::Deserialize;

const FAMILIES: [&str; 4] = ["bert", "roberta", "xlm-roberta", "distilbert"];
/// How far a number may be from the reference's.
const NEAR: f32 = 1e-4;

#[derive(Deserialize)]
struct Row {
    text: String,
    ids: Vec<i64>,
    logits: Vec<Vec<f32>>,
}

fn checkpoints() -> PathBuf {
    let dir = std::env::var("GEHOOR_CHECKPOINTS").expect(
        "GEHOOR_CHECKPOINTS is the folder that tests/parts/checkpoints.sh filled; `cargo xtask test` sets it",
    );
    PathBuf::from(dir)
}

fn load(dir: &Path) -> Stronger {
    Stronger::load(Folder::open(dir).unwrap(), BuiltIn::load().unwrap()).unwrap()
}

fn expected(family: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(checkpoints().join(family).join("expected.json")).unwrap();
    let rows: Vec<Row> = serde_json::from_str(&text).unwrap();
    assert!(rows.len() > 20 && rows.iter().any(|row| row.logits.len() > 2), "too little to compare with");
    rows
}

/// The largest difference between two answers.
fn apart(a: &[Vec<f32>], b: &[Vec<f32>]) -> f32 {
    assert_eq!(a.iter().map(Vec::len).collect::<Vec<_>>(), b.iter().map(Vec::len).collect::<Vec<_>>());
    a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn doc(text: &str) -> Doc<'_> {
    Doc { text, lang: None, stars: None, channel: Some(Channel::Microblog) }
}

#[test]
fn words_are_numbered_as_the_reference_numbers_them() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let model = load(&checkpoints().join(family));
        for row in expected(family) {
            let ids = model.token_ids(&row.text).unwrap();
            if ids != row.ids {
                wrong.push(format!("{family} {:?}\n  {ids:?}\n  {:?}", row.text, row.ids));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_window_of_every_text_is_answered_as_the_reference_answers_it() {
    for family in FAMILIES {
        let model = load(&checkpoints().join(family));
        let rows = expected(family);
        // All in one call: batches of mixed length, while the reference took one by one.
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let answers = model.logits(&texts).unwrap();
        let worst =
            rows.iter().zip(&answers).map(|(row, answer)| apart(&row.logits, answer)).fold(0.0, f32::max);
        println!("{family}: at most {worst:.1e} from the reference");
        assert!(worst < NEAR, "{family}: {worst:e}");
        for (text, answer) in texts.iter().zip(&answers) {
            let alone = model.logits(&[text]).unwrap();
            assert!(apart(&alone[0], answer) < 1e-5, "{family}: alone and in a batch differ: {text:?}");
        }
    }
}

/// Copies a checkpoint without its weights.
fn copied(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "safetensors") {
            std::fs::copy(&path, to.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    to
}

/// Why RoBERTa is not run by rust-bert, which takes 1e-12 for it.
#[test]
fn another_epsilon_gives_other_answers() {
    let from = checkpoints().join("roberta");
    let to = copied(&from);
    std::fs::copy(from.join("model.safetensors"), to.path().join("model.safetensors")).unwrap();
    let config = std::fs::read_to_string(from.join("config.json")).unwrap();
    let other = config.replace("\"layer_norm_eps\": 1e-05", "\"layer_norm_eps\": 1e-12");
    assert_ne!(config, other);
    std::fs::write(to.path().join("config.json"), other).unwrap();
    let model = load(to.path());
    let rows = expected("roberta");
    let worst = rows
        .iter()
        .map(|row| apart(&row.logits, &model.logits(&[&row.text]).unwrap()[0]))
        .fold(0.0, f32::max);
    println!("with an epsilon of 1e-12: {worst:.1e} from the reference");
    assert!(worst > NEAR, "{worst:e}");
}

#[test]
fn weights_in_the_other_format_give_the_same_answers() {
    for family in FAMILIES {
        let from = checkpoints().join(family);
        let to = copied(&from);
        let tensors = tch::Tensor::read_safetensors(from.join("model.safetensors")).unwrap();
        tch::Tensor::save_multi(&tensors, to.path().join("rust_model.ot")).unwrap();
        let texts = ["Wat een slechte winkel", "dank!"];
        let (one, other) = (load(&from), load(to.path()));
        for (a, b) in one.logits(&texts).unwrap().iter().zip(other.logits(&texts).unwrap()) {
            assert!(apart(a, &b) < 1e-6, "{family}");
        }
    }
}

#[tokio::test]
async fn every_checkpoint_is_a_sound_classifier() {
    for family in FAMILIES {
        let model = load(&checkpoints().join(family));
        assert!(model.id().starts_with(&format!("random-{family} (")), "{}", model.id());
        conformance::check(&model).await.unwrap_or_else(|why| panic!("{family}: {why}"));
    }
}

#[tokio::test]
async fn what_the_labels_mean_goes_into_the_assessment_and_the_rest_stays() {
    let text = "Mijn bank is al drie weken te laat en niemand belt terug.";
    let plain = BuiltIn::load().unwrap().assess(&doc(text));
    let from = checkpoints().join("bert");
    let both = load(&from).classify(&[doc(text)]).await.unwrap().remove(0);
    let to = copied(&from);
    std::fs::copy(from.join("model.safetensors"), to.path().join("model.safetensors")).unwrap();
    let settings = std::fs::read_to_string(from.join("model.toml")).unwrap();
    std::fs::write(to.path().join("model.toml"), format!("weight = 1.0\n{settings}")).unwrap();
    let model = load(to.path());
    let alone = model.classify(&[doc(text)]).await.unwrap().remove(0);
    let logits = model.logits(&[text]).unwrap().remove(0).remove(0);
    let best = (0..3).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
    let feelings = [Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive];
    let intents = [Intent::Complaint, Intent::Remark, Intent::Praise];
    assert_eq!((alone.sentiment.label, alone.intent.label), (feelings[best], intents[best]));
    assert_eq!((&alone.topics, alone.lang), (&plain.topics, plain.lang));
    // Random weights are sure of nothing: asked together, the built-in model's sure word stands.
    assert_eq!((both.intent.label, &both.topics), (plain.intent.label, &plain.topics));
    assert!(both.intent.p < plain.intent.p && both.sentiment_p != plain.sentiment_p, "{:?}", both.intent);
}

#[test]
fn weights_that_do_not_fit_are_an_error_and_no_crash() {
    let to = copied(&checkpoints().join("bert"));
    let (name, tensor) =
        ("bert.pooler.dense.weight", tch::Tensor::zeros([64, 64], (tch::Kind::Float, tch::Device::Cpu)));
    tch::Tensor::save_multi(&[(name, tensor)], to.path().join("rust_model.ot")).unwrap();
    let wrong = Stronger::load(Folder::open(to.path()).unwrap(), BuiltIn::load().unwrap());
    let wrong = wrong.err().map(|e| e.to_string()).unwrap_or_default();
    assert!(wrong.contains("cannot be loaded"), "{wrong}");
}
