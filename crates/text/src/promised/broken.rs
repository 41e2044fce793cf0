//! Promises that a customer says were made to him and not kept.

use std::ops::Range;

use super::Kind;
use super::when::{self, When};
use super::words::{Clause, Sentence, fits, sentences};

/// A promise that was not kept, as the customer tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What was promised.
    pub kind: Kind,
    /// Bytes of the words that say so.
    pub range: Range<usize>,
    /// The time that was promised, as it was said then: "vrijdag" is the last Friday before the post.
    pub when: Option<When>,
}

/// Words that say that something was promised. Patterns between spaces all stand in the part of the sentence.
const TOLD: &[&str] = &[
    "beloofd",
    "beloofde",
    "beloofden",
    "toegezegd",
    "toezegging",
    "belofte*",
    "gegarandeerd",
    "promised",
    "assured|guaranteed",
    "versprochen",
    "versprach*",
    "zugesagt",
    "zugesichert",
    "promis",
    "promise|promesse*",
];
/// Words that say what somebody else should have done by now; they need a deed beside them.
const SHOULD: &[&str] = &[
    "zou|zouden",
    "had|hadden moeten",
    "supposed",
    "was|were to",
    "should have",
    "said|told would",
    "would",
    "sollte|sollten",
    "wollte|wollten",
    "devait|devaient",
    "aurait|auraient dû",
    "aurais dû",
    "dit rappellerait|rappeler|livrerait",
];
/// The customer's own wishes and intentions, which look alike.
const WISH: &str = "graag fijn mooi leuk handig kunnen willen hopen wil like nice great gerne schön aimerais voudrais souhaite ik_zou i'd we'd als if wenn si zoals wie comme volgens ooit aanraden recommend empfehlen recommander";
/// Good news: the promise was kept.
const KEPT: &str =
    "netjes keurig nagekomen gehouden kept eingehalten tenu waargemaakt zoals as wie comme conform";

const DEEDS: [(Kind, &str); 6] = [
    (
        Kind::CallBack,
        "bel bellen belt gebeld terugbel* teruggebeld terugbellen opbellen contact call* ring phone* anrufen angerufen zurückrufen zurückgerufen rückruf* melden rappel* recontact* appel* contacter",
    ),
    (
        Kind::Refund,
        "terugbetaald terugbetaling terugbetal* teruggestort vergoed* geld refund* money reimburs* erstatt* geld* überwiesen rembours* argent",
    ),
    (
        Kind::Replace,
        "vervang* nieuwe nieuw gerepareerd reparatie monteur replace* repair* new engineer technician ersatz* ersetzt repariert techniker* remplac* répar* technicien",
    ),
    (
        Kind::Deliver,
        "geleverd lever* bezorg* komen aankomen verstuurd verzonden deliver* arrive* come sent shipped geliefert lieferung liefern zugestellt kommen ankommen livr* arriver envoy* expédi*",
    ),
    (
        Kind::FindOut,
        "uitzoeken uitgezocht antwoord reactie laten laat weten hoogte answer reply update look back antwort bescheid rückmeldung réponse nouvelles",
    ),
    (Kind::Other, "opgelost oplossen geregeld regelen fixed resolved sorted gelöst erledigt réglé résolu"),
];

/// The broken promises a customer's text tells of; at most one for each part of a sentence.
#[must_use]
pub fn broken(text: &str) -> Vec<Broken> {
    let mut out = Vec::new();
    for sentence in sentences(text) {
        for (i, clause) in sentence.clauses.iter().enumerate() {
            out.extend(told(&sentence, clause, i));
        }
    }
    out
}

fn told(sentence: &Sentence, clause: &Clause, at: usize) -> Option<Broken> {
    let mine = (0..clause.words.len()).any(|i| {
        let pair = (clause.low(i), clause.low(i + 1));
        matches!(
            pair,
            ("ik" | "wij" | "we", "zou" | "zouden")
                | ("zou" | "zouden", "ik" | "je" | "u")
                | ("i" | "we" | "you", "would")
                | ("ich", "sollte" | "wollte")
        )
    });
    // "Ik zou gebeld worden" is about what others should have done.
    let done_to_me = clause.has("worden");
    if clause.has(WISH) || clause.has(KEPT) || (mine && !done_to_me) {
        return None;
    }
    let next = sentence.clauses.get(at + 1).filter(|c| c.joint.is_some());
    let said = TOLD.iter().any(|p| clause.has_all(p));
    let should = SHOULD.iter().any(|p| clause.has_all(p));
    let deed = |c: &Clause| {
        DEEDS
            .iter()
            .find(|(_, words)| {
                c.words.iter().any(|w| words.split_ascii_whitespace().any(|p| fits(&w.low, p)))
            })
            .map(|(kind, _)| *kind)
    };
    // "Beloofd dat we gebeld zouden worden": the deed stands in the part after.
    let here = deed(clause).or_else(|| next.filter(|_| said).and_then(deed));
    // It was said first and told after: "zou vrijdag geleverd worden" in the part after "beloofd" counts once.
    let told_before = at > 0
        && clause.joint == Some(super::words::Joint::That)
        && sentence
            .clauses
            .get(at - 1)
            .is_some_and(|c| TOLD.iter().any(|p| c.has_all(p)) && !c.has(KEPT) && !c.has(WISH));
    if told_before || !(said || (should && here.is_some())) {
        return None;
    }
    // A denied promise is none: "nothing was promised".
    if said && clause.has("niets nothing nichts rien nooit_beloofd") {
        return None;
    }
    let mut range = clause.range()?;
    let mut time = when::find(clause).map(|(when, _)| when);
    if let Some(next) = next.filter(|_| said && time.is_none())
        && let (Some((when, _)), Some(more)) = (when::find(next), next.range())
    {
        time = Some(when);
        range.end = more.end;
    }
    Some(Broken { kind: here.unwrap_or(Kind::Other), range, when: time })
}
