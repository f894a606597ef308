//! The rules that match a record, best first.

use crate::models::options::Consequents;
use crate::program::{Frame, Kernel, Results, Slot, Test};

/// Rules, best first.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) items: Vec<Test>,
    /// Sets of items by place.
    pub(super) sets: Vec<Vec<usize>>,
    pub(super) rules: Vec<Rule>,
    pub(super) consequents: Consequents,
    /// Whether several rules of one consequent may be listed.
    pub(super) repeat: bool,
}

#[derive(Debug)]
pub(super) struct Rule {
    /// Its index in the document.
    pub(super) place: u32,
    pub(super) antecedent: usize,
    pub(super) consequent: usize,
    /// Its criterion.
    pub(super) number: f64,
}

impl Kernel for Rules {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.items.iter().for_each(|item| item.reads(&mut slots));
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        // 1 for each item and then each set that a record has; then the listed consequents.
        let mut has = std::mem::take(&mut out.scratch.counts);
        let mut listed = std::mem::take(&mut out.scratch.places);
        for row in 0..frame.rows() {
            has.clear();
            has.extend(self.items.iter().map(|item| u32::from(item.holds(frame, row) == Some(true))));
            for set in &self.sets {
                let all = set.iter().all(|item| has[*item] == 1);
                has.push(u32::from(all));
            }
            listed.clear();
            let sets = &has[self.items.len()..];
            for rule in &self.rules {
                if listed.len() == out.ranked.len() {
                    break;
                }
                let wanted = match self.consequents {
                    Consequents::Any => true,
                    Consequents::NotInRecord => sets[rule.consequent] == 0,
                    Consequents::InRecord => sets[rule.consequent] == 1,
                };
                let repeated = !self.repeat && listed.contains(&(rule.consequent as u32));
                if sets[rule.antecedent] == 0 || !wanted || repeated {
                    continue;
                }
                let place = listed.len();
                out.ranked[place][row] = rule.place;
                out.ranked_numbers[place][row] = rule.number;
                listed.push(rule.consequent as u32);
            }
            match out.ranked.first().map(|first| first[row]) {
                Some(best) if !listed.is_empty() => {
                    out.entities[row] = best;
                    out.winners[row] = best;
                }
                _ => out.alive[row] = false,
            }
        }
        (out.scratch.counts, out.scratch.places) = (has, listed);
    }
}
