//! Bodies that break off: the SDK tries requests again, but not the bodies of their answers.

use satsuma_aws::{Files, s3_client};
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::GetFile;
use satsuma_domain::{FileId, InstanceId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stores;

/// A store whose first answers break off in the middle of their bodies.
async fn torn(times: usize) -> Files {
    let (listener, address) = stores::listen().await;
    tokio::spawn(async move {
        for answer in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_buf(&mut request).await.unwrap();
            }
            let body = if answer < times { "id,a" } else { "id,age\n1,30\n" };
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nETag: \"x\"\r\nConnection: close\r\n\r\n";
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        }
    });
    Files::new(s3_client(&stores::config(&format!("http://{address}")).await), "bucket")
}

fn key() -> FileKey {
    let name = FileName::Upload(FileId::new("customers.csv").unwrap());
    FileKey { instance: InstanceId::new("acme").unwrap(), name }
}

#[tokio::test]
async fn an_interrupted_download_restarts_from_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("copy");
    let info = torn(2).await.download(&key(), &to).await.unwrap().unwrap();
    assert_eq!((info.bytes, std::fs::read_to_string(&to).unwrap().as_str()), (12, "id,age\n1,30\n"));

    let broken = torn(usize::MAX).await;
    assert!(broken.download(&key(), &to).await.unwrap_err().transient);
    assert!(broken.get_file(&key(), 1_000).await.unwrap_err().transient);
}
