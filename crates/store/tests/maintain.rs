//! Backup, restore and erasing.
#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use common::{everything, fill, journal, open, put, small};
use gehoor_store::maintain::{self, Erase, ViewState};
use gehoor_store::{Options, Store, StoreError, Table, Write};
use serde_json::json;

/// Everything under a folder, unpacked.
fn all_bytes(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for item in fs::read_dir(dir).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            all.extend(all_bytes(&path));
        } else if path.extension().is_some_and(|ext| ext == "zst") {
            all.extend(zstd::stream::decode_all(fs::File::open(&path).unwrap()).unwrap());
        } else {
            all.extend(fs::read(&path).unwrap());
        }
    }
    all
}

fn holds(dir: &Path, text: &str) -> bool {
    all_bytes(dir).windows(text.len()).any(|window| window == text.as_bytes())
}

fn wait_until_packed(dir: &Path) {
    let plain = || {
        let names = fs::read_dir(dir.join("journal")).unwrap().map(|item| item.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().ends_with(".jsonl")).count()
    };
    for _ in 0..500 {
        if plain() == 1 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("closed files were not compressed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_store_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (data, copy, back) = (dir.path().join("data"), dir.path().join("copy"), dir.path().join("back"));
    let (store, _) = open(&data, &small());
    fill(&store, 30).await;
    wait_until_packed(&data);
    let state = (everything(&store), journal(&store));
    let mut calls = Vec::new();
    let manifest = store.backup(&copy, &mut |done, total| calls.push((done, total))).unwrap();
    assert_eq!(manifest.head, store.position());
    assert!(
        calls.windows(2).all(|pair| pair[0].0 <= pair[1].0)
            && calls.last().is_some_and(|(done, all)| done == all)
    );
    fill(&store, 30).await; // it goes on
    let report = maintain::restore(&copy, &back, &mut |_, _| {}).unwrap();
    assert_eq!((report.entries, report.view), (30, ViewState::Missing));
    let (restored, opened) = open(&back, &small());
    assert_eq!(opened.head, 30);
    assert_eq!((everything(&restored), journal(&restored)), state);
    fill(&restored, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_while_writing_are_all_good() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (store, _) = open(&data, &small());
    let store = std::sync::Arc::new(store);
    let writing = tokio::spawn({
        let store = store.clone();
        async move { fill(&*store, 400).await }
    });
    let mut number = 0;
    while !writing.is_finished() {
        let (copy, back) =
            (dir.path().join(format!("copy {number}")), dir.path().join(format!("back {number}")));
        let before = store.head();
        // alternately by the program that runs, and by another one
        let manifest = if number % 2 == 0 {
            store.backup(&copy, &mut |_, _| {}).unwrap()
        } else {
            maintain::backup(&data, None, &copy, &mut |_, _| {}).unwrap()
        };
        assert!(manifest.head.seq >= before);
        assert_eq!(maintain::restore(&copy, &back, &mut |_, _| {}).unwrap().head, manifest.head);
        let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
        assert!(report.is_good(), "while it runs: {report:?}");
        number += 1;
    }
    writing.await.unwrap();
    assert!(number > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (data, copy, back) = (dir.path().join("data"), dir.path().join("copy"), dir.path().join("back"));
    let (store, _) = open(&data, &small());
    fill(&store, 30).await;
    store.backup(&copy, &mut |_, _| {}).unwrap();
    let restore = || maintain::restore(&copy, &back, &mut |_, _| {}).map(|report| report.head);
    let files: Vec<_> =
        fs::read_dir(copy.join("journal")).unwrap().map(|item| item.unwrap().path()).collect();
    assert!(files.len() > 3);
    for file in files {
        let good = fs::read(&file).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 4;
        fs::write(&file, &bad).unwrap();
        let error = restore().unwrap_err().to_string();
        assert!(error.contains(file.file_name().unwrap().to_str().unwrap()), "{error}");
        fs::remove_file(&file).unwrap();
        restore().unwrap_err();
        assert!(!back.exists());
        fs::write(&file, &good).unwrap();
    }
    let manifest = fs::read_to_string(copy.join("backup.json")).unwrap();
    fs::write(copy.join("backup.json"), manifest.replacen("journal/", "../../", 1)).unwrap();
    assert!(restore().unwrap_err().to_string().contains("manifest names a file"));
    fs::remove_file(copy.join("backup.json")).unwrap();
    restore().unwrap_err();
    fs::write(copy.join("backup.json"), manifest).unwrap();
    fs::create_dir(&back).unwrap();
    restore().unwrap();
    let error = restore().unwrap_err().to_string();
    assert!(error.contains("cannot use"), "a folder with something in it is refused: {error}");
    assert!(store.backup(&copy, &mut |_, _| {}).is_err(), "the same for the target of a backup");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_nothing_is_a_backup() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(&dir.path().join("data"), &small());
    store.backup(&dir.path().join("copy"), &mut |_, _| {}).unwrap();
    let report =
        maintain::restore(&dir.path().join("copy"), &dir.path().join("back"), &mut |_, _| {}).unwrap();
    assert_eq!(report.head.seq, 0);
}

/// One commit with three records of which one is about a person.
async fn about_a_person(store: &dyn Store) {
    let mut commit = gehoor_store::Commit::new(common::at());
    commit.put(Table::Mention, "m-anna", &json!({"text": "het tafelblad van Anna Vis"})).unwrap();
    commit.put(Table::Mention, "m-other", &json!({"text": "een andere klacht"})).unwrap();
    commit.put(Table::Case, "7", &json!({"author": "Anna Vis", "state": "open"})).unwrap();
    commit.put(Table::CaseOfAuthor, "Anna Vis/7", &json!(1)).unwrap();
    store.commit(commit).await.unwrap();
}

fn without_anna(write: &Write) -> Erase {
    let in_record = write.record.as_ref().is_some_and(|record| record.get().contains("Anna"));
    match write.table {
        Table::Case if in_record => Erase::Replace(
            serde_json::value::to_raw_value(&json!({"author": null, "state": "open"})).unwrap(),
        ),
        _ if write.key.contains("Anna") => Erase::RecordAndKey,
        _ if in_record => Erase::Record,
        _ => Erase::Keep,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_gone_and_the_rest_is_still_proven() {
    for segment_bytes in [1_500, 1 << 20] {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let options = Options { segment_bytes, ..small() };
        let (store, _) = open(&data, &options);
        fill(&store, 5).await;
        about_a_person(&store).await;
        fill(&store, 30).await;
        if segment_bytes == 1_500 {
            wait_until_packed(&data);
        }
        store.snapshot_now().unwrap();
        let (position, entries) = (store.position(), journal(&store));
        assert!(matches!(maintain::erase(&data, &without_anna, &mut |_, _| {}), Err(StoreError::InUse(_))));
        store.close().unwrap();
        assert!(holds(&data, "Anna"));
        let erased = maintain::erase(&data, &without_anna, &mut |_, _| {}).unwrap();
        assert_eq!((erased.writes, erased.segments), (3, 1));
        assert!(!holds(&data, "Anna"));
        let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
        assert!(report.is_good(), "{report:?}");
        assert_eq!((report.erased, report.head), (3, position), "the chain is the same");
        let (store, opened) = open(&data, &options);
        assert!(opened.rebuilt.is_some());
        assert_eq!(store.position(), position);
        let now = journal(&store);
        for (number, (before, after)) in entries.iter().zip(&now).enumerate() {
            assert_eq!(before == after, number != 5, "entry {}", number + 1);
        }
        assert!(now[5].contains("een andere klacht"));
        let case = store.get(Table::Case, "7").unwrap().unwrap();
        assert_eq!((case.record.get(), case.version), (r#"{"author":null,"state":"open"}"#, 6));
        assert!(store.scan(Table::CaseOfAuthor, "", None, 9).unwrap().is_empty());
        put(&store, Table::Case, "7", json!({"state": "closed"})).await;
        store.close().unwrap();
        let again = maintain::erase(&data, &without_anna, &mut |_, _| {}).unwrap();
        assert_eq!(again.writes, 0, "there is nothing left to erase");
        assert_eq!(
            maintain::verify(&data, &mut |_, _| {}).unwrap().view,
            ViewState::Equal,
            "the view was left alone"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_not_what_the_journal_says_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (data, other) = (dir.path().join("data"), dir.path().join("other"));
    let (store, _) = open(&data, &small());
    fill(&store, 10).await;
    let (different, _) = open(&other, &small());
    about_a_person(&different).await;
    fill(&different, 9).await;
    different.snapshot_now().unwrap();
    store.snapshot_now().unwrap();
    let name = "snapshots/0000000000000010.jsonl.zst";
    assert_eq!(maintain::verify(&data, &mut |_, _| {}).unwrap().snapshots, [10]);
    fs::copy(other.join(name), data.join(name)).unwrap();
    let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
    assert_eq!(report.problems[0].place, name);
}
