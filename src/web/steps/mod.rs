//! The protocol's steps as JavaScript calls them: the scripts of `js/with-core/` carry values from one to
//! the next.
//!
//! All of them are synchronous. What a step leaves for a later one is an object that only that step
//! takes, so that JavaScript has the same choices as Rust, and no more.

mod core;
mod resource;
mod verification;

mod session;
mod sign_in;
mod sign_out;

pub use self::{
    core::Core, resource::step_up, session::Refresh, sign_in::Exchange, verification::Unverified,
};
