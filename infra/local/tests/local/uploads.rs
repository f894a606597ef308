//! Files that are put into the uploads folder.

use crate::sample::{self, PREDICTIONS};
use crate::service::Service;

#[test]
fn files_and_jobs_in_the_inbox_folder_are_processed() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let folder = data.path().join("uploads/local");
    std::fs::write(folder.join("late-parcels.str"), sample::STREAM).unwrap();
    std::fs::write(folder.join("parcels.csv"), sample::PARCELS).unwrap();
    std::fs::write(folder.join("broken stream.str"), "not a stream").unwrap();
    service.wait_for("the folder to be empty", || {
        std::fs::read_dir(&folder).unwrap().next().is_none().then_some(())
    });
    let files: Vec<String> = serde_json::from_value(service.get("/pm/v1/file").json()).unwrap();
    assert_eq!(files, ["late-parcels.str", "parcels.csv"]);

    let report =
        std::fs::read_to_string(data.path().join("uploads/.rejected/broken stream.str.error.json")).unwrap();
    assert!(report.contains("\"code\""), "{report}");

    std::fs::write(folder.join("dropped.json"), sample::definition().to_string()).unwrap();
    service.wait_for("the job", || (service.get("/pm/v1/jobs/dropped").status == 200).then_some(()));
    assert_eq!(service.result("dropped").replace("\r\n", "\n"), PREDICTIONS);
}
