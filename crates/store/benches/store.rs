//! How many commits a second, alone and together, and how quickly a view is made again.
//!
//! In the folder for temporary files, which has to lie on a disk: `TMPDIR` chooses another one.

#![expect(clippy::unwrap_used, missing_docs, reason = "a bench stops at the first error")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use gehoor_store::{Commit, FileStore, Options, Store, Table};
use jiff::Timestamp;
use serde_json::json;
use tokio::runtime::Runtime;

/// A commit as `assess` makes it: an assessment, a case, its due time, the way back, and the offset.
fn small(number: u64) -> Commit {
    let mut commit = Commit::new(Timestamp::UNIX_EPOCH);
    let words = "de bank die ik drie weken geleden kocht zakt al door, en niemand belt terug ".repeat(4);
    let case = format!("{}", number % 5000);
    commit
        .put(Table::Assessment, format!("m{number}"), &json!({"p": [0.1, 0.2, 0.7], "reason": words}))
        .unwrap();
    commit.put(Table::Case, &case, &json!({"state": "open", "title": words, "mentions": number})).unwrap();
    commit.put(Table::CaseDue, format!("2026-11-28T09:00:00Z/{case}"), &1).unwrap();
    commit.put(Table::CaseOfMention, format!("m{number}"), &case).unwrap();
    commit
}

/// A page of a source as `ingest` commits it: 50 mentions and a cursor.
fn page(number: u64) -> Commit {
    let mut commit = Commit::new(Timestamp::UNIX_EPOCH);
    let words = "de bank die ik drie weken geleden kocht zakt al door, en niemand belt terug ".repeat(12);
    for item in 0..50 {
        let key = format!("m{number}-{item}");
        commit
            .put(Table::Mention, key, &json!({"text": words, "author": "a", "stars": 1, "item": item}))
            .unwrap();
    }
    commit.put(Table::Source, "reviews", &json!({"cursor": number})).unwrap();
    commit
}

fn commit_together(runtime: &Runtime, store: &Arc<FileStore>, callers: u64, make: fn(u64) -> Commit) {
    let start = store.head();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let store = store.clone();
            runtime.spawn(async move { store.commit(make(start + caller)).await.unwrap() })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}

fn commits(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("commit");
    for (name, callers, items, make) in [
        ("1 caller", 1, 1, small as fn(u64) -> Commit),
        ("64 callers", 64, 64, small),
        ("1 caller, 50 mentions", 1, 50, page),
        ("8 callers, 50 mentions", 8, 400, page),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(FileStore::open(dir.path(), &Options::default()).unwrap().0);
        group.throughput(Throughput::Elements(items));
        group.bench_function(name, |bencher| {
            bencher.iter(|| commit_together(&runtime, &store, callers, make))
        });
    }
    group.finish();
}

fn made(dir: &Path, entries: u64) {
    let runtime = Runtime::new().unwrap();
    let store = Arc::new(FileStore::open(dir, &Options::default()).unwrap().0);
    for _ in 0..entries / 500 {
        commit_together(&runtime, &store, 500, small);
    }
}

fn replay(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let entries = 20_000;
    made(dir.path(), entries);
    let mut group = criterion.benchmark_group("replay");
    group.sample_size(10).throughput(Throughput::Elements(entries));
    group.bench_function("view from the journal", |bencher| {
        bencher.iter_batched(
            || fs::remove_dir_all(dir.path().join("view")).unwrap(),
            |()| black_box(FileStore::open(dir.path(), &Options::default()).unwrap()),
            BatchSize::PerIteration,
        );
    });
    let store = FileStore::open(dir.path(), &Options::default()).unwrap().0;
    group.bench_function("follow from the files", |bencher| {
        bencher.iter(|| {
            let mut after = 0;
            while after < entries {
                after = store.follow(after, 100).unwrap().last().unwrap().seq;
            }
        });
    });
    group.finish();
}

criterion_group!(benches, commits, replay);
criterion_main!(benches);
