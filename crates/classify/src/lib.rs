//! What the machine thinks of a mention, and why.

mod assess_out;
pub mod baseline;
pub mod build;
mod builtin;
pub mod calibrate;
pub mod card;
pub mod classifier;
pub mod conformance;
pub mod cross;
mod dense;
pub mod eval;
mod features;
pub mod file;
mod judge;
pub mod labelled;
pub mod labels;
mod language;
pub mod lexicon;
pub mod locate;
pub mod measure;
mod model;
mod prepare;
mod reasons;
mod rules;
pub mod taxonomy;
pub mod train;
pub mod weak;

pub use assess_out::{AssessIn, AssessOut, ChoiceOut, SeverityOut, SignalOut, TopicOut};
pub use builtin::BuiltIn;
pub use classifier::{Classifier, ClassifyError, Doc};
pub use model::Model;
pub use taxonomy::Taxonomy;
