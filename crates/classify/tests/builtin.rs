//! The compiled-in model, as the engine uses it.

use gehoor_classify::{BuiltIn, Doc};
use gehoor_domain::assessment::{Intent, Lang};
use gehoor_domain::mention::Channel;

fn doc(text: &str) -> Doc<'_> {
    Doc { text, lang: None, stars: None, channel: Channel::Microblog }
}

#[test]
fn plain_cases_are_judged_right_in_four_languages() {
    let model = BuiltIn::load().unwrap();
    let cases = [
        ("Mijn bank is kapot bezorgd en niemand belt terug, belachelijk!", Lang::Nl, Intent::Complaint),
        ("Super vriendelijk geholpen, bedankt toppers!", Lang::Nl, Intent::Praise),
        ("Hoe laat gaat de winkel in Zwolle morgen open?", Lang::Nl, Intent::Question),
        ("My order never arrived and customer service keeps ignoring me. Terrible.", Lang::En, Intent::Complaint),
        (
            "Das Paket kam beschädigt an und der Kundenservice antwortet nicht. Frechheit!",
            Lang::De,
            Intent::Complaint,
        ),
        ("Colis jamais arrivé et le service client ne répond pas, c'est honteux.", Lang::Fr, Intent::Complaint),
    ];
    for (text, lang, intent) in cases {
        let a = model.assess(&doc(text));
        assert_eq!((a.lang.label, a.intent.label), (lang, intent), "{text} {:?}", a.intent_p);
        assert!(!a.reasons.is_empty(), "{text}");
    }
}
