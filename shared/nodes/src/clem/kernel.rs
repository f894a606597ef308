//! Expressions as kernels.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::not;
use satsuma_clem::Program;
use satsuma_engine::{Encoded, Found, Kernel, Kind, NodeError, one};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failed;

/// Programs whose results become columns. The inputs are the fields of all programs, concatenated.
#[derive(Debug)]
pub struct ClemKernel {
    programs: Vec<Program>,
    encoded: Encoded,
}

impl ClemKernel {
    /// The kernel of programs that need no order.
    ///
    /// # Errors
    /// A program cannot be encoded.
    pub fn new(programs: Vec<Program>) -> Result<Self, NodeError> {
        let encoded = encode(&PROGRAMS, &programs, &())?;
        Ok(Self { programs, encoded })
    }
}

/// The kind of these kernels.
pub static PROGRAMS: Kind = Kind::kernel("clem", 1, |found| {
    let (programs, ()) = decode(found)?;
    Ok(Arc::new(ClemKernel::new(programs)?))
});

/// Programs and further settings in a plan.
pub(super) fn encode(
    kind: &Kind,
    programs: &[Program],
    settings: &impl Serialize,
) -> Result<Encoded, NodeError> {
    let programs = programs.iter().map(|program| program.encode().map_err(failed));
    let programs = programs.collect::<Result<Vec<_>, _>>()?;
    kind.encode_with(settings, programs.iter().map(Vec::as_slice))
}

/// The programs and settings of a plan.
pub(super) fn decode<T: DeserializeOwned>(found: &Found<'_>) -> Result<(Vec<Program>, T), NodeError> {
    let (settings, programs) = found.settings_with()?;
    let programs = programs.into_iter().map(|bytes| Program::decode(bytes).map_err(failed));
    Ok((programs.collect::<Result<_, _>>()?, settings))
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
        let encoded = encode(&CONDITION, std::slice::from_ref(&condition), &discard)?;
        Ok(Self { condition, discard, encoded })
    }
}

/// The kind of these kernels.
pub static CONDITION: Kind = Kind::kernel("clem-condition", 1, |found| {
    let (programs, discard) = decode(found)?;
    Ok(Arc::new(ConditionKernel::new(one(programs)?, discard)?))
});

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
