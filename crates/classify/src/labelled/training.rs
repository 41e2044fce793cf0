//! Texts for the trainer: our own files, and what a team corrected.

use crate::labels::Labels;
use crate::weak;

use super::account::Account;
use super::columns::{FIELDS, Places};
use super::kinds::Kinds;
use super::row::Rows;
use super::table::{Table, table};
use super::{BadFile, Labelled, Refused};

/// Reads texts to learn from: under our own names only, and with what [`weak`] concludes from a row of a public set. Rows
/// that cannot be used are listed, never fatal.
#[must_use]
pub fn read_training(content: &str, source: &str) -> (Vec<Labelled>, Vec<Refused>) {
    each(content, source, |cells, row| Ok(weak::complete(cells, row)))
}

/// Reads corrections as `gehoor export corrections` writes them: what a person set and nothing else, all in full weight.
/// Nothing is concluded from stars or from what is missing.
#[must_use]
pub fn read_corrections(content: &str) -> (Vec<Labelled>, Vec<Refused>) {
    each(content, "corrections", |_, row| {
        if row.labels == Labels::default() {
            Err("nothing is corrected in it".to_owned())
        } else {
            Ok(Some(row))
        }
    })
}

fn each(
    content: &str,
    source: &str,
    finish: impl Fn(&serde_json::Value, Labelled) -> Result<Option<Labelled>, String>,
) -> (Vec<Labelled>, Vec<Refused>) {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    let table = match table(content, true, &|name| FIELDS.contains(&name)) {
        Ok(table) => table,
        Err(BadFile(why)) => {
            refused.push(Refused { line: 1, why });
            Table::default()
        }
    };
    let reader = Rows { places: &Places::own(), kinds: &Kinds::default(), source };
    let mut account = Account::default();
    for record in &table.records {
        let cells = record.cells.as_ref().map_err(String::clone);
        let row = cells.and_then(|cells| finish(cells, reader.read(cells, record.line, &mut account)?));
        match row {
            Ok(row) => rows.extend(row),
            Err(why) => refused.push(Refused { line: record.line, why }),
        }
    }
    (rows, refused)
}
