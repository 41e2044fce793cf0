//! CSV as spreadsheets really write it (RFC 4180 and its liberties).

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ReaderBuilder, StringRecord};

use super::mapping::Columns;
use super::{Import, ImportError, MAX_ROW, Options, Row, RowProblem, utf8};

/// Reads the header and gives the rows after it.
pub(super) fn read(file: impl Read + Send + 'static, options: Options) -> Result<Import, ImportError> {
    let opened = utf8::open(file, options.encoding.as_deref())?;
    let delimiter = options.delimiter.unwrap_or_else(|| separator(&opened.sample));
    let left = Arc::new(AtomicU64::new(MAX_ROW));
    let text = Capped { file: opened.reader, left: Arc::clone(&left) };
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text);
    let mut header = StringRecord::new();
    loop {
        if !reader.read_record(&mut header).map_err(|e| ImportError::Read(io::Error::other(e)))? {
            return Err(ImportError::Empty);
        }
        // Excel writes `sep=;` before the header when asked to.
        let is_hint =
            header.len() <= 2 && header.get(0).is_some_and(|f| f.to_ascii_lowercase().starts_with("sep="));
        if !is_hint && header.iter().any(|f| !f.trim().is_empty()) {
            break;
        }
    }
    let headers: Vec<&str> = header.iter().collect();
    let columns = options.mapping.resolve(&headers)?;
    let mapped = columns.named(&headers);
    let width = headers.len();
    let returns = first_line_end(&opened.sample) == Some(b'\r');
    let rows =
        Rows { reader, columns, width, options, left, mark: opened.mark, returns, row: 0, ended: false };
    Ok(Import { mapped, rows: Box::new(rows) })
}

/// The separator that stands most often in the first row, outside quotes.
fn separator(sample: &[u8]) -> u8 {
    let first = sample.strip_prefix(b"sep=").and_then(<[u8]>::first);
    if let Some(named) = first {
        return *named;
    }
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in sample {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            byte => {
                if let Some((_, count)) = counts.iter_mut().find(|(c, _)| c == byte) {
                    *count += 1;
                }
            }
        }
    }
    // The first of equals, so the comma when there is no separator at all.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(c, _)| c)
}

/// The byte that ends the first line: CR, LF or nothing.
fn first_line_end(sample: &[u8]) -> Option<u8> {
    let mut quoted = false;
    sample.iter().copied().find(|b| {
        quoted ^= *b == b'"';
        !quoted && matches!(b, b'\r' | b'\n')
    })
}

struct Rows<R> {
    reader: csv::Reader<Capped<R>>,
    columns: Columns,
    width: usize,
    options: Options,
    left: Arc<AtomicU64>,
    mark: u64,
    /// Whether lines end by CR LF: then the reader stands before the LF after each row.
    returns: bool,
    row: u64,
    ended: bool,
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while !self.ended {
            self.left.store(MAX_ROW, Ordering::Relaxed);
            let at = self.reader.position().clone();
            let mut record = StringRecord::new();
            let read = self.reader.read_record(&mut record);
            if matches!(read, Ok(false)) {
                return None;
            }
            if read.is_ok() && record.iter().all(|f| f.trim().is_empty()) {
                continue;
            }
            self.row += 1;
            let result = match read {
                Ok(_) if self.row <= self.options.skip_rows => continue,
                Ok(_) => self.draft(&record),
                Err(error) => {
                    // The reader has lost the beginning of the next row with the end of this one.
                    self.ended = true;
                    Err(RowProblem { reason: why(&error) })
                }
            };
            let line = self.line(at.line(), &record);
            let byte_offset = at.byte() + self.mark + u64::from(self.returns);
            return Some(Row { row: self.row, line, byte_offset, result });
        }
        None
    }
}

impl<R: Read> Rows<R> {
    /// The line on which a row begins: where the reader stood before it, or further on, past empty lines, as told by
    /// where it stands after it.
    fn line(&self, before: u64, record: &StringRecord) -> u64 {
        let within: usize = record.iter().map(|f| f.matches('\n').count()).sum();
        let taken = u64::try_from(within).unwrap_or(0) + u64::from(!self.returns);
        let by_end = self.reader.position().line().saturating_sub(taken);
        by_end.max(before + u64::from(self.returns))
    }

    fn draft(&self, record: &StringRecord) -> Result<gehoor_domain::mention::Draft, RowProblem> {
        // Too few fields are empty ones; too many mean that a separator stands in a text without quotes.
        let beyond = record.iter().skip(self.width).any(|f| !f.trim().is_empty());
        if beyond {
            let reason = format!(
                "it has {} fields where the header has {}: a text with the separator in it needs quotes",
                record.len(),
                self.width
            );
            return Err(RowProblem { reason });
        }
        self.columns.draft(|at| record.get(at), &self.options)
    }
}

fn why(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => {
            format!(
                "it is longer than {MAX_ROW} bytes: a quote is left open; the rest of the file was not read"
            )
        }
        csv::ErrorKind::Io(e) => format!("reading failed ({}); the rest of the file was not read", e.kind()),
        _ => "it cannot be read; the rest of the file was not read".to_owned(),
    }
}

/// Ends a row that never ends: each row sets what is left anew.
struct Capped<R> {
    file: R,
    left: Arc<AtomicU64>,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(into)?;
        let left = self.left.load(Ordering::Relaxed);
        let read = u64::try_from(length).unwrap_or(u64::MAX);
        if read > left {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.left.store(left - read, Ordering::Relaxed);
        Ok(length)
    }
}
