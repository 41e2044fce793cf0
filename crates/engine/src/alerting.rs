//! Tells people: groups what the rules found, decides whether to tell, and puts the telling into the outbox.

use gehoor_domain::alert::{
    Alert, Finding, Level, Silence, Subject, Verdict, apply, effects, ended, ended_by, group_key, why_notify,
};
use gehoor_domain::case::Case;
use gehoor_domain::effect::OutboxRow;
use gehoor_domain::ids::AlertId;
use gehoor_domain::policy::{AlertRule, Trigger};
use gehoor_store::{StoreError, Table};

use crate::Engine;
use crate::batch::{Batch, read_prefix};
use crate::error::EngineError;
use crate::live::Changed;

/// Silences read at once.
const SILENCES: usize = 1_000;

/// That an outbox row became a dead letter, as something a rule finds.
pub(crate) fn dead_letter(row: &OutboxRow) -> Finding {
    Finding {
        rule: "dead-letter".into(),
        subject: Subject::Outlet(row.effect.outlet.clone()),
        location: None,
        level: Level::Warning,
        size: 1.0,
        facts: vec![
            ("outlet".into(), row.effect.outlet.to_string()),
            ("reason".into(), row.last_error.clone().unwrap_or_default()),
        ],
    }
}

impl Engine {
    /// The rule of that name.
    pub(crate) fn rule(&self, name: &str) -> Option<&AlertRule> {
        self.inner.setup.policy.alerts.iter().find(|rule| rule.name == name)
    }

    /// Rules of one kind, whatever their names.
    pub(crate) fn rules(&self, wanted: impl Fn(&Trigger) -> bool) -> impl Iterator<Item = &AlertRule> {
        self.inner.setup.policy.alerts.iter().filter(move |rule| wanted(&rule.when))
    }

    /// Something was found: group it, decide, and tell.
    pub(crate) fn raise(&self, batch: &mut Batch<'_>, finding: &Finding) -> Result<(), EngineError> {
        let Some(rule) = self.rule(&finding.rule) else { return Ok(()) };
        let now = batch.at();
        let group = group_key(finding);
        let known = batch.get::<AlertId>(Table::AlertOfGroup, &group)?;
        let existing = match known {
            Some(id) => batch.get::<Alert>(Table::Alert, &id.key())?,
            None => None,
        };
        let silences = self.running_silences()?;
        let verdict = why_notify(existing.as_ref(), finding, &silences, rule, now);
        let id = match &existing {
            Some(alert) => alert.id,
            None => {
                let id = AlertId(batch.next_number("alert")?);
                batch.put(Table::AlertOfGroup, &group, &id)?;
                id
            }
        };
        let told = matches!(verdict, Verdict::Notify { .. });
        let alert = apply(existing.as_ref(), id, finding, verdict, now);
        for effect in effects(&alert, rule, now) {
            self.queue_effect(batch, effect)?;
        }
        let same = existing.as_ref().is_some_and(|known| {
            known.decisions == alert.decisions && known.ended == alert.ended && known.finding == alert.finding
        });
        if same {
            // Found again, told already, nothing new: not worth a line in the journal.
            return Ok(());
        }
        batch.tell(Changed::Alert(id), finding.location.clone(), told);
        batch.put(Table::Alert, &id.key(), &alert)?;
        Ok(())
    }

    /// What was found no longer holds.
    pub(crate) fn lower(
        &self,
        batch: &mut Batch<'_>,
        rule: &str,
        subject: &Subject,
    ) -> Result<(), EngineError> {
        let probe = Finding {
            rule: rule.to_owned(),
            subject: subject.clone(),
            location: None,
            level: Level::Info,
            size: 0.0,
            facts: Vec::new(),
        };
        let Some(id) = batch.get::<AlertId>(Table::AlertOfGroup, &group_key(&probe))? else { return Ok(()) };
        let Some(alert) = batch.get::<Alert>(Table::Alert, &id.key())? else { return Ok(()) };
        if alert.ended.is_some() {
            return Ok(());
        }
        let alert = ended(&alert, batch.at());
        self.tell_over(batch, &alert)?;
        batch.tell(Changed::Alert(id), alert.finding.location.clone(), false);
        batch.put(Table::Alert, &id.key(), &alert)?;
        Ok(())
    }

    /// Alerts of a case end when it is closed or no longer what they said.
    pub(crate) fn end_alerts_of(
        &self,
        batch: &mut Batch<'_>,
        before: Option<&Case>,
        after: &Case,
    ) -> Result<(), EngineError> {
        let Some(before) = before.filter(|b| b.is_open()) else { return Ok(()) };
        let about_cases = |trigger: &Trigger| {
            matches!(
                trigger,
                Trigger::Urgent { .. }
                    | Trigger::ClockAmber
                    | Trigger::ClockRed
                    | Trigger::PromiseDue
                    | Trigger::PromiseMissed
            )
        };
        let names: Vec<String> = match after.is_open() {
            false => self.rules(about_cases).map(|rule| rule.name.clone()).collect(),
            true => {
                let over = ended_by(before, after, &self.inner.setup.policy);
                over.into_iter().map(|rule| rule.name.clone()).collect()
            }
        };
        for name in names {
            self.lower(batch, &name, &Subject::Case(after.id))?;
        }
        Ok(())
    }

    /// Silences that have not ended.
    pub(crate) fn running_silences(&self) -> Result<Vec<Silence>, StoreError> {
        let all = read_prefix::<Silence>(self.store(), Table::Silence, "", SILENCES)?;
        Ok(all.into_iter().map(|(_, silence)| silence).filter(|s| s.ended.is_none()).collect())
    }
}
