//! The service queue at work: the next case for somebody, how much everybody has, and one thing done to many cases.

use std::collections::BTreeMap;

use gehoor_domain::case::Actor;
use gehoor_domain::decide::{self, Command};
use gehoor_domain::ids::{CaseId, TeamId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::Engine;
use crate::commands::audit;
use crate::error::EngineError;
use crate::views::Viewer;

/// Cases of one action on many.
pub const MOST_AT_ONCE: usize = 200;
/// Promises that are due within this time count as due soon.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// What asking for the next case came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "next")]
pub enum Next {
    /// It is yours now.
    Case {
        /// Which.
        id: CaseId,
    },
    /// Nothing waits that you may take.
    Nothing,
    /// You own as many as your limit allows.
    Full {
        /// Open cases you own.
        own: usize,
        /// Your limit.
        most: u32,
    },
}

/// How much one team or person has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Load {
    /// The team's or person's name in records; empty for "nobody".
    pub id: String,
    /// The name people read.
    pub name: String,
    /// Open cases, put aside or not.
    pub open: usize,
    /// Those with a clock that ran out.
    pub red: usize,
    /// Those that stand in the queue.
    pub queued: usize,
    /// Those that are put aside.
    pub aside: usize,
    /// Promises due within a day or missed.
    pub promises: usize,
    /// The most open cases a person takes, where there is a limit.
    pub most: Option<u32>,
}

/// How much everybody has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Workload {
    /// Teams, in the order of the configuration.
    pub teams: Vec<Load>,
    /// People with cases or in a team, most red first.
    pub people: Vec<Load>,
    /// Service queues, as configured: how many cases wait in each.
    pub queues: Vec<(String, usize)>,
}

/// What became of one case of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OneOfMany {
    /// Which.
    pub id: CaseId,
    /// Why not; none when it was done.
    pub refused: Option<String>,
}

impl Engine {
    /// Gives the reader the most important case he may take. Two people never get the same one: who commits second
    /// gets the next.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for those who do not work on cases.
    pub async fn take_next(&self, viewer: &Viewer, queue: Option<&str>) -> Result<Next, EngineError> {
        if !viewer.role.works_cases() {
            return Err(EngineError::Forbidden("your role reads cases and does not change them".into()));
        }
        let (next, _) = self
            .work(|batch| {
                let cx = self.context(batch.at());
                let own = self.open_cases_of(&viewer.user);
                if let Some(most) = cx.agent(&viewer.user).and_then(|a| a.most)
                    && own >= usize::try_from(most).unwrap_or(usize::MAX)
                {
                    return Ok(Next::Full { own, most });
                }
                for id in self.waiting(viewer, batch.at()) {
                    let Some(case) = self.case_in(batch, id)? else { continue };
                    // The board may be a moment behind: what the commit expects is read here.
                    let free = case.is_open()
                        && case.queued.is_some()
                        && case.owner.as_ref().is_none_or(|o| *o == viewer.user);
                    let asked = queue.is_none_or(|wanted| cx.queue_of(&case).is_some_and(|q| q.id == wanted));
                    if !free
                        || !asked
                        || !viewer.scope.allows(case.location())
                        || cx.may_take(&case, &viewer.user, viewer.team.as_ref()).is_err()
                    {
                        continue;
                    }
                    let take = Command::Assign { to: Some(viewer.user.clone()) };
                    let actor = Actor::User(viewer.user.clone());
                    let decision = decide::command(&case, &take, &actor, viewer.role, &cx)
                        .map_err(|refused| EngineError::Refused(refused.to_string()))?;
                    self.stage(batch, Some(&case), decision)?;
                    audit(batch, viewer, "take next", format!("case {id}"))?;
                    return Ok(Next::Case { id });
                }
                Ok(Next::Nothing)
            })
            .await?;
        Ok(next)
    }

    /// How many open cases somebody owns, those put aside not counted.
    pub(crate) fn open_cases_of(&self, user: &UserId) -> usize {
        self.inner
            .board
            .pick(|c| (c.is_open() && !c.aside && c.owner.as_deref() == Some(user)).then_some(()))
            .len()
    }

    /// What waits and is free, or the reader's own, first things first.
    fn waiting(&self, viewer: &Viewer, now: Timestamp) -> Vec<CaseId> {
        let cx = self.context(now);
        let mut free = self.inner.board.pick(|card| {
            let mine = card.owner.as_deref().is_none_or(|owner| *owner == viewer.user);
            (card.is_open() && card.queued && mine && viewer.scope.allows(card.location()))
                .then(|| (card.rank(&cx), card.began, card.id))
        });
        free.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        free.into_iter().map(|(_, _, id)| id).collect()
    }

    /// How much everybody has, of what the reader may see.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn workload(&self, viewer: &Viewer) -> Result<Workload, EngineError> {
        let now = self.now();
        let cx = self.context(now);
        let soon = now.checked_add(SOON).unwrap_or(now);
        let mut teams: BTreeMap<TeamId, Load> = BTreeMap::new();
        let mut people: BTreeMap<Option<UserId>, Load> = BTreeMap::new();
        let mut waiting = Vec::new();
        self.inner.board.for_each(|card| {
            if !card.is_open() || !viewer.scope.allows(card.location()) {
                return;
            }
            if card.queued {
                waiting.push(card.id);
            }
            let due = card.promises_due.iter().filter(|at| **at <= soon).count()
                + usize::from(card.promises_missed);
            let of_team = teams.entry((*card.team).clone()).or_default();
            let of_person = people.entry(card.owner.as_deref().cloned()).or_default();
            for load in [of_team, of_person] {
                load.open += 1;
                load.red += usize::from(card.next_red().is_some_and(|red| red <= now));
                load.queued += usize::from(card.queued);
                load.aside += usize::from(card.aside);
                load.promises += due;
            }
        });
        let known = self.users()?;
        for row in known
            .iter()
            .filter(|r| r.user.disabled.is_none() && r.user.role.works_cases() && viewer.scope.is_all())
        {
            people.entry(Some(row.user.id.clone())).or_default();
        }
        let policy = &self.inner.setup.policy;
        let teams = policy.teams.iter().filter_map(|team| {
            let load = teams.remove(&team.id).or_else(|| viewer.scope.is_all().then(Load::default))?;
            Some(Load { id: team.id.to_string(), name: team.name.clone(), ..load })
        });
        let teams = teams.collect();
        let mut people: Vec<Load> = people
            .into_iter()
            .map(|(user, load)| {
                let Some(user) = user else { return load };
                let name = known
                    .iter()
                    .find(|r| r.user.id == user)
                    .map_or_else(|| user.to_string(), |r| r.user.name.clone());
                Load { id: user.to_string(), name, most: cx.agent(&user).and_then(|a| a.most), ..load }
            })
            .collect();
        people.sort_by(|a, b| (b.red, b.open, &a.name).cmp(&(a.red, a.open, &b.name)));
        let mut queues: Vec<(String, usize)> = policy.queues.iter().map(|q| (q.name.clone(), 0)).collect();
        if !queues.is_empty() {
            for id in waiting {
                let Ok((_, case)) = self.visible_case(viewer, id) else { continue };
                let at = policy.queues.iter().position(|q| q.holds(&case, &cx));
                if let Some((_, count)) = at.and_then(|at| queues.get_mut(at)) {
                    *count += 1;
                }
            }
        }
        Ok(Workload { teams, people, queues })
    }

    /// Does one thing to many cases, each on its own: one that is refused stops no other.
    ///
    /// # Errors
    /// [`EngineError::BadInput`] for too many cases or a command that is not for many.
    pub async fn execute_many(
        &self,
        viewer: &Viewer,
        ids: &[CaseId],
        command: &Command,
    ) -> Result<Vec<OneOfMany>, EngineError> {
        if ids.len() > MOST_AT_ONCE {
            return Err(EngineError::BadInput(format!("at most {MOST_AT_ONCE} cases at once: choose fewer")));
        }
        let for_many = matches!(
            command,
            Command::Assign { .. }
                | Command::AssignBeyond { .. }
                | Command::HandOver { .. }
                | Command::Close { .. }
                | Command::CloseAnsweredElsewhere { .. }
                | Command::Snooze { .. }
                | Command::Wake
                | Command::Note { .. }
        );
        if !for_many {
            return Err(EngineError::BadInput("that is done case by case: open each one".into()));
        }
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            if out.iter().any(|one: &OneOfMany| one.id == *id) {
                continue;
            }
            let refused = match self.execute(viewer, *id, command.clone(), None).await {
                Ok(()) => None,
                Err(error @ (EngineError::Store(_) | EngineError::Index(_))) => return Err(error),
                Err(error) => Some(error.to_string()),
            };
            out.push(OneOfMany { id: *id, refused });
        }
        Ok(out)
    }
}
