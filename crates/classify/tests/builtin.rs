//! The compiled-in model, as the engine uses it.

use gehoor_classify::labelled::read_training;
use gehoor_classify::{AssessIn, AssessOut, BuiltIn, Doc, conformance};
use gehoor_domain::assessment::{Intent, Lang, Signal};
use gehoor_domain::mention::Channel;

fn doc(text: &str) -> Doc<'_> {
    Doc { text, lang: None, stars: None, channel: Some(Channel::Microblog) }
}

/// The value of a future that never waits; `None` when it did.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

#[test]
fn the_built_in_model_conforms() {
    assert_eq!(now(conformance::check(&BuiltIn::load().unwrap())), Some(Ok(())));
}

#[test]
fn words_shown_as_reasons_weaken_the_judgement_when_taken_out() {
    let model = BuiltIn::load().unwrap();
    let corpus = include_str!("../../../models/corpus/nl-c.jsonl");
    let (rows, _) = read_training(corpus, "nl-c");
    let (mut weaker, mut all) = (0, 0);
    for row in rows.iter().take(300) {
        let whole = model.assess(&doc(&row.text));
        let name = format!("intent.{}", whole.intent.label.as_str());
        for reason in whole.reasons.iter().filter(|r| r.speaks_for == name) {
            let without = format!("{} {}", &row.text[..reason.start], &row.text[reason.end..]);
            let at = Intent::ALL.iter().position(|i| *i == whole.intent.label).unwrap();
            all += 1;
            weaker += usize::from(model.assess(&doc(&without)).intent_p[at] < whole.intent_p[at]);
        }
    }
    assert!(all > 100 && weaker * 100 >= all * 90, "{weaker} of {all}");
}

/// The text without these bytes.
fn without(text: &str, start: usize, end: usize) -> String {
    format!("{} {}", &text[..start], &text[end..])
}

#[test]
fn the_words_shown_weigh_more_than_other_words() {
    let model = BuiltIn::load().unwrap();
    let corpus = include_str!("../../../models/corpus/nl-c.jsonl");
    let (rows, _) = read_training(corpus, "nl-c");
    let (mut above_mean, mut above_all, mut texts) = (0, 0, 0);
    for row in rows.iter().take(300) {
        let text = row.text.as_str();
        let whole = model.assess(&doc(text));
        let name = format!("intent.{}", whole.intent.label.as_str());
        let at = Intent::ALL.iter().position(|i| *i == whole.intent.label).unwrap();
        let lost = |start: usize, end: usize| {
            whole.intent_p[at] - model.assess(&doc(&without(text, start, end))).intent_p[at]
        };
        let shown: Vec<(usize, usize)> = whole.reasons.iter().map(|r| (r.start, r.end)).collect();
        let own: Vec<&_> = whole.reasons.iter().filter(|r| r.speaks_for == name).collect();
        let Some(most) = own.iter().map(|r| lost(r.start, r.end)).max_by(f32::total_cmp) else { continue };
        let words = text.split_whitespace().map(|w| {
            let start = w.as_ptr() as usize - text.as_ptr() as usize;
            (start, start + w.len())
        });
        let others: Vec<f32> = words
            .filter(|(start, end)| shown.iter().all(|(s, e)| end <= s || e <= start))
            .map(|(start, end)| lost(start, end))
            .collect();
        if others.len() >= 3 {
            texts += 1;
            let mean = others.iter().sum::<f32>() / others.len() as f32;
            above_mean += usize::from(most > mean);
            above_all += usize::from(others.iter().all(|other| most >= *other));
        }
    }
    assert!(texts > 150, "{texts}");
    assert!(above_mean * 100 >= texts * 95, "{above_mean} of {texts} above the mean of the other words");
    assert!(above_all * 100 >= texts * 70, "{above_all} of {texts} above every other word");
}

#[test]
fn danger_is_acute_however_it_is_told() {
    let model = BuiltIn::load().unwrap();
    let texts = [
        "gaskachel ruikt naar gas, we hebben een baby, wat moet ik doen???",
        "Hoort het zo dat er gas te ruiken is bij de nieuwe geiser? Mijn vrouw is zwanger.",
        "De melder voor koolmonoxide ging vannacht af na jullie onderhoud. Kan ik de ketel aanlaten?",
        "Onze wasdroger begon vanmiddag te roken en er kwamen vonken uit de stekker.",
        "Er zat een stukje glas in de babyvoeding, mijn dochter had het al in haar mond.",
        "My new boiler smells of gas and we have a baby, what should I do?",
        "Die neue Therme riecht nach Gas, wir haben ein Baby, was sollen wir machen?",
        "Mon nouveau chauffe-eau sent le gaz et on a un bébé, que faire ?",
    ];
    for text in texts {
        let a = model.assess(&doc(text));
        assert_eq!(a.severity.label.level(), 3, "{text} {:?}", a.severity_p);
        assert!(a.wants_case() && a.has(Signal::Safety), "{text} {:?} {:?}", a.intent_p, a.signals);
    }
}

#[test]
fn danger_that_is_only_a_way_of_speaking_is_not_acute() {
    let model = BuiltIn::load().unwrap();
    let texts = [
        "Deze taart is levensgevaarlijk lekker",
        "dat bankje is echt bom",
        "Brandende vraag: hebben jullie zondag open?",
        "Ik schrik me dood van de prijs van die lamp",
        "Grote brand bij meubelzaak in Almelo, rook trekt over de wijk",
        "Hebben jullie rookmelders op voorraad?",
        "Burning question: are you open on Sunday?",
        "Der Kuchen war der Hammer, lebensgefährlich gut",
    ];
    for text in texts {
        let a = model.assess(&doc(text));
        assert!(a.severity.label.level() < 3, "{text} {:?}", a.severity_p);
    }
}

#[test]
fn hard_evidence_is_shown_beside_the_model() {
    let model = BuiltIn::load().unwrap();
    let text = "Belachelijk, ik betaalde € 1.250 voor order 100482217 en ruik nu gaslucht bij de kachel, niemand belt terug!";
    let a = model.assess(&doc(text));
    assert!(a.has(Signal::HighValue) && a.has(Signal::Safety), "{:?}", a.signals);
    let said: Vec<(&str, &str)> =
        a.reasons.iter().map(|r| (r.speaks_for.as_str(), r.text.as_str())).collect();
    assert!(said.contains(&("signal.high_value", "€ 1.250")), "{said:?}");
    assert!(said.contains(&("evidence.order_number", "order 100482217")), "{said:?}");
}

#[test]
fn the_line_for_other_programs_keeps_its_fields() {
    let line: AssessIn =
        serde_json::from_str(r#"{"id": 7, "text": "Bank kapot, schandalig", "stars": 1}"#).unwrap();
    let a = BuiltIn::load().unwrap().assess(&line.doc());
    let out: serde_json::Value = serde_json::to_value(AssessOut::new(line.id, &a, 12.0)).unwrap();
    let fields: Vec<&str> = out.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = [
        "id",
        "lang",
        "sentiment",
        "intent",
        "severity",
        "topics",
        "signals",
        "responsible",
        "unsure",
        "priority",
        "reasons",
        "model",
    ];
    wanted.sort_unstable();
    assert_eq!(fields, wanted);
    assert_eq!(out["id"], 7);
    assert_eq!(out["intent"]["label"], "complaint");
    assert!(
        out["severity"]["p"].as_array().unwrap().len() == 4 && out["sentiment"]["p"]["negative"].is_number()
    );
}

#[test]
fn plain_cases_are_judged_right_in_four_languages() {
    let model = BuiltIn::load().unwrap();
    let cases = [
        (
            "Pakket kwam beschadigd aan en de klantenservice reageert niet. Schandalig!",
            Lang::Nl,
            Intent::Complaint,
        ),
        ("Super vriendelijk geholpen, bedankt toppers!", Lang::Nl, Intent::Praise),
        ("Hoe laat gaat de winkel in Zwolle morgen open?", Lang::Nl, Intent::Question),
        (
            "My order never arrived and customer service keeps ignoring me. Terrible.",
            Lang::En,
            Intent::Complaint,
        ),
        (
            "Das Paket kam beschädigt an und der Kundenservice antwortet nicht. Frechheit!",
            Lang::De,
            Intent::Complaint,
        ),
        (
            "Colis jamais arrivé et le service client ne répond pas, c'est honteux.",
            Lang::Fr,
            Intent::Complaint,
        ),
    ];
    for (text, lang, intent) in cases {
        let a = model.assess(&doc(text));
        assert_eq!((a.lang.label, a.intent.label), (lang, intent), "{text} {:?}", a.intent_p);
        assert!(!a.reasons.is_empty(), "{text}");
    }
}

#[test]
fn the_description_belongs_to_the_weights_and_the_topic_list() {
    let text = include_str!("../../../models/gehoor-builtin/model.toml");
    let description: toml::Table = toml::from_str(text).unwrap();
    let weights = include_bytes!("../../../models/gehoor-builtin/weights.bin.zst");
    let sha = |bytes: &[u8]| hex::encode(<sha2::Sha256 as sha2::Digest>::digest(bytes));
    assert_eq!(description["sha256"].as_str(), Some(sha(weights).as_str()));
    assert_eq!(
        description["taxonomy_sha256"].as_str(),
        Some(gehoor_classify::Taxonomy::built_in_sha256().as_str())
    );
    let model = BuiltIn::load().unwrap();
    let name = format!("{} ({}, net ", description["id"].as_str().unwrap(), &sha(weights)[..8]);
    assert!(gehoor_classify::Classifier::id(&model).starts_with(&name), "{name}");
}

#[test]
fn a_plain_complaint_in_a_post_that_names_no_brand_is_a_complaint() {
    let model = BuiltIn::load().unwrap();
    let a = model.assess(&doc("Mijn bank is kapot bezorgd en niemand belt terug, belachelijk!"));
    assert_eq!(a.intent.label, Intent::Complaint, "{:?}", a.intent_p);
}
