//! The seam between the engine and a model.

use async_trait::async_trait;
use gehoor_domain::assessment::Assessment;
use gehoor_domain::mention::Channel;

/// One text to be judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doc<'a> {
    /// Title and text together, as the author wrote them.
    pub text: &'a str,
    /// Declared language (ISO 639-1), a hint only.
    pub lang: Option<&'a str>,
    /// Rating out of five.
    pub stars: Option<f64>,
    /// Where it stands, if known: base rates differ by channel.
    pub channel: Option<Channel>,
}

/// Why nothing was judged.
#[derive(Debug, thiserror::Error)]
pub enum ClassifyError {
    /// The model cannot be loaded.
    #[error("the model `{model}` cannot be used: {why}")]
    Model {
        /// Its id.
        model: String,
        /// What is wrong and what to do.
        why: String,
    },
    /// The model failed on a batch.
    #[error("the model failed on a batch of {size} texts: {why}")]
    Batch {
        /// How many texts.
        size: usize,
        /// What is wrong.
        why: String,
    },
}

/// Judges texts in batches. Implementations are pure functions of the text: the same text gets the same assessment.
#[async_trait]
pub trait Classifier: Send + Sync {
    /// Names the model and its version, such as `gehoor-linear-1 (3f2a…)`.
    fn id(&self) -> &str;
    /// One assessment per text, in the same order. `located` is left empty: locating is not the model's work.
    ///
    /// # Errors
    /// [`ClassifyError`] when the whole batch could not be judged; it is tried again later.
    async fn classify(&self, docs: &[Doc<'_>]) -> Result<Vec<Assessment>, ClassifyError>;
}
