//! The description of one operation.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};

/// Generates the schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One operation of the API. Path and method are in its routes.
pub struct Operation {
    pub(crate) function: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) needs_key: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Content>,
    pub(crate) needs_body: bool,
    pub(crate) answers: Vec<Answer>,
    pub(crate) refusals: Vec<u16>,
}

/// A parameter of an operation.
pub(crate) struct Parameter {
    pub(crate) place: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) schema: SchemaOf,
}

/// A body of a request or a response.
pub(crate) struct Content {
    pub(crate) media_type: &'static str,
    pub(crate) schema: Option<SchemaOf>,
    pub(crate) examples: Vec<(&'static str, Value)>,
}

/// A successful response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) content: Option<Content>,
    /// Other media types of the response, and their schemas.
    pub(crate) forms: Vec<(&'static str, Value)>,
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Operation {
    /// An operation: name of its function, its group, its summary and its description.
    #[must_use]
    pub fn new(
        function: &'static str,
        tag: &'static str,
        summary: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            function,
            tag,
            summary,
            description,
            needs_key: true,
            parameters: Vec::new(),
            body: None,
            needs_body: true,
            answers: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// Marks the operation as public.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.needs_key = false;
        self
    }

    /// Describes a path parameter: `{name}` in the route.
    #[must_use]
    pub fn path(self, name: &'static str, description: &'static str, schema: SchemaOf) -> Self {
        self.parameter("path", name, description, schema)
    }

    /// Describes an optional query parameter.
    #[must_use]
    pub fn query(self, name: &'static str, description: &'static str, schema: SchemaOf) -> Self {
        self.parameter("query", name, description, schema)
    }

    /// Describes an optional request header.
    #[must_use]
    pub fn header(self, name: &'static str, description: &'static str, schema: SchemaOf) -> Self {
        self.parameter("header", name, description, schema)
    }

    fn parameter(
        mut self,
        place: &'static str,
        name: &'static str,
        description: &'static str,
        schema: SchemaOf,
    ) -> Self {
        self.parameters.push(Parameter { place, name, description, schema });
        self
    }

    /// Makes the request body optional.
    #[must_use]
    pub fn or_no_body(mut self) -> Self {
        self.needs_body = false;
        self
    }

    /// Describes a JSON request body, with named examples.
    #[must_use]
    pub fn takes<T: JsonSchema>(mut self, examples: Vec<(&'static str, Value)>) -> Self {
        self.body = Some(Content { media_type: "application/json", schema: Some(schema_of::<T>), examples });
        self
    }

    /// Describes a form as request body, with one file in it.
    #[must_use]
    pub fn takes_form<T: JsonSchema>(mut self) -> Self {
        let media_type = "multipart/form-data";
        self.body = Some(Content { media_type, schema: Some(schema_of::<T>), examples: Vec::new() });
        self
    }

    /// Describes a JSON response, with an example.
    #[must_use]
    pub fn answers<T: JsonSchema>(
        self,
        status: u16,
        description: &'static str,
        example: impl Serialize,
    ) -> Self {
        let examples = vec![("answer", serde_json::to_value(example).unwrap_or_default())];
        let content = Content { media_type: "application/json", schema: Some(schema_of::<T>), examples };
        self.answer(status, description, Some(content))
    }

    /// Describes a text response, with an example.
    #[must_use]
    pub fn answers_text(self, status: u16, description: &'static str, example: &'static str) -> Self {
        let examples = vec![("answer", Value::from(example))];
        let content =
            Content { media_type: "text/plain; charset=utf-8", schema: Some(schema_of::<String>), examples };
        self.answer(status, description, Some(content))
    }

    /// Describes a response of bytes, with its possible media types.
    #[must_use]
    pub fn answers_bytes(
        self,
        status: u16,
        description: &'static str,
        media_type: &'static str,
        others: &[&'static str],
    ) -> Self {
        let content = Content { media_type, schema: None, examples: Vec::new() };
        let mut described = self.answer(status, description, Some(content));
        if let Some(answer) = described.answers.last_mut() {
            let binary = json!({ "type": "string", "format": "binary" });
            answer.forms.extend(others.iter().map(|other| (*other, binary.clone())));
        }
        described
    }

    /// Describes a response without a body.
    #[must_use]
    pub fn answers_empty(self, status: u16, description: &'static str) -> Self {
        self.answer(status, description, None)
    }

    fn answer(mut self, status: u16, description: &'static str, content: Option<Content>) -> Self {
        self.answers.push(Answer { status, description, headers: Vec::new(), content, forms: Vec::new() });
        self
    }

    /// Describes a header of the last response.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, description: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push((name, description));
        }
        self
    }

    /// Adds another media type to the last response, for requests whose `Accept` header names it.
    #[must_use]
    pub fn or_as(mut self, media_type: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.forms.push((media_type, json!({ "type": "string" })));
        }
        self
    }

    /// Adds the operation's own error statuses to those of every operation.
    #[must_use]
    pub fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend_from_slice(statuses);
        self
    }
}
