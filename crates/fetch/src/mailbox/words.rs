//! What an IMAP server says, cut into words (RFC 3501 §9).
//!
//! Read here and not by a library, because mail is hostile and big: the libraries at hand print passwords and mails
//! into the log at its finest level, set aside half a gigabyte because a server announces it, and panic at a date
//! that is `NIL`. Of the grammar only the little is needed that is asked for.

/// One value of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// A bare word: a name, a number, `NIL`, or `BODY[]<0>`.
    Bare(String),
    /// Text in quotes, or bytes with their count.
    Bytes(Vec<u8>),
    /// Words in parentheses.
    List(Vec<Word>),
}

impl Word {
    /// A bare word.
    pub(crate) fn bare(&self) -> Option<&str> {
        match self {
            Word::Bare(text) => Some(text),
            Word::Bytes(_) | Word::List(_) => None,
        }
    }

    /// A number.
    pub(crate) fn number(&self) -> Option<u32> {
        self.bare()?.parse().ok()
    }

    /// Whether it is this name, in any case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.bare().is_some_and(|text| text.eq_ignore_ascii_case(name))
    }
}

/// A piece of an answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A line without its end, and without the count of the bytes that follow it.
    Line(Vec<u8>),
    /// Bytes with their count.
    Counted(Vec<u8>),
}

/// How a command ended, or what a server says on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    No,
    Bad,
    Bye,
    PreAuth,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// The server waits for the rest of a command; what it says with that.
    GoOn,
    /// `tag OK [CODE …]`; no tag when it belongs to no command. The text for people is left out.
    Status { tag: Option<String>, status: Status, code: Vec<String> },
    /// Data.
    Data(Vec<Word>),
    /// Nothing that can be read: it is passed over.
    Noise,
}

/// Lists within lists that are read; mail servers need three.
const DEEPEST: usize = 12;

/// How many bytes follow, when a line ends with their count; `first` of the lines of an answer.
pub(crate) fn announced(line: &[u8], first: bool) -> Option<usize> {
    if first && (status(line).is_some() || line.first() == Some(&b'+')) {
        // Text for people may end with anything.
        return None;
    }
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = std::str::from_utf8(inner.get(open + 1..)?).ok()?;
    digits.trim_end_matches('+').parse().ok()
}

/// Reads an answer out of its pieces.
pub(crate) fn reply(pieces: Vec<Piece>) -> Reply {
    if let Some(Piece::Line(line)) = pieces.first() {
        if line.first() == Some(&b'+') {
            return Reply::GoOn;
        }
        if let Some(found) = status(line) {
            return found;
        }
        if !line.starts_with(b"* ") {
            return Reply::Noise;
        }
    }
    match words(pieces) {
        Some(mut words) => {
            words.drain(..1.min(words.len()));
            Reply::Data(words)
        }
        None => Reply::Noise,
    }
}

fn status(line: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(line);
    let (tag, rest) = text.split_once(' ')?;
    let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let status = match word.to_ascii_uppercase().as_str() {
        "OK" => Status::Ok,
        "NO" => Status::No,
        "BAD" => Status::Bad,
        "BYE" => Status::Bye,
        "PREAUTH" => Status::PreAuth,
        _ => return None,
    };
    let code =
        rest.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or_default();
    let code = code.split_whitespace().map(str::to_ascii_uppercase).collect();
    Some(Reply::Status { tag: (tag != "*").then(|| tag.to_owned()), status, code })
}

/// Cuts pieces into words. None when parentheses or quotes do not fit.
fn words(pieces: Vec<Piece>) -> Option<Vec<Word>> {
    let mut open: Vec<Vec<Word>> = vec![Vec::new()];
    for piece in pieces {
        let line = match piece {
            Piece::Counted(bytes) => {
                open.last_mut()?.push(Word::Bytes(bytes));
                continue;
            }
            Piece::Line(line) => line,
        };
        let mut rest = line.as_slice();
        while let Some((first, tail)) = rest.split_first() {
            rest = match first {
                b' ' => tail,
                b'(' if open.len() < DEEPEST => {
                    open.push(Vec::new());
                    tail
                }
                b'(' => return None,
                b')' => {
                    let list = open.pop()?;
                    open.last_mut()?.push(Word::List(list));
                    tail
                }
                b'"' => {
                    let (bytes, after) = quoted(tail)?;
                    open.last_mut()?.push(Word::Bytes(bytes));
                    after
                }
                _ => {
                    let (word, after) = bare(rest)?;
                    open.last_mut()?.push(Word::Bare(word));
                    after
                }
            };
        }
    }
    let all = open.pop()?;
    open.is_empty().then_some(all)
}

fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let (first, tail) = rest.split_first()?;
        match first {
            b'"' => return Some((bytes, tail)),
            b'\\' => {
                let (second, tail) = tail.split_first()?;
                bytes.push(*second);
                rest = tail;
            }
            other => {
                bytes.push(*other);
                rest = tail;
            }
        }
    }
}

/// A bare word up to a space or parenthesis; what stands in square brackets belongs to it.
fn bare(text: &[u8]) -> Option<(String, &[u8])> {
    let mut inside = false;
    let mut end = text.len();
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'[' => inside = true,
            b']' => inside = false,
            b' ' | b'(' | b')' if !inside => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let (word, rest) = text.split_at_checked(end)?;
    Some((String::from_utf8_lossy(word).into_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str) -> Vec<Piece> {
        vec![Piece::Line(text.as_bytes().to_vec())]
    }

    fn bare(text: &str) -> Word {
        Word::Bare(text.to_owned())
    }

    #[test]
    fn statuses_are_read_with_their_codes_and_without_their_texts() {
        let (no, code) = (Status::No, vec!["AUTHENTICATIONFAILED".to_owned()]);
        let said = reply(line("g3 NO [AUTHENTICATIONFAILED] who is jo (\"?"));
        assert_eq!(said, Reply::Status { tag: Some("g3".to_owned()), status: no, code });
        let code = vec!["UIDVALIDITY".to_owned(), "7".to_owned()];
        let said = reply(line("* OK [UIDVALIDITY 7] UIDs valid"));
        assert_eq!(said, Reply::Status { tag: None, status: Status::Ok, code });
        assert_eq!(reply(line("+ ")), Reply::GoOn);
        assert_eq!(reply(line("* BYE")), Reply::Status { tag: None, status: Status::Bye, code: vec![] });
    }

    #[test]
    fn a_message_is_read_with_all_that_comes_with_it() {
        let said = reply(vec![
            Piece::Line(
                b"* 12 FETCH (FLAGS (\\Seen) UID 120 INTERNALDATE \" 1-Jan-2024 10:00:00 +0100\" BODY[]<0> "
                    .to_vec(),
            ),
            Piece::Counted(b"Subject: )\r\n(".to_vec()),
            Piece::Line(b" X BODY[HEADER.FIELDS (TO)] NIL)".to_vec()),
        ]);
        let Reply::Data(words) = said else { panic!("{said:?}") };
        assert_eq!(words[..2], [bare("12"), bare("FETCH")]);
        let Word::List(list) = &words[2] else { panic!("{words:?}") };
        assert_eq!(list[1], Word::List(vec![bare("\\Seen")]));
        assert_eq!(list[3].number(), Some(120));
        assert_eq!(list[5], Word::Bytes(b" 1-Jan-2024 10:00:00 +0100".to_vec()));
        assert_eq!(list[6..8], [bare("BODY[]<0>"), Word::Bytes(b"Subject: )\r\n(".to_vec())]);
        assert_eq!(list[9], bare("BODY[HEADER.FIELDS (TO)]"));
    }

    #[test]
    fn only_data_announces_bytes() {
        assert_eq!(announced(b"* 1 FETCH (BODY[] {42}", true), Some(42));
        assert_eq!(announced(b"* 1 FETCH (BODY[] {42+}", true), Some(42));
        assert_eq!(announced(b"* NO the disk is full {42}", true), None);
        assert_eq!(announced(b"* SEARCH 1 2", true), None);
    }

    #[test]
    fn what_does_not_fit_is_noise() {
        for text in ["* 1 FETCH (UID", "* 1 FETCH UID)", "* 1 FETCH (\"x", "hello", "", "* ((((((((((((((((x"]
        {
            assert_eq!(reply(line(text)), Reply::Noise, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(lines in prop::collection::vec("[ -~]{0,40}", 1..4), bytes: Vec<u8>) {
            let mut pieces: Vec<Piece> = lines.iter().map(|text| Piece::Line(text.clone().into_bytes())).collect();
            let _ = reply(pieces.clone());
            if let Some(Piece::Line(first)) = pieces.first_mut() {
                first.splice(0..0, *b"* ");
            }
            pieces.push(Piece::Line(bytes.clone()));
            let _ = announced(&bytes, true);
            let _ = reply(pieces);
        }
    }
}
