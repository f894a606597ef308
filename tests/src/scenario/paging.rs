//! Lists of several pages.

use crate::client::Client;

/// A list of one job a page leads by its links to every job, once.
///
/// # Panics
/// Where it does not.
pub fn a_list_leads_on_by_its_links(acme: &Client) {
    let whole = acme.get("/pm/v1/jobs").expect(200).json();
    let mut paged = Vec::new();
    let mut next = Some("/pm/v1/jobs?limit=1".to_owned());
    while let Some(path) = next {
        let page = acme.get(&path).expect(200);
        let jobs = page.json();
        let jobs = jobs.as_array().unwrap();
        assert!(jobs.len() <= 1, "{jobs:?}");
        paged.extend_from_slice(jobs);
        next = page.next();
    }
    assert_eq!(serde_json::Value::Array(paged), whole);
}
