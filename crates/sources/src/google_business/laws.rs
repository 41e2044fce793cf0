//! What holds of the walk through all locations, whatever happens on the way.

use std::collections::BTreeSet;

use gehoor_wire::Secret;
use jiff::Timestamp;
use proptest::prelude::*;

use super::tests::{Server, at, source};
use super::*;
use crate::fixture;
use crate::plug::Next;

/// What happens between two answers.
#[derive(Debug, Clone)]
enum Event {
    Nothing,
    Write(usize),
    Edit(usize, usize),
    Pause(i64),
    Refuse(usize),
    Allow,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Nothing),
        2 => (0_usize..70).prop_map(Event::Write),
        2 => (0_usize..70, 0_usize..8).prop_map(|(location, review)| Event::Edit(location, review)),
        1 => (1_i64..2_000).prop_map(Event::Pause),
        1 => (0_usize..70).prop_map(Event::Refuse),
        1 => Just(Event::Allow),
    ]
}

/// The server, the plug and the clock.
struct World {
    source: GoogleBusiness,
    server: Server,
    refused: BTreeSet<usize>,
    now: Timestamp,
    cursor: Cursor,
    /// What was read, with the time of its last change.
    found: BTreeSet<(String, Timestamp)>,
}

impl World {
    /// One request; whether the poll goes on.
    fn step(&mut self) -> bool {
        let secret = Secret::new("geheim");
        let cx = Context { now: self.now, credential: Some(&secret) };
        let request = self.source.plan(&self.cursor, &cx).unwrap();
        let location = review::location_of(request.url.path().trim_end_matches("/reviews"));
        let number = location.strip_prefix("locations/").and_then(|number| number.parse().ok());
        if number.is_some_and(|number: usize| self.refused.contains(&number)) {
            self.now += SignedDuration::from_mins(15);
            return true;
        }
        self.now += SignedDuration::from_millis(200);
        let body = self.server.answer(&request).to_string();
        let mut response = fixture::page(request.url.as_str(), "application/json", body);
        response.at = self.now;
        let page = self.source.parse(&self.cursor, &response).unwrap();
        let read = page.items.into_iter().map(|item| (item.text, item.published.unwrap()));
        self.found.extend(read);
        let (more, next) = match page.next {
            Next::More(next) => (true, next),
            Next::CaughtUp(next) => (false, next),
        };
        self.cursor = next;
        more
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn whatever_is_refused_edited_or_interrupted_everything_is_read_in_the_end(
        events in prop::collection::vec(event(), 0..250),
    ) {
        let mut world = World {
            source: source(""),
            server: Server::new(70, 7),
            refused: BTreeSet::new(),
            now: at(0),
            cursor: Cursor::default(),
            found: BTreeSet::new(),
        };
        for (n, event) in events.into_iter().enumerate() {
            match event {
                Event::Nothing => {}
                Event::Write(location) => {
                    world.server.reviews.get_mut(&location).unwrap().push((format!("new{n}"), world.now));
                }
                Event::Edit(location, review) => {
                    if let Some(one) = world.server.reviews.get_mut(&location).unwrap().get_mut(review) {
                        one.1 = world.now;
                    }
                }
                Event::Pause(minutes) => world.now += SignedDuration::from_mins(minutes),
                Event::Refuse(location) => drop(world.refused.insert(location)),
                Event::Allow => world.refused.clear(),
            }
            world.step();
        }
        // Nothing is refused any more; those that were left alone are asked again after some hours.
        world.refused.clear();
        for wait in [0, 7, 7] {
            world.now += SignedDuration::from_hours(wait);
            let ended = (0..5_000).find(|_| !world.step());
            prop_assert!(ended.is_some(), "a poll that never ends");
        }
        for one in world.server.reviews.values().flatten() {
            prop_assert!(world.found.contains(one), "{one:?} was never read");
        }
    }
}
