//! Issues an access key of a deployed service and prints it, once: the table keeps its hash alone.
//!
//! `SATSUMA_TABLE=<the stack's TableName> cargo run -p satsuma-authorizer --example issue-key -- INSTANCE`,
//! with credentials that may put items into that table, as the AWS CLI exports them.

use std::error::Error;

use satsuma_aws::Jobs;
use satsuma_domain::key::{AccessKey, KeyRecord};
use satsuma_domain::ports::PutKey;
use satsuma_domain::{Clock, InstanceId, SystemClock};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let instance = std::env::args().nth(1).ok_or("name the service instance that the key is for")?;
    let key = AccessKey::generate()?;
    let record = KeyRecord::new(&key, InstanceId::new(instance)?, SystemClock.now());
    Jobs::from_env().await?.put_key(&record).await?;
    println!("{}", key.reveal());
    Ok(())
}
