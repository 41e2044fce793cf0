//! One link of the hash chain, read without opening the store: also while another program writes to it.

use std::path::Path;

use crate::commit::{Seq, StoreError};
use crate::journal::reader::Reader;

/// The hash of an entry of the journal in the data folder `dir`, hexadecimal; none when there is no such entry.
///
/// # Errors
/// [`StoreError`] when the journal cannot be read.
pub fn proof(dir: &Path, seq: Seq) -> Result<Option<String>, StoreError> {
    let Some(before) = seq.checked_sub(1) else { return Ok(None) };
    let links = Reader::new(&dir.join("journal")).read(before, 1, seq)?;
    Ok(links.first().filter(|link| link.entry.seq == seq).map(|link| link.hash.to_string()))
}
