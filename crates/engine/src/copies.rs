//! Recognises near-duplicates while mentions are judged. What is remembered lies in memory only, because it can be read
//! from the index again; what was found is part of the assessment, and so of the journal.

use std::collections::{HashMap, VecDeque};

use gehoor_domain::assessment::Assessment;
use gehoor_domain::copies::{COMPARED_WITHIN, CopyOf, Trace};
use gehoor_domain::ids::{LocationId, MentionId};
use gehoor_domain::mention::Mention;
use gehoor_domain::scope::Scope;
use gehoor_search::{Filter, SearchQuery, Sort};
use gehoor_text::fingerprint::{Fingerprint, NEAR};

use crate::Engine;
use crate::assess::whole_text;
use crate::error::EngineError;
use crate::queries::search_failed;

/// Texts that are remembered: the latest. At 200 bytes each this is some 10 MB.
const REMEMBERED: usize = 50_000;
/// Mentions read at once from the index.
const PAGE: usize = 200;
/// Pieces that a fingerprint is cut into. Of two that differ in at most [`NEAR`] bits one piece is the same.
const PIECES: u32 = NEAR + 1;
/// Bits of a piece.
const BITS: u32 = 64 / PIECES;

/// The texts of the last weeks, found by pieces of their fingerprints.
#[derive(Default)]
pub(crate) struct Copies {
    /// Numbered from `first` on.
    known: VecDeque<Option<(Fingerprint, Trace)>>,
    first: usize,
    by_piece: HashMap<(u32, u64), Vec<usize>>,
    by_id: HashMap<MentionId, usize>,
    loaded: bool,
}

impl Copies {
    /// Says whether a mention is a copy of a text that is remembered, and remembers it.
    fn meet(&mut self, mention: &Mention, location: Option<&LocationId>) -> Option<CopyOf> {
        // An edited text is compared anew, and one that is gone is no original any more.
        self.forget(&mention.id);
        if mention.own || mention.withdrawn.is_some() {
            return None;
        }
        let (print, words) = Fingerprint::with_words(&whole_text(mention))?;
        let mut trace = Trace::of(mention, location, words);
        let copy = self.near(print).find_map(|(_, known)| known.copied_by(&trace));
        trace.original = copy.as_ref().map(|copy| copy.original.clone());
        self.remember(print, trace);
        copy
    }

    /// Takes back what [`Copies::meet`] remembered of it.
    fn forget(&mut self, id: &MentionId) {
        let Some(number) = self.by_id.remove(id) else { return };
        let slot = number.checked_sub(self.first).and_then(|at| self.known.get_mut(at));
        if let Some((print, _)) = slot.and_then(Option::take) {
            self.unlist(print, number);
        }
    }

    /// The copies of a text, in the order in which they were met.
    fn copies_of(&self, original: &MentionId) -> Vec<MentionId> {
        let known = self.known.iter().flatten().map(|(_, trace)| trace);
        known.filter(|trace| trace.original.as_ref() == Some(original)).map(|t| t.id.clone()).collect()
    }

    fn near(&self, print: Fingerprint) -> impl Iterator<Item = &(Fingerprint, Trace)> {
        let mut numbers: Vec<usize> =
            pieces(print).filter_map(|piece| self.by_piece.get(&piece)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let known = numbers.into_iter().filter_map(|n| self.known.get(n.checked_sub(self.first)?)?.as_ref());
        known.filter(move |(other, _)| print.is_near(*other))
    }

    fn remember(&mut self, print: Fingerprint, trace: Trace) {
        let number = self.first + self.known.len();
        for piece in pieces(print) {
            self.by_piece.entry(piece).or_default().push(number);
        }
        self.by_id.insert(trace.id.clone(), number);
        self.known.push_back(Some((print, trace)));
        while self.known.len() > REMEMBERED {
            if let Some((print, trace)) = self.known.pop_front().flatten() {
                self.unlist(print, self.first);
                self.by_id.remove(&trace.id);
            }
            self.first += 1;
        }
    }

    fn unlist(&mut self, print: Fingerprint, number: usize) {
        for piece in pieces(print) {
            if let Some(numbers) = self.by_piece.get_mut(&piece) {
                numbers.retain(|n| *n != number);
                if numbers.is_empty() {
                    self.by_piece.remove(&piece);
                }
            }
        }
    }
}

fn pieces(print: Fingerprint) -> impl Iterator<Item = (u32, u64)> {
    (0..PIECES).map(move |n| {
        let shifted = print.0 >> (n * BITS);
        // The last piece takes what is left.
        (n, if n + 1 == PIECES { shifted } else { shifted & ((1 << BITS) - 1) })
    })
}

impl Engine {
    /// Says of which earlier text each mention is a copy. The mentions come in the order of the journal.
    pub(crate) async fn mark_copies<'a>(
        &self,
        judged: impl Iterator<Item = (&'a Mention, &'a mut Assessment)>,
    ) -> Result<(), EngineError> {
        let mut copies = self.inner.copies.lock().await;
        if !copies.loaded {
            self.caught_up().await?;
            self.read_again(&mut copies)?;
            copies.loaded = true;
        }
        for (mention, assessment) in judged {
            let location = assessment.located.as_ref().map(|l| &l.location);
            assessment.copy_of = copies.meet(mention, location);
        }
        Ok(())
    }

    /// The copy that stands in for a text that is gone, if there is one.
    pub(crate) async fn heir_of(&self, gone: &MentionId) -> Option<MentionId> {
        let copies = self.inner.copies.lock().await;
        copies.copies_of(gone).into_iter().next()
    }

    /// Remembers what was found before the program was started: the texts of the last weeks, from the index.
    fn read_again(&self, copies: &mut Copies) -> Result<(), EngineError> {
        let from = self.now().checked_sub(COMPARED_WITHIN).ok();
        let filter = Filter { from, own: Some(false), include_copies: true, ..Filter::default() };
        let mut query = SearchQuery { filter, sort: Sort::Newest, limit: PAGE, ..SearchQuery::default() };
        let mut found = Vec::new();
        while found.len() < REMEMBERED {
            let page = self.inner.parts.index.search(&Scope::All, &query).map_err(search_failed)?;
            // What is still to be judged is met then.
            let judged = page.hits.into_iter().filter_map(|hit| Some((hit.doc.mention, hit.doc.assessment?)));
            found.extend(judged.filter_map(|(mention, assessment)| {
                let (print, words) = Fingerprint::with_words(&whole_text(&mention))?;
                let mut trace = Trace::of(&mention, assessment.located.as_ref().map(|l| &l.location), words);
                trace.original = assessment.copy_of.map(|copy| copy.original);
                Some((mention.seen, print, trace))
            }));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        found.sort_by_key(|(seen, ..)| *seen);
        for (_, print, trace) in found {
            copies.remember(print, trace);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fingerprints_that_are_near_share_a_piece(bits: u64, flips in prop::collection::vec(0..64_u32, 0..=6)) {
            let other = flips.iter().fold(bits, |b, flip| b ^ (1 << flip));
            let (a, b) = (Fingerprint(bits), Fingerprint(other));
            prop_assert!(pieces(a).zip(pieces(b)).any(|(x, y)| x == y));
        }
    }
}
