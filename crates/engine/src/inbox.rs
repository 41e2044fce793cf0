//! Which cases stand in the inbox, and in which order.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use gehoor_domain::case::CaseState;
use gehoor_domain::ids::CaseId;
use jiff::Timestamp;

use crate::Engine;
use crate::board::Card;
use crate::views::{Box as Tray, Counts, InboxQuery, Viewer};

impl Engine {
    /// The first `most` cases that are asked for, in order, with the counts over all that the reader may see and the
    /// number of all that match.
    pub(crate) fn pick(
        &self,
        viewer: &Viewer,
        query: &InboxQuery,
        most: usize,
        now: Timestamp,
    ) -> (Vec<CaseId>, Counts, usize) {
        let below = query.location.as_ref().map(|id| self.below(id));
        let mut counts = Counts::default();
        self.inner.board.look(|cards| {
            let mut matching: Vec<&Card> = Vec::new();
            for card in cards.values().filter(|card| viewer.scope.allows(card.location())) {
                count(&mut counts, card, viewer, now);
                let matches = in_tray(card, query.r#box, viewer)
                    && below.as_ref().is_none_or(|set| card.location().is_some_and(|l| set.contains(l)))
                    && query.channel.is_none_or(|channel| card.channel == channel)
                    && query.team.as_ref().is_none_or(|team| *card.team == *team);
                if matches {
                    matching.push(card);
                }
            }
            let total = matching.len();
            let ids = if query.r#box == Tray::Closed {
                matching.sort_unstable_by_key(|card| Reverse((card.closed, card.id)));
                matching.into_iter().take(most).map(|card| card.id).collect()
            } else {
                self.first(&matching, most, now)
            };
            (ids, counts, total)
        })
    }

    /// The cases with the highest ranks. Clocks cost most of it, so that only those are read that could still make it.
    fn first(&self, cards: &[&Card], most: usize, now: Timestamp) -> Vec<CaseId> {
        let cx = self.context(now);
        let mut at_most: Vec<(f32, &Card)> =
            cards.iter().map(|card| (card.rank_at_most(&cx), *card)).collect();
        at_most.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut best: BinaryHeap<Reverse<Place>> = BinaryHeap::with_capacity(most.min(cards.len()) + 1);
        for (limit, card) in at_most {
            let full = best.len() >= most;
            if full && best.peek().is_none_or(|Reverse(last)| limit < last.rank) {
                break;
            }
            best.push(Reverse(Place { rank: card.rank(&cx), began: card.began, id: card.id }));
            if best.len() > most {
                best.pop();
            }
        }
        best.into_sorted_vec().into_iter().map(|Reverse(place)| place.id).collect()
    }
}

/// A place in the inbox; the greater, the earlier.
#[derive(Debug, PartialEq)]
struct Place {
    rank: f32,
    began: Timestamp,
    id: CaseId,
}

impl Eq for Place {}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        // Among equals the one that waits longest comes first.
        self.rank.total_cmp(&other.rank).then(other.began.cmp(&self.began)).then(other.id.cmp(&self.id))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn in_tray(card: &Card, tray: Tray, viewer: &Viewer) -> bool {
    match tray {
        Tray::Open => card.state == CaseState::Open && !card.aside,
        Tray::Mine => card.is_open() && !card.aside && card.owner.as_deref() == Some(&viewer.user),
        Tray::Queue => card.is_open() && card.queued,
        Tray::Waiting => card.state == CaseState::Waiting && !card.aside,
        Tray::Aside => card.is_open() && card.aside,
        Tray::Closed => !card.is_open(),
    }
}

fn count(counts: &mut Counts, card: &Card, viewer: &Viewer, now: Timestamp) {
    if !card.is_open() {
        return;
    }
    let is = |tray| usize::from(in_tray(card, tray, viewer));
    counts.open += is(Tray::Open);
    counts.mine += is(Tray::Mine);
    counts.queue += is(Tray::Queue);
    counts.waiting += is(Tray::Waiting);
    counts.aside += is(Tray::Aside);
    counts.late += usize::from(card.next_red().is_some_and(|red| red <= now));
    counts.unowned += usize::from(card.owner.is_none());
}
