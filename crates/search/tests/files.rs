//! What happens on the disk: opening again, broken and old files, and erasing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails in a helper fails its test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gehoor_domain::ids::{AuthorKey, MentionId, SourceId};
use gehoor_domain::mention::{Author, Channel, Mention, Reach};
use gehoor_domain::scope::Scope;
use gehoor_search::{Index, MentionDoc, Op, SearchError, SearchQuery};
use jiff::Timestamp;

fn doc(external_id: &str, author: &str, text: &str) -> MentionDoc {
    let source = SourceId::parse("reviews").unwrap();
    let published = Timestamp::from_second(1_770_000_000).unwrap();
    let mention = Mention {
        id: MentionId::derive(&source, external_id),
        source,
        external_id: external_id.into(),
        space: None,
        channel: Channel::Review,
        permalink: None,
        author: Author { key: AuthorKey(author.into()), name: author.into(), handle: None, url: None },
        title: None,
        text: text.into(),
        lang: Some("nl".into()),
        published,
        seen: published,
        edited: None,
        stars: None,
        thread: None,
        in_reply_to: None,
        reach: Reach::default(),
        place: None,
        own: false,
        revision: 1,
        withdrawn: None,
        repairs: Vec::new(),
    };
    MentionDoc { mention, assessment: None }
}

fn put(external_id: &str, author: &str, text: &str) -> Op {
    Op::Put(Arc::new(doc(external_id, author, text)))
}

fn total(index: &Index, text: &str) -> u64 {
    let query = SearchQuery { text: Some(text.into()), ..SearchQuery::default() };
    index.search(&Scope::All, &query).unwrap().total
}

fn files(dir: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Some commits, so that there are several segments; then closed.
fn write_some(dir: &Path) {
    let (index, opened) = Index::open(dir).unwrap();
    assert_eq!((opened.rebuilt, index.offset()), (None, 0));
    for number in 1..=3u64 {
        index.apply(&[put(&number.to_string(), "a:1", "de bank is kapot")], number * 10).unwrap();
        index.commit().unwrap();
    }
}

#[test]
fn offset_and_mentions_come_back_together() {
    let dir = tempfile::tempdir().unwrap();
    write_some(dir.path());
    let (index, opened) = Index::open(dir.path()).unwrap();
    assert_eq!((opened.rebuilt.as_deref(), index.offset(), total(&index, "bank")), (None, 30, 3));

    // applied, not committed: gone with the process, and the offset with it
    index.apply(&[put("4", "a:1", "nog een bank")], 40).unwrap();
    assert_eq!((index.offset(), total(&index, "bank")), (30, 3));
    drop(index);
    let (index, _) = Index::open(dir.path()).unwrap();
    assert_eq!((index.offset(), total(&index, "bank")), (30, 3));

    // an offset without changes is kept too, and so is it by a commit that has nothing to do
    index.apply(&[], 50).unwrap();
    assert_eq!(index.commit().unwrap(), 50);
    assert_eq!(index.commit().unwrap(), 50);
    drop(index);
    let (index, _) = Index::open(dir.path()).unwrap();
    assert_eq!((index.offset(), index.stats().unwrap().mentions), (50, 3));
    assert_eq!(index.verify().unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn after_a_failed_commit_the_index_goes_on_from_the_last_good_one() {
    let parent = tempfile::tempdir().unwrap();
    let (dir, away) = (parent.path().join("index"), parent.path().join("away"));
    write_some(&dir);
    let (index, _) = Index::open(&dir).unwrap();
    index.apply(&[put("4", "a:1", "nog een bank")], 40).unwrap();
    std::fs::rename(&dir, &away).unwrap();
    assert!(matches!(index.commit(), Err(SearchError::Write(_))));
    assert!(matches!(index.apply(&[put("5", "a:1", "bank")], 50), Err(SearchError::Write(_))));
    assert_eq!((index.offset(), total(&index, "bank")), (30, 3));
    std::fs::rename(&away, &dir).unwrap();
    index.apply(&[put("4", "a:1", "nog een bank")], 40).unwrap();
    assert_eq!((index.commit().unwrap(), total(&index, "bank")), (40, 4));
}

#[test]
fn a_second_writer_is_told_that_the_index_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let (_index, _) = Index::open(dir.path()).unwrap();
    assert!(matches!(Index::open(dir.path()), Err(SearchError::Locked { .. })));
    assert!(dir.path().exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = Index::open(&file.join("index")).err().unwrap();
    assert!(matches!(error, SearchError::Folder { .. }));
    assert!(error.to_string().contains("index"));
}

/// Damages the index in the way given, and expects a new one with the old one beside it.
fn check_rebuilt(what: &str, damage: impl Fn(&Path)) {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("index");
    write_some(&dir);
    damage(&dir);
    let (index, opened) = Index::open(&dir).unwrap();
    assert!(opened.rebuilt.is_some_and(|why| !why.is_empty()), "{what}");
    assert_eq!((index.offset(), index.stats().unwrap().mentions), (0, 0), "{what}");
    assert!(parent.path().join("index.broken").join("meta.json").exists());
}

#[test]
fn only_the_latest_broken_index_is_kept_and_the_new_one_works() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("index");
    for round in 0..2 {
        let (index, opened) = Index::open(&dir).unwrap();
        assert_eq!(opened.rebuilt.is_some(), round > 0);
        index.apply(&[put("1", "a:1", "de bank")], 10).unwrap();
        index.commit().unwrap();
        assert_eq!((total(&index, "bank"), index.offset()), (1, 10));
        drop(index);
        std::fs::write(dir.join("meta.json"), round.to_string()).unwrap();
    }
    Index::open(&dir).unwrap();
    assert_eq!(std::fs::read_to_string(parent.path().join("index.broken/meta.json")).unwrap(), "1");
    assert_eq!(files(parent.path()).len(), 2);
}

fn damage_each(dir: &Path, kind: &str, change: impl Fn(&mut Vec<u8>)) {
    for file in files(dir).into_iter().filter(|f| f.to_string_lossy().ends_with(kind)) {
        let mut bytes = std::fs::read(&file).unwrap();
        change(&mut bytes);
        std::fs::write(&file, bytes).unwrap();
    }
}

#[test]
fn a_broken_index_is_put_aside_and_begun_anew() {
    check_rebuilt("half", |dir| damage_each(dir, "meta.json", |bytes| bytes.truncate(bytes.len() / 2)));
    check_rebuilt("zeros", |dir| damage_each(dir, "meta.json", |bytes| *bytes = vec![0; bytes.len()]));
    check_rebuilt("files", |dir| damage_each(dir, ".managed.json", |bytes| bytes.truncate(3)));
    for kind in [".fast", ".term", ".idx", ".pos", ".fieldnorm", ".store"] {
        check_rebuilt(kind, |dir| damage_each(dir, kind, Vec::clear));
        check_rebuilt(kind, |dir| damage_each(dir, kind, |bytes| bytes.truncate(bytes.len() / 2)));
        check_rebuilt(kind, |dir| {
            let of_kind = |file: &PathBuf| file.to_string_lossy().ends_with(kind);
            files(dir).into_iter().filter(of_kind).for_each(|file| std::fs::remove_file(file).unwrap());
        });
    }
}

#[test]
fn an_index_of_another_version_is_begun_anew() {
    check_rebuilt("version", |dir| {
        damage_each(dir, "meta.json", |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains("gehoor1_nl"));
            *bytes = text.replace("gehoor1_nl", "gehoor0_nl").into_bytes();
        });
    });
}

#[test]
fn a_flipped_bit_is_found_by_verify() {
    let dir = tempfile::tempdir().unwrap();
    write_some(dir.path());
    damage_each(dir.path(), ".store", |bytes| bytes[3] ^= 1);
    match Index::open(dir.path()) {
        Ok((index, _)) => {
            assert!(index.verify().unwrap().iter().any(|file| file.to_string_lossy().ends_with(".store")))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Whether any file of the folder holds the bytes, also within compressed blocks, and also backwards, as
/// dictionaries keep them.
fn on_disk(dir: &Path, needle: &str) -> bool {
    let forwards = needle.as_bytes();
    let backwards: Vec<u8> = forwards.iter().rev().copied().collect();
    let holds =
        |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == forwards || window == backwards);
    files(dir).iter().any(|file| {
        if file.is_dir() {
            return on_disk(file, needle);
        }
        let read = std::fs::read(file);
        // A merge that ends now takes its old files along.
        if read.as_ref().is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound) {
            return false;
        }
        let bytes = read.unwrap();
        holds(&bytes) || blocks(&bytes).iter().any(|block| holds(block))
    })
}

/// What zstd blocks anywhere in the bytes unpack to.
fn blocks(bytes: &[u8]) -> Vec<Vec<u8>> {
    const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
    let starts = bytes.windows(4).enumerate().filter(|(_, window)| *window == MAGIC).map(|(at, _)| at);
    starts
        .filter_map(|start| {
            let length = zstd::zstd_safe::find_frame_compressed_size(&bytes[start..]).ok()?;
            zstd::decode_all(&bytes[start..start + length]).ok()
        })
        .collect()
}

#[test]
fn an_erased_mention_and_its_older_revisions_leave_no_bytes() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("index");
    let (index, _) = Index::open(&dir).unwrap();
    let filler: Vec<Op> =
        (0..40).map(|n| put(&format!("f{n}"), "a:filler", "een bank die te laat kwam")).collect();
    let mut offset = 0;
    let mut add = |ops: &[Op]| {
        offset += 1;
        index.apply(ops, offset).unwrap();
        index.commit().unwrap();
    };
    add(&[&filler[..10], &[put("gone", "masto:oudenaam77", "wachtwoordzin eerste versie")]].concat());
    add(&filler[10..20]);
    // a later revision without the word: the first one is hidden in its segment from here on
    add(&[&filler[20..30], &[put("gone", "masto:nieuwenaam88", "qzjxkwv tweede versie")]].concat());
    add(&filler[30..]);
    index.apply(&[put("gone2", "masto:nieuwenaam88", "vxqzwtj nog niet vastgelegd")], 9).unwrap();

    let secrets = ["wachtwoordzin", "qzjxkwv", "oudenaam77", "nieuwenaam88", "vxqzwtj"];
    for secret in &secrets[..4] {
        assert!(on_disk(&dir, secret), "{secret} is found while it is there");
    }
    let source = SourceId::parse("reviews").unwrap();
    let ids = ["gone", "gone2"].map(|id| MentionId::derive(&source, id));
    // what was put aside as broken holds people too
    std::fs::create_dir(parent.path().join("index.broken")).unwrap();

    // somebody reads all the time
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|threads| {
        let (reader, stopped) = (&index, &stop);
        threads.spawn(move || {
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                total(reader, "bank");
            }
        });
        let erased = index.erase(&ids);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        // the two that keep other mentions; the third held nothing else and is dropped whole
        assert_eq!(erased.unwrap().segments, 2);
    });

    for secret in secrets.iter().chain([&"gone2", &ids[0].as_str()]) {
        assert!(!on_disk(parent.path(), secret), "{secret} is gone");
    }
    assert!(!parent.path().join("index.broken").exists());
    assert_eq!((total(&index, "bank"), index.stats().unwrap().mentions, index.offset()), (40, 40, 9));
    drop(index);
    let (index, opened) = Index::open(&dir).unwrap();
    assert_eq!((opened.rebuilt, total(&index, "bank"), index.offset()), (None, 40, 9));
}

#[test]
fn removing_alone_leaves_the_bytes_which_is_why_there_is_erasing() {
    let dir = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(dir.path()).unwrap();
    let filler: Vec<Op> = (2..20).map(|n| put(&n.to_string(), "a:2", "bank")).collect();
    index.apply(&[&filler[..], &[put("1", "a:1", "wachtwoordzin")]].concat(), 1).unwrap();
    index.commit().unwrap();
    let id = doc("1", "a:1", "").mention.id;
    index.apply(&[Op::Remove(id.clone())], 2).unwrap();
    index.commit().unwrap();
    assert_eq!(total(&index, "wachtwoordzin"), 0);
    assert!(on_disk(dir.path(), "wachtwoordzin"));
    // also when it was removed long before
    assert_eq!(index.erase(&[id]).unwrap().segments, 1);
    assert!(!on_disk(dir.path(), "wachtwoordzin"));
}
