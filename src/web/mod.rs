//! The browser edge: it moves data between the core and the browser, and takes no decision.

mod client;
mod clock;
mod crypto;
mod failure;
mod fetch;
mod locks;
mod navigation;
mod platform;
mod storage;

pub use client::{Client, step_up};

/// The standard allocator is a twentieth of the module; this one is a third of that.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
