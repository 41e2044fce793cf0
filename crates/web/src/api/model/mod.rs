//! What programs read. Types of their own: the domain may change, these names stay.

mod case;
mod mention;
mod operations;

pub(crate) use case::{ApiCase, ApiCasePage};
pub(crate) use mention::{ApiAssessment, ApiJudged, ApiMention};
pub(crate) use operations::{ApiAlert, ApiEffect, ApiSource};
