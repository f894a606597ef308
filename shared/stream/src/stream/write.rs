//! Writes a stream as a document. Only differences from the original document are written; the rest is kept.

use super::{GlobalValues, Parameter, Stream, StreamProperties};
use crate::element::Element;
use crate::error::Result;
use crate::nodes::{PropertyWriter, leaves};

impl Stream {
    /// The whole document with the present graph; equal to the original if nothing was changed.
    ///
    /// # Errors
    /// The original document is no longer a stream.
    pub fn to_document(&self) -> Result<Element> {
        let mut out = PropertyWriter::new(Element::clone(&self.element));
        let old = out.element_mut().require("properties")?.clone();
        out.leaf_if_changed("name", &old.get("name")?.unwrap_or_default(), &self.name);
        self.properties.write(&StreamProperties::from_element(&old)?, &mut out);
        if Parameter::list(&old)? != self.parameters {
            out.table("parameterTable", |old| Parameter::to_element(&self.parameters, old));
        }
        let globals = GlobalValues::list(&old)?;
        if globals != self.globals {
            out.table("globalsTable", |old| GlobalValues::to_element(&self.globals, old));
        }
        let mut stream = out.finish();
        if stream.attr("saveVersion").unwrap_or_default() != self.save_version {
            stream.set_attr("saveVersion", &self.save_version);
        }
        stream.put_child(self.diagram.to_element());
        let mut document = self.root.clone();
        if document.attr("version").unwrap_or_default() != self.version {
            document.set_attr("version", &self.version);
        }
        document.put_child(stream);
        Ok(document)
    }
}

impl StreamProperties {
    fn write(&self, before: &Self, out: &mut PropertyWriter) {
        leaves! { out, before, self:
            "scnDeploymentType" => deployment_type,
            "scnScoringTerminalNode" => scoring_terminal_node,
            "scnScoringModelNode" => scoring_model_node,
            "scnModelBuildNode" => model_build_node,
            "script" => script,
            "scriptLanguage" => script_language,
            "scriptDefaultExecution" => script_is_default_execution,
            "dateFormat" => date_format,
            "timeFormat" => time_format,
            "dateBaseline" => date_baseline,
            "date2DigitBaseline" => two_digit_year_baseline,
            "timeRollover" => time_rollover,
            "importDatetimeAsString" => import_datetime_as_string,
            "fileEncoding" => file_encoding,
            "realDecimalSymbol" => real_decimal_symbol,
            "groupingSymbol" => grouping_symbol,
            "realDecimalPlaces" => real_decimal_places,
            "rulesetMode" => ruleset_mode,
            "anglesInRadians" => angles_in_radians,
            "createApplyNodeForNewModels" => adds_nuggets,
        }
        if before.export_decimal_places != self.export_decimal_places {
            out.leaf("exportDecimalPlaces", &self.export_decimal_places.unwrap_or(-1).to_string());
        }
        if before.maximum_set_size != self.maximum_set_size {
            out.leaf("useTypeMaximumSetSize", &self.maximum_set_size.is_some().to_string());
            if let Some(maximum) = self.maximum_set_size {
                out.leaf("typeMaximumSetSize", &maximum.to_string());
            }
        }
    }
}
