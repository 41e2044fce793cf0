//! One conversation with an IMAP server, within a number of bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::address::Login;
use super::words::{Piece, Reply, Status, Word, announced, reply};
use crate::dial::Line;

/// Why it does not go on. No text of the server in it: it may repeat a name or a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server or the connection fails.
    Down(String),
    /// The server asks for patience.
    Busy(String),
    /// It will be the same next time; for people, with what to do.
    Refused(String),
    /// As before, of the login: another one may be let in.
    NotLetIn(String),
}

/// What a command gave.
pub(crate) struct Done {
    pub(crate) status: Status,
    /// The code of the last line, in capitals.
    pub(crate) code: Vec<String>,
    /// Data, in order.
    pub(crate) data: Vec<Vec<Word>>,
    /// Codes that came on the way, such as `UIDVALIDITY 7`.
    pub(crate) codes: Vec<Vec<String>>,
}

/// A connection and what may still be read from it.
pub(crate) struct Talk {
    line: BufReader<Line>,
    left: usize,
    sent: u32,
}

impl Talk {
    pub(crate) fn new(line: Line, most_bytes: usize) -> Self {
        Self { line: BufReader::new(line), left: most_bytes, sent: 0 }
    }

    /// The connection, for TLS. What came too early is dropped: nobody vouches for it.
    pub(crate) fn into_line(self) -> Line {
        self.line.into_inner()
    }

    /// The server's first words.
    ///
    /// # Errors
    /// [`Trouble`] when it is not glad to see us.
    pub(crate) async fn greeting(&mut self) -> Result<(), Trouble> {
        match self.reply().await? {
            Reply::Status { status: Status::Ok, .. } => Ok(()),
            Reply::Status { status: Status::PreAuth, .. } => {
                Err(Trouble::Refused("takes us for somebody before we log in".to_owned()))
            }
            Reply::Status { .. } => Err(Trouble::Down("does not let us in now".to_owned())),
            _ => Err(Trouble::Refused("does not answer as an IMAP server: check host and port".to_owned())),
        }
    }

    /// What the server can do, in capitals.
    ///
    /// # Errors
    /// [`Trouble`] of the connection.
    pub(crate) async fn abilities(&mut self) -> Result<Vec<String>, Trouble> {
        let done = self.command("CAPABILITY").await?;
        let mut found = Vec::new();
        for words in done.data.iter().filter(|words| words.first().is_some_and(|word| word.is("CAPABILITY")))
        {
            found.extend(words.iter().skip(1).filter_map(Word::bare).map(str::to_ascii_uppercase));
        }
        Ok(found)
    }

    /// Logs in.
    ///
    /// # Errors
    /// [`Trouble`], with what to do when the server does not want us.
    pub(crate) async fn login(&mut self, login: &Login, abilities: &[String]) -> Result<(), Trouble> {
        let can = |ability: &str| abilities.iter().any(|one| one == ability);
        let done = match login {
            Login::Token(name, token) => {
                if !can("AUTH=XOAUTH2") {
                    return Err(Trouble::Refused("takes no token (XOAUTH2): use a password".to_owned()));
                }
                let said = format!("user={name}\u{1}auth=Bearer {}\u{1}\u{1}", token.reveal());
                self.authenticate("XOAUTH2", &said).await?
            }
            Login::Password(name, password) if can("AUTH=PLAIN") => {
                let said = format!("\0{name}\0{}", password.reveal());
                self.authenticate("PLAIN", &said).await?
            }
            Login::Password(..) if can("LOGINDISABLED") => {
                return Err(Trouble::Refused(
                    "takes no password on this connection: use imaps://".to_owned(),
                ));
            }
            Login::Password(name, password) => {
                let command = format!("LOGIN {} {}", quoted(name), quoted(password.reveal()));
                self.command(&command).await?
            }
        };
        let has = |code: &str| done.code.iter().any(|one| one == code);
        match done.status {
            Status::Ok => Ok(()),
            _ if has("UNAVAILABLE") || has("SERVERBUG") => {
                Err(Trouble::Down("cannot check the login now".to_owned()))
            }
            _ if has("INUSE") || has("LIMIT") || has("THROTTLED") || has("OVERQUOTA") => {
                Err(Trouble::Busy("asks for patience at the login".to_owned()))
            }
            _ => {
                let hint = match login {
                    Login::Token(..) => "renew the permission of its token",
                    Login::Password(..) => {
                        "check user name and password; some services want an app password or OAuth instead"
                    }
                };
                Err(Trouble::NotLetIn(format!("refused the login: {hint}")))
            }
        }
    }

    /// SASL with one message of ours (PLAIN, XOAUTH2).
    async fn authenticate(&mut self, way: &str, said: &str) -> Result<Done, Trouble> {
        let tag = self.say(&format!("AUTHENTICATE {way}")).await?;
        let mut answers = vec![String::new(), STANDARD.encode(said)];
        loop {
            let reply = self.reply().await?;
            match reply {
                // A second question explains a refusal (XOAUTH2); an empty line takes note of it.
                Reply::GoOn => self.write(&answers.pop().unwrap_or_default()).await?,
                Reply::Status { tag: Some(answered), status, code } if answered == tag => {
                    return Ok(Done { status, code, data: Vec::new(), codes: Vec::new() });
                }
                Reply::Status { status: Status::Bye, .. } => return Err(Self::bye()),
                _ => {}
            }
        }
    }

    /// Sends one command and reads to its end.
    ///
    /// # Errors
    /// [`Trouble`] of the connection; a refusal is a [`Done`].
    pub(crate) async fn command(&mut self, text: &str) -> Result<Done, Trouble> {
        let tag = self.say(text).await?;
        let (mut data, mut codes) = (Vec::new(), Vec::new());
        loop {
            match self.reply().await? {
                Reply::Data(words) => data.push(words),
                Reply::Status { tag: Some(answered), status, code } if answered == tag => {
                    return Ok(Done { status, code, data, codes });
                }
                Reply::Status { tag: None, status: Status::Bye, .. } => return Err(Self::bye()),
                Reply::Status { tag: None, code, .. } if !code.is_empty() => codes.push(code),
                Reply::Status { .. } | Reply::GoOn | Reply::Noise => {}
            }
        }
    }

    /// Says good-bye, without waiting for the answer.
    pub(crate) async fn leave(&mut self) {
        let _ = self.say("LOGOUT").await;
        let _ = self.line.get_mut().shutdown().await;
    }

    fn bye() -> Trouble {
        Trouble::Down("ended the conversation".to_owned())
    }

    async fn say(&mut self, text: &str) -> Result<String, Trouble> {
        self.sent += 1;
        let tag = format!("g{}", self.sent);
        self.write(&format!("{tag} {text}")).await?;
        Ok(tag)
    }

    async fn write(&mut self, line: &str) -> Result<(), Trouble> {
        let stream = self.line.get_mut();
        let sent = stream.write_all(format!("{line}\r\n").as_bytes()).await;
        if sent.is_ok() && stream.flush().await.is_ok() {
            return Ok(());
        }
        Err(broke())
    }

    async fn reply(&mut self) -> Result<Reply, Trouble> {
        let mut pieces = Vec::new();
        loop {
            let line = self.read_line().await?;
            let Some(count) = announced(&line, pieces.is_empty()) else {
                pieces.push(Piece::Line(line));
                return Ok(reply(pieces));
            };
            self.spend(count)?;
            let open = line.iter().rposition(|byte| *byte == b'{').unwrap_or(line.len());
            pieces.push(Piece::Line(line.get(..open).unwrap_or_default().to_vec()));
            let mut bytes = vec![0; count];
            self.line.read_exact(&mut bytes).await.map_err(|_| broke())?;
            pieces.push(Piece::Counted(bytes));
        }
    }

    async fn read_line(&mut self) -> Result<Vec<u8>, Trouble> {
        let mut line = Vec::new();
        let most = u64::try_from(self.left).unwrap_or(u64::MAX);
        let read = (&mut self.line).take(most).read_until(b'\n', &mut line).await.map_err(|_| broke())?;
        self.spend(read)?;
        if line.pop() != Some(b'\n') {
            return Err(if self.left == 0 { too_much() } else { broke() });
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(line)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.left = self.left.checked_sub(bytes).ok_or_else(too_much)?;
        Ok(())
    }
}

fn broke() -> Trouble {
    Trouble::Down("broke off".to_owned())
}

fn too_much() -> Trouble {
    Trouble::Refused("sends more than was asked for".to_owned())
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
