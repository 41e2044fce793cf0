//! What the machine thinks of a mention, each judgement with its confidence and the words that led to it.

use serde::{Deserialize, Serialize};

use crate::copies::CopyOf;
use crate::ids::LocationId;

macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            /// All of them, in the order in which they are shown and numbered.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The name used in records, queries, files and locale keys.
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $($name::$variant => $text),+ } }
            /// Reads the name; `None` for an unknown one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> { Self::ALL.iter().copied().find(|l| l.as_str() == text) }
        }
    };
}

labels!(
    /// The language of a text.
    Lang {
        /// Dutch.
        Nl => "nl",
        /// English.
        En => "en",
        /// German.
        De => "de",
        /// French.
        Fr => "fr",
        /// Anything else, or too little to tell.
        Other => "other",
    }
);
labels!(
    /// The writer's feeling about the brand.
    Sentiment {
        /// Against.
        Negative => "negative",
        /// Neither.
        Neutral => "neutral",
        /// In favour.
        Positive => "positive",
        /// Both, about different things.
        Mixed => "mixed",
    }
);
labels!(
    /// What the writer does with the text.
    Intent {
        /// The writer's expectation of the brand was breached, and the text says so.
        Complaint => "complaint",
        /// Asks something, nothing was breached.
        Question => "question",
        /// Content, and says so.
        Praise => "praise",
        /// An opinion or a mention without either.
        Remark => "remark",
        /// News, jobs, give-aways, spam, or the word in another sense.
        Irrelevant => "irrelevant",
    }
);
labels!(
    /// A fact in the text that raises or lowers its rank.
    Signal {
        /// Leaves, or threatens to.
        Churn => "churn",
        /// Has asked before.
        RepeatContact => "repeat_contact",
        /// A promise of the brand was not kept.
        PromiseBroken => "promise_broken",
        /// Nobody can be reached.
        Unreachable => "unreachable",
        /// Lawyer, court, police, disputes committee.
        LegalThreat => "legal_threat",
        /// Press, television, going viral.
        MediaThreat => "media_threat",
        /// Somebody may come to harm.
        Safety => "safety",
        /// Personal data went astray.
        Privacy => "privacy",
        /// Somebody was treated worse for who he is.
        Discrimination => "discrimination",
        /// Elderly, ill, disabled, with a baby, poor.
        Vulnerable => "vulnerable",
        /// 500 euro or more.
        HighValue => "high_value",
        /// Says the opposite of what is meant.
        Sarcasm => "sarcasm",
        /// Weeks or more.
        LongWait => "long_wait",
        /// Names another company.
        CompetitorNamed => "competitor_named",
        /// Thanks one of the staff.
        ThanksStaff => "thanks_staff",
        /// The writer says that it is solved now.
        Solved => "resolved",
    }
);
labels!(
    /// Who has to act.
    Responsible {
        /// The shop.
        Location => "location",
        /// Web shop, customer service or policy.
        Headquarters => "headquarters",
        /// The parcel or transport firm.
        Carrier => "carrier",
        /// The maker.
        Supplier => "supplier",
        /// Cannot be told.
        Unknown => "unknown",
    }
);

/// How bad it is: 0 no complaint, 1 annoyance, 2 a real loss or an explicit request, 3 acute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Severity(u8);

impl Severity {
    /// No complaint.
    pub const NONE: Severity = Severity(0);
    /// Acute: safety, health, legal step, press, privacy, vulnerable person, large sum.
    pub const ACUTE: Severity = Severity(3);
    /// 0 to 3; `None` above.
    #[must_use]
    pub fn new(level: u8) -> Option<Self> {
        (level <= 3).then_some(Self(level))
    }
    /// The level, 0 to 3.
    #[must_use]
    pub fn level(self) -> u8 {
        self.0
    }
}
impl TryFrom<u8> for Severity {
    type Error = String;
    fn try_from(level: u8) -> Result<Self, String> {
        Self::new(level).ok_or_else(|| format!("severity is 0 to 3, not {level}"))
    }
}
impl From<Severity> for u8 {
    fn from(severity: Severity) -> u8 {
        severity.0
    }
}

/// One of the topics of `config/taxonomy.toml`, such as `delivery.late`: a group and a topic within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Topic(pub String);

impl Topic {
    /// The first level, such as `delivery`.
    #[must_use]
    pub fn group(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }
    /// The topic as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A judgement with its confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Judged<T> {
    /// What was judged.
    pub label: T,
    /// Probability, 0 to 1.
    pub p: f32,
}

/// Words of the text, or a rule, that led to a judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The words in the text's own letters.
    pub text: String,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What it speaks for, such as `intent.complaint`, `signal.safety` or `topic.delivery.late`.
    #[serde(rename = "for")]
    pub speaks_for: String,
}

/// Which shop it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Located {
    /// The shop or head office.
    pub location: LocationId,
    /// 0 to 1.
    pub p: f32,
    /// How it was told: `id`, `handle`, `address`, `alias`, `place`, `thread`, `webshop`, `manual`.
    pub by: String,
    /// The words, where words told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What the machine thinks of one mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Language.
    pub lang: Judged<Lang>,
    /// Most likely feeling.
    pub sentiment: Judged<Sentiment>,
    /// Probability of each feeling, in the order of [`Sentiment::ALL`].
    pub sentiment_p: Vec<f32>,
    /// Most likely intent.
    pub intent: Judged<Intent>,
    /// Probability of each intent, in the order of [`Intent::ALL`].
    pub intent_p: Vec<f32>,
    /// Most likely severity.
    pub severity: Judged<Severity>,
    /// Probability of each severity, 0 to 3.
    pub severity_p: Vec<f32>,
    /// Topics, most likely first.
    #[serde(default)]
    pub topics: Vec<Judged<Topic>>,
    /// Signals, most likely first.
    #[serde(default)]
    pub signals: Vec<Judged<Signal>>,
    /// Who has to act.
    pub responsible: Judged<Responsible>,
    /// Probability of each responsible party, in the order of [`Responsible::ALL`].
    #[serde(default)]
    pub responsible_p: Vec<f32>,
    /// The shop, where it could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<Located>,
    /// The words that led to all this.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Which model judged, and the rules beside it.
    pub model: String,
    /// Fields set by a person (`intent`, `severity`, …): they stay when the machine judges again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<String>,
    /// The text that it is a copy of: such a mention is kept and shown with that one, and not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<CopyOf>,
}

impl Assessment {
    /// Whether this signal was found.
    #[must_use]
    pub fn has(&self, signal: Signal) -> bool {
        self.signals.iter().any(|s| s.label == signal)
    }
    /// Whether it asks for a case: a complaint, or a question waiting for an answer (rule 1).
    #[must_use]
    pub fn wants_case(&self) -> bool {
        matches!(self.intent.label, Intent::Complaint | Intent::Question)
    }
}
