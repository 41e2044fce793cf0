//! Mail against a server that says what the test wants.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{noon, options, said};
use gehoor_fetch::{Client, FetchError, Options, SmtpServer, SmtpTls, Transport};
use gehoor_wire::{Mail, Secret};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

/// Where the conversation goes wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// This answer to RCPT.
    Recipient(&'static str),
    /// This answer to AUTH.
    Login(&'static str),
    /// This answer to the text.
    Text(&'static str),
    /// Breaks off after the text has arrived.
    BreakAfterText,
    /// Breaks off before greeting.
    BreakAtOnce,
    /// Never greets.
    Hang,
}

/// A server for one conversation; gives its port and all lines it heard.
async fn smtp(fault: Fault) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = heard.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        if fault == Fault::BreakAtOnce {
            return;
        }
        if fault == Fault::Hang {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
        let mut in_text = false;
        while let Ok(Some(line)) = lines.next_line().await {
            kept.lock().unwrap().push(line.clone());
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let reply = match (in_text, word.as_str(), fault) {
                (true, ".", Fault::BreakAfterText) => return,
                (true, ".", Fault::Text(reply)) => reply,
                (true, ".", _) => "250 taken",
                (true, _, _) => continue,
                (_, "EHLO", _) => "250-mail.example\r\n250 AUTH PLAIN LOGIN",
                (_, "AUTH", Fault::Login(reply)) => reply,
                (_, "AUTH", _) => "235 welcome",
                (_, "RCPT", Fault::Recipient(reply)) => reply,
                (_, "DATA", _) => "354 go on",
                (_, "QUIT", _) => "221 bye",
                _ => "250 fine",
            };
            in_text = word == "DATA";
            if write.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
                return;
            }
        }
    });
    (port, heard)
}

fn server(port: u16) -> SmtpServer {
    SmtpServer { host: "127.0.0.1".to_owned(), port, tls: SmtpTls::None, username: None, password: None }
}

fn client(server: SmtpServer) -> Client {
    client_with(server, Duration::from_secs(5))
}

fn client_with(server: SmtpServer, timeout: Duration) -> Client {
    // The guard is on: it does not hold for servers that the administrator configured.
    let mut options = Options { danger_allow_private_hosts: false, timeout, ..options() };
    options.smtp.insert("office".to_owned(), server);
    Client::new(options).unwrap()
}

fn mail() -> Mail {
    Mail {
        from: "Gehoor <gehoor@shop.example>".to_owned(),
        to: vec!["lead@shop.example".to_owned(), "Jo \u{e9} <jo@shop.example>".to_owned()],
        subject: "Belofte gemist: caf\u{e9}\nBcc: everyone@evil.example".to_owned(),
        text: "Zaak 7 wacht.\n.\nQUIT\nGroet".to_owned(),
        in_reply_to: Some("case-7@gehoor".to_owned()),
        references: Vec::new(),
        by_hand: false,
        message_id: "case-7.queue-1@gehoor".to_owned(),
        server: "office".to_owned(),
    }
}

#[tokio::test]
async fn a_mail_is_taken_whole_with_its_headers() {
    let (port, heard) = smtp(Fault::None).await;
    let outcome = client(server(port)).mail(mail(), noon()).await;
    assert_eq!(said(&outcome), "body 200");
    let heard = heard.lock().unwrap().join("\n");
    for line in [
        "Message-ID: <case-7.queue-1@gehoor>",
        "In-Reply-To: <case-7@gehoor>",
        "References: <case-7@gehoor>",
        "Auto-Submitted: auto-generated",
        "Date: Sun, 01 Mar 2026 12:00:00 +0000",
        "MAIL FROM:<gehoor@shop.example>",
        "RCPT TO:<lead@shop.example>",
        "RCPT TO:<jo@shop.example>",
        "Content-Type: text/plain; charset=utf-8",
        "..",
    ] {
        assert!(heard.lines().any(|heard| heard.trim() == line), "{line} is missing in\n{heard}");
    }
    assert!(!heard.lines().any(|line| line.starts_with("Bcc:")), "a subject cannot add headers\n{heard}");
    assert_eq!(heard.lines().last(), Some("QUIT"), "the text did not end the conversation");
}

#[tokio::test]
async fn refusals_are_sorted_and_never_repeat_an_address() {
    let cases = [
        (
            Fault::Recipient("550 no jo@shop.example here"),
            "permanent: mail server 127.0.0.1 refused the mail with 550",
        ),
        (Fault::Recipient("451 try later"), "transient: mail server 127.0.0.1 refused the mail with 451"),
        (Fault::Text("554 spam"), "permanent: mail server 127.0.0.1 refused the mail with 554"),
        (Fault::Text("452 disk full"), "transient: mail server 127.0.0.1 refused the mail with 452"),
        (Fault::Login("535 wrong password"), "permanent: mail server 127.0.0.1 refused the login with 535"),
        (Fault::Login("454 not now"), "transient: mail server 127.0.0.1 refused the login with 454"),
    ];
    for (fault, expected) in cases {
        let (port, _) = smtp(fault).await;
        let login = SmtpServer {
            username: Some("gehoor".to_owned()),
            password: Some(Secret::new("hush")),
            ..server(port)
        };
        let outcome = client(login).mail(mail(), noon()).await;
        assert_eq!(said(&outcome), expected);
    }
}

#[tokio::test]
async fn what_a_person_wrote_stays_in_its_conversation_and_claims_no_program() {
    let (port, heard) = smtp(Fault::None).await;
    let known = ["een@post.example", "twee@post.example"].map(str::to_owned).to_vec();
    let answer = Mail {
        in_reply_to: Some("twee@post.example".to_owned()),
        references: known,
        by_hand: true,
        ..mail()
    };
    assert_eq!(said(&client(server(port)).mail(answer, noon()).await), "body 200");
    let heard = heard.lock().unwrap().join("\n");
    for line in ["In-Reply-To: <twee@post.example>", "References: <een@post.example> <twee@post.example>"] {
        assert!(heard.contains(line), "{line} is not in\n{heard}");
    }
    assert!(!heard.contains("Auto-Submitted"));
    let forged = Mail { references: vec!["a>\nBcc: x".to_owned()], ..mail() };
    let outcome = said(&client(server(port)).mail(forged, noon()).await);
    assert!(outcome.starts_with("permanent: the message id of the mail cannot"), "{outcome}");
}

#[tokio::test]
async fn only_a_break_after_the_text_is_ambiguous() {
    for (fault, kind) in [
        (Fault::BreakAtOnce, "transient: mail server 127.0.0.1 broke off at the connection"),
        (Fault::Hang, "transient: mail server 127.0.0.1 did not finish in time"),
        (Fault::BreakAfterText, "ambiguous: mail server 127.0.0.1 broke off at the mail"),
    ] {
        let (port, _) = smtp(fault).await;
        let patience = Duration::from_millis(if fault == Fault::Hang { 300 } else { 5000 });
        let outcome = client_with(server(port), patience).mail(mail(), noon()).await;
        assert!(said(&outcome).starts_with(kind), "{}", said(&outcome));
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let outcome = client(server(port)).mail(mail(), noon()).await;
    assert!(said(&outcome).starts_with("transient: mail server 127.0.0.1 broke off at the connection"));
}

#[tokio::test]
async fn a_server_without_starttls_is_not_spoken_to_in_the_clear() {
    let (port, heard) = smtp(Fault::None).await;
    let strict = SmtpServer {
        tls: SmtpTls::StartTls,
        username: Some("gehoor".to_owned()),
        password: Some(Secret::new("hush")),
        ..server(port)
    };
    let outcome = client(strict).mail(mail(), noon()).await;
    assert!(
        said(&outcome).starts_with("permanent: mail server 127.0.0.1 cannot be given STARTTLS"),
        "{}",
        said(&outcome)
    );
    assert!(heard.lock().unwrap().iter().all(|line| line.starts_with("EHLO") || line.starts_with("QUIT")));
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_without_showing_addresses() {
    let client = client(server(9));
    let cases = [
        (Mail { from: "nobody".to_owned(), ..mail() }, "permanent: the sender address cannot be read"),
        (
            Mail { to: vec!["a@b.example".to_owned(), "jo at home".to_owned()], ..mail() },
            "permanent: recipient address 2 cannot",
        ),
        (Mail { to: vec![], ..mail() }, "permanent: the mail has no recipient"),
        (
            Mail { in_reply_to: Some("a>\nBcc: x".to_owned()), ..mail() },
            "permanent: the message id of the mail cannot be used: visible ASCII without angle brackets",
        ),
        (
            Mail { message_id: "a>\nBcc: x".to_owned(), ..mail() },
            "permanent: the message id of the mail cannot",
        ),
        (Mail { server: "pigeon".to_owned(), ..mail() }, "permanent: no SMTP server is called `pigeon`"),
    ];
    for (mail, expected) in cases {
        let outcome = said(&client.mail(mail, noon()).await);
        assert!(outcome.starts_with(expected), "{outcome}");
        assert!(!outcome.contains("jo at home") && !outcome.contains("nobody"));
    }
}

#[test]
fn half_a_login_is_refused_at_the_start() {
    let mut options = options();
    let half = SmtpServer { username: Some("gehoor".to_owned()), ..server(25) };
    options.smtp.insert("office".to_owned(), half);
    let error = Client::new(options).unwrap_err();
    assert!(matches!(error, FetchError::Smtp { .. }));
    assert_eq!(
        error.to_string(),
        "the SMTP server `office` cannot be used: give both a user name and a password, or neither"
    );
}
