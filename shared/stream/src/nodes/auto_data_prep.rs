//! Auto Data Prep: applies the transformations of its analysis.

use super::properties::{Property, PropertyReader, read};
use super::property_writer::{PropertyWriter, leaves};
use crate::element::Element;
use crate::error::Result;
use crate::field::Field;
use crate::node::{Node, NodeKind};
use crate::text_enum::text_enum;

text_enum! {
    /// Treatment of fields that the analysis excludes.
    UnusedFields {
        /// They are dropped.
        FilterOut = "filterOut",
        /// They are kept with role none.
        SetDirectionNone = "setDirectionNone",
    }
}

/// An Auto Data Prep node, IBM's `autodataprepnode`.
///
/// Its analysis, a PMML document without a model, defines the operation:
///
/// - `TransformationDictionary/DerivedField` are the new fields. Each `DataField` and `DerivedField` has an
///   `Extension/UsageType`, used (`enable`) or not (`disable`). With [`UnusedFields::FilterOut`], fields
///   marked `disable` are dropped: replaced originals, and helpers between two steps.
/// - Input fields that are not a `DataField` of the analysis (role none, for example) are kept.
/// - Order: the kept fields in input order, then the new ones in the order of the document (from the stored
///   schema of a nugget behind such a node).
///
/// The settings were input to the analysis and have no effect after it.
#[derive(Debug, Clone, PartialEq)]
pub struct AutoDataPrep {
    /// The analysis, PMML text; `None` before its first execution.
    pub analysis_pmml: Option<String>,
    /// Treatment of unused fields.
    pub unused_fields: UnusedFields,
    /// The analysed fields with their types and in their order at that time.
    pub analyzed_fields: Vec<Field>,
    /// Whether target and inputs are set here, not by role.
    pub use_custom_fields: bool,
    /// The target, if set here.
    pub target_field: Option<String>,
    /// The inputs, if set here.
    pub input_fields: Vec<String>,
    /// Suffix of transformed inputs.
    pub input_suffix: String,
    /// Suffix of a transformed target.
    pub target_suffix: String,
    /// All other settings of the analysis, by name.
    pub settings: Vec<Property>,
}

impl AutoDataPrep {
    /// Reads the node's properties and analysis.
    ///
    /// # Errors
    /// A missing property, one of another type, or a node of another type.
    pub fn from_node(node: &Node) -> Result<Self> {
        read(node, NodeKind::AutoDataPrep, "Auto Data Prep node", Self::read)
    }

    fn read(properties: &mut PropertyReader<'_>) -> Result<Self> {
        let element = properties.node().element();
        let analysis = element.attr("analysisPmml");
        let analysis = analysis.filter(|pmml| !pmml.is_empty());
        let suffix = || "_transformed".to_owned();
        Ok(AutoDataPrep {
            analysis_pmml: analysis.map(str::to_owned),
            unused_fields: properties.get_or("excludeNoUsedField", UnusedFields::FilterOut)?,
            analyzed_fields: Field::list(element.child("inputFields"), "field")?,
            use_custom_fields: properties.get_or("useCustomSettings", false)?,
            target_field: properties.text("targetField")?,
            input_fields: properties.fields("inputFields"),
            input_suffix: properties.get_or("nameExtForInputs", suffix())?,
            target_suffix: properties.get_or("nameExtForTarget", suffix())?,
            settings: properties.unknown(),
        })
    }

    pub(super) fn write(&self, before: &Self, out: &mut PropertyWriter) {
        leaves! { out, before, self:
            "excludeNoUsedField" => unused_fields,
            "useCustomSettings" => use_custom_fields,
            "targetField" => target_field,
            "nameExtForInputs" => input_suffix,
            "nameExtForTarget" => target_suffix,
        }
        out.fields_if_changed("inputFields", &before.input_fields, &self.input_fields);
        out.unknown(&before.settings, &self.settings);
        if before.analysis_pmml != self.analysis_pmml {
            out.element_mut().set_attr("analysisPmml", self.analysis_pmml.as_deref().unwrap_or_default());
        }
        if before.analyzed_fields != self.analyzed_fields {
            let fields = self.analyzed_fields.iter().map(|field| field.to_element("field"));
            let fields = Element::new("inputFields").with_children(fields);
            out.element_mut().put_child(fields);
        }
    }
}
