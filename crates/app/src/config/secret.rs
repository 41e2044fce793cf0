//! Where a secret comes from: never from the configuration file itself.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use gehoor_wire::Secret;
use serde::Deserialize;

/// `env:NAME` or `file:PATH`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file; white space around the secret is dropped.
    File(String),
}

impl TryFrom<String> for SecretRef {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.to_owned())),
            // The text itself is not repeated: it may be the secret.
            _ => Err("a secret is never written here: use \"env:NAME\" or \"file:PATH\"".into()),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
        }
    }
}

impl SecretRef {
    /// Fetches the secret.
    ///
    /// # Errors
    /// Names the variable or file that is missing or empty.
    pub fn fetch(&self) -> Result<Secret> {
        let text = match self {
            Self::Env(name) => {
                std::env::var(name).with_context(|| format!("the environment variable {name} is not set"))?
            }
            Self::File(path) => std::fs::read_to_string(path)
                .with_context(|| format!("the secret file {path} cannot be read"))?,
        };
        if text.trim().is_empty() {
            bail!("the secret {self} is empty");
        }
        Ok(Secret::new(text.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_the_file_is_refused_without_repeating_it() {
        let error = SecretRef::try_from("hunter2".to_owned()).unwrap_err();
        assert!(!error.contains("hunter2"));
        assert_eq!(SecretRef::try_from("env:A".to_owned()).unwrap(), SecretRef::Env("A".into()));
    }
}
