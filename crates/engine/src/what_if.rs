//! What the inbox would look like with other weights, and what people ranked otherwise: asked before a weight is changed.

use std::collections::HashMap;

use gehoor_domain::case::{Case, CaseState, Priority};
use gehoor_domain::context::Context;
use gehoor_domain::ids::CaseId;
use gehoor_domain::policy::Weights;
use gehoor_domain::rank;
use gehoor_store::Table;

use crate::Engine;
use crate::batch::read;
use crate::error::EngineError;
use crate::queries::operations;
use crate::views::{CaseRow, InboxQuery, Viewer};

/// Cases that are compared: the highest ranked. With more open cases than these, one that ranks lower now could be missed.
const COMPARED: usize = 2_000;
/// Cases whose rank a person set that are reported at most.
const OVERRULED: usize = 200;

/// The top of the inbox with other weights.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// The new top.
    pub top: Vec<Moved>,
    /// What stands in the top now and would not any more.
    pub left: Vec<Moved>,
    /// Cases compared: the highest ranked ones.
    pub compared: usize,
    /// All open cases that the reader may see.
    pub open: usize,
}

/// A case with its two places.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The case as it is ranked now.
    pub row: CaseRow,
    /// Its place now; 1 is the top.
    pub place: usize,
    /// Its place with the other weights.
    pub new_place: usize,
    /// Its rank with the other weights.
    pub new: Priority,
}

/// A case whose rank a person set.
#[derive(Debug, Clone, PartialEq)]
pub struct Overruled {
    /// The case.
    pub row: CaseRow,
    /// What its parts add up to.
    pub machine: f32,
}

impl Engine {
    /// The weights that hold.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.inner.setup.policy.weights
    }

    /// The first `most` open cases with other weights, beside where they stand now. Nothing is changed.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for a franchisee; [`EngineError`] when the store fails.
    pub fn what_if(&self, viewer: &Viewer, weights: &Weights, most: usize) -> Result<WhatIf, EngineError> {
        operations(viewer)?;
        let now = self.now();
        let mut policy = self.inner.setup.policy.clone();
        policy.weights = weights.clone();
        let other = Context { policy: &policy, ..self.context(now) };
        let (ids, _, open) = self.pick(viewer, &InboxQuery::default(), COMPARED, now);
        let mut places: HashMap<CaseId, usize> = HashMap::with_capacity(ids.len());
        let mut compared: Vec<(Case, Priority)> = Vec::with_capacity(ids.len());
        for (id, place) in ids.into_iter().zip(1..) {
            places.insert(id, place);
            if let Some(case) = read::<Case>(self.store(), Table::Case, &id.key())? {
                let new = rank::priority(&case, &other);
                compared.push((case, new));
            }
        }
        let number = compared.len();
        // As in the inbox: among equals the one that waits longest comes first.
        compared.sort_by(|(a, x), (b, y)| {
            y.total.total_cmp(&x.total).then(a.began.cmp(&b.began)).then(a.id.cmp(&b.id))
        });
        let (mut top, mut left) = (Vec::new(), Vec::new());
        for ((case, new), new_place) in compared.into_iter().zip(1..) {
            let place = places.get(&case.id).copied().unwrap_or(number);
            if new_place <= most {
                top.push(Moved { row: self.show_row(&case, now)?, place, new_place, new });
            } else if place <= most {
                left.push(Moved { row: self.show_row(&case, now)?, place, new_place, new });
            }
        }
        left.sort_by_key(|moved| moved.place);
        Ok(WhatIf { top, left, compared: number, open })
    }

    /// Open cases whose rank a person set, the latest first: what the weights get wrong in the eyes of the team.
    ///
    /// # Errors
    /// As [`Engine::what_if`].
    pub fn overruled(&self, viewer: &Viewer) -> Result<Vec<Overruled>, EngineError> {
        operations(viewer)?;
        let now = self.now();
        let ids = self.inner.board.pick(|card| {
            let shown = card.is_overruled() && card.state != CaseState::Closed;
            (shown && viewer.scope.allows(card.location())).then_some(card.id)
        });
        let mut cases = Vec::new();
        for id in ids {
            if let Some(case) = read::<Case>(self.store(), Table::Case, &id.key())? {
                cases.push(case);
            }
        }
        cases.sort_by_key(|case| std::cmp::Reverse(case.priority.overruled.as_ref().map(|o| o.at)));
        cases.truncate(OVERRULED);
        let shown = cases.iter().map(|case| {
            let row = self.show_row(case, now)?;
            let machine = row.priority.parts.iter().map(|part| part.points).sum();
            Ok(Overruled { row, machine })
        });
        shown.collect()
    }
}
