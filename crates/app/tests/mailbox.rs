//! Mail of customers end to end: sent to a real SMTP server (aiosmtpd), read out of a real mailbox (Dovecot) by the
//! whole program, and a case in the inbox. Between the two servers the test carries the mails, as the delivery of a
//! mail server would.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail, and looks at the clock of the machine"
)]

mod support;

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{House, Part, folder, get_json, ids, mentions, post_json, wait_for};

const CONFIG: &str = r#"
[brand]
name = "Kiezelmarkt"
names = ["kiezelmarkt"]

[fetch]
spacing = "100ms"
extra_ca = "{ca}"
danger_allow_private_hosts = true

[smtp.main]
host = "127.0.0.1"
port = {smtp}
tls = "none"

[[source]]
id = "mail"
kind = "email"
host = "localhost"
port = {imap}
user = "klachten"
own = ["@kiezelmarkt.example"]
credential = "env:TEST_MAIL"
every = "1s"
max_every = "2s"
reply = { server = "main", from = "Kiezelmarkt <klachten@kiezelmarkt.example>" }
"#;

/// A plain letter.
const COMPLAINT: &str = "From: Jo de Wit <jo@post.example>
To: klachten@kiezelmarkt.example
Subject: Bank nog steeds niet geleverd
Message-ID: <een@post.example>
Content-Type: text/plain; charset=utf-8

Beste Kiezelmarkt,

Mijn bank is na zes weken nog steeds niet geleverd en niemand belt terug. Schandalig, ik wil mijn geld terug.

Jo de Wit
";

/// The same customer goes on in the conversation, below a quote of the first letter.
const AGAIN: &str = "From: Jo de Wit <jo@post.example>
To: klachten@kiezelmarkt.example
Subject: Re: Bank nog steeds niet geleverd
Message-ID: <twee@post.example>
In-Reply-To: <een@post.example>
References: <een@post.example>
Content-Type: text/plain; charset=utf-8

Ik heb nog altijd niets gehoord, dit is de derde keer dat ik schrijf.

Op ma 24 nov 2026 om 09:12 schreef Jo de Wit <jo@post.example>:
> Mijn bank is na zes weken nog steeds niet geleverd en niemand belt terug.
";

/// Only HTML, with a file and in quoted-printable.
const HTML: &str = "From: =?utf-8?q?Ren=C3=A9e?= <renee@post.example>
To: klachten@kiezelmarkt.example
Subject: =?utf-8?q?Kapotte_lamp_=E2=82=AC_49?=
Message-ID: <drie@post.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=grens

--grens
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<html><head><style>p { color: red }</style></head><body><p>De lamp van =E2=82=AC=
 49 kwam <b>kapot</b> aan, en de winkel weigert hem te ruilen.</p><script>alert(1)</script></body></html>
--grens
Content-Type: image/png
Content-Disposition: attachment; filename=\"lamp.png\"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9
--grens--
";

/// An absence: nobody's complaint.
const ABSENCE: &str = "From: Jo de Wit <jo@post.example>
To: klachten@kiezelmarkt.example
Subject: Afwezig
Message-ID: <vier@post.example>
Auto-Submitted: auto-replied

Ik ben met vakantie tot volgende week.
";

/// The two servers, and the way from one to the other.
struct Post {
    smtp: Part,
    imap: Part,
}

impl Post {
    /// Sends a mail by SMTP, and puts what arrived into the mailbox.
    fn send(&self, mail: &str) {
        let mut curl = Command::new("curl")
            .args(["-sS", "--max-time", "20", "--mail-from", "jo@post.example", "-T", "-"])
            .args(["--mail-rcpt", "klachten@kiezelmarkt.example"])
            .arg("--url")
            .arg(format!("smtp://127.0.0.1:{}", self.smtp.ready["port"]))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        curl.stdin.take().unwrap().write_all(mail.replace('\n', "\r\n").as_bytes()).unwrap();
        assert!(curl.wait().unwrap().success(), "the mail was not taken");
        self.carry();
    }

    /// Puts what the mail server took into the mailbox.
    fn carry(&self) {
        let mailbox = Path::new(self.imap.text("maildir"));
        for file in std::fs::read_dir(Path::new(self.smtp.text("maildir")).join("new")).unwrap() {
            let file = file.unwrap();
            let tmp = mailbox.join("tmp").join(file.file_name());
            std::fs::copy(file.path(), &tmp).unwrap();
            std::fs::set_permissions(&tmp, std::fs::Permissions::from_mode(0o644)).unwrap();
            std::fs::rename(&tmp, mailbox.join("new").join(file.file_name())).unwrap();
            std::fs::remove_file(file.path()).unwrap();
        }
    }
}

/// Our answer: sent through the API, taken by the mail server within the conversation, and known again when the mailbox
/// has it.
fn answered_by_mail(post: &Post, url: &str, token: &str, case: u64) {
    let body = serde_json::json!({
        "text": "Beste Jo, wat een tegenvaller. Je bank wordt donderdag 10 december geleverd, en je geld staat dan terug als het niet lukt.",
        "ticked": ["unanswered", "promise_without_date", "wrong_name"],
    });
    let replies = format!("{url}/api/v1/cases/{case}/replies");
    let (status, answer) = post_json(&replies, token, &body);
    assert_eq!(status, 200, "{answer}");
    let state = || get_json(&replies, Some(token))["replies"][0]["state"].clone();
    wait_for("the answer on its way", Duration::from_secs(30), || state()["is"] == "sent");
    let taken = Path::new(post.smtp.text("maildir")).join("new");
    let files: Vec<_> = std::fs::read_dir(&taken).unwrap().map(|file| file.unwrap().path()).collect();
    let [file] = files.as_slice() else { panic!("one mail was taken: {files:?}") };
    let mail = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let id = state()["id"].as_str().unwrap().to_owned();
    for line in [
        "To: jo@post.example",
        "Subject: Re: Bank nog steeds niet geleverd",
        "In-Reply-To: <twee@post.example>",
        "References: <een@post.example> <twee@post.example>",
        &format!("Message-ID: <{id}>"),
    ] {
        assert!(mail.contains(&format!("{line}\n")), "{line} is not in\n{mail}");
    }
    assert!(!mail.contains("Auto-Submitted"), "a person wrote it");
    post.carry();
    let ours = || mentions(url, token).into_iter().find(|m| m["external_id"] == *id);
    wait_for("our answer in the mailbox", Duration::from_secs(30), || {
        ours().is_some_and(|m| m["case"] == case)
    });
    let known = get_json(&replies, Some(token))["replies"].clone();
    assert_eq!(known.as_array().map(Vec::len), Some(1));
    assert!(known[0]["mention"].is_string(), "it is known as this answer: {known}");
}

#[test]
fn a_letter_becomes_a_case_and_the_next_one_of_the_conversation_joins_it() {
    let dir = folder();
    let begun = Instant::now();
    let post = Post { smtp: Part::start("smtp", dir.path()), imap: Part::start("imap", dir.path()) };
    let config = CONFIG
        .replace("{imap}", &post.imap.ready["port"].to_string())
        .replace("{smtp}", &post.smtp.ready["port"].to_string())
        .replace("{ca}", post.imap.text("ca"));
    let house = House::new(dir.path(), &config, &[("TEST_MAIL", post.imap.text("password").to_owned())]);
    let token = house.token();
    let (mut running, url) = house.serve();

    post.send(COMPLAINT);
    let sent = Instant::now();
    let find = |id: &str| mentions(&url, &token).into_iter().find(|m| m["external_id"] == id);
    let case_of = |id: &str| find(id).and_then(|m| m["case"].as_u64());
    wait_for("the letter in a case", Duration::from_secs(40), || case_of("een@post.example").is_some());
    println!("in a case after {:?}", sent.elapsed());
    let case = case_of("een@post.example").unwrap();
    let first = find("een@post.example").unwrap();
    assert_eq!(first["author"], "Jo de Wit");
    assert_eq!(first["title"], "Bank nog steeds niet geleverd");
    assert_eq!(first["channel"], "mail");

    for mail in [ABSENCE, HTML, AGAIN] {
        post.send(mail);
    }
    wait_for("the other letters", Duration::from_secs(40), || {
        case_of("twee@post.example").is_some() && find("drie@post.example").is_some()
    });
    assert_eq!(case_of("twee@post.example"), Some(case), "the conversation is one case");
    let again = find("twee@post.example").unwrap();
    let words = again["text"].as_str().unwrap();
    assert!(
        words.contains("derde keer") && !words.contains("zes weken") && !words.contains("schreef"),
        "the quote is cut: {words}"
    );

    let html = find("drie@post.example").unwrap();
    let words = html["text"].as_str().unwrap();
    assert!(words.contains("De lamp van \u{20ac} 49 kwam kapot aan"), "{words}");
    assert!(!words.contains("alert") && !words.contains("color"), "neither script nor style: {words}");
    assert_eq!(html["title"], "Kapotte lamp \u{20ac} 49");
    assert_eq!(html["author"], "Ren\u{e9}e");
    assert_ne!(html["case"].as_u64(), Some(case), "another customer has a case of her own");

    answered_by_mail(&post, &url, &token, case);

    // Read again, after a kill: nothing is lost or doubled, and the absence is nobody's complaint.
    let customers = || -> Vec<String> {
        let all = mentions(&url, &token);
        ids(&all).into_iter().filter(|id| id.ends_with("post.example")).collect()
    };
    assert_eq!(customers(), ["drie@post.example", "een@post.example", "twee@post.example"]);
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    let (mut running, url) = house.serve();
    let other =
        COMPLAINT.replace("een@post", "vijf@post").replace("Jo de Wit", "Kim Bos").replace("<jo@", "<kim@");
    post.send(&other.replace("Mijn bank is na zes weken nog", "De kast die ik in mei kocht is"));
    // The letters of customers and our answer, each once.
    wait_for("the letter after the kill", Duration::from_secs(40), || mentions(&url, &token).len() > 4);
    let mut all = ids(&mentions(&url, &token));
    all.retain(|id| id.ends_with("post.example"));
    assert_eq!(all, ["drie@post.example", "een@post.example", "twee@post.example", "vijf@post.example"]);
    assert_eq!(mentions(&url, &token).len(), 5);
    let page = get_json(&format!("{url}/api/v1/cases/{case}"), Some(&token));
    assert_eq!(
        page["posts"].as_array().map(Vec::len),
        Some(3),
        "the answer stands among the letters: {page}"
    );
    assert_ne!(page["state"], Value::Null);
    assert!(running.stop().success());
    println!("done after {:?}", begun.elapsed());
}
