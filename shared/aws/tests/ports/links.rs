//! A link returns its file, and nothing else, to anyone who has it.

use bytes::Bytes;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::{LinkFile, PutFile};
use satsuma_domain::{FileId, InstanceId};

use crate::stores;

/// The response to a client without credentials.
async fn fetched(url: String) -> Result<(String, String), u16> {
    let done = tokio::task::spawn_blocking(move || match ureq::get(&url).call() {
        Ok(mut response) => {
            let offered = response.headers().get("content-disposition").cloned();
            let offered = offered.map(|value| value.to_str().unwrap_or_default().to_owned());
            Ok((response.body_mut().read_to_string().unwrap(), offered.unwrap_or_default()))
        }
        Err(ureq::Error::StatusCode(status)) => Err(status),
        Err(other) => panic!("{other}"),
    });
    done.await.unwrap()
}

#[tokio::test]
async fn a_link_returns_the_file_and_a_changed_link_nothing() {
    let files = stores::files().await;
    let instance = InstanceId::new("acme").unwrap();
    let named =
        |id: &str| FileKey { instance: instance.clone(), name: FileName::Upload(FileId::new(id).unwrap()) };
    files.put_file(&named("mine"), "text/csv", Bytes::from_static(b"a,b\n")).await.unwrap();
    files.put_file(&named("other"), "text/csv", Bytes::from_static(b"secret")).await.unwrap();

    let link = files.link_to(&named("mine"), "mine é.csv").await.unwrap();
    let (body, offered) = fetched(link.clone()).await.unwrap();
    assert_eq!(body, "a,b\n");
    assert_eq!(offered, "attachment; filename*=UTF-8''mine%20%C3%A9.csv");
    assert_eq!(fetched(link.replace("/mine?", "/other?")).await, Err(403));
}
