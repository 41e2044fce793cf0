//! The model as one small file.
//!
//! zstd over: magic, length and JSON of the head (name, calibration, sizes), then the dense weights (f32), the
//! n-gram hashes (u32, sorted, as differences), their scales (f32) and their rows (i8, column by column, which packs
//! better), then the four lexicon lists as text. All numbers little-endian. One file, so that weights and lexicon
//! cannot drift apart.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calibrate::Calibration;
use crate::dense::DENSE;
use crate::index::Index;
use crate::labels::COLUMNS;
use crate::lexicon::{BadLexicon, Lexicon};
use crate::model::{FINEST, MAX_SHIFT, Model, step};

const MAGIC: &[u8; 8] = b"gehoorM2";
/// Unpacked bytes beyond which a file is refused.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadModel {
    /// Not zstd, or cut off.
    #[error("the model file cannot be unpacked: {0}; copy it again or train a new one")]
    Unpack(#[source] std::io::Error),
    /// Not one of ours, of another version, or cut off.
    #[error("the model file is broken at {0}; copy it again or train a new one")]
    Broken(&'static str),
    /// Made for other features or labels than this program's.
    #[error("the model file was made by another version ({0}); train a new one with this program")]
    Version(String),
    /// The lexicon within it.
    #[error("the lexicon in the model file cannot be read")]
    Lexicon(#[from] BadLexicon),
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    name: String,
    columns: usize,
    dense: usize,
    rows: usize,
    lexicon: [usize; 4],
    calibration: Calibration,
}

/// Packs a model under a short name, such as `gehoor-builtin-1`.
///
/// # Errors
/// Packing fails only for want of memory.
pub fn pack(model: &Model, name: &str) -> std::io::Result<Vec<u8>> {
    let lists = model.lexicon.source();
    let head = Head {
        name: name.to_owned(),
        columns: COLUMNS,
        dense: DENSE,
        rows: model.hashes.len(),
        lexicon: lists.map(str::len),
        calibration: model.calibration.clone(),
    };
    let head = serde_json::to_vec(&head)?;
    let mut out = MAGIC.to_vec();
    out.extend(u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(head);
    for row in &model.dense {
        row.iter().for_each(|w| out.extend(w.to_le_bytes()));
    }
    let mut last = 0_u32;
    for hash in &model.hashes {
        out.extend(hash.wrapping_sub(last).to_le_bytes());
        last = *hash;
    }
    model.shifts.iter().for_each(|s| out.extend(step(*s).to_le_bytes()));
    for column in 0..COLUMNS {
        out.extend(model.weights.iter().filter_map(|row| row.get(column)).map(|w| w.to_le_bytes()[0]));
    }
    lists.iter().for_each(|l| out.extend(l.as_bytes()));
    zstd::bulk::compress(&out, 19)
}

/// Reads a packed model.
///
/// # Errors
/// [`BadModel`] when the file is broken or from another version.
pub fn unpack(packed: &[u8]) -> Result<Model, BadModel> {
    let bytes = zstd::bulk::decompress(packed, unpacked_size(packed)).map_err(BadModel::Unpack)?;
    let mut rest = bytes.as_slice();
    if take(&mut rest, 8, "its beginning")? != MAGIC {
        return Err(BadModel::Broken("its beginning"));
    }
    let length = u32s(take(&mut rest, 4, "the head")?).next().unwrap_or_default() as usize;
    let head: Head = serde_json::from_slice(take(&mut rest, length, "the head")?)
        .map_err(|e| BadModel::Version(e.to_string()))?;
    if head.columns != COLUMNS || head.dense != DENSE {
        return Err(BadModel::Version(format!("{} columns, {} numbers", head.columns, head.dense)));
    }
    let rows = head.rows;
    let size = |n: usize, each: usize| n.checked_mul(each).ok_or(BadModel::Broken("the head"));
    let dense: Vec<f32> = floats(take(&mut rest, DENSE * COLUMNS * 4, "the dense weights")?).collect();
    let mut last = 0_u32;
    let hashes: Vec<u32> = u32s(take(&mut rest, size(rows, 4)?, "the hashes")?)
        .map(|difference| {
            last = last.wrapping_add(difference);
            last
        })
        .collect();
    let scales: Vec<f32> = floats(take(&mut rest, size(rows, 4)?, "the scales")?).collect();
    let mut weights = vec![[0_i8; COLUMNS]; rows];
    for column in 0..COLUMNS {
        let values = take(&mut rest, rows, "the weights")?;
        for (row, value) in weights.iter_mut().zip(values) {
            if let Some(weight) = row.get_mut(column) {
                *weight = i8::from_le_bytes([*value]);
            }
        }
    }
    let shifts = weights.iter_mut().zip(&scales).map(|(row, scale)| shifted(row, *scale)).collect();
    let mut list = |n: usize| {
        take(&mut rest, n, "the lexicon")
            .and_then(|bytes| std::str::from_utf8(bytes).map_err(|_| BadModel::Broken("the lexicon")))
    };
    let [nl, en, de, fr] = head.lexicon;
    let lexicon = Lexicon::parse([list(nl)?, list(en)?, list(de)?, list(fr)?])?;
    let mut digest = hex::encode(Sha256::digest(packed));
    digest.truncate(8);
    let (chunks, _) = dense.as_chunks::<COLUMNS>();
    Ok(Model {
        lexicon,
        index: Index::new(&hashes),
        hashes,
        shifts,
        weights,
        dense: chunks.to_vec(),
        calibration: head.calibration,
        id: format!("{} ({digest})", head.name),
    })
}

/// By how much a row of this scale is shifted. Files of earlier versions hold any scale: their rows are rounded to
/// the next step.
fn shifted(row: &mut [i8; COLUMNS], scale: f32) -> u8 {
    let scale = if scale.is_finite() { scale } else { FINEST };
    let shift = (0..MAX_SHIFT).find(|s| scale <= step(*s) * 1.001).unwrap_or(MAX_SHIFT);
    let factor = scale / step(shift);
    if (factor - 1.0).abs() > 1e-3 {
        row.iter_mut().for_each(|w| *w = (f32::from(*w) * factor).round().clamp(-127.0, 127.0) as i8);
    }
    shift
}

fn unpacked_size(packed: &[u8]) -> usize {
    let stated = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().unwrap_or(0);
    usize::try_from(stated).unwrap_or(usize::MAX).min(MAX_BYTES)
}

fn take<'a>(rest: &mut &'a [u8], n: usize, what: &'static str) -> Result<&'a [u8], BadModel> {
    let (head, tail) = rest.split_at_checked(n).ok_or(BadModel::Broken(what))?;
    *rest = tail;
    Ok(head)
}

fn u32s(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b))
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Model {
        Model {
            lexicon: Lexicon::parse(["goed\t2\t-2\t-\t-\n", "", "", ""]).unwrap(),
            index: Index::new(&[5, 900]),
            hashes: vec![5, 900],
            shifts: vec![0, 3],
            weights: vec![[1; COLUMNS], [-2; COLUMNS]],
            dense: vec![[0.125; COLUMNS]; DENSE],
            calibration: Calibration::default(),
            id: String::new(),
        }
    }

    #[test]
    fn a_packed_model_is_the_same_when_unpacked() {
        let packed = pack(&small(), "m-1").unwrap();
        let back = unpack(&packed).unwrap();
        assert!(back.id().starts_with("m-1 (") && back.id().len() == "m-1 (12345678)".len());
        assert_eq!((back.hashes.clone(), back.shifts.clone()), (vec![5, 900], vec![0, 3]));
        assert_eq!(back.weights, small().weights);
        assert_eq!(back.dense, small().dense);
        assert_eq!(pack(&back, "m-1").unwrap(), packed);
    }

    #[test]
    fn rows_of_an_earlier_version_are_rounded_to_the_next_step() {
        let mut row = [100_i8; COLUMNS];
        assert_eq!(shifted(&mut row, FINEST * 1.5), 1);
        assert_eq!(row[0], 75);
        assert_eq!(shifted(&mut row, FINEST * 4.0), 2);
        assert_eq!(row[0], 75);
    }

    #[test]
    fn a_broken_file_is_an_error_wherever_it_is_broken() {
        let packed = pack(&small(), "m-1").unwrap();
        assert!(unpack(b"").is_err() && unpack(b"not a model").is_err());
        assert!(unpack(&packed[..packed.len() - 1]).is_err());
        let whole = zstd::bulk::decompress(&packed, 1 << 20).unwrap();
        for cut in [3, 10, 100, whole.len() / 2, whole.len() - 1] {
            let short = zstd::bulk::compress(&whole[..cut], 1).unwrap();
            assert!(unpack(&short).is_err(), "cut at {cut}");
        }
    }
}
