//! Counting: all figures of many texts, each as often as it was drawn.

use std::collections::BTreeMap;

use gehoor_domain::assessment::Assessment;

use super::facts::{CHOICES, Fact, LISTS};
use super::{Acute, Complaint, List, NO_LANGUAGE, Part};
use crate::labelled::Labelled;
use crate::measure::{Choice, Counts, Tie, auc, average_precision, hits};

/// The texts of one part, put in order once.
#[derive(Debug)]
pub(crate) struct Sheet {
    facts: Vec<Fact>,
    /// Those with a label for "complaint", by falling probability.
    by_complaint: Vec<usize>,
    /// Those with a severity, by falling urgency.
    by_urgency: Vec<usize>,
}

/// All texts, and those of each language.
#[derive(Debug)]
pub(crate) struct Sheets {
    pub(crate) all: Sheet,
    /// Empty when there is only one.
    pub(crate) languages: BTreeMap<String, Sheet>,
    /// The only language.
    pub(crate) only: Option<String>,
}

impl Sheets {
    pub(crate) fn of(judged: &[(&Labelled, Assessment)]) -> Self {
        let mut languages: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
        let mut all = Vec::with_capacity(judged.len());
        for (row, assessment) in judged {
            let fact = Fact::of(row, assessment);
            all.push(fact);
            languages.entry(row.lang.as_deref().unwrap_or(NO_LANGUAGE)).or_default().push(fact);
        }
        let only =
            languages.first_key_value().map(|(lang, _)| (*lang).to_owned()).filter(|_| languages.len() == 1);
        if only.is_some() {
            languages.clear();
        }
        let languages = languages.into_iter().map(|(lang, facts)| (lang.to_owned(), Sheet::new(facts)));
        Self { languages: languages.collect(), all: Sheet::new(all), only }
    }
}

/// How often each text was drawn; once each when there was no draw.
type Weights<'a> = Option<&'a [u32]>;

fn weight(weights: Weights<'_>, at: usize) -> usize {
    weights.map_or(1, |weights| weights.get(at).copied().unwrap_or_default() as usize)
}

impl Sheet {
    fn new(facts: Vec<Fact>) -> Self {
        let falling = |labelled: fn(&Fact) -> bool, score: fn(&Fact) -> f32| {
            let of = |at: &usize| facts.get(*at).map(score).unwrap_or_default();
            let mut order: Vec<usize> =
                facts.iter().enumerate().filter(|(_, fact)| labelled(fact)).map(|(at, _)| at).collect();
            order.sort_by(|a, b| of(b).total_cmp(&of(a)));
            order
        };
        let by_complaint = falling(|fact| fact.complaint.is_some(), |fact| fact.p);
        let by_urgency = falling(|fact| fact.acute.is_some(), |fact| fact.urgency);
        Self { facts, by_complaint, by_urgency }
    }

    pub(crate) fn len(&self) -> usize {
        self.facts.len()
    }

    /// All figures.
    pub(crate) fn part(&self, weights: Weights<'_>) -> Part {
        let mut tables: [Vec<Vec<usize>>; 4] =
            CHOICES.each_ref().map(|(_, n)| vec![vec![0; n.len()]; n.len()]);
        let mut lists: [Vec<[usize; 3]>; 3] = LISTS.each_ref().map(|(_, names)| vec![[0; 3]; names.len()]);
        let mut polarity = [[0; 2]; 2];
        let mut texts = 0;
        for (at, fact) in self.facts.iter().enumerate() {
            let n = weight(weights, at);
            if n == 0 {
                continue;
            }
            texts += n;
            for (table, pair) in tables.iter_mut().zip(fact.choices) {
                let cell = pair.and_then(|(right, said)| table.get_mut(right)?.get_mut(said));
                cell.into_iter().for_each(|cell| *cell += n);
            }
            if let Some((right, said)) = fact.polarity {
                add(&mut polarity, right, said, n);
            }
            for (counts, pair) in lists.iter_mut().zip(fact.lists) {
                let Some((gold, said)) = pair else { continue };
                for (slot, bits) in [gold, said, gold & said].into_iter().enumerate() {
                    let mut left = bits;
                    while left != 0 {
                        let label =
                            counts.get_mut(left.trailing_zeros() as usize).and_then(|c| c.get_mut(slot));
                        label.into_iter().for_each(|count| *count += n);
                        left &= left - 1;
                    }
                }
            }
        }
        let choices = CHOICES.iter().zip(&tables);
        let lists = LISTS.iter().zip(&lists);
        Part {
            texts,
            complaint: self.complaint(weights),
            polarity_f1: macro_of_two(polarity),
            choices: choices
                .filter_map(|((name, n), t)| Some(((*name).to_owned(), Choice::of(n, t)?)))
                .collect(),
            lists: lists.filter_map(|((name, n), c)| Some(((*name).to_owned(), list(n, c)?))).collect(),
            acute: self.acute(weights),
        }
    }

    fn ties(
        &self,
        order: &[usize],
        weights: Weights<'_>,
        score: fn(&Fact) -> f32,
        yes: fn(&Fact) -> Option<bool>,
    ) -> Vec<Tie> {
        let (mut ties, mut last): (Vec<Tie>, Option<f32>) = (Vec::new(), None);
        for at in order {
            let Some(fact) = self.facts.get(*at) else { continue };
            let n = weight(weights, *at) as f64;
            if n == 0.0 {
                continue;
            }
            if last.is_none_or(|last| last.total_cmp(&score(fact)).is_ne()) {
                ties.push(Tie::default());
                last = Some(score(fact));
            }
            let Some(tie) = ties.last_mut() else { continue };
            *(if yes(fact) == Some(true) { &mut tie.yes } else { &mut tie.no }) += n;
        }
        ties
    }

    fn complaint(&self, weights: Weights<'_>) -> Option<Complaint> {
        let ties = self.ties(&self.by_complaint, weights, |fact| fact.p, |fact| fact.complaint);
        let mut said = [[0; 2]; 2];
        let mut bins = [[0.0_f64; 2]; 10];
        for at in &self.by_complaint {
            let Some((fact, right)) = self.facts.get(*at).and_then(|fact| Some((fact, fact.complaint?)))
            else {
                continue;
            };
            let n = weight(weights, *at);
            add(&mut said, right, fact.said, n);
            if let Some([p, yes]) = bins.get_mut(((fact.p * 10.0) as usize).min(9)) {
                *p += f64::from(fact.p) * n as f64;
                *yes += f64::from(u8::from(right)) * n as f64;
            }
        }
        let [[quiet, alarms], [missed, found]] = said;
        let (harmless, complaints) = (quiet + alarms, missed + found);
        let texts = harmless + complaints;
        if texts == 0 {
            return None;
        }
        let f1 = Counts::new(complaints, found + alarms, found).f1;
        Some(Complaint {
            texts,
            complaints,
            auc: auc(&ties),
            average_precision: average_precision(&ties),
            f1: (complaints + alarms > 0).then_some(f1),
            macro_f1: macro_of_two(said),
            false_alarms_per_1000: (harmless > 0).then(|| 1000.0 * alarms as f64 / harmless as f64),
            calibration_error: bins.iter().map(|[p, yes]| (p - yes).abs()).sum::<f64>() / texts as f64,
        })
    }

    fn acute(&self, weights: Weights<'_>) -> Option<Acute> {
        let ties = self.ties(&self.by_urgency, weights, |fact| fact.urgency, |fact| fact.acute);
        let texts: f64 = ties.iter().map(|tie| tie.yes).sum();
        let among: f64 = ties.iter().map(|tie| tie.yes + tie.no).sum();
        (texts > 0.0).then(|| Acute {
            texts: texts as usize,
            first_10: hits(&ties, 10) / texts.min(10.0),
            first_50: hits(&ties, 50) / texts.min(50.0),
            first_tenth: hits(&ties, (among as usize).div_ceil(10)) / texts,
        })
    }
}

/// Adds to a table of right by said.
fn add(table: &mut [[usize; 2]; 2], right: bool, said: bool, n: usize) {
    let cell = table.get_mut(usize::from(right)).and_then(|row| row.get_mut(usize::from(said)));
    cell.into_iter().for_each(|cell| *cell += n);
}

/// Mean F1 of both answers; `None` when only one of them is ever right.
fn macro_of_two([[tn, fp], [fne, tp]]: [[usize; 2]; 2]) -> Option<f64> {
    let yes = Counts::new(tp + fne, tp + fp, tp).f1;
    let no = Counts::new(tn + fp, tn + fne, tn).f1;
    (tn + fp > 0 && tp + fne > 0).then_some((yes + no) / 2.0)
}

/// `counts` are, by label, how often it is right, said, and both.
fn list(names: &[&str], counts: &[[usize; 3]]) -> Option<List> {
    let sum = counts.iter().fold([0; 3], |[a, b, c], [gold, said, hit]| [a + gold, b + said, c + hit]);
    let [gold, said, hit] = sum;
    if gold == 0 {
        return None;
    }
    let occur = names.iter().zip(counts).filter(|(_, [gold, said, _])| gold + said > 0);
    let labels: BTreeMap<String, Counts> = occur
        .map(|(name, [gold, said, hit])| ((*name).to_owned(), Counts::new(*gold, *said, *hit)))
        .collect();
    let right: Vec<f64> = labels.values().filter(|c| c.texts > 0).map(|c| c.f1).collect();
    Some(List {
        micro_f1: Counts::new(gold, said, hit).f1,
        macro_f1: right.iter().sum::<f64>() / right.len().max(1) as f64,
        labels,
    })
}
