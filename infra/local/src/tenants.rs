//! `satsuma instance` and `satsuma key`: service instances and their access keys, of a deployed service
//! or of a local one.

mod instances;
mod keys;
mod place;
mod text;
mod units;
mod webhook;

pub(crate) use self::instances::InstanceCommand;
pub(crate) use self::keys::KeyCommand;
