//! What each source usually brings, learnt out of the index once a day, and whether it is quieter than that.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use gehoor_domain::ids::SourceId;
use gehoor_domain::liveness::{Gap, heard_within};
use gehoor_domain::scope::Scope;
use gehoor_domain::silence::{Day, Habit, Quiet};
use gehoor_search::{Bucket, Filter};
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};

use crate::Engine;
use crate::error::EngineError;
use crate::queries::search_failed;
use crate::setup::SourceSetup;
use crate::sources::{SourceState, grace};
use crate::unpoison;

/// Weeks looked back upon.
const WEEKS: i64 = 8;
/// Sources learnt at a time, so that a new day does not hold up the watch.
const AT_A_TIME: usize = 100;
/// A day on which it was heard for so long counts as heard.
const WHOLE: SignedDuration = SignedDuration::from_hours(22);

/// On which day it was learnt, and what; nothing where there is too little to learn from.
type Learnt = (Date, Option<Arc<Habit>>);

/// The habits by source, with the day on which each was learnt.
#[derive(Default)]
pub(crate) struct Habits {
    learnt: Mutex<HashMap<SourceId, Learnt>>,
}

impl Habits {
    /// The habit of a source; none when it is not known (yet).
    pub(crate) fn get(&self, id: &SourceId) -> Option<Arc<Habit>> {
        unpoison(self.learnt.lock()).get(id).and_then(|(_, habit)| habit.clone())
    }

    fn is_fresh(&self, id: &SourceId, today: Date) -> bool {
        unpoison(self.learnt.lock()).get(id).is_some_and(|(day, _)| *day == today)
    }

    fn put(&self, id: &SourceId, today: Date, habit: Option<Habit>) {
        unpoison(self.learnt.lock()).insert(id.clone(), (today, habit.map(Arc::new)));
    }
}

impl Engine {
    /// Learns the habits of sources that were not learnt today, some at a time.
    ///
    /// # Errors
    /// [`EngineError`] when the index fails.
    pub(crate) async fn learn_habits(&self, now: Timestamp) -> Result<(), EngineError> {
        let today = now.to_zoned(self.zone()).date();
        let due: Vec<SourceId> = self
            .inner
            .setup
            .sources
            .iter()
            .filter(|s| s.enabled && !self.inner.habits.is_fresh(&s.id, today))
            .map(|s| s.id.clone())
            .take(AT_A_TIME)
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        let this = self.clone();
        tokio::task::spawn_blocking(move || {
            for id in &due {
                let habit = this.learn(id, today)?;
                this.inner.habits.put(id, today, habit);
            }
            Ok(())
        })
        .await
        .map_err(|e| EngineError::Index(format!("learning habits stopped unexpectedly: {e}")))?
    }

    fn learn(&self, id: &SourceId, today: Date) -> Result<Option<Habit>, EngineError> {
        let zone = self.zone();
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp()).ok();
        let first = today.checked_sub(Span::new().weeks(WEEKS)).ok();
        let (Some(from), Some(until), Some(state)) =
            (first.and_then(midnight), midnight(today), self.inner.sources.get(id))
        else {
            return Ok(None);
        };
        // Before it was first heard there is nothing to learn from, and no need to count.
        let Some(since) = state.live.since.filter(|since| *since < until) else { return Ok(None) };
        let filter = Filter {
            sources: vec![id.clone()],
            from: Some(from),
            until: Some(until),
            include_copies: true,
            ..Filter::default()
        };
        let index = &self.inner.parts.index;
        let bins = index.histogram(&Scope::All, None, &filter, Bucket::Hour, &zone).map_err(search_failed)?;
        let mut days: BTreeMap<Date, Day> = BTreeMap::new();
        for bin in bins {
            let at = bin.start.to_zoned(zone.clone());
            let day = days.entry(at.date()).or_insert_with(|| Day {
                weekday: at.weekday(),
                hours: [0; 24],
                heard: false,
            });
            if let Some(hour) = usize::try_from(at.hour()).ok().and_then(|h| day.hours.get_mut(h)) {
                *hour += u32::try_from(bin.tally.count).unwrap_or(u32::MAX);
            }
        }
        for (date, day) in &mut days {
            let next = date.tomorrow().ok().and_then(midnight);
            let (Some(from), Some(until)) = (midnight(*date), next) else { continue };
            day.heard = heard_for(&state.live.gaps, from.max(since), until) >= WHOLE;
        }
        Ok(Habit::learn(&days.into_values().collect::<Vec<_>>()))
    }

    /// How likely the present silence of a source is; none when it is not known what is usual.
    pub(crate) fn quiet_of(&self, setup: &SourceSetup, state: &SourceState, now: Timestamp) -> Option<Quiet> {
        let habit = self.inner.habits.get(&setup.id)?;
        let from = state.poll.last_news?;
        // What was not asked since says nothing: a source that fails is told as failing.
        let until = if setup.polled { state.poll.last_success? } else { now };
        let gaps = state.live.gaps_now(state.poll.last_success, grace(&state.poll), state.waits, now);
        Some(habit.quiet(&heard_within(&gaps, from, until), &self.zone()))
    }
}

fn heard_for(gaps: &[Gap], from: Timestamp, until: Timestamp) -> SignedDuration {
    heard_within(gaps, from, until)
        .into_iter()
        .map(|(from, until)| until.duration_since(from))
        .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}
