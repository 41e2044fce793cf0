//! Values made by hand for tests of views and templates, with `<script>` in every field that a stranger fills.

#![expect(clippy::needless_pass_by_value, reason = "JSON is built in place")]

use gehoor_domain::assessment::Assessment;
use gehoor_domain::case::Case;
use gehoor_domain::mention::Mention;
use gehoor_domain::user::Role;
use gehoor_engine::views::{
    AlertRow, CasePage, CaseRow, ClockView, Counts, Inbox, Light, Outbox, PromiseView, SourceRow,
    TimelineItem, TokenRow, UserRow,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::locale::Tongue;
use crate::ui::Ui;
use crate::ui::tests::ui;

/// What a stranger may write anywhere.
pub(crate) const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' onclick='x שלום";

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A reader of a role.
pub(crate) fn reader(tongue: Tongue, role: Role) -> Ui {
    ui(tongue, role)
}

/// A post.
pub(crate) fn mention(id: &str, author: &str, text: &str) -> Mention {
    let hostile = text == HOSTILE;
    read(json!({
        "id": id, "source": "reviews", "external_id": "r-1", "channel": "review",
        "permalink": if hostile { "javascript:alert(1)" } else { "https://reviews.example/r/1" },
        "author": {"key": "reviews:1", "name": author, "handle": if hostile { HOSTILE } else { "marieke_v" }},
        "title": if hostile { HOSTILE } else { "Bank kapot geleverd" },
        "text": text, "published": "2026-11-27T12:05:00Z", "seen": "2026-11-27T12:09:00Z",
        "stars": {"value": 1.0, "best": 5.0, "worst": 1.0}, "revision": 1
    }))
}

/// A judgement on a text that begins with a title of 19 bytes.
pub(crate) fn assessment(words: &str, start: usize) -> Assessment {
    read(json!({
        "lang": {"label": "nl", "p": 0.99}, "sentiment": {"label": "negative", "p": 0.97}, "sentiment_p": [0.97, 0.02, 0.0, 0.01],
        "intent": {"label": "complaint", "p": 0.98}, "intent_p": [0.98, 0.01, 0.0, 0.01, 0.0],
        "severity": {"label": 2, "p": 0.7}, "severity_p": [0.02, 0.2, 0.7, 0.08],
        "topics": [{"label": "delivery.damaged", "p": 0.9}, {"label": "contact.callback_missed", "p": 0.8}],
        "signals": [{"label": "promise_broken", "p": 0.9}, {"label": "repeat_contact", "p": 0.7}],
        "responsible": {"label": "headquarters", "p": 0.6},
        "located": {"location": "utrecht", "p": 0.95, "by": "alias", "words": "Kanaleneiland"},
        "reasons": [{"text": words, "start": start, "end": start + words.len(), "for": "signal.promise_broken"}],
        "model": "gehoor-nl-1"
    }))
}

fn clock(kind: &str, state: Value, used: f64, light: Light, left: i64) -> ClockView {
    ClockView {
        clock: read(json!({
            "kind": kind, "started": "2026-11-27T12:05:00Z", "target": "PT1H", "norm": "PT4H", "calendar": "default",
            "amber_at": "2026-11-27T15:17:00Z", "red_at": "2026-11-27T16:05:00Z", "state": state
        })),
        light,
        used,
        left: SignedDuration::from_mins(left),
        sum: vec![(
            "2026-11-27T12:05:00Z".parse().unwrap(),
            "2026-11-27T16:05:00Z".parse().unwrap(),
            SignedDuration::from_hours(4),
        )],
    }
}

/// A case.
pub(crate) fn case(id: u64, owner: Option<&str>) -> Case {
    read(json!({
        "id": id, "state": "open", "author": "reviews:1", "channel": "review", "began": "2026-11-27T12:05:00Z",
        "opened": "2026-11-27T12:09:00Z", "changed": "2026-11-27T15:00:00Z", "mentions": [],
        "facts": {"intent": "complaint", "sentiment": "negative", "severity": 2, "complaint_p": 0.98, "lang": "nl",
                  "topics": ["delivery.damaged"], "signals": [["promise_broken", "zou teruggebeld worden"]], "stars": 1.0, "reach": 0},
        "located": {"location": "utrecht", "p": 0.95, "by": "alias", "words": "Kanaleneiland"},
        "responsible": "headquarters", "team": "webcare", "owner": owner,
        "queued": {"reason": "promise_missed", "since": "2026-11-27T15:00:00Z"},
        "priority": {"total": 71.0, "parts": []}, "clocks": [],
        "hand_over": {"to": "utrecht", "location": "utrecht", "from": "webcare", "by": "sanne", "at": "2026-11-27T13:00:00Z",
                      "due": "2026-11-28T09:00:00Z", "note": HOSTILE},
        "tickets": [{"outlet": "rt", "id": "1042", "url": "https://rt.example/1042", "state": "open", "at": "2026-11-27T15:01:00Z"}],
        "private_talk": {"asked": "2026-11-27T14:00:00Z"}, "regressed": 1, "next_due": "2026-11-27T16:05:00Z"
    }))
}

/// A row of the inbox.
pub(crate) fn row(id: u64, author: &str, line: &str, light: Light) -> CaseRow {
    let minutes = match light {
        Light::Late => -75,
        Light::Soon => 35,
        _ => 190,
    };
    let marks = line.find("teruggebeld").map(|at| (at, at + 11)).into_iter().collect();
    CaseRow {
        case: case(id, id.is_multiple_of(2).then_some("sanne")),
        priority: read(json!({"total": 71.4, "parts": [
            {"kind": "severity", "points": 22.0, "because": "bank kapot"},
            {"kind": "promise_missed", "points": 18.0, "because": "#1"},
            {"kind": "regressed", "points": 12.0, "because": "1×"},
            {"kind": "complaint", "points": 11.8, "because": "98 %"},
            {"kind": "clock", "points": 9.6, "because": "first_response 80 %"},
            {"kind": "repeat_contact", "points": 8.0, "because": line},
            {"kind": "solved", "points": -10.0, "because": ""}
        ]})),
        clock: Some(clock("first_response", json!({"is": "running"}), 0.85, light, minutes)),
        author: author.to_owned(),
        place: Some("Utrecht Kanaleneiland".to_owned()),
        line: line.to_owned(),
        marks,
        withdrawn: false,
    }
}

/// The inbox.
pub(crate) fn inbox(hostile: bool) -> Inbox {
    let mut rows = vec![
        row(
            12,
            "Marieke Verhoef",
            "Bank kapot geleverd Al drie weken geleden zou ik teruggebeld worden over de kapotte poot. Niemand belt.",
            Light::Late,
        ),
        row(
            15,
            "t_jansen",
            "Gaslucht bij de geleverde kachel, klantenservice neemt niet op!! @bouwhoek",
            Light::Soon,
        ),
        row(17, "Fatima B.", "Wanneer zijn jullie open met kerst? Staat nergens op de site.", Light::Calm),
        row(21, "שירה לוי", "Prima geholpen, maar de bon klopt niet.", Light::Still),
    ];
    if hostile {
        rows.push(row(22, HOSTILE, HOSTILE, Light::Late));
    }
    Inbox {
        rows,
        counts: Counts { open: 24, mine: 3, queue: 5, waiting: 2, late: 3, unowned: 7, aside: 0 },
        total: 124,
        seq: 900,
    }
}

fn event(number: u32, at: &str, by: Value, what: Value) -> TimelineItem {
    TimelineItem::Event {
        at: at.parse().unwrap(),
        number,
        event: Box::new(read(json!({"at": at, "by": by, "what": what}))),
    }
}

/// The page of a case.
pub(crate) fn page(hostile: bool) -> CasePage {
    let text = if hostile {
        HOSTILE
    } else {
        "Al drie weken geleden zou ik teruggebeld worden over de kapotte poot van onze nieuwe bank. Niemand belt, niemand mailt.\n\nIk heb nu twee keer in de winkel op Kanaleneiland gestaan en word van het kastje naar de muur gestuurd. Zo ga je niet met klanten om."
    };
    let name = if hostile { HOSTILE } else { "Marieke Verhoef" };
    let user = json!({"who": "user", "id": "sanne"});
    let gehoor = json!({"who": "gehoor"});
    let words = "zou ik teruggebeld worden";
    let start = 20 + text.find(words).unwrap_or(0);
    let mut first = row(12, name, text, Light::Late);
    first.withdrawn = hostile;
    let mention = |id, author: &str, text: &str| Box::new(mention(id, author, text));
    let mut gone =
        *mention("0123456789abcdef0123", name, if hostile { HOSTILE } else { "Nog steeds niets gehoord." });
    gone.withdrawn = "2026-11-27T15:10:00Z".parse().ok();
    let timeline = vec![
        TimelineItem::Mention {
            at: "2026-11-27T12:05:00Z".parse().unwrap(),
            mention: mention("0123456789abcdef0123", name, text),
            assessment: Some(Box::new(assessment(words, start))),
            voice: gehoor_domain::case::Voice::Customer,
            source_name: "Winkelreviews".into(),
        },
        event(
            0,
            "2026-11-27T12:09:00Z",
            gehoor.clone(),
            json!({"kind": "opened", "mention": "0123456789abcdef0123", "detection_delay": "PT4M"}),
        ),
        event(1, "2026-11-27T12:30:00Z", user.clone(), json!({"kind": "assigned", "to": "sanne"})),
        event(
            2,
            "2026-11-27T12:31:00Z",
            user.clone(),
            json!({"kind": "noted", "text": if hostile { HOSTILE } else { "Bon 88213. Winkel belt terug, afgesproken met Bram." }}),
        ),
        event(
            3,
            "2026-11-27T12:40:00Z",
            user.clone(),
            json!({"kind": "replied", "text": if hostile { HOSTILE } else { "Wat vervelend, Marieke. We bellen je vandaag voor 16:00 met een oplossing. ^SW" }, "sent": false, "mention": null}),
        ),
        event(4, "2026-11-27T12:41:00Z", user.clone(), json!({"kind": "promised", "promise": 1})),
        event(
            5,
            "2026-11-27T15:00:00Z",
            gehoor.clone(),
            json!({"kind": "promise_ended", "promise": 1, "how": "missed"}),
        ),
        event(6, "2026-11-27T15:00:00Z", gehoor, json!({"kind": "queued", "reason": "promise_missed"})),
        TimelineItem::Mention {
            at: "2026-11-27T15:05:00Z".parse().unwrap(),
            mention: Box::new(gone),
            assessment: None,
            voice: gehoor_domain::case::Voice::Customer,
            source_name: "Winkelreviews".into(),
        },
    ];
    CasePage {
        row: first,
        timeline,
        clocks: vec![
            clock(
                "first_response",
                json!({"is": "done", "at": "2026-11-27T12:40:00Z"}),
                0.2,
                Light::Still,
                205,
            ),
            clock("next_response", json!({"is": "running"}), 0.85, Light::Soon, 35),
            clock("resolution", json!({"is": "running"}), 1.3, Light::Late, -75),
        ],
        promises: vec![PromiseView {
            promise: read(
                json!({"id": 1, "kind": "call_back", "what": if hostile { HOSTILE } else { "Bellen met een oplossing voor de poot" },
                "due": "2026-11-27T15:00:00Z", "by": "sanne", "made": "2026-11-27T12:41:00Z",
                "state": {"is": "missed", "at": "2026-11-27T15:00:00Z"}}),
            ),
            light: Light::Late,
        }],
        others: vec![row(4, name, "Levering kwam een dag te laat.", Light::Still)],
        teams: vec![
            ("webcare".parse().unwrap(), "Webcare".into()),
            ("utrecht".parse().unwrap(), "Winkel Utrecht".into()),
        ],
        people: vec![
            ("sanne".parse().unwrap(), "Sanne de Wit".into()),
            ("bram".parse().unwrap(), "Bram Kok".into()),
        ],
        locations: vec![
            ("utrecht".parse().unwrap(), "Utrecht Kanaleneiland".into()),
            ("hq".parse().unwrap(), "Hoofdkantoor".into()),
        ],
        told_broken: Vec::new(),
        reply: gehoor_engine::replies::ReplyDesk {
            to: None,
            channel: None,
            length: gehoor_domain::reply::Length { by: gehoor_domain::reply::Measure::Mastodon, most: 500 },
            by_hand: true,
            needs_approval: false,
            draft: None,
            blocks: Vec::new(),
            findings: Vec::new(),
            signature: "^EV".to_owned(),
            waits: Vec::new(),
        },
        belongs_to: None,
        present: Vec::new(),
        detection_delay: SignedDuration::from_mins(4),
        version: 7,
        seq: 900,
    }
}

/// An alert with its decisions.
pub(crate) fn alert() -> AlertRow {
    AlertRow {
        alert: read(json!({
            "id": 3,
            "finding": {"rule": "promise-missed", "subject": {"about": "case", "id": 12}, "location": "utrecht", "level": "urgent", "size": 71.4,
                        "facts": [["points", "71"], ["due", "2026-11-27T15:00:00Z"]]},
            "since": "2026-11-27T15:00:00Z", "last": "2026-11-27T15:20:00Z", "told": 1, "told_at": "2026-11-27T15:00:00Z", "told_size": 71.4,
            "decisions": [
                {"at": "2026-11-27T15:00:00Z", "verdict": "notify", "reason": "new", "size": 71.4},
                {"at": "2026-11-27T15:20:00Z", "verdict": "quiet", "reason": {"because": "told_already", "next": "2026-11-27T19:00:00Z"}, "size": 71.4}
            ]
        })),
        silence: None,
        case: Some(gehoor_domain::CaseId(12)),
        subject: HOSTILE.to_owned(),
        sent: outbox().rows,
    }
}

/// The outbox.
pub(crate) fn outbox() -> Outbox {
    let row = |key: &str, kind: Value, state: Value, error: Option<&str>| {
        read(json!({
            "effect": {"key": key, "outlet": "rt", "kind": kind, "created": "2026-11-27T15:00:00Z"},
            "state": state, "tries": 2, "last_error": error,
            "receipt": {"id": "1042", "url": "javascript:alert(1)"}
        }))
    };
    Outbox {
        rows: vec![
            row(
                "case-12:queue-1:rt",
                json!({"kind": "ticket", "case": 12, "reason": "promise_missed"}),
                json!({"is": "done", "at": "2026-11-27T15:01:00Z"}),
                None,
            ),
            row(
                "case-15:queue-1:rt",
                json!({"kind": "ticket", "case": 15, "reason": "clock_ran_out"}),
                json!({"is": "dead", "at": "2026-11-27T15:20:00Z"}),
                Some("503: helpdesk in onderhoud <b>"),
            ),
            row(
                "alert-3-1:chat",
                json!({"kind": "alert", "alert": 3}),
                json!({"is": "due", "at": "2026-11-27T15:31:00Z"}),
                None,
            ),
        ],
        due: 1,
        done: 1,
        dead: 1,
    }
}

/// A gap that is over and one that lasts.
fn gaps() -> Vec<gehoor_domain::liveness::Gap> {
    read(json!([
        {"from": "2026-11-24T08:00:00Z", "until": "2026-11-24T10:00:00Z", "because": "not_asked"},
        {"from": "2026-11-27T13:00:00Z", "because": "failed", "why": HOSTILE}
    ]))
}

/// Sources in every state.
pub(crate) fn sources() -> Vec<SourceRow> {
    use gehoor_engine::views::Health::*;
    [
        (Failing, "reviews", "Winkelreviews"),
        (Silent, "forum", "Forum"),
        (Well, "toots", "Mastodon #bouwhoek"),
        (New, "form", HOSTILE),
    ]
    .into_iter()
    .map(|(health, id, name)| SourceRow {
        id: id.parse().unwrap(),
        name: name.into(),
        kind: "jsonld".into(),
        channel: gehoor_domain::mention::Channel::Review,
        polled: health != New,
        health,
        last_success: "2026-11-27T15:20:00Z".parse().ok(),
        last_news: "2026-11-27T14:20:00Z".parse().ok(),
        last_error: (health == Failing).then(|| HOSTILE.to_owned()),
        last_error_at: (health == Failing).then(|| "2026-11-27T15:25:00Z".parse().unwrap()),
        failures: if health == Failing { 3 } else { 0 },
        next: "2026-11-27T15:35:00Z".parse().ok(),
        every: Some(SignedDuration::from_mins(5)),
        found: 1284,
        login_ends: (health == Silent).then(|| "2026-12-02T09:00:00Z".parse().unwrap()),
        location: (health == Silent).then(|| "utrecht".parse().unwrap()),
        days: (14..28)
            .map(|day| {
                (jiff::civil::date(2026, 11, day), if day % 7 == 1 { 0 } else { day.unsigned_abs().into() })
            })
            .collect(),
        usual: (health != New).then_some(24.0),
        missing: (health == Silent).then_some(31.5),
        since: (health != New).then(|| "2026-09-01T08:00:00Z".parse().unwrap()),
        gaps: if health == Failing { gaps() } else { Vec::new() },
        announced: (health == Well).then(|| gehoor_engine::coverage::Announced {
            limit: Some(300),
            remaining: 287,
            at: "2026-11-27T15:20:00Z".parse().unwrap(),
        }),
        limits: (health == Well)
            .then(|| gehoor_engine::coverage::LimitUsed {
                name: "social.test".into(),
                requests: 13,
                of: 300,
                seconds: 300,
                held_until: None,
            })
            .into_iter()
            .collect(),
        back: gehoor_engine::coverage::Back::Shown,
        oldest: "2026-03-01T09:00:00Z".parse().ok(),
        reading: health == Failing,
        rechecks: health == Well,
        gone: 3,
        reach: "what the feed holds now",
        warnings: vec![HOSTILE.to_owned()],
    })
    .collect()
}

/// What was heard of locations.
pub(crate) fn places_heard() -> Vec<gehoor_engine::coverage::PlaceRow> {
    let row = |location: &str, last: &str| gehoor_engine::coverage::PlaceRow {
        location: location.parse().unwrap(),
        last: last.parse().ok(),
        days: (14..28).map(|day| (jiff::civil::date(2026, 11, day), day.unsigned_abs().into())).collect(),
    };
    vec![row("utrecht", ""), row("gouda", "2026-11-27T14:20:00Z")]
}

/// Users and tokens.
pub(crate) fn people() -> (Vec<UserRow>, Vec<TokenRow>) {
    let user = |id: &str, name: &str, role: &str, locations: Value| UserRow {
        user: read(json!({"id": id, "name": name, "role": role, "locations": locations, "lang": "nl"})),
        can_log_in: true,
    };
    let users = vec![
        user("sanne", "Sanne de Wit", "agent", json!([])),
        user("bram", HOSTILE, "franchisee", json!(["utrecht"])),
    ];
    let tokens = vec![read(
        json!({"id": "1a2b3c4d", "name": HOSTILE, "user": "sanne", "created": "2026-11-01T09:00:00Z"}),
    )];
    (users, tokens)
}

/// A rank that a person set.
pub(crate) fn overrule(reason: &str) -> gehoor_domain::rank::Overrule {
    gehoor_domain::rank::Overrule {
        points: 90.0,
        by: gehoor_domain::UserId::parse("sanne").unwrap(),
        reason: reason.to_owned(),
        at: "2026-11-27T15:00:00Z".parse().unwrap(),
    }
}

/// Promises: one that was missed, too few to say how many are kept.
pub(crate) fn promises(hostile: bool) -> gehoor_engine::promises::Promises {
    use gehoor_engine::promises::{Kept, PromiseRow, Promises};
    let page = page(hostile);
    let kept = |id: &str, share| Kept { id: id.into(), kept: 15, ended: 20, share };
    Promises {
        rows: page
            .promises
            .iter()
            .map(|p| PromiseRow {
                case: gehoor_domain::CaseId(12),
                promise: p.promise.clone(),
                light: p.light,
                team: "webcare".parse().unwrap(),
                location: None,
                owner: None,
            })
            .collect(),
        counts: [0, 0, 1, 15, 2],
        all: kept("", Some((0.75, 0.53, 0.89))),
        teams: vec![kept("webcare", None)],
        locations: vec![kept("utrecht", None)],
        kinds: vec![kept("call_back", None)],
    }
}

/// Who has how much.
pub(crate) fn workload() -> gehoor_engine::desk::Workload {
    use gehoor_engine::desk::{Load, Workload};
    let load = Load {
        id: "sanne".into(),
        name: HOSTILE.into(),
        open: 9,
        red: 2,
        queued: 3,
        aside: 1,
        promises: 2,
        most: Some(12),
    };
    let nobody = Load { open: 4, ..Load::default() };
    Workload { teams: vec![load.clone()], people: vec![load, nobody], queues: vec![(HOSTILE.into(), 3)] }
}
