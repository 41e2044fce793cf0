//! Addresses of mailboxes: `imaps://host:993/INBOX;UIDVALIDITY=7/;UID=120:*` (RFC 5092).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_wire::{Request, Secret};
use http::header::AUTHORIZATION;
use url::{Host, Url};

use crate::dial::Place;

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// TLS from the first byte (`imaps`).
    Tls,
    /// Upgraded by STARTTLS where the server offers it (`imap`); without it only on the private network.
    Upgrade,
}

/// What is asked of which mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) place: Place,
    pub(crate) privacy: Privacy,
    /// The folder, as people write it.
    pub(crate) folder: String,
    /// The numbering that `first` belongs to.
    pub(crate) validity: Option<u32>,
    /// The first message that is wanted.
    pub(crate) first: u32,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(crate) fn read(url: &Url) -> Result<Self, &'static str> {
        let (privacy, usual_port) = match url.scheme() {
            "imaps" => (Privacy::Tls, 993),
            _ => (Privacy::Upgrade, 143),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("the address has no host")?;
        // Outside http the parser leaves hosts alone; `127.1` has to be seen as the address that it is.
        let host = Host::parse(host).map_err(|_| "its host is neither a name nor an address")?;
        let place = Place { host, port: url.port().unwrap_or(usual_port) };
        let path = url.path().trim_start_matches('/');
        let (mailbox, first) = match find(path, "/;uid=") {
            Some((mailbox, uid)) => (mailbox, first_of(uid).ok_or("its `;UID=` is no number above 0")?),
            None => (path.trim_end_matches('/'), 1),
        };
        let (mailbox, validity) = match find(mailbox, ";uidvalidity=") {
            Some((mailbox, number)) => {
                (mailbox, Some(number.parse().map_err(|_| "its `;UIDVALIDITY=` is no number")?))
            }
            None => (mailbox, None),
        };
        let folder = decoded(mailbox).ok_or("its folder is not UTF-8")?;
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { folder };
        if folder.chars().any(char::is_control) {
            return Err("its folder holds control characters");
        }
        Ok(Self { place, privacy, folder, validity, first })
    }

    /// The key under which limits are kept.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.place.host, self.place.port)
    }
}

/// Splits at the last place where a marker (in small letters) stands.
fn find<'a>(text: &'a str, marker: &str) -> Option<(&'a str, &'a str)> {
    let at = text.to_ascii_lowercase().rfind(marker)?;
    Some((text.get(..at)?, text.get(at + marker.len()..)?))
}

fn first_of(uid: &str) -> Option<u32> {
    let first = uid.split(':').next()?;
    first.parse().ok().filter(|first| *first > 0)
}

/// Undoes percent signs.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).filter(|_| *first == b'%');
        let value = escaped.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        bytes.push(value.unwrap_or(*first));
        let used = if value.is_some() { 2 } else { 0 };
        rest = tail.get(used..)?;
    }
    String::from_utf8(bytes).ok()
}

/// Who logs in, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// Name and password.
    Password(String, Secret),
    /// A token of OAuth 2, by XOAUTH2.
    Token(String, Secret),
}

impl Login {
    /// Takes it out of a request: `Authorization: Basic`, or `Bearer` with the name in the address.
    ///
    /// # Errors
    /// What is missing, for people.
    pub(crate) fn read(request: &Request) -> Result<Self, &'static str> {
        let none = "no login: give user name and password, or a token";
        let header = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(none)?;
        let name = decoded(request.url.username()).unwrap_or_default();
        let name = name.split(";AUTH=").next().unwrap_or_default();
        let (scheme, value) = header.trim().split_once(' ').ok_or(none)?;
        if scheme.eq_ignore_ascii_case("bearer") {
            if name.is_empty() {
                return Err("a token needs the name of its mailbox: imaps://name@host/…");
            }
            return Ok(Self::Token(name.to_owned(), Secret::new(value.trim())));
        }
        let pair =
            STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(none)?;
        let (user, password) = pair.split_once(':').ok_or(none)?;
        let user = if user.is_empty() { name } else { user };
        if user.is_empty() || password.is_empty() {
            return Err(none);
        }
        if format!("{user}{password}").contains(['\0', '\r', '\n']) {
            return Err("the user name or password holds a line break");
        }
        Ok(Self::Password(user.to_owned(), Secret::new(password)))
    }
}

/// A folder's name as IMAP writes it: UTF-7 in a form of its own (RFC 3501 §5.1.3).
pub(crate) fn folder_on_the_wire(folder: &str) -> String {
    let mut out = String::with_capacity(folder.len());
    let mut foreign: Vec<u8> = Vec::new();
    let flush = |foreign: &mut Vec<u8>, out: &mut String| {
        if !foreign.is_empty() {
            let coded = STANDARD.encode(&*foreign).trim_end_matches('=').replace('/', ",");
            out.push_str(&format!("&{coded}-"));
            foreign.clear();
        }
    };
    for letter in folder.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut foreign, &mut out);
            out.push(letter);
            if letter == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            foreign.extend(letter.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut foreign, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderValue, Method};

    fn read(text: &str) -> Result<Address, &'static str> {
        Address::read(&Url::parse(text).unwrap())
    }

    #[test]
    fn an_address_says_which_messages_of_which_folder() {
        let found = read("imaps://mail.example/Klachten%20%26%20co;UIDVALIDITY=7/;UID=120:*").unwrap();
        assert_eq!((found.folder.as_str(), found.validity, found.first), ("Klachten & co", Some(7), 120));
        assert_eq!((found.key().as_str(), found.privacy), ("mail.example:993", Privacy::Tls));
        let plain = read("imap://127.1/").unwrap();
        assert_eq!((plain.folder.as_str(), plain.validity, plain.first), ("INBOX", None, 1));
        assert_eq!((plain.key().as_str(), plain.privacy), ("127.0.0.1:143", Privacy::Upgrade));
        let deep = read("imaps://[::1]:10993/INBOX/Klachten/;uid=5").unwrap();
        assert_eq!(
            (deep.folder.as_str(), deep.first, deep.key().as_str()),
            ("INBOX/Klachten", 5, "[::1]:10993")
        );
    }

    #[test]
    fn an_address_that_cannot_be_read_is_refused_with_the_reason() {
        for (text, part) in [
            ("imaps://h.example/INBOX/;UID=0", ";UID="),
            ("imaps://h.example/INBOX/;UID=x", ";UID="),
            ("imaps://h.example/INBOX;UIDVALIDITY=x/;UID=1", ";UIDVALIDITY="),
            ("imaps://h.example/a%0d%0ab", "control"),
            ("imaps://h.example/%ff", "UTF-8"),
            ("imaps:///INBOX", "host"),
        ] {
            assert!(read(text).unwrap_err().contains(part), "{text}");
        }
    }

    fn login(url: &str, header: &str) -> Result<Login, &'static str> {
        let mut request = Request::api(Method::GET, Url::parse(url).unwrap());
        request.headers.insert(AUTHORIZATION, HeaderValue::from_str(header).unwrap());
        Login::read(&request)
    }

    #[test]
    fn a_login_is_a_password_or_a_token_with_a_name() {
        let basic = format!("Basic {}", STANDARD.encode("jo@x.example:a:b"));
        let password = Login::Password("jo@x.example".to_owned(), Secret::new("a:b"));
        assert_eq!(login("imaps://h/", &basic), Ok(password));
        let named = "imaps://jo%40x.example;AUTH=XOAUTH2@h/";
        assert_eq!(login(named, "Bearer t"), Ok(Login::Token("jo@x.example".to_owned(), Secret::new("t"))));
        assert!(login("imaps://h/", "Bearer t").unwrap_err().contains("name"));
        for bad in ["Basic", "Basic !!", "Digest x"] {
            assert!(login("imaps://h/", bad).is_err(), "{bad}");
        }
        let broken = format!("Basic {}", STANDARD.encode("jo:a\r\nx LOGOUT"));
        assert!(login("imaps://h/", &broken).unwrap_err().contains("line break"));
    }

    #[test]
    fn folders_are_written_in_the_alphabet_of_imap() {
        for (folder, wire) in [
            ("INBOX", "INBOX"),
            ("Vragen & klachten", "Vragen &- klachten"),
            // From RFC 3501 §5.1.3.
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Caf\u{e9}", "Caf&AOk-"),
        ] {
            assert_eq!(folder_on_the_wire(folder), wire);
        }
    }
}
