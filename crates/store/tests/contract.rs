//! What every store has to do, on each of them.
#![cfg(test)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{at, put, small};
use gehoor_store::{Commit, CommitError, MemoryStore, Record, Store, Table, Write, get_as, scan_prefix_as};
use serde_json::{Value, json};

/// Runs each rule on each store.
macro_rules! contract {
    ($($rule:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule(std::sync::Arc::new(super::MemoryStore::new())).await;
            })+
        }
        mod files {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let dir = tempfile::tempdir().unwrap();
                let (store, _) = super::common::open(dir.path(), &super::small());
                super::$rule(std::sync::Arc::new(store)).await;
            })+
        }
    };
}

contract!(
    what_is_committed_is_read,
    a_scan_is_ordered_and_bounded,
    a_commit_counts_whole_or_not_at_all,
    an_expectation_sees_the_version,
    of_many_that_expect_the_same_one_wins,
    tables_outside_the_view_are_in_the_journal_only,
    a_follower_gets_every_entry_once_and_in_order,
    waiting_ends_when_the_head_moves,
    a_record_over_several_lines_stays_one_entry,
    a_null_record_is_a_deletion,
    any_text_is_a_key,
);

fn raw(text: &str) -> Option<Record> {
    Some(Record::try_from(serde_json::value::RawValue::from_string(text.into()).unwrap()).unwrap())
}

async fn what_is_committed_is_read(store: Arc<dyn Store>) {
    assert_eq!(store.head(), 0);
    assert_eq!(get_as::<Value>(&*store, Table::Case, "7").unwrap(), None);
    assert_eq!(put(&*store, Table::Case, "7", json!({"a": 1})).await, 1);
    assert_eq!(get_as(&*store, Table::Case, "7").unwrap(), Some((json!({"a": 1}), 1)));
    assert_eq!(put(&*store, Table::Case, "7", json!({"a": 2})).await, 2);
    assert_eq!(get_as(&*store, Table::Case, "7").unwrap(), Some((json!({"a": 2}), 2)));
    assert_eq!(get_as::<Value>(&*store, Table::Alert, "7").unwrap(), None, "tables do not share keys");
    let mut commit = Commit::new(at());
    commit.delete(Table::Case, "7").delete(Table::Case, "never there");
    assert_eq!(store.commit(commit).await.unwrap(), 3);
    assert_eq!(get_as::<Value>(&*store, Table::Case, "7").unwrap(), None);
    assert_eq!(store.head(), 3);
}

async fn a_scan_is_ordered_and_bounded(store: Arc<dyn Store>) {
    for key in ["b/2", "a", "b/10", "c", "b", "b/1é"] {
        put(&*store, Table::CaseDue, key, json!(key)).await;
    }
    put(&*store, Table::Case, "b/0", json!("of another table")).await;
    put(&*store, Table::CaseEvent, "b/0", json!("of another table")).await;
    let keys = |from: &str, until: Option<&str>, limit: usize| -> Vec<String> {
        let found = store.scan(Table::CaseDue, from, until, limit).unwrap();
        found.into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(keys("", None, 99), ["a", "b", "b/10", "b/1é", "b/2", "c"]);
    assert_eq!(keys("b", Some("c"), 99), ["b", "b/10", "b/1é", "b/2"]);
    assert_eq!(keys("b", None, 2), ["b", "b/10"]);
    assert!(keys("c", Some("b"), 99).is_empty());
    assert!(keys("b", Some("b"), 99).is_empty());
    assert!(keys("", None, 0).is_empty());
    let found = scan_prefix_as::<String>(&*store, Table::CaseDue, "b/", 99).unwrap();
    assert_eq!(found.first(), Some(&("b/10".to_owned(), "b/10".to_owned(), 3)));
    assert_eq!(found.len(), 3);
}

async fn a_commit_counts_whole_or_not_at_all(store: Arc<dyn Store>) {
    put(&*store, Table::Case, "1", json!("old")).await;
    let mut commit = Commit::new(at());
    commit.expect_absent(Table::Case, "2").expect_version(Table::Case, "1", Some(99));
    commit.put(Table::Case, "1", "new").unwrap().put(Table::Case, "2", "new").unwrap();
    let refused = store.commit(commit.clone()).await.unwrap_err();
    assert!(matches!(refused, CommitError::Conflict { table: Table::Case, key } if key == "1"));
    assert_eq!(store.head(), 1);
    assert_eq!(get_as(&*store, Table::Case, "1").unwrap(), Some((json!("old"), 1)));
    commit.expect.pop();
    commit.expect_version(Table::Case, "1", Some(1));
    assert_eq!(store.commit(commit).await.unwrap(), 2);
    assert_eq!(get_as(&*store, Table::Case, "2").unwrap(), Some((json!("new"), 2)));
}

async fn an_expectation_sees_the_version(store: Arc<dyn Store>) {
    put(&*store, Table::Case, "1", json!(1)).await;
    let mut absent = Commit::new(at());
    absent.expect_absent(Table::Case, "1");
    assert!(matches!(store.commit(absent).await, Err(CommitError::Conflict { .. })));
    let mut deletes = Commit::new(at());
    deletes.delete(Table::Case, "1");
    store.commit(deletes).await.unwrap();
    let mut old = Commit::new(at());
    old.expect_version(Table::Case, "1", Some(1));
    assert!(matches!(store.commit(old).await, Err(CommitError::Conflict { .. })));
    let mut journal_only = Commit::new(at());
    journal_only.expect_absent(Table::Mention, "1");
    assert!(matches!(store.commit(journal_only).await, Err(CommitError::NotInView(Table::Mention))));
}

async fn of_many_that_expect_the_same_one_wins(store: Arc<dyn Store>) {
    for round in 0..10_u64 {
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let version = if round == 0 { None } else { Some(round) };
                    let mut commit = Commit::new(at());
                    commit.expect_version(Table::Counter, "n", version);
                    commit.put(Table::Counter, "n", &number).unwrap();
                    store.commit(commit).await
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(seq) => {
                    assert_eq!(seq, round + 1);
                    won += 1;
                }
                Err(error) => assert!(matches!(error, CommitError::Conflict { .. }), "{error}"),
            }
        }
        assert_eq!(won, 1);
    }
}

async fn tables_outside_the_view_are_in_the_journal_only(store: Arc<dyn Store>) {
    put(&*store, Table::Mention, "m1", json!({"text": "x"})).await;
    assert!(store.get(Table::Mention, "m1").unwrap().is_none());
    assert!(store.scan(Table::Mention, "", None, 9).unwrap().is_empty());
    let entries = store.follow(0, 9).unwrap();
    assert_eq!(entries[0].writes[0].key, "m1");
    assert_eq!(entries[0].writes[0].record.as_ref().unwrap().get(), r#"{"text":"x"}"#);
    assert_eq!(entries[0].at, at());
}

async fn a_follower_gets_every_entry_once_and_in_order(store: Arc<dyn Store>) {
    common::fill(&*store, 90).await;
    for limit in [1, 7, 1000] {
        let mut after = 0;
        loop {
            let entries = store.follow(after, limit).unwrap();
            assert!(entries.len() <= limit);
            for entry in &entries {
                assert_eq!(entry.seq, after + 1);
                assert_eq!(entry.writes.len(), 2);
                after += 1;
            }
            if entries.is_empty() {
                break;
            }
        }
        assert_eq!(after, 90);
    }
    assert_eq!(store.follow(50, 2).unwrap().iter().map(|entry| entry.seq).collect::<Vec<_>>(), [51, 52]);
    assert!(store.follow(90, 9).unwrap().is_empty());
    assert!(store.follow(u64::MAX, 9).unwrap().is_empty());
    assert!(store.follow(3, 0).unwrap().is_empty());
}

async fn waiting_ends_when_the_head_moves(store: Arc<dyn Store>) {
    let waiter = tokio::spawn({
        let store = store.clone();
        async move { store.wait_beyond(1).await }
    });
    put(&*store, Table::Case, "1", json!(1)).await;
    assert!(tokio::time::timeout(Duration::from_millis(20), store.wait_beyond(1)).await.is_err());
    put(&*store, Table::Case, "1", json!(2)).await;
    waiter.await.unwrap();
    store.wait_beyond(0).await;
}

async fn a_record_over_several_lines_stays_one_entry(store: Arc<dyn Store>) {
    let mut commit = Commit::new(at());
    let record = raw("{\n  \"a\": 1.50,\r\n  \"b\": \"x\\ny\"\n}");
    commit.writes.push(Write { table: Table::Setting, key: "s".into(), record });
    store.commit(commit).await.unwrap();
    common::fill(&*store, 9).await; // out of the tail in memory
    assert_eq!(get_as(&*store, Table::Setting, "s").unwrap(), Some((json!({"a": 1.5, "b": "x\ny"}), 1)));
    let entries = store.follow(0, 1).unwrap();
    let text = entries[0].writes[0].record.as_ref().unwrap().get();
    assert_eq!(text, "{   \"a\": 1.50,    \"b\": \"x\\ny\" }", "numbers keep their digits");
}

async fn a_null_record_is_a_deletion(store: Arc<dyn Store>) {
    put(&*store, Table::Setting, "s", json!(1)).await;
    put(&*store, Table::Setting, "s", Value::Null).await;
    assert!(store.get(Table::Setting, "s").unwrap().is_none());
    let mut commit = Commit::new(at());
    commit.expect_absent(Table::Setting, "s");
    store.commit(commit).await.unwrap();
}

async fn any_text_is_a_key(store: Arc<dyn Store>) {
    let keys = ["", "\0", "\u{0}\u{1}", "\"\\\n\r", "é\u{202e}🛋", "a/b c?#%", "\u{10ffff}"];
    for key in keys {
        put(&*store, Table::Setting, key, json!(key)).await;
        put(&*store, Table::Session, key, json!("other")).await;
    }
    let mut sorted = keys.map(str::to_owned).to_vec();
    sorted.sort();
    let found: Vec<String> =
        store.scan(Table::Setting, "", None, 99).unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(found, sorted);
    for key in keys {
        assert_eq!(get_as::<String>(&*store, Table::Setting, key).unwrap().unwrap().0, key);
    }
}
