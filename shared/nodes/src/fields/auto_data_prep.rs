//! Auto Data Prep: applies the transformations that its analysis stored.
//!
//! The node keeps a PMML document. Its data dictionary lists the fields that were analysed, its
//! transformation dictionary how new ones are made, and its `VariableSummary` which fields the node
//! gives. Analysed fields that the summary does not list end here ("filter out unused fields"); those
//! that it lists go on as they are (a target, say); so do fields that were not analysed, such as those
//! without a role. New fields follow, in the order of the document. Checked against a stream whose
//! Filter node, and IBM's published results, tell which fields arrive behind it.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use satsuma_pmml::document::Element as PmmlElement;
use satsuma_pmml::{Document, OpType, Transformer};
use satsuma_stream::Node;
use satsuma_stream::nodes::{self, UnusedFields};

use super::model::{self, empty_columns, input_names, model_error};
use crate::columns::ColumnStep;
use crate::error::{DataFault, EngineError, NodeRef};
use crate::node_work::NodeCounter;
use crate::refusals::NodeRefusals;
use crate::step::Process;
use crate::step::Run;
use crate::table::{FieldInfo, Measure, Role, Storage, Table};

/// An Auto Data Prep node with its stored analysis.
pub(crate) struct AutoDataPrep {
    transformation: Arc<Transformation>,
    /// Analysed fields that end here.
    ending: HashSet<String>,
    outputs: Vec<FieldInfo>,
}

struct Transformation {
    node: NodeRef,
    transformer: Transformer,
}

impl AutoDataPrep {
    /// Understands the node.
    pub(crate) fn new(node: &Node, refusals: &mut NodeRefusals<'_>) -> Result<Option<Self>, EngineError> {
        let settings = nodes::AutoDataPrep::from_node(node).map_err(|error| refusals.damaged(&error))?;
        refusals.unless(
            settings.unused_fields == UnusedFields::FilterOut,
            "excludeNoUsedField",
            &settings.unused_fields,
            "unused fields are filtered out so far",
        );
        let Some(pmml) = settings.analysis_pmml else {
            refusals.value(
                "analysisPmml",
                "",
                "the node holds no analysis; analyse the data in Modeler and save the stream",
            );
            return Ok(None);
        };
        Self::with_analysis(pmml.as_bytes(), refusals)
    }

    fn with_analysis(pmml: &[u8], refusals: &mut NodeRefusals<'_>) -> Result<Option<Self>, EngineError> {
        let Some(document) = model::supported(Document::parse(pmml), refusals)? else {
            return Ok(None);
        };
        let Some(summary) = variable_summary(&document) else {
            refusals.value("analysisPmml", "…", "the analysis does not say which fields it recommends");
            return Ok(None);
        };
        // Sets: a hostile analysis lists a hundred thousand fields in each of its places.
        let summary_set: HashSet<&str> = summary.iter().map(String::as_str).collect();
        let analysed = document.data_dictionary.fields.iter().map(|field| field.name.as_str());
        let analysed: HashSet<&str> = analysed.collect();
        let derived =
            document.transformation_dictionary.fields.iter().filter_map(|field| field.name.as_deref());
        let recommended = |name: &&str| summary_set.contains(name);
        let made = derived.filter(recommended).collect::<Vec<_>>();
        let known: HashSet<&str> = analysed.iter().chain(&made).copied().collect();
        for unknown in summary.iter().filter(|name| !known.contains(name.as_str())) {
            refusals.value(
                "analysisPmml",
                unknown,
                "the analysis recommends a field that it does not define",
            );
        }
        let ending =
            analysed.iter().filter(|name| !recommended(name)).map(|name| (*name).to_owned()).collect();
        let node = refusals.node.clone();
        let Some(transformer) = model::supported(Transformer::select(&document, &made), refusals)? else {
            return Ok(None);
        };
        let mut outputs = Vec::with_capacity(made.len());
        for derived in transformer.outputs() {
            let Some(storage) = Storage::of_arrow(&derived.arrow_type) else {
                refusals.value("analysisPmml", &derived.name, "fields of this type are not supported");
                continue;
            };
            let measure = match derived.op_type {
                OpType::Continuous => Measure::Continuous,
                OpType::Ordinal => Measure::Ordinal,
                OpType::Categorical => Measure::Nominal,
            };
            outputs.push(FieldInfo { name: derived.name.clone(), storage, measure, role: Role::Input });
        }
        let transformation = Arc::new(Transformation { node, transformer });
        Ok(Some(Self { transformation, ending, outputs }))
    }
}

impl Process for AutoDataPrep {
    fn apply(&self, input: Table, run: &Run, counter: Arc<NodeCounter>) -> Result<Table, EngineError> {
        let Transformation { node, transformer } = self.transformation.as_ref();
        let inputs = input_names(transformer.inputs(), &input, node)?;
        if let Some(taken) = self.outputs.iter().find(|output| input.field(&output.name).is_some()) {
            return Err(EngineError::data(node, DataFault::DuplicateField(taken.name.clone())));
        }
        self.transformation.compute(&empty_columns(&inputs, &input), 0)?;
        let step: Arc<dyn ColumnStep> = Arc::clone(&self.transformation) as Arc<dyn ColumnStep>;
        let table = input.with_columns(step, &inputs, self.outputs.clone(), counter, &run.meter)?;
        let kept = table.fields.iter().filter(|field| !self.ending.contains(&field.name));
        let kept = kept.map(|field| (field.name.clone(), field.clone())).collect();
        table.select(kept)
    }
}

impl ColumnStep for Transformation {
    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, EngineError> {
        self.transformer.transform_columns(rows, inputs).map_err(|error| model_error(&self.node, error))
    }
}

/// The fields that the analysis recommends: `Extension/AutomatedDataPreparation/Summary/VariableSummary`.
fn variable_summary(document: &Document) -> Option<Vec<String>> {
    let content = document.extensions.iter().flat_map(|extension| &extension.content);
    let report = content.into_iter().find(|element| element.name == "AutomatedDataPreparation")?;
    let summary = child(child(report, "Summary")?, "VariableSummary")?;
    let fields = summary.children.iter().filter(|element| element.name == "FieldRef");
    let names = fields.filter_map(|field| {
        field.attributes.iter().find(|(name, _)| name == "field").map(|(_, value)| value.clone())
    });
    Some(names.collect())
}

fn child<'a>(element: &'a PmmlElement, name: &str) -> Option<&'a PmmlElement> {
    element.children.iter().find(|child| child.name == name)
}
