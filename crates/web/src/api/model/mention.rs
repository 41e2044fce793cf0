//! A mention, with what the machine thinks of it.

use gehoor_domain::assessment::Assessment;
use gehoor_domain::mention::Mention;
use serde::Serialize;
use utoipa::ToSchema;

use crate::html::safe_link;

/// One public text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiMention {
    /// Its name.
    pub(crate) id: String,
    /// The source it was found at.
    pub(crate) source: String,
    /// The platform's own id.
    pub(crate) external_id: String,
    /// The channel.
    pub(crate) channel: String,
    /// Where people read it; only `http` and `https`.
    pub(crate) permalink: Option<String>,
    /// The author's name as shown.
    pub(crate) author: String,
    /// The author's key within the platform.
    pub(crate) author_key: String,
    /// Its title.
    pub(crate) title: Option<String>,
    /// The text, as it was written: hostile until escaped.
    pub(crate) text: String,
    /// When it was published.
    pub(crate) published: String,
    /// When we saw it.
    pub(crate) seen: String,
    /// The rating on the scale 1 to 5.
    pub(crate) stars: Option<f64>,
    /// Written by one of our accounts.
    pub(crate) own: bool,
    /// When it was found to be gone.
    pub(crate) withdrawn: Option<String>,
    /// The mention that it is a copy of.
    pub(crate) copy_of: Option<String>,
    /// The case it belongs to, within the scope.
    pub(crate) case: Option<u64>,
    /// The location it is about.
    pub(crate) location: Option<String>,
    /// What the machine thinks, with its confidence.
    pub(crate) assessment: Option<ApiAssessment>,
}

/// What the machine thinks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiAssessment {
    /// The language.
    pub(crate) lang: ApiJudged,
    /// The feeling.
    pub(crate) sentiment: ApiJudged,
    /// The intent.
    pub(crate) intent: ApiJudged,
    /// 0 to 3.
    pub(crate) severity: ApiJudged,
    /// Who has to act.
    pub(crate) responsible: ApiJudged,
    /// Topics, most likely first.
    pub(crate) topics: Vec<ApiJudged>,
    /// Signals, most likely first.
    pub(crate) signals: Vec<ApiJudged>,
    /// The model that judged.
    pub(crate) model: String,
}

/// A judgement with its probability.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiJudged {
    /// What was judged.
    pub(crate) label: String,
    /// 0 to 1.
    pub(crate) p: f32,
}

impl ApiMention {
    /// From a mention with its assessment.
    pub(crate) fn new(mention: &Mention, assessment: Option<&Assessment>, case: Option<u64>) -> Self {
        Self {
            id: mention.id.to_string(),
            source: mention.source.to_string(),
            external_id: mention.external_id.clone(),
            channel: mention.channel.as_str().to_owned(),
            permalink: safe_link(mention.permalink.as_deref()),
            author: mention.author.name.clone(),
            author_key: mention.author.key.to_string(),
            title: mention.title.clone(),
            text: mention.text.clone(),
            published: mention.published.to_string(),
            seen: mention.seen.to_string(),
            stars: mention.stars.and_then(gehoor_domain::mention::Stars::out_of_five),
            own: mention.own,
            withdrawn: mention.withdrawn.map(|at| at.to_string()),
            copy_of: assessment.and_then(|a| a.copy_of.as_ref()).map(|copy| copy.original.to_string()),
            case,
            location: assessment.and_then(|a| a.located.as_ref()).map(|l| l.location.to_string()),
            assessment: assessment.map(ApiAssessment::new),
        }
    }
}

impl ApiAssessment {
    fn new(a: &Assessment) -> Self {
        let judged = |label: &str, p: f32| ApiJudged { label: label.to_owned(), p };
        Self {
            lang: judged(a.lang.label.as_str(), a.lang.p),
            sentiment: judged(a.sentiment.label.as_str(), a.sentiment.p),
            intent: judged(a.intent.label.as_str(), a.intent.p),
            severity: judged(&a.severity.label.level().to_string(), a.severity.p),
            responsible: judged(a.responsible.label.as_str(), a.responsible.p),
            topics: a.topics.iter().map(|t| judged(t.label.as_str(), t.p)).collect(),
            signals: a.signals.iter().map(|s| judged(s.label.as_str(), s.p)).collect(),
            model: a.model.clone(),
        }
    }
}
