//! A list that grows, loses items and forgets positions, walked as a plug walks it.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// A list of moments, newest first; a position is the number of the item with which the page begins.
struct List {
    items: Vec<Timestamp>,
    page: usize,
    asked: Vec<Ask>,
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn minutes(range: std::ops::Range<i64>) -> Vec<Timestamp> {
    range.rev().map(minute).collect()
}

impl List {
    fn new(items: Vec<Timestamp>) -> Self {
        Self { items, page: 10, asked: Vec::new() }
    }

    fn poll(&mut self, walk: Walk, rules: &Rules, now: Timestamp) -> (BTreeSet<Timestamp>, Walk) {
        let mut found = BTreeSet::new();
        let mut walk = walk;
        for _ in 0..200 {
            let done = self.one(&mut walk, rules, now, &mut found);
            // What a plug remembers goes through the store.
            walk = serde_json::from_value(serde_json::to_value(&walk).unwrap()).unwrap();
            if done {
                return (found, walk);
            }
        }
        panic!("never done");
    }

    fn one(
        &mut self,
        walk: &mut Walk,
        rules: &Rules,
        now: Timestamp,
        found: &mut BTreeSet<Timestamp>,
    ) -> bool {
        let ask = walk.ask(rules, now);
        let below = ask.from.as_deref().map(|at| at.parse::<Timestamp>().unwrap());
        let rest: Vec<Timestamp> =
            self.items.iter().copied().filter(|at| below.is_none_or(|below| *at < below)).collect();
        let page: Vec<Timestamp> = rest.iter().copied().take(self.page).collect();
        let next = (rest.len() > page.len()).then(|| page.last().unwrap().to_string());
        found.extend(&page);
        self.asked.push(ask);
        let names: Vec<String> = page.iter().map(ToString::to_string).collect();
        let entries = names.iter().zip(&page).map(|(name, at)| (Some(name.as_str()), Some(*at)));
        walk.step(rules, Seen::of(entries, next, now), &mut Vec::new())
    }
}

#[test]
fn everything_between_two_polls_is_found() {
    let mut list = List::new(minutes(0..30));
    let rules = Rules { backfill_pages: 2, holds: None, ..Rules::default() };
    let (found, walk) = list.poll(Walk::default(), &rules, minute(30));
    assert_eq!(found.len(), 20, "as many pages as configured");
    list.items = minutes(0..300);
    // The newest known item is gone meanwhile.
    list.items.retain(|at| *at != minute(29));
    let (found, walk) = list.poll(walk, &rules, minute(300));
    assert!(minutes(30..300).iter().all(|at| found.contains(at)));
    list.asked.clear();
    let (_, walk) = list.poll(walk, &rules, minute(301));
    assert!(list.asked.len() <= 2, "{:?}", list.asked);
    list.items.clear();
    let (_, walk) = list.poll(walk, &rules, minute(302));
    list.items = minutes(0..303);
    let (found, _) = list.poll(walk, &rules, minute(303));
    assert!(found.contains(&minute(300)), "an empty page must not forget");
}

#[test]
fn what_comes_during_a_long_backlog_is_seen_before_its_end() {
    let mut list = List::new(minutes(0..10));
    let rules = Rules { holds: None, ..Rules::default() };
    let (_, mut walk) = list.poll(Walk::default(), &rules, minute(10));
    list.items = minutes(0..500);
    let mut found = BTreeSet::new();
    for _ in 0..3 {
        assert!(!list.one(&mut walk, &rules, minute(500), &mut found));
    }
    list.items.insert(0, minute(501));
    for _ in 0..6 {
        assert!(!list.one(&mut walk, &rules, minute(501), &mut found));
    }
    assert!(found.contains(&minute(501)) && !found.contains(&minute(100)));
    let (rest, _) = list.poll(walk, &rules, minute(501));
    assert!(minutes(10..500).iter().all(|at| found.contains(at) || rest.contains(at)));
}

#[test]
fn a_walk_that_is_too_long_for_one_poll_is_ended_by_the_next() {
    let mut list = List::new(minutes(0..10));
    let rules = Rules { holds: None, ..Rules::default() };
    let (_, walk) = list.poll(Walk::default(), &rules, minute(10));
    list.items = minutes(0..1_500);
    let (mut found, walk) = list.poll(walk, &rules, minute(1_500));
    assert_eq!(list.asked.len(), 101);
    let (rest, _) = list.poll(walk, &rules, minute(1_501));
    found.extend(rest);
    assert!(minutes(10..1_500).iter().all(|at| found.contains(at)));
}

#[test]
fn positions_that_no_longer_hold_are_walked_again_from_the_top() {
    let mut list = List::new(minutes(0..10));
    let rules = Rules::default();
    let (_, mut walk) = list.poll(Walk::default(), &rules, minute(10));
    list.items = minutes(0..100);
    let mut found = BTreeSet::new();
    for _ in 0..3 {
        list.one(&mut walk, &rules, minute(100), &mut found);
    }
    list.asked.clear();
    let (found, _) = list.poll(walk, &rules, minute(200));
    assert_eq!(list.asked[0].from, None);
    assert!(minutes(10..100).iter().all(|at| found.contains(at)));
}

#[test]
fn a_position_that_leads_nowhere_is_tried_once_more_from_the_top() {
    let rules = Rules { empty_is_lost: true, ..Rules::default() };
    let mut list = List::new(minutes(0..10));
    let (_, mut walk) = list.poll(Walk::default(), &rules, minute(10));
    list.items = minutes(0..40);
    let mut found = BTreeSet::new();
    list.one(&mut walk, &rules, minute(40), &mut found);
    let empty = Seen { at: minute(40), ..Seen::default() };
    assert!(!walk.step(&rules, empty, &mut Vec::new()));
    assert_eq!(walk.ask(&rules, minute(40)).from, None);
    let (found, _) = list.poll(walk, &rules, minute(40));
    assert!(minutes(10..40).iter().all(|at| found.contains(at)));
}

#[test]
fn the_sweep_reads_further_down_once_in_its_time() {
    let day = SignedDuration::from_hours(24);
    let rules = Rules { sweep: Some((day, day + day)), holds: None, ..Rules::default() };
    let mut list = List::new(minutes(0..300));
    let (_, walk) = list.poll(Walk::default(), &rules, minute(300));
    let (found, walk) = list.poll(walk, &rules, minute(310));
    assert_eq!(found.len(), 20);
    let (found, walk) = list.poll(walk, &rules, minute(300 + 24 * 60));
    assert_eq!(found.len(), 300);
    let (found, _) = list.poll(walk, &rules, minute(310 + 24 * 60));
    assert_eq!(found.len(), 20);
}

#[test]
fn a_clock_that_is_ahead_does_not_hide_what_comes_after() {
    let mut list = List::new(vec![minute(100_000), minute(3)]);
    let rules = Rules::default();
    let (_, walk) = list.poll(Walk::default(), &rules, minute(5));
    assert_eq!(walk.ask(&rules, minute(6)).floor, Some(minute(-5)));
}

#[test]
fn empty_pages_are_followed_and_the_same_page_is_not() {
    let rules = Rules { backfill_pages: 90, ..Rules::default() };
    let page = |names: Vec<&'static str>, next: String| Seen {
        names,
        newest: Some(minute(1)),
        oldest: Some(minute(0)),
        next: Some(next),
        at: minute(2),
    };
    let mut walk = Walk::default();
    assert!(!walk.step(&rules, page(vec!["a"], "1".to_owned()), &mut Vec::new()));
    for n in 2..5 {
        assert!(!walk.step(&rules, page(vec![], n.to_string()), &mut Vec::new()));
    }
    let mut warnings = Vec::new();
    assert!(!walk.step(&rules, page(vec!["b"], "9".to_owned()), &mut warnings));
    assert!(walk.step(&rules, page(vec!["b"], "10".to_owned()), &mut warnings));
    assert_eq!(warnings.len(), 1);
}

/// What may happen between two pages.
#[derive(Debug, Clone)]
enum Op {
    /// So many items are made, ten seconds apart.
    Make(u8),
    /// One is deleted, wherever it stands.
    Delete(u16),
    /// Minutes pass: positions may end meanwhile.
    Wait(u8),
    /// So many pages are read.
    Read(u8),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (1_u8..60).prop_map(Op::Make),
        any::<u16>().prop_map(Op::Delete),
        (1_u8..90).prop_map(Op::Wait),
        (1_u8..8).prop_map(Op::Read),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_happens_between_two_pages_what_stays_is_read(
        ops in prop::collection::vec(op(), 1..40),
        ends in any::<bool>(),
    ) {
        let mut list = List::new(minutes(-3..0));
        let rules = Rules { holds: ends.then(|| SignedDuration::from_mins(30)), ..Rules::default() };
        let mut now = minute(0);
        let (mut found, mut walk) = list.poll(Walk::default(), &rules, now);
        for op in ops {
            match op {
                Op::Make(count) => {
                    for _ in 0..count {
                        now += SignedDuration::from_secs(10);
                        list.items.insert(0, now);
                    }
                }
                Op::Delete(at) if !list.items.is_empty() => {
                    let at = usize::from(at) % list.items.len();
                    list.items.remove(at);
                }
                Op::Delete(_) => {}
                Op::Wait(count) => now += SignedDuration::from_mins(i64::from(count)),
                Op::Read(pages) => {
                    for _ in 0..pages {
                        list.one(&mut walk, &rules, now, &mut found);
                    }
                }
            }
        }
        for _ in 0..2 {
            let (rest, next) = list.poll(walk, &rules, now);
            found.extend(rest);
            walk = next;
        }
        prop_assert!(list.items.iter().all(|at| found.contains(at)));
    }
}
