use super::*;
use gehoor_domain::location::Location;

fn location(id: &str, name: &str, city: &str, street: &str) -> Location {
    let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    Location {
        id: LocationId::parse(id).unwrap(),
        name: name.to_owned(),
        parent: None,
        street: some(street),
        postcode: None,
        city: some(city),
        aliases: Vec::new(),
        handles: Vec::new(),
        ids: Vec::new(),
        team: None,
    }
}

fn locator() -> Locator {
    let brand = Brand {
        name: "Meubelhal".to_owned(),
        names: vec!["Meubel Hal".to_owned()],
        handles: vec!["meubelhal".to_owned()],
        own_accounts: Vec::new(),
        competitors: Vec::new(),
        hq_words: vec!["webshop".to_owned(), "klantenservice".to_owned()],
    };
    let mut zwolle = location("zwolle", "Meubelhal Zwolle", "Zwolle", "Diezerstraat 12");
    zwolle.handles = vec!["meubelhal_zwolle".to_owned()];
    zwolle.ids = vec!["reviewsite:881".to_owned()];
    zwolle.postcode = Some("8011 RB".to_owned());
    zwolle.parent = Some(LocationId::parse("oost").unwrap());
    let mut utrecht_1 = location("utrecht-1", "Meubelhal Overvecht", "Utrecht", "Roelantdreef 3");
    utrecht_1.aliases = vec!["de hal in Overvecht".to_owned()];
    let list = vec![
        location("hq", "Hoofdkantoor", "", ""),
        location("oost", "Regio Oost", "", ""),
        zwolle,
        utrecht_1,
        location("utrecht-2", "Meubelhal Centrum", "Utrecht", "Steenweg 40"),
        location("best", "Meubelhal Best", "Best", ""),
        location("denbosch", "Meubelhal Den Bosch", "'s-Hertogenbosch", ""),
    ];
    Locator::new(&brand, &Locations::new(list).unwrap())
}

fn check(text: &str, expected: Option<(&str, &str)>) {
    let found = locator().in_text(text);
    let got = found.as_ref().map(|l| (l.location.as_str(), l.by.as_str()));
    assert_eq!(got, expected, "{text}");
}

#[test]
fn stronger_evidence_wins_over_weaker() {
    check("@meubelhal_zwolle waar blijft mijn bank, klantenservice zegt niks", Some(("zwolle", "handle")));
    check("Bij de Meubelhal aan de diezerstraat 12 in Zwolle", Some(("zwolle", "address")));
    check("gekocht op 8011rb", Some(("zwolle", "address")));
    check("MEUBELHAL OVERVECHT is vies", Some(("utrecht-1", "alias")));
    check("Meubelhal in Zwolle, rij tot buiten", Some(("zwolle", "place")));
    check("@meubelhal in ’s-Hertogenbosch niemand te vinden", Some(("denbosch", "place")));
    check("De webshop van de Meubelhal ligt plat", Some(("hq", "webshop")));
}

#[test]
fn two_shops_that_match_equally_are_unknown_unless_something_tells_them_apart() {
    check("Meubelhal in Utrecht is een zooitje", None);
    check("Meubelhal Utrecht aan de Steenweg 40", Some(("utrecht-2", "address")));
    check("Meubelhal Overvecht en Meubelhal Centrum: allebei dicht", None);
}

#[test]
fn a_place_alone_or_a_common_word_is_no_shop() {
    check("Mooie stad, Zwolle", None);
    check("Meubelhal is echt best goed", None);
    check("Bij de Meubelhal in Best geweest", Some(("best", "place")));
    check("De winkel in zwolle was dicht", Some(("zwolle", "place")));
    check("Zwollenaren van de Meubelhal", None);
}

#[test]
fn the_platforms_id_decides() {
    let mention: Mention = serde_json::from_value(serde_json::json!({
        "id": "0123456789abcdef0123", "source": "s", "external_id": "1", "channel": "review",
        "author": {"key": "a:1", "name": "A"}, "text": "Meubelhal Overvecht is beter",
        "published": "2026-11-01T10:00:00Z", "seen": "2026-11-01T10:00:00Z", "revision": 1,
        "place": {"id": "ReviewSite:881"}
    }))
    .unwrap();
    let found = locator().locate(&mention).unwrap();
    assert_eq!((found.location.as_str(), found.by.as_str()), ("zwolle", "id"));
    assert!(found.p > 0.98);
}

#[test]
fn the_words_are_those_of_the_text() {
    let found = locator().in_text("Gisteren bij MEUBELHAL  Óvervecht geweest").unwrap();
    assert_eq!(found.words.as_deref(), Some("MEUBELHAL  Óvervecht"));
}

#[test]
fn hostile_texts_are_no_trouble() {
    for text in ["", "\u{202e}zwolle\u{0}", &"meubelhal zwolle ".repeat(5000), "🦄".repeat(100).as_str()] {
        let _ = locator().in_text(text);
    }
    check("<script>alert('Meubelhal Zwolle')</script>", Some(("zwolle", "alias")));
}
