//! A form that was sent: who sends it, that it comes from our own page, and its fields.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;

/// Largest form. The longest text in one is 10,000 characters.
const MAX_FORM: usize = 128 * 1024;

/// The fields of a form or a query, in order, lists included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// Reads `a=1&a=2&b=`; whatever bytes they are.
    pub(crate) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(k, v)| (k.into_owned(), v.into_owned())).collect())
    }
    /// The first value of a field, trimmed; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }
    /// A value that is not empty.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|v| !v.is_empty())
    }
    /// All values of a field that are not empty.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(k, v)| k == name && !v.trim().is_empty()).map(|(_, v)| v.trim())
    }
    /// A value, read.
    ///
    /// # Errors
    /// [`Fail::Bad`] when it is not there or cannot be read.
    pub(crate) fn read<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, Fail> {
        self.get(name).parse().map_err(|_| Fail::field(name))
    }
    /// A value, read, when there is one.
    ///
    /// # Errors
    /// [`Fail::Bad`] when it cannot be read.
    pub(crate) fn maybe<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, Fail> {
        self.some(name).map(|v| v.parse().map_err(|_| Fail::field(name))).transpose()
    }
    /// A value that one of our own readers of names understands.
    ///
    /// # Errors
    /// [`Fail::Bad`] when it does not.
    pub(crate) fn named<T>(&self, name: &'static str, read: fn(&str) -> Option<T>) -> Result<T, Fail> {
        read(self.get(name)).ok_or_else(|| Fail::field(name))
    }
    /// A date and time as the browser's own field sends it, in the zone of the page.
    ///
    /// # Errors
    /// [`Fail::Bad`] when it is neither that nor a timestamp.
    pub(crate) fn time(&self, name: &'static str, zone: &TimeZone) -> Result<Timestamp, Fail> {
        let text = self.get(name);
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(at);
        }
        let local: DateTime = text.parse().map_err(|_| Fail::field(name))?;
        let zoned = local.to_zoned(zone.clone()).map_err(|_| Fail::field(name))?;
        Ok(zoned.timestamp())
    }
}

/// A form that a logged-in reader sent from one of our own pages.
pub(crate) struct Sent {
    /// Who.
    pub(crate) reader: Reader,
    /// What.
    pub(crate) fields: Fields,
}

impl FromRequest<Web> for Sent {
    type Rejection = Fail;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fail> {
        let (mut parts, body) = request.into_parts();
        let reader = Reader::from_request_parts(&mut parts, web).await?;
        let body = to_bytes(body, MAX_FORM).await.map_err(|_| Fail::TooLarge)?;
        let fields = Fields::parse(&body);
        let token = fields.get("csrf").as_bytes();
        let good: bool = token.ct_eq(reader.ui.csrf.as_bytes()).into();
        if good && !token.is_empty() { Ok(Self { reader, fields }) } else { Err(Fail::Csrf) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_its_lists() {
        let fields = Fields::parse(b"a=1&b=+x+&a=2&a=&c=%E2%82%AC");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((fields.get("b"), fields.get("c"), fields.get("d")), ("x", "€", ""));
    }

    #[test]
    fn a_time_of_the_browser_is_read_in_the_zone_of_the_page() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let fields = Fields::parse(b"at=2026-07-01T09:30");
        assert_eq!(fields.time("at", &zone).unwrap().to_string(), "2026-07-01T07:30:00Z");
        assert!(Fields::parse(b"at=morgen").time("at", &zone).is_err());
    }
}
