//! The whole service: stores, API, worker, sweeper and uploads folder in one process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use satsuma_batch::{ROUTES, Service};
use satsuma_domain::key::AccessKey;
use satsuma_domain::{InstanceId, SystemClock};
use satsuma_http::Settings;
use tokio::task::JoinSet;

use crate::address::base_url;
use crate::api::Api;
use crate::data::DataFolder;
use crate::disk::Disk;
use crate::error::LocalError;
use crate::front::Front;
use crate::key::{kept_key, put_in_force};
use crate::routes::Routes;
use crate::stop::{Stopper, stop};
use crate::stores::Stores;
use crate::turns::Turns;
use crate::uploads::{Taker, UploadsFolder};
use crate::worker::Worker;
use crate::{notices, sample, server, sweeper, uploads};

/// The service instance whose key is printed; others are provisioned on the command line.
const INSTANCE: &str = "local";

/// Options of the service.
pub(crate) struct Choices {
    /// The address to listen on; port 0 chooses a free one.
    pub(crate) address: SocketAddr,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The access key; by default the one in the data folder.
    pub(crate) access_key: Option<String>,
    /// Free bytes of the disk that data leave free.
    pub(crate) keep_free: u64,
    /// Where callers reach it; its base URL is filled in at the start.
    pub(crate) front: Front,
}

/// The service, while it runs.
pub(crate) struct Running {
    /// Its URL.
    pub(crate) base_url: String,
    /// The access key in force.
    pub(crate) key: AccessKey,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The folder of the unpacked sample.
    pub(crate) samples: PathBuf,
    stopper: Stopper,
    parts: JoinSet<()>,
    /// Last field, so that the folder stays locked until everything else is dropped.
    folder: DataFolder,
}

/// Starts everything; returns once the API answers.
pub(crate) async fn start(choices: Choices) -> Result<Running, LocalError> {
    let (folder, disk) = DataFolder::open(&choices.data, choices.keep_free)?;
    let listener = server::listen(choices.address).await?;
    let address = listener
        .local_addr()
        .map_err(|error| LocalError::Listen { address: choices.address, detail: error.to_string() })?;
    let base_url = base_url(address);
    let key = match choices.access_key {
        Some(given) => AccessKey::new(given),
        None => kept_key(&folder.file("access-key"))?,
    };
    let stores = Stores::start(&folder, &disk, address.ip(), &choices.front).await?;
    // Commands that begin now find the stores.
    stores.announce(&folder)?;
    let instance = InstanceId::new(INSTANCE).map_err(|error| store_fault(&error))?;
    put_in_force(&stores.jobs, &key, &instance).await?;
    sweeper::take_up(&stores.jobs, &stores.queue, &folder).await?;

    let (stopper, stop) = stop();
    let mut parts = JoinSet::new();
    let api = api(&stores, &disk, Front { base_url: base_url.clone(), ..choices.front })?;
    parts.spawn(server::serve(listener, Arc::new(api), stop.clone()));
    parts.spawn(disk.clone().watch(stop.clone()));
    let worker = Worker::new(&stores, disk, folder.folder("tmp")?)?;
    parts.spawn(worker.run(stop.clone()));
    parts.spawn(notices::run(notices::notifier(&stores)?, stores.notices.clone(), stop.clone()));
    let dropped = UploadsFolder::open(&folder, &instance)?;
    parts.spawn(uploads::run(dropped, taker(&stores, instance), stop.clone()));
    parts.spawn(sweeper::recount(stores.jobs.clone(), stores.files.clone(), stop.clone()));
    parts.spawn(sweeper::run(stores.jobs.clone(), stores.queue.clone(), stores.files.clone(), stop));

    let samples = sample::unpack(&folder)?;
    Ok(Running { base_url, key, data: folder.root().to_owned(), samples, stopper, parts, folder })
}

impl Running {
    /// Stops accepting requests, waits for running work, and returns when it has ended or its time is over.
    pub(crate) async fn drain(mut self) {
        // Recorded at once: the process may be killed before the end.
        self.folder.note_stop();
        self.stopper.stop();
        while self.parts.join_next().await.is_some() {}
    }
}

fn api(stores: &Stores, disk: &Disk, mut front: Front) -> Result<Api, LocalError> {
    let settings = Settings { region: "local".to_owned(), ..Settings::from_env() };
    let from_env = settings.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
    front.public_url = front.public_url.or(from_env);
    let service = Service {
        jobs: stores.jobs.clone(),
        files: stores.files.clone(),
        queue: stores.queue.clone(),
        keys: stores.keys.clone(),
        clock: Arc::new(SystemClock),
        settings,
    };
    Ok(Api {
        routes: Routes::new(ROUTES)?,
        service,
        keys: stores.jobs.clone(),
        front,
        turns: Turns::default(),
        disk: disk.clone(),
        objects: stores.objects,
    })
}

fn taker(stores: &Stores, instance: InstanceId) -> Taker {
    Taker {
        bucket: stores.bucket.clone(),
        jobs: stores.jobs.clone(),
        files: stores.files.clone(),
        queue: stores.queue.clone(),
        keys: stores.keys.clone(),
        instance,
    }
}

fn store_fault(error: &dyn std::error::Error) -> LocalError {
    LocalError::Store { what: "job store", detail: error.to_string() }
}
