//! What robots.txt means, by tables, and that no file does harm.

use super::*;
use proptest::prelude::*;

const FILE: &str = "\
User-agent: *
Disallow: /private
Allow: /private/faq$
Crawl-delay: 5

User-agent: gehoor
Sitemap: https://shop.example/sitemap.xml
Allow: /reviews
Disallow: /

User-agent: GEHOOR
Allow: /caf%c3%a9/%7emenu
";

pub(super) fn allows(agent: &str, file: &str, path: &str) -> bool {
    let url = Url::parse("https://shop.example").unwrap().join(path).unwrap();
    Rules::read(agent, file.as_bytes()).allow(&url).is_ok()
}

#[test]
fn our_own_groups_are_merged_and_go_before_the_general_one() {
    for (path, allowed) in [
        ("/reviews/1", true),
        ("/x", false),
        ("/", false),
        ("/private/faq", false),
        ("/caf\u{e9}/~menu", true),
        ("/caf%C3%A9/%7Emenu", true),
    ] {
        assert_eq!(allows("Gehoor", FILE, path), allowed, "{path}");
    }
}

#[test]
fn others_get_the_general_group_and_the_longest_rule_wins() {
    for (path, allowed) in [
        ("/x", true),
        ("/private/faq", true),
        ("/private/faq?x", false),
        ("/privateer", false),
        ("/robots.txt", true),
    ] {
        assert_eq!(allows("OtherBot", FILE, path), allowed, "{path}");
    }
}

#[test]
fn a_tie_is_allowed_and_an_empty_disallow_allows_all() {
    assert!(allows("Gehoor", "User-agent: *\nDisallow: /a\nAllow: /a", "/a"));
    assert!(allows("Gehoor", "User-agent: *\nDisallow:", "/a"));
    assert!(allows("Gehoor", "", "/a"));
    assert!(allows("Gehoor", "<html>not found</html>", "/a"));
    assert!(!allows("Gehoor", "\u{feff}User-agent: *\r\nDisallow: /a # b\r\n", "/a"));
}

#[test]
fn crawl_delay_is_taken_and_bounded() {
    let delay = |value: &str| {
        let file = format!("User-agent: *\nCrawl-delay: {value}\nDisallow: /x");
        Rules::read("Gehoor", file.as_bytes()).delay()
    };
    assert_eq!(delay("10"), Duration::from_secs(10));
    assert_eq!(delay("0.5"), Duration::from_millis(500));
    assert_eq!(delay("86400"), Duration::from_secs(300));
    for nonsense in ["-5", "NaN", "inf", "often"] {
        assert!(delay(nonsense) <= Duration::from_secs(300), "{nonsense}");
    }
}

#[test]
fn a_file_made_to_hurt_is_not_read() {
    let file = format!("User-agent: *\n{}", "Allow: /*a*b*c$\n".repeat(MOST_ANCHORS + 1));
    assert!(!allows("Gehoor", &file, "/a"));
}

#[test]
fn what_comes_after_the_cap_is_cut_off() {
    let file = format!("User-agent: *\nDisallow: /a\n{}Disallow: /b\n", "#".repeat(SIZE_CAP));
    assert!(!allows("Gehoor", &file, "/a"));
    assert!(allows("Gehoor", &file, "/b"));
}

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

#[test]
fn a_copy_is_used_for_as_long_as_the_server_says_but_no_more_than_a_day() {
    let known_until = |fresh: Option<SignedDuration>| {
        let mut entry = Entry::default();
        assert!(entry.is_due(noon()));
        entry.learn(Fetched::Rules(Rules::Everything, fresh.map(|span| later(noon(), span))), noon());
        (0..=2000).find(|minute| entry.is_due(later(noon(), SignedDuration::from_mins(*minute))))
    };
    assert_eq!(known_until(None), Some(1440));
    assert_eq!(known_until(Some(SignedDuration::from_hours(100))), Some(1440));
    assert_eq!(known_until(Some(SignedDuration::from_mins(60))), Some(60));
    assert_eq!(known_until(Some(SignedDuration::from_secs(1))), Some(10));
}

#[test]
fn an_unreachable_file_means_no_unless_an_older_copy_is_known() {
    let mut entry = Entry::default();
    entry.learn(Fetched::Unreachable("answered 503".to_owned()), noon());
    assert_eq!(entry.rules().err(), Some("answered 503"));
    assert!(!entry.is_due(later(noon(), SignedDuration::from_mins(9))));
    assert!(entry.is_due(later(noon(), AGAIN)));

    entry.learn(Fetched::Rules(Rules::Everything, None), noon());
    entry.learn(Fetched::Unreachable("answered 503".to_owned()), later(noon(), FRESH));
    assert!(entry.rules().is_ok(), "the older copy still counts");
    entry.learn(Fetched::Unreachable("answered 503".to_owned()), later(noon(), STALE * 2));
    assert!(entry.rules().is_err(), "after a month it does not");
}

proptest! {
    #[test]
    fn any_file_is_no_panic(file in proptest::collection::vec(any::<u8>(), 0..400), path in "/[ -~]{0,40}") {
        let mut url = Url::parse("https://shop.example").unwrap();
        url.set_path(&path);
        let rules = Rules::read("Gehoor", &file);
        let _ = rules.allow(&url);
        prop_assert!(rules.delay() <= Duration::from_secs(300));
    }

    #[test]
    fn any_rules_are_no_panic(lines in proptest::collection::vec("(Dis|A)llow: /[a$*%]{0,12}", 0..20), path in "/[a%]{0,12}") {
        let mut url = Url::parse("https://shop.example").unwrap();
        url.set_path(&path);
        let file = format!("User-agent: *\n{}", lines.join("\n"));
        let _ = Rules::read("Gehoor", file.as_bytes()).allow(&url);
    }
}
