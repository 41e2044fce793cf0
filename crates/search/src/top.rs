//! Finds the first hits of an order, and counts all.
//!
//! By time, a segment is read from its top until it can no longer add to the page, because its mentions lie
//! newest first. By relevance every match is scored.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, Searcher, SegmentReader, TERMINATED, TantivyError};

use crate::cursor::Place;
use crate::filter::Sort;
use crate::schema::column;

/// The hits of a page in order, how many match on all pages, and whether there are more behind these.
pub(crate) struct Top {
    pub(crate) total: u64,
    pub(crate) hits: Vec<(Place, DocAddress)>,
    pub(crate) more: bool,
}

/// Finds at most `limit` hits behind `after`.
pub(crate) fn top(
    searcher: &Searcher,
    query: &dyn Query,
    sort: Sort,
    after: Option<Place>,
    limit: usize,
) -> Result<Top, TantivyError> {
    let scoring = match sort {
        Sort::Newest => EnableScoring::disabled_from_searcher(searcher),
        Sort::Relevance => EnableScoring::enabled_from_searcher(searcher),
    };
    let weight = query.weight(scoring)?;
    let mut best = Best { after, room: limit + 1, heap: BinaryHeap::new() };
    let mut total = 0;
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        let order = Order::of(reader)?;
        total += match sort {
            Sort::Newest => newest(weight.as_ref(), segment, reader, &order, &mut best, limit)?,
            Sort::Relevance => relevant(weight.as_ref(), segment, reader, &order, &mut best)?,
        };
    }
    let mut hits: Vec<(Place, DocAddress)> =
        best.heap.into_sorted_vec().into_iter().map(|Reverse(hit)| hit).collect();
    let more = hits.len() > limit;
    hits.truncate(limit);
    Ok(Top { total, hits, more })
}

/// The columns that order hits.
struct Order {
    published: Column<i64>,
    tie: Column<u64>,
}

impl Order {
    fn of(reader: &SegmentReader) -> Result<Self, TantivyError> {
        let fast = reader.fast_fields();
        Ok(Self { published: fast.i64(column::PUBLISHED)?, tie: fast.u64(column::TIE)? })
    }

    fn published(&self, doc: u32) -> i64 {
        self.published.first(doc).unwrap_or(i64::MIN)
    }

    fn place(&self, doc: u32, score: u32) -> Place {
        Place { score, published: self.published(doc), tie: self.tie.first(doc).unwrap_or(0) }
    }

    /// The first mention that was published at that time or before.
    fn first_at_or_before(&self, published: i64, max_doc: u32) -> u32 {
        let (mut low, mut high) = (0, max_doc);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.published(middle) > published {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The best hits so far, one more than the page holds, so that it is known whether another page follows.
struct Best {
    after: Option<Place>,
    room: usize,
    heap: BinaryHeap<Reverse<(Place, DocAddress)>>,
}

impl Best {
    fn worst(&self) -> Option<&Place> {
        if self.heap.len() < self.room {
            return None;
        }
        self.heap.peek().map(|Reverse((place, _))| place)
    }

    fn offer(&mut self, place: Place, doc: DocAddress) {
        if self.after.is_some_and(|after| place >= after) || self.worst().is_some_and(|worst| place <= *worst)
        {
            return;
        }
        self.heap.push(Reverse((place, doc)));
        if self.heap.len() > self.room {
            self.heap.pop();
        }
    }
}

fn newest(
    weight: &dyn Weight,
    segment: u32,
    reader: &SegmentReader,
    order: &Order,
    best: &mut Best,
    limit: usize,
) -> Result<u64, TantivyError> {
    let total = u64::from(weight.count(reader)?);
    if total == 0 || limit == 0 {
        return Ok(total);
    }
    let max_doc = reader.max_doc();
    let start = best.after.map_or(0, |after| order.first_at_or_before(after.published, max_doc));
    if start >= max_doc {
        return Ok(total);
    }
    let mut scorer = weight.scorer(reader, 1.0)?;
    let mut doc = scorer.doc();
    if doc < start {
        doc = scorer.seek(start);
    }
    while doc != TERMINATED {
        if best.worst().is_some_and(|worst| order.published(doc) < worst.published) {
            break;
        }
        if reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
            best.offer(order.place(doc, 0), DocAddress::new(segment, doc));
        }
        doc = scorer.advance();
    }
    Ok(total)
}

fn relevant(
    weight: &dyn Weight,
    segment: u32,
    reader: &SegmentReader,
    order: &Order,
    best: &mut Best,
) -> Result<u64, TantivyError> {
    let mut total = 0;
    let alive = reader.alive_bitset();
    weight.for_each(reader, &mut |doc, score| {
        if alive.is_some_and(|alive| !alive.is_alive(doc)) {
            return;
        }
        total += 1;
        let bits = score.max(0.0).to_bits();
        // the columns are read only for what may be on the page
        if best.worst().is_none_or(|worst| bits >= worst.score) {
            best.offer(order.place(doc, bits), DocAddress::new(segment, doc));
        }
    })?;
    Ok(total)
}
