//! Pages as generators and people write them.

use super::*;
use crate::fixture;

const URL: &str = "https://reviews.example/shops/haarlem";

fn source(pages: u32) -> Reviews {
    Reviews { url: Url::parse(URL).unwrap(), pages }
}

fn read(body: impl AsRef<[u8]>) -> Result<Page, ParseError> {
    source(1).parse(&Cursor::default(), &fixture::page(URL, "text/html; charset=utf-8", body))
}

fn json(block: &str) -> Page {
    read(format!("<script type='application/ld+json'>{block}</script>")).unwrap()
}

fn ids(page: &Page) -> Vec<&str> {
    page.items.iter().map(|i| i.external_id.as_str()).collect()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    insta::assert_json_snapshot!(fixture::shown(&read(fixture::bytes("reviews/page.html")).unwrap()));
}

#[test]
fn a_review_told_in_both_directions_is_one() {
    let page = json(
        r##"[{"@type":"Review","@id":"#1","itemReviewed":{"@id":"#s"},"author":"Jan","reviewBody":"Slecht","datePublished":"2024-05-01","reviewRating":1},
        {"@type":"Store","@id":"#s","name":"Haarlem","review":[{"@type":"Review","author":"Jan","reviewBody":"Slecht","datePublished":"2024-05-01","inLanguage":"nl"}]}]"##,
    );
    assert_eq!(ids(&page), ["https://reviews.example/shops/haarlem#1"]);
    assert_eq!(page.items[0].lang.as_deref(), Some("nl"));
    assert_eq!(page.items[0].place.as_ref().unwrap().name.as_deref(), Some("Haarlem"));
}

#[test]
fn equal_words_under_different_names_are_two_reviews() {
    let page = json(
        r##"{"@type":"Store","name":"Haarlem","review":[{"@type":"Review","@id":"#1","reviewBody":"Prima"},{"@type":"Review","@id":"#2","reviewBody":"Prima"}]}"##,
    );
    assert_eq!(page.items.len(), 2);
    let shops = json(
        r#"[{"@type":"Store","name":"A","review":{"@type":"Review","reviewBody":"Prima"}},{"@type":"Store","name":"B","review":{"@type":"Review","reviewBody":"Prima"}}]"#,
    );
    assert_eq!(shops.items.len(), 2);
}

#[test]
fn an_address_that_all_reviews_share_names_none_of_them() {
    let page = json(&format!(
        r#"[{{"@type":"Review","url":"{URL}","reviewBody":"a"}},{{"@type":"Review","url":"https://x.example/p","reviewBody":"b"}},
        {{"@type":"Review","url":"https://x.example/p","reviewBody":"c"}},{{"@type":"Review","@id":"_:b0","reviewBody":"d"}}]"#
    ));
    assert_eq!(page.items.len(), 4);
    assert!(ids(&page).iter().all(|id| id.starts_with("review:")), "{:?}", ids(&page));
}

#[test]
fn the_name_of_a_nameless_review_does_not_depend_on_its_place() {
    let (a, b) = (
        r#"{"@type":"Review","author":"A","reviewBody":"a"}"#,
        r#"{"@type":"Review","author":"B","reviewBody":"b"}"#,
    );
    let (one, other) = (json(&format!("[{a},{b}]")), json(&format!("[{b},{a}]")));
    assert_eq!(ids(&one)[0], ids(&other)[1]);
}

#[test]
fn an_answer_of_the_owner_points_to_the_review() {
    let page = json(
        r##"{"@type":"Store","name":"Haarlem","review":{"@type":"Review","@id":"#1","reviewBody":"Slecht","comment":{"@type":"Comment","text":"Sorry","author":{"@type":"Organization","name":"Meubelhal"}}}}"##,
    );
    let reply = page.items.iter().find(|i| i.text == "Sorry").unwrap();
    assert_eq!(reply.in_reply_to.as_deref(), Some("https://reviews.example/shops/haarlem#1"));
    assert_eq!(reply.author_name.as_deref(), Some("Meubelhal"));
    assert!(reply.external_id.starts_with("https://reviews.example/shops/haarlem#1#reply-"));
}

#[test]
fn reviews_are_found_by_reverse_property_and_without_a_type() {
    let page = json(
        r#"{"@type":"Store","name":"A","@reverse":{"itemReviewed":[{"@type":"Review","reviewBody":"x"}]},"review":[{"reviewBody":"y"},{"@id":"elders"}]}"#,
    );
    let texts: Vec<&str> = page.items.iter().map(|i| i.text.as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
}

#[test]
fn a_rating_alone_is_a_review_and_nothing_at_all_is_a_warning() {
    let page = json(
        r#"[{"@type":"Review","reviewRating":{"ratingValue":4}},{"@type":"Review","author":"x"},{"@type":"Review","reviewBody":"a","reviewRating":{"ratingValue":9}}]"#,
    );
    assert_eq!(page.items.len(), 2);
    insta::assert_json_snapshot!(page.warnings);
}

#[test]
fn pages_are_followed_within_the_site_and_up_to_the_limit() {
    let body = |n: u32| {
        format!(
            "<script type='application/ld+json'>{{\"@type\":\"Review\",\"reviewBody\":\"{n}\"}}</script><a rel='nofollow next' href='?page={}'>",
            n + 1
        )
    };
    let source = source(2);
    let cx = Context { now: fixture::AT.parse().unwrap(), credential: None };
    let Next::More(cursor) =
        source.parse(&Cursor::default(), &fixture::page(URL, "text/html", body(1))).unwrap().next
    else {
        panic!("done")
    };
    let second = source.plan(&cursor, &cx).unwrap().url;
    assert_eq!(second.as_str(), "https://reviews.example/shops/haarlem?page=2");
    let Next::CaughtUp(cursor) =
        source.parse(&cursor, &fixture::page(second.as_str(), "text/html", body(2))).unwrap().next
    else {
        panic!("more")
    };
    assert_eq!(source.plan(&cursor, &cx).unwrap().url.as_str(), URL);
    // Nothing new on the first page: the others are left alone.
    assert!(matches!(
        source.parse(&cursor, &fixture::page(URL, "text/html", body(1))).unwrap().next,
        Next::CaughtUp(_)
    ));
    let away = body(1).replace("?page=2", "https://evil.example/");
    assert!(matches!(
        source.parse(&Cursor::default(), &fixture::page(URL, "text/html", away)).unwrap().next,
        Next::CaughtUp(_)
    ));
}

#[test]
fn a_page_without_mark_up_is_refused_and_one_without_reviews_is_a_warning() {
    assert!(matches!(read("<html><body>Controleer dat u een mens bent"), Err(ParseError::Shape { .. })));
    assert!(matches!(read("<script type='application/ld+json'>{\"@type\":"), Err(ParseError::Shape { .. })));
    let page = json(r#"{"@type":"Store","name":"Haarlem"}"#);
    assert_eq!((page.items.len(), page.warnings.len()), (0, 1));
}

#[test]
fn references_in_a_ring_end() {
    let page = json(
        r##"[{"@type":"Store","@id":"#s","name":"A","review":{"@id":"#r"}},{"@type":"Review","@id":"#r","reviewBody":"x","itemReviewed":{"@id":"#s"},"author":{"@id":"#r"},"review":{"@id":"#r"}}]"##,
    );
    assert_eq!(page.items.len(), 1);
}

#[test]
fn a_page_in_another_encoding_is_read() {
    let page = read(b"<meta charset='iso-8859-1'><script type='application/ld+json'>{\"@type\":\"Review\",\"reviewBody\":\"Caf\xe9\"}</script>").unwrap();
    assert_eq!(page.items[0].text, "Café");
}
