//! The checkpoint as a classifier: what it knows is put together with the assessment of the built-in model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use gehoor_classify::{BuiltIn, Classifier, ClassifyError, Doc, Opinion};
use gehoor_domain::assessment::Assessment;

use crate::BertError;
use crate::folder::Folder;
use crate::net::Net;
use crate::tokens::Tokens;
use crate::windows::{combined, windows};

/// A loaded checkpoint. Judging takes all its threads; who asks at the same time waits.
pub struct Stronger {
    id: String,
    base: BuiltIn,
    folder: Folder,
    judge: Mutex<Judge>,
}

struct Judge {
    tokens: Tokens,
    net: Net,
    /// Tokens of a text that fit at once.
    room: usize,
    overlap: usize,
    batch_size: usize,
}

impl Stronger {
    /// Reads the weights. The threads of the checkpoint are those of the whole process.
    ///
    /// # Errors
    /// [`BertError::Load`] with what the libraries below say, or [`BertError::Read`].
    pub fn load(folder: Folder, base: BuiltIn) -> Result<Self, BertError> {
        let id = format!("{} + {}", folder.id()?, Classifier::id(&base));
        let failed = |why: String| BertError::Load { dir: folder.dir.clone(), why };
        let judge = Mutex::new(Judge::read(&folder).map_err(failed)?);
        Ok(Self { id, base, folder, judge })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Judge) -> Result<T, String>) -> Result<T, String> {
        let mut judge = self.judge.lock().unwrap_or_else(PoisonError::into_inner);
        caught(|| work(&mut judge))
    }

    /// What the checkpoint says of each window of each text, before it is given a meaning.
    ///
    /// # Errors
    /// What went wrong below.
    pub fn logits(&self, texts: &[&str]) -> Result<Vec<Vec<Vec<f32>>>, String> {
        self.with(|judge| judge.logits(texts))
    }

    /// The tokens of a text, without those that stand around it.
    ///
    /// # Errors
    /// What went wrong below.
    pub fn token_ids(&self, text: &str) -> Result<Vec<i64>, String> {
        self.with(|judge| judge.tokens.ids(text))
    }

    fn judge(&self, docs: &[Doc<'_>]) -> Result<Vec<Assessment>, String> {
        let texts: Vec<&str> = docs.iter().map(|doc| doc.text).collect();
        let all = self.logits(&texts)?;
        docs.iter()
            .zip(all)
            .map(|(doc, windows)| {
                let opinions: Option<Vec<Opinion>> =
                    windows.iter().map(|logits| self.folder.labels.opinion(logits)).collect();
                let opinions = opinions.ok_or("the weights give numbers that are none")?;
                let mut assessment = self.base.assess(doc);
                combined(&opinions).put_into(&mut assessment, self.folder.settings.weight);
                assessment.model.clone_from(&self.id);
                Ok(assessment)
            })
            .collect()
    }
}

impl Judge {
    fn read(folder: &Folder) -> Result<Self, String> {
        let threads = folder.settings.threads();
        tch::set_num_threads(i32::try_from(threads).unwrap_or(1));
        let (tokens, net) = caught(|| Ok((Tokens::open(folder)?, Net::open(folder)?)))?;
        Ok(Self {
            tokens,
            net,
            room: folder.settings.length(&folder.checkpoint).saturating_sub(2),
            overlap: folder.settings.overlap,
            batch_size: folder.settings.batch_size,
        })
    }

    fn logits(&mut self, texts: &[&str]) -> Result<Vec<Vec<Vec<f32>>>, String> {
        let (before, after) = self.tokens.around;
        let mut all: Vec<(usize, Vec<i64>)> = Vec::new();
        let mut answers: Vec<Vec<Vec<f32>>> = Vec::with_capacity(texts.len());
        for (number, text) in texts.iter().enumerate() {
            let ids = self.tokens.ids(text)?;
            answers.push(Vec::new());
            for window in windows(ids.len(), self.room, self.overlap) {
                let inside = ids.get(window).unwrap_or_default();
                let framed = [before].into_iter().chain(inside.iter().copied()).chain([after]);
                all.push((number, framed.collect()));
            }
        }
        // Windows of like length together: less is filled up. Their order within a text must come back.
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|at| all.get(*at).map_or(0, |(_, ids)| ids.len()));
        let mut numbers: Vec<Vec<f32>> = vec![Vec::new(); all.len()];
        for batch in order.chunks(self.batch_size.max(1)) {
            let ids: Vec<&[i64]> =
                batch.iter().filter_map(|at| all.get(*at)).map(|(_, ids)| ids.as_slice()).collect();
            for (at, row) in batch.iter().zip(self.net.logits(&ids, self.tokens.pad)?) {
                if let Some(place) = numbers.get_mut(*at) {
                    *place = row;
                }
            }
        }
        for ((number, _), row) in all.iter().zip(numbers) {
            if let Some(answer) = answers.get_mut(*number) {
                answer.push(row);
            }
        }
        Ok(answers)
    }
}

#[async_trait]
impl Classifier for Stronger {
    fn id(&self) -> &str {
        &self.id
    }

    /// Blocks its thread for as long as it takes: call it where that is allowed.
    async fn classify(&self, docs: &[Doc<'_>]) -> Result<Vec<Assessment>, ClassifyError> {
        self.judge(docs).map_err(|why| ClassifyError::Batch { size: docs.len(), why })
    }
}

/// The libraries below panic on what they cannot do; here that is an error of one batch.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the library below gave up".to_owned()))
}
