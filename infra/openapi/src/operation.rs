//! What is written of an operation, because no code can say it.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};

/// Makes a type's schema.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One operation of the API. Path and method are its routes'.
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

/// A body, of a request or an answer.
pub(crate) struct Content {
    pub(crate) media_type: &'static str,
    pub(crate) schema: Option<SchemaOf>,
    pub(crate) examples: Vec<(&'static str, Value)>,
}

/// An answer that is no error.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) content: Option<Content>,
    /// Other media types that it may have, and their schemas.
    pub(crate) forms: Vec<(&'static str, Value)>,
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Operation {
    /// An operation: the function that has its routes, the group that it is shown in, what it does in
    /// one line and in several.
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

    /// Whoever comes is answered, with or without a key.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.needs_key = false;
        self
    }

    /// Describes a part of the path: `{name}` in the route.
    #[must_use]
    pub fn path(self, name: &'static str, description: &'static str, schema: SchemaOf) -> Self {
        self.parameter("path", name, description, schema)
    }

    /// A parameter of the query, which may be left out.
    #[must_use]
    pub fn query(self, name: &'static str, description: &'static str, schema: SchemaOf) -> Self {
        self.parameter("query", name, description, schema)
    }

    /// A header of the request, which may be left out.
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

    /// The body that was described may be left out.
    #[must_use]
    pub fn or_no_body(mut self) -> Self {
        self.needs_body = false;
        self
    }

    /// Takes a body of JSON, with named examples.
    #[must_use]
    pub fn takes<T: JsonSchema>(mut self, examples: Vec<(&'static str, Value)>) -> Self {
        self.body = Some(Content { media_type: "application/json", schema: Some(schema_of::<T>), examples });
        self
    }

    /// Takes a form with one file in it.
    #[must_use]
    pub fn takes_form<T: JsonSchema>(mut self) -> Self {
        let media_type = "multipart/form-data";
        self.body = Some(Content { media_type, schema: Some(schema_of::<T>), examples: Vec::new() });
        self
    }

    /// Answers with JSON, with an example.
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

    /// Answers with text, with an example.
    #[must_use]
    pub fn answers_text(self, status: u16, description: &'static str, example: &'static str) -> Self {
        let examples = vec![("answer", Value::from(example))];
        let content =
            Content { media_type: "text/plain; charset=utf-8", schema: Some(schema_of::<String>), examples };
        self.answer(status, description, Some(content))
    }

    /// Answers with bytes, under one of these media types.
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

    /// Answers without a body.
    #[must_use]
    pub fn answers_empty(self, status: u16, description: &'static str) -> Self {
        self.answer(status, description, None)
    }

    fn answer(mut self, status: u16, description: &'static str, content: Option<Content>) -> Self {
        self.answers.push(Answer { status, description, headers: Vec::new(), content, forms: Vec::new() });
        self
    }

    /// A header of the answer that was described last.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, description: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push((name, description));
        }
        self
    }

    /// Another media type of the answer that was described last, for callers whose `Accept` names it.
    #[must_use]
    pub fn or_as(mut self, media_type: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.forms.push((media_type, json!({ "type": "string" })));
        }
        self
    }

    /// The refusals of its own, by status; those that any operation has are added.
    #[must_use]
    pub fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend_from_slice(statuses);
        self
    }
}
