//! What came when, for every value of a column at once: how many in each part of a period, and the first and the last. Read
//! in one pass, so that it costs the same for one source and for thousands.

use std::collections::HashMap;

use gehoor_domain::scope::Scope;
use jiff::Timestamp;
use tantivy::TantivyError;

use crate::columns::{Keys, each_block};
use crate::error::SearchError;
use crate::filter::{By, Filter};
use crate::index::Index;
use crate::schema::{column, millis};

/// When mentions of one value were published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
    /// How many in each part of the period.
    pub parts: Vec<u64>,
}

/// The same while it is counted, in milliseconds.
#[derive(Clone)]
struct Sum {
    first: i64,
    last: i64,
    parts: Vec<u64>,
}

impl Sum {
    fn new(parts: usize) -> Self {
        Self { first: i64::MAX, last: i64::MIN, parts: vec![0; parts] }
    }

    fn add(&mut self, at: i64, part: Option<usize>) {
        (self.first, self.last) = (self.first.min(at), self.last.max(at));
        if let Some(count) = part.and_then(|part| self.parts.get_mut(part)) {
            *count += 1;
        }
    }

    fn join(&mut self, other: &Self) {
        (self.first, self.last) = (self.first.min(other.first), self.last.max(other.last));
        for (sum, more) in self.parts.iter_mut().zip(&other.parts) {
            *sum += more;
        }
    }

    fn into_spread(self) -> Option<Spread> {
        let at = |millis| Timestamp::from_millisecond(millis).ok();
        Some(Spread { first: at(self.first)?, last: at(self.last)?, parts: self.parts })
    }
}

impl Index {
    /// For every value: the first and the last mention that matches, and how many were published between each two of
    /// `bounds` (from one, without the next). Values without any are left out; the empty one stands for mentions that have
    /// no value.
    ///
    /// # Errors
    /// [`SearchError::Read`].
    pub fn spread(
        &self,
        scope: &Scope,
        filter: &Filter,
        by: By,
        bounds: &[Timestamp],
    ) -> Result<HashMap<String, Spread>, SearchError> {
        let starts: Vec<i64> = bounds.iter().map(|at| millis(*at)).collect();
        let count = starts.len().saturating_sub(1);
        let part_of = |at: i64| {
            let part = starts.partition_point(|start| *start <= at).checked_sub(1)?;
            (part < count).then_some(part)
        };
        let mut sums: HashMap<String, Sum> = HashMap::new();
        self.each_segment(scope, None, filter, |weight, reader| {
            let mut keys = Keys::open(reader, by.column())?;
            let published = reader.fast_fields().i64(column::PUBLISHED)?;
            let mut found: Vec<Option<Sum>> = vec![None; keys.len()];
            let mut times = Vec::new();
            each_block(weight, reader, |docs| {
                times.clear();
                times.resize(docs.len(), None);
                published.first_vals(docs, &mut times);
                keys.each(docs, |at, number| {
                    let time = times.get(at).copied().flatten();
                    if let (Some(sum), Some(time)) = (found.get_mut(number), time) {
                        sum.get_or_insert_with(|| Sum::new(count)).add(time, part_of(time));
                    }
                });
            })?;
            let mut join = |number: usize, name: &str| {
                if let Some(sum) = found.get(number).and_then(Option::as_ref) {
                    sums.entry(name.to_owned()).or_insert_with(|| Sum::new(count)).join(sum);
                }
            };
            keys.names(&mut join)?;
            Ok::<(), TantivyError>(())
        })?;
        Ok(sums.into_iter().filter_map(|(name, sum)| Some((name, sum.into_spread()?))).collect())
    }
}
