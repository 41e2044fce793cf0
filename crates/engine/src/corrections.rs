//! What people corrected, as rows that teach: `gehoor train --with-corrections` learns from them.

use gehoor_domain::assessment::Assessment;
use gehoor_domain::mention::Mention;
use gehoor_search::MentionDoc;
use gehoor_store::Table;
use serde::Serialize;

use crate::Engine;
use crate::assess::whole_text;
use crate::error::EngineError;
use crate::queries::operations;
use crate::views::Viewer;

/// Records read at a time.
const PAGE: usize = 500;

/// One correction: the text, and only what a person set. The fields are named as in the labelled texts of `models/corpus`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrectionRow {
    /// The mention.
    pub id: String,
    /// Title and text, as the author wrote them.
    pub text: String,
    /// ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Rating out of five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<f64>,
    /// Where it stands.
    pub channel: &'static str,
    /// What the customer does with the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<&'static str>,
    /// 0 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    /// The feeling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<&'static str>,
    /// All topics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<String>>,
    /// All signals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signals: Option<Vec<&'static str>>,
}

impl CorrectionRow {
    /// What a person set of this mention; `None` when nothing is set.
    #[must_use]
    pub fn of(mention: &Mention, corrected: &Assessment) -> Option<Self> {
        let set = |field: &str| corrected.corrected.iter().any(|f| f == field);
        if corrected.corrected.is_empty() {
            return None;
        }
        let topics = || corrected.topics.iter().map(|t| t.label.as_str().to_owned()).collect();
        Some(Self {
            id: mention.id.to_string(),
            text: whole_text(mention),
            lang: mention.lang.clone().or_else(|| Some(corrected.lang.label.as_str().to_owned())),
            stars: mention.stars.and_then(gehoor_domain::mention::Stars::out_of_five),
            channel: mention.channel.as_str(),
            intent: set("intent").then(|| corrected.intent.label.as_str()),
            severity: set("severity").then(|| corrected.severity.label.level()),
            sentiment: set("sentiment").then(|| corrected.sentiment.label.as_str()),
            topics: set("topics").then(topics),
            signals: set("signals").then(|| corrected.signals.iter().map(|s| s.label.as_str()).collect()),
        })
    }
}

impl Engine {
    /// All corrections whose mention is still there, for head office.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for readers who do not see operations; [`EngineError::Store`].
    pub fn corrections(&self, viewer: &Viewer) -> Result<Vec<CorrectionRow>, EngineError> {
        operations(viewer)?;
        let mut rows = Vec::new();
        let mut from = String::new();
        loop {
            let page = self.store().scan(Table::Correction, &from, None, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(rows) };
            from = format!("{last}\0");
            for (key, known) in &page {
                let corrected: Assessment = gehoor_store::decode(Table::Correction, key, &known.record)?;
                let Some(id) = gehoor_domain::ids::MentionId::parse(key) else { continue };
                let Some(MentionDoc { mention, .. }) = self.mention_doc(&id)? else { continue };
                if mention.withdrawn.is_none() {
                    rows.extend(CorrectionRow::of(&mention, &corrected));
                }
            }
        }
    }

    /// How many corrections there are, counted up to 10,000.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn corrections_count(&self) -> Result<usize, EngineError> {
        Ok(self.store().scan(Table::Correction, "", None, 10_000)?.len())
    }
}
