//! Compares the scores of both sides: they must have done the same work.

use std::fmt;
use std::path::Path;

use crate::Result;

/// How far two files of scores agree.
#[derive(Debug)]
pub(crate) struct Agreement {
    rows: usize,
    /// Rows of the same category.
    same: usize,
    /// True if the sign of our decision determines every category of theirs, equal or not.
    same_decisions: bool,
    /// The largest difference of a probability, if both sides have one.
    difference: Option<f64>,
}

/// A record's score.
struct Score {
    category: String,
    probability: Option<f64>,
    decision: Option<f64>,
}

/// Compares files of scores, row by row.
pub(crate) fn files(ours: &Path, theirs: &Path) -> Result<Agreement> {
    let (ours, theirs) = (scores(ours)?, scores(theirs)?);
    if ours.len() != theirs.len() {
        return Err(format!("{} scores of ours, {} of the peer's", ours.len(), theirs.len()).into());
    }
    let pairs = || ours.iter().zip(&theirs);
    let differences = pairs().filter_map(|(our, their)| Some((our.probability? - their.probability?).abs()));
    Ok(Agreement {
        rows: ours.len(),
        same: pairs().filter(|(our, their)| our.category == their.category).count(),
        same_decisions: same_decisions(&ours, &theirs),
        difference: differences.reduce(f64::max),
    })
}

/// Whether theirs is one category wherever our decision is negative, and another elsewhere.
fn same_decisions(ours: &[Score], theirs: &[Score]) -> bool {
    let (mut negative, mut positive) = (None, None);
    let told = ours.iter().zip(theirs).all(|(our, their)| {
        let Some(decision) = our.decision else {
            return false;
        };
        let side = if decision < 0.0 { &mut negative } else { &mut positive };
        *side.get_or_insert(their.category.as_str()) == their.category
    });
    told && negative != positive
}

/// Reads the columns of category and probability, by the names of Modeler or pypmml. No value of ours
/// contains a comma.
fn scores(path: &Path) -> Result<Vec<Score>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let header = cells(lines.next().unwrap_or_default());
    let column = |prefixes: [&str; 3]| {
        header.iter().position(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
    };
    let category = column(["$S-", "$N-", "predicted_"]).ok_or("the scores have no prediction")?;
    let probability = column(["$SP-", "$NC-", "probability"]);
    let decision = header.iter().position(|name| *name == "decision");
    let score = |line: &str| {
        let cells = cells(line);
        let number = |column: Option<usize>| {
            let number: f64 = cells.get(column?)?.parse().ok()?;
            (!number.is_nan()).then_some(number)
        };
        let category = (*cells.get(category)?).to_owned();
        Some(Score { category, probability: number(probability), decision: number(decision) })
    };
    let scores: Option<Vec<_>> = lines.map(score).collect();
    Ok(scores.ok_or("a line of scores is too short")?)
}

fn cells(line: &str) -> Vec<&str> {
    line.split(',').map(|cell| cell.trim_matches('"')).collect()
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.same {
            same if same == self.rows => f.write_str("all categories")?,
            _ if self.same_decisions => f.write_str("all decisions, but read the other way round (below)")?,
            same => write!(f, "{same} of {} categories (below)", self.rows)?,
        }
        match self.difference {
            Some(difference) => write!(f, ", probabilities to {difference:.0e}"),
            None => Ok(()),
        }
    }
}
