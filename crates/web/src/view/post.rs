//! One post of a customer, of ours or of a bystander, with what the machine thinks of it.

use std::collections::BTreeMap;

use gehoor_classify::labels::TOPICS;
use gehoor_domain::assessment::{Assessment, Intent, Lang, Sentiment, Severity, Signal};
use gehoor_domain::case::Voice;
use gehoor_domain::copies::Copier;
use gehoor_domain::mention::{Mention, Repair};
use jiff::Timestamp;

use super::Choice;
use crate::html::{Piece, pieces, safe_link};
use crate::ui::Ui;

/// A judgement as a line of a table.
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) label: String,
    pub(crate) sure: String,
    pub(crate) by_hand: bool,
}

/// Words and what they speak for.
pub(crate) struct ReasonView {
    pub(crate) words: String,
    pub(crate) speaks_for: String,
}

/// What the machine thinks.
pub(crate) struct Thinks {
    pub(crate) feel_icon: String,
    pub(crate) sentiment: String,
    pub(crate) intent: String,
    pub(crate) severity: Option<String>,
    pub(crate) topics: Vec<String>,
    pub(crate) signals: Vec<String>,
    /// What of it is a guess, in words; nothing when it is sure of all.
    pub(crate) unsure: Option<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) reasons: Vec<ReasonView>,
    pub(crate) model: String,
    /// Intent, feeling and severity as shown, to tell what a correction changes.
    pub(crate) was: (&'static str, &'static str, String),
    pub(crate) intents: Vec<Choice>,
    pub(crate) sentiments: Vec<Choice>,
    pub(crate) severities: Vec<Choice>,
    /// Topics by group.
    pub(crate) topic_ticks: Vec<(String, Vec<Choice>)>,
    pub(crate) signal_ticks: Vec<Choice>,
    /// Topics and signals as shown, to tell what a correction changes.
    pub(crate) was_topics: String,
    pub(crate) was_signals: String,
}

/// One post.
pub(crate) struct PostView {
    pub(crate) id: String,
    pub(crate) voice: &'static str,
    pub(crate) author: String,
    pub(crate) handle: Option<String>,
    pub(crate) channel_icon: String,
    pub(crate) source: String,
    pub(crate) place: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) edited: bool,
    pub(crate) link: Option<String>,
    pub(crate) stars: Option<String>,
    pub(crate) title: Option<Vec<Piece>>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) withdrawn: Option<String>,
    pub(crate) lang: Option<&'static str>,
    pub(crate) repairs: Vec<String>,
    pub(crate) thinks: Option<Thinks>,
    pub(crate) case: Option<u64>,
    /// Of what it is a copy, in words.
    pub(crate) copy: Option<String>,
    /// Its copies: how many, in words, and the search that shows them.
    pub(crate) copies: Option<(String, String)>,
}

impl PostView {
    /// Makes a post. Without `marks` the words that led to the assessment are marked.
    pub(crate) fn new(
        ui: &Ui,
        mention: &Mention,
        assessment: Option<&Assessment>,
        voice: Voice,
        source: &str,
        marks: Option<&[std::ops::Range<usize>]>,
    ) -> Self {
        let title = mention.title.as_deref().filter(|t| !t.is_empty() && !mention.text.starts_with(t));
        let (in_title, in_text) = match (marks, assessment) {
            (Some(marks), _) => (Vec::new(), marks.iter().map(|m| (m.start, m.end)).collect()),
            (None, Some(a)) if voice == Voice::Customer => decisive(a, title),
            _ => (Vec::new(), Vec::new()),
        };
        Self {
            id: mention.id.to_string(),
            voice: match voice {
                Voice::Customer => "customer",
                Voice::Us => "us",
                Voice::Bystander => "bystander",
            },
            author: mention.author.name.clone(),
            handle: mention.author.handle.clone().filter(|h| *h != mention.author.name),
            channel_icon: format!("channel-{}", mention.channel.as_str()),
            source: source.to_owned(),
            place: assessment.and_then(|a| a.located.as_ref()).map(|l| ui.place_name(&l.location)),
            at: mention.published,
            edited: mention.edited.is_some() || mention.revision > 1,
            link: safe_link(mention.permalink.as_deref()),
            stars: stars(ui, mention),
            title: title.map(|t| pieces(t, &in_title)),
            pieces: pieces(&mention.text, &in_text),
            withdrawn: mention.withdrawn.map(|at| ui.exact(at)),
            lang: assessment.map(|a| a.lang.label).filter(|l| *l != Lang::Other).map(Lang::as_str),
            repairs: mention.repairs.iter().map(|r| ui.t(repair(*r))).collect(),
            thinks: assessment.filter(|_| !mention.own).map(|a| thinks(ui, a)),
            case: None,
            copy: assessment.and_then(|a| a.copy_of.as_ref()).map(|copy| ui.t(copied(copy.by))),
            copies: None,
        }
    }
}

/// Byte ranges in a title and in a text.
type Ranges = Vec<(usize, usize)>;

/// The words that led to a judgement. Judged was the title, a line break and the text.
fn decisive(a: &Assessment, title: Option<&str>) -> (Ranges, Ranges) {
    let offset = title.map_or(0, |t| t.len() + 1);
    // The words of the mood are not marked: nearly every word would be.
    let all = a.reasons.iter().filter(|r| !r.speaks_for.starts_with("sentiment"));
    let (text, title): (Vec<_>, Vec<_>) =
        all.map(|r| (r.start, r.end)).partition(|(start, _)| *start >= offset);
    (title, text.into_iter().map(|(start, end)| (start - offset, end.saturating_sub(offset))).collect())
}

/// A rating on the scale of five, in words: stars alone are not read aloud.
pub(crate) fn stars(ui: &Ui, mention: &Mention) -> Option<String> {
    let value = mention.stars?.out_of_five()?;
    let decimals = usize::from(value.fract() != 0.0);
    Some(ui.tv("stars-of-five", &ui.tongue.number(value, decimals)))
}

fn copied(by: Copier) -> &'static str {
    match by {
        Copier::Author => "copy-by-author",
        Copier::Other => "copy-by-other",
    }
}

fn repair(repair: Repair) -> &'static str {
    match repair {
        Repair::NoTime => "repair-no-time",
        Repair::FutureTime => "repair-future-time",
        Repair::NoAuthor => "repair-no-author",
        Repair::TextCut => "repair-text-cut",
    }
}

fn thinks(ui: &Ui, a: &Assessment) -> Thinks {
    let by_hand = |field: &str| a.corrected.iter().any(|c| c == field);
    let line = |what: &str, label: String, p: f32| Line {
        what: ui.t(what),
        label,
        sure: ui.percent(f64::from(p)),
        by_hand: by_hand(what),
    };
    let severity = a.severity.label.level().to_string();
    let mut lines = vec![
        line("intent", ui.label("intent", a.intent.label.as_str()), a.intent.p),
        line("sentiment", ui.label("sentiment", a.sentiment.label.as_str()), a.sentiment.p),
        line("severity", ui.label("severity", &severity), a.severity.p),
        line("responsible", ui.label("responsible", a.responsible.label.as_str()), a.responsible.p),
        line("language", ui.label("lang", a.lang.label.as_str()), a.lang.p),
    ];
    lines.extend(a.topics.iter().map(|t| line("topic", ui.label("topic", t.label.as_str()), t.p)));
    lines.extend(a.signals.iter().map(|s| line("signal", ui.label("signal", s.label.as_str()), s.p)));
    if let Some(l) = &a.located {
        let how = ui.label("located-by", &l.by);
        lines.push(line("location", format!("{} ({how})", ui.place_name(&l.location)), l.p));
    }
    Thinks {
        feel_icon: format!("feel-{}", a.sentiment.label.as_str()),
        sentiment: ui.label("sentiment", a.sentiment.label.as_str()),
        intent: ui.label("intent", a.intent.label.as_str()),
        severity: (a.severity.label > Severity::NONE).then(|| ui.label("severity", &severity)),
        topics: a.topics.iter().take(3).map(|t| ui.label("topic", t.label.as_str())).collect(),
        signals: a.signals.iter().map(|s| ui.label("signal", s.label.as_str())).collect(),
        unsure: unsure(ui, a),
        lines,
        reasons: a
            .reasons
            .iter()
            .map(|r| ReasonView { words: r.text.clone(), speaks_for: speaks_for(ui, &r.speaks_for) })
            .collect(),
        model: a.model.clone(),
        was: (a.intent.label.as_str(), a.sentiment.label.as_str(), severity.clone()),
        intents: Intent::ALL
            .iter()
            .map(|x| Choice::new(x.as_str(), ui.label("intent", x.as_str()), *x == a.intent.label))
            .collect(),
        sentiments: Sentiment::ALL
            .iter()
            .map(|x| Choice::new(x.as_str(), ui.label("sentiment", x.as_str()), *x == a.sentiment.label))
            .collect(),
        topic_ticks: topic_ticks(ui, a),
        signal_ticks: Signal::ALL
            .iter()
            .map(|s| {
                Choice::new(
                    s.as_str(),
                    ui.label("signal", s.as_str()),
                    a.signals.iter().any(|x| x.label == *s),
                )
            })
            .collect(),
        was_topics: a.topics.iter().map(|t| t.label.as_str()).collect::<Vec<_>>().join(" "),
        was_signals: a.signals.iter().map(|s| s.label.as_str()).collect::<Vec<_>>().join(" "),
        severities: (0..4u8)
            .map(|n| Choice::new(n, ui.label("severity", &n.to_string()), n == a.severity.label.level()))
            .collect(),
    }
}

/// All topics by group, and those that a model of another list found.
fn topic_ticks(ui: &Ui, a: &Assessment) -> Vec<(String, Vec<Choice>)> {
    let found = |name: &str| a.topics.iter().any(|t| t.label.as_str() == name);
    let others = a.topics.iter().map(|t| t.label.as_str()).filter(|name| !TOPICS.contains(name));
    let mut groups: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
    for name in TOPICS.iter().copied().chain(others) {
        let group = ui.label("topicgroup", name.split('.').next().unwrap_or(name));
        groups.entry(group).or_default().push(Choice::new(name, ui.label("topic", name), found(name)));
    }
    groups.into_iter().collect()
}

/// What the model only guesses and nobody corrected, as one line.
fn unsure(ui: &Ui, a: &Assessment) -> Option<String> {
    let name = |task: &&str| if *task == "complaint" { ui.label("part", task) } else { ui.t(task) };
    let guessed = gehoor_classify::sure::unsure(a);
    let words: Vec<String> =
        guessed.iter().filter(|task| !a.corrected.iter().any(|c| c == *task)).map(name).collect();
    (!words.is_empty()).then(|| ui.tv("thinks-unsure", &words.join(", ").to_lowercase()))
}

/// `signal.safety` in words.
fn speaks_for(ui: &Ui, name: &str) -> String {
    match name.split_once('.') {
        Some((group, label)) => ui.label(group, label),
        None => ui.label("speaks", name),
    }
}
