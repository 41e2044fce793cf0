//! Tokens of logins, kept over a restart in `secrets/` of the data folder: one file a login, readable by its owner only,
//! and sealed where the environment gives a key (`GEHOOR_SECRETS_KEY`).

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chacha20poly1305::aead::{Aead as _, AeadCore as _, KeyInit as _, OsRng};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use gehoor_engine::TokenHome;
use gehoor_wire::Secret;
use gehoor_wire::login::Token;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The name of the environment variable that holds the key: any text that is long and hard to guess.
const KEY: &str = "GEHOOR_SECRETS_KEY";
/// Bytes of the nonce, in front of what is sealed.
const NONCE: usize = 12;

/// The folder.
pub(crate) struct Secrets {
    dir: PathBuf,
    cipher: Option<ChaCha20Poly1305>,
}

/// A token as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    access: String,
    refresh: Option<String>,
    expires: Option<Timestamp>,
    ends: Option<Timestamp>,
}

impl Secrets {
    /// Opens or makes the folder.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let dir = data.join("secrets");
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir);
        made.with_context(|| format!("cannot make {}", dir.display()))?;
        let key = std::env::var(KEY).ok().filter(|key| !key.trim().is_empty());
        Ok(Self::with(dir, key.as_deref()))
    }

    fn with(dir: PathBuf, key: Option<&str>) -> Self {
        let cipher = key.map(|key| ChaCha20Poly1305::new(&Sha256::digest(key.as_bytes())));
        Self { dir, cipher }
    }

    fn path(&self, name: &str) -> PathBuf {
        let ending = if self.cipher.is_some() { "sealed" } else { "json" };
        self.dir.join(format!("{name}.{ending}"))
    }

    fn seal(&self, plain: Vec<u8>) -> Result<Vec<u8>, String> {
        let Some(cipher) = &self.cipher else { return Ok(plain) };
        let nonce = ChaCha20Poly1305::generate_nonce(&mut OsRng);
        let sealed =
            cipher.encrypt(&nonce, plain.as_slice()).map_err(|_| "it cannot be sealed".to_owned())?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn unseal(&self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let Some(cipher) = &self.cipher else { return Some(bytes) };
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        cipher.decrypt(Nonce::from_slice(nonce), sealed).ok()
    }
}

impl TokenHome for Secrets {
    fn load(&self, name: &str) -> Option<Token> {
        let read: Written = serde_json::from_slice(&self.unseal(fs::read(self.path(name)).ok()?)?).ok()?;
        Some(Token {
            access: Secret::new(read.access),
            refresh: read.refresh.map(Secret::new),
            expires: read.expires,
            ends: read.ends,
        })
    }

    fn save(&self, name: &str, token: &Token) -> Result<(), String> {
        let written = Written {
            access: token.access.reveal().to_owned(),
            refresh: token.refresh.as_ref().map(|r| r.reveal().to_owned()),
            expires: token.expires,
            ends: token.ends,
        };
        let bytes = self.seal(serde_json::to_vec(&written).map_err(|e| e.to_string())?)?;
        let path = self.path(name);
        let fresh = path.with_extension("new");
        // A rotated refresh token that is lost locks us out: it is on the disk before the old one is gone.
        let write = || -> std::io::Result<()> {
            let mut file =
                fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        };
        write().map_err(|e| format!("{}: {e}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn token() -> Token {
        Token {
            access: Secret::new("toegang"),
            refresh: Some(Secret::new("vernieuw")),
            expires: Some(Timestamp::UNIX_EPOCH),
            ends: None,
        }
    }

    #[test]
    fn a_token_is_kept_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let home = Secrets::with(dir.path().to_owned(), None);
        home.save("source-a-1", &token()).unwrap();
        assert_eq!(home.load("source-a-1"), Some(token()));
        assert_eq!(home.load("source-b-1"), None);
        let mode = fs::metadata(dir.path().join("source-a-1.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn with_a_key_nothing_of_it_can_be_read_and_another_key_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let home = Secrets::with(dir.path().to_owned(), Some("een lange sleutel"));
        home.save("x", &token()).unwrap();
        let bytes = fs::read(dir.path().join("x.sealed")).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("toegang"));
        assert_eq!(home.load("x"), Some(token()));
        assert_eq!(Secrets::with(dir.path().to_owned(), Some("een andere")).load("x"), None);
        fs::write(dir.path().join("x.sealed"), b"kort").unwrap();
        assert_eq!(home.load("x"), None);
    }
}
