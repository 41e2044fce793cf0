//! Words for danger, in four languages: gas, smoke, fire, current, injury, what does not belong in food, the wrong
//! medicine, brakes.
//!
//! A find says that the words are there, not that there is danger: a gas fitter's advertisement and a joke use them
//! too. Who uses this asks a model as well.

use regex::Regex;

/// What has a form of its own. Borders are looked at by the caller.
const PATTERN: &[&str] = &[
    // Dutch
    r"gas(?:lucht|lek|geur)",
    r"ruikt (?:sterk |erg |hier |zo )?naar gas",
    r"gas ruik\w*|ruik\w* (?:ik |we |wij )?(?:een |hier )?(?:sterke )?gas(?:lucht)?",
    r"vlam(?:men)? (?:gevat|eruit)|vatte vlam|steekvlam\w*|in (?:brand|de fik)|brandgevaar|brandlucht|verbrand plastic",
    r"kortsluiting|rook(?:ontwikkeling)?|rookt|koolmonoxide\w*|co-?melder|elektrocut\w+|ontploft\w*|explosie|gesmolten",
    r"geschroeid|schroeiplek\w*|vonk(?:en|t|je)?|stroomstoot|onder (?:spanning|stroom)|elektrische schok",
    r"glasscherf|glasscherven|stuk(?:je)? (?:glas|metaal|hard plastic)|glas in (?:mijn|de|het|een)|glassplinter\w*",
    r"allergische reactie|epipen\w*|spoedeisende hulp|brandwond\w*|hechtingen|hersenschudding|voedselvergiftiging",
    r"verkeerde (?:medicijn\w*|medicatie|pillen|tabletten)|(?:remmen|remt) (?:deden|doen|niet|bijna niet)|wielmoeren",
    r"in elkaar gezakt|zakte in elkaar|ingestort|stortte in|levensgevaar(?:lijk)?",
    // English
    r"gas leak|smell(?:s|ing)? (?:of )?gas|caught fire|(?:is|was) on fire|burst into flames|flames|smoke|smoking|carbon monoxide",
    r"co detector|electric shock|got a shock|exploded|scorch\w*|sparks?|sparking|burning (?:plastic )?smell",
    r"(?:piece|shard|bit) of (?:glass|metal)|glass in|allergic reaction|second degree burns|stitches|food poisoning",
    r"wrong (?:medication|tablets|pills)|brake pedal|brakes failed|wheel nuts|collapsed|live wire",
    // German
    r"gasgeruch|nach gas|gasleck|gebrannt|brennt|feuer gefangen|rauch|raucht|stromschlag|explodiert|kohlenmonoxid\w*",
    r"co-?melder|verschmort|geschmolzen|funken|glassplitter|notaufnahme|allergische reaktion|falsche tabletten",
    r"radmuttern|bremspedal|zusammengebrochen|zusammengekracht|verbrennungen|lebensgefahr",
    // French
    r"odeur de gaz|fuite de gaz|sent le gaz|sentir le gaz|pris feu|en feu|incendie|fumée|électrocut\w+|explosé|monoxyde",
    r"décharge électrique|étincelles?|éclats? de verre|(?:bout|morceau) de (?:verre|métal)|réaction allergique|urgences",
    r"effondrée?|écroulée?|boulons de roue|brûlures|mauvais médicament",
];

/// The pattern that finds them all.
pub(crate) fn pattern() -> Option<Regex> {
    Regex::new(&format!("(?i)(?:{})", PATTERN.join("|"))).ok()
}

#[cfg(test)]
mod tests {
    use crate::evidence::{Kind, find};

    fn danger(text: &str) -> bool {
        find(text).iter().any(|e| e.kind == Kind::Danger)
    }

    #[test]
    fn danger_is_found_however_calmly_it_is_told() {
        for text in [
            "gaskachel ruikt naar gas, wat moet ik doen?",
            "Is het normaal dat ik hier gas ruik?",
            "Er zat een stukje glas in de pap",
            "de melder voor koolmonoxide piept",
            "Could there be carbon monoxide in the hall?",
            "Darf man den Ofen nutzen, wenn es verschmort riecht?",
            "ça sent le gaz dans la cuisine",
        ] {
            assert!(danger(text), "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_danger_are_not_found() {
        for text in
            ["Brandende vraag: wanneer open?", "dat bankje is bom", "glas wijn erbij", "De rookworst was op"]
        {
            assert!(!danger(text), "{text}");
        }
    }
}
