//! Whom we believe: the authorities of the web, and one of the administrator's own where he names it.

use std::path::Path;
use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, TlsParameters};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::error::FetchError;

/// The same trust for pages, mail, mailboxes and streams.
#[derive(Clone)]
pub(crate) struct Trust {
    /// Certificates beside the built-in ones, in DER.
    extra: Vec<CertificateDer<'static>>,
    connector: TlsConnector,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trust").field("extra", &self.extra.len()).finish_non_exhaustive()
    }
}

impl Trust {
    /// Reads the file, if one is named.
    ///
    /// # Errors
    /// [`FetchError::ExtraCa`] when it cannot be read or holds no certificate that can be believed.
    pub(crate) fn new(extra_ca: Option<&Path>) -> Result<Self, FetchError> {
        let extra = match extra_ca {
            Some(path) => read(path).map_err(|problem| FetchError::ExtraCa { path: path.into(), problem })?,
            None => Vec::new(),
        };
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in &extra {
            if let (Err(error), Some(path)) = (roots.add(certificate.clone()), extra_ca) {
                let problem = format!("a certificate in it is no authority ({error})");
                return Err(FetchError::ExtraCa { path: path.into(), problem });
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(FetchError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { extra, connector: TlsConnector::from(Arc::new(config)) })
    }

    /// For connections that are made here.
    pub(crate) fn connector(&self) -> &TlsConnector {
        &self.connector
    }

    /// For pages and calls.
    ///
    /// # Errors
    /// When a certificate cannot be used.
    pub(crate) fn http(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, reqwest::Error> {
        self.extra.iter().try_fold(builder, |builder, certificate| {
            Ok(builder.add_root_certificate(reqwest::Certificate::from_der(certificate)?))
        })
    }

    /// For mail that is sent.
    ///
    /// # Errors
    /// When a certificate or the name of the host cannot be used.
    pub(crate) fn smtp(&self, host: &str) -> Result<TlsParameters, lettre::transport::smtp::Error> {
        let builder = self.extra.iter().try_fold(TlsParameters::builder(host.to_owned()), |builder, one| {
            Ok(builder.add_root_certificate(Certificate::from_der(one.to_vec())?))
        });
        builder?.build()
    }
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|_| "it is not well-formed PEM".to_owned())?;
    if found.is_empty() {
        return Err(
            "it holds no certificate: give the authority's in PEM (-----BEGIN CERTIFICATE-----)".to_owned()
        );
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(content: &[u8]) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        Trust::new(Some(file.path())).unwrap_err().to_string()
    }

    #[test]
    fn a_file_without_an_authority_is_refused_by_name() {
        assert!(problem(b"").contains("it holds no certificate"));
        assert!(problem(b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n").contains("PEM"));
        let junk = problem(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert!(junk.contains("no authority"), "{junk}");
        let missing = Trust::new(Some(Path::new("/nowhere/ca.pem"))).unwrap_err().to_string();
        assert!(missing.starts_with("the extra CA /nowhere/ca.pem cannot be used"), "{missing}");
    }

    #[test]
    fn without_a_file_the_authorities_of_the_web_are_believed() {
        assert!(Trust::new(None).unwrap().extra.is_empty());
    }
}
