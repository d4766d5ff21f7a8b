//! The browser edge: it moves data between the core and the browser, and takes no decision.

mod client;
mod clock;
mod crypto;
mod failure;
mod fetch;
mod locks;
mod navigation;
mod storage;
mod trace;

pub use client::Client;

/// The standard allocator is a twentieth of the module; this one is a third of that.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
