//! All cases in memory: what the inbox, the clocks and the counts are read from.
//!
//! It is a copy of the table `case`, loaded at start and brought up to date by every commit. An older version never
//! replaces a newer one, whatever the order in which commits are told.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use gehoor_domain::case::Case;
use gehoor_domain::ids::CaseId;
use gehoor_store::{Seq, Store, StoreError, Table, Write, decode};

/// How many records are read at once while loading.
const CHUNK: usize = 1_000;

/// All cases in memory.
#[derive(Default)]
pub(crate) struct Board {
    cases: RwLock<HashMap<CaseId, (Seq, Arc<Case>)>>,
}

impl Board {
    /// Reads all cases.
    pub(crate) fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let mut cases = HashMap::new();
        let mut from = String::new();
        loop {
            let chunk = store.scan(Table::Case, &from, None, CHUNK)?;
            let Some((last, _)) = chunk.last() else { break };
            from = format!("{last}\0");
            for (key, found) in chunk {
                let case: Case = decode(Table::Case, &key, &found.record)?;
                cases.insert(case.id, (found.version, Arc::new(case)));
            }
        }
        Ok(Self { cases: RwLock::new(cases) })
    }

    /// Takes over what a commit changed.
    pub(crate) fn apply(&self, seq: Seq, writes: &[Write]) -> Result<(), StoreError> {
        if !writes.iter().any(|w| w.table == Table::Case) {
            return Ok(());
        }
        let mut fresh = Vec::new();
        for write in writes.iter().filter(|w| w.table == Table::Case) {
            if let Some(record) = &write.record {
                fresh.push(decode::<Case>(Table::Case, &write.key, record)?);
            }
        }
        let mut cases = self.cases.write().unwrap_or_else(PoisonError::into_inner);
        for case in fresh {
            let newer = cases.get(&case.id).is_none_or(|(known, _)| *known < seq);
            if newer {
                cases.insert(case.id, (seq, Arc::new(case)));
            }
        }
        Ok(())
    }

    /// One case with its version.
    pub(crate) fn get(&self, id: CaseId) -> Option<(Seq, Arc<Case>)> {
        self.cases.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The cases for which `keep` holds.
    pub(crate) fn filter(&self, mut keep: impl FnMut(&Case) -> bool) -> Vec<Arc<Case>> {
        self.cases
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .filter(|(_, case)| keep(case))
            .map(|(_, case)| Arc::clone(case))
            .collect()
    }
}
