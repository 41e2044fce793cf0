//! An honest line for the public thread when a promise was missed: says so, says sorry, gives no excuse. A person reads
//! it, fills in the new time and sends it.

use super::Kind;
use crate::language::Language;

/// The line in the language of the customer; English when it is none of the four.
#[must_use]
pub fn missed_line(language: Language, kind: Kind) -> &'static str {
    match language {
        Language::Nl => match kind {
            Kind::CallBack => {
                "We zouden je bellen en dat is niet gebeurd. Dat spijt ons. We bellen je nu uiterlijk …"
            }
            Kind::Deliver => {
                "De levering die we beloofden, is niet gekomen. Dat spijt ons. De nieuwe afspraak is …"
            }
            Kind::Refund => {
                "Je geld had al terug moeten zijn en dat is niet zo. Dat spijt ons. Je hebt het uiterlijk …"
            }
            Kind::Replace => {
                "We zouden dit vervangen of herstellen en dat is niet gelukt. Dat spijt ons. De nieuwe afspraak is …"
            }
            Kind::FindOut => {
                "We zouden het uitzoeken en je hebt nog niets gehoord. Dat spijt ons. Je hoort van ons uiterlijk …"
            }
            Kind::Other => {
                "We hebben iets beloofd en zijn het niet nagekomen. Dat spijt ons. De nieuwe afspraak is …"
            }
        },
        Language::De => match kind {
            Kind::CallBack => {
                "Wir wollten Sie anrufen und haben es nicht getan. Das tut uns leid. Wir rufen Sie an bis spätestens …"
            }
            Kind::Deliver => {
                "Die versprochene Lieferung ist nicht gekommen. Das tut uns leid. Der neue Termin ist …"
            }
            Kind::Refund => {
                "Ihr Geld hätte schon zurück sein sollen. Das tut uns leid. Sie haben es bis spätestens …"
            }
            Kind::Replace => {
                "Wir wollten das ersetzen oder reparieren und es ist nicht geschehen. Das tut uns leid. Der neue Termin ist …"
            }
            Kind::FindOut => {
                "Wir wollten das klären und Sie haben noch nichts gehört. Das tut uns leid. Sie hören von uns bis spätestens …"
            }
            Kind::Other => {
                "Wir haben etwas versprochen und nicht gehalten. Das tut uns leid. Der neue Termin ist …"
            }
        },
        Language::Fr => match kind {
            Kind::CallBack => {
                "Nous devions vous appeler et nous ne l'avons pas fait. Nous en sommes désolés. Nous vous appelons au plus tard …"
            }
            Kind::Deliver => {
                "La livraison promise n'est pas arrivée. Nous en sommes désolés. La nouvelle date est …"
            }
            Kind::Refund => {
                "Votre argent aurait déjà dû être remboursé. Nous en sommes désolés. Vous l'aurez au plus tard …"
            }
            Kind::Replace => {
                "Nous devions remplacer ou réparer cela et ce n'est pas fait. Nous en sommes désolés. La nouvelle date est …"
            }
            Kind::FindOut => {
                "Nous devions chercher une réponse et vous n'avez rien reçu. Nous en sommes désolés. Vous aurez de nos nouvelles au plus tard …"
            }
            Kind::Other => {
                "Nous avons promis quelque chose et ne l'avons pas tenu. Nous en sommes désolés. La nouvelle date est …"
            }
        },
        Language::En | Language::Other => match kind {
            Kind::CallBack => {
                "We said we would call you and we did not. We are sorry. We will call you no later than …"
            }
            Kind::Deliver => "The delivery we promised did not come. We are sorry. The new date is …",
            Kind::Refund => {
                "Your money should have been back by now and it is not. We are sorry. You will have it no later than …"
            }
            Kind::Replace => {
                "We said we would replace or repair this and it did not happen. We are sorry. The new date is …"
            }
            Kind::FindOut => {
                "We said we would find out and you have heard nothing. We are sorry. You will hear from us no later than …"
            }
            Kind::Other => "We made a promise and did not keep it. We are sorry. The new date is …",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_short_enough_for_a_post_and_leaves_the_time_to_a_person() {
        for language in [Language::Nl, Language::En, Language::De, Language::Fr, Language::Other] {
            for kind in
                [Kind::CallBack, Kind::Deliver, Kind::Refund, Kind::Replace, Kind::FindOut, Kind::Other]
            {
                let line = missed_line(language, kind);
                assert!(line.chars().count() < 200 && line.ends_with('…'), "{line}");
            }
        }
    }
}
