//! What the user defines: hits, scores, a business rule, and what records are worth.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use satsuma_clem::Program;
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, NodeError, NodeRun, Reported};

use super::measure::{Costs, Scored, scored};
use super::{EvaluationSettings, Hit};
use crate::charts::histogram::continuous;
use crate::clem::{Clem, failed};
use crate::output::analysis::models::{Model, Target};
use crate::report::numbers;

/// The user's expressions and fields.
pub(super) struct Own {
    pub(super) hit: Option<Clem>,
    pub(super) score: Option<Clem>,
    pub(super) rule: Option<Clem>,
    cost: Option<String>,
    revenue: Option<String>,
    weight: Option<String>,
}

impl Own {
    pub(super) fn new(settings: &EvaluationSettings, compile: &mut Compile<'_>) -> Result<Self, Reported> {
        let mut clem = |is_used: bool, text: &str, property: &'static str| {
            is_used.then(|| Clem::parse(text, property, compile)).transpose()
        };
        let field = |is_fixed: bool, name: &String| (!is_fixed).then(|| name.clone());
        Ok(Self {
            hit: clem(settings.own_hit, &settings.hit_text, "userHitCondition")?,
            score: clem(settings.own_score, &settings.score_text, "userScoreExpression")?,
            rule: clem(settings.rule, &settings.rule_text, "businessRuleCondition")?,
            cost: field(settings.fixed_cost, &settings.cost_field),
            revenue: field(settings.fixed_revenue, &settings.revenue_field),
            weight: field(settings.fixed_weight, &settings.weight_field),
        })
    }
}

/// Reads the lines of one target.
pub(super) struct Reader<'a> {
    own: &'a Own,
    models: Vec<OfModel<'a>>,
    rule: Option<Program>,
    /// The hit of records by the rule, which has no prediction of its own.
    rule_hit: Option<Program>,
}

/// What is computed for a model: `@PREDICTED` is its prediction.
struct OfModel<'a> {
    model: &'a Model,
    hit: Option<Program>,
    score: Option<Program>,
}

/// A batch: the records of each line, and what each record is worth where that differs.
pub(super) struct Batch {
    pub(super) lines: Vec<Vec<Option<Scored>>>,
    pub(super) costs: Option<Vec<Option<Costs>>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        own: &'a Own,
        target: &'a Target,
        model: &DataModel,
        run: Option<&NodeRun>,
    ) -> Result<Self, NodeError> {
        for name in [&own.cost, &own.revenue, &own.weight].into_iter().flatten() {
            continuous(model, name)?;
        }
        let program = |clem: &Option<Clem>, predicted: Option<&str>| {
            let program =
                clem.as_ref().map(|clem| clem.check_prediction(model, &target.field.name, predicted, run));
            let program = program.transpose()?;
            match program.as_ref().is_some_and(Program::needs_order) {
                false => Ok(program),
                true => Err(NodeError::unsupported(
                    "hits, scores and rules that depend on the order of records are not supported; use Derive nodes",
                )),
            }
        };
        let models = target.models.iter().map(|of_target| {
            let predicted = Some(of_target.predicted.as_str());
            Ok(OfModel {
                model: of_target,
                hit: program(&own.hit, predicted)?,
                score: program(&own.score, predicted)?,
            })
        });
        let models = models.collect::<Result<Vec<_>, NodeError>>()?;
        let first = target.models.first().map(|model| model.predicted.as_str());
        let rule = program(&own.rule, first)?;
        let rule_hit = if rule.is_some() { program(&own.hit, first)? } else { None };
        Ok(Self { own, models, rule, rule_hit })
    }

    pub(super) fn has_hit(&self) -> bool {
        self.own.hit.is_some()
    }

    fn has_programs(&self) -> bool {
        self.own.hit.is_some() || self.own.score.is_some() || self.own.rule.is_some()
    }

    /// The fields that are read behind those of the target.
    pub(super) fn fields(&self, model: &DataModel) -> Vec<String> {
        let worth = [&self.own.cost, &self.own.revenue, &self.own.weight].into_iter().flatten().cloned();
        // Programs find their fields by the places in the whole model.
        let all = model.names().map(str::to_owned).filter(|_| self.has_programs());
        worth.chain(all).collect()
    }

    /// The records of a batch: the target, the fields of its models, then [`Self::fields`].
    pub(super) fn read(
        &self,
        columns: &[ArrayRef],
        rows: usize,
        hit: Option<&Hit>,
        fixed: Costs,
    ) -> Result<Batch, NodeError> {
        let Some((actual, rest)) = columns.split_first() else {
            return Ok(Batch { lines: Vec::new(), costs: None });
        };
        let of_models = self.models.iter().map(|of_model| of_model.model.columns()).sum::<usize>();
        let (mut of_models, rest) = rest.split_at(of_models.min(rest.len()));
        let (costs, all) = self.costs(rest, rows, fixed)?;
        let mut lines = Vec::with_capacity(self.models.len() + 1);
        for of_model in &self.models {
            let (own, others) = of_models.split_at(of_model.model.columns().min(of_models.len()));
            of_models = others;
            let mut records = match hit {
                Some(hit) => scored(actual, own, of_model.model, hit)?,
                // The score of a model does not depend on the hit that the user defines, but on its own.
                None => scores(own, of_model.model)?,
            };
            if let Some(program) = &of_model.score {
                let scores = numbers(&evaluated(program, all, rows)?)?;
                let hits =
                    records.iter().map(|record| record.is_some_and(|record| record.hit)).collect::<Vec<_>>();
                let records_of = |(row, hit): (usize, bool)| {
                    scores.is_valid(row).then(|| Scored { score: scores.value(row), hit })
                };
                records = hits.into_iter().enumerate().map(records_of).collect();
            }
            if let Some(program) = &of_model.hit {
                set_hits(&mut records, &truths(program, all, rows)?);
            }
            lines.push(records);
        }
        if let Some(rule) = &self.rule {
            let holds = truths(rule, all, rows)?;
            let actual = match hit {
                Some(hit) => (0..rows).map(|row| hit.is(actual, row)).collect(),
                None => vec![false; rows],
            };
            let score = |row: usize| f64::from(u8::from(holds.is_valid(row) && holds.value(row)));
            let records =
                actual.into_iter().enumerate().map(|(row, hit)| Some(Scored { score: score(row), hit }));
            let mut records = records.collect::<Vec<_>>();
            if let Some(program) = &self.rule_hit {
                set_hits(&mut records, &truths(program, all, rows)?);
            }
            lines.push(records);
        }
        Ok(Batch { lines, costs })
    }

    /// What records are worth, and the columns behind.
    #[expect(clippy::type_complexity, reason = "it is used once")]
    fn costs<'c>(
        &self,
        columns: &'c [ArrayRef],
        rows: usize,
        fixed: Costs,
    ) -> Result<(Option<Vec<Option<Costs>>>, &'c [ArrayRef]), NodeError> {
        let wanted = [&self.own.cost, &self.own.revenue, &self.own.weight];
        if wanted.iter().all(|name| name.is_none()) {
            return Ok((None, columns));
        }
        let mut rest = columns;
        let mut found = Vec::with_capacity(wanted.len());
        for name in wanted {
            found.push(match (name, rest.split_first()) {
                (Some(_), Some((column, others))) => {
                    rest = others;
                    Some(numbers(column)?)
                }
                _ => None,
            });
        }
        let of = |at: usize, row: usize, fixed: f64| match found.get(at) {
            Some(Some(column)) => column.is_valid(row).then(|| column.value(row)),
            _ => Some(fixed),
        };
        let each = (0..rows).map(|row| {
            let cost = of(0, row, fixed.cost)?;
            Some(Costs { cost, revenue: of(1, row, fixed.revenue)?, weight: of(2, row, fixed.weight)? })
        });
        Ok((Some(each.collect()), rest))
    }
}

/// The scores of records whose hits are not known yet: the score of the model or, without one, the confidence.
fn scores(columns: &[ArrayRef], model: &Model) -> Result<Vec<Option<Scored>>, NodeError> {
    let place = match (&model.score, &model.confidence) {
        (Some(_), _) => model.columns() - 1,
        (None, Some(_)) => 1,
        (None, None) => 0,
    };
    let Some(column) = columns.get(place) else { return Ok(Vec::new()) };
    let column = numbers(column)?;
    Ok(column.iter().map(|score| score.map(|score| Scored { score, hit: false })).collect())
}

fn evaluated(program: &Program, columns: &[ArrayRef], rows: usize) -> Result<ArrayRef, NodeError> {
    let own = program.select(columns).map_err(failed)?;
    program.evaluate(&own, rows).map_err(failed)
}

fn truths(program: &Program, columns: &[ArrayRef], rows: usize) -> Result<BooleanArray, NodeError> {
    let own = program.select(columns).map_err(failed)?;
    program.truths(&own, rows).map_err(failed)
}

fn set_hits(records: &mut [Option<Scored>], hits: &BooleanArray) {
    for (row, record) in records.iter_mut().enumerate() {
        if let Some(record) = record {
            record.hit = hits.is_valid(row) && hits.value(row);
        }
    }
}
