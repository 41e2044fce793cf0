//! All promises, and how many are kept: per team, location and kind, with what the numbers do not know.

use std::collections::BTreeMap;

use gehoor_domain::assessment::Responsible;
use gehoor_domain::case::{Case, Promise, PromiseState};
use gehoor_domain::ids::{CaseId, LocationId, TeamId, UserId};
use gehoor_domain::promise::PromiseKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::error::EngineError;
use crate::views::{Light, Viewer};

/// Promises that are due within this time are due soon.
const SOON: SignedDuration = SignedDuration::from_hours(24);
/// Fewer ended promises say nothing about the rest.
pub const TOO_FEW: u32 = 8;
/// Days that the rates look back.
pub const RATE_DAYS: i64 = 90;
/// 95 % of the time the true share lies within.
const Z: f64 = 1.96;

/// Which promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Those that stand, first due first.
    #[default]
    Open,
    /// Those due within a day.
    Soon,
    /// Those that were missed and not made good.
    Missed,
    /// Those that were kept, in time or late.
    Kept,
    /// Those that were taken back.
    Withdrawn,
}

impl Which {
    /// All, in the order of the page.
    pub const ALL: [Which; 5] = [Which::Open, Which::Soon, Which::Missed, Which::Kept, Which::Withdrawn];
    /// The name used in addresses and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Which::Open => "open",
            Which::Soon => "soon",
            Which::Missed => "missed",
            Which::Kept => "kept",
            Which::Withdrawn => "withdrawn",
        }
    }
    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.as_str() == text)
    }
    fn holds(self, promise: &Promise, now: Timestamp) -> bool {
        match (self, &promise.state) {
            (Which::Open, PromiseState::Open)
            | (Which::Missed, PromiseState::Missed { .. })
            | (Which::Kept, PromiseState::Kept { .. })
            | (Which::Withdrawn, PromiseState::Withdrawn { .. }) => true,
            (Which::Soon, PromiseState::Open) => promise.due.duration_since(now) <= SOON,
            _ => false,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PromisesQuery {
    /// Which.
    pub which: Which,
    /// Only of this team.
    pub team: Option<TeamId>,
    /// Only of this location and below.
    pub location: Option<LocationId>,
    /// Only of this kind.
    pub kind: Option<PromiseKind>,
    /// At most so many rows.
    pub limit: usize,
}

/// One promise with its case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PromiseRow {
    /// The case.
    pub case: CaseId,
    /// The promise.
    pub promise: Promise,
    /// Its light now.
    pub light: Light,
    /// The team of the case.
    pub team: TeamId,
    /// The location of the case.
    pub location: Option<LocationId>,
    /// Who owns the case.
    pub owner: Option<UserId>,
}

/// How many promises were kept in time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Kept {
    /// Of what: a team, a location, a kind; as in records.
    pub id: String,
    /// Kept in time.
    pub kept: u32,
    /// Ended: kept in time or late, or missed.
    pub ended: u32,
    /// The share with its 95 % interval; none when there are too few to say.
    pub share: Option<(f64, f64, f64)>,
}

impl Kept {
    fn count(&mut self, in_time: bool) {
        self.ended += 1;
        self.kept += u32::from(in_time);
    }
    /// Wilson's score interval: holds for small numbers and shares near all or nothing.
    fn finish(mut self, id: String) -> Self {
        self.id = id;
        let (n, p) = (f64::from(self.ended), f64::from(self.kept) / f64::from(self.ended.max(1)));
        if self.ended >= TOO_FEW {
            let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
            let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
            self.share = Some((p, (middle - half).max(0.0), (middle + half).min(1.0)));
        }
        self
    }
}

/// The page of promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promises {
    /// The rows asked for.
    pub rows: Vec<PromiseRow>,
    /// How many of each, in the order of [`Which::ALL`].
    pub counts: [usize; 5],
    /// All together.
    pub all: Kept,
    /// Per team.
    pub teams: Vec<Kept>,
    /// Per location; what head office, a carrier or a supplier has to do does not count for a shop.
    pub locations: Vec<Kept>,
    /// Per kind.
    pub kinds: Vec<Kept>,
}

impl Engine {
    /// The promises that the reader may see.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn promises(&self, viewer: &Viewer, query: &PromisesQuery) -> Result<Promises, EngineError> {
        let now = self.now();
        let below = query.location.as_ref().map(|id| self.below(id));
        let ids = self.inner.board.pick(|card| {
            let asked = card.promises > 0
                && viewer.scope.allows(card.location())
                && query.team.as_ref().is_none_or(|t| *t == *card.team)
                && below.as_ref().is_none_or(|set| card.location().is_some_and(|l| set.contains(l)));
            asked.then_some(card.id)
        });
        let since = now.checked_sub(SignedDuration::from_hours(24 * RATE_DAYS)).unwrap_or(now);
        let (mut rows, mut counts, mut all) = (Vec::new(), [0; 5], Kept::default());
        let mut teams: BTreeMap<TeamId, Kept> = BTreeMap::new();
        let mut locations: BTreeMap<LocationId, Kept> = BTreeMap::new();
        let mut kinds: BTreeMap<&'static str, Kept> = BTreeMap::new();
        for id in ids {
            let Ok((_, case)) = self.visible_case(viewer, id) else { continue };
            if case.merged_into.is_some() {
                continue;
            }
            let lights = self.show_promises(&case, now);
            for view in lights.into_iter().filter(|v| query.kind.is_none_or(|kind| kind == v.promise.kind)) {
                let promise = view.promise;
                for (count, which) in counts.iter_mut().zip(Which::ALL) {
                    *count += usize::from(which.holds(&promise, now));
                }
                if let Some(in_time) = promise.kept_in_time().filter(|_| promise.due >= since) {
                    all.count(in_time);
                    teams.entry(case.team.clone()).or_default().count(in_time);
                    kinds.entry(promise.kind.as_str()).or_default().count(in_time);
                    if let Some(shop) = shop_answers(&case) {
                        locations.entry(shop.clone()).or_default().count(in_time);
                    }
                }
                if query.which.holds(&promise, now) {
                    rows.push(PromiseRow {
                        case: id,
                        light: view.light,
                        team: case.team.clone(),
                        location: case.location().cloned(),
                        owner: case.owner.clone(),
                        promise,
                    });
                }
            }
        }
        let latest_first = matches!(query.which, Which::Kept | Which::Withdrawn);
        rows.sort_by_key(|row| (row.promise.due, row.case));
        if latest_first {
            rows.reverse();
        }
        rows.truncate(query.limit);
        Ok(Promises {
            rows,
            counts,
            all: all.finish(String::new()),
            teams: teams.into_iter().map(|(id, k)| k.finish(id.to_string())).collect(),
            locations: locations.into_iter().map(|(id, k)| k.finish(id.to_string())).collect(),
            kinds: kinds.into_iter().map(|(id, k)| k.finish(id.to_owned())).collect(),
        })
    }
}

/// The shop whose score a case counts for: none when head office, a carrier or a supplier has to act.
fn shop_answers(case: &Case) -> Option<&LocationId> {
    let theirs = matches!(case.responsible, Responsible::Location | Responsible::Unknown);
    case.location().filter(|_| theirs)
}
