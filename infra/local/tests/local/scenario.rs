//! The scenario of all targets, run against the program over HTTP.

use satsuma_tests::client::Client;

use crate::service::Service;

#[test]
fn the_scenario_runs_on_the_local_service() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let address = service.base_url.trim_start_matches("http://");
    satsuma_tests::scenario::tell(&Client::new(address, address, &service.key));
}
