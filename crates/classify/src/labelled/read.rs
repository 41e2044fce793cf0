//! A file of strangers as labelled texts.

use crate::weak;

use super::account::Account;
use super::columns::{Columns, FIELDS, LABELS, found};
use super::kinds::Kinds;
use super::row::Rows;
use super::table::{Table, table};
use super::{BadFile, Labelled, aliases, decode};

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Which column holds what.
    pub columns: Columns,
    /// The first line holds no names but texts; columns are named by their numbers, from 1.
    pub no_header: bool,
    /// Conclude labels from stars and other hints as training does, instead of reading only what the file says.
    pub conclude: bool,
}

/// The labelled texts of a file, and what came of reading it.
#[derive(Debug, Default)]
pub struct Read {
    /// Texts with at least one label.
    pub rows: Vec<Labelled>,
    /// What was taken for what, refused and not understood.
    pub account: Account,
}

/// Reads JSON Lines, JSON or CSV, told by what it holds. What the file says is read and nothing is concluded, unless
/// asked for.
///
/// # Errors
/// [`BadFile`] when it cannot be read, holds no labelled text, or would give figures that mislead.
pub fn read(bytes: &[u8], source: &str, asked: &Asked) -> Result<Read, BadFile> {
    let decoded = decode::decode(bytes)?;
    let known = |name: &str| aliases::is_known(name) || asked.columns.names(name);
    let table = table(&decoded.text, !asked.no_header, &known)?;
    let mut places = asked.columns.find(&table)?;
    let kinds = Kinds::of(&table, &mut places)?;
    let columns = places.taken().into_iter().map(|(field, column)| (field.to_owned(), column)).collect();
    let notices = decoded.notice.into_iter().chain(kinds.notices.iter().cloned()).collect();
    let mut account = Account::new(table.records.len(), columns, notices, asked.conclude);
    let rows = Rows { places: &places, kinds: &kinds, source };
    let mut out = Vec::new();
    for record in &table.records {
        let read = record.cells.as_ref().map_err(String::clone);
        let read = read.and_then(|cells| Ok((cells, rows.read(cells, record.line, &mut account)?)));
        let row = match read {
            Ok((cells, row)) if asked.conclude => weak::complete(cells, row),
            Ok((_, row)) => Some(row),
            Err(why) => {
                account.refuse(record.line, why);
                continue;
            }
        };
        match row {
            Some(row) if row.is_labelled() => {
                account.from_stars += usize::from(row.from_stars);
                out.push(row);
            }
            Some(_) => account.unlabelled += 1,
            None => account.misleading += 1,
        }
    }
    let yes = out.iter().filter(|row| row.labels.complaint == Some(true)).count();
    let no = out.iter().filter(|row| row.labels.complaint == Some(false)).count();
    account.close(yes == 0 || no == 0)?;
    if out.is_empty() {
        return Err(nothing(&table, &account, places.get("stars").is_some() && !asked.conclude));
    }
    Ok(Read { rows: out, account })
}

/// Why nothing was found to measure on.
fn nothing(table: &Table, account: &Account, only_stars: bool) -> BadFile {
    if table.records.is_empty() {
        return BadFile("the file holds no rows".to_owned());
    }
    if account.refused == account.rows {
        let first = account
            .first
            .first()
            .map(|r| format!(", such as line {}: {}", r.line, r.why))
            .unwrap_or_default();
        return BadFile(format!("all {} rows are refused{first}", account.rows));
    }
    let taken: Vec<String> =
        account.columns.iter().map(|(field, column)| format!("{field} ← {column}")).collect();
    let free = |name: &&String| {
        let taken = account.columns.iter().any(|(field, column)| column == *name && field != "intent");
        !taken && (!FIELDS.contains(&name.as_str()) || *name == "intent")
    };
    let example = table.names.iter().find(free).map_or("COLUMN", String::as_str);
    let stars = if only_stars {
        ". Stars are no label; --conclude reads labels from them, as training does"
    } else {
        ""
    };
    let notices: Vec<String> = account.notices.iter().map(|notice| format!(" ({notice})")).collect();
    let refused = account
        .first
        .first()
        .map(|r| format!(" ({} rows are refused, such as line {}: {})", account.refused, r.line, r.why));
    let refused = refused.filter(|_| account.refused > 0).unwrap_or_default();
    BadFile(format!(
        "no row has a label{}{refused}; {}; read were: {}. The labels are {}; say which column holds one, such as --map \
         complaint={example}{stars}",
        notices.concat(),
        found(table),
        taken.join(", "),
        LABELS.join(", ")
    ))
}
