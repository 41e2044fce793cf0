//! Every kind of source, through the engine, when its platform says no or answers nonsense: nothing is stored, it is said
//! that something is wrong, the next poll is planned, and what came meanwhile is read when it answers again.

use std::sync::{Arc, Mutex};

use gehoor_domain::ids::SourceId;
use gehoor_engine::SourceSetup;
use gehoor_engine::views::{Health, SourceRow};
use gehoor_sources::{Back, Context, Cursor, KINDS, Kind, Page, ParseError, PlanError, Refusal, Source};
use gehoor_store::{MemoryStore, Store};
use gehoor_testkit::build::{admin, chain, id, source};
use gehoor_testkit::{Answer, FakeClock, World};
use gehoor_wire::{Request, Response, Secret};
use jiff::SignedDuration;

/// Keys of a `[[source]]` that are not the plug's.
const COMMON: [&str; 9] =
    ["id", "name", "kind", "platform", "channel", "every", "max_every", "credential", "location"];

/// What platforms answer instead of data.
const TROUBLES: [(&str, Option<(u16, &str)>); 11] = [
    ("down", None),
    ("slow-down", Some((429, "geheim"))),
    ("login", Some((401, "geheim"))),
    ("forbidden", Some((403, "geheim"))),
    ("missing", Some((404, "geheim"))),
    ("gone", Some((410, "geheim"))),
    ("broken", Some((500, "geheim"))),
    ("overloaded", Some((503, "geheim"))),
    ("page", Some((200, "<!DOCTYPE html><html><body>geheim: log in</body></html>"))),
    ("cut", Some((200, "[[[\"geheim"))),
    ("refused", Some((200, "{\"error\":\"too many requests\"}"))),
];

/// A plug that needs no login: that has tests of its own.
struct LoggedIn(Arc<dyn Source>);

impl Source for LoggedIn {
    fn back(&self) -> Back {
        self.0.back()
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        self.0.plan(cursor, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        // The network of the test sends no headers.
        let mut response = response.clone();
        let is_html = response.body.starts_with(b"<!DOCTYPE html") || response.body.starts_with(b"<html");
        let kind = match (response.body.first(), is_html) {
            (_, true) => "text/html",
            (Some(b'<'), false) => "text/xml",
            _ => "application/json",
        };
        response.headers.insert("content-type", http::HeaderValue::from_static(kind));
        self.0.parse(cursor, &response)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        self.0.refusal(response)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        self.0.refused(cursor, response)
    }
}

/// A page of a kind, made by hand.
fn fixture(kind: &Kind, stem: &str) -> String {
    let folder = format!("{}/../crates/sources/fixtures/{}", env!("CARGO_MANIFEST_DIR"), kind.name);
    let found = ["xml", "json", "html", "jsonl"]
        .into_iter()
        .find_map(|end| std::fs::read_to_string(format!("{folder}/{stem}.{end}")).ok());
    found.unwrap_or_else(|| panic!("{folder}/{stem}.*"))
}

fn setup(kind: &'static Kind, name: &str) -> SourceSetup {
    let example: toml::Table = toml::from_str(kind.example).unwrap();
    let mut keys = example["source"][0].as_table().unwrap().clone();
    keys.retain(|key, _| !COMMON.contains(&key));
    let mut setup = source(name, kind.name, &toml::to_string(&keys).unwrap());
    setup.plug = Arc::new(LoggedIn(setup.plug));
    setup.credential = Some(Secret::new("geheim-genoeg"));
    setup
}

fn row(world: &World, id: &SourceId) -> SourceRow {
    world.engine.sources(&admin()).unwrap().into_iter().find(|row| row.id == *id).unwrap()
}

/// Polls until there is nothing more to read.
async fn poll(world: &World, id: &SourceId) {
    for _ in 0..60 {
        world.engine.poll_one(id).await.unwrap();
        world.settle().await.unwrap();
        if !row(world, id).reading {
            return;
        }
    }
    panic!("{id} never ends");
}

#[tokio::test]
async fn whatever_a_platform_answers_nothing_is_lost_and_it_is_said() {
    for kind in KINDS.iter().copied().filter(|kind| kind.polled) {
        let mut house = chain();
        house.policy.queue_outlets.clear();
        house.sources = TROUBLES.iter().map(|(trouble, _)| setup(kind, trouble)).collect();
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let world = World::on(house, store, Arc::new(FakeClock::at("2024-05-03T12:00:00Z"))).unwrap();
        let says = Arc::new(Mutex::new(Answer::Down));
        for method in ["GET", "POST"] {
            let says = Arc::clone(&says);
            world.net.on(method, "", move |_| says.lock().unwrap().clone());
        }
        let say = |answer| *says.lock().unwrap() = answer;
        for (trouble, answer) in TROUBLES {
            let id = id::<SourceId>(trouble);
            let place = format!("{} when {trouble}", kind.name);
            // A quiet beginning, then trouble, again and again.
            say(Answer::Status(200, fixture(kind, "empty")));
            poll(&world, &id).await;
            assert_eq!((row(&world, &id).health, row(&world, &id).found), (Health::Well, 0), "{place}");
            say(answer.map_or(Answer::Down, |(status, body)| Answer::Status(status, body.to_owned())));
            for _ in 0..12 {
                world.clock.pass(SignedDuration::from_mins(7));
                world.engine.poll_one(&id).await.unwrap();
            }
            let troubled = row(&world, &id);
            assert_ne!(troubled.health, Health::Well, "{place}");
            assert_eq!(troubled.found, 0, "{place}");
            assert!(troubled.last_error.as_ref().is_some_and(|why| !why.is_empty()), "{place}");
            assert!(!format!("{troubled:?}").contains("geheim"), "{place}: {troubled:?}");
            // What is gone for good is left alone; everything else is asked again within the hours of its pace.
            if troubled.health == Health::Stopped {
                assert_eq!(trouble, "gone", "{place}");
                assert_eq!(troubled.next, None, "{place}");
                continue;
            }
            let next = troubled.next.unwrap();
            let latest = world.now() + SignedDuration::from_hours(24);
            assert!(next > world.now() && next <= latest, "{place}: {next}");
            // It answers again, with what came meanwhile.
            say(Answer::Status(200, fixture(kind, "page")));
            world.clock.set(next);
            poll(&world, &id).await;
            let mended = row(&world, &id);
            assert!(mended.found >= 2, "{place}: {} found", mended.found);
            assert_eq!((mended.health, mended.failures), (Health::Well, 0), "{place}");
        }
    }
}
