//! What is taken away or sent by mail: the evidence file and the digest.

use gehoor_domain::assessment::Severity;
use gehoor_domain::decide::Command;
use gehoor_domain::digest::{Digest, Every};
use gehoor_domain::ids::CaseId;
use gehoor_domain::user::{Role, User};
use gehoor_engine::EngineError;
use gehoor_engine::evidence::{NotGenuine, check};
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, franchisee, id, post};
use jiff::SignedDuration;

const HOSTILE: &str = "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug! \
    </script><script>alert(1)</script> <img src=x onerror=alert(2)> &lt; \u{202e}x";

async fn told() -> World {
    let world = World::new().unwrap();
    world.hear(vec![post("1", "anna", world.now(), HOSTILE)]).await.unwrap();
    let mut edited = post(
        "1",
        "anna",
        world.now(),
        "@bouwhoek ik wacht al ACHT weken op mijn bank in Zwolle, schandalig!",
    );
    edited.edited = Some(world.now() + SignedDuration::from_mins(20));
    world.pass(SignedDuration::from_mins(20)).await.unwrap();
    world.hear(vec![edited]).await.unwrap();
    let note = Command::Note { text: "GEHEIME NOTITIE".into() };
    world.engine.execute(&admin(), CaseId(1), note, None).await.unwrap();
    world.answer(&admin(), CaseId(1), "Excuus, we zoeken het uit.").await.unwrap();
    world.settle().await.unwrap();
    world
}

#[tokio::test]
async fn an_evidence_file_holds_every_text_and_is_not_believed_when_a_letter_is_changed() {
    let world = told().await;
    let bundle = world.engine.evidence(&admin(), CaseId(1)).await.unwrap();
    for file in [&bundle.json, &bundle.html] {
        let checked = check(file).unwrap();
        let post = &checked.evidence.posts[0];
        let texts: Vec<&str> = post.texts.iter().map(|t| t.text.as_str()).collect();
        assert!(texts[0].contains("zes weken") && texts[1].contains("ACHT"), "{texts:?}");
        assert!(post.texts.iter().all(|t| t.entry.is_some()), "each names its entry: {:?}", post.texts);
        assert!(!file.contains("GEHEIME NOTITIE"), "what is internal stays here");
        assert!(file.contains("Excuus, we zoeken het uit."));
        let changed = file.replacen("ACHT", "NEUN", 1);
        assert_ne!(&changed, file);
        assert!(check(&changed).is_err());
    }
    // The page alone: what is shown was changed, what is signed was not.
    let shown = bundle.html.replacen("ACHT weken", "VIER weken", 1);
    assert_eq!(check(&shown), Err(NotGenuine::PageChanged));
    // What a customer wrote is text.
    let (page, _) = bundle.html.split_once("<script type=\"application/json\"").unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'));
    assert_eq!(bundle.html.matches("</script>").count(), 1);
    // The same key signs the next one.
    let next = world.engine.evidence(&admin(), CaseId(1)).await.unwrap();
    assert_eq!(check(&next.json).unwrap().public_key, check(&bundle.json).unwrap().public_key);
    assert_eq!(check("{}"), Err(NotGenuine::Unreadable));
}

#[tokio::test]
async fn a_post_that_was_taken_down_is_shown_as_such_and_nobody_else_gets_the_file() {
    let world = told().await;
    let mut gone = post("1", "anna", world.now(), HOSTILE);
    gone.withdrawn = true;
    world.hear(vec![gone]).await.unwrap();
    let bundle = world.engine.evidence(&admin(), CaseId(1)).await.unwrap();
    assert!(bundle.html.contains("Verwijderd op het platform") && bundle.html.contains("<s>"));
    assert!(check(&bundle.html).unwrap().evidence.posts[0].withdrawn.is_some());
    let other = franchisee(&["gouda"]);
    assert!(matches!(world.engine.evidence(&other, CaseId(1)).await, Err(EngineError::NotFound(_))));
}

#[tokio::test]
async fn an_evidence_file_says_names_and_words_and_an_older_one_is_shown_as_it_was() {
    let world = told().await;
    let person = User {
        id: id("eva"),
        name: "Eva de Wit".into(),
        role: Role::Agent,
        locations: Vec::new(),
        team: None,
        lang: None,
        password: None,
        disabled: None,
    };
    world.engine.put_user(person, None).await.unwrap();
    let severity = Severity::new(3);
    let right = Command::Correct {
        mention: None,
        severity,
        intent: None,
        sentiment: None,
        topics: None,
        signals: None,
    };
    for command in [Command::Assign { to: Some(id("eva")) }, right] {
        world.engine.execute(&admin(), CaseId(1), command, None).await.unwrap();
    }
    let bundle = world.engine.evidence(&admin(), CaseId(1)).await.unwrap();
    assert!(bundle.html.contains("aan: Eva de Wit") && bundle.html.contains("wat: ernst"), "{}", bundle.html);
    let mut older = check(&bundle.html).unwrap().evidence;
    older.version = 1;
    older.names.clear();
    let page = gehoor_engine::evidence::html(&older, "{}");
    assert!(page.contains("aan: eva") && page.contains("wat: [&quot;severity&quot;]"), "{page}");
}

fn digest(user: &str) -> Digest {
    Digest {
        id: format!("{user}-daily"),
        user: id(user),
        to: vec![format!("{user}@test.example")],
        outlet: id("mail"),
        every: Every::Daily,
        at: "07:30".parse().unwrap(),
        weekday: jiff::civil::Weekday::Monday,
        zone: "Europe/Amsterdam".into(),
        team: None,
    }
}

fn person(name: &str, role: Role, locations: &[&str], lang: &str) -> User {
    User {
        id: id(name),
        name: name.into(),
        role,
        locations: locations.iter().map(|l| id(l)).collect(),
        team: None,
        lang: Some(lang.into()),
        password: None,
        disabled: None,
    }
}

#[tokio::test]
async fn a_digest_comes_once_a_day_in_the_readers_language_and_says_nothing_outside_the_scope() {
    let mut setup = chain();
    setup.policy.alerts.clear();
    setup.policy.queue_outlets.clear();
    setup.digests = vec![digest("sam"), digest("fenna")];
    let world = World::with(setup).unwrap();
    world.engine.put_user(person("sam", Role::Lead, &[], "nl"), None).await.unwrap();
    world.engine.put_user(person("fenna", Role::Franchisee, &["gouda"], "en"), None).await.unwrap();
    world.hear(vec![post("1", "anna", world.now(), HOSTILE)]).await.unwrap();
    // Monday 10:00 to Wednesday 08:00.
    for _ in 0..(46 * 2) {
        world.pass(SignedDuration::from_mins(30)).await.unwrap();
        world.engine.watch_digests().await.unwrap();
        world.settle().await.unwrap();
    }
    let mails = world.net.mails();
    let of = |who: &str| mails.iter().filter(|m| m.to == [format!("{who}@test.example")]).collect::<Vec<_>>();
    // That of Monday is late by two and a half hours, and still worth sending.
    assert_eq!((of("sam").len(), of("fenna").len()), (3, 3), "{mails:?}");
    let (lead, shop) = (of("sam")[1], of("fenna")[1]);
    assert!(lead.subject.contains("Overzicht van 2026-11-24"), "{}", lead.subject);
    assert!(
        lead.text.contains("Open zaken: 1") && lead.text.contains("https://gehoor.test/cases/1"),
        "{}",
        lead.text
    );
    assert!(lead.text.contains("Te laat (1):"));
    assert!(
        !lead.text.contains("bank") && !lead.text.contains("anna"),
        "no word of a customer: {}",
        lead.text
    );
    assert!(shop.text.contains("Open cases: 0") && !shop.text.contains("/cases/1"), "{}", shop.text);
    // The feed of this chain was never asked: nobody may say that nobody waits.
    assert!(shop.text.contains("1 of 2 sources were not heard all day"), "{}", shop.text);
    assert!(
        !shop.text.contains("Nobody waits") && shop.text.contains("Of those who were heard"),
        "{}",
        shop.text
    );
    assert_ne!(of("sam")[0].message_id, of("sam")[1].message_id);
}
