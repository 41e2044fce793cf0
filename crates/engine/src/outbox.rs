//! Which effects wait and which could not be delivered, in memory, so that looking at the health costs nothing however
//! long the outbox has grown.

use std::collections::HashMap;
use std::sync::RwLock;

use gehoor_domain::effect::EffectState;
use gehoor_store::{Record, Seq, Store, StoreError, Table, Write, decode};
use serde::Deserialize;

use crate::unpoison;

/// How many records are read at once while loading.
const CHUNK: usize = 1_000;

/// Effects that are not done.
#[derive(Debug, Default)]
pub(crate) struct OutboxBook(RwLock<Open>);

#[derive(Debug, Default)]
struct Open {
    rows: HashMap<String, Kind>,
    dead: usize,
    /// The latest commit that was told.
    seq: Seq,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Due,
    Dead,
}

/// All that counts of a row.
#[derive(Deserialize)]
struct Row {
    state: EffectState,
}

impl OutboxBook {
    /// Reads the whole outbox once.
    pub(crate) fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let mut open = Open { seq: store.head(), ..Open::default() };
        let mut from = String::new();
        loop {
            let found = store.scan(Table::Outbox, &from, None, CHUNK)?;
            let Some((last, _)) = found.last() else { return Ok(Self(RwLock::new(open))) };
            // The first key behind it.
            from = format!("{last}\0");
            for (key, row) in &found {
                open.take(key, kind(key, Some(&row.record))?);
            }
        }
    }

    /// Takes over what a commit wrote. Commits may be told in another order than they were made: then the store is asked.
    pub(crate) fn apply(&self, store: &dyn Store, seq: Seq, written: &[Write]) -> Result<(), StoreError> {
        if written.is_empty() {
            return Ok(());
        }
        let open = &mut *unpoison(self.0.write());
        let is_late = seq < open.seq;
        open.seq = open.seq.max(seq);
        for write in written {
            let kind = if is_late {
                kind(&write.key, store.get(Table::Outbox, &write.key)?.as_ref().map(|found| &found.record))?
            } else {
                kind(&write.key, write.record.as_ref())?
            };
            open.take(&write.key, kind);
        }
        Ok(())
    }

    /// How many are due, now or later, and how many are dead.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let open = unpoison(self.0.read());
        (open.rows.len() - open.dead, open.dead)
    }
}

impl Open {
    fn take(&mut self, key: &str, kind: Option<Kind>) {
        let before = match kind {
            Some(kind) => self.rows.insert(key.to_owned(), kind),
            None => self.rows.remove(key),
        };
        self.dead += usize::from(kind == Some(Kind::Dead));
        self.dead -= usize::from(before == Some(Kind::Dead));
    }
}

fn kind(key: &str, record: Option<&Record>) -> Result<Option<Kind>, StoreError> {
    let Some(record) = record else { return Ok(None) };
    Ok(match decode::<Row>(Table::Outbox, key, record)?.state {
        EffectState::Due { .. } => Some(Kind::Due),
        EffectState::Dead { .. } => Some(Kind::Dead),
        EffectState::Done { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gehoor_store::{Commit, MemoryStore};
    use jiff::Timestamp;
    use serde_json::json;

    async fn write(store: &MemoryStore, key: &str, state: serde_json::Value) -> (Seq, Vec<Write>) {
        let mut commit = Commit::new(Timestamp::UNIX_EPOCH);
        commit.put(Table::Outbox, key, &json!({ "state": state })).unwrap();
        let writes = commit.writes.clone();
        (store.commit(commit).await.unwrap(), writes)
    }

    #[tokio::test]
    async fn what_waits_and_what_is_dead_is_counted_whatever_the_order_in_which_commits_are_told() {
        let store = MemoryStore::new();
        let state = |state: EffectState| serde_json::to_value(state).unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let due = || state(EffectState::Due { at });
        let dead = || state(EffectState::Dead { at });
        let done = || state(EffectState::Done { at });
        let book = OutboxBook::load(&store).unwrap();
        let mut told = Vec::new();
        for (key, state) in [("a", due()), ("b", due()), ("c", due()), ("a", dead()), ("b", done())] {
            told.push(write(&store, key, state).await);
        }
        // The last two first.
        for index in [3, 4, 0, 1, 2] {
            let (seq, writes) = &told[index];
            book.apply(&store, *seq, writes).unwrap();
        }
        assert_eq!(book.counts(), (1, 1));
        assert_eq!(OutboxBook::load(&store).unwrap().counts(), (1, 1));
        let (seq, writes) = write(&store, "a", due()).await;
        book.apply(&store, seq, &writes).unwrap();
        assert_eq!(book.counts(), (2, 0));
    }

    #[tokio::test]
    async fn an_outbox_longer_than_one_read_is_counted_whole() {
        let store = MemoryStore::new();
        let mut commit = Commit::new(Timestamp::UNIX_EPOCH);
        let due = EffectState::Due { at: Timestamp::UNIX_EPOCH };
        for n in 0..CHUNK * 2 + 7 {
            commit.put(Table::Outbox, format!("e{n:06}"), &json!({ "state": due })).unwrap();
        }
        store.commit(commit).await.unwrap();
        assert_eq!(OutboxBook::load(&store).unwrap().counts(), (CHUNK * 2 + 7, 0));
    }
}
