//! From an opened folder to the answer: which messages, how much of each, and JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use jiff::fmt::strtime;
use serde::Serialize;

use super::address::{Address, folder_on_the_wire};
use super::talk::{Done, Talk, Trouble, quoted};
use super::words::{Status, Word};

/// Messages in one answer.
const MOST_MESSAGES: usize = 50;
/// Bytes that are fetched of one message: texts come before attachments, and nobody types more.
const MESSAGE_CAP: usize = 1024 * 1024;
/// Numbers that are looked through at a time; doubled while nothing is found, up to the widest.
const WINDOW: u32 = 10_000;
const WIDEST: u32 = 160_000;
/// Times that it is looked further in one call.
const LOOKS: usize = 32;

#[derive(Debug, Serialize)]
struct Answer {
    uidvalidity: u32,
    uidnext: u32,
    next: u32,
    more: bool,
    messages: Vec<Message>,
}

#[derive(Debug, Serialize)]
struct Message {
    uid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_date: Option<Timestamp>,
    size: u32,
    cut: bool,
    raw: String,
}

/// Opens the folder and fetches what is asked for, as JSON within `body_cap`.
///
/// # Errors
/// [`Trouble`] when the folder cannot be read.
pub(crate) async fn read(talk: &mut Talk, address: &Address, body_cap: usize) -> Result<Bytes, Trouble> {
    // EXAMINE and not SELECT: nothing that we do can change the mailbox.
    let folder = folder_on_the_wire(&address.folder);
    let opened = talk.command(&format!("EXAMINE {}", quoted(&folder))).await?;
    if opened.status != Status::Ok {
        return Err(refusal(&opened, "has no folder of this name that may be read: check `folder`"));
    }
    let number = |name: &str| {
        let code = opened.codes.iter().find(|code| code.first().is_some_and(|first| first == name))?;
        code.get(1)?.parse::<u32>().ok()
    };
    let Some(validity) = number("UIDVALIDITY") else {
        return Err(Trouble::Refused("gives its messages no lasting numbers".to_owned()));
    };
    let uidnext = number("UIDNEXT");
    if address.validity.is_some_and(|asked| asked != validity) {
        // The numbers that were asked for mean other messages now.
        let uidnext = uidnext.unwrap_or(1);
        return answer(&Answer { uidvalidity: validity, uidnext, next: 1, more: true, messages: Vec::new() });
    }
    let found = look(talk, address.first, uidnext).await?;
    let wanted = found.uids.get(..found.uids.len().min(MOST_MESSAGES)).unwrap_or_default();
    let (messages, taken) = fetch(talk, wanted, body_cap).await?;
    let left_over = taken < found.uids.len();
    let next = match wanted.get(..taken).unwrap_or_default().last() {
        Some(last) if left_over || uidnext.is_none() => last.saturating_add(1),
        _ if left_over => address.first,
        _ => found.seen_to,
    };
    let more = left_over || uidnext.is_some_and(|end| next < end);
    let uidnext = uidnext.unwrap_or(next);
    answer(&Answer { uidvalidity: validity, uidnext, next, more, messages })
}

fn answer(answer: &Answer) -> Result<Bytes, Trouble> {
    let json = serde_json::to_vec(answer);
    json.map(Bytes::from).map_err(|_| Trouble::Refused("gave what cannot be written down".to_owned()))
}

struct Found {
    /// In ascending order.
    uids: Vec<u32>,
    /// All below are among them.
    seen_to: u32,
}

/// The numbers of messages from `first` on: of the first stretch that holds any.
async fn look(talk: &mut Talk, first: u32, uidnext: Option<u32>) -> Result<Found, Trouble> {
    let Some(end) = uidnext else {
        // `n:*` always names the last message, even one below n.
        let uids = search(talk, &format!("{first}:*"), first).await?;
        let seen_to = uids.last().map_or(first, |last| last.saturating_add(1));
        return Ok(Found { uids, seen_to });
    };
    let (mut from, mut width) = (first.min(end), WINDOW);
    for _ in 0..LOOKS {
        if from >= end {
            break;
        }
        let to = from.saturating_add(width - 1).min(end - 1);
        let uids = search(talk, &format!("{from}:{to}"), from).await?;
        from = to.saturating_add(1);
        if !uids.is_empty() {
            return Ok(Found { uids, seen_to: from });
        }
        width = (width * 2).min(WIDEST);
    }
    Ok(Found { uids: Vec::new(), seen_to: from })
}

async fn search(talk: &mut Talk, range: &str, first: u32) -> Result<Vec<u32>, Trouble> {
    let done = talk.command(&format!("UID SEARCH UID {range}")).await?;
    if done.status != Status::Ok {
        return Err(refusal(&done, "does not let its messages be searched"));
    }
    let lists = done.data.iter().filter(|words| words.first().is_some_and(|word| word.is("SEARCH")));
    let mut uids: Vec<u32> = lists.flat_map(|words| words.iter().skip(1)).filter_map(Word::number).collect();
    uids.retain(|uid| *uid >= first);
    uids.sort_unstable();
    uids.dedup();
    Ok(uids)
}

/// Fetches as many of them as fit. Gives the messages and how many of the numbers are done with.
async fn fetch(talk: &mut Talk, uids: &[u32], body_cap: usize) -> Result<(Vec<Message>, usize), Trouble> {
    if uids.is_empty() {
        return Ok((Vec::new(), 0));
    }
    // Base64 makes four bytes of three.
    let room = body_cap / 4 * 3 - body_cap / 64;
    let cap = MESSAGE_CAP.min(room);
    let sizes = sizes(talk, uids).await?;
    let (mut taken, mut bytes) = (0, 0_usize);
    for uid in uids {
        let size = sizes.iter().find(|(one, _)| one == uid).map_or(0, |(_, size)| *size);
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(cap);
        if taken > 0 && bytes.saturating_add(size) > room {
            break;
        }
        bytes = bytes.saturating_add(size);
        taken += 1;
    }
    let taken_uids = uids.get(..taken).unwrap_or_default();
    let mut messages = match fetch_set(talk, taken_uids, cap).await? {
        Some(messages) => messages,
        // One that cannot be read must not hide the others.
        None => {
            let mut each = Vec::new();
            for uid in taken_uids {
                match fetch_set(talk, &[*uid], cap).await? {
                    Some(found) => each.extend(found),
                    None => each.push(Message {
                        uid: *uid,
                        internal_date: None,
                        size: 0,
                        cut: true,
                        raw: String::new(),
                    }),
                }
            }
            each
        }
    };
    messages.sort_by_key(|message| message.uid);
    messages.dedup_by_key(|message| message.uid);
    Ok((messages, taken))
}

fn set(uids: &[u32]) -> String {
    let numbers: Vec<String> = uids.iter().map(u32::to_string).collect();
    numbers.join(",")
}

async fn sizes(talk: &mut Talk, uids: &[u32]) -> Result<Vec<(u32, u32)>, Trouble> {
    let done = talk.command(&format!("UID FETCH {} (UID RFC822.SIZE)", set(uids))).await?;
    let lists = done.data.iter().filter_map(|words| attributes(words));
    Ok(lists
        .filter_map(|list| Some((value(list, "UID")?.number()?, value(list, "RFC822.SIZE")?.number()?)))
        .collect())
}

/// Fetches these; `None` when the server refuses.
async fn fetch_set(talk: &mut Talk, uids: &[u32], cap: usize) -> Result<Option<Vec<Message>>, Trouble> {
    let command = format!("UID FETCH {} (UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{cap}>)", set(uids));
    let done = talk.command(&command).await?;
    if done.status != Status::Ok {
        return Ok(None);
    }
    let mut messages = Vec::new();
    for words in done.data {
        let Some(list) = attributes(&words) else { continue };
        let Some(uid) = value(list, "UID").and_then(Word::number).filter(|uid| uids.contains(uid)) else {
            continue;
        };
        let body =
            list.iter().position(|word| word.bare().is_some_and(is_body)).and_then(|at| list.get(at + 1));
        // A change of flags that is told on the way has no body; a message that was just removed comes as NIL.
        let Some(body) = body else { continue };
        let bytes: &[u8] = if let Word::Bytes(bytes) = body { bytes } else { &[] };
        let size = value(list, "RFC822.SIZE").and_then(Word::number).unwrap_or(0);
        let whole = bytes.get(..bytes.len().min(cap)).unwrap_or_default();
        let cut =
            bytes.is_empty() || bytes.len() >= cap && usize::try_from(size).is_ok_and(|size| size > cap);
        let internal_date = value(list, "INTERNALDATE").and_then(date);
        messages.push(Message { uid, internal_date, size, cut, raw: STANDARD.encode(whole) });
    }
    Ok(Some(messages))
}

fn is_body(name: &str) -> bool {
    name.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("BODY[]"))
}

/// The list of a `n FETCH (…)`.
fn attributes(words: &[Word]) -> Option<&[Word]> {
    match words {
        [_, name, Word::List(list)] if name.is("FETCH") => Some(list),
        _ => None,
    }
}

/// What follows a name in a list of names and values.
fn value<'a>(list: &'a [Word], name: &str) -> Option<&'a Word> {
    let at = list.iter().step_by(2).position(|word| word.is(name))?;
    list.get(at * 2 + 1)
}

/// `17-Jul-1996 02:44:25 -0700`, with a space before a day of one digit.
fn date(word: &Word) -> Option<Timestamp> {
    let Word::Bytes(bytes) = word else { return None };
    let text = std::str::from_utf8(bytes).ok()?.trim();
    strtime::parse("%d-%b-%Y %H:%M:%S %z", text).ok()?.to_timestamp().ok()
}

/// What a refused command means.
fn refusal(done: &Done, otherwise: &str) -> Trouble {
    let has = |code: &str| done.code.iter().any(|one| one == code);
    if has("UNAVAILABLE") || has("SERVERBUG") {
        return Trouble::Down("cannot be read now".to_owned());
    }
    if has("INUSE") || has("LIMIT") || has("THROTTLED") {
        return Trouble::Busy("asks for patience".to_owned());
    }
    Trouble::Refused(otherwise.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_imap_are_read() {
        let read = |text: &str| date(&Word::Bytes(text.as_bytes().to_vec())).map(|at| at.to_string());
        assert_eq!(read("17-Jul-1996 02:44:25 -0700").as_deref(), Some("1996-07-17T09:44:25Z"));
        assert_eq!(read(" 3-May-2024 12:00:00 +0200").as_deref(), Some("2024-05-03T10:00:00Z"));
        assert_eq!(read("yesterday"), None);
        assert_eq!(date(&Word::Bare("NIL".to_owned())), None);
    }
}
