//! The end of an alert: told once, to those who heard of the alert, where it is worth a word.

use gehoor_domain::alert::{Alert, over_effects};
use gehoor_domain::effect::{EffectKind, EffectState, OutboxRow};
use gehoor_domain::ids::{AlertId, EffectKey, OutletId};
use gehoor_store::Table;

use crate::Engine;
use crate::batch::{Batch, read_prefix};
use crate::error::EngineError;
use crate::setup::OutletSetup;

/// Effects of one alert that are looked at.
const ROWS: usize = 1_000;

/// How far the telling of an alert came at one outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It was delivered at least once.
    Yes,
    /// It is still being tried: first things first.
    NotYet,
    /// It never arrived and is not tried any more.
    Never,
}

impl OutletSetup {
    /// Whether it is told that an alert is over: where its platform knows ends, or where that is configured.
    #[must_use]
    pub fn tells_end(&self) -> bool {
        self.tell_end.unwrap_or_else(|| self.plug.knows_ends())
    }
}

impl Engine {
    /// Puts into the outbox that an alert is over.
    pub(crate) fn tell_over(&self, batch: &mut Batch<'_>, alert: &Alert) -> Result<(), EngineError> {
        if alert.told == 0 {
            return Ok(());
        }
        let told: Vec<OutletId> = self
            .tellings(alert.id)?
            .into_iter()
            .map(|row| row.effect.outlet)
            .filter(|id| self.outlet_setup(id).is_some_and(OutletSetup::tells_end))
            .collect();
        for effect in over_effects(alert, &told, batch.at()) {
            self.queue_effect(batch, effect)?;
        }
        Ok(())
    }

    /// Whether an outlet has heard of an alert.
    pub(crate) fn heard_of(&self, alert: AlertId, outlet: &OutletId) -> Result<Heard, EngineError> {
        let rows = self.tellings(alert)?;
        let here = || rows.iter().filter(|row| row.effect.outlet == *outlet);
        if here().any(|row| matches!(row.state, EffectState::Due { .. })) {
            return Ok(Heard::NotYet);
        }
        let arrived = here().any(|row| matches!(row.state, EffectState::Done { .. }));
        Ok(if arrived { Heard::Yes } else { Heard::Never })
    }

    /// All that was ever told of an alert.
    fn tellings(&self, alert: AlertId) -> Result<Vec<OutboxRow>, EngineError> {
        let prefix = EffectKey::prefix_of_alert(alert);
        let rows = read_prefix::<OutboxRow>(self.store(), Table::Outbox, &prefix, ROWS)?;
        let told = |row: &OutboxRow| matches!(row.effect.kind, EffectKind::Alert { .. });
        Ok(rows.into_iter().map(|(_, row)| row).filter(told).collect())
    }
}
