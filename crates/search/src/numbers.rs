//! Counts over everything that matches: facets, tables and histograms. Read from columns; no mention is loaded.

use std::collections::HashMap;

use gehoor_domain::scope::Scope;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocId, Searcher, SegmentReader, TantivyError};

use crate::answer::{Bin, Counts, Facets, Row, Tally};
use crate::bins::{MAX_BINS, bounds};
use crate::columns::{Facts, Keys, each_block};
use crate::error::{SearchError, read};
use crate::filter::{Bucket, By, Filter};
use crate::index::Index;
use crate::schema::{column, millis};

/// Most rows of a table.
pub const MAX_ROWS: usize = 1_000;

impl Index {
    /// How many of the mentions that match have each value.
    ///
    /// # Errors
    /// [`SearchError::Query`] when the words cannot be read, and [`SearchError::Read`].
    pub fn facets(&self, scope: &Scope, text: Option<&str>, filter: &Filter) -> Result<Facets, SearchError> {
        let mut facets = Facets::default();
        self.each_segment(scope, text, filter, |weight, reader| {
            let mut counted = [
                (column::SOURCE, &mut facets.sources),
                (column::LOCATION, &mut facets.locations),
                (column::CHANNEL, &mut facets.channels),
                (column::LANG, &mut facets.langs),
                (column::SENTIMENT, &mut facets.sentiments),
                (column::INTENT, &mut facets.intents),
                (column::TOPIC, &mut facets.topics),
                (column::TOPIC_GROUP, &mut facets.topic_groups),
            ];
            let mut columns = Vec::with_capacity(counted.len());
            for (name, _) in &counted {
                let keys = Keys::open(reader, name)?;
                let counts = vec![0u64; keys.len()];
                columns.push((keys, counts));
            }
            each_block(weight, reader, |docs| {
                facets.total += docs.len() as u64;
                for (keys, counts) in &mut columns {
                    keys.each(docs, |_, number| {
                        if let Some(count) = counts.get_mut(number) {
                            *count += 1;
                        }
                    });
                }
            })?;
            for ((_, sums), (keys, counts)) in counted.iter_mut().zip(&columns) {
                add_counts(sums, keys, counts)?;
            }
            Ok(())
        })?;
        Ok(facets)
    }

    /// One row for each value, the most mentions first, at most [`MAX_ROWS`].
    ///
    /// # Errors
    /// [`SearchError::Query`] when the words cannot be read, and [`SearchError::Read`].
    pub fn table(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
        by: By,
    ) -> Result<Vec<Row>, SearchError> {
        let name = by.column();
        let mut sums: HashMap<String, Tally> = HashMap::new();
        self.each_segment(scope, text, filter, |weight, reader| {
            let mut keys = Keys::open(reader, name)?;
            let mut facts = Facts::open(reader)?;
            let mut tallies = vec![Tally::default(); keys.len()];
            each_block(weight, reader, |docs| {
                let ones = facts.read(docs);
                keys.each(docs, |at, number| {
                    if let Some((sum, one)) = tallies.get_mut(number).zip(ones.get(at)) {
                        one.add_to(sum);
                    }
                });
            })?;
            keys.names(|number, key| {
                if let Some(tally) = tallies.get(number).filter(|tally| tally.count > 0) {
                    sums.entry(key.to_owned()).or_default().add(tally);
                }
            })
        })?;
        let mut rows: Vec<Row> = sums.into_iter().map(|(key, tally)| Row { key, tally }).collect();
        rows.sort_by(|a, b| b.tally.count.cmp(&a.tally.count).then_with(|| a.key.cmp(&b.key)));
        rows.truncate(MAX_ROWS);
        Ok(rows)
    }

    /// What was published in each part of the period, empty parts included. Parts are whole in the time zone,
    /// so the first may begin before `filter.from`; without `from` or `until` it goes from the first to the
    /// last that matches.
    ///
    /// # Errors
    /// [`SearchError::TooManyBins`] above [`MAX_BINS`], [`SearchError::Calendar`], [`SearchError::Query`] when
    /// the words cannot be read, and [`SearchError::Read`].
    pub fn histogram(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
        bucket: Bucket,
        zone: &TimeZone,
    ) -> Result<Vec<Bin>, SearchError> {
        let (mut from, mut until) = (filter.from, filter.until);
        if from.is_none() || until.is_none() {
            let Some((first, last)) = self.extent(scope, text, filter)? else { return Ok(Vec::new()) };
            from = from.or(Timestamp::from_millisecond(first).ok());
            until = until.or(Timestamp::from_millisecond(last.saturating_add(1)).ok());
        }
        let (Some(from), Some(until)) = (from, until) else { return Ok(Vec::new()) };
        self.fill(scope, text, filter, &bounds(bucket, zone, from, until)?)
    }

    /// How many were published in each of the last `hours` before `until`, the oldest first.
    ///
    /// # Errors
    /// As for [`Index::histogram`].
    pub fn count_by_hour(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
        until: Timestamp,
        hours: u16,
    ) -> Result<Vec<u64>, SearchError> {
        if usize::from(hours) > MAX_BINS {
            return Err(SearchError::TooManyBins { max: MAX_BINS });
        }
        let mut starts = Vec::with_capacity(usize::from(hours) + 1);
        for back in (0..=i64::from(hours)).rev() {
            starts.push(until.checked_sub(SignedDuration::from_hours(back)).map_err(SearchError::Calendar)?);
        }
        let filter = Filter { from: starts.first().copied(), until: Some(until), ..filter.clone() };
        let bins = self.fill(scope, text, &filter, &starts)?;
        Ok(bins.into_iter().map(|bin| bin.tally.count).collect())
    }

    /// Counts into the parts between each two of these moments.
    fn fill(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
        bounds: &[Timestamp],
    ) -> Result<Vec<Bin>, SearchError> {
        let starts: Vec<i64> = bounds.iter().map(|at| millis(*at)).collect();
        let mut tallies = vec![Tally::default(); bounds.len().saturating_sub(1)];
        self.each_segment(scope, text, filter, |weight, reader| {
            let mut facts = Facts::open(reader)?;
            let published = reader.fast_fields().i64(column::PUBLISHED)?;
            let mut times = Vec::new();
            // neighbours of a segment are neighbours in time: most fall into the part of the one before
            let (mut part, mut inside) = (usize::MAX, 0..0);
            each_block(weight, reader, |docs| {
                times.clear();
                times.resize(docs.len(), None);
                published.first_vals(docs, &mut times);
                for (one, time) in facts.read(docs).iter().zip(&times) {
                    let Some(time) = time else { continue };
                    if !inside.contains(time) {
                        part = starts.partition_point(|start| start <= time).wrapping_sub(1);
                        let next = starts.get(part.wrapping_add(1));
                        inside = starts.get(part).zip(next).map_or(0..0, |(start, end)| *start..*end);
                    }
                    if let Some(sum) = tallies.get_mut(part) {
                        one.add_to(sum);
                    }
                }
            })
        })?;
        let parts = bounds.iter().zip(bounds.iter().skip(1)).zip(tallies);
        Ok(parts.map(|((start, end), tally)| Bin { start: *start, end: *end, tally }).collect())
    }

    /// When the first and the last that match were published, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`SearchError::Query`] when the words cannot be read, and [`SearchError::Read`].
    pub fn extent(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
    ) -> Result<Option<(i64, i64)>, SearchError> {
        let mut extent: Option<(i64, i64)> = None;
        self.each_segment(scope, text, filter, |weight, reader| {
            let published = reader.fast_fields().i64(column::PUBLISHED)?;
            // mentions of a segment lie newest first
            let mut ends: Option<(DocId, DocId)> = None;
            each_block(weight, reader, |docs| {
                if let (Some(newest), Some(oldest)) = (docs.first(), docs.last()) {
                    ends = Some((ends.map_or(*newest, |(newest, _)| newest), *oldest));
                }
            })?;
            let times =
                ends.and_then(|(newest, oldest)| published.first(oldest).zip(published.first(newest)));
            if let Some((oldest, newest)) = times {
                let (first, last) = extent.unwrap_or((oldest, newest));
                extent = Some((first.min(oldest), last.max(newest)));
            }
            Ok(())
        })?;
        Ok(extent)
    }

    /// Looks at every segment with what matches in it.
    pub(crate) fn each_segment(
        &self,
        scope: &Scope,
        text: Option<&str>,
        filter: &Filter,
        mut look: impl FnMut(&dyn Weight, &SegmentReader) -> Result<(), TantivyError>,
    ) -> Result<(), SearchError> {
        let ask = self.question(text)?;
        let query = self.compile(scope, ask.as_ref(), filter);
        self.with(|searcher| {
            let weight = weight(searcher, query.as_ref())?;
            for reader in searcher.segment_readers() {
                look(weight.as_ref(), reader).map_err(read)?;
            }
            Ok(())
        })
    }
}

impl By {
    /// The column that holds its values.
    pub(crate) fn column(self) -> &'static str {
        match self {
            By::Topic => column::TOPIC,
            By::TopicGroup => column::TOPIC_GROUP,
            By::Location => column::LOCATION,
            By::Channel => column::CHANNEL,
            By::Source => column::SOURCE,
            By::Lang => column::LANG,
            By::Author => column::AUTHOR,
        }
    }
}

fn weight(searcher: &Searcher, query: &dyn Query) -> Result<Box<dyn Weight>, SearchError> {
    query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(read)
}

fn add_counts(sums: &mut Counts, keys: &Keys, counts: &[u64]) -> Result<(), TantivyError> {
    keys.names(|number, name| {
        if let Some(count) = counts.get(number).filter(|count| **count > 0) {
            *sums.entry(name.to_owned()).or_default() += count;
        }
    })
}
