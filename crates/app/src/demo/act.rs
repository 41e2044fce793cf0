//! What the team does while one watches: takes the case of the man who was not called back, promises to call, and
//! forgets it.

use std::time::Duration;

use anyhow::Result;
use gehoor_domain::case::PromiseKind;
use gehoor_domain::decide::Command;
use gehoor_engine::Engine;
use gehoor_engine::views::{Box as Tray, InboxQuery};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::answers::answer;
use super::script::{PROMISE_AFTER, PROMISE_SECONDS};

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
    let viewer = super::eva()?;
    let query = InboxQuery { r#box: Tray::Open, limit: 200, ..InboxQuery::default() };
    let inbox = engine.inbox(&viewer, &query).await?;
    let Some(row) = inbox.rows.into_iter().find(|row| row.author == CUSTOMER) else { return Ok(()) };
    let id = row.case.id;
    let now = engine.now();
    let due = now.saturating_add(SignedDuration::from_secs(PROMISE_SECONDS))?;
    engine.execute(&viewer, id, Command::Assign { to: Some(viewer.user.clone()) }, None).await?;
    answer(engine, &viewer, id, "Excuses Tom, dat had niet mogen gebeuren. We bellen je zo terug.").await?;
    // The words hold a promise without a time: it is proposed, and she says until when.
    let case = engine.case_row(&viewer, id).await?.case;
    let command = match case.proposed.iter().find(|p| p.answer.is_none()) {
        Some(proposed) => Command::AcceptProposal {
            proposal: proposed.id,
            promise: Some(PromiseKind::CallBack),
            what: String::new(),
            due: Some(due),
        },
        None => Command::Promise { kind: PromiseKind::CallBack, what: "we bellen je zo terug".into(), due },
    };
    engine.execute(&viewer, id, command, None).await?;
    Ok(())
}
