//! The route table. The template, the local service and the documentation follow it.

/// A method and path, and the function that serves them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path in API Gateway's notation: `{id}` is one segment, `{id+}` all remaining ones.
    pub path: &'static str,
    /// Name of the function, which is its `Handler` in the template.
    pub function: &'static str,
    /// Whether the authorizer identifies the caller first.
    pub authorized: bool,
}

/// The same operations under both prefixes of the original API. `public` routes need no access key.
macro_rules! routes {
    ($($method:literal $path:literal => $function:literal $($public:ident)?;)*) => {
        /// Every route of the API.
        pub const ROUTES: &[Route] = &[
            $(route($method, concat!("/pm/v1", $path), $function, &[$(stringify!($public))?]),)*
            $(route($method, concat!("/v1", $path), $function, &[$(stringify!($public))?]),)*
        ];
    };
}

const fn route(
    method: &'static str,
    path: &'static str,
    function: &'static str,
    exceptions: &[&str],
) -> Route {
    Route { method, path, function, authorized: exceptions.is_empty() }
}

routes! {
    "POST"   "/jobs/{id}"        => "submit-job";
    "PUT"    "/jobs/{id}"        => "resubmit-job";
    "GET"    "/jobs"             => "list-jobs";
    "GET"    "/jobs/"            => "list-jobs";
    "GET"    "/jobs/{id}"        => "get-job";
    "GET"    "/jobs/{id}/status" => "get-job-status";
    "GET"    "/jobs/{id}/executions" => "list-executions";
    "GET"    "/jobs/{id}/log"    => "get-log";
    "POST"   "/jobs/{id}/validate" => "validate-job";
    "DELETE" "/jobs/{ids}"       => "delete-jobs";
    "PUT"    "/file/{id+}"       => "put-file";
    "GET"    "/file/{id}/stream" => "explain-stream";
    "GET"    "/file/{id}/versions" => "list-versions";
    "POST"   "/file/{id}/rollback" => "rollback-file";
    "GET"    "/file/{id+}"       => "get-file";
    "GET"    "/file"             => "list-files";
    "GET"    "/file/"            => "list-files";
    "DELETE" "/file/{id+}"       => "delete-file";
    "GET"    "/openapi.json"     => "openapi" public;
    "GET"    "/model"            => "list-models";
    "POST"   "/file/{id}/upload" => "start-upload";
    "POST"   "/file/{id}/upload/{upload}" => "complete-upload";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operations_are_reached_under_both_prefixes() {
        let under = |prefix: &str| -> BTreeSet<(&str, String, &str)> {
            let routes = ROUTES.iter().filter_map(|route| {
                let rest = route.path.strip_prefix(prefix)?;
                Some((route.method, rest.to_owned(), route.function))
            });
            routes.collect()
        };
        assert_eq!(under("/pm/v1"), under("/v1"));
    }
}
