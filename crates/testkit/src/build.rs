//! Builders with what a chain of two shops needs; a test changes what it is about.

use gehoor_domain::ids::{LocationId, OutletId, SourceId, TeamId, UserId};
use gehoor_domain::location::{Brand, Location, Locations};
use gehoor_domain::mention::{Channel, Draft};
use gehoor_domain::policy::{AlertRule, Policy, QueueOutlet, ServiceQueue, Team, Trigger};
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::views::Viewer;
use gehoor_engine::{OutletSetup, Setup, SourceSetup};
use gehoor_wire::Secret;
use jiff::{SignedDuration, Timestamp};

/// A name, for tests.
///
/// # Panics
/// When it is none.
#[expect(clippy::expect_used, reason = "tests only")]
pub fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid name")
}

/// A shop.
#[must_use]
pub fn shop(name: &str, city: &str) -> Location {
    Location {
        id: id(name),
        name: format!("Bouwhoek {city}"),
        parent: None,
        street: None,
        postcode: None,
        city: Some(city.into()),
        aliases: Vec::new(),
        handles: Vec::new(),
        ids: vec![format!("test:{name}")],
        team: None,
    }
}

/// A brand with two shops and head office, the Dutch defaults, one polled feed, one pushed source and one helpdesk.
///
/// # Panics
/// When the fixed parts do not fit together any more.
#[must_use]
#[expect(clippy::expect_used, reason = "tests only")]
pub fn chain() -> Setup {
    let team =
        Team { id: id("webcare"), name: "Webcare".into(), lead: id("sam"), calendar: "default".into() };
    let mut policy = Policy::dutch_defaults(team);
    policy.queue_outlets =
        vec![QueueOutlet { outlet: id("helpdesk"), reasons: Vec::new(), from_points: 0.0, notes: true }];
    let rule = |name: &str, when| AlertRule {
        name: name.into(),
        when,
        outlets: vec![id::<OutletId>("mail")],
        repeat_after: SignedDuration::from_hours(4),
    };
    policy.alerts = vec![
        rule("urgent", Trigger::Urgent { points: 60.0 }),
        rule("clock-red", Trigger::ClockRed),
        rule("promise-missed", Trigger::PromiseMissed),
        rule("source-failing", Trigger::SourceFailing { failures: 3 }),
        rule("dead-letter", Trigger::DeadLetter),
    ];
    let mut hq = shop("hq", "");
    hq.name = "Hoofdkantoor".into();
    hq.city = None;
    Setup {
        brand: Brand {
            name: "Bouwhoek".into(),
            names: vec!["bouwhoek".into()],
            handles: vec!["bouwhoek".into()],
            own_accounts: vec!["bouwhoek".into()],
            competitors: vec!["Tuinreus".into()],
            hq_words: vec!["webshop".into()],
        },
        locations: Locations::new(vec![hq, shop("zwolle", "Zwolle"), shop("gouda", "Gouda")])
            .expect("a tree"),
        policy,
        sources: vec![
            source("feed", "feed", "url = \"https://feed.test/rss\""),
            source("form", "webhook", ""),
        ],
        outlets: vec![
            outlet(
                "helpdesk",
                "request-tracker",
                "base = \"https://rt.test\"\nqueue = \"Klachten\"\nrequestor = \"gehoor@rt.test\"",
                "1-14-token",
            ),
            outlet(
                "mail",
                "email",
                "server = \"main\"\nfrom = \"gehoor@test.example\"\nto = [\"lead@test.example\"]",
                "",
            ),
        ],
        replies: Vec::new(),
        digests: Vec::new(),
        base_url: "https://gehoor.test".into(),
        lang: "nl".into(),
        instance: "test".into(),
    }
}

/// A source of that kind with the plug's own keys.
///
/// # Panics
/// When the kind is unknown or the keys are wrong.
#[must_use]
#[expect(clippy::expect_used, reason = "tests only")]
pub fn source(name: &str, kind: &str, keys: &str) -> SourceSetup {
    let kind = gehoor_sources::kind(kind).expect("a known kind");
    let plug = (kind.build)(&toml::from_str(keys).expect("TOML")).expect("right keys");
    SourceSetup {
        id: id(name),
        name: name.into(),
        kind: kind.name,
        platform: name.into(),
        shared_ids: false,
        channel: kind.channel,
        plug: plug.into(),
        polled: kind.polled,
        min_every: SignedDuration::from_mins(5),
        max_every: SignedDuration::from_hours(6),
        credential: None,
        signing: Vec::new(),
        recheck: 0,
        reach: "",
        location: None,
        enabled: true,
    }
}

/// An outlet of that kind with the plug's own keys.
///
/// # Panics
/// When the kind is unknown or the keys are wrong.
#[must_use]
#[expect(clippy::expect_used, reason = "tests only")]
pub fn outlet(name: &str, kind: &str, keys: &str, credential: &str) -> OutletSetup {
    let kind = gehoor_outlets::kind(kind).expect("a known kind");
    let plug = (kind.build)(&toml::from_str(keys).expect("TOML")).expect("right keys");
    OutletSetup {
        id: id(name),
        name: name.into(),
        kind,
        plug: plug.into(),
        credential: (!credential.is_empty()).then(|| Secret::new(credential)),
        hook: None,
        watch_every: SignedDuration::from_mins(1),
        tell_end: None,
    }
}

/// A service queue of every case, for those with a skill, at all hours.
#[must_use]
pub fn service_queue(name: &str, skill: &str) -> ServiceQueue {
    ServiceQueue {
        id: name.to_lowercase(),
        name: name.to_owned(),
        teams: Vec::new(),
        locations: Vec::new(),
        langs: Vec::new(),
        channels: Vec::new(),
        topics: Vec::new(),
        skills: vec![skill.to_owned()],
        calendar: None,
        lead: None,
    }
}

/// A post by somebody at some time; a microblog post unless changed.
#[must_use]
pub fn post(external_id: &str, author: &str, at: Timestamp, text: &str) -> Draft {
    Draft {
        external_id: external_id.into(),
        permalink: Some(format!("https://social.test/{external_id}")),
        author_id: Some(author.into()),
        author_name: Some(author.into()),
        channel: Some(Channel::Microblog),
        text: text.into(),
        lang: Some("nl".into()),
        published: Some(at),
        ..Draft::default()
    }
}

/// Somebody who sees everything and may do everything.
#[must_use]
pub fn admin() -> Viewer {
    viewer("admin", Role::Admin, Scope::All)
}

/// Somebody of that role and scope.
#[must_use]
pub fn viewer(name: &str, role: Role, scope: Scope) -> Viewer {
    Viewer {
        user: id::<UserId>(name),
        name: name.into(),
        role,
        scope,
        team: None::<TeamId>,
        lang: "nl".into(),
    }
}

/// A franchisee of those shops.
#[must_use]
pub fn franchisee(shops: &[&str]) -> Viewer {
    viewer("fenna", Role::Franchisee, Scope::Locations(shops.iter().map(|s| id::<LocationId>(s)).collect()))
}

/// The pushed source of [`chain`].
#[must_use]
pub fn form() -> SourceId {
    id("form")
}
