//! Auto Data Prep: applies the stored transformations of its analysis.
//!
//! The node contains a PMML document. Its data dictionary lists the analysed fields, its transformation
//! dictionary the new fields, and its `VariableSummary` the output fields. Analysed fields outside the
//! summary are dropped ("filter out unused fields"); those in it are kept unchanged (a target, for example).
//! Fields that were not analysed, such as those without a role, are kept, too. New fields follow, in document
//! order. Checked against a stream whose Filter node and IBM's published results show the output fields.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::ArrayRef;
use satsuma_columns::{DataModel, Field, Role, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, Kernel, Kind, NodeError, NodeRun, NodeType, Process,
    Reported, Table, one,
};
use satsuma_pmml::document::{DataField, Element as PmmlElement};
use satsuma_pmml::{Document, OpType, Transformer};
use satsuma_stream::Measure;
use satsuma_stream::nodes::{self, UnusedFields};

use crate::modeling::document::{empty_columns, input_names, model_error, supported};

/// The type of node.
pub static NODE: NodeType =
    NodeType { class: "AutoDataPrepNode", extension: None, inputs: Inputs::One, settings: &[], compile };

/// An Auto Data Prep node with its stored analysis.
struct AutoDataPrep {
    transformation: Arc<Transformation>,
    /// Analysed fields that are dropped.
    ending: HashSet<String>,
    /// Analysed fields that are kept without a role, because no model should use them.
    disabled: HashSet<String>,
    outputs: Vec<Field>,
}

struct Transformation {
    transformer: Transformer,
    encoded: Encoded,
}

impl std::fmt::Debug for Transformation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transformation")
    }
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings = compile.read(nodes::AutoDataPrep::from_node)?;
    compile.diagnostics().unless(
        settings.unused_fields == UnusedFields::FilterOut,
        "excludeNoUsedField",
        &settings.unused_fields,
        "only filtering out unused fields is supported",
    );
    let Some(pmml) = settings.analysis_pmml else {
        let message = "the node contains no analysis; analyse the data in Modeler and save the stream";
        return Err(compile.refuse_value("analysisPmml", "", message));
    };
    AutoDataPrep::with_analysis(pmml.as_bytes(), compile).map(Compiled::process)
}

impl AutoDataPrep {
    fn with_analysis(pmml: &[u8], compile: &mut Compile<'_>) -> Result<Self, Reported> {
        let document = supported(Document::parse(pmml), compile)?;
        let Some(summary) = variable_summary(&document) else {
            let message = "the analysis does not list the recommended fields";
            return Err(compile.refuse_value("analysisPmml", "…", message));
        };
        // Sets, because a hostile analysis may list a hundred thousand fields in each place.
        let summary_set: HashSet<&str> = summary.iter().map(String::as_str).collect();
        let analysed = document.data_dictionary.fields.iter().map(|field| field.name.as_str());
        let analysed: HashSet<&str> = analysed.collect();
        let derived =
            document.transformation_dictionary.fields.iter().filter_map(|field| field.name.as_deref());
        let recommended = |name: &&str| summary_set.contains(name);
        let made = derived.filter(recommended).collect::<Vec<_>>();
        let known: HashSet<&str> = analysed.iter().chain(&made).copied().collect();
        for unknown in summary.iter().filter(|name| !known.contains(name.as_str())) {
            let message = "the analysis recommends a field that it does not define";
            compile.refuse_value("analysisPmml", unknown, message);
        }
        let ending =
            analysed.iter().filter(|name| !recommended(name)).map(|name| (*name).to_owned()).collect();
        let disabled = document.data_dictionary.fields.iter().filter(|field| is_disabled(field));
        let disabled = disabled.map(|field| field.name.clone()).collect();
        let transformer = supported(Transformer::select(&document, &made), compile)?;
        let mut outputs = Vec::with_capacity(made.len());
        for derived in transformer.outputs() {
            let Some(storage) = Storage::of_arrow(&derived.arrow_type) else {
                compile.refuse_value("analysisPmml", &derived.name, "fields of this type are not supported");
                continue;
            };
            let measure = match derived.op_type {
                OpType::Continuous => Measure::Range,
                OpType::Ordinal => Measure::OrderedSet,
                OpType::Categorical => Measure::Set,
            };
            outputs.push(Field::new(&derived.name, storage).measured(measure));
        }
        let encoded = TRANSFORMATION.encode_with(&made, [pmml]);
        let encoded = encoded.map_err(|error| compile.report(error))?;
        let transformation = Arc::new(Transformation { transformer, encoded });
        Ok(Self { transformation, ending, disabled, outputs })
    }
}

#[async_trait]
impl Process for AutoDataPrep {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let names = input_names(self.transformation.transformer.inputs(), input)?;
        if let Some(taken) = self.outputs.iter().find(|output| input.field(&output.name).is_some()) {
            return Err(DataFault::DuplicateField(taken.name.clone()).into());
        }
        self.transformation.compute(&empty_columns(&names, input), 0)?;
        let kept = input.fields().iter().chain(&self.outputs);
        let kept = kept.filter(|field| !self.ending.contains(&field.name));
        Ok(DataModel::new(kept.map(|field| self.without_role(field)).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let names = input_names(self.transformation.transformer.inputs(), input.model())?;
        let kernel: Arc<dyn Kernel> = Arc::clone(&self.transformation) as Arc<dyn Kernel>;
        let table = input.compute(kernel, &names, self.outputs.clone(), run)?;
        let kept = table.fields().iter().filter(|field| !self.ending.contains(&field.name));
        let kept = kept.map(|field| (field.name.clone(), self.without_role(field))).collect();
        table.select(kept)
    }
}

impl AutoDataPrep {
    /// The field; without a role if the analysis disables it.
    fn without_role(&self, field: &Field) -> Field {
        match self.disabled.contains(&field.name) {
            true => field.clone().used_as(Role::None),
            false => field.clone(),
        }
    }
}

/// Whether the analysis found that models should not use the field: `Extension/UsageType`.
fn is_disabled(field: &DataField) -> bool {
    let content = field.extensions.iter().flat_map(|extension| &extension.content);
    let mut usage = content.filter(|element| element.name == "UsageType");
    usage.any(|usage| usage.attributes.iter().any(|(name, value)| name == "value" && value == "disable"))
}

impl Kernel for Transformation {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        self.transformer.transform_columns(rows, inputs).map_err(model_error)
    }
}

/// The kind of these kernels: the fields that are made, and the document.
pub static TRANSFORMATION: Kind = Kind::kernel("pmml-transformation", 1, |found| {
    let (made, documents): (Vec<String>, _) = found.settings_with()?;
    let pmml = one(documents)?;
    let made = made.iter().map(String::as_str).collect::<Vec<_>>();
    let document = Document::parse(pmml).map_err(model_error)?;
    let transformer = Transformer::select(&document, &made).map_err(model_error)?;
    Ok(Arc::new(Transformation { transformer, encoded: TRANSFORMATION.encode_with(&made, [pmml])? }))
});

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
