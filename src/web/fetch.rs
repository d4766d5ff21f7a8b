//! Sends the core's requests with the browser's `fetch`.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::platform;
use crate::{
    error::{Code, Error, Result},
    http::{Request, Response},
    json,
};

/// How long a provider may take to answer.
const TIMEOUT_MILLIS: u32 = 30_000;

/// How long an answer that changes nothing is waited for.
const PARTING_TIMEOUT_MILLIS: u32 = 3_000;

/// How a request is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// An answer from the browser's cache will do, as far as the provider's headers allow it.
    Cached,
    /// The answer must come from the provider.
    Reload,
    /// The last request: it goes on when the page is left.
    Parting,
}

/// A request on its way.
pub(crate) struct Sending {
    answer: JsFuture,
    place: String,
}

/// Sends a request; it is under way before its answer is waited for.
pub(crate) fn send(
    name: &'static str,
    request: &Request,
    mode: Mode,
    proof: Option<&str>,
) -> Sending {
    let place = request.url.without_query();
    let cache = match (mode, &request.form) {
        (_, Some(_)) => "no-store",
        (Mode::Reload, None) => "reload",
        _ => "default",
    };
    let is_parting = mode == Mode::Parting;
    let answer = platform::send(
        name,
        place,
        request.url.as_str(),
        request.form.as_deref(),
        request.authorization.as_deref(),
        proof,
        cache,
        is_parting,
        if is_parting { PARTING_TIMEOUT_MILLIS } else { TIMEOUT_MILLIS },
        json::MAX_BYTES,
    );
    Sending { answer: answer.into(), place: place.into() }
}

impl Sending {
    /// Waits for the answer.
    pub(crate) async fn response(self) -> Result<Response> {
        let Self { answer, place } = self;
        let answer: Array = answer.await.unwrap_or_default().unchecked_into();
        let Some(status) = answer.get(0).as_f64() else {
            let is_late = answer.get(0).as_string().as_deref() == Some("TimeoutError");
            return Err(unanswered(is_late).with("url", &place));
        };
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a status has three digits"
        )]
        Ok(Response {
            status: status as u16,
            content_type: answer.get(1).as_string(),
            dpop_nonce: answer.get(2).as_string(),
            body: answer.get(3).unchecked_into::<Uint8Array>().to_vec(),
        })
    }
}

fn unanswered(is_late: bool) -> Error {
    if is_late {
        Error::new(Code::Timeout, "The provider did not answer in time.")
    } else {
        Error::new(
            Code::Network,
            "The provider could not be reached: offline, blocked by CORS or by the page's \
             connect-src, or down.",
        )
    }
}
