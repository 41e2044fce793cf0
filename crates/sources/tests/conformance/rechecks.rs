//! What every kind keeps to that can be asked whether a post still stands, and whom robots.txt is asked for.

use super::*;

/// What the store would know of the items of a page.
#[cfg(test)]
fn known(kind: &Kind) -> Vec<Known> {
    let (body, content_type) = fixture(kind, "page");
    let page = read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
    let known = page.items.into_iter().map(|i| Known { external_id: i.external_id, permalink: i.permalink });
    known.take(kind.recheck.max(1)).collect()
}

#[test]
fn what_a_kind_found_it_can_ask_for_again() {
    for kind in polled() {
        let (source, secret) = (source(kind), Secret::new("geheim:geheim"));
        let cx = Context { now: AT.parse().unwrap(), credential: Some(&secret) };
        match source.recheck(&known(kind), &cx) {
            Some(request) => {
                assert!(kind.recheck > 0, "{}", kind.name);
                let request = request.unwrap();
                assert!(
                    !request.url.as_str().contains("geheim") && !format!("{request:?}").contains("geheim")
                );
            }
            None => assert_eq!(kind.recheck, 0, "{}", kind.name),
        }
        assert!(source.recheck(&[], &cx).is_none(), "{}", kind.name);
    }
}

#[test]
fn a_question_about_deletions_asks_robots_txt_just_as_the_polls_of_its_kind_do() {
    let mut asked = 0;
    for kind in polled() {
        let (source, secret) = (source(kind), Secret::new("geheim:geheim"));
        let cx = Context { now: AT.parse().unwrap(), credential: Some(&secret) };
        let Some(question) = source.recheck(&known(kind), &cx) else { continue };
        let poll = plan(&*source, &Cursor::default());
        assert_eq!(question.unwrap().obey_robots, poll.obey_robots, "{}", kind.name);
        asked += 1;
    }
    assert!(asked >= 12, "only {asked} kinds can be asked");
}

#[test]
fn pages_and_feeds_ask_robots_txt_and_the_interfaces_of_platforms_do_not() {
    // What is read without a contract: pages for people, and feeds that anybody may fetch.
    let public = ["app-store", "feed", "reviews"];
    for kind in polled() {
        let poll = plan(&*source(kind), &Cursor::default());
        assert_eq!(poll.obey_robots, public.contains(&kind.name), "{}", kind.name);
    }
}

#[test]
fn nothing_is_withdrawn_for_an_answer_that_cannot_be_used() {
    for kind in polled().filter(|k| k.recheck > 0) {
        let (source, known) = (source(kind), known(kind));
        for status in [200, 401, 403, 429, 500, 503] {
            for (content_type, body) in UNUSABLE {
                match source.read_recheck(&known, &refused(status, content_type, body.as_bytes())) {
                    Ok(drafts) => {
                        assert!(!drafts.iter().any(|d| d.withdrawn), "{} {status} {body}", kind.name)
                    }
                    Err(error) => assert!(!error.to_string().contains("geheim"), "{}: {error}", kind.name),
                }
            }
        }
    }
}
