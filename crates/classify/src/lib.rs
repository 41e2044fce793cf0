//! What the machine thinks of a mention, and why.

pub mod classifier;

pub use classifier::{Classifier, ClassifyError, Doc};
