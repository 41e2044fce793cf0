//! What the team does while one watches: takes the case of the man who was not called back, promises to call, and
//! forgets it.

use std::time::Duration;

use anyhow::Result;
use gehoor_domain::case::PromiseKind;
use gehoor_domain::decide::Command;
use gehoor_domain::ids::UserId;
use gehoor_engine::Engine;
use gehoor_engine::views::{Box as Tray, InboxQuery};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::script::{PROMISE_AFTER, PROMISE_SECONDS};
use crate::commands::operator;

/// The customer who is promised a call.
const CUSTOMER: &str = "Tom van den Berg";

/// Plays the part; what goes wrong is only logged.
pub(super) async fn act(engine: Engine, stop: CancellationToken) {
    let start = Duration::from_secs(PROMISE_AFTER.unsigned_abs());
    tokio::select! { () = tokio::time::sleep(start) => {}, () = stop.cancelled() => return }
    if let Err(error) = promise(&engine).await {
        tracing::warn!(error = %error, "the demo's promise could not be made");
    }
}

async fn promise(engine: &Engine) -> Result<()> {
    let mut viewer = operator()?;
    viewer.user = UserId::parse("eva")?;
    let query = InboxQuery { r#box: Tray::Open, limit: 200, ..InboxQuery::default() };
    let inbox = engine.inbox(&viewer, &query).await?;
    let Some(row) = inbox.rows.into_iter().find(|row| row.author == CUSTOMER) else { return Ok(()) };
    let id = row.case.id;
    let now = engine.now();
    let due = now.saturating_add(SignedDuration::from_secs(PROMISE_SECONDS))?;
    for command in [
        Command::Assign { to: Some(viewer.user.clone()) },
        Command::Reply {
            text: "Excuses Tom, dat had niet mogen gebeuren. We bellen je zo terug. ^EW".into(),
            sent: true,
        },
        Command::Promise { kind: PromiseKind::CallBack, what: "we bellen je zo terug".into(), due },
    ] {
        engine.execute(&viewer, id, command, None).await?;
    }
    Ok(())
}
