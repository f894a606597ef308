//! Functions of a template, by the name that routes have for them.

use std::collections::HashMap;

use serde_json::Value;

use crate::TemplateError;

/// Logical ids of functions by their `Handler`; functions without one of their own are left out.
pub(crate) fn by_handler(template: &str) -> Result<HashMap<String, String>, TemplateError> {
    let template: Value =
        serde_saphyr::from_str(template).map_err(|error| TemplateError::Yaml(error.to_string()))?;
    let mut functions = HashMap::new();
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        if resource["Type"] != "AWS::Serverless::Function" {
            continue;
        }
        let Some(handler) = resource["Properties"]["Handler"].as_str() else { continue };
        if let Some(other) = functions.insert(handler.to_owned(), id.clone()) {
            return Err(TemplateError::SameHandler(other, id.clone()));
        }
    }
    Ok(functions)
}
