//! A disk that is full or fails: commits get errors, nothing acknowledged is lost, and work goes on when it can.
#![cfg(test)]

mod common;

use std::sync::atomic::Ordering;

use common::{at, everything, fill, journal, open, put, small};
use gehoor_store::maintain;
use gehoor_store::{Commit, CommitError, Options, Store, StoreError, Table};
use proptest::prelude::*;
use serde_json::json;

async fn try_put(store: &dyn Store, key: &str) -> Result<u64, CommitError> {
    let mut commit = Commit::new(at());
    commit.put(Table::Setting, key, &json!({ "key": key })).unwrap();
    store.commit(commit).await
}

fn is_io(error: &CommitError) -> bool {
    matches!(error, CommitError::Store(StoreError::Io { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(room in 0..900_u64) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let options = small();
            let (store, _) = open(dir.path(), &options);
            fill(&store, 10).await;
            options.faults.room.store(room, Ordering::Relaxed);
            let mut taken = 10;
            for number in 0..5 {
                match try_put(&store, &format!("full {number}")).await {
                    Ok(seq) => {
                        taken += 1;
                        assert_eq!(seq, taken);
                    }
                    Err(error) => assert!(is_io(&error), "{error}"),
                }
            }
            assert_eq!(store.head(), taken);
            let before = (everything(&store), journal(&store));
            // the machine stops now, or there is room again
            let copy = dir.path().join("copy");
            maintain::backup(dir.path(), None, &copy, &mut |_, _| {}).unwrap();
            options.faults.room.store(u64::MAX, Ordering::Relaxed);
            assert_eq!(put(&store, Table::Setting, "after", json!(1)).await, taken + 1);
            store.close().unwrap();
            assert!(maintain::verify(dir.path(), &mut |_, _| {}).unwrap().is_good());
            let restored = dir.path().join("restored");
            maintain::restore(&copy, &restored, &mut |_, _| {}).unwrap();
            let (store, opened) = open(&restored, &small());
            assert_eq!(opened.cut_tail, None, "half lines were given back");
            assert_eq!((everything(&store), journal(&store)), before);
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_nothing_is_acknowledged_until_the_file_was_written_anew() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 1 << 20, ..small() };
    let (store, _) = open(dir.path(), &options);
    fill(&store, 10).await;
    let before = everything(&store);
    options.faults.sync_fails.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        let error = try_put(&store, "lost").await.unwrap_err();
        assert!(is_io(&error), "{error}");
    }
    assert_eq!(store.head(), 10);
    assert_eq!(everything(&store), before);
    assert_eq!(journal(&store).len(), 10, "what is there can still be read");
    options.faults.sync_fails.store(false, Ordering::Relaxed);
    assert_eq!(try_put(&store, "kept").await.unwrap(), 11);
    fill(&store, 10).await;
    store.close().unwrap();
    let report = maintain::verify(dir.path(), &mut |_, _| {}).unwrap();
    assert!(report.is_good(), "{report:?}");
    let (store, opened) = open(dir.path(), &options);
    assert_eq!((opened.rebuilt, opened.cut_tail), (None, None));
    assert_eq!(journal(&store).len(), 21);
    assert!(store.get(Table::Setting, "lost").unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_fails_while_running_is_made_again_without_losing_the_commit() {
    let dir = tempfile::tempdir().unwrap();
    let options = small();
    let (store, _) = open(dir.path(), &options);
    fill(&store, 30).await;
    for number in 0..3 {
        options.faults.view_fails.store(true, Ordering::Relaxed);
        let key = format!("k{number}");
        let seq = try_put(&store, &key).await.unwrap();
        assert_eq!(store.get(Table::Setting, &key).unwrap().unwrap().version, seq);
    }
    let before = everything(&store);
    assert_eq!(before.len(), 10);
    store.close().unwrap();
    assert!(dir.path().join("view.broken-3").exists());
    assert!(maintain::verify(dir.path(), &mut |_, _| {}).unwrap().is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_takes_nothing_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path(), &small());
    fill(&store, 3).await;
    store.close().unwrap();
    store.close().unwrap();
    let error = try_put(&store, "x").await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Stopped(_))), "{error}");
    assert!(matches!(store.get(Table::Setting, "x"), Err(StoreError::Stopped(_))));
    assert_eq!(store.head(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_wait_while_it_closes_are_all_answered() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { queue: 4, ..small() };
    let (store, _) = open(dir.path(), &options);
    let store = std::sync::Arc::new(store);
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { try_put(&*store, &format!("k{number}")).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().unwrap();
    let mut taken = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => taken += 1,
            Err(error) => assert!(matches!(error, CommitError::Store(StoreError::Stopped(_))), "{error}"),
        }
    }
    drop(store);
    let (store, _) = open(dir.path(), &small());
    assert_eq!(store.head(), taken);
    assert_eq!(everything(&store).len() as u64, taken);
}
