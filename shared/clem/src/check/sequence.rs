//! Random functions, and functions of previous and following records.

use crate::error::Result;
use crate::kernels::{Kernel, arithmetic, convert, logic, random};
use crate::kind::Kind;
use crate::op::Op;
use crate::stage::{Aggregate, Length, Stage, StageKind};
use crate::syntax::Node;

use super::{Checker, Part};

impl Checker<'_> {
    pub(super) fn sequence(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Result<Part> {
        match (name, arguments) {
            ("random" | "random0", [limit]) => self.random(node, name, limit),
            ("norm_random", [mean, sdev]) => self.normal(mean, sdev),
            ("oneof", [list]) => self.one_of(node, list),
            ("@INDEX", []) => Ok(self.stage(StageKind::Index, Vec::new(), Kind::Integer)),
            ("@THIS", [field]) => self.this(node, field),
            ("@OFFSET", [field, amount]) => self.offset(field, amount, None),
            ("@OFFSET", [field, amount, bound]) => self.offset(field, amount, Some(bound)),
            ("@DIFF1", [field]) => {
                let part = self.real(field)?;
                self.difference(part)
            }
            ("@DIFF1", [one, two]) => {
                let (one, two) = (self.real(one)?, self.real(two)?);
                self.differential(one, two)
            }
            ("@DIFF2", [field]) => {
                let part = self.real(field)?;
                let first = self.difference(part)?;
                self.difference(first)
            }
            ("@DIFF2", [one, two]) => {
                let (one, two) = (self.real(one)?, self.real(two)?);
                let first = self.differential(one, two.clone())?;
                self.differential(first, two)
            }
            ("@LAST_NON_BLANK", [field]) => {
                let (position, known) = self.named_field(field, name)?;
                let part = self.field(field, position)?;
                let blank = self.blank(part.clone(), &known)?;
                let kind = part.kind;
                Ok(self.stage(StageKind::LastNonBlank, vec![part, blank], kind))
            }
            ("@SINCE" | "@SINCE0", [condition]) => self.since(node, name, condition, None),
            ("@SINCE" | "@SINCE0", [condition, bound]) => self.since(node, name, condition, Some(bound)),
            ("@MEAN" | "@SUM" | "@SDEV" | "@MIN" | "@MAX", [field, length @ ..]) => {
                self.window(name, field, length)
            }
            _ => Err(self.wrong_arguments(node, name, "other arguments")),
        }
    }

    /// Adds a stage. Its result is a column for later parts.
    fn stage(&mut self, kind: StageKind, arguments: Vec<Part>, result: Kind) -> Part {
        let arguments = arguments.into_iter().map(|part| part.op).collect();
        self.stages.push(Stage { kind, arguments, result });
        Part { op: Op::Stage(self.stages.len() - 1), kind: result }
    }

    /// Uniform random numbers, independent for every place in the expression.
    fn uniform(&mut self) -> Part {
        self.random_places += 1;
        let stream = random::mix(self.context.seed ^ random::mix(self.random_places));
        self.stage(StageKind::Uniform(stream), Vec::new(), Kind::Real)
    }

    fn random(&mut self, node: &Node, name: &str, limit: &Node) -> Result<Part> {
        let limit = self.check(limit)?;
        let (kernel, kind): (Kernel, Kind) = match (limit.kind, name) {
            (Kind::Integer, "random") => (random::integer_from_one, Kind::Integer),
            (Kind::Integer, _) => (random::integer_from_zero, Kind::Integer),
            (Kind::Real, "random") => (random::real_from_one, Kind::Real),
            (Kind::Real, _) => (random::real_from_zero, Kind::Real),
            (Kind::Null, _) => return Ok(Part::null()),
            (found, _) => return Err(self.type_error(node, "the argument of random", "a number", found)),
        };
        let uniform = self.uniform();
        self.apply(kernel, vec![uniform, limit], kind)
    }

    /// `mean + sdev * z` with a standard normal z.
    fn normal(&mut self, mean: &Node, sdev: &Node) -> Result<Part> {
        let (mean, sdev) = (self.real(mean)?, self.real(sdev)?);
        let uniform = self.uniform();
        let z = self.apply(random::normal, vec![uniform], Kind::Real)?;
        let scaled = self.apply(arithmetic::multiply_reals, vec![z, sdev], Kind::Real)?;
        self.apply(arithmetic::add_reals, vec![scaled, mean], Kind::Real)
    }

    fn one_of(&mut self, node: &Node, list: &Node) -> Result<Part> {
        let items = self.list(list, "oneof")?;
        let (mut parts, kind) = self.joined(node, items, "the items of the list")?;
        if kind == Kind::Null {
            return Ok(Part::null());
        }
        parts.insert(0, self.uniform());
        self.apply(random::one_of, parts, kind)
    }

    fn real(&mut self, node: &Node) -> Result<Part> {
        let part = self.check(node)?;
        let found = part.kind;
        if found.is_temporal() || found == Kind::String {
            return Err(self.type_error(node, "an argument", "a number", found));
        }
        self.implicit(part, Kind::Real)
            .unwrap_or_else(|| Err(self.type_error(node, "an argument", "a number", found)))
    }

    /// The difference to the value of the previous record.
    fn difference(&mut self, part: Part) -> Result<Part> {
        let before = self.stage(StageKind::Offset(Length::Constant(1)), vec![part.clone()], Kind::Real);
        self.apply(arithmetic::subtract_reals, vec![part, before], Kind::Real)
    }

    fn differential(&mut self, one: Part, two: Part) -> Result<Part> {
        let (one, two) = (self.difference(one)?, self.difference(two)?);
        self.apply(arithmetic::divide, vec![one, two], Kind::Real)
    }

    /// A part whose values a stage can store: conditions as 1 and 0.
    fn kept(&self, part: Part) -> Result<Part> {
        match part.kind {
            Kind::Truth => self.apply(convert::truth_to_integer, vec![part], Kind::Integer),
            _ => Ok(part),
        }
    }

    fn bound(&mut self, node: &Node, name: &str) -> Result<usize> {
        let part = self.check(node)?;
        let bound = part.as_integer().and_then(|bound| usize::try_from(bound).ok());
        bound.ok_or_else(|| self.wrong_arguments(node, name, "an INT that is no whole number of records"))
    }

    fn offset(&mut self, field: &Node, amount: &Node, bound: Option<&Node>) -> Result<Part> {
        let part = self.check(field)?;
        let part = self.kept(part)?;
        let amount = self.integer(amount, "the offset of @OFFSET")?;
        let bound = bound.map(|bound| self.bound(bound, "@OFFSET")).transpose()?;
        if part.kind == Kind::Null || amount.kind == Kind::Null {
            return Ok(Part::null());
        }
        let kind = part.kind;
        match amount.as_integer() {
            Some(records) => {
                let beyond = bound.is_some_and(|bound| records.unsigned_abs() > bound as u64);
                if beyond {
                    return Ok(Part { kind, ..Part::null() });
                }
                Ok(self.stage(StageKind::Offset(Length::Constant(records)), vec![part], kind))
            }
            None => Ok(self.stage(StageKind::Offset(Length::Variable(bound)), vec![part, amount], kind)),
        }
    }

    fn window(&mut self, name: &str, field: &Node, length: &[Node]) -> Result<Part> {
        let part = self.check(field)?;
        let found = part.kind;
        if !found.is_number() && found != Kind::Null {
            return Err(self.type_error(field, &format!("the field of {name}"), "a number", found));
        }
        let aggregate = match name {
            "@MEAN" => Aggregate::Mean,
            "@SDEV" => Aggregate::Sdev,
            "@SUM" => Aggregate::Sum,
            "@MIN" => Aggregate::Min,
            _ => Aggregate::Max,
        };
        let integers = found != Kind::Real && !matches!(aggregate, Aggregate::Mean | Aggregate::Sdev);
        let kind = if integers { Kind::Integer } else { Kind::Real };
        let part = self.implicit(part, kind).unwrap_or_else(|| Ok(Part::null()))?;
        let mut arguments = vec![part];
        let length = match length {
            [] => None,
            [length, bound @ ..] => {
                let bound = bound.first().map(|bound| self.bound(bound, name)).transpose()?;
                let length = self.integer(length, &format!("the number of records of {name}"))?;
                match length.as_integer() {
                    Some(records) => Some(Length::Constant(records)),
                    None => {
                        arguments.push(length);
                        Some(Length::Variable(bound))
                    }
                }
            }
        };
        Ok(self.stage(StageKind::Window(aggregate, length), arguments, kind))
    }

    /// `@SINCE` and `@SINCE0`.
    fn since(&mut self, node: &Node, name: &str, condition: &Node, bound: Option<&Node>) -> Result<Part> {
        let bound = bound.map(|bound| self.bound(bound, name)).transpose()?;
        let includes_current = name == "@SINCE0";
        let stages = self.stages.len();
        let outer = std::mem::replace(&mut self.within_since, true);
        let part = self.condition(condition);
        self.within_since = outer;
        let part = part?;
        let (mut fields, mut has_this) = (Vec::new(), false);
        part.op.visit(&mut |op| match op {
            Op::This(index) => {
                has_this = true;
                fields.push(*index);
            }
            Op::Field(index) => fields.push(*index),
            _ => {}
        });
        if !has_this {
            // A null condition counts as false.
            let truth = self.apply(holds, vec![part], Kind::Truth)?;
            let kind = StageKind::Since { bound, includes_current };
            return Ok(self.stage(kind, vec![truth], Kind::Integer));
        }
        if self.stages.len() > stages {
            let reason = "@SINCE with @THIS may hold no other sequence function";
            return Err(self.unsupported(node, "a sequence function within @SINCE", reason));
        }
        fields.sort_unstable();
        fields.dedup();
        let arguments = fields.iter().map(|index| Part { op: Op::Field(*index), kind: Kind::Null }).collect();
        let condition = Box::new(part.op);
        let kind = StageKind::SinceThis { condition, fields, bound, includes_current };
        Ok(self.stage(kind, arguments, Kind::Integer))
    }

    fn this(&mut self, node: &Node, field: &Node) -> Result<Part> {
        if !self.within_since {
            return Err(self.no_meaning(node, "@THIS", "it may be used within @SINCE only"));
        }
        let (position, _) = self.named_field(field, "@THIS")?;
        let part = self.field(field, position)?;
        match part.op {
            Op::Field(index) => Ok(Part { op: Op::This(index), kind: part.kind }),
            op => Ok(Part { op, kind: part.kind }),
        }
    }
}

/// Null becomes false.
fn holds(args: &[crate::value::Value], env: crate::kernels::Env<'_>) -> Result<crate::value::Value> {
    let null = logic::is_null(args, env)?;
    let no = crate::value::Value::SameTruth(Some(false));
    let value = args.first().cloned().unwrap_or(crate::value::Value::NULL);
    logic::choose(&[(null, no)], value, Kind::Truth, env)
}
