//! A column that says no more than "label": what it holds is told by what stands in it.

use serde_json::Value;

use super::columns::{Place, Places};
use super::table::Table;
use super::{BadFile, aliases, words};

/// Takes a column called just `label` for what all its cells are: yes or no to "complaint", or a feeling.
///
/// # Errors
/// [`BadFile`] when they are neither.
pub(super) fn find(table: &Table, places: &mut Places) -> Result<(), BadFile> {
    let bare = |name: &&String| aliases::BARE.contains(&aliases::squashed(name).as_str());
    let taken = |name: &&String| places.get("text").is_some_and(|text: &Place| text.column == **name);
    let Some(column) = table.names.iter().find(|name| bare(name) && !taken(name)) else { return Ok(()) };
    let cells: Vec<&Value> =
        table.rows().filter_map(|(_, row)| row.get(column)).filter(|cell| !words::is_missing(cell)).collect();
    if cells.iter().all(|cell| words::complaint(cell).is_some()) {
        places.put("complaint", column);
        return Ok(());
    }
    if cells.iter().all(|cell| cell.as_str().and_then(words::sentiment).is_some()) {
        places.put("sentiment", column);
        return Ok(());
    }
    Err(BadFile(format!(
        "the column `{column}` may hold any label: say which, such as --map complaint={column}, --map sentiment={column} or \
         --map intent={column}"
    )))
}
