//! Proving a data folder: every line of the journal, every snapshot, and the view.
//!
//! The state is made once more from the first entry on, as snapshots in the folder for temporary files, and compared
//! with the snapshots and the view that were kept (invariant VI-1).

use std::path::Path;

use crate::commit::{Seq, StoreError};
use crate::disk::Faults;
use crate::file_store::lock;
use crate::hash::Position;
use crate::journal::line::Line;
use crate::journal::segment::{Lines, Segment, list};
use crate::journal::{Torn, scan};
use crate::maintain::scratch::{Scratch, sum};
use crate::maintain::{Progress, length};
use crate::sled_view::SledView;
use crate::snapshot;
use crate::view::View as _;
use crate::view_home::{is_trusted, mark_closed, mark_open};

/// Memory for the view that is looked at.
const CACHE: u64 = 32 << 20;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file and the place in it.
    pub place: String,
    /// What is wrong and what to do.
    pub what: String,
}

/// What was found out about the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewState {
    /// It is what the journal says.
    Equal,
    /// There is none; the next start makes it.
    Missing,
    /// The program is running and holds it.
    InUse,
    /// It was not closed; the next start makes it again.
    Untrusted,
    /// It was not looked at, because the journal has problems.
    Skipped,
    /// It is wrong: see the problems. The next start makes it again.
    Wrong,
}

/// The outcome of [`verify`].
#[derive(Debug, Clone)]
pub struct Report {
    /// The place after the last entry.
    pub head: Position,
    /// How many files the journal has.
    pub segments: usize,
    /// How many entries were proven.
    pub entries: u64,
    /// How many writes were erased from it.
    pub erased: u64,
    /// A half written, unacknowledged end: the next start cuts it off. While the program runs it is what is being
    /// written.
    pub torn: Option<Torn>,
    /// The snapshots that are whole and equal to what the journal says.
    pub snapshots: Vec<Seq>,
    /// What was found out about the view.
    pub view: ViewState,
    /// What is wrong; empty when all is well.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether all is well.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, error: StoreError) {
        let problem = match error {
            StoreError::Damaged { place, what } => Problem { place, what },
            StoreError::Io { doing, source } => Problem { place: doing, what: source.to_string() },
            other => Problem { place: "the data folder".into(), what: other.to_string() },
        };
        self.problems.push(problem);
    }
}

/// Proves the data folder `dir`. The journal and the snapshots can be proven while the program runs.
///
/// # Errors
/// Only when it could not look: what is wrong with the data stands in the report.
pub fn verify(dir: &Path, progress: Progress<'_>) -> Result<Report, StoreError> {
    // the snapshots first: while the program runs, newer ones may come that are ahead of what was read
    let kept = dir.join("snapshots");
    let snapshots = if kept.exists() { snapshot::list(&kept)? } else { Vec::new() };
    let segments = list(&dir.join("journal"))?;
    let mut report = Report {
        head: Position::START,
        segments: segments.len(),
        entries: 0,
        erased: 0,
        torn: None,
        snapshots: Vec::new(),
        view: ViewState::Skipped,
        problems: Vec::new(),
    };
    prove_journal(&dir.join("journal"), &segments, &mut report, progress);
    if report.is_good() {
        let scratch = Scratch::new()?;
        compare_snapshots(dir, snapshots, &scratch, &mut report)?;
        compare_view(dir, &scratch, &mut report)?;
    }
    Ok(report)
}

fn prove_journal(dir: &Path, segments: &[Segment], report: &mut Report, progress: Progress<'_>) {
    let total = segments.iter().map(|segment| length(&segment.path(dir))).sum();
    let mut done = 0;
    // none after damage: then the next line is taken as it is
    let mut at = Some(Position::START);
    for (number, segment) in segments.iter().enumerate() {
        progress(done, total);
        let size = length(&segment.path(dir));
        let last = number + 1 == segments.len();
        if let Err((error, is_cut)) = prove_segment(dir, segment, &mut at, report) {
            match scan::scan(dir, segment) {
                // half written; or no longer, because the program runs and has finished the line
                Ok(found) if last && (is_cut || found.torn.is_some()) => report.torn = found.torn,
                _ => report.problem(error),
            }
            at = None;
        }
        done += size;
    }
    progress(total, total);
}

/// Proves the lines of one file. An error comes with whether the line is cut off at the end of the file.
fn prove_segment(
    dir: &Path,
    segment: &Segment,
    at: &mut Option<Position>,
    report: &mut Report,
) -> Result<(), (StoreError, bool)> {
    let mut lines = match Lines::open(dir, segment) {
        // it was compressed since the files were listed
        Err(_) if !segment.packed => Lines::open(dir, &Segment { packed: true, ..segment.clone() }),
        opened => opened,
    }
    .map_err(|error| (error, false))?;
    loop {
        let line = match lines.read() {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(error) => return Err((error, lines.is_last_line_cut())),
        };
        let before = at.unwrap_or(Position { seq: line.seq.saturating_sub(1), hash: line.prev });
        let proven = line.follows(&before).and_then(|()| line.proves_itself());
        let (position, erased) = (line.position(), count_erased(&line));
        proven.map_err(|what| (lines.fault(what), false))?;
        *at = Some(position);
        report.head = position;
        report.entries += 1;
        report.erased += erased;
    }
}

fn count_erased(line: &Line<'_>) -> u64 {
    line.writes.iter().filter(|text| crate::journal::line::may_be_erased(text.get())).count() as u64
}

fn compare_snapshots(
    dir: &Path,
    snapshots: Vec<Seq>,
    scratch: &Scratch,
    report: &mut Report,
) -> Result<(), StoreError> {
    for seq in snapshots {
        match sum(&dir.join("snapshots"), seq) {
            Ok(_) if seq > report.head.seq => report.problem(StoreError::Damaged {
                place: format!("snapshots/{seq:016}.jsonl.zst"),
                what: "it is ahead of the journal; remove it".into(),
            }),
            Ok(kept) if kept == scratch.state_at(dir, seq, report.head.seq)? => report.snapshots.push(seq),
            Ok(_) => report.problem(StoreError::Damaged {
                place: format!("snapshots/{seq:016}.jsonl.zst"),
                what: "it is not what the journal says; remove it, it is made again".into(),
            }),
            // a newer one has taken its place since they were listed
            Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => report.problem(error),
        }
    }
    Ok(())
}

fn compare_view(dir: &Path, scratch: &Scratch, report: &mut Report) -> Result<(), StoreError> {
    let view = dir.join("view");
    if !view.exists() {
        report.view = ViewState::Missing;
        return Ok(());
    }
    let _lock = match lock(dir) {
        Err(StoreError::InUse(_)) => {
            report.view = ViewState::InUse;
            return Ok(());
        }
        taken => taken?,
    };
    if !is_trusted(dir, &view) {
        report.view = ViewState::Untrusted;
        return Ok(());
    }
    mark_open(dir, &view)?;
    match differs(dir, &view, scratch, report.head) {
        Ok(None) => {
            report.view = ViewState::Equal;
            mark_closed(dir, &view)?;
        }
        Ok(Some(what)) => {
            report.view = ViewState::Wrong;
            let what = format!("{what}; remove the folder, it is made again");
            report.problem(StoreError::Damaged { place: "view/".into(), what });
        }
        Err(error) => {
            report.view = ViewState::Wrong;
            report.problem(error);
        }
    }
    Ok(())
}

/// The first difference between the view and what the journal says.
fn differs(dir: &Path, view: &Path, scratch: &Scratch, head: Position) -> Result<Option<String>, StoreError> {
    let sled = SledView::open(view, CACHE, std::sync::Arc::new(Faults::default()))?;
    let Some(position) = sled.position()? else { return Ok(Some("it was left half made".into())) };
    if position.seq > head.seq {
        return Ok(Some(format!("it is at entry {}, ahead of the journal at {}", position.seq, head.seq)));
    }
    if position.seq == 0 {
        return Ok(None);
    }
    scratch.state_at(dir, position.seq, head.seq)?;
    let mut expected = scratch.read(position.seq)?;
    if expected.position() != position {
        return Ok(Some("it shows another journal than this one".into()));
    }
    let mut difference = None;
    sled.for_each(|table, key, found| {
        if difference.is_some() {
            return Ok(());
        }
        let same = expected.read()?.is_some_and(|(of, at, record)| {
            (of, &at, record.version) == (table, &key, found.version)
                && record.record.get() == found.record.get()
        });
        if !same {
            difference = Some(format!("{table} `{key}` is not what the journal says"));
        }
        Ok(())
    })?;
    if difference.is_none() && expected.read()?.is_some() {
        difference = Some("records are missing at its end".into());
    }
    sled.flush()?;
    Ok(difference)
}
