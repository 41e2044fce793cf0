//! Compressing closed segments.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::commit::StoreError;
use crate::disk::{failed, replace, sync_dir};
use crate::hash::Hash;
use crate::journal::segment::{Segment, list};

/// zstd's own default: closed segments are written once and read seldom.
const LEVEL: i32 = 3;

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
    replace(to, |out| {
        let work = || -> io::Result<()> {
            let mut encoder = encoder(out)?;
            io::copy(&mut plain, &mut encoder)?;
            encoder.finish()?;
            Ok(())
        };
        work().map_err(failed("compress into", to))
    })
}

fn unpacks_to(packed: &Path, plain: &Path) -> io::Result<bool> {
    let left = digest(zstd::stream::read::Decoder::new(File::open(packed)?)?)?;
    Ok(left == digest(File::open(plain)?)?)
}

fn digest(mut reader: impl io::Read) -> io::Result<Hash> {
    let mut digest = Sha256::new();
    io::copy(&mut reader, &mut digest)?;
    Ok(Hash::from_bytes(digest.finalize().into()))
}
