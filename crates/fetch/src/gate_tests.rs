//! The gate on a clock that is only told.

use super::*;
use crate::breaker::FAILURES;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn gate() -> Gate {
    Gate::new(Arc::new(Options::default()))
}

fn ask<'a>(host: &'a str, credential: Option<&'a str>) -> Ask<'a> {
    Ask { host, credential, spacing: Duration::from_secs(1) }
}

#[test]
fn requests_to_one_host_are_spaced_from_end_to_start() {
    let gate = gate();
    let shop = ask("shop.example:443", None);
    assert_eq!(gate.admit(shop, noon()), Ok(()));
    gate.report(shop, Report::Fine, noon() + SECOND * 4);
    let refused = gate.admit(shop, noon() + SECOND * 4).unwrap_err();
    assert_eq!((refused.until, refused.only_spacing), (noon() + SECOND * 5, true));
    assert_eq!(gate.admit(ask("other.example:443", None), noon() + SECOND * 4), Ok(()));
    assert_eq!(gate.admit(shop, refused.until), Ok(()));
}

#[test]
fn a_clock_that_was_set_back_does_not_lock_a_host() {
    let gate = gate();
    let shop = ask("shop.example:443", None);
    gate.admit(shop, noon()).unwrap();
    let refused = gate.admit(shop, noon() - MINUTE * 60).unwrap_err();
    assert_eq!(refused.until, noon() - MINUTE * 60 + SECOND);
}

#[test]
fn a_used_up_quota_holds_the_credential_and_not_its_host() {
    let gate = gate();
    let first = ask("api.example:443", Some("mastodon:one"));
    let second = ask("api.example:443", Some("mastodon:two"));
    gate.admit(first, noon()).unwrap();
    gate.report(first, Report::UsedUp(noon() + MINUTE * 5), noon());
    let refused = gate.admit(first, noon() + MINUTE).unwrap_err();
    assert_eq!(refused.until, noon() + MINUTE * 5);
    assert_eq!(refused.why, "the service of `mastodon:one` asked for patience");
    assert_eq!(gate.admit(second, noon() + MINUTE), Ok(()));
    assert_eq!(gate.admit(first, noon() + MINUTE * 5), Ok(()));
}

#[test]
fn an_overloaded_server_is_left_alone_by_everybody() {
    let gate = gate();
    let one = ask("api.example:443", Some("mastodon:one"));
    gate.admit(one, noon()).unwrap();
    let patience = Report::Patience { until: Some(noon() + MINUTE), whole_host: true };
    assert_eq!(gate.report(one, patience, noon()), Some(noon() + MINUTE));
    assert!(gate.admit(ask("api.example:443", None), noon() + SECOND * 30).is_err());
    assert!(gate.admit(ask("api.example:443", None), noon() + MINUTE).is_ok());
}

#[test]
fn patience_without_a_date_grows_from_a_quarter_of_an_hour_until_it_goes_well() {
    let gate = gate();
    let shop = ask("shop.example:443", None);
    let silent = Report::Patience { until: None, whole_host: false };
    let mut now = noon();
    let mut pauses = Vec::new();
    for _ in 0..6 {
        gate.admit(shop, now).unwrap();
        let until = gate.report(shop, silent, now).unwrap();
        pauses.push(until.duration_since(now).as_secs() / 60);
        now = until;
    }
    assert!((15..=30).contains(&pauses[0]) && (30..=60).contains(&pauses[1]), "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 240) && pauses[5] >= 120, "{pauses:?}");
    gate.admit(shop, now).unwrap();
    gate.report(shop, Report::Fine, now);
    gate.admit(shop, now + MINUTE).unwrap();
    let until = gate.report(shop, silent, now + MINUTE).unwrap();
    assert!(until.duration_since(now) <= MINUTE * 31);
}

#[test]
fn a_server_that_says_zero_for_ever_is_not_hammered() {
    let gate = gate();
    let shop = ask("shop.example:443", None);
    let mut now = noon();
    let mut pauses = Vec::new();
    for _ in 0..12 {
        gate.admit(shop, now).unwrap();
        let zero = Report::Patience { until: Some(now), whole_host: false };
        let until = gate.report(shop, zero, now).unwrap();
        pauses.push(until.duration_since(now).as_secs());
        now = until + SECOND;
    }
    assert_eq!(pauses[0], 0, "the first time it is taken at its word");
    assert!(pauses[6] >= 60 && pauses.iter().all(|pause| *pause <= 300), "{pauses:?}");
}

#[test]
fn a_host_that_keeps_failing_is_left_alone_and_tried_again() {
    let gate = gate();
    let shop = ask("shop.example:443", None);
    let mut now = noon();
    for _ in 0..FAILURES {
        gate.admit(shop, now).unwrap();
        gate.report(shop, Report::Failed, now);
        now += SECOND * 2;
    }
    let refused = gate.admit(shop, now).unwrap_err();
    assert_eq!(refused.why, "shop.example failed 5 times in a row");
    assert_eq!(gate.admit(shop, refused.until), Ok(()));
    gate.report(shop, Report::Fine, refused.until);
    assert_eq!(gate.admit(shop, refused.until + SECOND), Ok(()));
}

#[test]
fn quotas_of_single_hosts_and_credentials_go_before_the_general_ones() {
    let strict = Quota { requests: 1, per: Duration::from_secs(60) };
    let mut options = Options::default();
    options.host_quotas.insert("slow.example".to_owned(), strict);
    options.credential_quotas.insert("yelp:key".to_owned(), strict);
    let gate = Gate::new(Arc::new(options));
    let check = |ask: Ask<'_>, why: &str| {
        gate.admit(ask, noon()).unwrap();
        let refused = gate.admit(ask, noon() + SECOND * 2).unwrap_err();
        assert_eq!((refused.until, refused.why.as_str()), (noon() + MINUTE, why));
    };
    check(ask("slow.example:443", None), "our own limit for slow.example: 1 requests in 60 s");
    check(ask("fast.example:443", Some("yelp:key")), "our own limit for `yelp:key`: 1 requests in 60 s");
}

#[test]
fn a_credential_is_held_to_the_limit_of_its_platform_unless_it_has_one_of_its_own() {
    let minute = |requests: u32| Quota { requests, per: Duration::from_secs(60) };
    let mut options = Options::default();
    options.credential_quotas.insert("google-play".to_owned(), minute(20));
    options.credential_quotas.insert("google-play:nl.own".to_owned(), minute(1));
    let gate = Gate::new(Arc::new(options));
    let admitted = |credential: &str| {
        let host = format!("{credential}.example:443");
        let ask = Ask { spacing: Duration::ZERO, ..ask(&host, Some(credential)) };
        (0..60).filter(|second| gate.admit(ask, noon() + SECOND * *second).is_ok()).count()
    };
    for platform in ["google-play:nl.a", "google-play:nl.b"] {
        assert!((15..=20).contains(&admitted(platform)), "{platform}");
    }
    assert_eq!(admitted("google-play:nl.own"), 1);
    assert!(admitted("google-playground:x") > 20, "another platform is not held to it");
}

#[test]
fn a_week_of_eager_polling_stays_within_every_limit() {
    let quota = Quota { requests: 60, per: Duration::from_secs(3600) };
    let options = Options { host_quota: quota, ..Options::default() };
    let gate = Gate::new(Arc::new(options));
    let shop = ask("shop.example:443", None);
    let (mut now, end) = (noon(), noon() + MINUTE * 60 * 24 * 7);
    let mut sent = 0;
    while now < end {
        match gate.admit(shop, now) {
            Ok(()) => {
                sent += 1;
                gate.report(shop, Report::Fine, now);
            }
            Err(refused) => {
                assert!(refused.until > now, "a wait must lead on");
                now = refused.until;
            }
        }
    }
    assert!((9_000..=10_080).contains(&sent), "{sent}");
}

#[test]
fn what_was_used_of_a_quota_is_counted_for_people_and_known_after_a_restart() {
    let mut options =
        Options { host_quota: Quota { requests: 1_000, per: Duration::from_secs(60) }, ..Options::default() };
    options
        .credential_quotas
        .insert("reddit".to_owned(), Quota { requests: 100, per: Duration::from_secs(600) });
    let options = Arc::new(options);
    let gate = Gate::new(Arc::clone(&options));
    let asked = ask("a.example:443", Some("reddit:me"));
    let mut now = noon();
    for _ in 0..7 {
        gate.admit(asked, now).unwrap();
        now += SignedDuration::from_secs(10);
    }
    let used = |gate: &Gate| {
        let kept = gate.kept("a.example:443", Some("reddit:me"));
        let used: Vec<_> = kept.iter().map(|kept| (kept.name().to_owned(), kept.used.unwrap())).collect();
        (kept, used)
    };
    let (kept, counted) = used(&gate);
    // The minute of the host is over with the seventh; the ten minutes of the credential are not.
    assert_eq!((counted[0].0.as_str(), counted[0].1.requests, counted[0].1.of), ("a.example", 1, 1_000));
    assert_eq!((counted[1].0.as_str(), counted[1].1.requests, counted[1].1.of), ("reddit:me", 7, 100));
    assert_eq!((counted[1].1.since, counted[1].1.seconds), (noon(), 600));

    let again = Gate::new(options);
    again.recall(&kept, now);
    again.admit(asked, now).unwrap();
    assert_eq!(used(&again).1[1].1.requests, 8);
    // What is refused is not counted, and a stretch that is over counts as nothing.
    assert!(again.admit(asked, now).is_err());
    assert_eq!(used(&again).1[1].1.requests, 8);
    assert_eq!(used(&again).1[1].1.at(noon() + SignedDuration::from_mins(10)).requests, 0);
    let old: Kept = serde_json::from_str(r#"{"whose":{"host":"a"},"asked":"2026-03-01T12:00:00Z"}"#).unwrap();
    assert_eq!(old.used, None);
}

#[test]
fn the_memory_is_bounded() {
    let gate = gate();
    for n in 0..MOST_KEYS + 50 {
        let host = format!("h{n}.example:443");
        let name = format!("c{n}");
        gate.admit(ask(&host, Some(&name)), noon() + SECOND * i32::try_from(n).unwrap()).unwrap();
    }
    let state = gate.lock();
    assert_eq!((state.hosts.len(), state.credentials.len()), (MOST_KEYS, MOST_KEYS));
    assert!(!state.hosts.contains_key("h0.example:443"), "the longest unused is forgotten");
}
