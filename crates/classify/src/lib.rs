//! What the machine thinks of a mention, and why.

mod builtin;
pub mod calibrate;
pub mod classifier;
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
pub mod measure;
mod model;
mod prepare;
mod reasons;
pub mod taxonomy;
pub mod train;
mod weak;

pub use builtin::BuiltIn;
pub use classifier::{Classifier, ClassifyError, Doc};
pub use model::Model;
pub use taxonomy::Taxonomy;
