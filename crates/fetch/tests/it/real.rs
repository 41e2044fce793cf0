//! Mail against servers that none of us wrote: aiosmtpd and Dovecot, started by `tests/parts`. What they need is
//! installed by the scripts where that is allowed; otherwise they say what to install.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_fetch::{Client, Options, SmtpServer, SmtpTls, Transport};
use gehoor_wire::Mail;
use http::HeaderValue;
use serde_json::Value;

use crate::common::{noon, options, said};
use crate::mailbox::{answer, request};

/// A server of `tests/parts`, stopped at the end.
struct Part {
    script: PathBuf,
    dir: PathBuf,
    ready: Value,
}

impl Part {
    fn start(name: &str, dir: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/parts/{name}.sh"));
        let dir = dir.join(name);
        let out = Command::new("bash").arg(&script).arg("start").arg(&dir).output().unwrap();
        assert!(out.status.success(), "{name} did not start:\n{}", String::from_utf8_lossy(&out.stderr));
        Self { script, dir, ready: serde_json::from_slice(&out.stdout).unwrap() }
    }

    fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_else(|| panic!("`{key}` is not in {}", self.ready))
    }

    fn port(&self, key: &str) -> u16 {
        self.ready[key].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = Command::new("bash").arg(&self.script).arg("stop").arg(&self.dir).status();
    }
}

/// A folder that other users of the machine may pass through: the mail server does not read as root.
fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o711)).tempdir().unwrap()
}

fn client_of(smtp: &Part, tls: SmtpTls, with_ca: bool) -> Client {
    let mut options = options();
    let port = smtp.port("port");
    let server = SmtpServer { host: "localhost".to_owned(), port, tls, username: None, password: None };
    options.smtp.insert("office".to_owned(), server);
    options.extra_ca = with_ca.then(|| smtp.text("ca").into());
    Client::new(options).unwrap()
}

fn mail(id: &str) -> Mail {
    Mail {
        from: "Gehoor <gehoor@shop.example>".to_owned(),
        to: vec!["lead@shop.example".to_owned()],
        subject: "Belofte gemist: caf\u{e9} \u{20ac} 5".to_owned(),
        text: format!("Zaak 7 wacht.\n.\n..\nFrom here on\n{}\nGroet, \u{1f600}", "lang ".repeat(400)),
        in_reply_to: None,
        references: Vec::new(),
        by_hand: false,
        message_id: format!("{id}@gehoor"),
        server: "office".to_owned(),
    }
}

/// All mails that arrived.
fn arrived(smtp: &Part) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(Path::new(smtp.text("maildir")).join("new")).unwrap();
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[tokio::test]
async fn a_mail_arrives_whole_at_a_real_server_with_and_without_tls() {
    let dir = folder();
    let smtp = Part::start("smtp", dir.path());
    for (tls, id) in [(SmtpTls::None, "plain"), (SmtpTls::StartTls, "secret")] {
        let outcome = client_of(&smtp, tls, true).mail(mail(id), noon()).await;
        assert_eq!(said(&outcome), "body 200");
    }
    let distrust = said(&client_of(&smtp, SmtpTls::StartTls, false).mail(mail("no"), noon()).await);
    assert!(distrust.contains("STARTTLS") && distrust.contains("UnknownIssuer"), "{distrust}");

    let arrived = arrived(&smtp);
    assert_eq!(arrived.len(), 2);
    for raw in arrived {
        let message = mail_parser::MessageParser::default().parse(&raw).unwrap();
        let id = message.message_id().unwrap().trim_end_matches("@gehoor");
        let sent = mail(id);
        assert_eq!(message.subject(), Some(sent.subject.as_str()));
        let text = message.body_text(0).unwrap().replace("\r\n", "\n");
        assert_eq!(text.trim_end(), sent.text);
        assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    }
}

/// A mailbox and how it is asked.
struct Mailbox {
    imap: Part,
    client: Client,
}

impl Mailbox {
    fn new(dir: &Path) -> Self {
        let imap = Part::start("imap", dir);
        let options = Options { extra_ca: Some(imap.text("ca").into()), ..options() };
        let client = Client::new(Options { timeout: Duration::from_secs(20), ..options }).unwrap();
        Self { imap, client }
    }

    fn put(&self, name: &str, raw: &[u8]) {
        let maildir = Path::new(self.imap.text("maildir"));
        let (tmp, new) = (maildir.join("tmp").join(name), maildir.join("new").join(name));
        std::fs::write(&tmp, raw).unwrap();
        std::fs::set_permissions(&tmp, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::rename(&tmp, &new).unwrap();
    }

    fn url(&self, path: &str) -> String {
        format!("imaps://localhost:{}{path}", self.imap.port("port"))
    }

    async fn said(&self, url: &str, password: &str) -> String {
        said(&self.client.send(request(url, login(password)), None, noon()).await)
    }

    async fn ask(&self, path: &str) -> Value {
        self.ask_url(&self.url(path)).await
    }

    async fn ask_url(&self, url: &str) -> Value {
        answer(&self.client.send(request(url, login("geheim")), None, noon()).await)
    }
}

fn login(password: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("klachten:{password}")))).unwrap()
}

fn raw(message: &Value) -> Vec<u8> {
    STANDARD.decode(message["raw"].as_str().unwrap()).unwrap()
}

fn messages(answer: &Value) -> Vec<&Value> {
    answer["messages"].as_array().unwrap().iter().collect()
}

#[tokio::test]
async fn a_real_mailbox_is_read_in_order_and_left_as_it_was() {
    let dir = folder();
    let (smtp, mailbox) = (Part::start("smtp", dir.path()), Mailbox::new(dir.path()));
    // What arrived by SMTP is what lies in the mailbox.
    let outcome = client_of(&smtp, SmtpTls::None, true).mail(mail("case-7"), noon()).await;
    assert_eq!(said(&outcome), "body 200");
    let first = arrived(&smtp).pop().unwrap();
    mailbox.put("000.first", &first);
    let found = mailbox.ask("/INBOX").await;
    let crlf = String::from_utf8(first).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
    assert_eq!(String::from_utf8(raw(messages(&found)[0])).unwrap(), crlf);
    assert_eq!((&found["more"], &found["next"]), (&Value::Bool(false), &found["uidnext"]));
    assert!(messages(&found)[0]["internal_date"].is_string());

    // 120 more come in three answers, each once, in order.
    for number in 0..120 {
        mailbox
            .put(&format!("{number:03}.many"), format!("Subject: {number}\n\nKlacht {number}\n").as_bytes());
    }
    let (validity, mut next) = (&found["uidvalidity"], found["next"].clone());
    let mut sizes = Vec::new();
    let mut uids = Vec::new();
    loop {
        let page = mailbox.ask(&format!("/INBOX;UIDVALIDITY={validity}/;UID={next}:*")).await;
        sizes.push(messages(&page).len());
        uids.extend(messages(&page).iter().map(|message| message["uid"].as_u64().unwrap()));
        next = page["next"].clone();
        if page["more"] == Value::Bool(false) {
            break;
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert!(uids.is_sorted() && uids.windows(2).all(|pair| pair[0] != pair[1]), "{uids:?}");

    // Nothing is marked as seen: a Maildir writes that into the names of the files.
    let maildir = Path::new(mailbox.imap.text("maildir"));
    let names = ["cur", "new"].map(|part| std::fs::read_dir(maildir.join(part)).unwrap());
    let names: Vec<String> =
        names.into_iter().flatten().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 121);
    assert!(names.iter().all(|name| !name.rsplit(',').next().unwrap_or_default().contains('S')), "{names:?}");
}

#[tokio::test]
async fn a_real_server_refuses_a_wrong_password_a_stranger_and_a_missing_folder() {
    let dir = folder();
    let mailbox = Mailbox::new(dir.path());
    let wrong = mailbox.said(&mailbox.url("/INBOX"), "fout").await;
    assert!(
        wrong.starts_with("permanent: mailbox at localhost refused the login: check user name"),
        "{wrong}"
    );
    let missing = mailbox.said(&mailbox.url("/Weg"), "geheim").await;
    assert!(missing.starts_with("permanent: mailbox at localhost has no folder of this name"), "{missing}");

    // Without the authority's certificate nothing is said to it.
    let trusting = Client::new(options()).unwrap();
    let outcome = said(&trusting.send(request(&mailbox.url("/INBOX"), login("geheim")), None, noon()).await);
    assert!(outcome.contains("UnknownIssuer") && outcome.contains("fetch.extra_ca"), "{outcome}");

    // STARTTLS is taken where it is offered, and the name has to fit there, too.
    let plain = mailbox.imap.port("plain_port");
    assert!(messages(&mailbox.ask_url(&format!("imap://localhost:{plain}/INBOX")).await).is_empty());
    let outcome = said(
        &trusting.send(request(&format!("imap://localhost:{plain}/"), login("geheim")), None, noon()).await,
    );
    assert!(outcome.starts_with("transient: ") && outcome.contains("UnknownIssuer"), "{outcome}");
}

#[tokio::test]
async fn a_real_mailbox_that_counts_anew_and_a_huge_mail_are_told() {
    let dir = folder();
    let mailbox = Mailbox::new(dir.path());
    let attachment = "QUJD".repeat(19) + "\n";
    let huge = format!("Subject: groot\n\nDe tekst.\n{}", attachment.repeat(20_000));
    mailbox.put("000.huge", huge.as_bytes());
    mailbox.put("001.small", b"Subject: klein\n\nDe tweede.\n");
    let found = mailbox.ask("/INBOX").await;
    let got = messages(&found);
    assert_eq!((raw(got[0]).len(), &got[0]["cut"]), (1024 * 1024, &Value::Bool(true)));
    assert!(
        got[0]["size"].as_u64().unwrap() > 1_500_000
            && raw(got[0]).starts_with(b"Subject: groot\r\n\r\nDe tekst.")
    );
    assert_eq!(got[1]["cut"], Value::Bool(false));

    // The server forgets its numbers. It makes new ones from the clock, in seconds.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for file in std::fs::read_dir(mailbox.imap.text("maildir")).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("dovecot") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let (old, next) = (&found["uidvalidity"], &found["next"]);
    let anew = mailbox.ask(&format!("/INBOX;UIDVALIDITY={old}/;UID={next}:*")).await;
    assert_ne!(&anew["uidvalidity"], old);
    assert_eq!(
        (messages(&anew).len(), &anew["next"], &anew["more"]),
        (0, &Value::from(1), &Value::Bool(true))
    );
    let again = mailbox.ask(&format!("/INBOX;UIDVALIDITY={}/;UID=1:*", anew["uidvalidity"])).await;
    assert_eq!(messages(&again).len(), 2);
}
