//! A test program, not for people: the crash tests kill it.
//!
//! `store-crash writer DIR` writes from eight tasks at once and prints the number of each acknowledged commit.
//! `store-crash verify DIR LAST` opens the folder as the program would after a crash and prints `OK …` only if every
//! commit up to LAST is there, whole, once and in order, none is half there, and the view is what the journal says.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use gehoor_store::{
    Commit, CommitError, Entry, FileStore, Options, Seq, Store, Table, decode, get_as, maintain,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const TASKS: u64 = 8;

/// One of the records of a commit: which commit it is of, and how many records that has.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    task: u64,
    number: u64,
    part: u64,
    parts: u64,
    text: String,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["writer", dir] => write(Path::new(dir)),
        ["verify", dir, last] => verify(Path::new(dir), last.parse()?),
        _ => Err("store-crash writer DIR, or store-crash verify DIR LAST".into()),
    }
}

/// Small files and frequent snapshots, so that crashes hit their making too.
fn options() -> Options {
    Options { segment_bytes: 300_000, snapshot_every: 400, tail_entries: 100, ..Options::default() }
}

#[tokio::main]
async fn write(dir: &Path) -> Outcome<()> {
    let (store, opened) = FileStore::open(dir, &options())?;
    eprintln!("{opened:?}");
    let store = Arc::new(store);
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        tasks.push(tokio::spawn(write_one(store.clone(), task)));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// Writes the commits of one task, each expecting the one before it.
async fn write_one(store: Arc<FileStore>, task: u64) -> Outcome<()> {
    loop {
        let counter = format!("task {task}");
        let last = get_as::<u64>(&*store, Table::Counter, &counter)?;
        let number = last.map_or(0, |(number, _)| number) + 1;
        let mut commit = Commit::new(Timestamp::UNIX_EPOCH);
        commit.expect_version(Table::Counter, &counter, last.map(|(_, version)| version));
        commit.put(Table::Counter, &counter, &number)?;
        let parts = 1 + number % 4;
        for part in 1..=parts {
            let part = part_of(task, number, part);
            commit.put(Table::Mention, format!("{task}-{number}-{}", part.part), &part)?;
            commit.put(Table::Case, format!("{task}-{}-{}", number % 50, part.part), &part)?;
        }
        if number.is_multiple_of(5) {
            commit.delete(Table::Case, format!("{task}-{}-1", (number + 7) % 50));
        }
        if number.is_multiple_of(3) {
            // all tasks fight about this one
            let version = store.get(Table::Setting, "shared")?.map(|found| found.version);
            commit.expect_version(Table::Setting, "shared", version);
            commit.put(Table::Setting, "shared", &task)?;
        }
        match store.commit(commit).await {
            Ok(seq) => writeln!(std::io::stdout().lock(), "{seq}")?,
            Err(CommitError::Conflict { table: Table::Setting, .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the record has to be. Some are larger than sled keeps in its log.
fn part_of(task: u64, number: u64, part: u64) -> Part {
    let length = if number.is_multiple_of(40) { 9_000 } else { 100 + (number * 37 + part * 11) % 900 };
    let text = (0..length).map(|at| char::from(b'a' + ((at + number + task) % 26) as u8)).collect();
    Part { task, number, part, parts: 1 + number % 4, text }
}

fn verify(dir: &Path, last: Seq) -> Outcome<()> {
    let (store, opened) = FileStore::open(dir, &options())?;
    if store.head() < last {
        return Err(format!("the journal ends at {}, but {last} was acknowledged", store.head()).into());
    }
    let mut view = BTreeMap::new();
    let mut numbers = [0; TASKS as usize];
    let mut at = 0;
    loop {
        let entries = store.follow(at, 500)?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if entry.seq != at + 1 {
                return Err(format!("entry {} comes after {at}", entry.seq).into());
            }
            at = entry.seq;
            check(&entry, &mut numbers)?;
            for write in entry.writes.iter().filter(|write| write.table.in_view()) {
                let key = (write.table, write.key.clone());
                match &write.record {
                    Some(record) => view.insert(key, (entry.seq, record.get().to_owned())),
                    None => view.remove(&key),
                };
            }
        }
    }
    let mut kept = BTreeMap::new();
    for table in Table::ALL {
        for (key, found) in store.scan(*table, "", None, usize::MAX)? {
            kept.insert((*table, key), (found.version, found.record.get().to_owned()));
        }
    }
    if kept != view {
        return Err("the view is not what the journal says".into());
    }
    store.close()?;
    let report = maintain::verify(dir, &mut |_, _| {})?;
    if !report.is_good() || report.view != maintain::ViewState::Equal {
        return Err(format!("{report:?}").into());
    }
    println!(
        "OK {at} entries, {} acknowledged, torn end: {}, view made again: {}, snapshots {:?}",
        last,
        opened.cut_tail.is_some(),
        opened.rebuilt.as_deref().unwrap_or("no"),
        report.snapshots
    );
    Ok(())
}

/// Whether an entry is one whole commit of a task, and the next one of that task.
fn check(entry: &Entry, numbers: &mut [u64]) -> Outcome<()> {
    let wrong = |what: &str| format!("entry {}: {what}", entry.seq);
    let mut writes = entry.writes.iter();
    let counter = writes.next().ok_or_else(|| wrong("it is empty"))?;
    let task: u64 = counter.key.strip_prefix("task ").and_then(|task| task.parse().ok()).ok_or("no task")?;
    let record = counter.record.as_ref().ok_or_else(|| wrong("no counter"))?;
    let number: u64 = decode(counter.table, &counter.key, record)?;
    let last = numbers.get_mut(usize::try_from(task)?).ok_or_else(|| wrong("no such task"))?;
    if number != *last + 1 {
        return Err(wrong(&format!("task {task} comes to {number} after {last}")).into());
    }
    *last = number;
    let parts = 1 + number % 4;
    for part in 1..=parts {
        for table in [Table::Mention, Table::Case] {
            let write = writes.next().filter(|write| write.table == table);
            let record =
                write.and_then(|write| write.record.as_ref()).ok_or_else(|| wrong("a part is missing"))?;
            if decode::<Part>(table, "part", record)? != part_of(task, number, part) {
                return Err(wrong("a part is not what was written").into());
            }
        }
    }
    let rest = u64::from(number.is_multiple_of(5)) + u64::from(number.is_multiple_of(3));
    if writes.count() as u64 != rest {
        return Err(wrong("it has too many or too few writes").into());
    }
    Ok(())
}
