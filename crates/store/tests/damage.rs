//! Torn ends are cut, damage is found and named, and a broken view is made again.
#![cfg(test)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{everything, fill, journal, open, small};
use gehoor_store::maintain::{self, ViewState};
use gehoor_store::{FileStore, Options, Store, StoreError};
use proptest::prelude::*;

/// One file that takes all.
fn large() -> Options {
    Options { segment_bytes: 1 << 20, snapshot_every: 1_000_000, ..small() }
}

fn fill_and_close(dir: &Path, count: u64, options: &Options) -> (Vec<String>, Vec<String>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (store, _) = open(dir, options);
    runtime.block_on(fill(&store, count));
    let all = (everything(&store), journal(&store));
    store.close().unwrap();
    all
}

fn files(dir: &Path, folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(dir.join(folder)).unwrap().map(|item| item.unwrap().path()).collect();
    files.sort();
    files
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        if item.path().is_dir() {
            copy_dir(&item.path(), &to.join(item.file_name()));
        } else {
            fs::copy(item.path(), to.join(item.file_name())).unwrap();
        }
    }
}

fn damaged(outcome: Result<(FileStore, gehoor_store::Opened), StoreError>) -> String {
    match outcome {
        Err(error @ StoreError::Damaged { .. }) => error.to_string(),
        Err(error) => panic!("{error}"),
        Ok((_, opened)) => panic!("{opened:?}"),
    }
}

#[test]
fn a_torn_tail_is_cut_at_every_byte() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fill_and_close(&data, 3, &large());
    fs::remove_dir_all(data.join("view")).unwrap(); // it was made before the crash that is played here
    let file = files(&data, "journal").pop().unwrap();
    let whole = fs::read(&file).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for length in last..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        let (store, opened) = open(&data, &large());
        assert_eq!(store.head(), 2, "cut at {length}");
        assert_eq!(opened.cut_tail.is_some(), length > last);
        if let Some(torn) = opened.cut_tail {
            assert_eq!((torn.offset, torn.bytes, torn.seq), (last as u64, (length - last) as u64, 3));
            assert_eq!(torn.file, "journal/0000000000000001.jsonl");
        }
        assert_eq!(journal(&store).len(), 2);
        drop(store);
        assert_eq!(fs::read(&file).unwrap(), &whole[..last], "the torn end is gone");
        fs::remove_dir_all(data.join("view")).unwrap();
    }
}

#[test]
fn pages_missing_in_the_last_group_are_a_torn_tail() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fill_and_close(&data, 4, &large());
    fs::remove_dir_all(data.join("view")).unwrap();
    let file = files(&data, "journal").pop().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    // the last two entries as one group, of which the first part did not reach the disk
    let lines: Vec<&str> = text.lines().collect();
    let regrouped = reseal(&lines[3].replace("\"group\":4", "\"group\":3"));
    let hole = "\0".repeat(lines[2].len());
    fs::write(&file, format!("{}\n{}\n{hole}\n{regrouped}\n", lines[0], lines[1])).unwrap();
    let (store, opened) = open(&data, &large());
    assert_eq!((store.head(), opened.cut_tail.unwrap().seq), (2, 3));
    drop(store);
    // the same hole under an entry of a later group is damage
    fs::remove_dir_all(data.join("view")).unwrap();
    fs::write(&file, format!("{}\n{}\n{hole}\n{}\n", lines[0], lines[1], lines[3])).unwrap();
    let error = damaged(FileStore::open(&data, &large()));
    assert!(error.contains("entry 3"), "{error}");
}

/// Puts the right checksum on a line.
fn reseal(line: &str) -> String {
    let body = &line[..line.len() - 18];
    format!("{body},\"crc\":\"{:08x}\"}}", crc32fast::hash(body.as_bytes()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_bit_in_the_open_file_is_found(place in 0.0..1.0_f64, bit in 0..8_u8) {
        static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let file = data.join("journal/0000000000000001.jsonl");
        let mut bytes = GOOD.get_or_init(|| {
            fill_and_close(&data, 5, &large());
            fs::read(&file).unwrap()
        }).clone();
        let at = (place * bytes.len() as f64) as usize;
        bytes[at] ^= 1 << bit;
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &bytes).unwrap();
        let entry = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
        prop_assert!(!report.is_good());
        let problem = &report.problems[0].place;
        prop_assert!(problem.contains(&format!("entry {entry},")), "{} is not at {}", problem, entry);
        let error = damaged(FileStore::open(&data, &large()));
        prop_assert!(error.contains("journal/0000000000000001.jsonl"), "{}", error);
        prop_assert!(error.contains(&format!("entry {entry},")), "{}", error);
        prop_assert!(!error.contains("bank"), "errors do not tell what people wrote");
    }
}

#[test]
fn a_flipped_bit_in_a_closed_file_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fill_and_close(&data, 40, &small());
    let (store, _) = open(&data, &small());
    let mut closed = files(&data, "journal");
    closed.pop();
    let file = &closed[2];
    let name = file.file_name().unwrap().to_str().unwrap();
    let first: u64 = name.strip_suffix(".jsonl.zst").unwrap().parse().unwrap();
    assert_eq!(store.follow(first - 1, 1).unwrap().len(), 1);
    let good = fs::read(file).unwrap();
    // every bit of the beginning and the end, and some in between
    for bit in
        (0..200).chain((200..good.len() * 8 - 200).step_by(31)).chain(good.len() * 8 - 200..good.len() * 8)
    {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        fs::write(file, &bad).unwrap();
        // it runs on, because that file is needed for nothing else, but nobody is given what is damaged
        let error = store.follow(first + 1, 1).unwrap_err().to_string();
        assert!(error.contains(name), "bit {bit}: {error}");
        if bit % 40 == 0 {
            let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
            assert!(report.problems[0].place.contains(name), "bit {bit}: {report:?}");
        }
    }
}

#[test]
fn an_entry_that_was_changed_with_a_right_checksum_breaks_the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fill_and_close(&data, 5, &large());
    let file = files(&data, "journal").pop().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let forged = reseal(&lines[2].replace("bank", "tafel"));
    assert_ne!(forged, lines[2]);
    fs::write(&file, text.replace(lines[2], &forged)).unwrap();
    let error = damaged(FileStore::open(&data, &large()));
    assert!(error.contains("entry 3") && error.contains("changed"), "{error}");
    // left out
    fs::write(&file, text.replace(&format!("{}\n", lines[2]), "")).unwrap();
    let error = damaged(FileStore::open(&data, &large()));
    assert!(error.contains("entry 3") && error.contains("missing"), "{error}");
    fs::write(&file, &text).unwrap();
    open(&data, &large());
}

#[test]
fn a_missing_file_of_the_journal_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fill_and_close(&data, 40, &small());
    let gone = files(&data, "journal").remove(2);
    fs::remove_file(&gone).unwrap();
    let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
    assert!(report.problems[0].what.contains("missing"), "{:?}", report.problems);
    let (store, _) = open(&data, &small());
    let error = (0..40).find_map(|after| store.follow(after, 1).err()).unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_view_that_does_not_open_is_put_aside_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (before, _) = fill_and_close(&data, 45, &small());
    for (name, damage) in
        [("conf", [0xff; 9000].as_slice()), ("db", &[0xff; 9000]), ("db", b"gehoor"), ("db", b"")]
    {
        fs::write(data.join("view").join(name), damage).unwrap();
        let (store, opened) = open(&data, &small());
        assert!(opened.rebuilt.is_some(), "{name} {}", damage.len());
        assert_eq!(everything(&store), before, "{name}");
        store.close().unwrap();
        let report = maintain::verify(&data, &mut |_, _| {}).unwrap();
        assert!(report.is_good(), "{report:?}");
        assert_eq!(report.view, ViewState::Equal);
    }
    let aside: Vec<PathBuf> =
        files(&data, "").into_iter().filter(|path| path.to_str().unwrap().contains("broken")).collect();
    assert_eq!(aside.len(), 1, "only the newest is kept");
}

#[test]
fn a_missing_view_is_made_again_with_and_without_snapshots() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (before, _) = fill_and_close(&data, 45, &small());
    {
        let (store, _) = open(&data, &small());
        store.snapshot_now().unwrap();
    }
    for damage in ["nothing", "newest snapshot", "all snapshots", "no snapshots"] {
        fs::remove_dir_all(data.join("view")).unwrap();
        let snapshots = files(&data, "snapshots");
        match damage {
            "newest snapshot" => fs::write(snapshots.last().unwrap(), b"x").unwrap(),
            "all snapshots" => snapshots.iter().for_each(|path| fs::write(path, b"x").unwrap()),
            "no snapshots" => snapshots.iter().for_each(|path| fs::remove_file(path).unwrap()),
            _ => assert!(!snapshots.is_empty()),
        }
        let (store, opened) = open(&data, &small());
        assert_eq!(opened.rebuilt.as_deref(), Some("there was none"));
        assert_eq!(everything(&store), before, "{damage}");
    }
}

#[test]
fn a_view_of_another_journal_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let (data, other) = (dir.path().join("data"), dir.path().join("other"));
    let (before, _) = fill_and_close(&data, 5, &small());
    for count in [3, 5, 9] {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (store, _) = open(&other, &small());
        for number in 0..count {
            let value = serde_json::json!({ "other": number });
            runtime.block_on(common::put(&store, gehoor_store::Table::Alert, "a", value));
        }
        store.close().unwrap();
        fs::remove_dir_all(data.join("view")).unwrap();
        copy_dir(&other.join("view"), &data.join("view"));
        let (store, opened) = open(&data, &small());
        assert!(opened.rebuilt.is_some(), "{count}");
        assert_eq!(everything(&store), before);
        drop(store);
        fs::remove_dir_all(&other).unwrap();
    }
}

#[test]
fn a_view_that_was_open_in_another_boot_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (before, _) = fill_and_close(&data, 5, &small());
    let mark = data.join("view.mark");
    assert_eq!(fs::read_to_string(&mark).unwrap(), "closed\n");
    let (store, opened) = open(&data, &small());
    assert_eq!(opened.rebuilt, None);
    let open_mark = fs::read_to_string(&mark).unwrap();
    drop(store);
    fs::write(&mark, &open_mark).unwrap();
    assert_eq!(open(&data, &small()).1.rebuilt, None, "killed in the same boot");
    fs::write(&mark, open_mark.replace('-', "0")).unwrap();
    let (store, opened) = open(&data, &small());
    assert!(opened.rebuilt.unwrap().contains("machine"));
    assert_eq!(everything(&store), before);
}

#[test]
fn acknowledged_entries_that_are_gone_are_no_torn_tail() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fill_and_close(&data, 5, &large());
    let file = files(&data, "journal").pop().unwrap();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 10]).unwrap();
    let error = damaged(FileStore::open(&data, &large()));
    assert!(error.contains("were acknowledged") && error.contains("remove the folder `view`"), "{error}");
    assert_eq!(fs::read(&file).unwrap().len(), whole.len() - 10, "nothing was cut");
    fs::remove_dir_all(data.join("view")).unwrap();
    assert_eq!(open(&data, &large()).1.cut_tail.unwrap().seq, 5);
}

#[test]
fn two_programs_cannot_have_the_same_folder() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path(), &small());
    let second = FileStore::open(dir.path(), &small());
    assert!(matches!(second, Err(StoreError::InUse(_))));
    store.close().unwrap();
    let error = FileStore::open(dir.path(), &small()).map(|_| ()).err();
    assert!(error.is_none(), "{error:?}");
}
