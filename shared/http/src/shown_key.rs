//! The access key of a refused request, described without the key itself.

use std::fmt;

use lambda_http::{Request, RequestExt};

use crate::gateway::ACCESS_KEY;

/// Headers with the keys of other APIs.
const HEADERS: [&str; 4] = ["authorization", "x-api-key", "apikey", ACCESS_KEY];

/// Query parameters with the keys of other APIs.
const PARAMETERS: [&str; 6] = ["access_key", "access-key", "apikey", "api_key", "key", "token"];

/// The way in which a request contains an access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownKey {
    /// The request has no key.
    Nothing,
    /// The parameter has no value.
    Empty,
    /// A header contains the key; headers are not read for it.
    Header(&'static str),
    /// A parameter with another name contains the key.
    Parameter(&'static str),
    /// The parameter appears more than once.
    Twice,
    /// The request has one key; only the authorizer knows its instance.
    One,
}

impl ShownKey {
    /// Examines the query and the headers of a request.
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
            Self::Empty => f.write_str("the access key is empty; add your key after ?accesskey= in the URL"),
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
