//! Reading mentions. Every read takes the scope first; what [`crate::ingest`] does is not a read for people.

use std::collections::{HashMap, HashSet};

use gehoor_domain::ids::MentionId;
use gehoor_domain::scope::Scope;
use tantivy::query::{EnableScoring, Query};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, DocId, DocSet, Searcher, TERMINATED, TantivyDocument};

use crate::answer::{Found, Hit};
use crate::ask::Ask;
use crate::columns::each_block;
use crate::compile::compile;
use crate::cursor::Place;
use crate::doc::MentionDoc;
use crate::error::{SearchError, read};
use crate::filter::{Filter, MAX_HITS, SearchQuery};
use crate::index::Index;
use crate::marks::Marker;
use crate::parse::parse;
use crate::top::top;

impl Index {
    /// One mention; `None` when there is none of that name, or the scope does not show it.
    ///
    /// # Errors
    /// [`SearchError::Read`] and [`SearchError::Decode`].
    pub fn get(&self, scope: &Scope, id: &MentionId) -> Result<Option<MentionDoc>, SearchError> {
        Ok(self.get_many(scope, std::slice::from_ref(id))?.remove(id))
    }

    /// Those of the mentions that exist and that the scope shows.
    ///
    /// # Errors
    /// [`SearchError::Read`] and [`SearchError::Decode`].
    pub fn get_many(
        &self,
        scope: &Scope,
        ids: &[MentionId],
    ) -> Result<HashMap<MentionId, MentionDoc>, SearchError> {
        let mut found = self.with(|searcher| self.by_id(searcher, ids))?;
        found.retain(|_, doc| scope.allows(doc.location()));
        Ok(found)
    }

    /// A page of mentions, with the total over all pages.
    ///
    /// # Errors
    /// [`SearchError::Query`] when the words cannot be read, [`SearchError::Cursor`] for a foreign page mark,
    /// [`SearchError::Read`] and [`SearchError::Decode`].
    pub fn search(&self, scope: &Scope, query: &SearchQuery) -> Result<Found, SearchError> {
        let ask = self.question(query.text.as_deref())?;
        let after = query.after.as_deref().map(|mark| Place::parse(mark, query.sort)).transpose()?;
        let compiled = self.compile(scope, ask.as_ref(), &query.filter);
        let mut marker = Marker::new(self.analyzers(), ask.as_ref());
        self.with(|searcher| {
            let limit = query.limit.min(MAX_HITS);
            let top = top(searcher, compiled.as_ref(), query.sort, after, limit).map_err(read)?;
            let last = top.hits.last().filter(|_| top.more).map(|(place, _)| place.mark(query.sort));
            let mut hits = Vec::with_capacity(top.hits.len());
            for (place, address) in top.hits {
                let doc = load(searcher, &self.fields.json, address)?;
                // the query holds the scope already; this guards against a mistake there
                if scope.allows(doc.location()) {
                    let marks = marker.marks(&doc.mention.text, doc.lang());
                    hits.push(Hit { doc, score: f32::from_bits(place.score), marks });
                }
            }
            Ok(Found { total: top.total, hits, next: last })
        })
    }

    /// How many mentions match.
    ///
    /// # Errors
    /// [`SearchError::Query`] when the words cannot be read, and [`SearchError::Read`].
    pub fn count(&self, scope: &Scope, text: Option<&str>, filter: &Filter) -> Result<u64, SearchError> {
        let ask = self.question(text)?;
        let query = self.compile(scope, ask.as_ref(), filter);
        self.with(|searcher| {
            let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(read)?;
            let mut total = 0;
            for segment in searcher.segment_readers() {
                total += u64::from(weight.count(segment).map_err(read)?);
            }
            Ok(total)
        })
    }

    /// Which of these mentions match.
    ///
    /// # Errors
    /// [`SearchError::Query`] when the words cannot be read, and [`SearchError::Read`].
    pub fn matching(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
        ids: &[MentionId],
    ) -> Result<HashSet<MentionId>, SearchError> {
        let ask = self.question(text)?;
        let query = self.compile(scope, ask.as_ref(), filter);
        self.with(|searcher| {
            let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(read)?;
            let mut found: Vec<HashSet<DocId>> = Vec::new();
            for segment in searcher.segment_readers() {
                let mut docs = HashSet::new();
                each_block(weight.as_ref(), segment, |block| docs.extend(block)).map_err(read)?;
                found.push(docs);
            }
            let matches = |at: DocAddress| {
                let docs = usize::try_from(at.segment_ord).ok().and_then(|ordinal| found.get(ordinal));
                docs.is_some_and(|docs| docs.contains(&at.doc_id))
            };
            let addresses = self.addresses(searcher, ids)?.into_iter();
            Ok(addresses.filter(|(at, _)| matches(*at)).map(|(_, id)| id.clone()).collect())
        })
    }

    /// Reads the words of a question.
    pub(crate) fn question(&self, text: Option<&str>) -> Result<Option<Ask>, SearchError> {
        Ok(text.map(parse).transpose()?.flatten())
    }

    /// The query for what the scope shows of what is asked.
    pub(crate) fn compile(&self, scope: &Scope, ask: Option<&Ask>, filter: &Filter) -> Box<dyn Query> {
        compile(&self.fields, &mut self.analyzers(), scope, ask, filter)
    }

    /// The mentions of these names, whoever may see them.
    pub(crate) fn by_id(
        &self,
        searcher: &Searcher,
        ids: &[MentionId],
    ) -> Result<HashMap<MentionId, MentionDoc>, SearchError> {
        let mut found = HashMap::new();
        for (address, id) in self.addresses(searcher, ids)? {
            found.insert(id.clone(), load(searcher, &self.fields.json, address)?);
        }
        Ok(found)
    }

    /// Where these mentions lie.
    pub(crate) fn addresses<'i>(
        &self,
        searcher: &Searcher,
        ids: &'i [MentionId],
    ) -> Result<Vec<(DocAddress, &'i MentionId)>, SearchError> {
        let mut found = Vec::new();
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let names = segment.inverted_index(self.fields.id).map_err(read)?;
            for id in ids {
                let postings = names.read_postings(&self.fields.id_term(id), IndexRecordOption::Basic);
                let Some(mut docs) = postings.map_err(read)? else { continue };
                while docs.doc() != TERMINATED {
                    if !segment.is_deleted(docs.doc()) {
                        found.push((DocAddress::new(ordinal, docs.doc()), id));
                    }
                    docs.advance();
                }
            }
        }
        Ok(found)
    }
}

/// Reads a stored mention.
fn load(
    searcher: &Searcher,
    json: &tantivy::schema::Field,
    address: DocAddress,
) -> Result<MentionDoc, SearchError> {
    let stored: TantivyDocument = searcher.doc(address).map_err(read)?;
    let value = stored.get_first(*json);
    let bytes = value.as_ref().and_then(|value| value.as_bytes()).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(SearchError::Decode)
}
