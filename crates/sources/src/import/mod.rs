//! CSV and JSON Lines from a file, row by row, to drafts.
//!
//! Nothing is held but the row at hand, so a file may be larger than memory. A bad row is an answer like any other:
//! it carries its line and its reason, and the next one is read. The caller counts rows and may start again after
//! the last one it has stored ([`Options::skip_rows`]); a row without an id of its own is named by what it says, so
//! that the same file read twice gives the same mentions.

mod csv;
mod jsonl;
mod mapping;
mod utf8;

use std::io::{self, Read};

use gehoor_domain::mention::Draft;
use jiff::tz::TimeZone;

pub use mapping::{FIELDS, Mapping};

/// Bytes of one row; more is a mistake, mostly a quote that is never closed.
pub const MAX_ROW: u64 = 4 * 1024 * 1024;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma, semicolon or tab separated, with a header row.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// The format by the name of the file, whether compressed or not; `None` when the name does not say.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit('.').next()? {
            "csv" | "tsv" | "txt" => Some(Format::Csv),
            "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
            _ => None,
        }
    }
}

/// How the rows are to be understood.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which column holds what; columns that are not named are guessed by their headers.
    pub mapping: Mapping,
    /// The form of dates that are not ISO 8601, as in `strptime`: `%d-%m-%Y %H:%M`.
    pub date_format: Option<String>,
    /// The zone of dates that name none.
    pub zone: TimeZone,
    /// The best rating, where no column says it; 5 when left out.
    pub best: Option<f64>,
    /// The worst rating, where no column says it; 1 when left out.
    pub worst: Option<f64>,
    /// The encoding by its WHATWG label, such as `windows-1252`; found out when left out.
    pub encoding: Option<String>,
    /// The separator of a CSV file; found out when left out.
    pub delimiter: Option<u8>,
    /// Rows that are passed over because they were read before.
    pub skip_rows: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mapping: Mapping::default(),
            date_format: None,
            zone: TimeZone::UTC,
            best: None,
            worst: None,
            encoding: None,
            delimiter: None,
            skip_rows: 0,
        }
    }
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number, from 1, without the header; what [`Options::skip_rows`] counts.
    pub row: u64,
    /// The line on which it begins, from 1: what an editor shows.
    pub line: u64,
    /// Where it or the empty lines before it begin, in bytes of the unpacked file; for CSV that is not UTF-8, of its
    /// UTF-8 form.
    pub byte_offset: u64,
    /// The mention, or why there is none.
    pub result: Result<Draft, RowProblem>,
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RowProblem {
    /// For people; names the column, never repeats what stands in it.
    pub reason: String,
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Reading failed.
    #[error("the file cannot be read")]
    Read(#[source] io::Error),
    /// There is nothing in it.
    #[error("the file is empty: the first row must name the columns")]
    Empty,
    /// A mapping names a column that is not there.
    #[error("there is no column `{column}` for `{field}`{}; the columns are: {columns}", nearest_hint(.nearest))]
    NoColumn {
        /// The field that was to be filled.
        field: &'static str,
        /// The column that was named.
        column: String,
        /// The column with the most similar name.
        nearest: Option<String>,
        /// All columns.
        columns: String,
    },
    /// A mapping names a field that Gehoor does not have.
    #[error("`{field}` is no field{}; write FIELD=COLUMN with one of: {fields}", nearest_hint(.nearest))]
    NoField {
        /// What was written.
        field: String,
        /// The field with the most similar name.
        nearest: Option<String>,
        /// All fields.
        fields: String,
    },
    /// A mapping is not written as one.
    #[error("`{0}` is no mapping: write FIELD=COLUMN")]
    NoPair(String),
    /// No column holds text or a rating.
    #[error("no column looks like text or a rating: say which one with text=COLUMN; the columns are: {0}")]
    NoText(String),
    /// The named encoding is not known.
    #[error("`{0}` is no encoding that is known: write utf-8, windows-1252 or utf-16le")]
    Encoding(String),
}

fn nearest_hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// A file that is being read.
pub struct Import {
    /// Which field is read from which column; empty for JSON Lines, where each row has its own keys.
    pub mapped: Vec<(&'static str, String)>,
    /// The rows.
    pub rows: Box<dyn Iterator<Item = Row> + Send>,
}

/// Begins to read a file.
///
/// # Errors
/// [`ImportError`] when it cannot be read at all, or when the columns do not fit the mapping.
pub fn read(
    format: Format,
    file: impl Read + Send + 'static,
    options: Options,
) -> Result<Import, ImportError> {
    let file = unpacked(file).map_err(ImportError::Read)?;
    match format {
        Format::Csv => csv::read(file, options),
        Format::Jsonl => jsonl::read(file, options),
    }
}

/// The bytes of a file that may be packed by gzip or zstd.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn unpacked(mut file: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let head = utf8::head(&mut file, 4)?;
    let whole = io::Cursor::new(head.clone()).chain(file);
    match head.as_slice() {
        [0x1f, 0x8b, ..] => Ok(Box::new(flate2::read::MultiGzDecoder::new(whole))),
        [0x28, 0xb5, 0x2f, 0xfd] => Ok(Box::new(zstd::stream::read::Decoder::new(whole)?)),
        _ => Ok(Box::new(whole)),
    }
}

#[cfg(test)]
mod tests;
