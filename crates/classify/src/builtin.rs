//! The model that is compiled in: no download, no file, the same on every machine.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use gehoor_domain::assessment::Assessment;
use gehoor_domain::mention::Channel;

use crate::classifier::{Classifier, ClassifyError, Doc};
use crate::file;
use crate::judge;
use crate::language;
use crate::model::{Context, Model, Scratch};
use crate::net::{self, Net, Room};
use crate::reasons;
use crate::rules;

static WEIGHTS: &[u8] = include_bytes!("../../../models/gehoor-builtin/weights.bin.zst");
static DESCRIPTION: &str = include_str!("../../../models/gehoor-builtin/model.toml");

/// Judges texts with one linear model for all tasks and a small net that weighs in.
#[derive(Debug, Clone)]
pub struct BuiltIn {
    model: Arc<Model>,
    net: Option<&'static Net>,
}

thread_local! {
    static SCRATCH: RefCell<(Scratch, Room)> = RefCell::default();
}

impl BuiltIn {
    /// Unpacks the compiled-in model; the second call in a program costs nothing.
    ///
    /// # Errors
    /// [`ClassifyError::Model`] when the program was built with a broken model file.
    pub fn load() -> Result<Self, ClassifyError> {
        static LOADED: OnceLock<Arc<Model>> = OnceLock::new();
        let net = Some(Net::load()?);
        if let Some(model) = LOADED.get() {
            return Ok(Self { model: Arc::clone(model), net });
        }
        let model = Self::from_bytes(WEIGHTS)?.model;
        Ok(Self { model: Arc::clone(LOADED.get_or_init(|| model)), net })
    }

    /// What `model.toml` says of the compiled-in model.
    #[must_use]
    pub fn description() -> &'static str {
        DESCRIPTION
    }

    /// Unpacks a model file, such as one made by `gehoor train`; the net that is compiled in weighs in beside it.
    ///
    /// # Errors
    /// [`ClassifyError::Model`] when the file is broken or from another version.
    pub fn from_bytes(packed: &[u8]) -> Result<Self, ClassifyError> {
        let mut model = file::unpack(packed)
            .map_err(|e| ClassifyError::Model { model: "gehoor-builtin".to_owned(), why: e.to_string() })?;
        let net = Net::load()?;
        // What another net judged is judged again.
        model.id = format!("{}, net {})", model.id.trim_end_matches(')'), net.version());
        Ok(Self { net: Some(net), ..Self::new(model) })
    }

    /// Judges with a model that was just trained, alone: the net may have learnt from the texts that it is measured on.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self { model: Arc::new(model), net: None }
    }

    /// The model behind it.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Judges one text. CPU work of some ten microseconds for a short text; never blocks, never fails.
    #[must_use]
    pub fn assess(&self, doc: &Doc<'_>) -> Assessment {
        let guess = language::of(doc.text, doc.lang);
        let context = Context {
            language: guess.language,
            nearest: guess.nearest,
            stars: doc.stars,
            // Who gives stars writes a review.
            channel: doc.channel.or(doc.stars.map(|_| Channel::Review)),
        };
        let judge = |scratch: &mut Scratch, room: &mut Room| {
            let scores = self.model.score(doc.text, context, scratch);
            let mut p = self.model.calibration.probabilities(&scores, guess.language);
            if let Some(net) = self.net {
                net::mix_in(&mut p, &net.say(doc.text, room));
            }
            let mut assessment = judge::assessment(&p, &self.model.calibration, guess, &self.model.id);
            let ruled = rules::apply(doc.text, &scratch.evidence, &mut assessment);
            let spoken = judge::spoken(&assessment);
            assessment.reasons = reasons::find(&self.model, doc.text, scratch, &spoken, ruled);
            assessment
        };
        SCRATCH.with(|cell| match cell.try_borrow_mut() {
            Ok(mut kept) => {
                let (scratch, room) = &mut *kept;
                judge(scratch, room)
            }
            Err(_) => judge(&mut Scratch::default(), &mut Room::default()),
        })
    }
}

#[async_trait]
impl Classifier for BuiltIn {
    fn id(&self) -> &str {
        self.model.id()
    }

    async fn classify(&self, docs: &[Doc<'_>]) -> Result<Vec<Assessment>, ClassifyError> {
        Ok(docs.iter().map(|doc| self.assess(doc)).collect())
    }
}
