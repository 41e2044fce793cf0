//! Sources and how they do, in words.

use gehoor_engine::views::SourceRow;
use jiff::Timestamp;

use super::events::word;
use crate::html::Html;
use crate::ui::Ui;

/// One source.
pub(crate) struct SourceView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) channel: String,
    pub(crate) channel_icon: String,
    pub(crate) health: String,
    pub(crate) last_success: Html,
    pub(crate) last_news: Html,
    pub(crate) next: Html,
    pub(crate) every: Option<String>,
    pub(crate) found: u64,
    pub(crate) polled: bool,
    pub(crate) error: Option<String>,
    pub(crate) failed: String,
    pub(crate) warnings: Vec<String>,
}

impl SourceView {
    /// Makes a source.
    pub(crate) fn new(ui: &Ui, row: &SourceRow) -> Self {
        let time = |at: Option<Timestamp>, none: &str| {
            at.map_or_else(|| Html::trusted(ui.t(none)), |at| ui.time(at))
        };
        let failed = match row.last_error_at {
            Some(at) if row.failures > 0 => {
                format!("{} · {}", ui.tn("failures", row.failures), ui.relative(at))
            }
            Some(at) => ui.tv("failed-once", &ui.relative(at)),
            None => ui.tn("failures", row.failures),
        };
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            channel: ui.label("channel", row.channel.as_str()),
            channel_icon: format!("channel-{}", row.channel.as_str()),
            health: word(&row.health),
            last_success: time(row.last_success, "never"),
            last_news: time(row.last_news, "never"),
            next: if row.polled { time(row.next, "not-planned") } else { Html::trusted(ui.t("is-pushed")) },
            every: row.every.filter(|_| row.polled).map(|e| ui.tv("every", &ui.span(e))),
            found: row.found,
            polled: row.polled,
            error: row.last_error.clone(),
            failed,
            warnings: row.warnings.clone(),
        }
    }
}
