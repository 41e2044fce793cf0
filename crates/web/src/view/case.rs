//! Everything that the page of one case shows.

use gehoor_domain::assessment::Responsible;
use gehoor_domain::case::{CaseState, Outcome, Voice};
use gehoor_domain::clock::ClockKind;
use gehoor_domain::event::What;
use gehoor_domain::promise::PromiseKind;
use gehoor_engine::views::{CasePage, TimelineItem};
use jiff::{SignedDuration, Timestamp};

use super::clocks::{ClockLine, PromiseLine, clock, promise};
use super::events::{EventView, NoteView, at_once, event, who, word};
use super::kept::Kept;
use super::post::PostView;
use super::reply::{ReplyForm, ReplyLine, replies};
use super::row::{PartView, parts, sumbar};
use super::{Choice, short};
use crate::html::{Html, pieces, safe_link};
use crate::locale::Arg;
use crate::ui::Ui;

/// One line of the timeline: exactly one of the three.
#[derive(Default)]
pub(crate) struct Entry {
    pub(crate) post: Option<PostView>,
    pub(crate) note: Option<NoteView>,
    pub(crate) event: Option<EventView>,
}

/// A case that is with somebody else.
pub(crate) struct Handed {
    pub(crate) to: String,
    pub(crate) note: String,
    pub(crate) says: String,
}

/// A ticket in a helpdesk.
pub(crate) struct TicketLine {
    pub(crate) name: String,
    pub(crate) link: Option<String>,
    pub(crate) state: String,
    pub(crate) at: Timestamp,
}

/// A step of a talk in private.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    pub(crate) at: Option<Timestamp>,
    pub(crate) done: bool,
    pub(crate) next: bool,
    /// Until when it is expected.
    pub(crate) by: Option<String>,
    /// It did not come: the customer may be asked again.
    pub(crate) again: bool,
}

/// Another case of this customer.
pub(crate) struct Other {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) state: String,
    pub(crate) at: Timestamp,
    pub(crate) line: String,
}

/// A promise found in our own words.
pub(crate) struct ProposalLine {
    pub(crate) id: u32,
    pub(crate) kind: String,
    pub(crate) kind_raw: &'static str,
    pub(crate) words: String,
    pub(crate) due: Option<String>,
    pub(crate) due_raw: String,
}

/// Somebody at the case.
pub(crate) struct PresentLine {
    pub(crate) says: String,
    pub(crate) typing: bool,
}

/// What can be chosen in the forms.
pub(crate) struct Choices {
    pub(crate) promises: Vec<Choice>,
    pub(crate) outcomes: Vec<Choice>,
    pub(crate) teams: Vec<Choice>,
    pub(crate) people: Vec<Choice>,
    pub(crate) locations: Vec<Choice>,
    pub(crate) responsibles: Vec<Choice>,
    pub(crate) soonest: String,
    pub(crate) tomorrow: String,
}

/// One case.
pub(crate) struct CaseView {
    pub(crate) id: u64,
    pub(crate) version: u64,
    pub(crate) seen_version: String,
    pub(crate) back: String,
    pub(crate) author: String,
    pub(crate) place: Option<String>,
    pub(crate) channel: String,
    pub(crate) state: String,
    pub(crate) owner: Option<String>,
    pub(crate) queued: Option<String>,
    pub(crate) mine: bool,
    pub(crate) closed: bool,
    pub(crate) waiting: bool,
    pub(crate) clock: Option<ClockLine>,
    pub(crate) clocks: Vec<ClockLine>,
    pub(crate) timeline: Vec<Entry>,
    pub(crate) promises: Vec<PromiseLine>,
    pub(crate) handed: Option<Handed>,
    pub(crate) tickets: Vec<TicketLine>,
    pub(crate) private: Option<Vec<Step>>,
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) others: Vec<Other>,
    pub(crate) splittable: Vec<Choice>,
    pub(crate) choices: Choices,
    pub(crate) points: String,
    pub(crate) points_raw: String,
    pub(crate) sumbar: Html,
    pub(crate) parts: Vec<PartView>,
    pub(crate) overruled: Option<String>,
    pub(crate) delay: String,
    pub(crate) link: Option<String>,
    pub(crate) replies: Vec<ReplyLine>,
    pub(crate) desk: ReplyForm,
    pub(crate) limit: usize,
    pub(crate) proposals: Vec<ProposalLine>,
    /// What the customer tells of promises that were not kept: what, and for when.
    pub(crate) told: Vec<(String, String)>,
    /// The team that has to act, and why: a form hands it over.
    pub(crate) belongs: Option<(String, String, String)>,
    pub(crate) present: Vec<PresentLine>,
    pub(crate) snoozed: Option<String>,
    /// An honest line for a missed promise.
    pub(crate) honest: Option<String>,
    /// The form that was refused.
    pub(crate) kept: Kept,
    /// What was refused without a form to show it in, and the words that were typed there.
    pub(crate) error: Option<String>,
    pub(crate) lost: Option<String>,
    /// The customer waits for an answer, so that a solution has to say where it was given.
    pub(crate) owes: bool,
    /// Who the case was to be given to, when that was refused with a warning that may be passed.
    pub(crate) beyond: Option<String>,
    pub(crate) draft_reply: Option<String>,
    pub(crate) draft_note: Option<String>,
}

impl CaseView {
    /// Makes the page of a case; `back` is the list it was opened from.
    pub(crate) fn new(ui: &Ui, page: &CasePage, back: &str) -> Self {
        let row = &page.row;
        let case = &row.case;
        let over = row.priority.overruled.as_ref();
        Self {
            id: case.id.0,
            version: page.version,
            seen_version: page.version.to_string(),
            back: back.to_owned(),
            author: row.author.clone(),
            place: row.place.clone(),
            channel: ui.label("channel", case.channel.as_str()),
            state: ui.label("state", &word(&case.state)),
            owner: case.owner.as_ref().map(|o| ui.person(o)),
            queued: case.queued.as_ref().map(|q| {
                ui.tv("queued-since", &ui.span(ui.now.duration_since(q.since)))
                    + ": "
                    + &ui.label("queued", q.reason.as_str())
            }),
            mine: case.owner.as_ref().is_some_and(|o| ui.is_me(o)),
            closed: case.state == CaseState::Closed,
            waiting: case.state == CaseState::Waiting,
            clock: row.clock.as_ref().map(|c| clock(ui, c)),
            clocks: page.clocks.iter().map(|c| clock(ui, c)).collect(),
            timeline: timeline(ui, page),
            promises: page.promises.iter().map(|p| promise(ui, p, &case.tickets)).collect(),
            handed: case.hand_over.as_ref().map(|h| Handed {
                to: match &h.location {
                    Some(location) => format!("{} · {}", ui.team_name(&h.to), ui.place_name(location)),
                    None => ui.team_name(&h.to),
                },
                note: h.note.clone(),
                says: ui
                    .tx("handed-says", &[("by", Arg::S(&ui.person(&h.by))), ("v", Arg::S(&ui.exact(h.due)))]),
            }),
            tickets: case
                .tickets
                .iter()
                .map(|t| TicketLine {
                    name: format!("{} {}", ui.outlet_name(&t.outlet), t.id),
                    link: safe_link(t.url.as_deref()),
                    state: ui.label("ticket", &word(&t.state)),
                    at: t.at,
                })
                .collect(),
            private: private(ui, page),
            facts: facts(ui, page),
            others: page
                .others
                .iter()
                .map(|o| Other {
                    id: o.case.id.0,
                    author: o.author.clone(),
                    state: ui.label("state", &word(&o.case.state)),
                    at: o.case.began,
                    line: short(&o.line, 90),
                })
                .collect(),
            splittable: splittable(page),
            choices: choices(ui, page),
            points: ui.points(row.priority.total),
            points_raw: format!("{:.0}", row.priority.total),
            sumbar: sumbar(&row.priority),
            parts: parts(ui, &row.priority),
            overruled: over.map(|o| {
                let args = [("by", Arg::S(&ui.person(&o.by))), ("v", Arg::S(&o.reason))];
                ui.tx("overruled-says", &args)
            }),
            delay: if at_once(page.detection_delay) {
                ui.t("detection-at-once")
            } else {
                ui.tv("detection-delay", &ui.span(page.detection_delay))
            },
            link: last_link(page),
            replies: replies(ui, page),
            desk: ReplyForm::new(ui, page),
            limit: page.reply.length.most,
            proposals: proposals(ui, page),
            told: told(ui, page),
            belongs: page.belongs_to.as_ref().map(|(team, words)| {
                let party = ui.label("responsible", case.responsible.as_str());
                let why = if words.is_empty() { party } else { format!("{party}: {words}") };
                (team.to_string(), ui.team_name(team), why)
            }),
            present: present(ui, page),
            snoozed: case.snoozed.as_ref().map(|s| {
                let (by, until) = (ui.person(&s.by), ui.moment(s.until));
                ui.tx(
                    "snoozed-says",
                    &[("by", Arg::S(&by)), ("until", Arg::S(&until)), ("v", Arg::S(&s.reason))],
                )
            }),
            honest: case
                .promises
                .iter()
                .find(|p| p.is_missed())
                .map(|p| gehoor_engine::promised::missed_line(case.facts.lang, p.kind).to_owned()),
            kept: Kept::default(),
            error: None,
            lost: None,
            owes: case.waits_in_vain(),
            beyond: None,
            draft_reply: page.reply.draft.as_ref().map(|d| d.text.clone()),
            draft_note: None,
        }
    }
}

fn proposals(ui: &Ui, page: &CasePage) -> Vec<ProposalLine> {
    let open = page.row.case.proposed.iter().filter(|p| p.answer.is_none());
    open.map(|p| {
        let local = p.due.map(|due| due.to_zoned(ui.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string());
        ProposalLine {
            id: p.id,
            kind: ui.label("promise", p.kind.as_str()),
            kind_raw: p.kind.as_str(),
            words: p.words.clone(),
            due: p.due.map(|due| ui.exact(due)),
            due_raw: local.unwrap_or_default(),
        }
    })
    .collect()
}

fn told(ui: &Ui, page: &CasePage) -> Vec<(String, String)> {
    let line = |one: &gehoor_engine::promised::ToldBroken| {
        let kind = ui.label("promise", one.kind.as_str());
        let says = match one.on {
            Some(on) => ui
                .tx("told-on", &[("v", Arg::S(&kind)), ("on", Arg::S(&on.strftime("%d-%m-%Y").to_string()))]),
            None => kind,
        };
        (says, one.words.clone())
    };
    page.told_broken.iter().map(line).collect()
}

fn present(ui: &Ui, page: &CasePage) -> Vec<PresentLine> {
    let line = |p: &gehoor_engine::presence::Present| {
        let typing = p.doing == gehoor_engine::presence::Doing::Typing;
        let key = if typing { "present-typing" } else { "present-reading" };
        PresentLine {
            says: ui.tx(key, &[("by", Arg::S(&p.name)), ("v", Arg::S(&ui.relative(p.since)))]),
            typing,
        }
    };
    page.present.iter().map(line).collect()
}

fn timeline(ui: &Ui, page: &CasePage) -> Vec<Entry> {
    let promises: Vec<_> = page.promises.iter().map(|p| p.promise.clone()).collect();
    let mut out = Vec::new();
    for item in &page.timeline {
        match item {
            TimelineItem::Mention { mention, assessment, voice, source_name, .. } => out.push(Entry {
                post: Some(PostView::new(ui, mention, assessment.as_deref(), *voice, source_name, None)),
                ..Entry::default()
            }),
            TimelineItem::Event { event: e, .. } => match &e.what {
                What::Noted { text } => {
                    let note = NoteView { by: who(ui, &e.by), text: text.clone(), at: e.at };
                    out.push(Entry { note: Some(note), ..Entry::default() });
                }
                // Found at the source: it stands there as a post.
                What::Replied { reply: Some(id), .. }
                    if page.row.case.reply(*id).is_some_and(|r| r.mention.is_some()) => {}
                What::Replied { text, .. } if !text.is_empty() => {
                    out.push(Entry {
                        post: Some(reply(ui, text, &who(ui, &e.by), e.at)),
                        ..Entry::default()
                    });
                }
                // The post itself stands in the timeline at the same place.
                What::Joined { because, .. } if because != "manual" && because != "linked" => {}
                What::Replied { mention: Some(_), .. } => {}
                _ => out.push(Entry { event: event(ui, e, &promises), ..Entry::default() }),
            },
        }
    }
    out
}

/// Our reply as written here, until it is found at the source.
fn reply(ui: &Ui, text: &str, by: &str, at: Timestamp) -> PostView {
    PostView {
        id: String::new(),
        voice: "us",
        author: by.to_owned(),
        handle: None,
        channel_icon: "reply".to_owned(),
        source: ui.t("reply-noted"),
        place: None,
        at,
        edited: false,
        link: None,
        stars: None,
        title: None,
        pieces: pieces(text, &[]),
        withdrawn: None,
        lang: None,
        repairs: Vec::new(),
        thinks: None,
        case: None,
        copy: None,
        copies: None,
    }
}

fn private(ui: &Ui, page: &CasePage) -> Option<Vec<Step>> {
    let talk = &page.row.case.private_talk;
    talk.asked?;
    let steps = [
        ("asked", talk.asked),
        ("came", talk.came),
        ("solved", talk.solved),
        ("closed_in_public", talk.closed_in_public),
    ];
    let first_open = steps.iter().position(|(_, at)| at.is_none());
    let tell = page.row.case.running(ClockKind::TellCustomer).map(|clock| clock.red_at);
    let open = page.row.case.is_open();
    Some(
        steps
            .into_iter()
            .enumerate()
            .map(|(n, (name, at))| Step {
                name,
                text: ui.label("private", name),
                at,
                done: at.is_some(),
                next: first_open == Some(n),
                by: match name {
                    _ if first_open != Some(n) || !open => None,
                    "closed_in_public" => tell,
                    _ => talk.due,
                }
                .map(|at| ui.tv("clock-due", &ui.exact(at))),
                again: name == "came" && open && at.is_none() && talk.due.is_none(),
            })
            .collect(),
    )
}

fn facts(ui: &Ui, page: &CasePage) -> Vec<(String, String)> {
    let case = &page.row.case;
    let located = case.located.as_ref().map_or_else(
        || ui.t("location-unknown"),
        |l| {
            format!(
                "{} ({})",
                page.row.place.clone().unwrap_or_else(|| ui.place_name(&l.location)),
                ui.label("located-by", &l.by)
            )
        },
    );
    let mut out = vec![
        (ui.t("fact-began"), ui.exact(case.began)),
        (ui.t("location"), located),
        (ui.t("responsible"), ui.label("responsible", case.responsible.as_str())),
        (ui.t("team"), ui.team_name(&case.team)),
    ];
    if !case.facts.topics.is_empty() {
        let topics: Vec<String> = case.facts.topics.iter().map(|t| ui.label("topic", t.as_str())).collect();
        out.push((ui.t("topic"), topics.join(", ")));
    }
    if let Some(next) = case.next_due.filter(|_| case.is_open()) {
        out.push((ui.t("fact-next"), ui.moment(next)));
    }
    if case.regressed > 0 {
        out.push((ui.t("fact-regressed"), ui.num(case.regressed)));
    }
    if let (Some(outcome), Some(at)) = (case.outcome, case.closed) {
        out.push((
            ui.t("close-outcome"),
            format!("{} · {}", ui.label("outcome", outcome.as_str()), ui.exact(at)),
        ));
    }
    out
}

fn splittable(page: &CasePage) -> Vec<Choice> {
    page.timeline
        .iter()
        .filter_map(|item| match item {
            TimelineItem::Mention { mention, voice: Voice::Customer, .. } => {
                Some(Choice::new(&mention.id, short(&mention.text, 70), false))
            }
            _ => None,
        })
        .collect()
}

fn choices(ui: &Ui, page: &CasePage) -> Choices {
    let case = &page.row.case;
    let local = |at: Timestamp| at.to_zoned(ui.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    let day = ui.now.checked_add(SignedDuration::from_hours(24)).unwrap_or(ui.now);
    // The end of tomorrow's working day: a time that people promise.
    let tomorrow = day.to_zoned(ui.zone.clone()).strftime("%Y-%m-%dT17:00").to_string();
    Choices {
        promises: PromiseKind::ALL
            .iter()
            .map(|k| Choice::new(k.as_str(), ui.label("promise", k.as_str()), false))
            .collect(),
        outcomes: Outcome::CHOICES
            .iter()
            .map(|o| Choice::new(o.as_str(), ui.label("outcome", o.as_str()), false))
            .collect(),
        // It is with its own team already.
        teams: page
            .teams
            .iter()
            .filter(|(id, _)| *id != case.team)
            .map(|(id, name)| Choice::new(id, name.clone(), false))
            .collect(),
        people: page
            .people
            .iter()
            .map(|(id, name)| Choice::new(id, name.clone(), case.owner.as_ref() == Some(id)))
            .collect(),
        locations: page
            .locations
            .iter()
            .map(|(id, name)| Choice::new(id, name.clone(), case.location() == Some(id)))
            .collect(),
        responsibles: Responsible::ALL
            .iter()
            .map(|r| Choice::new(r.as_str(), ui.label("responsible", r.as_str()), *r == case.responsible))
            .collect(),
        soonest: local(ui.now),
        tomorrow,
    }
}

/// Where the customer's latest post is answered.
fn last_link(page: &CasePage) -> Option<String> {
    page.timeline.iter().rev().find_map(|item| match item {
        TimelineItem::Mention { mention, voice: Voice::Customer, .. } if mention.withdrawn.is_none() => {
            safe_link(mention.permalink.as_deref())
        }
        _ => None,
    })
}
