//! OAuth 2.0 / OpenID Connect authorization code with PKCE for browser public clients.
//!
//! The protocol core is pure: time, entropy, HTTP and storage are arguments or plain values. Each
//! step builds a [`http::Request`] and later takes a [`http::Response`]:
//!
//! 1. [`config::Config::parse`], and [`discovery`] unless the endpoints are given;
//! 2. [`authorization::begin`] makes the URL to go to and the [`transaction::Transaction`] to keep,
//!    and [`par`] takes the request there beforehand;
//! 3. [`callback::Callback::parse`] reads the URL that comes back, and
//!    [`code_exchange::CodeExchange::begin`] holds it against what was kept;
//! 4. [`code_exchange::CodeExchange`] trades the code for tokens;
//! 5. [`unverified::Unverified`] becomes a [`session::Session`] when its ID token passes every check;
//! 6. [`refresh::Refresh`] replaces its tokens, and [`logout::SignOut`] ends it.
//!
//! Each value is consumed by the step that follows, so that no code, callback or transaction can
//! be used twice. The module `web` (on wasm32 only) is the browser edge that moves the data. With the
//! feature `client` it has `web::Client`, for single-page apps in Rust.
#![warn(missing_docs)]

extern crate alloc;

pub mod authorization;
mod authorization_error;
mod base64url;
pub mod callback;
pub mod challenge;
pub mod code_exchange;
pub mod config;
pub mod discovery;
pub mod dpop;
pub mod error;
pub mod http;
mod id_token;
pub mod json;
pub mod jwks;
pub mod jwt;
pub mod logout;
pub mod metadata;
mod options;
pub mod par;
pub mod pkce;
pub mod provider;
pub mod refresh;
pub mod revocation;
pub mod secret;
pub mod session;
pub mod time;
mod token_response;
pub mod transaction;
pub mod unverified;
pub mod uri;
pub mod userinfo;
#[cfg(target_arch = "wasm32")]
pub mod web;
