//! Evaluation: gains, lift, response, profit, return on investment and ROC of models. IBM: "Evaluation node",
//! `evaluationnode`.
//!
//! Records are sorted by the model's score for a hit, the highest first, and cut into parts of equal size; equal scores
//! are one block whose hits are spread evenly. Proof: gains tables of automatic models, whose formulas these are.

mod measure;
mod own;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Role, Scalar, Values};
use satsuma_documents::{Axis, Block, Cell, Chart, Mark, Paint, Panel, Shape, Table as Numbers};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require};
use satsuma_stream::text_enum;

use self::measure::{Costs, Worth};
pub(crate) use self::measure::{Curve, Scored, scored};
use self::own::{Own, Reader};
use super::series::Series;
use super::style::{Style, chart_settings};
use crate::output::analysis::models::{self, Target};
use crate::report::{self, Content, Report, Shown, batches};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "EvaluationNode",
    extension: None,
    inputs: Inputs::One,
    settings: EvaluationSettings::LIST,
    compile,
};

text_enum! {
    /// The content of a chart.
    Kind {
        /// The share of all hits.
        Gains = "gains",
        /// The share of hits, relative to that of all records.
        Lift = "lift",
        /// The share of hits.
        Response = "response",
        /// Revenue less cost.
        Profit = "profit",
        /// Profit by cost.
        Roi = "roi",
        /// True against false positives.
        Roc = "roc",
    }
}

chart_settings! {
    /// Settings of an Evaluation node.
    pub struct EvaluationSettings {
        /// The content of the chart.
        kind: Kind = value("chartType", "chart_type", Kind::Gains),
        /// Whether each part holds those before it, too.
        cumulative: bool = value("cumulativePlot", "cumulative", true),
        /// The parts that records are cut into.
        parts: String = value("plotNTiles", "n_tile", "percentiles".to_owned()),
        /// Whether a model that knows nothing is drawn.
        baseline: bool = value("includeBaseline", "inc_baseline", true),
        /// Whether a perfect model is drawn.
        best: bool = value("includeBestLine", "inc_best_line", false),
        /// Whether a rule of the user's is drawn.
        rule: bool = value("includeBusinessRule", "inc_business_rule", false),
        /// How predictions are found.
        detection: String = value("fieldDetectionMethod", "field_detection_method", "metadata".to_owned()),
        /// Whether the user defines a hit.
        own_hit: bool = value("userDefinedHit", "use_hit_condition", false),
        /// Whether the user defines the score.
        own_score: bool = value("userDefinedScore", "use_score_expression", false),
        /// Whether the cost of a record is a number.
        fixed_cost: bool = value("useFixedCosts", "use_fixed_cost", true),
        /// That number.
        cost: f64 = value("fixedCost", "cost_value", 5.0),
        /// Whether the revenue of a hit is a number.
        fixed_revenue: bool = value("useFixedRevenue", "use_fixed_revenue", true),
        /// That number.
        revenue: f64 = value("fixedRevenue", "revenue_value", 10.0),
        /// Whether the weight of a record is a number.
        fixed_weight: bool = value("useFixedWeight", "use_fixed_weight", true),
        /// That number.
        weight: f64 = value("fixedWeight", "weight_value", 1.0),
        /// Whether results are written to a file, too.
        exports: bool = value("exportResults", "export_data", false),
        /// Whether each partition has a panel.
        by_partition: bool = value("splitByPartition", "split_by_partition", true),
        /// Whether fields with scores are compared, not models.
        has_score_fields: bool = value("plotScoreFields", "plot_score_fields", false),
        /// The fields with scores.
        score_fields: Vec<String> = fields("scoreFields", "score_fields"),
        /// The target of the fields with scores.
        score_target: String = text("targetField", "target_field"),
        /// The rule of the user's, a condition.
        rule_text: String = text("businessRuleCondition", "business_rule_condition"),
        /// The user's hit, a condition.
        hit_text: String = text("userHitCondition", "hit_condition"),
        /// The user's score, an expression.
        score_text: String = text("userScoreExpression", "score_expression"),
        /// The field of costs.
        cost_field: String = text("variableCost", "cost_field"),
        /// The field of revenues.
        revenue_field: String = text("variableRevenue", "revenue_field"),
        /// The field of weights.
        weight_field: String = text("variableWeight", "weight_field"),
    }
    // The form of a file that is refused, and the style of lines.
    ignored: [
        "fieldSeparator", "includeFieldNames", "newlineAfterRecord", "outputFileName", "scatterPointType",
        "scatterShowLine", "useProfitCriteria", "graphAutomaticCaption",
    ]
}

struct Evaluation {
    kind: Kind,
    cumulative: bool,
    parts: usize,
    baseline: bool,
    best: bool,
    by_partition: bool,
    costs: Costs,
    own: Own,
    /// Fields with scores and their target, in the place of models.
    scores: Option<(Vec<String>, String)>,
    style: Style,
    shown: Shown,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: EvaluationSettings = compile.settings()?;
    let style = settings.style(&[], compile)?;
    if let Kind::Other(other) = &settings.kind {
        return Err(compile.refuse_value("chartType", other, "this chart is not known"));
    }
    let parts = match settings.parts.as_str() {
        "quartiles" => 4,
        "quintiles" => 5,
        "deciles" => 10,
        "vingtiles" => 20,
        "percentiles" => 100,
        other => {
            return Err(compile.refuse_value("plotNTiles", other, "quartiles to percentiles are supported"));
        }
    };
    if settings.exports {
        let message = "the results are in the document of the chart; ask for TAB to get them as a file";
        return Err(compile.refuse_value("exportResults", true, message));
    }
    let own = Own::new(&settings, compile)?;
    if settings.detection != "metadata" && !settings.has_score_fields {
        let message = "predictions are found by model output field metadata only";
        return Err(compile.refuse_value("fieldDetectionMethod", &settings.detection, message));
    }
    let evaluation = Evaluation {
        kind: settings.kind.clone(),
        cumulative: settings.cumulative,
        parts,
        baseline: settings.baseline,
        best: settings.best,
        by_partition: settings.by_partition,
        costs: Costs { cost: settings.cost, revenue: settings.revenue, weight: settings.weight },
        own,
        scores: settings
            .has_score_fields
            .then(|| (settings.score_fields.clone(), settings.score_target.clone())),
        style,
        shown: Shown::new(compile)?,
    };
    report::terminal(evaluation, settings.naming(), compile)
}

/// The records of one line in one partition.
#[derive(Debug, Clone, Default)]
struct Scores {
    records: Vec<Scored>,
    /// What each is worth; empty where all are worth the same.
    costs: Vec<Costs>,
}

impl Scores {
    fn curve(&self, fixed: Costs) -> Curve {
        let worth = if self.costs.is_empty() { Worth::Fixed(fixed) } else { Worth::Each(&self.costs) };
        Curve::valued(&self.records, worth)
    }
}

/// Scores kept in memory, over all models: 16 bytes each.
const MAX_SCORED: usize = 20_000_000;

/// The definition of a target's hit.
#[derive(Debug, Clone)]
pub(crate) enum Hit {
    Value(Scalar),
    Above(f64),
}

impl Hit {
    /// Whether the value of a row is a hit.
    fn is(&self, column: &datafusion::arrow::array::ArrayRef, row: usize) -> bool {
        let found = Scalar::at(column, row);
        match self {
            Self::Value(value) => !found.is_null() && found.order(value).is_eq(),
            Self::Above(limit) => found.as_f64().is_some_and(|number| number > *limit),
        }
    }
}

fn hit(target: &Target) -> Result<Hit, NodeError> {
    match (&target.field.values, target.hit()) {
        (Values::Range(low, high), _) if !target.is_symbolic() => match (low.as_f64(), high.as_f64()) {
            (Some(low), Some(high)) => Ok(Hit::Above((low + high) / 2.0)),
            _ => Err(unknown_hit(target)),
        },
        (_, Some(value)) => Ok(Hit::Value(value.clone())),
        _ => Err(unknown_hit(target)),
    }
}

fn unknown_hit(target: &Target) -> NodeError {
    let name = &target.field.name;
    NodeError::unsupported(format!(
        "the values of the target {name:?} are not known; read them in a Type node"
    ))
}

#[async_trait]
impl Report for Evaluation {
    fn kind(&self) -> &'static str {
        "evaluation"
    }

    fn content(&self) -> Content {
        Content::Charts
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        let targets = self.targets(input)?;
        for target in &targets {
            Reader::new(&self.own, target, input, None)?;
        }
        match targets.is_empty() {
            false => Ok(()),
            true => Err(NodeError::unsupported(
                "no field that arrives is the prediction of a field that arrives too; put the node behind a model",
            )),
        }
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let targets = self.targets(&model)?;
        let partition = model.with_role(Role::Partition).next().filter(|_| self.by_partition);
        let partition = partition.map_or("", |field| field.name.as_str());
        let mut partitions = Series::new(partition, &model)?;
        let mut blocks = Vec::new();
        for target in &targets {
            let reader = Reader::new(&self.own, target, &model, Some(run))?;
            let hit = if reader.has_hit() { None } else { Some(hit(target)?) };
            let mut lines: Vec<Vec<Scores>> =
                vec![Vec::new(); target.models.len() + usize::from(self.own.rule.is_some())];
            let mut kept = 0;
            let names = Some(partition).filter(|name| !name.is_empty()).into_iter().chain(target.columns());
            let names = names.map(str::to_owned).chain(reader.fields(&model)).collect::<Vec<_>>();
            batches(input.clone(), &names, run, |mut columns, rows| {
                let places = partitions.places(&mut columns, rows)?;
                let batch = reader.read(columns, rows, hit.as_ref(), self.costs)?;
                for (records, lines) in batch.lines.iter().zip(&mut lines) {
                    for (row, (place, record)) in places.iter().zip(records).enumerate() {
                        if lines.len() <= *place {
                            lines.resize(place + 1, Scores::default());
                        }
                        let (Some(of_place), Some(record)) = (lines.get_mut(*place), record) else {
                            continue;
                        };
                        if let Some(costs) = &batch.costs {
                            // A record whose cost, revenue or weight is missing is not evaluated.
                            let Some(costs) = costs.get(row).copied().flatten() else { continue };
                            of_place.costs.push(costs);
                        }
                        of_place.records.push(*record);
                        kept += 1;
                    }
                }
                match kept > MAX_SCORED {
                    true => {
                        Err(NodeError::unsupported("too many records for an evaluation; sample them first"))
                    }
                    false => Ok(()),
                }
            })
            .await?;
            blocks.push(Block::Chart(self.chart(target, &partitions, &lines)));
        }
        Ok(blocks)
    }
}

impl Evaluation {
    fn title(&self) -> &'static str {
        match self.kind {
            Kind::Gains => "Gains %",
            Kind::Lift => "Lift",
            Kind::Response => "Response %",
            Kind::Profit => "Profit",
            Kind::Roi => "ROI %",
            _ => "Sensitivity",
        }
    }

    /// The targets with the models, or the fields with scores, that are compared.
    fn targets(&self, model: &DataModel) -> Result<Vec<Target>, NodeError> {
        let Some((scores, target)) = &self.scores else { return Ok(models::of(model)) };
        let field = require(model, target)?.clone();
        let of_score = |name: &String| {
            super::histogram::continuous(model, name)?;
            Ok(models::Model { predicted: name.clone(), confidence: None, score: Some(name.clone()) })
        };
        let models = scores.iter().map(of_score).collect::<Result<Vec<_>, NodeError>>()?;
        Ok(if models.is_empty() { Vec::new() } else { vec![Target { field, models }] })
    }

    fn chart(&self, target: &Target, partitions: &Series, scored: &[Vec<Scores>]) -> Chart {
        let is_roc = self.kind == Kind::Roc;
        let x_title = if is_roc { "1 - Specificity" } else { "Percentile" };
        let mut columns = vec!["Model", x_title, self.title()];
        if !partitions.name().is_empty() {
            columns.insert(0, partitions.name());
        }
        let mut data = Numbers::new("", columns).with_row_headings(1);
        let mut series = target.models.iter().map(|model| model.predicted.clone()).collect::<Vec<_>>();
        series.extend(self.own.rule.is_some().then(|| "Business rule".to_owned()));
        let first_line = series.len();
        let lines = [("Baseline", self.baseline), ("Best", self.best)];
        let lines = lines.into_iter().filter(|(_, is_drawn)| *is_drawn).collect::<Vec<_>>();
        series.extend(lines.iter().map(|(name, _)| (*name).to_owned()));
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        let mut panels = Vec::new();
        for place in partitions.order() {
            let title = partitions.text(place, &self.shown);
            let mut marks = Vec::new();
            let mut curves = Vec::new();
            for (at, partitions) in scored.iter().enumerate() {
                let none = Scores::default();
                let curve = partitions.get(place).unwrap_or(&none).curve(self.costs);
                if at == 0 {
                    for (rank, (name, _)) in lines.iter().enumerate() {
                        let line = if *name == "Best" { curve.best() } else { curve.even() };
                        curves.push((first_line + rank, self.points(&line)));
                    }
                }
                curves.push((at, self.points(&curve)));
            }
            for (at, points) in curves {
                let name = series.get(at).cloned().unwrap_or_default();
                for (x, y) in &points {
                    let cells = [Cell::text(name.clone()), Cell::Real(*x, 3), Cell::Real(*y, 3)];
                    let panel = (!partitions.name().is_empty()).then(|| Cell::text(title.clone()));
                    data.push(panel.into_iter().chain(cells));
                    (low, high) = (low.min(*y), high.max(*y));
                }
                let dashed = at >= first_line;
                marks.push(Mark::new(Shape::Line { points, width: 2.0, dashed }, Paint::Series(at), name));
            }
            panels.push(Panel { title, marks });
        }
        let end = if is_roc { 1.0 } else { 100.0 };
        let hit = target.hit().filter(|_| target.is_symbolic()).map(|hit| self.shown.text(hit));
        let note = match hit {
            _ if self.own.hit.is_some() => "Hit: a condition of the node.".to_owned(),
            Some(hit) => format!("Hit: {} = {hit}.", target.field.name),
            None => format!("Hit: {} above the middle of its range.", target.field.name),
        };
        self.style.applied(Chart {
            title: format!("{} of {}", self.title(), target.field.name),
            note,
            x: Axis::linear(x_title, 0.0, end),
            y: Axis::linear(self.title(), low, high),
            series,
            panels,
            data,
            ..Chart::default()
        })
    }

    fn points(&self, curve: &Curve) -> Vec<(f64, f64)> {
        match self.kind {
            Kind::Roc => curve.roc(),
            _ => {
                curve.parts(self.parts, self.cumulative, |part, all| measure::measure(&self.kind, part, all))
            }
        }
    }
}
