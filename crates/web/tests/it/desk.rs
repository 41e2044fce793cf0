//! The desk by forms and by the interface for programs: the next case, presence, many at once, promises.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use gehoor_domain::policy::Approval;
use gehoor_domain::user::Role;
use gehoor_testkit::World;
use gehoor_testkit::build::{chain, id, service_queue};
use serde_json::{Value, json};

use crate::house::{Answer, House, house, house_of};

impl House {
    async fn tell(&self, path: &str, token: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }
}

#[tokio::test]
async fn a_reply_is_checked_on_the_form_kept_as_a_draft_and_confirmed_when_somebody_posted_it() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let (path, page) = (format!("/cases/{case}/reply"), format!("/cases/{case}"));
    let bad = [("csrf", csrf.as_str()), ("how", "send"), ("text", "We bellen je terug op 06 12345678 <b>")];
    let held = house.form(&path, &cookie, &bad).await;
    assert_eq!(held.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.body.contains("Persoonsgegevens in een openbaar antwoord: 06 12345678"), "{}", held.body);
    assert!(held.body.contains("12345678 &#60;b&#62;"), "what was typed is kept");
    assert!(
        house.get(&page, &cookie).await.body.contains("12345678 &#60;b&#62;"),
        "also when the page is opened anew"
    );
    let soon = [("csrf", csrf.as_str()), ("how", "send"), ("text", "We bellen je terug.")];
    let warned = house.form(&path, &cookie, &soon).await;
    assert!(warned.body.contains("Belofte zonder datum: We bellen je terug"), "{}", warned.body);
    assert!(warned.body.contains(r#"name="ticked" value="promise_without_date""#));
    let ticked = [soon.as_slice(), &[("ticked", "promise_without_date"), ("ticked", "unanswered")]].concat();
    let sent = house.form(&path, &cookie, &ticked).await;
    assert_eq!(sent.status, axum::http::StatusCode::SEE_OTHER, "{}", sent.body);
    let waits = house.get(&page, &cookie).await.body;
    assert!(waits.contains("nog zelf te plaatsen"), "{waits}");
    let act = format!("/cases/{case}/reply-act");
    let confirm =
        [("csrf", csrf.as_str()), ("reply", "1"), ("do", "confirm"), ("url", "https://social.test/ours")];
    assert_eq!(house.form(&act, &cookie, &confirm).await.status, axum::http::StatusCode::SEE_OTHER);
    let done = house.get(&page, &cookie).await.body;
    assert!(done.contains("https://social.test/ours") && done.contains("geplaatst"), "{done}");
}

#[tokio::test]
async fn a_promise_in_a_reply_is_proposed_on_the_page_and_accepted_with_one_click() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let text = "Wat vervelend! We bellen je morgen voor 12 uur. We zoeken het uit.";
    let ticks = [("ticked", "promise_without_date"), ("ticked", "unanswered")];
    let noted = [[("csrf", csrf.as_str()), ("text", text)], ticks].concat();
    let done = house.form(&format!("/cases/{case}/reply"), &cookie, &noted).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = house.get(&format!("/cases/{case}"), &cookie).await.body;
    assert!(
        page.contains("Beloofd in onze woorden?") && page.contains("We bellen je morgen voor 12 uur"),
        "{page}"
    );
    assert!(page.contains("geen tijd genoemd"));
    assert!(page.contains("vertelt van een gebroken belofte"), "the customer says so too");

    let answer =
        house.form(&format!("/cases/{case}/accept"), &cookie, &[("csrf", &csrf), ("proposal", "1")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    // Without a time it is refused until one is given.
    let none =
        house.form(&format!("/cases/{case}/accept"), &cookie, &[("csrf", &csrf), ("proposal", "2")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    house.form(&format!("/cases/{case}/dismiss"), &cookie, &[("csrf", &csrf), ("proposal", "2")]).await;
    let page = house.get(&format!("/cases/{case}"), &cookie).await.body;
    assert!(!page.contains("Beloofd in onze woorden?"));

    let list = house.get("/promises", &cookie).await.body;
    assert!(
        list.contains("We bellen je morgen voor 12 uur") && list.contains("te weinig om iets te zeggen"),
        "{list}"
    );
    let file = house.get("/promises/export.csv", &cookie).await.body;
    assert!(file.contains("call_back,We bellen je morgen voor 12 uur"), "{file}");
    let (fenna, _) = house.login("fenna").await;
    assert!(house.get("/promises", &fenna).await.body.contains("We bellen je morgen"), "it is her shop");
}

#[tokio::test]
async fn promises_and_load_of_other_shops_are_not_shown_to_a_franchisee() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("gouda").await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("kind", "refund"),
        ("what", "geld uit gouda terug"),
        ("due", "2026-11-25T12:00"),
    ];
    assert_eq!(
        house.form(&format!("/cases/{case}/promise"), &cookie, &fields).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(house.get("/promises", &cookie).await.body.contains("geld uit gouda"));
    let (fenna, token) = house.login("fenna").await;
    for path in ["/promises", "/promises/export.csv"] {
        assert!(!house.get(path, &fenna).await.body.contains("geld uit gouda"), "{path}");
    }
    let load = house.get("/workload", &fenna).await.body;
    assert!(!load.contains(">agent<"), "{load}");
    let hidden = house
        .form(&format!("/cases/{case}/presence"), &fenna, &[("csrf", &token), ("doing", "typing")])
        .await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_asks_for_the_next_case_gets_it_and_a_colleague_is_seen_and_taken_over() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let answer = house.form("/workload/next", &cookie, &[("csrf", &csrf)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let place = answer.header("location").to_owned();
    assert!(place.starts_with("/cases/"), "{place}");
    let path = place.split('?').next().unwrap().to_owned();
    house.form(&format!("{path}/presence"), &cookie, &[("csrf", &csrf), ("doing", "typing")]).await;
    let (admin, admin_csrf) = house.login("admin").await;
    let page = house.get(&path, &admin).await.body;
    assert!(page.contains("agent schrijft een antwoord"), "{page}");
    house.form(&format!("{path}/presence"), &admin, &[("csrf", &admin_csrf), ("doing", "take-over")]).await;
    assert!(house.get(&path, &cookie).await.body.contains("admin schrijft een antwoord"));
    let (marketing, token) = house.login("marketing").await;
    assert_eq!(
        house.form("/workload/next", &marketing, &[("csrf", &token)]).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!house.get("/inbox", &marketing).await.body.contains("/workload/next"));
}

#[tokio::test]
async fn many_cases_are_put_aside_at_once_with_a_result_for_each() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("do", "snooze"),
        ("until", "2026-11-24T09:00"),
        ("note", "wacht op onderdeel"),
        ("case", "1"),
        ("case", "2"),
        ("case", "99"),
    ];
    let page = house.form("/cases/many", &cookie, &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("2 van 3 gelukt"), "{}", page.body);
    let aside = house.get("/inbox?box=aside", &cookie).await.body;
    assert!(aside.contains("row-1") && aside.contains("row-2") && !aside.contains("row-3"));
    let none = house.form("/cases/many", &cookie, &[("csrf", &csrf), ("do", "take")]).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_warning_about_who_gets_a_case_is_shown_and_passed_on_its_page_and_for_many_at_once() {
    let mut setup = chain();
    setup.policy.queues = vec![service_queue("Kachels", "gas")];
    let house = house_of(World::with(setup).unwrap()).await;
    let (cookie, csrf) = house.login("agent").await;
    let take = [("csrf", csrf.as_str()), ("to", "me"), ("back", "/inbox")];
    let warned = house.form("/cases/1/assign", &cookie, &take).await;
    assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(warned.body.contains("Wachtrij Kachels vraagt de vaardigheid “gas”"), "{}", warned.body);
    assert!(warned.body.contains("Toch toewijzen"));
    let go_on = [take.as_slice(), &[("beyond", "1")]].concat();
    let taken = house.form("/cases/1/assign", &cookie, &go_on).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    // Of many, each says why not, in the language of the page; what was only a warning can be passed from there.
    let many = [("csrf", csrf.as_str()), ("do", "take"), ("case", "2"), ("case", "99")];
    let page = house.form("/cases/many", &cookie, &many).await;
    assert!(
        page.body.contains("0 van 2 gelukt") && page.body.contains("Deze zaak is er niet"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("is not there"), "{}", page.body);
    assert_eq!(page.body.matches(r#"type="hidden" name="case""#).count(), 1, "only what may be passed");
    let passed = [many[..3].to_vec(), vec![("beyond", "1")]].concat();
    let page = house.form("/cases/many", &cookie, &passed).await;
    assert!(
        page.body.contains("1 van 1 gelukt") && !page.body.contains("Deze toch toewijzen"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn what_a_program_says_was_posted_elsewhere_is_checked_like_every_reply() {
    let said = |text: &str, sent: bool, ticked: &[&str]| json!({"command": "reply", "text": text, "sent": sent, "ticked": ticked});
    let told = async |house: &House, body: &Value| {
        let token = house.world.engine.add_token("bot", &id("agent")).await.unwrap();
        let answer = house.tell("/api/v1/cases/1/commands", token.reveal(), body).await;
        let replies = house.api("/api/v1/cases/1/replies", token.reveal()).await.json();
        (answer.status.as_u16(), replies["replies"].as_array().unwrap().clone())
    };
    const GOOD: &str = "Wat vervelend! We bellen je vrijdag 27 november om 10 uur over je bank.";
    let house = house().await;
    // Only Gehoor says that Gehoor sent it.
    assert_eq!(told(&house, &said(GOOD, true, &[])).await, (400, vec![]));
    // Neither a warning nor what holds a reply up is passed over.
    assert_eq!(told(&house, &said("We bellen je terug.", false, &[])).await, (422, vec![]));
    let data = said("We bellen je op 06 12345678.", false, &["personal_data", "unanswered"]);
    assert_eq!(told(&house, &data).await, (422, vec![]));
    let ticks = ["promise_without_date", "unanswered"];
    for _ in 0..2 {
        let (status, replies) = told(&house, &said("We bellen je terug.", false, &ticks)).await;
        assert_eq!((status, replies.len()), (204, 1), "told twice it was posted once");
        assert_eq!(replies[0]["state"]["is"], "sent");
    }

    // Where a second person agrees, it waits for that.
    let mut setup = chain();
    setup.policy.replies.approvals.push(Approval { roles: vec![Role::Agent], ..Approval::default() });
    let house = house_of(World::with(setup).unwrap()).await;
    let (status, replies) = told(&house, &said("We bellen je terug.", false, &ticks)).await;
    assert_eq!((status, replies[0]["state"]["is"].as_str()), (204, Some("awaiting")));

    // Where replies go through Gehoor alone, nobody says it, and the page does not offer it.
    let mut setup = chain();
    setup.policy.replies.by_hand = false;
    let house = house_of(World::with(setup).unwrap()).await;
    assert_eq!(told(&house, &said("We bellen je terug.", false, &ticks)).await, (422, vec![]));
    let (cookie, csrf) = house.login("agent").await;
    let page = house.get("/cases/1", &cookie).await.body;
    assert!(!page.contains(r#"value="noted""#) && page.contains(r#"value="send""#));
    let fields = [("csrf", csrf.as_str()), ("how", "noted"), ("text", GOOD), ("ticked", "unanswered")];
    let form = house.form("/cases/1/reply", &cookie, &fields).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_telephone_system_records_a_call_as_proof() {
    let house = house().await;
    let token = house.world.engine.add_token("pbx", &id("agent")).await.unwrap();
    let token = token.reveal();
    let promise =
        json!({"command": "promise", "kind": "call_back", "what": "bellen", "due": "2026-11-24T11:00:00Z"});
    assert_eq!(house.tell("/api/v1/cases/1/commands", token, &promise).await.status, StatusCode::NO_CONTENT);
    let call = json!({"command": "record_call", "answered": true, "seconds": 95, "reference": "pbx-17"});
    assert_eq!(house.tell("/api/v1/cases/1/commands", token, &call).await.status, StatusCode::NO_CONTENT);
    let kept = house.api("/api/v1/promises?show=kept", token).await.json();
    assert_eq!(kept["rows"][0]["promise"]["state"]["proof"], "call pbx-17, 95 s");
    assert_eq!(kept["all"]["share"], Value::Null);

    for (body, status) in [
        (json!({"command": "dance"}), 400),
        (json!({"command": "close", "outcome": "no_reaction"}), 422),
        (json!({"command": "ticket_opened", "outlet": "helpdesk", "ticket": "1"}), 422),
    ] {
        assert_eq!(
            house.tell("/api/v1/cases/1/commands", token, &body).await.status.as_u16(),
            status,
            "{body}"
        );
    }
    let stale = house.tell("/api/v1/cases/1/commands?version=1", token, &call).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let many = json!({"cases": [2, 3, 77], "do": {"command": "assign", "to": "agent"}});
    let items = house.tell("/api/v1/cases/many", token, &many).await.json();
    assert_eq!(items["items"].as_array().unwrap().iter().filter(|i| i["refused"].is_null()).count(), 2);
    let next = house.tell("/api/v1/next", token, &json!({})).await.json();
    assert_eq!(next["next"], "case");
    assert_eq!(house.tell("/api/v1/next", token, &json!({})).await.json()["next"], "nothing");
    let load = house.api("/api/v1/workload", token).await.json();
    assert_eq!(load["people"].as_array().unwrap().iter().find(|p| p["id"] == "agent").unwrap()["open"], 3);

    let other = house.world.engine.add_token("x", &id("admin")).await.unwrap();
    house.tell("/api/v1/cases/1/presence", other.reveal(), &json!({"doing": "typing"})).await;
    let seen = house.api("/api/v1/cases/1/presence", token).await.json();
    assert_eq!(
        (seen["present"][0]["name"].as_str(), seen["block"]["why"].as_str()),
        (Some("admin"), Some("answering"))
    );
}

#[tokio::test]
async fn one_reply_goes_to_many_from_a_page_and_what_is_refused_stays_on_it() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let chosen = [("csrf", csrf.as_str()), ("do", "reply"), ("back", "/inbox"), ("case", "1"), ("case", "3")];
    let to = house.form("/cases/many", &cookie, &chosen).await;
    assert_eq!(to.status, StatusCode::SEE_OTHER);
    let place = to.header("location").to_owned();
    assert_eq!(place, "/replies/many?back=%2Finbox&case=1&case=3");
    let page = house.get(&place, &cookie).await.body;
    assert!(page.contains("Eén antwoord voor meer zaken") && page.contains("Beste klant"), "{page}");
    assert!(!page.contains("<script>alert"), "what customers write is escaped");

    let fields = [
        ("csrf", csrf.as_str()),
        ("case", "1"),
        ("case", "3"),
        ("first-1", "Beste <b>Anna</b>,"),
        ("first-3", ""),
        ("body", "Wat vervelend om te lezen, dat had niet mogen gebeuren."),
        ("ticked-1", "unanswered"),
        ("ticked-1", "wrong_name"),
        ("ticked-1", "promise_without_date"),
        ("how", "send"),
    ];
    let without = house.form("/replies/many", &cookie, &fields[1..]).await;
    assert_eq!(without.status, StatusCode::FORBIDDEN, "no token, no reply");
    let sent = house.form("/replies/many", &cookie, &fields).await;
    assert_eq!(sent.status, StatusCode::OK);
    assert!(sent.body.contains("1 van 2 gelukt"), "{}", sent.body);
    assert!(sent.body.contains(r#"name="first-3""#) && !sent.body.contains(r#"name="first-1""#));
    assert!(sent.body.contains("dat had niet mogen gebeuren."), "the text is not lost");
    let again = house.form("/replies/many", &cookie, &fields).await;
    assert!(again.body.contains("1 van 2 gelukt"), "{}", again.body);
    let list = house.get("/replies?show=by_hand", &cookie).await.body;
    assert_eq!(list.matches("<tr data-item>").count(), 1, "{list}");
    assert!(list.contains("Beste &#60;b&#62;Anna"), "{list}");

    let (marketing, token) = house.login("marketing").await;
    let mut others = fields;
    others[0] = ("csrf", token.as_str());
    assert_eq!(house.form("/replies/many", &marketing, &others).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_reply_to_many_is_within_the_scope_on_the_page_in_the_list_and_for_programs() {
    let house = house().await;
    let (zwolle, gouda) = (house.case_of("zwolle").await, house.case_of("gouda").await);
    let (cookie, csrf) = house.login("fenna").await;
    let page = house.get(&format!("/replies/many?case={zwolle}&case={gouda}"), &cookie).await;
    assert!(page.body.contains(&format!("first-{zwolle}")) && !page.body.contains(&format!("first-{gouda}")));
    let none = house.get(&format!("/replies/many?case={gouda}"), &cookie).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let case = gouda.to_string();
    let first = format!("first-{gouda}");
    let fields = [
        ("csrf", csrf.as_str()),
        ("case", case.as_str()),
        (first.as_str(), "Beste klant,"),
        ("body", "Wat vervelend."),
        ("how", "send"),
    ];
    let sent = house.form("/replies/many", &cookie, &fields).await;
    assert!(sent.body.contains("0 van 1 gelukt") && !sent.body.contains("slechte service"), "{}", sent.body);

    let agent = house.world.engine.add_token("x", &id("agent")).await.unwrap();
    let fenna = house.world.engine.add_token("y", &id("fenna")).await.unwrap();
    let body = json!({
        "body": "Wat vervelend om te lezen, dat had niet mogen gebeuren.",
        "cases": [{"case": gouda, "ticked": ["unanswered"]}, {"case": zwolle, "ticked": ["unanswered"]}],
    });
    let items = house.tell("/api/v1/replies/many", fenna.reveal(), &body).await.json();
    assert!(items["items"][0]["refused"].is_string(), "{items}");
    assert_eq!(
        (&items["items"][1]["refused"], &items["items"][1]["reply"]),
        (&Value::Null, &json!(1)),
        "{items}"
    );
    let waits = house.api("/api/v1/replies?show=by_hand", agent.reveal()).await.json();
    assert_eq!(waits["rows"][0]["case"], json!(zwolle), "{waits}");
    let bad = house.tell("/api/v1/replies/many", agent.reveal(), &json!({"cases": []})).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn of_several_posts_one_is_chosen_to_be_answered() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let mut later = gehoor_testkit::build::post(
        "9",
        "klant0",
        house.world.now(),
        "En mijn bank is nog steeds kapot, wanneer belt er iemand? Belachelijk.",
    );
    later.place = Some(gehoor_domain::mention::PlaceHint { id: Some("location:zwolle".into()), name: None });
    house.world.hear(vec![later]).await.unwrap();
    let case = house.case_of("zwolle").await;
    let page = house.get(&format!("/cases/{case}"), &cookie).await.body;
    let select = page.split(r#"<select class="field" name="post">"#).nth(1).unwrap();
    let select = select.split("</select>").next().unwrap();
    assert_eq!(select.matches("<option").count(), 2, "{select}");
    let newest = select.find("nog steeds kapot").unwrap();
    assert!(newest < select.find("teruggebeld").unwrap() && select[..newest].contains("selected"));
    let oldest = select.rsplit(r#"value=""#).next().unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("csrf", csrf.as_str()),
        ("how", "send"),
        ("post", oldest.as_str()),
        ("text", "Wat vervelend om te lezen, dat had niet mogen gebeuren."),
        ("ticked", "unanswered"),
    ];
    let sent = house.form(&format!("/cases/{case}/reply"), &cookie, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let token = house.world.engine.add_token("x", &id("agent")).await.unwrap();
    let replies = house.api(&format!("/api/v1/cases/{case}/replies"), token.reveal()).await.json();
    assert_eq!(replies["replies"][0]["to"], json!(oldest));
}
