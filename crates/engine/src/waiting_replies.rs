//! Replies that are not settled, over all cases: what waits for a second person, is on its way, was refused, or has to be
//! posted by hand.

use gehoor_domain::case::{Reply, ReplyState};
use gehoor_domain::ids::{CaseId, LocationId, OutletId, TeamId};
use serde::Serialize;

use crate::Engine;
use crate::error::EngineError;
use crate::views::Viewer;

/// Which replies are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichReplies {
    /// A second person has to agree.
    #[default]
    Awaiting,
    /// In the outbox.
    Sending,
    /// The channel does not take them.
    Refused,
    /// Somebody posts them by hand.
    ByHand,
    /// The second person said no.
    Rejected,
}

impl WhichReplies {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Awaiting, Self::Sending, Self::Refused, Self::ByHand, Self::Rejected];

    /// The name used in addresses and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Awaiting => "awaiting",
            Self::Sending => "sending",
            Self::Refused => "refused",
            Self::ByHand => "by_hand",
            Self::Rejected => "rejected",
        }
    }
    /// Reads such a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.as_str() == text)
    }
    fn of(state: &ReplyState) -> Option<Self> {
        Self::parse(state.as_str())
    }
}

/// What is asked of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepliesQuery {
    /// Which.
    pub which: WhichReplies,
    /// Only in cases of this team.
    pub team: Option<TeamId>,
    /// Only in cases of this location.
    pub location: Option<LocationId>,
    /// Only what the reader wrote.
    pub mine: bool,
    /// Rows at most.
    pub limit: usize,
}

/// One reply that waits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplyRow {
    /// In which case.
    pub case: CaseId,
    /// The customer's name as shown. Hostile text.
    pub author: String,
    /// The shop.
    pub location: Option<LocationId>,
    /// Through which channel; none when it is posted by hand.
    pub outlet: Option<OutletId>,
    /// The reply itself.
    pub reply: Reply,
}

/// The replies that wait.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WaitingReplies {
    /// Longest waiting first.
    pub rows: Vec<ReplyRow>,
    /// How many of each kind, in the order of [`WhichReplies::ALL`].
    pub counts: [usize; 5],
}

impl Engine {
    /// Replies that are not settled, within the reader's scope.
    ///
    /// # Errors
    /// When the store fails.
    pub fn waiting_replies(
        &self,
        viewer: &Viewer,
        query: &RepliesQuery,
    ) -> Result<WaitingReplies, EngineError> {
        let cases = self.inner.board.pick(|card| {
            let wanted = card.replies_wait
                && viewer.scope.allows(card.location())
                && query.team.as_ref().is_none_or(|team| *card.team == *team)
                && query.location.as_ref().is_none_or(|l| card.location() == Some(l));
            wanted.then_some(card.id)
        });
        let mut found = WaitingReplies::default();
        for id in cases {
            let Ok((_, case)) = self.visible_case(viewer, id) else { continue };
            let location = case.location().cloned();
            for reply in case.replies.iter().filter(|r| !query.mine || r.by == viewer.user) {
                let Some(which) = WhichReplies::of(&reply.state) else { continue };
                let at = WhichReplies::ALL.iter().position(|w| *w == which);
                if let Some(count) = at.and_then(|at| found.counts.get_mut(at)) {
                    *count += 1;
                }
                if which == query.which {
                    found.rows.push(ReplyRow {
                        case: id,
                        author: String::new(),
                        location: location.clone(),
                        outlet: reply.outlet.clone(),
                        reply: reply.clone(),
                    });
                }
            }
        }
        found.rows.sort_by_key(|row| (row.reply.written, row.case));
        found.rows.truncate(query.limit);
        for row in &mut found.rows {
            row.author =
                self.mention_doc(&row.reply.to)?.map(|doc| doc.mention.author.name).unwrap_or_default();
        }
        Ok(found)
    }
}
