//! `template.yaml`, as far as tests ask for it. Intrinsic functions appear as their arguments alone:
//! `!GetAtt Table.Arn` is the text `Table.Arn`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::workspace;

/// The template.
pub struct Template(Value);

impl Template {
    /// Reads the template of the workspace.
    #[must_use]
    pub fn read() -> Self {
        let text = std::fs::read_to_string(workspace().join("template.yaml")).expect("the template is there");
        Self(serde_saphyr::from_str(&text).expect("the template is YAML"))
    }

    /// The properties of a resource.
    #[must_use]
    pub fn properties(&self, resource: &str) -> &Value {
        &self.0["Resources"][resource]["Properties"]
    }

    /// The settings that all functions share.
    #[must_use]
    pub fn globals(&self) -> &Value {
        &self.0["Globals"]["Function"]
    }

    /// A parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &Value {
        &self.0["Parameters"][name]
    }

    /// Name and body of every resource of a type.
    pub fn resources_of(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        let resources = self.0["Resources"].as_object().expect("the template has resources");
        resources
            .iter()
            .filter(move |(_, body)| body["Type"] == kind)
            .map(|(name, body)| (name.as_str(), body))
    }

    /// All functions.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        self.resources_of("AWS::Serverless::Function").map(|(name, body)| Function { name, body })
    }

    /// The function that a route leads to, by its route key (`GET /pm/v1/jobs`).
    #[must_use]
    pub fn routes(&self) -> Vec<(String, String)> {
        self.resources_of("AWS::ApiGatewayV2::Route").map(|(_, route)| self.route(route)).collect()
    }

    fn route(&self, route: &Value) -> (String, String) {
        let properties = &route["Properties"];
        let target = text(&properties["Target"]);
        let integration = target.trim_start_matches("integrations/${").trim_end_matches('}');
        let uri = text(&self.properties(integration)["IntegrationUri"]);
        let function = uri.trim_end_matches(".Arn");
        let function =
            self.functions().find(|candidate| candidate.name == function).expect("a function of ours");
        (text(&properties["RouteKey"]), function.handler())
    }
}

/// A function of the template.
pub struct Function<'a> {
    /// Its logical id.
    pub name: &'a str,
    body: &'a Value,
}

impl Function<'_> {
    /// The binary that it runs.
    #[must_use]
    pub fn binary(&self) -> String {
        text(&self.body["Metadata"]["BuildProperties"]["Binary"])
    }

    /// Its name in the route table: its `Handler`, which tells functions of one binary apart. A function with a binary
    /// of its own has none and is named like that.
    #[must_use]
    pub fn handler(&self) -> String {
        self.body["Properties"]["Handler"].as_str().map_or_else(|| self.binary(), str::to_owned)
    }

    /// The folder of the crate that has the binary.
    #[must_use]
    pub fn folder(&self) -> String {
        text(&self.body["Properties"]["CodeUri"])
    }

    /// Its permissions: one line `action on resource` for each, with its condition if there is one.
    #[must_use]
    pub fn grants(&self) -> BTreeSet<String> {
        self.statements().flat_map(grants).collect()
    }

    /// The statements of its role.
    pub fn statements(&self) -> impl Iterator<Item = &Value> {
        let policies = self.body["Properties"]["Policies"].as_array().expect("every function has policies");
        policies.iter().flat_map(|policy| each(&policy["Statement"]))
    }
}

fn grants(statement: &Value) -> Vec<String> {
    assert_eq!(statement["Effect"], "Allow");
    let condition = statement["Condition"].as_object().map(|condition| {
        let keys = condition.values().flat_map(|keys| keys.as_object().expect("keys and values"));
        let values = |value| each(value).map(text).collect::<Vec<_>>().join(", ");
        let keys: Vec<String> = keys.map(|(key, value)| format!("{key} {}", values(value))).collect();
        format!(" where {}", keys.join(" and "))
    });
    let condition = condition.unwrap_or_default();
    let resource = text(&statement["Resource"]);
    each(&statement["Action"]).map(|action| format!("{} on {resource}{condition}", text(action))).collect()
}

/// The elements of a list, or a single value.
pub fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter()
}

/// A text that must be there.
///
/// # Panics
/// Where it is not.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
