//! Our replies in a case: the form, and those that are not settled yet.

use gehoor_domain::case::{ReplyState, Voice};
use gehoor_engine::reply_check::FoundInReply;
use gehoor_engine::views::{CasePage, TimelineItem};
use jiff::Timestamp;

use super::{Choice, short};
use crate::html::safe_link;
use crate::locale::Arg;
use crate::ui::Ui;

/// What the form shows beside its text.
pub(crate) struct ReplyForm {
    /// What the button says.
    pub(crate) go: String,
    /// How it leaves, in words.
    pub(crate) hint: String,
    /// The customer's posts, newest first; more than one means that somebody chooses.
    pub(crate) posts: Vec<Choice>,
    /// Gehoor sends it.
    pub(crate) sends: bool,
    /// People may post it by hand.
    pub(crate) by_hand: bool,
    /// How the platform counts.
    pub(crate) counts: &'static str,
    /// Texts to begin with: id, name and the text itself.
    pub(crate) blocks: Vec<(String, String, String)>,
    /// What the check found in what was typed.
    pub(crate) findings: Vec<FindingLine>,
}

/// One thing that the check found.
pub(crate) struct FindingLine {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) blocks: bool,
}

impl ReplyForm {
    /// Makes it for the reader of a case.
    pub(crate) fn new(ui: &Ui, page: &CasePage) -> Self {
        let desk = &page.reply;
        let go = match (&desk.channel, desk.needs_approval) {
            (_, true) => "reply-go-approval",
            (Some(_), false) => "reply-go-send",
            (None, false) => "reply-go-hand",
        };
        let hint = match &desk.channel {
            Some(channel) => ui.tv("reply-through", channel),
            None => ui.t("reply-through-hand"),
        };
        Self {
            go: ui.t(go),
            hint: format!("{hint} {}", ui.tv("reply-signed", &desk.signature)),
            posts: posts(ui, page),
            sends: desk.channel.is_some(),
            by_hand: desk.by_hand,
            counts: desk.length.by.as_str(),
            blocks: desk.blocks.iter().map(|b| (b.id.clone(), b.name.clone(), b.text.clone())).collect(),
            findings: findings(ui, &desk.findings),
        }
    }
}

fn posts(ui: &Ui, page: &CasePage) -> Vec<Choice> {
    let mut posts: Vec<Choice> = page
        .timeline
        .iter()
        .filter_map(|item| match item {
            TimelineItem::Mention { mention, voice: Voice::Customer, .. } if mention.withdrawn.is_none() => {
                let text = format!("{}: {}", ui.exact(mention.published), short(&mention.text, 60));
                Some(Choice::new(&mention.id, text, page.reply.to.as_ref() == Some(&mention.id)))
            }
            _ => None,
        })
        .collect();
    posts.reverse();
    posts
}

/// What the check found, in words.
pub(crate) fn findings(ui: &Ui, found: &[FoundInReply]) -> Vec<FindingLine> {
    let line = |f: &FoundInReply| {
        // The check names a language by its code.
        let words = if f.kind == "wrong_language" { ui.label("lang", &f.words) } else { f.words.clone() };
        let args = [("v", Arg::S(&words)), ("n", Arg::N(i64::try_from(f.count).unwrap_or(i64::MAX)))];
        FindingLine { kind: f.kind, text: ui.tx(&format!("finding-{}", f.kind), &args), blocks: f.blocks }
    };
    found.iter().map(line).collect()
}

/// A reply that is not settled, or stands in public with an address.
pub(crate) struct ReplyLine {
    pub(crate) id: u64,
    pub(crate) state: String,
    pub(crate) light: &'static str,
    pub(crate) by: String,
    pub(crate) text: String,
    pub(crate) why: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) link: Option<String>,
    pub(crate) may_approve: bool,
    pub(crate) may_confirm: bool,
    pub(crate) may_again: bool,
    pub(crate) may_drop: bool,
}

/// Those that somebody has to do something about, and the last that stands there.
pub(crate) fn replies(ui: &Ui, page: &CasePage) -> Vec<ReplyLine> {
    let case = &page.row.case;
    // One that stands there is in the timeline; here it has the way to it.
    let last = case.replies.iter().rev().find(|r| matches!(r.state, ReplyState::Sent { .. }));
    let last = last.filter(|r| matches!(&r.state, ReplyState::Sent { url: Some(_), .. })).map(|r| r.id);
    let shown = case.replies.iter().filter(|r| r.state.is_pending() || Some(r.id) == last);
    shown
        .map(|reply| {
            let mine = ui.is_me(&reply.by);
            let waits = page.reply.waits.iter().find(|(id, _)| *id == reply.id).map(|(_, why)| why.clone());
            let (at, why, link) = match &reply.state {
                ReplyState::Awaiting { since } | ReplyState::ByHand { since } => (*since, None, None),
                ReplyState::Sending { since } => (*since, waits, None),
                ReplyState::Rejected { at, by, reason } => {
                    (*at, Some(format!("{}: {reason}", ui.person(by))), None)
                }
                ReplyState::Refused { at, why } => (*at, Some(why.clone()), None),
                ReplyState::Sent { at, url, .. } => (*at, None, safe_link(url.as_deref())),
            };
            let light = match &reply.state {
                ReplyState::Refused { .. } | ReplyState::Rejected { .. } => "late",
                ReplyState::Sent { .. } => "calm",
                _ => "soon",
            };
            let awaits = matches!(reply.state, ReplyState::Awaiting { .. });
            let refused = matches!(reply.state, ReplyState::Refused { .. });
            let by_hand = matches!(reply.state, ReplyState::ByHand { .. });
            ReplyLine {
                id: reply.id.0,
                state: ui.label("reply-state", reply.state.as_str()),
                light,
                by: ui.person(&reply.by),
                text: reply.text.clone(),
                why,
                at,
                link,
                may_approve: awaits && !mine,
                may_confirm: by_hand || refused,
                may_again: refused,
                may_drop: mine
                    && reply.state.is_pending()
                    && !matches!(reply.state, ReplyState::Sending { .. }),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;
    use crate::ui::tests::ui;
    use gehoor_domain::user::Role;

    #[test]
    fn another_language_than_the_customers_is_called_by_its_name() {
        let found = FoundInReply { kind: "wrong_language", blocks: false, words: "en".into(), count: 0 };
        let lines = findings(&ui(Tongue::Nl, Role::Agent), &[found]);
        assert_eq!(lines[0].text, "Een andere taal (Engels) dan die van de klant.");
    }
}
