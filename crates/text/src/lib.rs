//! Words without knowledge of cases: normalising, language, tokens, fingerprints, redaction.
//!
//! Everything is a pure function of a text. Texts come from strangers: any of them may be broken, endless or made
//! to mislead, so nothing here fails, and nothing takes more than linear time.

mod danger;
pub mod evidence;
pub mod fingerprint;
pub mod language;
pub mod normalise;
pub mod plain;
pub mod promised;
pub mod redact;
pub mod reply;
pub mod tokens;
