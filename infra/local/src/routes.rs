//! Which function answers a request, by the same templates as API Gateway's.

use std::collections::{BTreeSet, HashMap};

use satsuma_batch::Route;

use crate::error::LocalError;

/// Routes by their path.
type Router = matchit::Router<Vec<&'static Route>>;

/// All routes. As on API Gateway, the route that matches a path part by part has priority, if it supports
/// the method; otherwise the one that matches all the rest of the path (`{id+}`).
pub(crate) struct Routes {
    exact: Router,
    greedy: Router,
}

/// The target of a method and path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// This function.
    Function(&'static str),
    /// A path that only supports other methods.
    OtherMethods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

impl Routes {
    /// Reads the templates.
    pub(crate) fn new(routes: &'static [Route]) -> Result<Self, LocalError> {
        let mut by_shape: HashMap<String, Vec<&'static Route>> = HashMap::new();
        for route in routes {
            by_shape.entry(shape(route.path)).or_default().push(route);
        }
        let mut router = Self { exact: Router::new(), greedy: Router::new() };
        for (shape, routes) in by_shape {
            let routers = if shape.contains("{*") { &mut router.greedy } else { &mut router.exact };
            routers
                .insert(shape, routes)
                .map_err(|error| LocalError::System { what: "a route", detail: error.to_string() })?;
        }
        Ok(router)
    }

    /// Finds the route of a request; the path is still encoded.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found {
        let matched = [&self.exact, &self.greedy].into_iter().filter_map(|router| router.at(path).ok());
        let matched = matched.flat_map(|matched| matched.value).collect::<Vec<_>>();
        match matched.iter().find(|route| route.method == method) {
            Some(route) => Found::Function(route.function),
            None if matched.is_empty() => Found::Nothing,
            None => {
                let methods: BTreeSet<&str> = matched.iter().map(|route| route.method).collect();
                Found::OtherMethods(methods.into_iter().collect())
            }
        }
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
            ("GET", "/pm/v1/jobs/", "list-jobs"),
            ("GET", "/pm/v1/model", "list-models"),
            ("GET", "/pm/v1/jobs/a", "get-job"),
            ("GET", "/pm/v1/jobs/a/status", "get-job-status"),
            ("DELETE", "/pm/v1/jobs/a,b", "delete-jobs"),
            ("PUT", "/pm/v1/file/%E9%A6%99%E6%B0%B4.str", "put-file"),
            ("GET", "/pm/v1/file//twice", "get-file"),
            ("GET", "/pm/v1/file/folder/a%2Fb", "get-file"),
            ("POST", "/pm/v1/jobs/drug%20job/validate", "validate-job"),
            ("GET", "/pm/v1/file/drug%20cap.str/stream", "explain-stream"),
            ("GET", "/v1/file/%E9%A6%99%E6%B0%B4.str/stream", "explain-stream"),
            ("GET", "/v1/file/a%2Fb.str/stream", "explain-stream"),
            ("GET", "/v1/file/stream", "get-file"),
            ("GET", "/v1/file/a/b/stream", "get-file"),
            ("PUT", "/v1/file/a/stream", "put-file"),
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
    fn every_operation_is_routed_under_each_server() {
        let document = include_str!("../../../docs/openapi.json");
        let document: serde_json::Value = serde_json::from_str(document).unwrap();
        let routes = Routes::new(ROUTES).unwrap();
        for server in document["servers"].as_array().unwrap() {
            for (path, operations) in document["paths"].as_object().unwrap() {
                for (method, operation) in operations.as_object().unwrap() {
                    let path = format!("{}{path}", server["url"].as_str().unwrap());
                    // An id that differs from the fixed parts of routes.
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
    fn a_wrong_method_is_distinguished_from_a_wrong_path() {
        let routes = Routes::new(ROUTES).unwrap();
        let methods = vec!["DELETE", "GET", "POST", "PUT"];
        assert_eq!(routes.find("PATCH", "/pm/v1/jobs/a"), Found::OtherMethods(methods));
        let methods = vec!["DELETE", "GET", "PUT"];
        assert_eq!(routes.find("PATCH", "/pm/v1/file/a/stream"), Found::OtherMethods(methods));
        for path in ["/", "/pm/v2/jobs", "/pm/v1/job/", "/pm/v1/jobs/a/b", "/pm/v1/jobs/a/status/"] {
            assert_eq!(routes.find("GET", path), Found::Nothing, "{path}");
        }
    }
}
