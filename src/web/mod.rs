//! The browser edge: it moves data between the core and the browser, and takes no decision.

mod clock;
mod crypto;
mod failure;
mod navigation;
mod steps;
mod storage;

pub use steps::{Core, Exchange, Refresh, Unverified, step_up};

/// The standard allocator is a twentieth of the module; this one is a third of that.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
