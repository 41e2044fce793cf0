//! Spans of real time in which a calendar is open, in order of time.
//!
//! Time is cut into pieces with a constant offset from UTC. Within a piece, wall clock and real time differ by a
//! constant, so a block of a day is shifted by it and clipped to the piece. This makes skipped and repeated hours,
//! and days that a zone left out, come out right without any special case.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::policy::{Block, Calendar};

/// So many days are looked at: a calendar that never opens must not be searched for ever.
const MAX_DAYS: u32 = 40 * 366;

/// Walks over the spans, the first one clipped to the start.
pub(super) struct Openings<'c> {
    calendar: &'c Calendar,
    zone: TimeZone,
    piece: Option<Piece>,
    date: Date,
    blocks: Vec<Block>,
    next_block: usize,
    days_left: u32,
    /// Nothing before this moment is given: the start, then the end of the last span, so that blocks which overlap
    /// by mistake are not counted twice.
    floor: Timestamp,
}

struct Piece {
    until: Timestamp,
    offset: Offset,
}

impl Piece {
    fn at(zone: &TimeZone, from: Timestamp) -> Self {
        let until = zone.following(from).next().map_or(Timestamp::MAX, |t| t.timestamp());
        Self { until, offset: zone.to_offset(from) }
    }
    fn last_date(&self) -> Date {
        let last = self.until.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(self.until);
        self.offset.to_datetime(last).date()
    }
    /// A block of a day in real time, not clipped.
    fn span(&self, date: Date, block: Block) -> Option<(Timestamp, Timestamp)> {
        let midnight = jiff::civil::Time::midnight();
        let end = if block.until == midnight { date.tomorrow().ok()? } else { date };
        let from = self.offset.to_timestamp(date.to_datetime(block.from)).ok()?;
        let until = self.offset.to_timestamp(end.to_datetime(block.until)).ok()?;
        Some((from, until))
    }
}

impl<'c> Openings<'c> {
    pub(super) fn new(calendar: &'c Calendar, zone: TimeZone, start: Timestamp) -> Self {
        let can_open =
            calendar.week.iter().chain(calendar.exceptions.values()).any(|blocks| !blocks.is_empty());
        let piece = Piece::at(&zone, start);
        let date = piece.offset.to_datetime(start).date();
        let mut openings = Self {
            calendar,
            zone,
            piece: can_open.then_some(piece),
            date,
            blocks: Vec::new(),
            next_block: 0,
            days_left: MAX_DAYS,
            floor: start,
        };
        openings.read_day();
        openings
    }

    fn read_day(&mut self) {
        self.blocks.clear();
        self.blocks.extend_from_slice(self.calendar.blocks_of(self.date));
        self.blocks.sort_by_key(|b| b.from);
        self.next_block = 0;
    }

    /// Goes to the next day of this piece, or to the next piece; `None` at the end of time or of the search.
    fn next_day(&mut self) -> Option<()> {
        self.days_left = self.days_left.checked_sub(1)?;
        let piece = self.piece.as_ref()?;
        let tomorrow = self.date.tomorrow().ok()?;
        if tomorrow <= piece.last_date() {
            self.date = tomorrow;
        } else {
            if piece.until == Timestamp::MAX {
                return None;
            }
            let from = piece.until;
            let next = Piece::at(&self.zone, from);
            self.date = next.offset.to_datetime(from).date();
            self.floor = self.floor.max(from);
            self.piece = Some(next);
        }
        self.read_day();
        Some(())
    }
}

impl Iterator for Openings<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let piece = self.piece.as_ref()?;
            while let Some(block) = self.blocks.get(self.next_block) {
                self.next_block += 1;
                let Some((from, until)) = piece.span(self.date, *block) else { continue };
                let (from, until) = (from.max(self.floor), until.min(piece.until));
                if from < until {
                    self.floor = until;
                    return Some((from, until));
                }
            }
            if self.next_day().is_none() {
                self.piece = None;
            }
        }
    }
}
