//! Selection of records without a partner.

/// A type of join.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Join {
    /// Only records with a partner in every input.
    Inner,
    /// These, and for each input whether its records without partners are kept.
    Outer(Vec<bool>),
    /// Records of the first input without a partner.
    Anti,
}

impl Join {
    /// Whether a combination is kept in which these inputs have a record.
    pub(super) fn keeps(&self, present: &[bool]) -> bool {
        let complete = present.iter().all(|present| *present);
        match self {
            Self::Inner => complete,
            Self::Outer(outer) => {
                complete || present.iter().zip(outer).any(|(present, outer)| *present && *outer)
            }
            Self::Anti => match present {
                [first, others @ ..] => *first && !others.contains(&true),
                [] => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_records_stay_where_an_input_keeps_them() {
        let partial = Join::Outer(vec![true, false, false]);
        assert!(partial.keeps(&[true, true, false]));
        assert!(!partial.keeps(&[false, true, true]));
        assert!(!Join::Outer(vec![false, false]).keeps(&[true, false]));
        assert!(Join::Anti.keeps(&[true, false]) && !Join::Anti.keeps(&[true, true]));
    }
}
