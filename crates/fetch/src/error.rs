//! Why a client cannot be built.

use std::path::PathBuf;

/// A setting with which no client can be built.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The user agent cannot be sent.
    #[error(
        "the user agent `{0}` cannot be used: start with a name of letters, `-` or `_`, in ASCII on one line"
    )]
    UserAgent(String),
    /// A quota of nothing, or one that lasts for ever.
    #[error(
        "the quota of `{0}` cannot be used: allow at least 1 request in more than 0 s and at most 31 days"
    )]
    Quota(String),
    /// An SMTP server that cannot be used as it stands.
    #[error("the SMTP server `{name}` cannot be used: {problem}")]
    Smtp {
        /// Its name in the configuration.
        name: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The file with an authority of one's own.
    #[error("the extra CA {} cannot be used: {problem}", path.display())]
    ExtraCa {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// TLS could not be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] tokio_rustls::rustls::Error),
    /// The HTTP client could not be made.
    #[error("the HTTP client cannot be built")]
    Http(#[source] reqwest::Error),
}
