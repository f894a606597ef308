//! The response format that a caller prefers (RFC 9110, 12.5.1).

use lambda_http::Request;
use lambda_http::http::header::ACCEPT;

/// Most media ranges of a header that are read. Real headers have about a dozen.
const RANGES: usize = 64;

/// Whether the caller prefers `media_type` to JSON: the header names it, with at least the weight of JSON.
pub(crate) fn prefers(request: &Request, media_type: &str) -> bool {
    let headers = request.headers().get_all(ACCEPT).iter();
    let headers = headers.filter_map(|header| header.to_str().ok()).collect::<Vec<_>>();
    let ranges = headers.iter().flat_map(|header| header.split(',')).take(RANGES);
    let ranges = ranges.map(range).collect::<Vec<_>>();
    let named = |name: &str| ranges.iter().find(|(range, _)| range == name).map(|(_, weight)| *weight);
    let (wanted, json) = (named(media_type).unwrap_or(0.0), named("application/json").unwrap_or(0.0));
    wanted > 0.0 && wanted >= json
}

/// A media range and its weight.
fn range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (name, weight.and_then(|weight| weight.trim().parse().ok()).unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefers_svg(accept: &str) -> bool {
        let mut request = Request::default();
        request.headers_mut().insert(ACCEPT, accept.parse().unwrap());
        prefers(&request, "image/svg+xml")
    }

    #[test]
    fn a_drawing_is_for_who_names_it() {
        assert!(prefers_svg("image/svg+xml"));
        assert!(prefers_svg("image/avif,image/webp,Image/SVG+xml;q=0.9,*/*;q=0.5"));
        assert!(prefers_svg("application/json;q=0.2, image/svg+xml; q=0.3"));
        for other in ["", "*/*", "application/json", "image/svg+xml;q=0", "text/html, */*;q=0.8", ",;;q=,"] {
            assert!(!prefers_svg(other), "{other}");
        }
        assert!(!prefers_svg("application/json, image/svg+xml;q=0.9"));
    }
}
