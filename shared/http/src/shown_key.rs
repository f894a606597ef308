//! The access key of a refused request, described without the key itself.

use std::fmt;

use lambda_http::{Request, RequestExt};

use crate::gateway::ACCESS_KEY;

/// Headers in which other APIs have their keys.
const HEADERS: [&str; 4] = ["authorization", "x-api-key", "apikey", ACCESS_KEY];

/// Parameters in which other APIs have their keys.
const PARAMETERS: [&str; 6] = ["access_key", "access-key", "apikey", "api_key", "key", "token"];

/// How a request presents an access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownKey {
    /// Nothing.
    Nothing,
    /// The parameter, without a value.
    Empty,
    /// A header that is not read for it.
    Header(&'static str),
    /// A parameter of another name.
    Parameter(&'static str),
    /// The parameter, more than once.
    Twice,
    /// One key; only the authorizer knows its instance.
    One,
}

impl ShownKey {
    /// Reads a request.
    pub(crate) fn of(request: &Request) -> Self {
        let query = request.query_string_parameters();
        let shown: Vec<&str> = query
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(ACCESS_KEY))
            .map(|(_, value)| value)
            .collect();
        match shown.as_slice() {
            [] => {}
            [""] => return Self::Empty,
            [_] => return Self::One,
            _ => return Self::Twice,
        }
        let header = HEADERS.into_iter().find(|name| request.headers().contains_key(*name));
        let named = |name: &&str| query.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        let parameter = || PARAMETERS.into_iter().find(named).map(Self::Parameter);
        header.map(Self::Header).or_else(parameter).unwrap_or(Self::Nothing)
    }
}

impl fmt::Display for ShownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => {
                f.write_str("the request has no access key; add ?accesskey=… with your key to the URL")
            }
            Self::Empty => f.write_str("the access key is empty; add your key behind ?accesskey= in the URL"),
            Self::Header(name) => write!(
                f,
                "the access key is not read from the header `{name}`; add ?accesskey=… with your key to the URL"
            ),
            Self::Parameter(name) => write!(
                f,
                "the access key is not read from the parameter `{name}`; name the parameter `accesskey`"
            ),
            Self::Twice => f.write_str("the URL has more than one `accesskey`; send one"),
            Self::One => f.write_str(
                "no instance has this access key: it is mistyped, revoked, expired, or its instance is suspended",
            ),
        }
    }
}
