//! Looks for sources that fail, are silent, or whose login ends.

use gehoor_domain::alert::{Finding, Level, Subject};
use gehoor_domain::policy::Trigger;
use jiff::{SignedDuration, Timestamp};

use crate::Engine;
use crate::error::EngineError;
use crate::setup::SourceSetup;
use crate::sources::SourceState;

/// A login that ends so soon is urgent.
const LAST_DAYS: SignedDuration = SignedDuration::from_hours(3 * 24);

impl Engine {
    /// Looks at every source: does it fail again and again, is it silent, does its login end?
    ///
    /// # Errors
    /// [`EngineError`] when the store fails.
    pub async fn watch_sources(&self) -> Result<(), EngineError> {
        let now = self.now();
        self.learn_habits(now).await?;
        for setup in self.inner.setup.sources.iter().filter(|s| s.enabled) {
            let Some(state) = self.inner.sources.get(&setup.id) else { continue };
            let subject = Subject::Source(setup.id.clone());
            let facts = [
                ("source".to_owned(), setup.name.clone()),
                ("failures".to_owned(), state.poll.failures.to_string()),
                ("last error".to_owned(), state.poll.last_error.clone().unwrap_or_default()),
                (
                    "last success".to_owned(),
                    state.poll.last_success.map_or_else(|| "never".to_owned(), |at| self.in_words(at)),
                ),
            ];
            let rules: Vec<_> = self.rules(of_sources).cloned().collect();
            for rule in rules {
                let Some(judged) = self.judge_source(setup, &state, &rule.when, now) else { continue };
                let finding = Finding {
                    rule: rule.name.clone(),
                    subject: subject.clone(),
                    location: setup.location.clone(),
                    level: judged.level,
                    size: judged.size,
                    facts: facts.iter().cloned().chain(judged.facts).collect(),
                };
                self.raise_or_lower(&finding, judged.holds).await?;
            }
        }
        Ok(())
    }

    /// What a rule says of a source; none when it is not about sources.
    fn judge_source(
        &self,
        setup: &SourceSetup,
        state: &SourceState,
        when: &Trigger,
        now: Timestamp,
    ) -> Option<Judged> {
        let plain = |holds, size| Judged { holds, size, level: Level::Warning, facts: Vec::new() };
        match *when {
            Trigger::SourceFailing { failures } => {
                let holds = state.poll.failures >= failures || state.stopped.is_some();
                Some(plain(holds, f64::from(state.poll.failures)))
            }
            Trigger::SourceSilent { after } => {
                let silent = state.poll.last_news.map(|at| now.duration_since(at));
                let hours = silent.map_or(0.0, |span| span.as_secs_f64() / 3600.0);
                Some(plain(silent.is_some_and(|span| span > after), hours))
            }
            Trigger::SourceQuiet { one_in } => {
                let quiet = self.quiet_of(setup, state, now);
                let holds = quiet.is_some_and(|quiet| quiet.is_abnormal(one_in));
                let expected = quiet.unwrap_or_default().expected;
                let mut judged = plain(holds, expected);
                judged.facts.push(("expected".into(), format!("{expected:.0}")));
                judged.facts.extend(state.poll.last_news.map(|at| ("quiet_since".into(), at.to_string())));
                Some(judged)
            }
            Trigger::LoginEnds { within } => {
                let left = self.login_ends(setup).map(|at| (at, at.duration_since(now)));
                // The size stays: less time left is no doubling.
                let mut judged = plain(left.is_some_and(|(_, left)| left <= within), 1.0);
                if left.is_some_and(|(_, left)| left < LAST_DAYS) {
                    judged.level = Level::Urgent;
                }
                judged.facts.extend(left.map(|(at, _)| ("login_ends".into(), at.to_string())));
                Some(judged)
            }
            _ => None,
        }
    }
}

/// What a rule says of a source.
struct Judged {
    holds: bool,
    size: f64,
    level: Level,
    facts: Vec<(String, String)>,
}

fn of_sources(when: &Trigger) -> bool {
    matches!(
        when,
        Trigger::SourceFailing { .. }
            | Trigger::SourceSilent { .. }
            | Trigger::SourceQuiet { .. }
            | Trigger::LoginEnds { .. }
    )
}
