//! A compiled model.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;

use crate::document::{self, DataField, DataType, Document, Function, ModelHeader, OpType};
use crate::error::{Location, PmmlError};
use crate::input::{self, Input};
use crate::model::{self, Features, Machines, Model, Network, Scratch, Tally};
use crate::output;
use crate::program::{CHUNK, Fields, Kind, Literal, Program};
use crate::scores::Scores;

/// A compiled model: scores record batches, any number of them, from any number of threads.
#[derive(Debug)]
pub struct Scorer {
    program: Program,
    features: Features,
    model: Model,
    target: Target,
    categories: Vec<String>,
    /// The categories as the target's data type has them, if it is not text.
    numbers: Vec<f64>,
    function: Function,
}

/// The field that a model predicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// How it is stored.
    pub data_type: DataType,
    /// How it is measured.
    pub op_type: OpType,
}

/// The kind of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `SupportVectorMachineModel`; Modeler prefixes its columns with `$S`.
    SupportVectorMachine,
    /// `NeuralNetwork`; Modeler prefixes its columns with `$N`.
    NeuralNetwork,
}

impl Scorer {
    pub(crate) fn compile(document: &Document) -> Result<Self, PmmlError> {
        let at = Location { path: "PMML".into(), position: None };
        let model = match document.models.as_slice() {
            [model] => model,
            [] => return Err(model::invalid(&at, "the document has no model")),
            [..] => return Err(model::unsupported(&at, "more than one model")),
        };
        match model {
            document::Model::SupportVectorMachine(svm) => {
                let target = model::target(document, &svm.header)?;
                let machines = Machines::compile(svm, written_by_ibm(document))?;
                let mut fields = Self::fields(document, &svm.header)?;
                let slots = Machines::features(svm, &mut fields)?;
                let categories = machines.categories.clone();
                let model = Model::SupportVectors(machines);
                Self::new(fields, slots, model, target, categories, &svm.header)
            }
            document::Model::NeuralNetwork(neural) => {
                let target = model::target(document, &neural.header)?;
                let network = Network::compile(document, neural, &target.name)?;
                let mut fields = Self::fields(document, &neural.header)?;
                let slots = Network::features(neural, &mut fields)?;
                let categories = network.categories.clone();
                let model = Model::Network(network);
                Self::new(fields, slots, model, target, categories, &neural.header)
            }
            document::Model::Other(name) => Err(model::unsupported(&at, format!("model {name}"))),
        }
    }

    fn fields<'a>(document: &'a Document, header: &'a ModelHeader) -> Result<Fields<'a>, PmmlError> {
        let transformations = [&document.transformation_dictionary, &header.local_transformations];
        let mut fields =
            Fields::with_schema(&document.data_dictionary, &header.mining_schema, &transformations)?;
        fields.at = header.location.clone();
        Ok(fields)
    }

    fn new(
        fields: Fields<'_>,
        slots: Vec<usize>,
        model: Model,
        target: &DataField,
        categories: Vec<String>,
        header: &ModelHeader,
    ) -> Result<Self, PmmlError> {
        let guards = fields.guards;
        let needed = [slots.as_slice(), &guards].concat();
        let program = fields.builder.finish(&needed)?;
        let mut numbers = Vec::new();
        for category in &categories {
            let literal = Kind::of(target.data_type).and_then(|kind| kind.parse(category));
            match literal {
                Some(Literal::Number(number)) => numbers.push(number),
                Some(Literal::Text(_)) => {}
                _ => {
                    let reason = format!("category {category:?} is no {}", target.data_type.name());
                    return Err(model::invalid(&header.location, reason));
                }
            }
        }
        let op_type = target.op_type;
        let target = Target { name: target.name.clone(), data_type: target.data_type, op_type };
        let features = Features { slots, guards };
        Ok(Self { program, features, model, target, categories, numbers, function: header.function })
    }

    /// The fields that the model reads, in the order of [`Scorer::score_columns`].
    pub fn inputs(&self) -> &[Input] {
        self.program.inputs()
    }

    /// The field that the model predicts.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The categories that the model chooses from, as the document writes them and in the order
    /// of [`Scores::probabilities`]. Empty for regression.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// The kind of the model.
    pub fn algorithm(&self) -> Algorithm {
        match self.model {
            Model::SupportVectors(_) => Algorithm::SupportVectorMachine,
            Model::Network(_) => Algorithm::NeuralNetwork,
        }
    }

    /// Whether the model predicts a category or a number.
    pub fn function(&self) -> Function {
        self.function
    }

    /// Whether the model defines probabilities, so that [`Scores::probabilities`] has one for
    /// each category.
    pub fn has_probabilities(&self) -> bool {
        self.sizes().0 > 0
    }

    /// The type of [`Scores::predicted`].
    pub fn predicted_type(&self) -> arrow_schema::DataType {
        match self.function {
            Function::Classification => output::arrow_type(self.target.data_type),
            Function::Regression => arrow_schema::DataType::Float64,
        }
    }

    /// Scores a batch; fields are found by name, further columns are ignored.
    ///
    /// # Errors
    ///
    /// [`PmmlError::MissingField`] if the batch lacks an input, else as [`Scorer::score_columns`].
    pub fn score(&self, batch: &RecordBatch) -> Result<Scores, PmmlError> {
        let columns = input::by_name(self.inputs(), batch)?;
        self.score_columns(batch.num_rows(), &columns)
    }

    /// Scores columns given in the order of [`Scorer::inputs`], `rows` long each.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Shape`] if number or lengths of the columns are wrong,
    /// [`PmmlError::FieldType`] if a column's type does not fit the document's,
    /// [`PmmlError::FieldValue`] for an integer beyond 2⁵³.
    pub fn score_columns(&self, rows: usize, columns: &[ArrayRef]) -> Result<Scores, PmmlError> {
        let data = self.program.convert(rows, columns)?;
        let mut frame = self.program.frame(rows);
        let mut scratch = Scratch::default();
        let (probabilities, decisions) = self.sizes();
        let mut tally = Tally::new(self.categories.len(), probabilities, decisions, rows);
        for from in (0..rows).step_by(CHUNK) {
            self.program.run(&mut frame, &data, from, CHUNK.min(rows - from));
            self.model.run(&self.features, &frame, &mut tally, &mut scratch);
        }
        Ok(self.scores(tally))
    }

    /// The numbers of probabilities and of decisions.
    fn sizes(&self) -> (usize, usize) {
        match &self.model {
            Model::SupportVectors(machines) => (machines.probabilities(), machines.decisions()),
            Model::Network(network) => (network.probabilities(), network.decisions()),
        }
    }

    fn scores(&self, tally: Tally) -> Scores {
        let nulls = output::nulls(tally.alive);
        let confidence = (!tally.probabilities.is_empty()).then(|| {
            let of = |(row, winner): (usize, &u32)| tally.probabilities[*winner as usize][row];
            let numbers: Vec<f64> = tally.winners.iter().enumerate().map(of).collect();
            column(numbers, &nulls)
        });
        let predicted: ArrayRef = match (self.function, self.target.data_type) {
            (Function::Regression, _) => Arc::new(column(tally.numbers, &nulls)),
            (Function::Classification, DataType::String) => {
                let valid = |row| nulls.as_ref().is_none_or(|n: &NullBuffer| n.is_valid(row));
                let category = |(row, winner): (usize, &u32)| {
                    valid(row).then(|| self.categories[*winner as usize].as_str())
                };
                Arc::new(tally.winners.iter().enumerate().map(category).collect::<StringArray>())
            }
            (Function::Classification, data_type) => {
                let numbers = tally.winners.iter().map(|w| self.numbers[*w as usize]).collect();
                output::array(data_type, numbers, nulls.clone())
            }
        };
        let columns = |all: Vec<Vec<f64>>| all.into_iter().map(|n| column(n, &nulls)).collect();
        Scores {
            predicted,
            probabilities: columns(tally.probabilities),
            decisions: columns(tally.decisions),
            confidence,
        }
    }
}

fn column(numbers: Vec<f64>, nulls: &Option<NullBuffer>) -> Float64Array {
    Float64Array::new(numbers.into(), nulls.clone())
}

/// Whether SPSS (or Clementine, its former name) wrote the document.
fn written_by_ibm(document: &Document) -> bool {
    let name = document.application.as_ref().map(|a| a.name.as_str()).unwrap_or_default();
    name.contains("SPSS") || name.contains("Clementine")
}

#[cfg(test)]
mod tests;
