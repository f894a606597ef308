//! Expressions as kernels.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::not;
use satsuma_clem::Program;
use satsuma_engine::{Encoded, Kernel, NodeError};

use super::failed;

/// Programs whose results become columns. Its inputs are the fields of all programs, one after the other.
#[derive(Debug)]
pub struct ClemKernel {
    programs: Vec<Program>,
    encoded: Encoded,
}

impl ClemKernel {
    /// The kernel of some programs, none of which needs order.
    ///
    /// # Errors
    /// If a program cannot be encoded.
    pub fn new(programs: Vec<Program>) -> Result<Self, NodeError> {
        let encoded = encoded("clem", &programs, &())?;
        Ok(Self { programs, encoded })
    }
}

/// Programs and further settings in a plan.
pub(crate) fn encoded(
    kind: &'static str,
    programs: &[Program],
    settings: &impl serde::Serialize,
) -> Result<Encoded, NodeError> {
    let texts = programs.iter().map(|program| {
        let bytes = program.encode().map_err(failed)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    });
    Encoded::json(kind, 1, &(texts.collect::<Result<Vec<_>, NodeError>>()?, settings))
}

impl Kernel for ClemKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let mut rest = inputs;
        let results = self.programs.iter().map(|program| {
            let (own, others) = rest.split_at(program.fields().len().min(rest.len()));
            rest = others;
            program.evaluate(own, rows).map_err(failed)
        });
        results.collect()
    }
}

/// A condition that keeps records.
#[derive(Debug)]
pub(super) struct ConditionKernel {
    condition: Program,
    discard: bool,
    encoded: Encoded,
}

impl ConditionKernel {
    pub(super) fn new(condition: Program, discard: bool) -> Result<Self, NodeError> {
        let encoded = encoded("clem-condition", std::slice::from_ref(&condition), &discard)?;
        Ok(Self { condition, discard, encoded })
    }
}

impl Kernel for ConditionKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let truths = self.condition.truths(inputs, rows).map_err(failed)?;
        let kept = if self.discard { not(&truths)? } else { truths };
        Ok(vec![Arc::new(kept)])
    }
}
