//! Holds a query that is to be left out to the plain steps *advance* and *seek*.
//!
//! tantivy asks what is left out whether it contains a document that may lie before where it stands already. A
//! phrase does not allow that: its checks stop the program where they are compiled in, as in tests (tantivy
//! 0.27). The plain steps are allowed everywhere.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TantivyError, Term};

/// The query within, by plain steps.
#[derive(Debug)]
pub(crate) struct Firm(pub(crate) Box<dyn Query>);

struct FirmWeight(Box<dyn Weight>);

struct FirmScorer(Box<dyn Scorer>);

impl Clone for Firm {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Firm {
    fn weight(&self, scoring: EnableScoring<'_>) -> Result<Box<dyn Weight>, TantivyError> {
        // what is left out never scores
        let scoring = match scoring {
            EnableScoring::Enabled { searcher, .. } => EnableScoring::disabled_from_searcher(searcher),
            disabled => disabled,
        };
        Ok(Box::new(FirmWeight(self.0.weight(scoring)?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

impl Weight for FirmWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>, TantivyError> {
        Ok(Box::new(FirmScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation, TantivyError> {
        self.0.explain(reader, doc)
    }
}

impl DocSet for FirmScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.0.doc() { self.0.doc() } else { self.0.seek(target) }
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for FirmScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}
