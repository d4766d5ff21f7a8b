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
