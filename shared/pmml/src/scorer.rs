//! A compiled model.

mod verify;

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;

use crate::common::{DataField, DataType, Function, OpType};
use crate::document::{Document, Model};
use crate::error::{Location, PmmlError};
use crate::models::{self, Compiled, Context, Options, OutputColumn};
use crate::program::{
    CHUNK, Entity, Fields, Frame, Input, Kind, Literal, Output, Program, Slot, array, arrow_type, by_name,
};
use crate::scores::{Scores, Tally};

/// A compiled model. It scores any number of record batches, from any number of threads.
#[derive(Debug)]
pub struct Scorer {
    program: Program,
    /// The number of the model's results.
    number: usize,
    algorithm: Algorithm,
    function: Function,
    target: Option<Target>,
    categories: Vec<String>,
    /// The categories in the target's data type, if it is not text.
    numbers: Vec<f64>,
    has_probabilities: bool,
    has_confidence: bool,
    similarity: bool,
    entities: Arc<[Entity]>,
    outputs: Vec<OutputColumn>,
    /// The column of each output.
    slots: Vec<Slot>,
}

/// The field that a model predicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its data type.
    pub data_type: DataType,
    /// Its measurement level.
    pub op_type: OpType,
}

/// The kind of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// `SupportVectorMachineModel`; Modeler prefixes its columns with `$S`.
    SupportVectorMachine,
    /// `NeuralNetwork`; Modeler prefixes its columns with `$N`.
    NeuralNetwork,
    /// `TreeModel`.
    Tree,
    /// `RuleSetModel`.
    RuleSet,
    /// `GeneralRegressionModel`.
    GeneralRegression,
    /// `RegressionModel`.
    Regression,
    /// `ClusteringModel`.
    Clustering,
    /// `NearestNeighborModel`.
    NearestNeighbor,
    /// `NaiveBayesModel`.
    NaiveBayes,
    /// `Scorecard`.
    Scorecard,
    /// IBM's `BayesNetModel`.
    BayesNet,
    /// `AssociationModel`.
    Association,
    /// `MiningModel`.
    Mining,
}

impl Document {
    /// Compiles the document's model into a scorer.
    ///
    /// # Errors
    ///
    /// Those of [`Scorer::compile`]. This method is its short form with default options.
    pub fn compile(&self) -> Result<Scorer, PmmlError> {
        Scorer::compile(self, &Options::default())
    }
}

impl Scorer {
    /// Compiles the document's model into a scorer.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Unsupported`] for a model element, function, kernel or combination that this crate does
    /// not support; [`PmmlError::Invalid`] for a violation of PMML, also for a document without a model or
    /// with several; [`PmmlError::Verification`] for the first verification record of the document with
    /// another result.
    pub fn compile(document: &Document, options: &Options) -> Result<Self, PmmlError> {
        let at = Location { path: "PMML".into(), position: None };
        let model = match document.models.as_slice() {
            [model] => model,
            [] => return Err(models::invalid(&at, "the document has no model")),
            [..] => return Err(models::unsupported(&at, "more than one model")),
        };
        let algorithm = Algorithm::of(model)
            .ok_or_else(|| models::unsupported(&at, format!("model {}", model.element())))?;
        let Some(header) = model.header() else {
            return Err(models::unsupported(&at, format!("model {}", model.element())));
        };
        let context = Context {
            dictionary: &document.data_dictionary,
            transformations: &document.transformation_dictionary,
            ibm: document.written_by_ibm(),
            options,
        };
        let transformations = [&document.transformation_dictionary, &header.local_transformations];
        let mut fields = Fields::with_schema(
            &document.data_dictionary,
            &header.mining_schema,
            &transformations,
            options.invalid_values.clone(),
        )?;
        fields.printed = context.ibm;
        let compiled = models::compile(model, None, 0, &context, &mut fields)?;
        let scorer = Self::new(fields, compiled, algorithm)?;
        if let (true, Some(verification)) = (options.verify, &header.verification) {
            verify::verify(&scorer, verification)?;
        }
        Ok(scorer)
    }

    fn new(fields: Fields<'_>, model: Compiled<'_>, algorithm: Algorithm) -> Result<Self, PmmlError> {
        let slots: Vec<Slot> = model.outputs.iter().map(|(_, slot)| *slot).collect();
        let program = fields.builder.finish(&[&[model.slot], slots.as_slice()].concat())?;
        Ok(Self {
            program,
            number: model.number,
            algorithm,
            function: model.header.function,
            numbers: numbers(&model)?,
            target: model.target.map(Target::of),
            has_probabilities: model.shape.probabilities,
            has_confidence: model.shape.confidence,
            similarity: model.shape.similarity,
            categories: model.shape.categories,
            entities: model.shape.entities.into(),
            outputs: model.outputs.into_iter().map(|(column, _)| column).collect(),
            slots,
        })
    }

    /// The input fields of the model, in the order of [`Scorer::score_columns`].
    pub fn inputs(&self) -> &[Input] {
        self.program.inputs()
    }

    /// The columns of the document's `Output`, in document order.
    pub fn outputs(&self) -> &[OutputColumn] {
        &self.outputs
    }

    /// The field that the model predicts; `None` for clusters, and for scorecards without one.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// The possible categories as written in the document, in the order of [`Scores::probabilities`]. Empty
    /// for regression.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// The model's nodes, rules, clusters, training records, reasons or segments. [`Scores::entity_index`]
    /// and [`Scores::neighbours`] refer to them.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// Whether a greater number of [`Scores::affinities`] means more similar, not more distant.
    pub fn is_similarity(&self) -> bool {
        self.similarity
    }

    /// The kind of the model.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether the model predicts a category, a number or a cluster.
    pub fn function(&self) -> Function {
        self.function
    }

    /// Whether the model defines probabilities, so that [`Scores::probabilities`] has one for each category.
    pub fn has_probabilities(&self) -> bool {
        self.has_probabilities
    }

    /// The type of [`Scores::predicted`].
    pub fn predicted_type(&self) -> arrow_schema::DataType {
        match (self.categories.is_empty(), &self.target) {
            (false, Some(target)) => arrow_type(target.data_type),
            (false, None) => arrow_schema::DataType::Utf8,
            (true, _) if self.names_entities() => arrow_schema::DataType::Utf8,
            (true, _) => arrow_schema::DataType::Float64,
        }
    }

    /// Scores a batch; fields are found by name, further columns are ignored.
    ///
    /// # Errors
    ///
    /// [`PmmlError::MissingField`] if the batch lacks an input, otherwise those of [`Scorer::score_columns`].
    pub fn score(&self, batch: &RecordBatch) -> Result<Scores, PmmlError> {
        let columns = by_name(self.inputs(), batch)?;
        self.score_columns(batch.num_rows(), &columns)
    }

    /// Scores columns in the order of [`Scorer::inputs`], with `rows` rows each.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Shape`] if number or lengths of the columns are wrong,
    /// [`PmmlError::FieldType`] if a column's type does not fit the document's,
    /// [`PmmlError::FieldValue`] for an integer beyond 2⁵³.
    pub fn score_columns(&self, rows: usize, columns: &[ArrayRef]) -> Result<Scores, PmmlError> {
        let data = self.program.convert(rows, columns)?;
        let mut frame = self.program.frame(rows);
        let mut tally = Tally::default();
        let mut outputs: Vec<_> = self.outputs.iter().map(|o| Output::new(o.data_type, rows)).collect();
        // An empty batch also has result columns.
        let mut from = 0;
        loop {
            let chunk = CHUNK.min(rows - from);
            self.program.run(&mut frame, &data, from, chunk);
            tally.add(frame.results(self.number));
            self.collect(&frame, chunk, &mut outputs);
            from += chunk;
            if from >= rows {
                break;
            }
        }
        let classes = !self.categories.is_empty();
        let entities = Arc::clone(&self.entities);
        let mut scores = tally.finish(entities, classes, self.has_confidence, |winners, numbers, nulls| {
            self.predicted(winners, numbers, nulls)
        });
        scores.outputs = outputs.into_iter().map(Output::finish).collect();
        Ok(scores)
    }

    /// Whether the prediction is an entity: a cluster or a rule.
    fn names_entities(&self) -> bool {
        matches!(self.function, Function::Clustering | Function::AssociationRules)
    }

    fn collect(&self, frame: &Frame, rows: usize, outputs: &mut [Output]) {
        for (output, slot) in outputs.iter_mut().zip(&self.slots) {
            output.extend(frame.column(*slot), rows);
        }
    }

    fn predicted(&self, winners: &[u32], numbers: Vec<f64>, nulls: Option<NullBuffer>) -> ArrayRef {
        let texts = |name: &dyn Fn(u32) -> Option<String>| -> ArrayRef {
            let valid = |row| nulls.as_ref().is_none_or(|n: &NullBuffer| n.is_valid(row));
            let cell = |(row, winner): (usize, &u32)| if valid(row) { name(*winner) } else { None };
            Arc::new(winners.iter().enumerate().map(cell).collect::<StringArray>())
        };
        if self.categories.is_empty() {
            if self.names_entities() {
                return texts(&|winner| Some(self.entities.get(winner as usize)?.id.clone()));
            }
            return Arc::new(Float64Array::new(numbers.into(), nulls));
        }
        match &self.target {
            Some(target) if target.data_type != DataType::String => {
                let of = |winner: &u32| self.numbers.get(*winner as usize).copied().unwrap_or(0.0);
                array(target.data_type, winners.iter().map(of).collect(), nulls)
            }
            _ => texts(&|winner| self.categories.get(winner as usize).cloned()),
        }
    }
}

/// The categories in the target's data type, if it is not text.
fn numbers(model: &Compiled<'_>) -> Result<Vec<f64>, PmmlError> {
    let mut numbers = Vec::new();
    let Some(target) = model.target else { return Ok(numbers) };
    for category in &model.shape.categories {
        match Kind::of(target.data_type).and_then(|kind| kind.parse(category)) {
            Some(Literal::Number(number)) => numbers.push(number),
            Some(Literal::Text(_)) => {}
            _ => {
                let reason = format!("category {category:?} is no {}", target.data_type.name());
                return Err(models::invalid(&model.header.location, reason));
            }
        }
    }
    Ok(numbers)
}

impl Target {
    fn of(field: &DataField) -> Self {
        Self { name: field.name.clone(), data_type: field.data_type, op_type: field.op_type }
    }
}

impl Algorithm {
    fn of(model: &Model) -> Option<Self> {
        Some(match model {
            Model::SupportVectorMachine(_) => Self::SupportVectorMachine,
            Model::NeuralNetwork(_) => Self::NeuralNetwork,
            Model::Tree(_) => Self::Tree,
            Model::RuleSet(_) => Self::RuleSet,
            Model::GeneralRegression(_) => Self::GeneralRegression,
            Model::Regression(_) => Self::Regression,
            Model::Clustering(_) => Self::Clustering,
            Model::NearestNeighbor(_) => Self::NearestNeighbor,
            Model::NaiveBayes(_) => Self::NaiveBayes,
            Model::Scorecard(_) => Self::Scorecard,
            Model::BayesNet(_) => Self::BayesNet,
            Model::Association(_) => Self::Association,
            Model::Mining(_) => Self::Mining,
            Model::TimeSeries(_) | Model::Other(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests;
