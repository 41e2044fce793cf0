//! Short ways to make values, for the tests of this crate.

use std::sync::LazyLock;

use jiff::Timestamp;

use crate::assessment::{Assessment, Intent, Judged, Lang, Located, Responsible, Sentiment, Severity, Topic};
use crate::case::Case;
use crate::context::Context;
use crate::decide::{Command, Decision, Refused, ReplyCommand, command, open, reply};
use crate::event::Actor;
use crate::ids::{AuthorKey, CaseId, LocationId, MentionId, SourceId, TeamId, UserId};
use crate::location::{Location, Locations};
use crate::mention::{Author, Channel, Mention, Reach};
use crate::policy::{Policy, Team};
use crate::user::Role;

pub(crate) fn t(text: &str) -> Timestamp {
    // Local time in Amsterdam, such as `2026-06-05 16:30`.
    let local: jiff::civil::DateTime = text.parse().unwrap();
    local.in_tz("Europe/Amsterdam").unwrap().timestamp()
}

pub(crate) fn mins(minutes: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_mins(minutes)
}

fn team(id: &str) -> Team {
    Team {
        id: TeamId::parse(id).unwrap(),
        name: id.to_owned(),
        lead: UserId::parse("lead").unwrap(),
        calendar: if id == "shop" { "shop".to_owned() } else { "default".to_owned() },
    }
}

/// The Dutch defaults with the teams `webcare` and `shop` (Monday to Saturday, 10:00 to 13:00 and 13:30 to 18:00).
pub(crate) fn policy() -> Policy {
    let mut policy = Policy::dutch_defaults(team("webcare"));
    policy.teams.push(team("shop"));
    let mut shop = policy.calendars["default"].clone();
    let block = |a: i8, b: i8, c: i8, d: i8| crate::policy::Block {
        from: jiff::civil::time(a, b, 0, 0),
        until: jiff::civil::time(c, d, 0, 0),
    };
    shop.week = std::array::from_fn(|day| {
        if day < 6 { vec![block(10, 0, 13, 0), block(13, 30, 18, 0)] } else { Vec::new() }
    });
    policy.calendars.insert("shop".to_owned(), shop);
    policy
}

pub(crate) static POLICY: LazyLock<Policy> = LazyLock::new(policy);

pub(crate) static LOCATIONS: LazyLock<Locations> = LazyLock::new(|| {
    let location = |id: &str, team: Option<&str>| Location {
        id: LocationId::parse(id).unwrap(),
        name: id.to_owned(),
        parent: None,
        street: None,
        postcode: None,
        city: None,
        aliases: Vec::new(),
        handles: Vec::new(),
        ids: Vec::new(),
        team: team.map(|t| TeamId::parse(t).unwrap()),
    };
    Locations::new(vec![location("hq", None), location("breda", Some("shop")), location("ede", Some("shop"))])
        .unwrap()
});

pub(crate) fn cx(now: &str) -> Context<'static> {
    at(t(now))
}

pub(crate) fn at(now: Timestamp) -> Context<'static> {
    Context { policy: &POLICY, locations: &LOCATIONS, now }
}

pub(crate) fn source() -> SourceId {
    SourceId::parse("town").unwrap()
}

/// A microblog post in the thread `t1`, seen a minute after it was published.
pub(crate) fn mention(id: &str, author: &str, published: &str) -> Mention {
    mention_at(id, author, t(published))
}

pub(crate) fn mention_at(id: &str, author: &str, published: Timestamp) -> Mention {
    Mention {
        id: MentionId::derive(&source(), id),
        source: source(),
        space: None,
        external_id: id.to_owned(),
        channel: Channel::Microblog,
        permalink: None,
        author: Author {
            key: AuthorKey(format!("town:{author}")),
            name: author.to_owned(),
            handle: Some(author.to_owned()),
            url: None,
        },
        title: None,
        text: format!("text of {id}"),
        lang: None,
        published,
        seen: published + mins(1),
        edited: None,
        stars: None,
        thread: Some("t1".to_owned()),
        in_reply_to: None,
        reach: Reach::default(),
        place: None,
        own: author == "us",
        revision: 1,
        withdrawn: None,
        repairs: Vec::new(),
    }
}

pub(crate) fn assessment(intent: Intent) -> Assessment {
    let complaint = intent == Intent::Complaint;
    Assessment {
        lang: Judged { label: Lang::Nl, p: 0.99 },
        sentiment: Judged { label: if complaint { Sentiment::Negative } else { Sentiment::Neutral }, p: 0.9 },
        sentiment_p: Vec::new(),
        intent: Judged { label: intent, p: 0.9 },
        intent_p: Vec::new(),
        severity: Judged { label: Severity::new(u8::from(complaint)).unwrap(), p: 0.8 },
        severity_p: Vec::new(),
        topics: Vec::new(),
        signals: Vec::new(),
        responsible: Judged { label: Responsible::Unknown, p: 0.5 },
        responsible_p: Vec::new(),
        located: None,
        reasons: Vec::new(),
        model: "test".to_owned(),
        corrected: Vec::new(),
        copy_of: None,
    }
}

pub(crate) fn complaint(severity: u8, topic: &str) -> Assessment {
    let mut a = assessment(Intent::Complaint);
    a.severity.label = Severity::new(severity).unwrap();
    a.topics = vec![Judged { label: Topic(topic.to_owned()), p: 0.9 }];
    a
}

pub(crate) fn question(topic: &str) -> Assessment {
    Assessment {
        topics: vec![Judged { label: Topic(topic.to_owned()), p: 0.9 }],
        ..assessment(Intent::Question)
    }
}

pub(crate) fn thanks() -> Assessment {
    assessment(Intent::Praise)
}

pub(crate) fn at_shop(mut a: Assessment, shop: &str) -> Assessment {
    let location = LocationId::parse(shop).unwrap();
    a.located = Some(Located { location, p: 0.9, by: "alias".to_owned(), words: None });
    a
}

/// Case 1: a complaint about a late delivery, seen when `now` says.
pub(crate) fn opened(published: &str, now: &str) -> Decision {
    open(CaseId(1), &mention("m1", "anna", published), &complaint(1, "delivery.late"), &[], &cx(now))
}

pub(crate) fn user(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(crate) fn agent() -> Actor {
    Actor::User(user("bo"))
}

/// Agent `bo` does it.
pub(crate) fn act(case: &Case, what: &Command, now: &str) -> Result<Decision, Refused> {
    command(case, what, &agent(), Role::Agent, &cx(now))
}

/// Agent `bo` posts an answer by hand and says so: it stands in public.
pub(crate) fn answer(case: &Case, text: &str, cx: &Context<'_>) -> Decision {
    let offer = ReplyCommand::Offer {
        instead: None,
        to: None,
        text: text.to_owned(),
        outlet: None,
        ticked: Vec::new(),
    };
    let offered = reply(case, &offer, &agent(), Role::Agent, cx).unwrap().case;
    let confirm = ReplyCommand::Confirm { reply: offered.replies.last().unwrap().id, url: None };
    reply(&offered, &confirm, &agent(), Role::Agent, cx).unwrap()
}

/// As [`answer`], at a local time.
pub(crate) fn answered(case: &Case, text: &str, now: &str) -> Case {
    answer(case, text, &cx(now)).case
}

/// As [`act`], and it has to be allowed.
pub(crate) fn done(case: &Case, what: &Command, now: &str) -> Case {
    act(case, what, now).unwrap().case
}
