use proptest::prelude::*;

use super::*;

fn w(text: &str) -> Ask {
    Ask::Word(text.into())
}
fn not(ask: Ask) -> Ask {
    Ask::Not(Box::new(ask))
}
fn read(text: &str) -> Ask {
    parse(text).unwrap().unwrap()
}
fn wrong(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn words_are_joined_by_and_which_binds_more_than_or() {
    assert_eq!(parse(" \n").unwrap(), None);
    assert_eq!(read("bank"), w("bank"));
    assert_eq!(
        read("a b OR c AND -d"),
        Ask::Any(vec![Ask::All(vec![w("a"), w("b")]), Ask::All(vec![w("c"), not(w("d"))]),])
    );
    assert_eq!(
        read("a EN (b OF c) NIET d"),
        Ask::All(vec![w("a"), Ask::Any(vec![w("b"), w("c")]), not(w("d"))])
    );
    assert_eq!(read("-\"te laat\""), not(Ask::Phrase("te laat".into())));
    assert_eq!(
        read("\"niet terug\"~4 bel*"),
        Ask::All(vec![Ask::Near("niet terug".into(), 4), Ask::Prefix("bel".into()),])
    );
}

#[test]
fn fields_are_read_and_other_colons_are_text() {
    assert_eq!(read("author:@Jan.Smit"), Ask::Field(Property::Author("Jan.Smit".into())));
    assert_eq!(read("author:\"Jan Smit\""), Ask::Field(Property::Author("Jan Smit".into())));
    assert_eq!(read("Topic:delivery.late"), Ask::Field(Property::Topic("delivery.late".into())));
    assert_eq!(read("lang:NL"), Ask::Field(Property::Lang(Lang::Nl)));
    assert_eq!(read("stars:1..2"), Ask::Field(Property::Stars(100, 200)));
    assert_eq!(read("stars:3.5.."), Ask::Field(Property::Stars(350, 500)));
    assert_eq!(read("https://a.example/x"), w("https://a.example/x"));
    assert_eq!(read("12:30 Re: x"), Ask::All(vec![w("12:30"), w("Re:"), w("x")]));
}

#[test]
fn errors_name_the_mistake_the_place_and_the_way_out() {
    assert_eq!(wrong("a (b"), "at character 3: this parenthesis is not closed: add a `)`");
    assert_eq!(wrong("a ("), "at character 3: this parenthesis is not closed: add a `)`");
    assert_eq!(wrong("a) b"), "at character 2: this `)` closes nothing: take it out");
    assert_eq!(wrong(")"), "at character 1: this `)` closes nothing: take it out");
    assert_eq!(wrong("()"), "at character 1: there is no word to search for here");
    assert_eq!(wrong("!!! ..."), "at character 1: there is no word to search for here");
    assert!(wrong("a OR").starts_with("at character 3: `OR` needs something"));
    assert!(wrong("AND a").starts_with("at character 1: `AND` needs something"));
    assert!(wrong("(a OR )").starts_with("at character 4: `OR` needs something"));
    assert!(wrong("a NOT").starts_with("at character 3: `NOT` needs something"));
    assert!(wrong("sentimnet:negative").contains("no field `sentimnet`: use author, topic"));
    assert!(wrong("sentiment:boos").ends_with("use negative, neutral, positive, mixed"));
    assert!(wrong("author:").ends_with("needs a value right behind it"));
    for bad in ["stars:6", "stars:..", "stars:2..1", "stars:nan", "severity:4", "location:Ü", "a*", "e-mail*"]
    {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn limits_hold_for_depth_words_and_length() {
    let deep = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&deep(MAX_DEPTH)).is_ok());
    assert!(matches!(parse(&deep(MAX_DEPTH + 1)).unwrap_err().what, Wrong::TooDeep { .. }));
    assert!(matches!(parse(&format!("{}a", "NOT ".repeat(900))).unwrap_err().what, Wrong::TooDeep { .. }));
    assert!(parse(&"a ".repeat(MAX_WORDS)).is_ok());
    assert!(matches!(parse(&"a ".repeat(MAX_WORDS + 1)).unwrap_err().what, Wrong::TooManyWords { .. }));
    assert!(matches!(
        parse(&format!("\"{}\"", "a ".repeat(201))).unwrap_err().what,
        Wrong::TooManyWords { .. }
    ));
    assert!(matches!(parse(&"x".repeat(MAX_CHARS + 1)).unwrap_err().what, Wrong::TooLong { .. }));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_within_the_text(
        text in "\\PC{0,80}|([a-z]{1,3}|[ ()\"~*:-]|AND|OR|NOT|EN|OF|NIET|stars:|lang:|[0-9.]|😡){0,40}",
    ) {
        match parse(&text) {
            Ok(ask) => prop_assert_eq!(ask.is_none(), text.trim().is_empty()),
            Err(bad) => prop_assert!(bad.at >= 1 && bad.at <= text.chars().count().max(1)),
        }
    }
}
