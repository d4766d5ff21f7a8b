//! The browser edge: it moves data between the core and the browser, and takes no decision.
//!
//! A single-page app in Rust uses [`Client`], with the feature `client`. The other types are what the
//! edge's scripts call: for the npm package and, behind `Client`, for such apps.

mod clock;
mod failure;
mod navigation;
mod storage;

mod crypto;
mod steps;

#[cfg(feature = "client")]
mod options;
#[cfg(feature = "client")]
mod record_store;
#[cfg(feature = "client")]
mod scripts;

#[cfg(feature = "client")]
mod page;

#[cfg(feature = "client")]
mod client;

#[cfg(feature = "client")]
pub use client::{Client, Started};
#[cfg(feature = "client")]
pub use options::{Endpoints, Options, SignInOptions, SignOutOptions, Store};
#[cfg(feature = "client")]
pub use page::Page;
#[cfg(feature = "client")]
pub use record_store::RecordStore;
pub use steps::{Core, Exchange, Refresh, Unverified, step_up};

/// The standard allocator is a twentieth of the module; this one is a third of that.
#[cfg(feature = "npm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
