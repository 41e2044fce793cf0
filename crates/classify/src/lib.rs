//! What the machine thinks of a mention, and why.
//!
//! - The seam: [`Classifier`] takes texts and gives assessments; [`conformance`] is what each must do.
//! - The built-in model: [`BuiltIn`]. A text becomes words (`prepare`), n-grams (`features`), lexicon sums and shape
//!   (`dense`), scores (`model`), probabilities ([`calibrate`]), an assessment (`judge`), with hard evidence beside it
//!   (`rules`) and the words that led to it (`reasons`).
//!   [`sure`] says what is only a guess, [`second`] what a stronger model should look at again.
//! - Making it: [`build`] measures across files ([`cross`], [`eval`], [`trust`], [`families`]), trains ([`train`]), packs ([`mod@file`]) and writes
//!   the [`card`]; texts come through [`labelled`] and [`weak`]. [`candidate`] says whether a model that learnt from a
//!   team's corrections may judge in place of the live one.
//! - Another model's word: [`Opinion`], put together with what the built-in one says of the same thing.
//! - Which shop: [`locate`]. Which topics: [`taxonomy`].

mod assess_out;
pub mod baseline;
pub mod build;
mod builtin;
pub mod calibrate;
pub mod candidate;
pub mod card;
mod card_trust;
pub mod classifier;
pub mod conformance;
pub mod cross;
mod cues;
mod dense;
pub mod eval;
pub mod families;
mod features;
pub mod file;
mod fit;
pub mod harmless;
mod index;
mod judge;
mod known;
pub mod labelled;
pub mod labels;
pub mod language;
pub mod lexicon;
pub mod locate;
pub mod measure;
mod model;
mod net;
pub mod opinion;
mod prepare;
mod readings;
mod reasons;
pub mod report;
mod rules;
pub mod second;
pub mod sure;
pub mod taxonomy;
pub mod train;
mod tree;
pub mod trust;
pub mod weak;

pub use assess_out::{AssessIn, AssessOut, ChoiceOut, SeverityOut, SignalOut, TopicOut};
pub use builtin::BuiltIn;
pub use classifier::{Classifier, ClassifyError, Doc};
pub use model::Model;
pub use opinion::Opinion;
pub use taxonomy::Taxonomy;
