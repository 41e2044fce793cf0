//! What every kind keeps to that is pushed to: `fixtures/KIND/push.json` is a delivery made by hand, in which a customer
//! typed `<script>alert(1)</script>`.

use super::*;

#[cfg(test)]
fn pushed() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().filter(|k| !k.polled)
}

/// Reads a delivery.
#[cfg(test)]
fn take(kind: &Kind, content_type: &str, body: &[u8]) -> Result<Page, ParseError> {
    source(kind)
        .parse(&Cursor::default(), &Response { status: StatusCode::OK, ..refused(200, content_type, body) })
}

#[cfg(test)]
fn delivery(kind: &Kind) -> Vec<u8> {
    fixture(kind, "push").0
}

#[cfg(test)]
fn good(kind: &Kind) -> Page {
    take(kind, "application/json", &delivery(kind)).unwrap_or_else(|e| panic!("{}: {e}", kind.name))
}

#[test]
fn what_is_pushed_to_is_never_asked() {
    let secret = Secret::new("geheim:geheim");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&secret) };
    assert!(pushed().count() >= 5);
    for kind in pushed() {
        let source = source(kind);
        assert!(matches!(source.plan(&Cursor::default(), &cx), Err(PlanError::Pushed)), "{}", kind.name);
        let known = [Known { external_id: "1".to_owned(), permalink: None }];
        assert!(source.recheck(&known, &cx).is_none() && kind.recheck == 0, "{}", kind.name);
        assert!(kind.credential.starts_with("required: "), "{} vouches for nobody", kind.name);
    }
}

#[test]
fn the_same_delivery_gives_the_same_items_and_each_has_a_name_of_its_own() {
    for kind in pushed() {
        let page = good(kind);
        assert_eq!(page, good(kind), "{}", kind.name);
        assert!(matches!(page.next, Next::CaughtUp(_)) && !page.items.is_empty(), "{}", kind.name);
        check_items(kind, &page);
        let typed = |i: &gehoor_domain::mention::Draft| i.text.contains("<script>alert(1)</script>");
        assert!(page.items.iter().any(typed), "{}", kind.name);
    }
}

#[test]
fn another_delivery_gives_nothing_and_is_not_repeated() {
    for kind in pushed() {
        for (content_type, body) in UNUSABLE.iter().chain(&[
            ("application/json", "<!DOCTYPE html><html><body>geheim</body></html>"),
            ("application/octet-stream", "\u{1}\u{2}geheim"),
            ("application/json", "7"),
            ("application/json", "\"geheim\""),
        ]) {
            // The kind for programs of one's own takes any object as an item that says nothing.
            match take(kind, content_type, body.as_bytes()) {
                Err(error) => assert!(!error.to_string().contains("geheim"), "{}: {error}", kind.name),
                Ok(page) => {
                    assert!(page.items.is_empty() && !page.warnings.is_empty(), "{}: {body}", kind.name);
                    assert!(!format!("{:?}", page.warnings).contains("geheim"), "{}", kind.name);
                }
            }
        }
    }
}

#[test]
fn a_delivery_that_breaks_off_is_refused() {
    for kind in pushed() {
        let body = delivery(kind);
        let end = body.trim_ascii_end().len();
        for part in (1..40).map(|part| end * part / 40).chain([end - 1]) {
            assert!(take(kind, "application/json", &body[..part]).is_err(), "{} at {part}", kind.name);
        }
    }
}

#[test]
fn a_bad_item_of_a_delivery_is_a_warning_and_the_rest_is_read() {
    let mut spoilt = 0;
    for kind in pushed() {
        let (body, before) = (delivery(kind), good(kind));
        // A forum pushes one post at a time.
        let Some(body) = with_a_bad_entry("application/json", &body) else { continue };
        let page = take(kind, "application/json", &body).unwrap_or_else(|e| panic!("{}: {e}", kind.name));
        assert_eq!(page.items, before.items, "{}", kind.name);
        assert_eq!(page.warnings.len(), before.warnings.len() + 1, "{}", kind.name);
        assert!(!format!("{:?}", page.warnings).contains("geheim"), "{}", kind.name);
        spoilt += 1;
    }
    assert!(spoilt >= 4, "only {spoilt} kinds have lists");
}

#[test]
fn names_do_not_depend_on_what_else_is_in_the_delivery() {
    for kind in pushed() {
        let Some(body) = short("application/json", &delivery(kind)) else { continue };
        let (whole, part) = (good(kind), take(kind, "application/json", &body).unwrap());
        assert!(!part.items.is_empty(), "{}", kind.name);
        for item in &part.items {
            assert!(whole.items.contains(item), "{}: {}", kind.name, item.external_id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_delivery_is_no_panic(body in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..400) {
        for kind in pushed() {
            let good = delivery(kind);
            let at = at * good.len() / 400;
            let mixed = [&good[..at], &body[..body.len().min(20)], &good[at..]].concat();
            for bytes in [&body, &mixed] {
                if let Ok(page) = take(kind, "application/json", bytes) {
                    prop_assert!(page.items.iter().all(|i| !i.external_id.is_empty()));
                }
            }
        }
    }
}
