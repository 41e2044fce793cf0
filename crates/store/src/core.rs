//! What all stores have in common: a group of commits goes through here, one group at a time.
//!
//! Order of a group: check what is expected (with the effects of the commits before it in the group), append to the
//! journal (this makes it count), change the view, publish, answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use crate::commit::{Commit, CommitError, Entry, Record, Seq, StoreError, Versioned, Write};
use crate::journal::Journal;
use crate::table::Table;
use crate::tail::Tail;
use crate::view::View;

/// A view as the store holds it.
pub(crate) type AnyView = Box<dyn View>;

/// Journal, view and the newest entries.
pub(crate) struct Core {
    pub(crate) journal: Arc<dyn Journal>,
    /// None while it could not be made again, or after closing. Changes take the lock alone, so that no reader sees
    /// half a group.
    view: RwLock<Option<AnyView>>,
    /// Whether a read found damage in the view.
    suspect: AtomicBool,
    tail: Tail,
    head: watch::Sender<Seq>,
}

/// The outcome for each commit of a group, in order.
pub(crate) type Answers = Vec<Result<Seq, CommitError>>;

/// How a view is made again when it failed.
pub(crate) type Rebuild<'a> = &'a dyn Fn(&StoreError) -> Result<AnyView, StoreError>;

impl Core {
    pub(crate) fn new(journal: Arc<dyn Journal>, view: AnyView, tail: Tail) -> Self {
        let head = watch::Sender::new(journal.head().seq);
        Self { journal, view: RwLock::new(Some(view)), suspect: AtomicBool::new(false), tail, head }
    }

    pub(crate) fn get(&self, table: Table, key: &str) -> Result<Option<Versioned>, StoreError> {
        self.with_view(|view| view.get(table, key))
    }

    pub(crate) fn scan(
        &self,
        table: Table,
        from: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Versioned)>, StoreError> {
        self.with_view(|view| view.scan(table, from, until, limit))
    }

    pub(crate) fn follow(&self, after: Seq, limit: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        if after >= self.head() {
            return Ok(Vec::new());
        }
        match self.tail.read(after, limit) {
            Some(entries) => Ok(entries),
            None => self.journal.read(after, limit),
        }
    }

    pub(crate) fn head(&self) -> Seq {
        *self.head.borrow()
    }

    pub(crate) async fn wait_beyond(&self, after: Seq) {
        // the sender lives as long as this, so waiting cannot fail
        let _ = self.head.subscribe().wait_for(|head| *head > after).await;
    }

    /// Takes the view away; readers get an error from then on.
    pub(crate) fn take_view(&self) -> Option<AnyView> {
        self.view.write().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn with_view<T>(&self, read: impl FnOnce(&dyn View) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let guard = self.view.read().unwrap_or_else(PoisonError::into_inner);
        let found = read(guard.as_deref().ok_or_else(no_view)?);
        if matches!(found, Err(StoreError::Damaged { .. })) {
            self.suspect.store(true, Ordering::Relaxed);
        }
        found
    }

    /// Whether the view is there and can be read.
    fn view_works(&self) -> Result<(), StoreError> {
        if self.suspect.swap(false, Ordering::Relaxed) {
            return Err(StoreError::Damaged {
                place: "the view".into(),
                what: "a record could not be read".into(),
            });
        }
        let journal = self.journal.head();
        match self.with_view(|view| view.position())? {
            Some(position) if position == journal => Ok(()),
            _ => Err(StoreError::Damaged {
                place: "the view".into(),
                what: "it is not where the journal is".into(),
            }),
        }
    }

    /// Makes the view again if it does not work.
    pub(crate) fn heal(&self, rebuild: Rebuild<'_>) -> Result<(), StoreError> {
        let Err(why) = self.view_works() else { return Ok(()) };
        let mut guard = self.view.write().unwrap_or_else(PoisonError::into_inner);
        drop(guard.take()); // its files have to be let go first
        *guard = Some(rebuild(&why)?);
        Ok(())
    }

    /// Carries out a group of commits. Called by one thread only.
    pub(crate) fn commit(&self, group: Vec<Commit>, rebuild: Rebuild<'_>) -> Answers {
        if let Err(error) = self.heal(rebuild) {
            return group.iter().map(|_| Err(again(&error).into())).collect();
        }
        let (entries, mut answers) = self.decide(group);
        if entries.is_empty() {
            return answers;
        }
        let position = match self.journal.append(&entries) {
            Ok(position) => position,
            Err(error) => {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "commits were not taken");
                refuse(&mut answers, &error);
                return answers;
            }
        };
        if let Err(error) = self.show(&entries, position, rebuild) {
            // they count, but who reads would not see them: the caller has to learn that
            tracing::error!(%error, "the view cannot be made again; commits wait for it");
            refuse(&mut answers, &error);
        }
        for entry in entries {
            self.tail.push(entry);
        }
        self.head.send_replace(position.seq);
        answers
    }

    fn show(
        &self,
        entries: &[Arc<Entry>],
        position: crate::hash::Position,
        rebuild: Rebuild<'_>,
    ) -> Result<(), StoreError> {
        let entries: Vec<&Entry> = entries.iter().map(Arc::as_ref).collect();
        let mut guard = self.view.write().unwrap_or_else(PoisonError::into_inner);
        let applied = guard.as_deref().ok_or_else(no_view).and_then(|view| view.apply(&entries, position));
        if let Err(why) = applied {
            drop(guard.take());
            *guard = Some(rebuild(&why)?);
        }
        Ok(())
    }

    /// Numbers the commits whose expectations hold.
    fn decide(&self, group: Vec<Commit>) -> (Vec<Arc<Entry>>, Answers) {
        let mut seq = self.journal.head().seq;
        let mut entries = Vec::with_capacity(group.len());
        let mut answers = Vec::with_capacity(group.len());
        // what the commits before in this group did to the versions
        let mut changed: HashMap<(Table, String), Option<Seq>> = HashMap::new();
        for mut commit in group {
            if let Err(refused) = self.check(&commit, &changed) {
                answers.push(Err(refused));
                continue;
            }
            seq += 1;
            for write in &mut commit.writes {
                tidy(write);
                if write.table.in_view() {
                    let version = write.record.is_some().then_some(seq);
                    changed.insert((write.table, write.key.clone()), version);
                }
            }
            entries.push(Arc::new(Entry { seq, at: commit.at, writes: commit.writes }));
            answers.push(Ok(seq));
        }
        (entries, answers)
    }

    fn check(
        &self,
        commit: &Commit,
        changed: &HashMap<(Table, String), Option<Seq>>,
    ) -> Result<(), CommitError> {
        for expect in &commit.expect {
            if !expect.table.in_view() {
                return Err(CommitError::NotInView(expect.table));
            }
            let place = (expect.table, expect.key.clone());
            let version = match changed.get(&place) {
                Some(version) => *version,
                None => self.get(expect.table, &expect.key)?.map(|found| found.version),
            };
            if version != expect.version {
                return Err(CommitError::Conflict { table: expect.table, key: expect.key.clone() });
            }
        }
        Ok(())
    }
}

/// Makes a record one line, so that an entry is one line. Line ends can only stand between the parts of a JSON text:
/// inside of strings they are escaped. A record that is `null` is a deletion: the journal writes both the same.
fn tidy(write: &mut Write) {
    write.record = write.record.take().and_then(one_line);
}

/// A record as one line; none for `null`.
pub(crate) fn one_line(record: Record) -> Option<Record> {
    if record.get() == "null" {
        return None;
    }
    if !record.get().contains(['\n', '\r']) {
        return Some(record);
    }
    // it was a JSON text and stays one
    serde_json::value::RawValue::from_string(record.get().replace(['\n', '\r'], " ")).ok()
}

fn refuse(answers: &mut Answers, error: &StoreError) {
    for answer in answers.iter_mut().filter(|answer| answer.is_ok()) {
        *answer = Err(again(error).into());
    }
}

fn no_view() -> StoreError {
    StoreError::Stopped("it has no view; see the first error in the log".into())
}

/// The same error once more: io errors cannot be cloned.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Io { doing, source } => StoreError::Io {
            doing: doing.clone(),
            source: std::io::Error::new(source.kind(), source.to_string()),
        },
        StoreError::Damaged { place, what } => {
            StoreError::Damaged { place: place.clone(), what: what.clone() }
        }
        StoreError::InUse(dir) => StoreError::InUse(dir.clone()),
        StoreError::Stopped(why) => StoreError::Stopped(why.clone()),
    }
}
