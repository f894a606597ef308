//! The header that all types of models share.

use crate::element::Element;
use crate::error::Result;
use crate::field::{Field, FieldType};
use crate::text_enum::text_enum;

text_enum! {
    /// The meaning of a field that a nugget adds.
    OutputRole {
        /// The prediction.
        PredictedValue = "predictedValue",
        /// A probability or confidence, of the prediction unless [`OutputField::tag`] differs.
        Probability = "probability",
        /// A propensity: the probability of a flag target's true value.
        Propensity = "propensity",
        /// Number or name of a cluster, leaf or neighbour.
        EntityId = "entityId",
        /// Lower end of a confidence interval.
        LowerConfidenceLimit = "lowerConfidenceLimit",
        /// Upper end of a confidence interval.
        UpperConfidenceLimit = "upperConfidenceLimit",
        /// Residual: actual minus predicted value.
        Residual = "residual",
        /// Standard error of a predicted number.
        StandardError = "standardError",
    }
}

/// The header of a nugget's model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelHeader {
    /// The model's name, often that of its target.
    pub name: String,
    /// The algorithm, such as `SVM`.
    pub algorithm_name: String,
    /// When it was built, in milliseconds since 1970.
    pub build_date: Option<i64>,
    /// Number of records it was built from; `None` if not recorded.
    pub record_count: Option<u64>,
    /// Its input fields. Component-framework models have no types (storage unknown).
    pub inputs: Vec<Field>,
    /// The fields that the nugget adds, in order. Nuggets of extensions list all possible fields; their
    /// options select the actual ones.
    pub outputs: Vec<OutputField>,
}

/// A field that a nugget adds.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputField {
    /// Its name, such as `$S-Churn`.
    pub name: String,
    /// Its type.
    pub field_type: FieldType,
    /// Its meaning.
    pub role: Option<OutputRole>,
    /// The target that it refers to.
    pub target_field: Option<String>,
    /// Details of its role: `confidence`, `RAW`, `ADJUSTED`.
    pub tag: Option<String>,
}

impl ModelHeader {
    /// Reads the header of a `model` or `container` element.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(element: &Element) -> Result<Self> {
        let within = |error: crate::StreamError| error.within(element.name());
        let outputs = element.child("outputs").into_iter();
        let outputs: Result<_> = outputs
            .flat_map(|outputs| outputs.children("output"))
            .map(|output| OutputField::from_element(output))
            .collect();
        let count: Option<i64> = element.get("recordCount")?;
        Ok(ModelHeader {
            name: element.get_or("name", String::new())?,
            algorithm_name: element.get_or("algorithmName", String::new())?,
            build_date: element.get("buildDate")?,
            record_count: count.and_then(|count| u64::try_from(count).ok()),
            inputs: Field::list(element.child("inputs"), "input").map_err(within)?,
            outputs: outputs.map_err(within)?,
        })
    }

    /// Writes the differences into an element that contains a header.
    pub(crate) fn write_into(&self, element: &mut Element) {
        let old = ModelHeader::from_element(element).ok();
        for new in self.to_elements() {
            let same = old.as_ref().is_some_and(|old| match new.name() {
                "name" => old.name == self.name,
                "algorithmName" => old.algorithm_name == self.algorithm_name,
                "recordCount" => old.record_count == self.record_count,
                "buildDate" => old.build_date == self.build_date,
                "inputs" => old.inputs == self.inputs,
                _ => old.outputs == self.outputs,
            });
            if !same {
                element.put_child(new);
            }
        }
    }

    pub(crate) fn to_elements(&self) -> Vec<Element> {
        let leaf = |name: &str, text: &str| Element::new(name).with_text(text);
        let inputs = self.inputs.iter().map(|input| input.to_element("input"));
        let outputs = self.outputs.iter().map(OutputField::to_element);
        let count = self.record_count.map_or(-1, |count| count as i64);
        let mut elements = vec![
            leaf("name", &self.name),
            leaf("algorithmName", &self.algorithm_name),
            leaf("recordCount", &count.to_string()),
            Element::new("inputs").with_children(inputs),
            Element::new("outputs").with_children(outputs),
        ];
        elements.extend(self.build_date.map(|date| leaf("buildDate", &date.to_string())));
        elements
    }
}

impl OutputField {
    fn from_element(element: &Element) -> Result<Self> {
        let field = Field::from_element(element)?;
        let info = element.child("modelFieldInfo");
        let attr = |name| info.and_then(|info| info.attr(name));
        let owned = |name| attr(name).map(str::to_owned);
        Ok(OutputField {
            name: field.name,
            field_type: field.field_type,
            role: attr("role").map(OutputRole::from),
            target_field: owned("targetField"),
            tag: owned("tag"),
        })
    }

    fn to_element(&self) -> Element {
        let attributes = [
            ("role", self.role.as_ref().map(OutputRole::as_str)),
            ("targetField", self.target_field.as_deref()),
            ("tag", self.tag.as_deref()),
        ];
        let mut info = Element::new("modelFieldInfo");
        for (name, value) in attributes {
            if let Some(value) = value {
                info = info.with_attr(name, value);
            }
        }
        Element::new("output")
            .with_attr("class", "com.spss.clementine.component.Model$Output")
            .with_leaf("name", &self.name)
            .with_child(self.field_type.to_element())
            .with_leaf("baseName", &self.name)
            .with_child(Element::new("prefix"))
            .with_child(info)
    }
}
