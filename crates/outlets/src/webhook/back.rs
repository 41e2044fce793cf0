//! The way back: the program behind the webhook tells where its tickets stand, signed as ours are.

use gehoor_domain::case::TicketState;
use gehoor_wire::signature;
use http::HeaderMap;
use serde_json::Value;

use crate::answer::never;
use crate::clean;
use crate::desk::{config::text_of, hook};
use crate::plug::{Context, Refusal, TicketNews};

/// Reads `{"type": "ticket.changed", "data": {"ticket": "…", "state": "…"}}`; other types are passed over.
pub(super) fn read(headers: &HeaderMap, body: &[u8], cx: &Context<'_>) -> Result<Vec<TicketNews>, Refusal> {
    let secret = cx.credential.cloned().ok_or_else(|| {
        never("there is no secret for the web hook of this outlet: set one that begins with `whsec_`, here and there")
    })?;
    signature::verify(&[secret], headers, body, cx.now).map_err(|error| {
        never(format!("the web hook is not believed ({error}): check that the program signs with the secret of this outlet"))
    })?;
    let message = hook::body(body)?;
    if message.get("type").and_then(Value::as_str) != Some("ticket.changed") {
        return Ok(Vec::new());
    }
    let data = message.get("data").unwrap_or(&Value::Null);
    let state = match data.get("state").and_then(Value::as_str) {
        Some("open") => TicketState::Open,
        Some("pending") => TicketState::Pending,
        Some("resolved") => TicketState::Resolved,
        Some("gone") => TicketState::Gone,
        _ => {
            return Err(never(
                "the web hook tells a state that is none: give `state` as open, pending, resolved or gone",
            ));
        }
    };
    let ticket = data.get("ticket").map(|id| clean::line(&text_of(id), 100)).filter(|id| !id.is_empty());
    let ticket = ticket.ok_or_else(|| never("the web hook names no ticket: give its id in `data.ticket`"))?;
    Ok(hook::news(Some(ticket), Some(state)))
}
