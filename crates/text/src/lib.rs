//! Words without knowledge of cases: normalising, language, tokens, fingerprints, redaction.
