//! What the index keeps of a mention.

use std::sync::Arc;

use gehoor_domain::assessment::{Assessment, Lang};
use gehoor_domain::ids::{LocationId, MentionId};
use gehoor_domain::mention::Mention;
use serde::{Deserialize, Serialize};

/// A mention with what the machine thinks of it. It is stored whole, as JSON: readers take the words of a
/// mention from here. What changes by itself (cases, owners, clocks) is not in it, because every update is a
/// new document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionDoc {
    /// The text as it was found.
    pub mention: Mention,
    /// What the machine thinks of it; `None` until it was assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
}

impl MentionDoc {
    /// The shop it is about; `None` when that is not known (yet). This decides who may see it.
    #[must_use]
    pub fn location(&self) -> Option<&LocationId> {
        Some(&self.assessment.as_ref()?.located.as_ref()?.location)
    }

    /// The language as assessed, or as declared as long as it is not assessed.
    #[must_use]
    pub fn lang(&self) -> Option<Lang> {
        match &self.assessment {
            Some(assessment) => Some(assessment.lang.label),
            None => self.mention.lang.as_deref().map(|declared| Lang::parse(declared).unwrap_or(Lang::Other)),
        }
    }

    /// Hundredths of stars on the scale 1 to 5, so that sums are exact.
    #[must_use]
    pub fn centistars(&self) -> Option<u64> {
        self.mention.stars?.out_of_five().map(centi)
    }
}

/// Stars as hundredths, rounded to the nearest; what is not a number counts as none.
pub(crate) fn centi(stars: f64) -> u64 {
    // `as` saturates and turns NaN into 0, which no rating has
    (stars * 100.0).round() as u64
}

/// A number out of the name, to order mentions of the same moment.
pub(crate) fn tie(id: &MentionId) -> u64 {
    id.as_str().get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

/// One change of the index.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Adds the mention, or replaces what is known under its name.
    Put(Arc<MentionDoc>),
    /// Adds a mention that the index does not hold: as [`Op::Put`], without looking for an older one. One that is there
    /// already would be found twice.
    Add(Arc<MentionDoc>),
    /// Takes it out of the index. Its bytes stay on the disk until a merge: see [`crate::Index::erase`].
    Remove(MentionId),
}
