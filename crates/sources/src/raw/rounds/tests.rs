//! Several lists at a server that numbers its pages, on a clock that we move.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const NOW: &str = "2024-05-03T12:00:00Z";

fn at(hours: i64) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn rules() -> Rules {
    Rules {
        window: None,
        sweep_every: Some(SignedDuration::from_hours(24)),
        place_holds: None,
        ordered: true,
    }
}

/// Items by list, newest first; each was made so many hours ago.
struct Server {
    lists: BTreeMap<String, Vec<(String, i64)>>,
    page: usize,
    asked: Vec<String>,
}

impl Server {
    fn new(lists: usize, items: usize) -> Self {
        let list = |l: usize| {
            let items = (0..items).map(|i| (format!("{l}-{i}"), i64::try_from(i).unwrap()));
            (format!("list{l}"), items.collect())
        };
        Self { lists: (0..lists).map(list).collect(), page: 10, asked: vec![] }
    }

    fn names(&self) -> Vec<String> {
        self.lists.keys().cloned().collect()
    }

    fn answer(&mut self, list: &str, place: Option<&str>, now: Timestamp) -> Seen {
        let page: usize = place.map_or(0, |p| p.parse().unwrap());
        self.asked.push(format!("{list}/{page}"));
        let all = &self.lists[list];
        let items: Vec<_> = all.iter().skip(page * self.page).take(self.page).collect();
        Seen {
            marks: items.iter().map(|(name, _)| name.clone()).collect(),
            next: (items.len() == self.page).then(|| (page + 1).to_string()),
            newest: items.first().map(|(_, age)| now - SignedDuration::from_hours(*age)),
            at: now,
        }
    }

    /// Polls until caught up; each answer takes a second.
    fn poll(&mut self, mut rounds: Rounds, rules: &Rules, mut now: Timestamp) -> (BTreeSet<String>, Rounds) {
        let (names, mut found) = (self.names(), BTreeSet::new());
        for _ in 0..20_000 {
            let (list, place) = rounds.position(&names, rules, now);
            now += SignedDuration::from_secs(1);
            let seen = self.answer(&list, place.as_deref(), now);
            found.extend(seen.marks.iter().cloned());
            match rounds.step(&names, &seen, rules, &mut Vec::new()) {
                Next::More(next) => rounds = raw::state_for_parse(&next).unwrap(),
                Next::CaughtUp(next) => return (found, raw::state_for_parse(&next).unwrap()),
            }
        }
        panic!("never caught up")
    }
}

#[test]
fn all_heads_come_before_any_backlog_and_everything_is_read() {
    let mut server = Server::new(3, 35);
    let (found, _) = server.poll(Rounds::default(), &rules(), at(0));
    assert_eq!(found.len(), 3 * 35);
    assert_eq!(server.asked[..3], ["list0/0", "list1/0", "list2/0"]);
    assert_eq!(server.asked[3..7], ["list0/1", "list1/1", "list2/1", "list0/2"], "backlog takes turns");
}

#[test]
fn later_polls_read_the_head_and_a_page_below_what_is_known() {
    let mut server = Server::new(2, 50);
    let (_, rounds) = server.poll(Rounds::default(), &rules(), at(0));
    server.asked.clear();
    let (_, rounds) = server.poll(rounds, &rules(), at(1));
    assert_eq!(server.asked, ["list0/0", "list0/1", "list1/0", "list1/1"]);
    // Twelve new ones push the known ones to the second page.
    let list = server.lists.get_mut("list1").unwrap();
    list.splice(0..0, (0..12).map(|i| (format!("new{i}"), 0)));
    server.asked.clear();
    let (found, _) = server.poll(rounds, &rules(), at(2));
    assert_eq!(found.iter().filter(|name| name.starts_with("new")).count(), 12);
    assert_eq!(server.asked[2..], ["list1/0", "list1/1", "list1/2"]);
}

#[test]
fn the_slow_walk_comes_back_every_day_and_sees_what_changed_below() {
    let mut server = Server::new(1, 50);
    let (_, rounds) = server.poll(Rounds::default(), &rules(), at(0));
    server.lists.get_mut("list0").unwrap()[45].0 = "edited".into();
    let (found, rounds) = server.poll(rounds, &rules(), at(3));
    assert!(!found.contains("edited"));
    let (found, _) = server.poll(rounds, &rules(), at(25));
    assert!(found.contains("edited"));
}

#[test]
fn the_slow_walk_keeps_to_its_window() {
    let mut server = Server::new(1, 500);
    let rules = Rules { window: Some(SignedDuration::from_hours(95)), ..rules() };
    let (found, _) = server.poll(Rounds::default(), &rules, at(0));
    assert_eq!(found.len(), 110, "up to a page that lies below it as a whole");
}

#[test]
fn a_long_backlog_is_interrupted_for_what_is_new() {
    let mut server = Server::new(2, 10_000);
    let names = server.names();
    let mut rounds = Rounds::default();
    let mut now = at(0);
    for _ in 0..700 {
        let (list, place) = rounds.position(&names, &rules(), now);
        now += SignedDuration::from_secs(1);
        let seen = server.answer(&list, place.as_deref(), now);
        let Next::More(next) = rounds.step(&names, &seen, &rules(), &mut Vec::new()) else { panic!("done") };
        rounds = raw::state_for_parse(&next).unwrap();
    }
    assert_eq!(server.asked.iter().filter(|page| page.ends_with("/0")).count(), 4);
    let backlog = server.asked.iter().filter(|page| page.starts_with("list1/")).count();
    assert!((340..360).contains(&backlog), "{backlog}");
}

#[test]
fn more_news_than_a_round_takes_are_left_to_the_slow_walk() {
    let mut server = Server::new(1, 20);
    let (_, rounds) = server.poll(Rounds::default(), &rules(), at(0));
    let list = server.lists.get_mut("list0").unwrap();
    list.splice(0..0, (0..3_000).map(|i| (format!("new{i}"), 0)));
    let (found, _) = server.poll(rounds, &rules(), at(1));
    assert_eq!(found.iter().filter(|name| name.starts_with("new")).count(), 3_000);
}

#[test]
fn an_empty_or_short_head_forgets_nothing() {
    let mut server = Server::new(1, 50);
    let (_, rounds) = server.poll(Rounds::default(), &rules(), at(0));
    let full = std::mem::take(server.lists.get_mut("list0").unwrap());
    let (_, rounds) = server.poll(rounds, &rules(), at(1));
    server.lists.insert("list0".into(), full);
    server.lists.get_mut("list0").unwrap().insert(0, ("late".into(), 0));
    server.asked.clear();
    let (found, _) = server.poll(rounds, &rules(), at(2));
    assert!(found.contains("late"));
    assert_eq!(server.asked, ["list0/0", "list0/1"]);
}

#[test]
fn a_place_that_is_too_old_is_not_asked_for_again() {
    let mut server = Server::new(1, 50);
    let rules = Rules { place_holds: Some(SignedDuration::from_mins(30)), ..rules() };
    let names = server.names();
    let seen = server.answer("list0", None, at(0));
    let Next::More(cursor) = Rounds::default().step(&names, &seen, &rules, &mut Vec::new()) else {
        panic!("done")
    };
    let rounds: Rounds = raw::state_for_parse(&cursor).unwrap();
    assert_eq!(rounds.position(&names, &rules, at(0)).1.as_deref(), Some("1"));
    assert_eq!(rounds.position(&names, &rules, at(5)).1, None);
    let (found, _) = server.poll(rounds, &rules, at(5));
    assert_eq!(found.len(), 50, "the walk began again and went to the end");
}

#[test]
fn lists_that_are_added_or_taken_away_are_begun_and_forgotten() {
    let mut server = Server::new(2, 30);
    let (_, rounds) = server.poll(Rounds::default(), &rules(), at(0));
    server.lists.insert("list2".into(), (0..30).map(|i| (format!("2-{i}"), i)).collect());
    server.lists.remove("list0");
    let (found, rounds) = server.poll(rounds, &rules(), at(1));
    assert_eq!(found.iter().filter(|name| name.starts_with("2-")).count(), 30);
    assert_eq!(rounds.lists.keys().collect::<Vec<_>>(), ["list1", "list2"]);
}

#[test]
fn a_list_without_order_is_read_whole_at_every_round() {
    let mut server = Server::new(1, 35);
    let rules = Rules { ordered: false, ..rules() };
    let (_, rounds) = server.poll(Rounds::default(), &rules, at(0));
    server.lists.get_mut("list0").unwrap().push(("last".into(), 0));
    let (found, _) = server.poll(rounds, &rules, at(1));
    assert!(found.contains("last"));
}

/// What happens to a list between two pages.
#[derive(Debug, Clone)]
enum Event {
    Nothing,
    Add(usize),
    Delete(usize),
    Pause(i64),
}

#[cfg(test)]
fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Nothing),
        2 => (1_usize..25).prop_map(Event::Add),
        2 => (0_usize..60).prop_map(Event::Delete),
        1 => (1_i64..30).prop_map(Event::Pause),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_between_pages_everything_that_stays_is_read(
        events in prop::collection::vec((0_usize..3, event()), 0..60),
        holds in prop::option::of(1_i64..60),
    ) {
        let mut server = Server::new(3, 30);
        let rules = Rules { place_holds: holds.map(SignedDuration::from_mins), ..rules() };
        let names = server.names();
        let (mut rounds, mut found) = (Rounds::default(), BTreeSet::new());
        let (mut now, mut made) = (at(0), 0);
        let read = |server: &mut Server, rounds: Rounds, now: Timestamp, found: &mut BTreeSet<String>| {
            let (list, place) = rounds.position(&names, &rules, now);
            let seen = server.answer(&list, place.as_deref(), now);
            found.extend(seen.marks.iter().cloned());
            match rounds.step(&names, &seen, &rules, &mut Vec::new()) {
                Next::More(next) => (raw::state_for_parse(&next).unwrap(), true),
                Next::CaughtUp(next) => (raw::state_for_parse(&next).unwrap(), false),
            }
        };
        for (list, event) in events {
            now += SignedDuration::from_secs(1);
            let items = server.lists.get_mut(&format!("list{list}")).unwrap();
            match event {
                Event::Nothing => {}
                Event::Add(count) => {
                    made += count;
                    items.splice(0..0, (made - count..made).map(|n| (format!("{list}+{n}"), 0)));
                }
                Event::Delete(at) if at < items.len() => drop(items.remove(at)),
                Event::Delete(_) => {}
                Event::Pause(hours) => now += SignedDuration::from_hours(hours),
            }
            (rounds, _) = read(&mut server, rounds, now, &mut found);
        }
        // The poll under way, one more, and the slow walk of the next day, undisturbed.
        for wait in [0, 1, 25, 25] {
            now += SignedDuration::from_hours(wait);
            let mut more = true;
            for _ in 0..1_000 {
                if !more {
                    break;
                }
                now += SignedDuration::from_secs(1);
                (rounds, more) = read(&mut server, rounds, now, &mut found);
            }
            prop_assert!(!more, "a poll that never ends");
        }
        for (name, _) in server.lists.values().flatten() {
            prop_assert!(found.contains(name), "{name} was never read");
        }
    }
}
