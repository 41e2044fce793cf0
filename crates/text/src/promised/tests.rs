//! Sentences written by hand: promises and what looks like them, in four languages.

use proptest::prelude::*;

use super::Day::{Date, In, NextWeek, ThisWeek, Weekday, Within};
use super::Kind::{CallBack, Deliver, FindOut, Other, Refund, Replace};
use super::*;

fn day(day: u8) -> Option<Day> {
    Some(Weekday { day, next_week: false })
}
fn within(count: u16, unit: Unit) -> Option<Day> {
    Some(Within { count, unit })
}

/// Each text promises exactly one thing of this kind and by this day.
fn check(cases: &[(&str, Kind, Option<Day>)]) {
    let mut wrong = Vec::new();
    for (text, kind, day) in cases {
        let found: Vec<_> = ours(text).into_iter().map(|p| (p.kind, p.when.map(|w| w.day))).collect();
        if found != [(*kind, *day)] {
            wrong.push(format!("{text}\n   wanted {kind:?} {day:?}\n   found  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn check_none(cases: &[&str]) {
    let wrong: Vec<_> =
        cases.iter().filter_map(|text| Some((text, ours(text))).filter(|(_, p)| !p.is_empty())).collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn dutch_promises_are_found_with_their_time() {
    check(&[
        ("We bellen u morgen.", CallBack, Some(In(1))),
        ("Wat vervelend! Wij bellen u morgen terug over uw bestelling.", CallBack, Some(In(1))),
        ("U wordt vandaag nog gebeld door onze collega.", CallBack, Some(In(0))),
        ("Een collega neemt binnen 24 uur contact met u op.", CallBack, within(24, Unit::Hours)),
        ("Ik zal je vanmiddag terugbellen.", CallBack, Some(In(0))),
        ("Je krijgt morgenochtend een telefoontje van de filiaalmanager.", CallBack, Some(In(1))),
        ("Levering donderdag.", Deliver, day(3)),
        (
            "De levering staat gepland voor vrijdag 4 december.",
            Deliver,
            Some(Date { year: None, month: 12, day: 4 }),
        ),
        ("Uw bestelling wordt donderdagmiddag geleverd.", Deliver, day(3)),
        (
            "We sturen het pakket uiterlijk 12-03-2027 naar u op.",
            Deliver,
            Some(Date { year: Some(2027), month: 3, day: 12 }),
        ),
        ("U ontvangt uw pakket uiterlijk woensdag.", Deliver, day(2)),
        ("Je kunt je bestelling morgen verwachten.", Deliver, Some(In(1))),
        ("Wij hebben dit nagevraagd en leveren uw bank volgende week.", Deliver, Some(NextWeek)),
        ("U krijgt uw geld binnen 5 werkdagen terug.", Refund, within(5, Unit::WorkingDays)),
        ("Het bedrag wordt binnen 3 tot 5 werkdagen teruggestort.", Refund, within(5, Unit::WorkingDays)),
        ("We betalen het aankoopbedrag deze week terug.", Refund, Some(ThisWeek)),
        ("Wij sturen u vandaag een nieuwe.", Replace, Some(In(0))),
        ("De monteur repareert uw wasmachine maandag.", Replace, day(0)),
        ("We zoeken dit voor u uit.", FindOut, None),
        ("We zoeken uit waarom het niet geleverd is.", FindOut, None),
        ("We gaan dit na bij de vervoerder.", FindOut, None),
        ("Ik laat u voor het einde van de dag iets weten.", FindOut, Some(In(0))),
        ("Wij komen hier uiterlijk vrijdag bij u op terug.", FindOut, day(4)),
        ("U hoort overmorgen van ons.", FindOut, Some(In(2))),
        ("Je krijgt binnen een week antwoord.", FindOut, within(1, Unit::Weeks)),
        ("Wij houden u op de hoogte.", FindOut, None),
        ("We zorgen ervoor dat u dit weekend verder kunt.", Other, None),
        ("Wij regelen dit morgen voor je.", Other, Some(In(1))),
        ("Niet later dan vrijdag bellen wij u.", CallBack, day(4)),
        ("We bellen u. Uiterlijk vrijdag.", CallBack, day(4)),
        ("Morgen, tussen 9 en 12 uur, bellen we u.", CallBack, Some(In(1))),
        ("Een nieuw exemplaar wordt a.s. dinsdag geleverd.", Replace, day(1)),
    ]);
}

#[test]
fn dutch_texts_that_promise_nothing_are_left_alone() {
    check_none(&[
        "Goedemorgen, wat vervelend om te lezen.",
        "Goede morgen! Dank voor uw bericht.",
        "Zullen we u morgen bellen?",
        "Als u ons uw nummer stuurt, bellen wij u morgen.",
        "Stuurt u ons uw ordernummer, dan bellen wij u vandaag.",
        "Stuur ons een DM en we zoeken het uit.",
        "Zodra u het pakket heeft teruggestuurd, betalen wij het bedrag terug.",
        "We hebben u gisteren gebeld.",
        "Uw pakket is dinsdag geleverd.",
        "Uw pakket werd vrijdag bezorgd.",
        "Wij kunnen u helaas niet terugbellen.",
        "We leveren niet op zondag.",
        "Wij kunnen u morgen bellen.",
        "We hopen u morgen te kunnen bellen.",
        "Normaal leveren wij binnen 2 werkdagen.",
        "Wij zouden u graag helpen.",
        "U kunt ons bellen op werkdagen.",
        "Bel ons gerust morgen.",
        "Wij zijn bereikbaar van maandag tot en met vrijdag.",
        "Fijn dat het is opgelost!",
        "Wij leveren door heel Nederland.",
        "Dank u wel, we waarderen uw bericht.",
        "Heeft u uw geld al terug?",
        "> we bellen u morgen\nWat naar om te horen.",
    ]);
}

#[test]
fn english_promises_are_found_with_their_time() {
    check(&[
        ("You will have your refund by Friday.", Refund, day(4)),
        ("We'll call you tomorrow morning.", CallBack, Some(In(1))),
        ("We will be in touch within 24 hours.", CallBack, within(24, Unit::Hours)),
        ("You'll receive a call from our store manager today.", CallBack, Some(In(0))),
        ("Your order will be delivered on Thursday.", Deliver, day(3)),
        ("Your parcel will arrive by 12 March.", Deliver, Some(Date { year: None, month: 3, day: 12 })),
        ("Delivery on Thursday.", Deliver, day(3)),
        ("You can expect your parcel tomorrow.", Deliver, Some(In(1))),
        ("We're sending a replacement today.", Replace, Some(In(0))),
        ("We will replace the chair within 3-5 working days.", Replace, within(5, Unit::WorkingDays)),
        ("We will refund you in full within ten days.", Refund, within(10, Unit::Days)),
        ("I'll look into this for you.", FindOut, None),
        ("We will get back to you by the end of the week.", FindOut, Some(ThisWeek)),
        ("I’ll let you know on March 3rd.", FindOut, Some(Date { year: None, month: 3, day: 3 })),
        ("We'll find out what went wrong.", FindOut, None),
        ("We'll check if it is in stock.", FindOut, None),
        ("We will sort this out today.", Other, Some(In(0))),
        ("No later than Monday we will call you.", CallBack, day(0)),
        ("You will hear from us next week.", FindOut, Some(NextWeek)),
        ("We are going to call you the day after tomorrow.", CallBack, Some(In(2))),
    ]);
}

#[test]
fn english_texts_that_promise_nothing_are_left_alone() {
    check_none(&[
        "Shall we call you tomorrow?",
        "If you send us your number, we will call you tomorrow.",
        "Send us a DM and we'll look into it.",
        "Please call us and we will help you tomorrow.",
        "We called you yesterday.",
        "Your parcel was delivered on Friday.",
        "We won't be able to deliver tomorrow.",
        "We will not call you.",
        "We hope to deliver by Friday.",
        "We would love to call you.",
        "We usually deliver within 2 days.",
        "Once you have returned it we will refund you.",
        "Good morning, sorry to hear that.",
        "You can call us from Monday to Friday.",
        "We will refund you as soon as you send it back.",
        "Thank you for your patience.",
        "We have refunded your order.",
    ]);
}

#[test]
fn german_promises_are_found_with_their_time() {
    check(&[
        ("Wir rufen Sie morgen zurück.", CallBack, Some(In(1))),
        ("Ein Kollege ruft Sie heute Nachmittag an.", CallBack, Some(In(0))),
        ("Wir werden Sie am Montag kontaktieren.", CallBack, day(0)),
        ("Wir nehmen innerhalb von 24 Stunden Kontakt mit Ihnen auf.", CallBack, within(24, Unit::Hours)),
        ("Ihre Bestellung wird am Donnerstag geliefert.", Deliver, day(3)),
        ("Lieferung am Donnerstag.", Deliver, day(3)),
        ("Wir liefern am 12. März.", Deliver, Some(Date { year: None, month: 3, day: 12 })),
        ("Ihr Paket kommt übermorgen an.", Deliver, Some(In(2))),
        ("Sie erhalten Ihr Geld innerhalb von fünf Werktagen zurück.", Refund, within(5, Unit::WorkingDays)),
        ("Der Betrag wird bis Freitag erstattet.", Refund, day(4)),
        ("Wir schicken Ihnen heute ein neues Gerät.", Replace, Some(In(0))),
        ("Das Gerät wird nächste Woche repariert.", Replace, Some(NextWeek)),
        ("Wir klären das für Sie.", FindOut, None),
        ("Wir melden uns bis Ende der Woche bei Ihnen.", FindOut, Some(ThisWeek)),
        ("Sie hören morgen von uns.", FindOut, Some(In(1))),
        ("Wir prüfen, warum das nicht geklappt hat.", FindOut, None),
        ("Wir kümmern uns heute um Ihr Anliegen.", Other, Some(In(0))),
        ("Wir rufen Sie spätestens am 3.12. an.", CallBack, Some(Date { year: None, month: 12, day: 3 })),
    ]);
}

#[test]
fn german_texts_that_promise_nothing_are_left_alone() {
    check_none(&[
        "Guten Morgen, das tut uns leid.",
        "Dürfen wir Sie morgen anrufen?",
        "Wenn Sie uns Ihre Nummer schicken, rufen wir Sie morgen an.",
        "Bitte rufen Sie uns morgen an.",
        "Wir haben Sie gestern angerufen.",
        "Ihr Paket wurde am Freitag geliefert.",
        "Wir liefern nicht am Sonntag.",
        "Wir können Sie morgen anrufen.",
        "Wir hoffen, Sie morgen zu erreichen.",
        "Normalerweise liefern wir innerhalb von 2 Werktagen.",
        "Schicken Sie uns eine Nachricht, dann klären wir das.",
        "Wir danken Ihnen für Ihre Geduld.",
    ]);
}

#[test]
fn french_promises_are_found_with_their_time() {
    check(&[
        ("Nous vous rappelons demain.", CallBack, Some(In(1))),
        ("Nous vous rappellerons demain matin.", CallBack, Some(In(1))),
        ("Un collègue va vous contacter aujourd'hui.", CallBack, Some(In(0))),
        ("Vous serez contacté sous 48 heures.", CallBack, within(48, Unit::Hours)),
        ("Votre commande sera livrée jeudi.", Deliver, day(3)),
        ("Livraison prévue le 12 mars.", Deliver, Some(Date { year: None, month: 3, day: 12 })),
        ("Vous recevrez votre colis après-demain.", Deliver, Some(In(2))),
        ("Vous serez remboursé sous 5 jours ouvrés.", Refund, within(5, Unit::WorkingDays)),
        ("Nous vous rembourserons d'ici vendredi.", Refund, day(4)),
        (
            "Vous recevrez votre remboursement dans les 3 à 5 jours ouvrables.",
            Refund,
            within(5, Unit::WorkingDays),
        ),
        ("Nous vous enverrons un nouveau produit lundi.", Replace, day(0)),
        ("Nous vérifions cela.", FindOut, None),
        ("Nous revenons vers vous la semaine prochaine.", FindOut, Some(NextWeek)),
        ("Vous aurez une réponse avant la fin de la semaine.", FindOut, Some(ThisWeek)),
        ("Nous vous tiendrons informé.", FindOut, None),
        ("J'appelle le magasin et je vous rappelle ce soir.", CallBack, Some(In(0))),
    ]);
}

#[test]
fn french_texts_that_promise_nothing_are_left_alone() {
    check_none(&[
        "Pouvons-nous vous rappeler demain ?",
        "Si vous nous envoyez votre numéro, nous vous rappellerons demain.",
        "Envoyez-nous un message et nous vérifierons.",
        "Nous vous avons appelé hier.",
        "Votre colis a été livré vendredi.",
        "Nous ne livrons pas le dimanche.",
        "Nous espérons vous livrer demain.",
        "Nous vous rappelons que nos magasins ferment à 18h.",
        "Nous pouvons vous appeler demain.",
        "Merci pour votre patience.",
    ]);
}

#[test]
fn parts_of_a_day_and_times_on_the_clock_are_read() {
    let hour = |text: &str| ours(text).first().and_then(|p| p.when).and_then(|w| w.hour);
    assert_eq!(hour("We bellen u morgenochtend."), Some(Hour::Morning));
    assert_eq!(hour("We bellen u donderdagmiddag."), Some(Hour::Afternoon));
    assert_eq!(hour("We bellen u vanavond."), Some(Hour::Evening));
    assert_eq!(hour("We bellen u morgen om 14:30."), Some(Hour::At { hour: 14, minute: 30 }));
    assert_eq!(hour("We bellen u vrijdag voor 12 uur."), Some(Hour::At { hour: 12, minute: 0 }));
    assert_eq!(hour("We bellen u morgen tussen 9 en 12 uur."), Some(Hour::At { hour: 12, minute: 0 }));
    assert_eq!(hour("We'll call you tomorrow at 3 pm."), Some(Hour::At { hour: 15, minute: 0 }));
    assert_eq!(hour("Wir rufen Sie morgen um 9 Uhr an."), Some(Hour::At { hour: 9, minute: 0 }));
    assert_eq!(hour("Nous vous rappelons demain à 14h30."), Some(Hour::At { hour: 14, minute: 30 }));
    assert_eq!(hour("Nous vous rappelons demain matin."), Some(Hour::Morning));
    assert_eq!(hour("We bellen u binnen 24 uur."), None);
}

#[test]
fn a_promise_without_a_date_is_recognised_and_so_is_soon() {
    let first = |text: &str| ours(text).into_iter().next().expect("a promise");
    assert!(first("We zoeken het uit.").is_undated());
    assert!(!first("We zoeken het uit.").vague);
    for soon in [
        "We bellen u zo snel mogelijk.",
        "We'll call you soon.",
        "Wir melden uns in Kürze bei Ihnen.",
        "Nous vous rappellerons rapidement.",
    ] {
        let promise = first(soon);
        assert!(promise.is_undated() && promise.vague, "{soon}");
    }
}

#[test]
fn the_words_of_a_promise_are_its_part_of_the_sentence() {
    let text = "Wat vervelend, Yasmin 😔. We bellen u morgen, en het geld krijgt u binnen 5 werkdagen terug!";
    let words: Vec<_> = ours(text).into_iter().map(|p| &text[p.range]).collect();
    assert_eq!(words, ["We bellen u morgen", "het geld krijgt u binnen 5 werkdagen terug"]);
}

#[test]
fn what_customers_were_promised_is_found_with_its_date() {
    let cases: &[(&str, Kind, Option<Day>)] = &[
        ("Ze zouden mij vrijdag terugbellen, niets gehoord.", CallBack, day(4)),
        ("Er is beloofd dat ik gisteren gebeld zou worden.", CallBack, None),
        ("Mij is levering op 12 maart beloofd.", Deliver, Some(Date { year: None, month: 3, day: 12 })),
        ("De bank zou dinsdag geleverd worden.", Deliver, day(1)),
        ("Al drie weken geleden zou ik teruggebeld worden.", CallBack, None),
        (
            "Er is toegezegd dat ik mijn geld binnen 5 werkdagen terug zou krijgen.",
            Refund,
            within(5, Unit::WorkingDays),
        ),
        ("I was promised a refund by Friday.", Refund, day(4)),
        ("They said they would call me back on Monday.", CallBack, day(0)),
        ("My sofa was supposed to arrive on Tuesday.", Deliver, day(1)),
        ("Man hat mir einen Rückruf am Montag versprochen.", CallBack, day(0)),
        ("Der Techniker sollte am Dienstag kommen.", Replace, day(1)),
        ("On m'a promis un remboursement sous 5 jours.", Refund, within(5, Unit::Days)),
        ("Le colis devait être livré jeudi.", Deliver, day(3)),
    ];
    let mut wrong = Vec::new();
    for (text, kind, day) in cases {
        let found: Vec<_> = broken(text).into_iter().map(|p| (p.kind, p.when.map(|w| w.day))).collect();
        if found != [(*kind, *day)] {
            wrong.push(format!("{text}\n   wanted {kind:?} {day:?}\n   found  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn wishes_and_kept_promises_of_customers_are_left_alone() {
    for text in [
        "Zoals beloofd de volgende dag geleverd, top!",
        "Het zou fijn zijn als jullie terugbellen.",
        "Ik zou graag teruggebeld worden.",
        "Ik zou deze winkel aan iedereen aanraden.",
        "Wie versprochen geliefert.",
        "Delivered as promised.",
        "I would like a refund.",
        "Livré comme promis.",
        "Ze hebben hun belofte netjes gehouden.",
    ] {
        assert_eq!(broken(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_spans_that_are_slices(text in "\\PC{0,80}|[a-zé0-9 .,:'’?\n>-]{0,120}|(we|wij|bellen|u|morgen|binnen|5|werkdagen|will|call|you|rufen|Sie|an|nous|l'|’|nous|demain|tussen|9|en|12|uur|\\.|,|😔| |3-|/|zou|beloofd| dat ){0,40}") {
        for p in ours(&text) {
            prop_assert!(text.get(p.range).is_some_and(|t| !t.is_empty()));
        }
        for p in broken(&text) {
            prop_assert!(text.get(p.range).is_some_and(|t| !t.is_empty()));
        }
    }
}
