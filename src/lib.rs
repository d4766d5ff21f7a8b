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
//! A transaction, and the exchange of its code, are each consumed by the step that follows, so that no
//! code is sent twice. The module `web` (on wasm32 only) is the browser edge that moves the data. With the
//! feature `client` it has `web::Client`, for single-page apps in Rust.
//!
//! The modules stand in the order of the protocol: each imports only such as stand above it. So it
//! is in the lists of `web` and of its `steps`.
#![warn(missing_docs)]

extern crate alloc;

// What stands together without a blank line is sorted by rustfmt.

// What everything is made of.
mod base64url;
pub mod error;
pub mod form;
mod punycode;
pub mod secret;
pub mod time;
pub mod uri;
mod written;

pub mod json;

pub mod http;
pub mod jwt;
mod options;

mod extra;

// The client and its provider.
pub mod provider;

pub mod metadata;

pub mod config;
pub mod discovery;

// The authorization request.
pub mod dpop;
pub mod pkce;
pub mod transaction;

pub mod authorization;
mod authorization_error;
pub mod par;

// The authorization response, and the tokens for its code.
pub mod callback;
mod token_response;

mod id_token;
pub mod jwks;
pub mod session;
pub mod unverified;

pub mod code_exchange;

// What is done with a session.
pub mod challenge;
pub mod refresh;
pub mod userinfo;

pub mod logout;
pub mod revocation;

// The browser's edge.
#[cfg(target_arch = "wasm32")]
pub mod web;
