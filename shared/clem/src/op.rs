//! Compiled expressions: operations on columns.

use std::sync::Arc;

use crate::error::Result;
use crate::kernels::map::map1;
use crate::kernels::{Env, Kernel, logic};
use crate::kind::Kind;
use crate::syntax::Pattern;
use crate::value::{Texts, Value};

/// An operation and its operands.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Constant(Value),
    /// A field of the program.
    Field(usize),
    /// A field's value in the current record, within `@SINCE`.
    This(usize),
    /// The result of a stage of the program.
    Stage(usize),
    Apply(Kernel, Vec<Op>),
    And(Vec<Op>),
    Or(Vec<Op>),
    Choose(Vec<(Op, Op)>, Box<Op>, Kind),
    Matches(Box<Op>, Arc<Pattern>),
    /// A global that has no value yet: the function and the field.
    Unknown(Arc<crate::error::ClemError>),
}

/// The input of operations.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) fields: &'a [Value],
    pub(crate) this: &'a [Value],
    pub(crate) stages: &'a [Value],
    pub(crate) env: Env<'a>,
}

impl Op {
    /// The values for all rows of the frame.
    pub(crate) fn evaluate(&self, frame: Frame<'_>) -> Result<Value> {
        let at = |values: &[Value], index: usize| values.get(index).cloned().unwrap_or(Value::NULL);
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Field(index) => Ok(at(frame.fields, *index)),
            Self::This(index) => Ok(at(frame.this, *index)),
            Self::Stage(index) => Ok(at(frame.stages, *index)),
            Self::Apply(..) => self.evaluate_chain_of_kernels(frame),
            Self::And(items) => evaluate_chain(items, frame, false, logic::and),
            Self::Or(items) => evaluate_chain(items, frame, true, logic::or),
            Self::Choose(branches, otherwise, kind) => evaluate_choice(branches, otherwise, *kind, frame),
            Self::Matches(text, pattern) => {
                let text = [text.evaluate(frame)?];
                map1::<Texts<'_>, bool>(&text, frame.env, |text| Some(pattern.matches(text)))
            }
            Self::Unknown(error) => Err(error.as_ref().clone()),
        }
    }

    /// A loop over kernels whose first operand is another kernel's result, so that a long sum needs no stack.
    fn evaluate_chain_of_kernels(&self, frame: Frame<'_>) -> Result<Value> {
        let mut chain = Vec::new();
        let mut first = self;
        while let Self::Apply(kernel, args) = first
            && let [one, others @ ..] = args.as_slice()
        {
            chain.push((kernel, others));
            first = one;
        }
        let mut value = match first {
            Self::Apply(kernel, _) => kernel(&[], frame.env)?,
            first => first.evaluate(frame)?,
        };
        while let Some((kernel, others)) = chain.pop() {
            let mut args = vec![value];
            for other in others {
                args.push(other.evaluate(frame)?);
            }
            value = kernel(&args, frame.env)?;
        }
        Ok(value)
    }

    /// Calls `visit` for every part.
    pub(crate) fn visit(&self, visit: &mut impl FnMut(&Op)) {
        let mut first = self;
        while let Self::Apply(_, args) = first
            && let [one, others @ ..] = args.as_slice()
        {
            visit(first);
            others.iter().for_each(|other| other.visit(visit));
            first = one;
        }
        first.visit_other(visit);
    }

    fn visit_other(&self, visit: &mut impl FnMut(&Op)) {
        visit(self);
        match self {
            Self::And(items) | Self::Or(items) => {
                items.iter().for_each(|item| item.visit(visit));
            }
            Self::Choose(branches, otherwise, _) => {
                for (condition, value) in branches {
                    condition.visit(visit);
                    value.visit(visit);
                }
                otherwise.visit(visit);
            }
            Self::Matches(text, _) => text.visit(visit),
            _ => {}
        }
    }
}

fn evaluate_chain(
    items: &[Op],
    frame: Frame<'_>,
    winner: bool,
    combine: fn(&Value, &Value, Env<'_>) -> Result<Value>,
) -> Result<Value> {
    let mut result = Value::SameTruth(Some(!winner));
    for item in items {
        result = combine(&result, &item.evaluate(frame)?, frame.env)?;
        if matches!(result, Value::SameTruth(Some(truth)) if truth == winner) {
            break;
        }
    }
    Ok(result)
}

/// Values of unselected branches are not computed.
fn evaluate_choice(branches: &[(Op, Op)], otherwise: &Op, kind: Kind, frame: Frame<'_>) -> Result<Value> {
    let mut evaluated = Vec::with_capacity(branches.len());
    for (condition, value) in branches {
        let condition = condition.evaluate(frame)?;
        let always = matches!(condition, Value::SameTruth(Some(true)));
        let never = match &condition {
            Value::SameTruth(truth) => *truth != Some(true),
            condition => logic::holds(condition, frame.env.rows)?.count_set_bits() == 0,
        };
        if always {
            let value = value.evaluate(frame)?;
            return logic::choose(&evaluated, value, kind, frame.env);
        }
        if !never {
            evaluated.push((condition, value.evaluate(frame)?));
        }
    }
    logic::choose(&evaluated, otherwise.evaluate(frame)?, kind, frame.env)
}
