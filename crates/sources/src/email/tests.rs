use super::*;
use crate::fixture;
use gehoor_domain::mention::Draft;
use gehoor_wire::Secret;
use serde_json::{Value, json};

/// The source of the example.
fn source() -> Email {
    configured("")
}

/// The example with other lines before its pattern.
fn configured(lines: &str) -> Email {
    let example = KIND.example.replace("[[source.pattern]]", &format!("{lines}\n[[source.pattern]]"));
    let table: toml::Table = toml::from_str(&example).unwrap();
    let mut table = table["source"][0].as_table().unwrap().clone();
    table.retain(|key, _| key != "id" && key != "kind");
    Email::new(read_config(&table).unwrap()).unwrap()
}

fn refused(lines: &str) -> String {
    let text = format!("host = \"mail.example\"\nuser = \"jo\"\n{lines}");
    let table: toml::Table = toml::from_str(&text).unwrap();
    (KIND.build)(&table).err().unwrap_or_else(|| panic!("{lines} was taken")).0
}

fn eml(name: &str) -> Vec<u8> {
    fixture::bytes(&format!("email/{name}.eml"))
}

/// An answer with these mails, which came just now, numbered from 1.
fn mailbox(mails: &[Vec<u8>]) -> Response {
    let messages: Vec<Value> = mails
        .iter()
        .enumerate()
        .map(|(at, raw)| json!({"uid": at + 1, "internal_date": fixture::AT, "raw": STANDARD.encode(raw)}))
        .collect();
    answer(&json!({"uidvalidity": 7, "next": mails.len() + 1, "more": false, "messages": messages}))
}

fn answer(body: &Value) -> Response {
    fixture::page("imaps://mail.example/INBOX", "application/vnd.gehoor.mailbox+json", body.to_string())
}

fn read(source: &Email, mails: &[Vec<u8>]) -> Page {
    source.parse(&Cursor::default(), &mailbox(mails)).unwrap()
}

/// The only draft of a mail given as text.
fn one(source: &Email, mail: &str) -> Draft {
    let mut page = read(source, &[mail.as_bytes().to_vec()]);
    assert_eq!(page.items.len(), 1, "{:?}", page.warnings);
    page.items.remove(0)
}

fn plan(source: &Email, cursor: &Cursor) -> Request {
    let secret = Secret::new("geheim");
    source.plan(cursor, &Context { now: fixture::AT.parse().unwrap(), credential: Some(&secret) }).unwrap()
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let response =
        fixture::page("imaps://mail.example/INBOX", "application/json", fixture::bytes("email/page.json"));
    let page = source().parse(&Cursor::default(), &response).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn the_page_of_the_fixtures_is_made_of_its_mails() {
    let page: Value = serde_json::from_slice(&fixture::bytes("email/page.json")).unwrap();
    let names = "plain answer klachtplein weekly absence bounce newsletter ours form broken";
    let messages = page["messages"].as_array().unwrap();
    assert_eq!(messages.len(), names.split(' ').count());
    for (name, message) in names.split(' ').zip(messages) {
        assert_eq!(message["raw"].as_str(), Some(STANDARD.encode(eml(name)).as_str()), "{name}");
    }
}

#[test]
fn requests_name_the_folder_and_the_numbers_and_hide_the_password() {
    let plain = configured("folder = \"Klachten & co;1\"");
    let request = plan(&plain, &Cursor::default());
    assert_eq!(request.url.as_str(), "imaps://mail.example:993/Klachten%20%26%20co%3B1/;UID=1:*");
    let basic = STANDARD.encode("klachten@meubelhal.example:geheim");
    assert_eq!(request.headers[AUTHORIZATION], format!("Basic {basic}"));
    let later = plan(&plain, &raw::cursor(&State { validity: Some(7), next: 130 }));
    assert!(
        later.url.as_str().ends_with("/Klachten%20%26%20co%3B1;UIDVALIDITY=7/;UID=130:*"),
        "{}",
        later.url
    );

    let token = configured(
        "starttls = true\noauth2 = { token_url = \"https://login.example/t\", client_id = \"c\", scope = \"s\" }",
    );
    let request = plan(&token, &Cursor::default());
    assert_eq!(
        request.url.as_str(),
        "imap://klachten%40meubelhal.example%3BAUTH%3DXOAUTH2@mail.example:143/INBOX/;UID=1:*"
    );
    assert_eq!(request.headers[AUTHORIZATION], "Bearer geheim");
    assert!(token.login().is_some() && source().login().is_none());
    let nothing = Context { now: fixture::AT.parse().unwrap(), credential: None };
    assert!(matches!(plain.plan(&Cursor::default(), &nothing), Err(PlanError::NoCredential)));
}

#[test]
fn keys_that_are_wrong_are_named() {
    let said = [
        refused("own = [\"a b\"]"),
        refused("folder = \"x\"\nfolders = 1"),
        refused("[[pattern]]\nname = \"p\"\nfrom = [\"x.example\"]\ntext = '('"),
        refused("[[pattern]]\nname = \"p\"\nfrom = [\"x.example\"]\ntext = '(a{1000}){1000}'"),
        refused("[[pattern]]\nname = \"p\"\nfrom = [\"x.example\"]\ntext = 'x'\nchannel = \"pigeon\""),
        refused("[[pattern]]\nname = \"p\"\nfrom = [\"\"]\ntext = 'x'"),
        (KIND.build)(&toml::from_str("host = \"imaps://x\"\nuser = \"jo\"").unwrap()).err().unwrap().0,
    ];
    insta::assert_json_snapshot!(said);
}

#[test]
fn a_mailbox_that_counts_anew_is_read_again_without_doubling() {
    let source = source();
    let cursor = raw::cursor(&State { validity: Some(6), next: 500 });
    let anew = answer(&json!({"uidvalidity": 7, "uidnext": 130, "next": 1, "more": true, "messages": []}));
    let page = source.parse(&cursor, &anew).unwrap();
    let Next::More(cursor) = page.next else { panic!("there is more") };
    assert!(page.warnings[0].problem.contains("counts its mails anew"));
    assert!(plan(&source, &cursor).url.as_str().ends_with(";UIDVALIDITY=7/;UID=1:*"));

    // The same mail under another number is the same mention, with a name of its own or without.
    let nameless =
        String::from_utf8(eml("plain")).unwrap().replace("Message-ID: <eerste.1@klant.example>\r\n", "");
    for mail in [eml("plain"), nameless.into_bytes()] {
        let (first, again) =
            (read(&source, std::slice::from_ref(&mail)), read(&source, &[eml("absence"), mail]));
        assert_eq!(first.items, again.items);
    }
}

#[test]
fn the_cursor_never_goes_back_and_a_page_that_stands_still_ends_the_poll() {
    let cursor = raw::cursor(&State { validity: Some(7), next: 130 });
    for (next, more, expected) in [(120, true, 130), (130, true, 130), (131, true, 131), (131, false, 131)] {
        let body = json!({"uidvalidity": 7, "next": next, "more": more, "messages": []});
        let page = source().parse(&cursor, &answer(&body)).unwrap();
        let state = raw::cursor(&State { validity: Some(7), next: expected });
        let goes_on = more && next > 130;
        assert_eq!(page.next, if goes_on { Next::More(state) } else { Next::CaughtUp(state) });
    }
}

#[test]
fn only_wanted_mails_are_read_and_old_ones_are_passed_over() {
    let mails = [eml("plain"), eml("form"), eml("klachtplein")];
    let ids = |lines: &str| -> Vec<String> {
        read(&configured(lines), &mails).items.into_iter().map(|draft| draft.external_id).collect()
    };
    assert_eq!(ids("").len(), 3);
    assert_eq!(ids("from = [\"klant.example\"]"), ["eerste.1@klant.example"]);
    assert_eq!(
        ids("subject_contains = [\"KLACHT\"]"),
        ["form-5@meubelhal.example", "melding-77@klachtplein.example"]
    );

    let body = |arrived: &str| {
        let message = json!({"uid": 1, "internal_date": arrived, "raw": STANDARD.encode(eml("plain"))});
        answer(&json!({"uidvalidity": 7, "next": 2, "more": false, "messages": [message]}))
    };
    let read = |arrived| source().parse(&Cursor::default(), &body(arrived)).unwrap().items.len();
    assert_eq!((read("2024-04-04T12:00:00Z"), read("2024-04-02T12:00:00Z")), (1, 0));
}

#[test]
fn a_senders_clock_is_believed_within_two_days_and_never_beyond_the_arrival() {
    for (date, expected) in [
        ("Fri, 3 May 2024 13:00:00 +0200", "2024-05-03T11:00:00Z"),
        ("Wed, 1 May 2024 14:30:00 +0200", "2024-05-01T12:30:00Z"),
        ("Wed, 1 May 2024 13:30:00 +0200", fixture::AT), // longer ago
        ("Fri, 3 May 2024 14:00:01 +0200", fixture::AT), // still to come
        ("Thu, 1 Jan 1970 00:00:00 +0000", fixture::AT),
        ("gisteren", fixture::AT),
    ] {
        let mail = format!("From: a@klant.example\nDate: {date}\nSubject: x\n\nKlacht\n");
        assert_eq!(
            one(&source(), &mail).published.map(|at| at.to_string()).as_deref(),
            Some(expected),
            "{date}"
        );
    }
}

#[test]
fn the_shop_is_known_by_the_address_where_that_is_configured() {
    let place =
        |lines: &str| read(&configured(lines), &[eml("plain")]).items.remove(0).place.and_then(|p| p.id);
    assert_eq!(place(""), None);
    assert_eq!(place("place_by_recipient = true").as_deref(), Some("email:haarlem@meubelhal.example"));
}

#[test]
fn encodings_are_undone_whatever_they_are() {
    let draft = |head: &str, body: &[u8]| {
        let mut mail = format!("From: a@klant.example\nMIME-Version: 1.0\n{head}\n\n").into_bytes();
        mail.extend_from_slice(body);
        read(&source(), &[mail]).items.remove(0)
    };
    for (head, body, text) in [
        (
            "Content-Type: text/plain; charset=iso-2022-jp",
            &b"\x1b$B%F%9%H\x1b(B"[..],
            "\u{30c6}\u{30b9}\u{30c8}",
        ),
        ("Content-Type: text/plain; charset=windows-1252", b"\x80 5", "\u{20ac} 5"),
        ("Content-Type: text/plain; charset=koi8-r", b"\xf4\xc5\xd3\xd4", "\u{422}\u{435}\u{441}\u{442}"),
        ("Content-Type: text/plain; charset=utf-8", "caf\u{e9}".as_bytes(), "caf\u{e9}"),
        (
            "Content-Type: text/html; charset=utf-8",
            b"<p>a<br>b &euro;</p><script>x</script>",
            "a\nb \u{20ac}",
        ),
    ] {
        assert_eq!(draft(head, body).text, text, "{head}");
    }
    let subject = "Subject: =?iso-8859-1?Q?caf=E9?= =?utf-8?B?4oKs?=";
    assert_eq!(draft(subject, b"x").title.as_deref(), Some("caf\u{e9}\u{20ac}"));
}

#[test]
fn attachments_are_not_read_as_text() {
    let big = "QUJD".repeat(300_000);
    let mail = format!(
        "From: a@klant.example\nSubject: Foto\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nZie de foto.\n--b\nContent-Type: text/plain; name=\"log.txt\"\n\
         Content-Disposition: attachment; filename=\"log.txt\"\n\nGEHEIM LOG\n--b\nContent-Type: image/jpeg\n\
         Content-Transfer-Encoding: base64\n\n{big}\n--b\nContent-Type: message/rfc822\n\n\
         From: b@x.example\nSubject: ander\n\nAndere mail\n--b--\n"
    );
    assert_eq!(one(&source(), &mail).text, "Zie de foto.");
}

#[test]
fn what_cannot_be_read_is_a_warning_by_number() {
    let messages = [
        json!({"uid": 4, "raw": "", "cut": true}),
        json!({"uid": 5, "raw": "!!"}),
        json!({"uid": 6, "raw": STANDARD.encode("Subject: geheim\n\ngeen afzender")}),
        json!({"uid": 7, "raw": STANDARD.encode("From: a@klant.example\n\n\n")}),
        json!({"uid": 8, "raw": STANDARD.encode("From: a@klant.example\nSubject: Groot\n\n"), "cut": true}),
    ];
    let body = json!({"uidvalidity": 7, "next": 9, "more": false, "messages": messages});
    let page = source().parse(&Cursor::default(), &answer(&body)).unwrap();
    assert_eq!(page.items.len(), 1);
    insta::assert_json_snapshot!(page.warnings);
}

#[test]
fn a_pattern_takes_the_place_of_the_platform_and_links_are_found_in_the_html() {
    let page = read(&source(), &[eml("klachtplein"), eml("weekly")]);
    let draft = &page.items[0];
    assert_eq!(page.items.len(), 1);
    assert_eq!((draft.author_name.as_deref(), draft.author_id.as_deref()), (Some("Fatima B."), None));
    assert_eq!(draft.permalink.as_deref(), Some("https://www.klachtplein.example/klacht/77"));
    assert_eq!(draft.stars.map(|stars| (stars.value, stars.best)), Some((2.0, 10.0)));
    assert_eq!(draft.text, "De kast kwam met een kapotte deur.\nDe klantenservice neemt niet op.");
    assert!(
        page.warnings[0].problem.starts_with("mails from the senders of a pattern"),
        "{:?}",
        page.warnings
    );
}

#[test]
fn a_pattern_may_name_the_post_the_shop_and_the_channel() {
    let source = configured(
        "[[source.pattern]]\nname = \"sterren\"\nfrom = [\"sterren.example\"]\nchannel = \"review\"\nbest = 5\n\
         text = 'wrote: \"(.+)\"'\nstars = '(★+☆*)'\nid = 'review/(\\d+)'\nplace = 'about (.+)$'",
    );
    let mail = "From: r@mail.sterren.example\nSubject: New review about Haarlem\n\nX ★★☆☆☆ wrote: \"Slecht\" review/12\n";
    let mail = format!("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n{mail}");
    let draft = one(&source, &mail);
    assert_eq!((draft.external_id.as_str(), draft.channel), ("sterren:12", Some(Channel::Review)));
    assert_eq!(draft.place.and_then(|place| place.name).as_deref(), Some("Haarlem"));
    assert_eq!(draft.stars.map(|stars| (stars.value, stars.best)), Some((2.0, 5.0)));
}

proptest::proptest! {
    #[test]
    fn no_mail_does_harm(head in "([A-Za-z-]{1,20}: [ -~]{0,60}\n){0,8}", body: Vec<u8>, at in 0_usize..2000) {
        let mut mail = head.into_bytes();
        mail.extend_from_slice(b"\n");
        mail.extend_from_slice(&body);
        // And a good one with something wrong in the middle.
        let good = eml("klachtplein");
        let at = at.min(good.len());
        let mixed = [&good[..at], &body, &good[at..]].concat();
        let page = read(&source(), &[mail, mixed]);
        proptest::prop_assert!(page.items.iter().all(|draft| !draft.external_id.is_empty()));
    }
}

#[test]
fn what_we_answer_is_our_answer_and_what_else_we_send_is_left_out() {
    let source = source();
    let ours = |more: &str| {
        format!(
            "From: Webcare <webcare@meubelhal.example>\nTo: jan@klant.example\nSubject: Re: Bank kapot\n\
                 Date: Fri, 3 May 2024 09:00:00 +0200\nMessage-ID: <twee@meubelhal.example>\n{more}\nBeste heer, wij bellen u vandaag.\n"
        )
    };
    let answer = one(&source, &ours("In-Reply-To: <een@klant.example>\nReferences: <een@klant.example>\n"));
    assert!(answer.own);
    assert_eq!(
        (answer.in_reply_to.as_deref(), answer.thread.as_deref()),
        (Some("een@klant.example"), Some("een@klant.example"))
    );
    let page = read(&source, &[ours("").into_bytes()]);
    assert!(
        page.items.is_empty() && page.warnings[0].problem.contains("our own addresses"),
        "{:?}",
        page.warnings
    );
    // And a newsletter of ours is no answer, whatever it quotes.
    let letter = ours("In-Reply-To: <een@klant.example>\nList-Unsubscribe: <https://meubelhal.example/af>\n");
    assert!(read(&source, &[letter.into_bytes()]).items.is_empty());
}
