//! Compressing closed segments.
//!
//! The file is one zstd frame and, behind it, a frame that zstd skips: a CRC-32 of all bytes before it. Some bits of
//! zstd's own header can flip without changing what is unpacked; with this, every flipped bit is found.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::commit::StoreError;
use crate::disk::{failed, replace, sync_dir};
use crate::hash::Hash;
use crate::journal::segment::{Segment, list};

/// zstd's own default: closed segments are written once and read seldom.
const LEVEL: i32 = 3;

/// The head of a frame that zstd skips, four bytes long (RFC 8878, section 3.1.2).
const SKIPPED: [u8; 8] = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0];

/// Compresses the oldest closed segment that is still plain; false when there is none.
///
/// The plain file goes only after the compressed one is durable and unpacks to the same bytes.
pub(crate) fn pack_one(dir: &Path) -> Result<bool, StoreError> {
    let mut segments = list(dir)?;
    segments.pop(); // that one is open
    let Some(plain) = segments.into_iter().find(|segment| !segment.packed) else {
        return Ok(false);
    };
    let from = plain.path(dir);
    let to = Segment { packed: true, ..plain }.path(dir);
    pack_file(&from, &to)?;
    let same = unpacks_to(&to, &from).map_err(failed("read back", &to))?;
    if !same {
        fs::remove_file(&to).map_err(failed("remove", &to))?;
        let source = io::Error::other("what was read back is not what was written");
        return Err(failed("compress", &from)(source));
    }
    fs::remove_file(&from).map_err(failed("remove", &from))?;
    sync_dir(dir).map_err(failed("sync the folder", dir))?;
    Ok(true)
}

/// Compresses into `out`.
pub(crate) fn encoder<W: io::Write>(out: W) -> io::Result<zstd::stream::write::Encoder<'static, W>> {
    let mut encoder = zstd::stream::write::Encoder::new(out, LEVEL)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

fn pack_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut plain = File::open(from).map_err(failed("open", from))?;
    write_packed(to, |encoder| io::copy(&mut plain, encoder).map(|_| ()).map_err(failed("compress", from)))
}

/// Writes a packed file; `fill` writes its text.
pub(crate) fn write_packed(
    to: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut encoder = encoder(Vec::new()).map_err(failed("compress into", to))?;
    fill(&mut encoder)?;
    let mut bytes = encoder.finish().map_err(failed("compress into", to))?;
    let crc = crc32fast::hash(&bytes);
    bytes.extend(SKIPPED);
    bytes.extend(crc.to_le_bytes());
    replace(to, |out| out.write_all(&bytes).map_err(failed("write", to)))
}

/// Opens a packed file after checking all its bytes. They are held in memory: a closed segment is a few megabytes.
pub(crate) fn open_packed(path: &Path) -> io::Result<impl io::Read + Send + use<>> {
    let mut bytes = fs::read(path)?;
    let parts = bytes.split_last_chunk::<4>();
    let whole = parts.is_some_and(|(rest, crc)| {
        rest.strip_suffix(&SKIPPED).is_some_and(|body| crc32fast::hash(body).to_le_bytes() == *crc)
    });
    if !whole {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of the file does not match"));
    }
    bytes.truncate(bytes.len().saturating_sub(SKIPPED.len() + 4));
    zstd::stream::read::Decoder::new(io::Cursor::new(bytes))
}

fn unpacks_to(packed: &Path, plain: &Path) -> io::Result<bool> {
    Ok(digest(open_packed(packed)?)? == digest(File::open(plain)?)?)
}

fn digest(mut reader: impl io::Read) -> io::Result<Hash> {
    let mut digest = Sha256::new();
    io::copy(&mut reader, &mut digest)?;
    Ok(Hash::from_bytes(digest.finalize().into()))
}
