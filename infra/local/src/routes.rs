//! Which function answers a request, by the same templates as API Gateway's.

use std::collections::BTreeMap;

use satsuma_batch::Route;

use crate::error::LocalError;

/// All routes: a router for each method, because a greedy template of one method must not be hidden by
/// a narrower one of another.
pub(crate) struct Routes(BTreeMap<&'static str, matchit::Router<&'static str>>);

/// What a method and path lead to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// This function.
    Function(&'static str),
    /// Something that takes other methods only.
    OtherMethods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

impl Routes {
    /// Reads the templates.
    pub(crate) fn new(routes: &'static [Route]) -> Result<Self, LocalError> {
        let mut routers: BTreeMap<&'static str, matchit::Router<&'static str>> = BTreeMap::new();
        for route in routes {
            routers
                .entry(route.method)
                .or_default()
                .insert(shape(route.path), route.function)
                .map_err(|error| LocalError::System { what: "a route", detail: error.to_string() })?;
        }
        Ok(Self(routers))
    }

    /// Looks a request up; the path is as it was sent.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found {
        if let Some(matched) = self.0.get(method).and_then(|router| router.at(path).ok()) {
            return Found::Function(matched.value);
        }
        let others: Vec<&str> =
            self.0.iter().filter(|(_, router)| router.at(path).is_ok()).map(|(method, _)| *method).collect();
        if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
    }
}

/// The template with its parameters numbered, because routes name the same place differently, and in
/// the router's notation: API Gateway's greedy `{id+}` is `{*id}` there.
fn shape(template: &str) -> String {
    let segments = template.split('/').enumerate().map(|(place, segment)| {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            None => segment.to_owned(),
            Some(name) if name.ends_with('+') => format!("{{*p{place}}}"),
            Some(_) => format!("{{p{place}}}"),
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use satsuma_batch::ROUTES;

    use super::*;

    #[test]
    fn paths_lead_to_functions_as_they_do_on_api_gateway() {
        let routes = Routes::new(ROUTES).unwrap();
        for (method, path, function) in [
            ("POST", "/pm/v1/jobs/drug%20job", "submit-job"),
            ("GET", "/v1/jobs", "list-jobs"),
            ("GET", "/pm/v1/jobs/a", "get-job"),
            ("GET", "/pm/v1/jobs/a/status", "get-job-status"),
            ("DELETE", "/pm/v1/jobs/a,b", "delete-jobs"),
            ("PUT", "/pm/v1/file/%E9%A6%99%E6%B0%B4.str", "put-file"),
            ("GET", "/pm/v1/file//twice", "get-file"),
            ("GET", "/pm/v1/file/folder/a%2Fb", "get-file"),
            ("GET", "/pm/v1/file/", "list-files"),
            ("GET", "/v1/openapi.json", "openapi"),
            ("POST", "/pm/v1/file/a%2Fb.csv/upload", "start-upload"),
            ("POST", "/v1/file/big.csv/upload/eyJ1Ijoi", "complete-upload"),
            ("PUT", "/v1/file/folder/upload", "put-file"),
        ] {
            assert_eq!(routes.find(method, path), Found::Function(function), "{method} {path}");
        }
    }

    #[test]
    fn every_operation_of_the_document_is_found_under_each_of_its_servers() {
        let document = include_str!("../../../docs/openapi.json");
        let document: serde_json::Value = serde_json::from_str(document).unwrap();
        let routes = Routes::new(ROUTES).unwrap();
        for server in document["servers"].as_array().unwrap() {
            for (path, operations) in document["paths"].as_object().unwrap() {
                for (method, operation) in operations.as_object().unwrap() {
                    let path = format!("{}{path}", server["url"].as_str().unwrap());
                    // An id that is no word of a route.
                    let path = path.replace('{', "x-").replace('}', "-x");
                    let method = method.to_ascii_uppercase();
                    let Found::Function(function) = routes.find(&method, &path) else {
                        panic!("{method} {path}")
                    };
                    let id = operation["operationId"].as_str().unwrap().to_ascii_lowercase();
                    assert_eq!(function.replace('-', ""), id, "{method} {path}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_method_is_told_from_a_wrong_path() {
        let routes = Routes::new(ROUTES).unwrap();
        let methods = vec!["DELETE", "GET", "POST", "PUT"];
        assert_eq!(routes.find("PATCH", "/pm/v1/jobs/a"), Found::OtherMethods(methods));
        for path in ["/", "/pm/v2/jobs", "/pm/v1/jobs/", "/pm/v1/jobs/a/b", "/pm/v1/jobs/a/status/"] {
            assert_eq!(routes.find("GET", path), Found::Nothing, "{path}");
        }
    }
}
