use super::*;
use crate::mention::Stars;
use crate::testing::{mins, source, t};

const NOW: &str = "2026-06-05 10:00";

fn brand() -> Brand {
    Brand {
        name: "Woonhuis".into(),
        names: Vec::new(),
        handles: vec!["@woonhuis".into()],
        own_accounts: vec!["town:99".into(), "webcare@woonhuis.example".into()],
        competitors: Vec::new(),
        hq_words: Vec::new(),
    }
}

fn draft() -> Draft {
    Draft {
        external_id: "p1".into(),
        author_id: Some("7".into()),
        author_name: Some("Anna".into()),
        text: "De bank is kapot".into(),
        published: Some(t("2026-06-05 09:50")),
        ..Draft::default()
    }
}

fn take(draft: Draft, previous: Option<&Mention>, now: &str) -> Result<Intake, NoMention> {
    mention_from(draft, &source(), Channel::Microblog, "town", &brand(), previous, t(now))
}

fn new(draft: Draft) -> Mention {
    match take(draft, None, NOW) {
        Ok(Intake::New(mention)) => mention,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_draft_becomes_a_mention_without_repairs() {
    let m = new(draft());
    assert_eq!((m.id, m.author.key.0.as_str()), (MentionId::derive(&source(), "p1"), "town:7"));
    assert_eq!((m.seen, m.revision, m.repairs, m.own), (t(NOW), 1, Vec::new(), false));
}

#[test]
fn a_time_that_is_missing_or_cannot_be_is_the_time_we_saw_it() {
    let at = |published| {
        let m = new(Draft { published, ..draft() });
        (m.published, m.repairs)
    };
    let now = t(NOW);
    assert_eq!(at(None), (now, vec![Repair::NoTime]));
    assert_eq!(at(Some(Timestamp::UNIX_EPOCH)), (now, vec![Repair::NoTime]));
    assert_eq!(at(Some(Timestamp::MAX)), (now, vec![Repair::FutureTime]));
    assert_eq!(at(Some(now + mins(6))), (now, vec![Repair::FutureTime]));
    assert_eq!(at(Some(now + mins(4))), (now + mins(4), vec![]));
}

#[test]
fn a_time_that_was_made_up_does_not_move_when_the_post_is_seen_again() {
    let undated = Draft { published: None, ..draft() };
    let m = new(undated.clone());
    assert_eq!(take(undated.clone(), Some(&m), "2026-06-07 10:00"), Ok(Intake::Unchanged));
    let changed = Draft { text: "De bank is gemaakt".into(), ..undated };
    let Ok(Intake::Revised(again)) = take(changed, Some(&m), "2026-06-07 10:00") else { panic!() };
    assert_eq!((again.published, again.seen), (m.published, m.seen));
}

#[test]
fn who_has_no_name_is_nobody_else() {
    let nameless =
        |id: &str| new(Draft { external_id: id.into(), author_id: None, author_name: None, ..draft() });
    let (a, b) = (nameless("a"), nameless("b"));
    assert_ne!(a.author.key, b.author.key);
    assert_eq!(a.repairs, [Repair::NoAuthor]);
    // A name alone is shared by strangers.
    let named = |id: &str| new(Draft { external_id: id.into(), author_id: None, ..draft() });
    assert_ne!(named("a").author.key, named("b").author.key);
    assert!(named("a").repairs.is_empty());
}

#[test]
fn a_handle_stands_for_an_id_whatever_its_letters() {
    let by = |handle: &str| {
        let handle = Some(handle.to_owned());
        new(Draft { author_id: None, author_handle: handle, ..draft() }).author
    };
    assert_eq!(by("@Anna@Town.example").key, by("anna@town.example").key);
    assert_eq!(by("@Anna").handle.as_deref(), Some("Anna"));
}

#[test]
fn our_own_accounts_are_known_by_key_or_whole_handle() {
    let own = |id: Option<&str>, handle: Option<&str>| {
        let (author_id, author_handle) = (id.map(str::to_owned), handle.map(str::to_owned));
        new(Draft { author_id, author_handle, ..draft() }).own
    };
    assert!(own(Some("99"), None));
    assert!(own(Some("5"), Some("@WoonHuis")));
    assert!(own(None, Some("Webcare@woonhuis.example")));
    assert!(!own(Some("5"), Some("woonhuis@elsewhere.example")));
    assert!(!own(Some("9"), None));
}

#[test]
fn an_empty_text_is_its_title_or_its_stars_or_nothing() {
    let empty = Draft { text: " \u{0}\n ".into(), ..draft() };
    let titled = new(Draft { title: Some("Kapot".into()), ..empty.clone() });
    assert_eq!(titled.text, "Kapot");
    let stars = Some(Stars { value: 1.0, best: 5.0, worst: 1.0 });
    assert_eq!(new(Draft { stars, ..empty.clone() }).text, "");
    assert_eq!(take(empty.clone(), None, NOW), Err(NoMention::Empty));
    // Stars off their scale say nothing.
    let stars = Some(Stars { value: 9.0, best: 5.0, worst: 1.0 });
    assert_eq!(take(Draft { stars, ..empty }, None, NOW), Err(NoMention::Empty));
    assert_eq!(take(Draft { external_id: " ".into(), ..draft() }, None, NOW), Err(NoMention::NoId));
}

#[test]
fn long_texts_are_cut_between_letters_and_control_characters_go() {
    let m = new(Draft { text: "é".repeat(30_000), ..draft() });
    assert_eq!((m.text.chars().count(), m.repairs), (MAX_TEXT, vec![Repair::TextCut]));
    let m = new(Draft { text: "a\u{0}b\u{1b}[31m\r\nc\td \u{202e}x".into(), ..draft() });
    assert_eq!(m.text, "ab[31m\nc\td \u{202e}x");
    let m = new(Draft { author_name: Some("An\nna\u{7}".into()), ..draft() });
    assert_eq!(m.author.name, "Anna");
}

#[test]
fn only_links_that_are_safe_to_follow_are_kept() {
    let link = |url: &str| new(Draft { permalink: Some(url.into()), ..draft() }).permalink;
    assert_eq!(link("HTTPS://town.example/p1").as_deref(), Some("HTTPS://town.example/p1"));
    assert_eq!(link("javascript:alert(1)"), None);
    assert_eq!(link("java\nscript:alert(1)"), None);
}

#[test]
fn a_changed_text_is_a_revision_and_a_few_likes_more_are_not() {
    let m = new(draft());
    let liked = Draft { reach: crate::mention::Reach { likes: 25, ..Default::default() }, ..draft() };
    assert_eq!(take(liked, Some(&m), NOW), Ok(Intake::Unchanged));
    let edited = Draft { text: "De bank is stuk".into(), ..draft() };
    let Ok(Intake::Revised(second)) = take(edited, Some(&m), "2026-06-05 11:00") else { panic!() };
    assert_eq!((second.revision, second.edited, second.id), (2, Some(t("2026-06-05 11:00")), m.id));
}

#[test]
fn a_post_that_is_gone_is_withdrawn_once_and_may_come_back() {
    let gone = Draft { withdrawn: true, text: String::new(), ..draft() };
    assert_eq!(take(gone.clone(), None, NOW), Ok(Intake::Unchanged));
    let m = new(draft());
    let Ok(Intake::Withdrawn(w)) = take(gone.clone(), Some(&m), NOW) else { panic!() };
    assert_eq!((w.withdrawn, w.text.as_str()), (Some(t(NOW)), "De bank is kapot"));
    assert_eq!(take(gone, Some(&w), NOW), Ok(Intake::Unchanged));
    let Ok(Intake::Revised(back)) = take(draft(), Some(&w), NOW) else { panic!() };
    assert_eq!((back.withdrawn, back.revision), (None, 1));
}

#[test]
fn the_space_of_shared_ids_stays_with_a_mention() {
    let mut m = new(draft());
    m.space = Some(SourceId::parse("town-all").unwrap());
    let Ok(Intake::Revised(again)) = take(Draft { text: "x".into(), ..draft() }, Some(&m), NOW) else {
        panic!()
    };
    assert_eq!(again.space, m.space);
}

#[test]
fn a_post_that_travels_much_further_is_taken_in_anew_and_one_that_travels_a_little_is_not() {
    let with = |likes| Draft { reach: Reach { likes, ..Reach::default() }, ..draft() };
    let first = new(with(4));
    for (likes, anew) in [(4, false), (29, false), (30, true), (5_000, true)] {
        match take(with(likes), Some(&first), "2026-06-05 11:00") {
            Ok(Intake::Revised(mention)) if anew => {
                assert_eq!((mention.reach.likes, mention.revision, mention.edited), (likes, 1, None));
            }
            Ok(Intake::Unchanged) if !anew => {}
            other => panic!("{likes}: {other:?}"),
        }
    }
    // Less is never news: platforms hide numbers.
    assert_eq!(take(with(0), Some(&new(with(500))), NOW), Ok(Intake::Unchanged));
}
