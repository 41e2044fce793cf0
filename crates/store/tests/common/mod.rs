//! What the tests of the store share.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod crash;

use std::path::Path;

use gehoor_store::{Commit, FileStore, Opened, Options, Seq, Store, Table};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A fixed time.
pub(crate) fn at() -> Timestamp {
    "2026-11-28T09:00:00Z".parse().unwrap()
}

/// Small files and frequent snapshots, so that tests reach all paths.
pub(crate) fn small() -> Options {
    Options {
        segment_bytes: 2_000,
        snapshot_every: 20,
        tail_entries: 5,
        view_cache_bytes: 1 << 20,
        ..Options::default()
    }
}

/// Opens a store that has to open.
pub(crate) fn open(dir: &Path, options: &Options) -> (FileStore, Opened) {
    FileStore::open(dir, options).unwrap()
}

/// Writes one record.
pub(crate) async fn put(store: &dyn Store, table: Table, key: &str, value: Value) -> Seq {
    let mut commit = Commit::new(at());
    commit.put(table, key, &value).unwrap();
    store.commit(commit).await.unwrap()
}

/// Writes `count` numbered settings and as many mentions.
pub(crate) async fn fill(store: &dyn Store, count: u64) {
    for _ in 0..count {
        let number = store.head() + 1;
        let mut commit = Commit::new(at());
        commit.put(Table::Setting, format!("key {}", number % 7), &json!({ "number": number })).unwrap();
        commit
            .put(
                Table::Mention,
                format!("m{number}"),
                &json!({ "text": "de bank is stuk", "number": number }),
            )
            .unwrap();
        assert_eq!(store.commit(commit).await.unwrap(), number);
    }
}

/// All of the view as text.
pub(crate) fn everything(store: &dyn Store) -> Vec<String> {
    let mut all = Vec::new();
    for table in Table::ALL {
        for (key, found) in store.scan(*table, "", None, usize::MAX).unwrap() {
            all.push(format!("{table} {key} {} {}", found.version, found.record.get()));
        }
    }
    all
}

/// All of the journal as text.
pub(crate) fn journal(store: &dyn Store) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let entries = store.follow(all.len() as Seq, 7).unwrap();
        if entries.is_empty() {
            return all;
        }
        all.extend(entries.iter().map(|entry| serde_json::to_string(entry.as_ref()).unwrap()));
    }
}
