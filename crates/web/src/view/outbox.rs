//! Rows of the outbox, in words.

use gehoor_domain::effect::{EffectKind, EffectState, OutboxRow};
use jiff::Timestamp;

use crate::html::safe_link;
use crate::ui::Ui;

/// One row.
pub(crate) struct EffectView {
    pub(crate) key: String,
    pub(crate) what: String,
    pub(crate) href: Option<String>,
    pub(crate) outlet: String,
    pub(crate) state: String,
    pub(crate) class: &'static str,
    pub(crate) dead: bool,
    pub(crate) at: Timestamp,
    pub(crate) created: Timestamp,
    pub(crate) tries: u32,
    pub(crate) error: Option<String>,
    pub(crate) receipt: Option<String>,
    pub(crate) link: Option<String>,
}

impl EffectView {
    /// Makes a row.
    pub(crate) fn new(ui: &Ui, row: &OutboxRow) -> Self {
        let (what, href) = match &row.effect.kind {
            EffectKind::Ticket { case, reason } => (
                format!("{}: {}", ui.ti("effect-ticket", case.0), ui.label("queued", reason)),
                Some(format!("/cases/{case}")),
            ),
            EffectKind::TicketComment { case, .. } => {
                (ui.ti("effect-comment", case.0), Some(format!("/cases/{case}")))
            }
            EffectKind::TicketPush { case } => (ui.ti("effect-push", case.0), Some(format!("/cases/{case}"))),
            EffectKind::Reply { case, .. } => (ui.ti("effect-reply", case.0), Some(format!("/cases/{case}"))),
            EffectKind::Alert { alert } => (ui.ti("effect-alert", alert.0), Some(format!("/alerts/{alert}"))),
            EffectKind::Digest { digest, date } => {
                (ui.tv("effect-digest", &format!("{digest} {date}")), None)
            }
            EffectKind::AlertOver { alert } => {
                (ui.ti("effect-over", alert.0), Some(format!("/alerts/{alert}")))
            }
        };
        let (state, class, at) = match &row.state {
            EffectState::Due { at } => ("effect-due", if row.tries > 0 { "waits" } else { "new" }, *at),
            EffectState::Done { at } => ("effect-done", "well", *at),
            EffectState::Dead { at } => ("effect-dead", "stopped", *at),
        };
        Self {
            key: row.effect.key.to_string(),
            what,
            href,
            outlet: ui.outlet_name(&row.effect.outlet),
            state: ui.tongue.text(state, &[]),
            class,
            dead: matches!(row.state, EffectState::Dead { .. }),
            at,
            created: row.effect.created,
            tries: row.tries,
            error: row.last_error.clone(),
            receipt: row.receipt.as_ref().and_then(|r| r.id.clone()),
            link: row.receipt.as_ref().and_then(|r| safe_link(r.url.as_deref())),
        }
    }
}
