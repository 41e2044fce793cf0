//! What others push: posts to a source, states of tickets to an outlet. Nothing is believed before somebody vouched for it.

use gehoor_domain::ids::{OutletId, SourceId};
use gehoor_outlets::Context;
use gehoor_sources::{Cursor, Vouched};
use gehoor_store::Table;
use gehoor_wire::login::part;
use gehoor_wire::{Response, Secret, signature};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::Engine;
use crate::batch::read;
use crate::error::EngineError;
use crate::ingest::keep_warnings;
use crate::setup::SourceSetup;

impl Engine {
    /// Takes a delivery of a webhook source: verified, parsed and committed before it returns the number of new mentions.
    /// Who vouches for it depends on the kind: a signature in `headers`, or `key`, which stood in the address.
    ///
    /// # Errors
    /// [`EngineError::NotPushed`], [`EngineError::Forbidden`] (signature), [`EngineError::BadInput`] (body).
    pub async fn receive(
        &self,
        source: &SourceId,
        headers: &http::HeaderMap,
        key: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<usize, EngineError> {
        let setup = self
            .source_setup(source)
            .filter(|s| !s.polled && s.enabled)
            .ok_or_else(|| EngineError::NotPushed(source.clone()))?;
        let id = vouched(setup, headers, key, body, self.now())?;
        let seen_key = format!("{source}/{id}");
        if read::<serde_json::Value>(self.store(), Table::Inbound, &seen_key)?.is_some() {
            return Ok(0);
        }
        // What happened may stand in a header of the platform's own.
        let own = headers.iter().filter(|(name, _)| name.as_str().starts_with("x-"));
        let mut given: http::HeaderMap = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        if let Some(kind) = content_type.and_then(|kind| http::HeaderValue::from_str(kind).ok()) {
            given.insert(http::header::CONTENT_TYPE, kind);
        }
        let delivery = Response {
            status: http::StatusCode::OK,
            headers: given,
            body: bytes::Bytes::copy_from_slice(body),
            url: inbound()?,
            moved_to: None,
            at: self.now(),
        };
        let page = setup
            .plug
            .parse(&Cursor::default(), &delivery)
            .map_err(|error| EngineError::BadInput(error.to_string()))?;
        let (news, _) = self.import(source, page.items).await?;
        if !page.warnings.is_empty() {
            self.change_source(source, |state| keep_warnings(state, &page.warnings)).await?;
        }
        let now = self.now();
        // Written after the mentions: a crash in between lets the sender try again, and known mentions stay one.
        self.work(|batch| batch.append(Table::Inbound, seen_key.clone(), &now).map_err(EngineError::from))
            .await?;
        Ok(news)
    }

    /// Answers a platform that checks the address of a source before it pushes (`hub.mode=subscribe`): what it gave, when
    /// the token it repeats is the one that was agreed.
    ///
    /// # Errors
    /// [`EngineError::NotPushed`] when no such source is checked that way; [`EngineError::Forbidden`] when the token is
    /// wrong or none was agreed; [`EngineError::BadInput`] when what it gave is nothing that may be said back.
    pub fn confirm(
        &self,
        source: &SourceId,
        mode: &str,
        token: &str,
        challenge: &str,
    ) -> Result<String, EngineError> {
        let setup = self
            .source_setup(source)
            .filter(|s| !s.polled && s.enabled && matches!(s.plug.vouched(), Vouched::Hmac(_)))
            .ok_or_else(|| EngineError::NotPushed(source.clone()))?;
        let agreed = |secret: &Secret| part(secret, "verify_token", false).ok();
        let good = setup.signing.iter().filter_map(agreed).any(|agreed| same(agreed.reveal(), token));
        if mode != "subscribe" || token.is_empty() || !good {
            let why = "the token is wrong, or `verify_token` is missing in the credential of the source";
            return Err(EngineError::Forbidden(why.to_owned()));
        }
        // It goes back as it came: nothing but letters and digits.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if challenge.is_empty() || challenge.len() > 200 || !challenge.chars().all(plain) {
            return Err(EngineError::BadInput("`hub.challenge` is not letters and digits".to_owned()));
        }
        Ok(challenge.to_owned())
    }

    /// Takes what a helpdesk pushes about its tickets; returns how many had news.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the outlet takes no pushes, [`EngineError::Forbidden`] when it is not signed as it
    /// should be or cannot be read.
    pub async fn receive_hook(
        &self,
        outlet: &OutletId,
        headers: &http::HeaderMap,
        body: &[u8],
    ) -> Result<usize, EngineError> {
        let missing = || EngineError::NotFound(format!("outlet {outlet} that is pushed to"));
        let setup = self.outlet_setup(outlet).filter(|o| o.hook.is_some()).ok_or_else(missing)?;
        let cx = Context { now: self.now(), credential: setup.hook.as_ref() };
        let news = setup.plug.read_hook(headers, body, &cx).ok_or_else(missing)?;
        let news = news.map_err(|refusal| EngineError::Forbidden(refusal.reason))?;
        self.tickets_changed(outlet, news).await
    }
}

/// The address that a delivery is said to come from: it is never asked.
fn inbound() -> Result<Url, EngineError> {
    Url::parse("https://localhost/ingest").map_err(|e| EngineError::BadInput(e.to_string()))
}

/// Compares without telling by the time how much of it was right.
fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Whether a delivery is genuine, and its name, by which a second one of the same is known.
fn vouched(
    setup: &SourceSetup,
    headers: &http::HeaderMap,
    key: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<String, EngineError> {
    if setup.signing.is_empty() {
        return Err(EngineError::Forbidden(format!(
            "source {} has no signing secret: configure `credential`",
            setup.id
        )));
    }
    let refused = |why: &str| EngineError::Forbidden(why.to_owned());
    let of_body = || hex::encode(Sha256::digest(body));
    match setup.plug.vouched() {
        Vouched::Signed => signature::verify(&setup.signing, headers, body, now)
            .map(|verified| verified.id)
            .map_err(|error| EngineError::Forbidden(error.to_string())),
        Vouched::Hmac(header) => {
            let given = headers.get(header).and_then(|value| value.to_str().ok());
            let given = given.ok_or_else(|| refused("the signature is missing"))?;
            // The secret that signs may stand beside the one that opens the address.
            let signing: Vec<Secret> =
                setup.signing.iter().filter_map(|secret| part(secret, "app_secret", true).ok()).collect();
            signature::verify_hex(&signing, given, body)
                .map(|()| of_body())
                .map_err(|error| EngineError::Forbidden(error.to_string()))
        }
        Vouched::Address => {
            let given = key.unwrap_or_default();
            let good = setup.signing.iter().any(|secret| same(secret.reveal(), given));
            good.then(of_body).ok_or_else(|| refused("the key in the address is missing or wrong"))
        }
    }
}
