//! What every classifier must do, whatever model is behind it. A test of each model calls [`check`].

use gehoor_domain::assessment::Assessment;
use gehoor_domain::mention::Channel;

use crate::classifier::{Classifier, Doc};

/// Texts that have broken such programs before: empty, huge, right to left, emoji, markup, control characters.
#[must_use]
pub fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " \n\t ",
        "a",
        "👍🏼👨‍👩‍👧‍👦🇳🇱5️⃣",
        "שלום, המוצר הגיע שבור \u{202e}kapot\u{202c}",
        "<script>alert('klacht')</script><b>slecht</b>",
        "\u{0}\u{1}\u{feff}bank\u{ad}stel kapot\u{200b}",
        "Ik ben 80, ruik gas en betaalde €1.250,00 voor order 100482217. Niemand belt terug!!!",
        "e\u{301}e\u{301}n ﬁjne dag ǅ ß İ",
        "' OR 1=1; -- %s %n {{7*7}} ../../etc",
        "niet niet niet niet niet",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    texts.push("Mijn bank is nog steeds niet geleverd. ".repeat(1300));
    texts.push("x".repeat(50_000));
    texts
}

/// Checks a classifier against all rules; the message of the first broken one otherwise.
///
/// # Errors
/// Names the rule and the number of the text, never the text.
pub async fn check(classifier: &dyn Classifier) -> Result<(), String> {
    let texts = hostile_texts();
    let doc = |text| Doc { text, lang: None, stars: None, channel: Some(Channel::Microblog) };
    let docs: Vec<Doc<'_>> = texts.iter().map(|t| doc(t.as_str())).collect();
    let batch = classifier.classify(&docs).await.map_err(|e| e.to_string())?;
    if batch.len() != docs.len() {
        return Err(format!("{} texts gave {} assessments", docs.len(), batch.len()));
    }
    if !classifier.classify(&[]).await.map_err(|e| e.to_string())?.is_empty() {
        return Err("no texts gave assessments".to_owned());
    }
    for (number, (doc, assessment)) in docs.iter().zip(&batch).enumerate() {
        sound(doc.text, assessment).map_err(|why| format!("text {number}: {why}"))?;
        if assessment.model != classifier.id() {
            return Err(format!("text {number}: the assessment names another model"));
        }
        // Twice alone and once in a batch: the same text gets the same assessment.
        for _ in 0..2 {
            let alone = classifier.classify(std::slice::from_ref(doc)).await.map_err(|e| e.to_string())?;
            if alone.first() != Some(assessment) {
                return Err(format!("text {number}: judged differently alone and in a batch"));
            }
        }
    }
    let backwards: Vec<Doc<'_>> = docs.iter().rev().copied().collect();
    let judged = classifier.classify(&backwards).await.map_err(|e| e.to_string())?;
    if !judged.iter().rev().eq(batch.iter()) {
        return Err("the order of the texts changes the assessments".to_owned());
    }
    Ok(())
}

/// Checks what must hold for one assessment of one text.
///
/// # Errors
/// Names the rule that is broken.
pub fn sound(text: &str, a: &Assessment) -> Result<(), String> {
    let lists = [
        ("sentiment", &a.sentiment_p),
        ("intent", &a.intent_p),
        ("severity", &a.severity_p),
        ("responsible", &a.responsible_p),
    ];
    for (name, p) in lists {
        let sum: f32 = p.iter().sum();
        if (sum - 1.0).abs() > 1e-3 || p.iter().any(|p| !(0.0..=1.0 + 1e-5).contains(p)) {
            return Err(format!("the probabilities of {name} do not sum to 1 but to {sum}"));
        }
    }
    let singles = a.topics.iter().map(|t| t.p).chain(a.signals.iter().map(|s| s.p));
    if singles.chain([a.lang.p, a.intent.p, a.sentiment.p]).any(|p| !(0.0..=1.0 + 1e-5).contains(&p)) {
        return Err("a probability lies outside 0 to 1".to_owned());
    }
    if a.located.is_some() || !a.corrected.is_empty() {
        return Err("a model neither locates nor corrects".to_owned());
    }
    let mut end = 0;
    for reason in &a.reasons {
        if text.get(reason.start..reason.end) != Some(reason.text.as_str()) || reason.text.is_empty() {
            return Err("the words of a reason are not those at its place".to_owned());
        }
        if reason.start < end {
            return Err("reasons overlap or are out of order".to_owned());
        }
        end = reason.end;
    }
    if a.reasons.len() > 8 {
        return Err(format!("{} reasons are too many to read", a.reasons.len()));
    }
    Ok(())
}
