//! `BayesNetModel`, which IBM writes into an `Extension` named `SPSS Models`.
//!
//! PMML's own `BayesianNetworkModel` is another element. IBM's element is undocumented. Its tables are
//! conditional probabilities in plain text: `names` are the parents and then the field's values; a `row` has
//! the parents' values and then the probabilities.

use crate::common::{
    Extension, Function, MiningSchema, ModelHeader, Output, Targets, TransformationDictionary,
};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;
use crate::xml::Node;

/// A Bayesian network.
#[derive(Debug, Clone)]
pub struct BayesNetModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The target.
    pub target: String,
    /// The derived field that makes each active field discrete: data field, derived field.
    pub derived: Vec<(String, String)>,
    /// The tables, one for each field.
    pub tables: Vec<ConditionalTable>,
}

/// The probabilities of a field's values, given those of its parents.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionalTable {
    /// The field.
    pub field: String,
    /// Its parents, in order.
    pub parents: Vec<String>,
    /// Its values, in order.
    pub values: Vec<String>,
    /// For each row, the parents' values and the probabilities.
    pub rows: Vec<(Vec<String>, Vec<f64>)>,
    /// Where it is defined.
    pub location: Location,
}

impl BayesNetModel {
    /// Reads the model of a document's extensions, if there is one. `root` is the document.
    pub(crate) fn find(root: &Node<'_>) -> Result<Option<Self>, PmmlError> {
        for extension in root.all("Extension") {
            if let Some(model) = extension.child("BayesNetModel") {
                let target = target(root)?;
                return Self::read(&model, target).map(Some);
            }
        }
        Ok(None)
    }

    fn read(node: &Node<'_>, target: String) -> Result<Self, PmmlError> {
        node.expect(&["modelName", "functionName"], &["LinkSource", "ConditionalTables", "MiningSchema"])?;
        node.one_of("functionName", &[("classification", ())])?;
        let schema = node.required_child("MiningSchema")?;
        let mut derived = Vec::new();
        for field in schema.all("MiningField") {
            for extension in field.all("Extension") {
                if let Some(reference) = extension.child("DerivedFieldRef") {
                    derived
                        .push((field.required("name")?.to_owned(), reference.required("name")?.to_owned()));
                }
            }
        }
        let mut cells = 0_usize;
        let mut tables = Vec::new();
        for table in node.required_child("ConditionalTables")?.all("ConditionalTable") {
            let table = ConditionalTable::read(&table)?;
            cells = cells.saturating_add(table.rows.len().saturating_mul(table.values.len()));
            if cells > MAX_MATRIX_CELLS {
                return Err(node.limit("probabilities", MAX_MATRIX_CELLS));
            }
            tables.push(table);
        }
        Ok(Self {
            header: ModelHeader {
                model_name: node.owned("modelName"),
                algorithm_name: None,
                function: Function::Classification,
                scorable: true,
                mining_schema: MiningSchema::read(&schema)?,
                output: Output::default(),
                targets: Targets::default(),
                verification: None,
                local_transformations: TransformationDictionary::default(),
                explanation: None,
                extensions: Extension::read_all(node),
                location: node.location(),
            },
            target,
            derived,
            tables,
        })
    }
}

/// The target field of the settings.
fn target(root: &Node<'_>) -> Result<String, PmmlError> {
    if let Some(task) = root.child("MiningBuildTask") {
        for extension in task.all("Extension") {
            let Some(settings) = extension.child("BayesNetSettings") else { continue };
            let Some(fields) = settings.child("BayesNetFields") else { continue };
            for field in fields.all("BayesNetField") {
                if field.attribute("role") == Some("target") {
                    return Ok(field.required("name")?.to_owned());
                }
            }
        }
    }
    Err(root.invalid("no BayesNetField with the role target"))
}

impl ConditionalTable {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["fieldName", "parentsNumber"], &["names", "row"])?;
        let parents = node.count("parentsNumber")?.unwrap_or(0);
        let mut names = words(&node.required_child("names")?.element.text);
        if names.len() <= parents {
            return Err(node.invalid("fewer names than parents"));
        }
        let values = names.split_off(parents);
        let mut rows = Vec::new();
        for row in node.all("row") {
            let mut cells = words(&row.element.text);
            if cells.len() != parents + values.len() {
                return Err(row.invalid(format!("{} cells in a row of a table", cells.len())));
            }
            let numbers = cells.split_off(parents);
            let mut probabilities = Vec::with_capacity(numbers.len());
            for number in numbers {
                match number.parse::<f64>() {
                    Ok(p) if (0.0..=1.0).contains(&p) => probabilities.push(p),
                    _ => return Err(row.invalid(format!("{number:?} is not a probability"))),
                }
            }
            rows.push((cells, probabilities));
        }
        Ok(Self {
            field: node.required("fieldName")?.to_owned(),
            parents: names,
            values,
            rows,
            location: node.location(),
        })
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(';').map(|word| word.trim().to_owned()).collect()
}
