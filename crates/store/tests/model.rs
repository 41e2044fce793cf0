//! Random commits, reads, restarts and losses of the view, against a map.
#![cfg(test)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use common::{at, everything, journal, open, small};
use gehoor_store::maintain::{self, ViewState};
use gehoor_store::{Commit, CommitError, Seq, Store, Table, Write};
use proptest::prelude::*;

/// What can happen.
#[derive(Debug, Clone)]
enum Step {
    /// One commit: writes (key, value or deletion) and a version that is expected of a key.
    Commit {
        writes: Vec<(u8, Option<u16>)>,
        expect: Option<(u8, Version)>,
    },
    /// Several commits at once, each writing its own key and expecting the last version of a common one.
    Together(u8),
    Reopen,
    LoseView,
    LoseSnapshots,
    Snapshot,
}

#[derive(Debug, Clone, Copy)]
enum Version {
    Right,
    Absent,
    Wrong,
}

fn step() -> impl Strategy<Value = Step> {
    let version =
        prop_oneof![3 => Just(Version::Right), 1 => Just(Version::Absent), 1 => Just(Version::Wrong)];
    let writes = prop::collection::vec((0..6_u8, prop::option::weighted(0.8, any::<u16>())), 0..4);
    prop_oneof![
        12 => (writes, prop::option::of((0..6_u8, version))).prop_map(|(writes, expect)| Step::Commit { writes, expect }),
        2 => (1..6_u8).prop_map(Step::Together),
        1 => Just(Step::Reopen),
        1 => Just(Step::LoseView),
        1 => Just(Step::LoseSnapshots),
        1 => Just(Step::Snapshot),
    ]
}

/// Key 5 is in another table.
fn place(key: u8) -> (Table, String) {
    (if key == 5 { Table::Case } else { Table::Setting }, format!("key {key}"))
}

type Model = BTreeMap<(Table, String), (Seq, String)>;

fn expected(model: &Model) -> Vec<String> {
    model.iter().map(|((table, key), (version, text))| format!("{table} {key} {version} {text}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_a_map_does(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mut store = Arc::new(open(dir.path(), &small()).0);
        let mut model = Model::new();
        let mut entries: Vec<String> = Vec::new();
        for step in steps {
            match step {
                Step::Commit { writes, expect } => {
                    let mut commit = Commit::new(at());
                    let mut holds = true;
                    if let Some((key, version)) = expect {
                        let (table, key) = place(key);
                        let real = model.get(&(table, key.clone())).map(|(version, _)| *version);
                        let version = match version {
                            Version::Right => real,
                            Version::Absent => None,
                            Version::Wrong => Some(1_000_000),
                        };
                        holds = version == real;
                        commit.expect_version(table, key, version);
                    }
                    for (key, value) in &writes {
                        let (table, key) = place(*key);
                        commit.writes.push(match value {
                            Some(value) => Write::put(table, key, value).unwrap(),
                            None => Write::delete(table, key),
                        });
                    }
                    let seq = entries.len() as Seq + 1;
                    match runtime.block_on(store.commit(commit)) {
                        Ok(given) => {
                            prop_assert!(holds);
                            prop_assert_eq!(given, seq);
                            for (key, value) in writes {
                                match value {
                                    Some(value) => model.insert(place(key), (seq, value.to_string())),
                                    None => model.remove(&place(key)),
                                };
                            }
                            entries.push(String::new());
                        }
                        Err(error) => {
                            let conflict = matches!(error, CommitError::Conflict { .. });
                            prop_assert!(conflict && !holds, "{}", error);
                        }
                    }
                }
                Step::Together(count) => {
                    let version = model.get(&place(0)).map(|(version, _)| *version);
                    let answers = runtime.block_on(async {
                        let commits = (0..count).map(|number| {
                            let mut commit = Commit::new(at());
                            commit.expect_version(Table::Setting, "key 0", version);
                            commit.put(Table::Setting, "key 0", &number).unwrap();
                            let store = store.clone();
                            tokio::spawn(async move { store.commit(commit).await.is_ok() })
                        });
                        let mut answers = Vec::new();
                        for commit in commits.collect::<Vec<_>>() {
                            answers.push(commit.await.unwrap());
                        }
                        answers
                    });
                    prop_assert_eq!(answers.iter().filter(|won| **won).count(), 1);
                    let winner = answers.iter().position(|won| *won).unwrap();
                    entries.push(String::new());
                    model.insert(place(0), (entries.len() as Seq, winner.to_string()));
                }
                Step::Snapshot => store.snapshot_now().unwrap(),
                Step::Reopen | Step::LoseView | Step::LoseSnapshots => {
                    store.close().unwrap();
                    drop(store);
                    let lost = match step {
                        Step::LoseView => Some("view"),
                        Step::LoseSnapshots => Some("snapshots"),
                        _ => None,
                    };
                    if let Some(lost) = lost {
                        fs::remove_dir_all(dir.path().join(lost)).unwrap();
                    }
                    let (again, opened) = open(dir.path(), &small());
                    store = Arc::new(again);
                    prop_assert_eq!(opened.cut_tail, None);
                    prop_assert_eq!(opened.rebuilt.is_some(), lost == Some("view") && !entries.is_empty());
                }
            }
            prop_assert_eq!(store.head(), entries.len() as Seq);
            prop_assert_eq!(everything(&*store), expected(&model));
        }
        let all = journal(&*store);
        prop_assert_eq!(all.len(), entries.len());
        store.close().unwrap();
        let report = maintain::verify(dir.path(), &mut |_, _| {}).unwrap();
        prop_assert!(report.is_good(), "{:?}", report);
        prop_assert_eq!(report.view, ViewState::Equal);
        // VI-1: a view that is made again from the journal alone is the one that was kept
        fs::remove_dir_all(dir.path().join("view")).unwrap();
        fs::remove_dir_all(dir.path().join("snapshots")).unwrap();
        let (store, _) = open(dir.path(), &small());
        prop_assert_eq!(everything(&store), expected(&model));
        prop_assert_eq!(journal(&store), all);
    }
}
