//! Forms that are refused, and forms that correct: what was typed stays, and what was meant is changed.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gehoor_domain::CaseId;
use gehoor_engine::presence::Doing;
use gehoor_testkit::build::{admin, post};
use scraper::{Html, Selector};

use crate::house::{House, house};

/// What stands in the parts of a page that a selector finds.
fn parts(page: &str, css: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    html.select(&Selector::parse(css).unwrap()).map(|e| e.html()).collect()
}

fn is_open(page: &str, css: &str) -> bool {
    !parts(page, css).is_empty()
}

/// The case of Zwolle with a second post of the same customer; gives the ids of both, oldest first.
async fn with_two_posts(house: &House) -> (u64, [String; 2]) {
    let case = house.case_of("zwolle").await;
    let mut again =
        post("9", "klant0", house.world.now(), "Nu is ook de kast kapot geleverd! Schandalig slecht!");
    again.thread = Some("0".into());
    again.in_reply_to = Some("0".into());
    house.world.hear(vec![again]).await.unwrap();
    let page = house.world.engine.case_page(&admin(), CaseId(case)).await.unwrap();
    let ids: Vec<String> = page.row.case.mentions.iter().map(|m| m.id.to_string()).collect();
    (case, ids.try_into().unwrap())
}

#[tokio::test]
async fn nothing_is_closed_for_many_without_an_outcome_that_somebody_chose() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let page = house.get("/inbox?select=1", &cookie).await.body;
    for name in ["outcome", "person", "team", "do"] {
        let first = parts(&page, &format!("#many select[name={name}] > option:first-child"));
        assert!(first.len() == 1 && first[0].contains("value=\"\""), "{name}: {first:?}");
    }
    assert!(parts(&page, "#many details").is_empty(), "what is to be filled in stands open");
    let people = parts(&page, "#many select[name=person]").join("");
    assert!(people.contains("value=\"agent\"") && people.contains("value=\"admin\""), "{people}");
    assert!(!people.contains("marketing") && !people.contains("fenna"), "{people}");

    let sent =
        [("csrf", csrf.as_str()), ("do", "close"), ("note", "alles weg"), ("case", "1"), ("case", "2")];
    let refused = house.form("/cases/many", &cookie, &sent).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("Kies eerst een uitkomst."), "{}", refused.body);
    assert_eq!(parts(&refused.body, "#rows input[name=case][checked]").len(), 2, "the choice stays");
    assert!(parts(&refused.body, "#many textarea").join("").contains("alles weg"));
    assert!(refused.body.contains("data-self=\"/inbox?select=1\""));
    for (act, says) in [("assign", "Kies eerst aan wie."), ("hand-over", "Kies eerst een team.")] {
        let sent = [("csrf", csrf.as_str()), ("do", act), ("note", "x"), ("case", "1")];
        let refused = house.form("/cases/many", &cookie, &sent).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.body.contains(says), "{act}");
    }
}

#[tokio::test]
async fn many_cases_without_an_answer_are_not_solved_unless_somebody_says_how_they_were_answered() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let sent =
        [("csrf", csrf.as_str()), ("do", "close"), ("outcome", "solved"), ("case", "1"), ("case", "2")];
    let page = house.form("/cases/many", &cookie, &sent).await;
    assert!(page.body.contains("0 van 2 gelukt") && page.body.contains("nog geen antwoord"), "{}", page.body);
    assert_eq!(parts(&page.body, "input[name=elsewhere]").len(), 1);
    let said = [sent.as_slice(), &[("elsewhere", "1"), ("note", "gebeld")]].concat();
    let page = house.form("/cases/many", &cookie, &said).await;
    assert!(page.body.contains("2 van 2 gelukt"), "{}", page.body);
    assert!(house.get("/cases/1", &cookie).await.body.contains("gebeld"));
}

#[tokio::test]
async fn a_refused_form_stands_open_with_what_was_sent_and_why() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let form = async |action: &str, fields: &[(&str, &str)]| {
        let all = [&[("csrf", csrf.as_str()), ("back", "/inbox?box=open")], fields].concat();
        house.form(&format!("/cases/1/{action}"), &cookie, &all).await
    };
    let close = form("close", &[("outcome", "solved"), ("note", "klant <b>blij")]).await;
    assert_eq!(close.status, StatusCode::UNPROCESSABLE_ENTITY);
    let menu = "details.menu[open] form[action$='/close']";
    assert!(is_open(&close.body, &format!("{menu} [role=alert][tabindex='-1']")), "{}", close.body);
    assert!(is_open(&close.body, &format!("{menu} input[value=solved][checked]")));
    assert!(parts(&close.body, &format!("{menu} textarea")).join("").contains("klant &lt;b&gt;blij"));
    assert!(close.body.contains("data-self=\"/cases/1?box=open\""));

    let over = form("hand-over", &[("to", ""), ("note", "een lang verhaal"), ("urgent", "1")]).await;
    assert_eq!(over.status, StatusCode::BAD_REQUEST);
    let menu = "details.menu[open] form[action$='/hand-over']";
    assert!(parts(&over.body, &format!("{menu} textarea")).join("").contains("een lang verhaal"));
    assert!(is_open(&over.body, &format!("{menu} input[name=urgent][checked]")));
    assert!(!is_open(&over.body, "select[name=to] option[value=webcare]"), "it is with that team already");

    let aside = form("snooze", &[("until", "2020-01-01T09:00"), ("reason", "vakantie")]).await;
    let menu = "details.menu[open] details[open] form[action$='/snooze']";
    assert!(
        is_open(&aside.body, &format!("{menu} input[name=until][value='2020-01-01T09:00']")),
        "{}",
        aside.body
    );
    assert!(is_open(&aside.body, &format!("{menu} input[name=reason][value=vakantie]")));

    // With the tick and how it was answered it is closed.
    let closed = form("close", &[("outcome", "solved"), ("note", "gebeld"), ("elsewhere", "1")]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    // Where its form is gone, the words that were typed are shown.
    let late = form("hand-over", &[("to", "webcare"), ("note", "een ander verhaal")]).await;
    assert!(late.body.contains("een ander verhaal"), "{}", late.body);
}

#[tokio::test]
async fn the_address_that_a_refused_form_leaves_behind_leads_to_its_page() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    for (form, page) in [
        ("/cases/1/hand-over", "/cases/1"),
        ("/cases/many", "/inbox?select=1"),
        ("/settings/password", "/settings"),
    ] {
        let answer = house.get(form, &cookie).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, page), "{form}");
    }
    assert_eq!(house.get("/cases/1/nonsense", &cookie).await.status, StatusCode::NOT_FOUND);
    // Every form of a case has such an address.
    let page = house.get("/cases/1", &cookie).await.body;
    let html = Html::parse_document(&page);
    for form in html.select(&Selector::parse("form[method=post][action^='/cases/1/']").unwrap()) {
        let address = form.value().attr("action").unwrap();
        assert_eq!(house.get(address, &cookie).await.header("location"), "/cases/1", "{address}");
    }
    // Who is logged out meanwhile comes back to the case.
    let gone = house.form("/cases/1/reply", "", &[("csrf", &csrf), ("text", "x")]).await;
    assert_eq!(gone.header("location"), "/login?next=%2Fcases%2F1");
}

#[tokio::test]
async fn a_correction_changes_the_post_it_stands_under_and_is_read_on_the_next_page() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let (case, [first, second]) = with_two_posts(&house).await;
    let path = format!("/cases/{case}/correct");
    let before = house.get(&format!("/cases/{case}"), &cookie).await.body;
    assert_eq!(parts(&before, &format!("form input[name=mention][value='{first}'][type=hidden]")).len(), 1);
    let html = Html::parse_document(&before);
    let forms = Selector::parse(".thinks form").unwrap();
    let form = html.select(&forms).find(|f| f.html().contains(&first)).unwrap();
    let was = |name: &str| {
        let css = Selector::parse(&format!("input[name=was_{name}]")).unwrap();
        form.select(&css).next().unwrap().attr("value").unwrap().to_owned()
    };
    let (topics, signals) = (was("topic"), was("signal"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("mention", first.as_str()),
        ("intent", "praise"),
        ("was_intent", "complaint"),
        ("was_topic", topics.as_str()),
        ("topic", "store.hygiene"),
        ("was_signal", signals.as_str()),
        ("signal", "sarcasm"),
    ];
    let answer = house.form(&path, &cookie, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    // Without a step of any loop in between.
    let after = house.get(&format!("/cases/{case}"), &cookie).await.body;
    let thinks = parts(&after, ".post.customer .thinks");
    assert_eq!(thinks.len(), 2);
    let chips = |n: usize| thinks[n].split("<details").next().unwrap().to_owned();
    for word in ["hygiëne en netheid", "sarcasme"] {
        assert!(chips(0).contains(word) && !chips(1).contains(word), "{word}: {thinks:?}");
    }
    let rows = house.world.engine.corrections(&admin()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].id.as_str(), rows[0].intent), (first.as_str(), Some("praise")));
    assert_eq!(rows[0].topics.as_deref(), Some(&["store.hygiene".to_owned()][..]));
    assert!(rows[0].text.starts_with("Al drie weken"), "{}", rows[0].text);

    let strange =
        [("csrf", csrf.as_str()), ("mention", second.as_str()), ("was_topic", ""), ("topic", "<b>")];
    let refused = house.form(&path, &cookie, &strange).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let nothing = [("csrf", csrf.as_str()), ("mention", second.as_str())];
    let refused = house.form(&path, &cookie, &nothing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(parts(&refused.body, ".thinks > details[open]").len(), 1, "that of the post meant");
}

#[tokio::test]
async fn who_has_sent_an_answer_writes_none_any_more() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let engine = &house.world.engine;
    let doing = || engine.who(&admin(), CaseId(1)).unwrap().first().map(|p| p.doing);
    let typing = async || {
        let fields = [("csrf", csrf.as_str()), ("doing", "typing")];
        house.form("/cases/1/presence", &cookie, &fields).await;
        assert_eq!(doing(), Some(Doing::Typing));
    };
    for (action, fields) in [
        (
            "reply",
            vec![
                ("how", "noted"),
                ("text", "Wat vervelend. We bellen je vandaag."),
                ("ticked", "unanswered"),
            ],
        ),
        ("snooze", vec![("until", "2026-11-24T09:00"), ("reason", "wacht op onderdeel")]),
        ("close", vec![("outcome", "not_ours"), ("note", "")]),
    ] {
        typing().await;
        let all = [vec![("csrf", csrf.as_str())], fields].concat();
        let answer = house.form(&format!("/cases/1/{action}"), &cookie, &all).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{action}: {}", answer.body);
        assert_eq!(doing(), Some(Doing::Reading), "{action}");
    }
}

#[tokio::test]
async fn a_page_that_follows_an_action_leads_the_eye_and_one_that_is_gone_to_does_not() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let plain = house.get("/cases/1", &cookie).await.body;
    assert!(!is_open(&plain, "[autofocus]"));
    house.form("/cases/1/note", &cookie, &[("csrf", &csrf), ("text", "gezien")]).await;
    let said = format!("{cookie}; flash=done-note.1");
    let after = house.get("/cases/1", &said).await.body;
    assert!(is_open(&after, "#case-title[autofocus][tabindex='-1']"), "{after}");
    assert!(is_open(&after, ".toast[data-said=done-note]"));
    let request = Request::get("/inbox").header("cookie", &said).body(Body::empty()).unwrap();
    assert!(is_open(&house.send(request).await.body, "#inbox-title[autofocus]"));
}
