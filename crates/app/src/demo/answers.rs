//! What the team of the demo answers: through the same check as everybody, in the customer's language, and not always with
//! the same words.

use anyhow::Result;
use gehoor_domain::assessment::Lang;
use gehoor_domain::ids::CaseId;
use gehoor_engine::Engine;
use gehoor_engine::views::Viewer;

/// Texts that a team of people could have written.
const NL: [&str; 5] = [
    "Wat vervelend, {first_name}. Zo hoort het niet te gaan. Wil je ons je bestelnummer in een privébericht sturen?",
    "Dank voor je bericht, {first_name}. We schrikken hiervan. Mogen we je bellen om het uit te leggen?",
    "Excuses, {first_name}, dit had anders gemoeten. In welke winkel was dit, en op welke dag?",
    "Goed dat je het zegt, {first_name}. Stuur je ons een foto in een privébericht?",
    "Begrijpelijk dat je hier genoeg van hebt, {first_name}. Wat is voor jou een goede oplossing?",
];
const EN: [&str; 3] = [
    "Sorry to hear this, {first_name}. Could you send us your order number in a private message?",
    "This is not how it should go, {first_name}. May we call you about it?",
    "Thanks for telling us, {first_name}. Which shop was this, and on which day?",
];
const DE: [&str; 3] = [
    "Das tut uns leid, {first_name}. Schicken Sie uns Ihre Bestellnummer in einer privaten Nachricht?",
    "So soll es nicht laufen, {first_name}. Dürfen wir Sie dazu anrufen?",
    "Danke für den Hinweis, {first_name}. In welchem Markt war das, und an welchem Tag?",
];
const FR: [&str; 3] = [
    "Nous sommes désolés, {first_name}. Pouvez-vous nous envoyer votre numéro de commande en message privé ?",
    "Ce n'est pas normal, {first_name}. Pouvons-nous vous appeler à ce sujet ?",
    "Merci de nous le dire, {first_name}. C'était dans quel magasin, et quel jour ?",
];

/// One of them; the same turn gives the same.
pub(super) fn text(lang: Lang, turn: u64) -> &'static str {
    let texts: &[&'static str] = match lang {
        Lang::En => &EN,
        Lang::De => &DE,
        Lang::Fr => &FR,
        Lang::Nl | Lang::Other => &NL,
    };
    let at = usize::try_from(turn % (texts.len().max(1) as u64)).unwrap_or(0);
    texts.get(at).copied().unwrap_or_default()
}

/// Posts an answer by hand, and ticks what the check warns of.
pub(super) async fn answer(engine: &Engine, viewer: &Viewer, case: CaseId, text: &str) -> Result<()> {
    let found = engine.check_reply(viewer, case, None, text)?;
    let ticked = found.iter().map(|f| f.kind.to_owned()).collect();
    engine.claim_reply(viewer, case, None, text, ticked, None).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_of_the_demo_holds_a_promise() {
        for lang in [Lang::Nl, Lang::En, Lang::De, Lang::Fr] {
            for turn in 0..5 {
                let text = text(lang, turn);
                assert!(gehoor_text::promised::ours(text).is_empty(), "{text}");
            }
        }
    }
}
