//! One reply to many cases: the same body, with a first line of its own for each customer. What is decided here is which
//! text each of them gets, how the first line is proposed, and whether what the check found lets it go.

use crate::assessment::Lang;
use crate::decide::Refused;
use crate::ids::CaseId;

/// Cases of one reply to many.
pub const MOST_CASES: usize = 50;
/// The longest first line, in letters.
pub const MOST_FIRST: usize = 300;

/// What one case of many gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForOne {
    /// Which case.
    pub case: CaseId,
    /// Its own first line, as typed.
    pub first_line: String,
}

/// What the check found in one reply, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding<'a> {
    /// Its name, as people tick it.
    pub kind: &'a str,
    /// No tick lets it go.
    pub blocks: bool,
}

/// What the check holds a reply up for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// No tick helps: the text has to change.
    Blocked(String),
    /// Somebody has to tick what may stand; the first that is not ticked.
    NotTicked(String),
}

/// How somebody is spoken to in the language of the case: the first line that is proposed.
#[must_use]
pub fn greeting(lang: Lang, name: Option<&str>) -> String {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    match (lang, name) {
        (Lang::En, Some(name)) => format!("Dear {name},"),
        (Lang::En, None) => "Hello,".to_owned(),
        (Lang::De, Some(name)) => format!("Hallo {name},"),
        (Lang::De, None) => "Guten Tag,".to_owned(),
        (Lang::Fr, Some(name)) => format!("Bonjour {name},"),
        (Lang::Fr, None) => "Bonjour,".to_owned(),
        (Lang::Nl | Lang::Other, Some(name)) => format!("Beste {name},"),
        (Lang::Nl | Lang::Other, None) => "Goedendag,".to_owned(),
    }
}

/// The text of one case: its first line, and the body below it.
///
/// # Errors
/// [`Refused::Empty`] without a first line or body, [`Refused::TooLong`].
pub fn personal(first_line: &str, body: &str) -> Result<String, Refused> {
    let first = first_line.split_whitespace().collect::<Vec<_>>().join(" ");
    if first.is_empty() {
        return Err(Refused::Empty("the first line"));
    }
    if first.chars().count() > MOST_FIRST {
        return Err(Refused::TooLong { what: "the first line", most: MOST_FIRST });
    }
    let body = body.trim();
    if body.is_empty() {
        return Err(Refused::Empty("the reply"));
    }
    Ok(format!("{first}\n{body}"))
}

/// A case with its text, or with why it gets none.
pub type Text = (CaseId, Result<String, Refused>);

/// The text of each case, or why it gets none. A case that is named twice gets one text: the first.
///
/// # Errors
/// [`Refused::TooManyAtOnce`]: then none of them gets a text.
pub fn texts(body: &str, cases: &[ForOne]) -> Result<Vec<Text>, Refused> {
    let mut out: Vec<Text> = Vec::with_capacity(cases.len());
    for one in cases {
        if out.iter().any(|(case, _)| *case == one.case) {
            continue;
        }
        if out.len() == MOST_CASES {
            return Err(Refused::TooManyAtOnce { most: MOST_CASES });
        }
        out.push((one.case, personal(&one.first_line, body)));
    }
    Ok(out)
}

/// Whether a reply may go: nothing blocks it, and everything else that was found is ticked.
///
/// # Errors
/// [`Held`]; what blocks is named before what a tick would let go.
pub fn may_go(findings: &[Finding<'_>], ticked: &[String]) -> Result<(), Held> {
    if let Some(found) = findings.iter().find(|f| f.blocks) {
        return Err(Held::Blocked(found.kind.to_owned()));
    }
    match findings.iter().find(|f| !ticked.iter().any(|t| t == f.kind)) {
        Some(found) => Err(Held::NotTicked(found.kind.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(case: u64, first_line: &str) -> ForOne {
        ForOne { case: CaseId(case), first_line: first_line.to_owned() }
    }

    #[test]
    fn a_customer_is_greeted_by_name_in_the_language_of_the_case() {
        assert_eq!(greeting(Lang::Nl, Some("Anna Bakker")), "Beste Anna Bakker,");
        assert_eq!(greeting(Lang::En, Some("Anna")), "Dear Anna,");
        assert_eq!(greeting(Lang::De, Some("Anna")), "Hallo Anna,");
        assert_eq!(greeting(Lang::Fr, Some(" ")), "Bonjour,");
        assert_eq!(greeting(Lang::Other, None), "Goedendag,");
    }

    #[test]
    fn each_case_gets_its_own_first_line_above_the_same_body() {
        let texts =
            texts(" We zoeken het uit. ", &[one(1, "Beste  Anna,"), one(2, ""), one(1, "Beste Bert,")]);
        assert_eq!(
            texts.unwrap(),
            [
                (CaseId(1), Ok("Beste Anna,\nWe zoeken het uit.".to_owned())),
                (CaseId(2), Err(Refused::Empty("the first line"))),
            ]
        );
    }

    #[test]
    fn more_than_may_be_at_once_get_nothing() {
        let cases: Vec<ForOne> = (0..=MOST_CASES as u64).map(|n| one(n, "Beste,")).collect();
        assert_eq!(texts("Tekst", &cases), Err(Refused::TooManyAtOnce { most: MOST_CASES }));
    }

    #[test]
    fn what_blocks_goes_by_no_tick_and_what_warns_goes_by_its_own() {
        let warns = Finding { kind: "robot", blocks: false };
        let blocks = Finding { kind: "personal_data", blocks: true };
        let ticked = ["robot".to_owned(), "personal_data".to_owned()];
        assert_eq!(may_go(&[warns], &ticked), Ok(()));
        assert_eq!(may_go(&[warns], &[]), Err(Held::NotTicked("robot".into())));
        assert_eq!(may_go(&[warns, blocks], &ticked), Err(Held::Blocked("personal_data".into())));
    }

    proptest! {
        #[test]
        fn every_case_is_answered_for_once_and_its_text_ends_with_the_body(
            body in "\\PC{0,60}",
            cases in proptest::collection::vec((0_u64..8, "\\PC{0,40}"), 0..20),
        ) {
            let asked: Vec<ForOne> = cases.iter().map(|(n, line)| one(*n, line)).collect();
            let texts = texts(&body, &asked).unwrap();
            let distinct: std::collections::BTreeSet<u64> = cases.iter().map(|(n, _)| *n).collect();
            prop_assert_eq!(texts.len(), distinct.len());
            for (_, text) in texts {
                if let Ok(text) = text {
                    let (first, rest) = text.split_once('\n').unwrap();
                    prop_assert!(!first.trim().is_empty());
                    prop_assert_eq!(rest, body.trim());
                }
            }
        }
    }
}
