//! The lines of a case's history, in words.

use gehoor_domain::event::{Actor, CaseEvent, Shift, What};
use gehoor_domain::ids::PromiseId;
use gehoor_domain::promise::Promise;
use jiff::{SignedDuration, Timestamp};

use super::short;
use crate::locale::Arg;
use crate::ui::Ui;

/// A line of the history.
pub(crate) struct EventView {
    pub(crate) icon: &'static str,
    pub(crate) text: String,
    pub(crate) bad: bool,
    pub(crate) at: Timestamp,
}

/// An internal note.
pub(crate) struct NoteView {
    pub(crate) by: String,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}

/// Whether a post was seen so soon that a number of seconds says less than a word.
pub(super) fn at_once(delay: SignedDuration) -> bool {
    delay < SignedDuration::from_mins(1)
}

/// Who did it, in words.
pub(crate) fn who(ui: &Ui, by: &Actor) -> String {
    match by {
        Actor::User(user) => ui.person(user),
        Actor::Gehoor => "Gehoor".to_owned(),
        Actor::Outlet(outlet) => ui.outlet_name(outlet),
    }
}

/// The line of an event; `None` for one that the timeline shows as a post or a note.
pub(crate) fn event(ui: &Ui, event: &CaseEvent, promises: &[Promise]) -> Option<EventView> {
    let by = who(ui, &event.by);
    let say = |key: &str, v: &str| ui.tx(key, &[("by", Arg::S(&by)), ("v", Arg::S(v))]);
    let promised = |id: &PromiseId| match promises.iter().find(|p| p.id == *id) {
        Some(promise) => format!("“{}”", short(&promise.what, 80)),
        None => id.to_string(),
    };
    let (icon, text, bad) = match &event.what {
        What::Noted { .. } => return None,
        What::Replied { text, .. } if !text.is_empty() => return None,
        What::Replied { .. } => ("reply", say("event-replied", ""), false),
        What::Opened { detection_delay, .. } => {
            let key = if at_once(*detection_delay) { "event-opened-at-once" } else { "event-opened" };
            ("inbox", say(key, &ui.span(*detection_delay)), false)
        }
        What::Joined { because, .. } => ("more", say("event-joined", &ui.label("because", because)), false),
        What::Revised { .. } => ("note", say("event-revised", ""), false),
        What::Withdrawn { .. } => ("warn", say("event-withdrawn", ""), false),
        What::Assigned { to: Some(to) } => {
            let name = ui.person(to);
            let took = matches!(&event.by, Actor::User(user) if user == to);
            ("user", if took { say("event-took", "") } else { say("event-assigned", &name) }, false)
        }
        What::Assigned { to: None } => ("user", say("event-released", ""), false),
        What::Promised { promise, .. } => ("promise", say("event-promised", &promised(promise)), false),
        What::PromiseDue { promise } => ("clock", say("event-promise-due", &promised(promise)), false),
        What::PromiseEnded { promise, how } => {
            let key = match how.as_str() {
                "kept" => "event-promise-kept",
                "missed" => "event-promise-missed",
                _ => "event-promise-withdrawn",
            };
            ("promise", say(key, &promised(promise)), how == "missed")
        }
        What::HandedOver { to, due, .. } => {
            let to = ui.team_name(to);
            let until = ui.moment(*due);
            let args = [("by", Arg::S(&by)), ("v", Arg::S(&to)), ("until", Arg::S(&until))];
            ("handover", ui.tx("event-handed-over", &args), false)
        }
        What::Returned { from, late, .. } => {
            let key = if *late { "event-returned-late" } else { "event-returned" };
            ("handover", say(key, &ui.team_name(from)), *late)
        }
        What::ClockAmber { clock } => {
            ("clock", say("event-clock-amber", &ui.label("clock", clock.as_str())), false)
        }
        What::ClockRed { clock } => {
            ("clock", say("event-clock-red", &ui.label("clock", clock.as_str())), true)
        }
        What::Queued { reason } => {
            ("queue", say("event-queued", &ui.label("queued", reason.as_str())), false)
        }
        What::TicketOpened { outlet, ticket } => {
            ("ticket", say("event-ticket-opened", &format!("{} {ticket}", ui.outlet_name(outlet))), false)
        }
        What::TicketChanged { outlet, ticket, state } => {
            let name = format!("{} {ticket}", ui.outlet_name(outlet));
            let state = ui.label("ticket", &word(state));
            let args = [("by", Arg::S(&by)), ("v", Arg::S(&name)), ("state", Arg::S(&state))];
            ("ticket", ui.tx("event-ticket-changed", &args), false)
        }
        What::WaitingForCustomer => ("clock", say("event-waiting", ""), false),
        What::PrivateTalk { step } => {
            ("private", say("event-private", &ui.label("private", &word(step))), false)
        }
        What::Closed { outcome, note } => {
            let how = ui.label("outcome", outcome.as_str());
            let text = say("event-closed", &how);
            ("check", if note.is_empty() { text } else { format!("{text}: {note}") }, false)
        }
        What::Reopened { mention, .. } => {
            let key = if mention.is_some() { "event-came-back" } else { "event-reopened" };
            ("reopen", say(key, ""), mention.is_some())
        }
        What::SplitOff { mentions, into } => (
            "split",
            {
                let args = [
                    ("by", Arg::S(&by)),
                    ("n", Arg::N(i64::try_from(mentions.len()).unwrap_or(0))),
                    ("v", Arg::S(&into.to_string())),
                ];
                ui.tx("event-split-off", &args)
            },
            false,
        ),
        What::SplitFrom { from } => ("split", say("event-split-from", &from.to_string()), false),
        What::MergedIn { from, .. } => ("merge", say("event-merged-in", &from.to_string()), false),
        What::MergedInto { into } => ("merge", say("event-merged-into", &into.to_string()), false),
        What::Overruled { points: Some(points), reason } => {
            ("queue", format!("{}: {reason}", say("event-overruled", &ui.points(*points))), false)
        }
        What::Overruled { points: None, .. } => ("queue", say("event-overrule-undone", ""), false),
        What::Located { location } => {
            let name = location.as_ref().map_or_else(|| ui.t("location-unknown"), |l| ui.place_name(l));
            ("pin", say("event-located", &name), false)
        }
        What::ResponsibleSet { responsible } => {
            ("user", say("event-responsible", &ui.label("responsible", responsible.as_str())), false)
        }
        What::Corrected { fields, .. } => {
            let names: Vec<String> = fields.iter().map(|f| ui.label("field", f)).collect();
            ("note", say("event-corrected", &names.join(", ")), false)
        }
        What::Reassessed { model, because, changed, points_before, points_after, .. } => {
            let (before, after) = (ui.points(*points_before), ui.points(*points_after));
            let key = if because == "new_model" { "event-new-model" } else { "event-second-look" };
            let args = [("v", Arg::S(model)), ("before", Arg::S(&before)), ("after", Arg::S(&after))];
            let shifts: Vec<String> = changed.iter().map(|shift| shifted(ui, shift)).collect();
            let same = || ui.t("event-judged-the-same");
            let what = if shifts.is_empty() { same() } else { shifts.join("; ") };
            ("note", format!("{} {what}", ui.tx(key, &args)), false)
        }
        What::PromiseProposed { words, .. } => ("promise", say("event-proposed", words), false),
        What::ProposalDismissed { .. } => ("promise", say("event-dismissed", ""), false),
        What::Called { answered, reference, .. } => {
            let key = if *answered { "event-called" } else { "event-called-nobody" };
            ("note", say(key, reference), false)
        }
        What::Snoozed { until, reason } => {
            let until = ui.moment(*until);
            let args = [("by", Arg::S(&by)), ("v", Arg::S(reason)), ("until", Arg::S(&until))];
            ("clock", ui.tx("event-snoozed", &args), false)
        }
        What::ReplyStep { step, note, .. } => {
            let args = [("by", Arg::S(&by)), ("v", Arg::S(note))];
            (
                "reply",
                ui.tx(&format!("event-reply-{step}"), &args),
                matches!(step.as_str(), "refused" | "rejected"),
            )
        }
        What::Woken { why } => ("clock", ui.label("event-woken", why), false),
    };
    Some(EventView { icon, text, bad, at: event.at })
}

/// A judgement before and after, in words.
fn shifted(ui: &Ui, shift: &Shift) -> String {
    let group = match shift.field.as_str() {
        "topics" => "topic",
        "signals" => "signal",
        other => other,
    };
    let words = |names: &str| {
        let names: Vec<String> =
            names.split_whitespace().map(|name| ui.label(group, &name.replace('.', "-"))).collect();
        if names.is_empty() { "–".to_owned() } else { names.join(", ") }
    };
    format!("{}: {} → {}", ui.label("field", &shift.field), words(&shift.from), words(&shift.to))
}

/// The name that a value has in records, for labels.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}
