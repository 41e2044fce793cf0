//! Time passes: looks at every case whose time has come. Takes no input, may be called at any moment, twice or late.

use gehoor_domain::advance::advance;
use gehoor_domain::ids::CaseId;
use gehoor_store::Table;
use jiff::Timestamp;

use crate::Engine;
use crate::error::EngineError;
use crate::shelf::time_key;

/// Cases looked at in one round.
const ROUND: usize = 200;

impl Engine {
    /// Looks at the cases that are due. `true` when there may be more.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails.
    pub async fn tick(&self) -> Result<bool, EngineError> {
        let until = format!("{}\u{10ffff}", time_key(self.now()));
        let due = self.store().scan(Table::CaseDue, "", Some(&until), ROUND)?;
        for (key, _) in &due {
            let Some(id) = key.split('/').nth(1).and_then(|n| n.parse::<CaseId>().ok()) else { continue };
            self.work(|batch| {
                let Some(case) = self.case_in(batch, id)? else {
                    // A leftover of the index: nothing stands behind it.
                    batch.remove(Table::CaseDue, key.clone());
                    return Ok(());
                };
                match advance(&case, &self.context(batch.at())) {
                    Some(decision) => self.stage(batch, Some(&case), decision)?,
                    None if case
                        .next_due
                        .is_none_or(|due| time_key(due) != key.split('/').next().unwrap_or_default()) =>
                    {
                        batch.remove(Table::CaseDue, key.clone());
                    }
                    None => {}
                }
                Ok(())
            })
            .await?;
        }
        Ok(due.len() == ROUND)
    }

    /// When the next case is due.
    pub(crate) fn next_tick(&self) -> Option<Timestamp> {
        self.next_of(Table::CaseDue)
    }

    /// When the next effect is due.
    pub(crate) fn next_delivery(&self) -> Option<Timestamp> {
        self.next_of(Table::OutboxDue)
    }

    fn next_of(&self, table: Table) -> Option<Timestamp> {
        let first = self.store().scan(table, "", None, 1).ok()?;
        let (key, _) = first.first()?;
        let millis = key.split('/').next()?.parse().ok()?;
        Timestamp::from_millisecond(millis).ok()
    }
}
