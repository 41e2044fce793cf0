//! Time passes: looks at every case whose time has come. Takes no input, may be called at any moment, twice or late.

use gehoor_domain::advance::advance;
use gehoor_domain::ids::CaseId;
use gehoor_store::Table;
use jiff::Timestamp;

use crate::Engine;
use crate::batch::Batch;
use crate::error::EngineError;
use crate::shelf::time_key;

/// Cases looked at in one round.
const ROUND: usize = 200;
/// Cases that are written together: each commit costs a sync of the disk.
const TOGETHER: usize = 50;

impl Engine {
    /// Looks at the cases that are due. `true` when there may be more.
    ///
    /// # Errors
    /// [`EngineError`] when the store fails.
    pub async fn tick(&self) -> Result<bool, EngineError> {
        let until = format!("{}\u{10ffff}", time_key(self.now()));
        let due = self.store().scan(Table::CaseDue, "", Some(&until), ROUND)?;
        for some in due.chunks(TOGETHER) {
            self.work(|batch| some.iter().try_for_each(|(key, _)| self.look_at(batch, key))).await?;
        }
        Ok(due.len() == ROUND)
    }

    /// Looks at the case of one entry of the index by due time.
    fn look_at(&self, batch: &mut Batch<'_>, key: &str) -> Result<(), EngineError> {
        let mut parts = key.split('/');
        let (time, id) =
            (parts.next().unwrap_or_default(), parts.next().and_then(|n| n.parse::<CaseId>().ok()));
        let case = match id {
            Some(id) => self.case_in(batch, id)?,
            None => None,
        };
        let Some(case) = case else {
            // A leftover of the index: nothing stands behind it.
            batch.remove(Table::CaseDue, key.to_owned());
            return Ok(());
        };
        match advance(&case, &self.context(batch.at())) {
            Some(decision) => self.stage(batch, Some(&case), decision)?,
            None if case.next_due.is_none_or(|due| time_key(due) != time) => {
                batch.remove(Table::CaseDue, key.to_owned());
            }
            None => {}
        }
        Ok(())
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
