//! Sends the core's requests with the browser's `fetch`.

use js_sys::{JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, RequestInit};

use super::{failure::set, navigation::window, trace::Step};
use crate::{
    error::{Code, Error, Result},
    http::{Request, Response},
    json,
};

/// How long a provider may take to answer.
const TIMEOUT_MILLIS: u32 = 30_000;

/// How long an answer that changes nothing is waited for.
const PARTING_TIMEOUT_MILLIS: u32 = 3_000;

/// Whether an answer from the browser's cache will do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Freshness {
    /// What the provider's cache headers say.
    Cached,
    /// It must come from the provider.
    Reload,
}

/// A request on its way.
pub(crate) struct Sending {
    fetching: JsFuture,
    step: Step,
    place: String,
}

/// Sends a request; it is under way before its answer is waited for.
pub(crate) fn send(name: &'static str, request: &Request, freshness: Freshness) -> Result<Sending> {
    let init = match (freshness, &request.form) {
        (Freshness::Cached, None) => init(r#"{"cache":"default"}"#, TIMEOUT_MILLIS),
        (Freshness::Reload, None) => init(r#"{"cache":"reload"}"#, TIMEOUT_MILLIS),
        (_, Some(_)) => init(r#"{"cache":"no-store","method":"POST"}"#, TIMEOUT_MILLIS),
    };
    start(name, request, &init)
}

/// Sends a last request, which goes on when the page is left.
pub(crate) fn send_parting(name: &'static str, request: &Request) -> Result<Sending> {
    let options = r#"{"cache":"no-store","method":"POST","keepalive":true}"#;
    start(name, request, &init(options, PARTING_TIMEOUT_MILLIS))
}

/// `RequestInit`, from a literal: a setter for each member would be as many imports.
fn init(options: &str, timeout_millis: u32) -> Object {
    let init: Object = JSON::parse(options).unwrap_or_default().unchecked_into();
    set(&init, "credentials", "omit");
    set(&init, "redirect", "manual");
    set(&init, "referrerPolicy", "no-referrer");
    set(&init, "signal", AbortSignal::timeout_with_u32(timeout_millis));
    init
}

fn start(name: &'static str, request: &Request, init: &Object) -> Result<Sending> {
    let step = Step::begin(name);
    let headers = Object::new();
    set(&headers, "accept", "application/json");
    if let Some(authorization) = &request.authorization {
        set(&headers, "authorization", authorization);
    }
    if let Some(form) = &request.form {
        set(init, "body", form);
        set(&headers, "content-type", "application/x-www-form-urlencoded");
    }
    set(init, "headers", headers);
    let init = init.unchecked_ref::<RequestInit>();
    let fetching = window()?.fetch_with_str_and_init(request.url.as_str(), init);
    Ok(Sending {
        fetching: JsFuture::from(fetching),
        step,
        place: request.url.without_query().into(),
    })
}

impl Sending {
    /// Waits for the answer.
    pub(crate) async fn response(self) -> Result<Response> {
        let Self { fetching, step, place } = self;
        let response = match fetching.await {
            Ok(response) => read(&response.unchecked_into()).await,
            Err(reason) => Err(reason),
        };
        match response {
            Ok(response) => {
                step.end(Some(&place), Some(response.status));
                Ok(response)
            }
            Err(reason) => {
                step.end(Some(&place), None);
                Err(unanswered(&reason).with("url", &place))
            }
        }
    }
}

async fn read(response: &web_sys::Response) -> core::result::Result<Response, JsValue> {
    Ok(Response {
        status: response.status(),
        content_type: response.headers().get("content-type")?,
        body: match response.body() {
            Some(body) => read_capped(body.get_reader().unchecked_into()).await?,
            None => Vec::new(),
        },
    })
}

/// Reads until the body ends, or is longer than the core reads.
async fn read_capped(
    reader: ReadableStreamDefaultReader,
) -> core::result::Result<Vec<u8>, JsValue> {
    let mut body = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            return Ok(body);
        }
        let bytes: Uint8Array = Reflect::get(&chunk, &"value".into())?.unchecked_into();
        body.extend(bytes.to_vec());
        if body.len() > json::MAX_BYTES {
            let _ = reader.cancel();
            return Ok(body);
        }
    }
}

fn unanswered(reason: &JsValue) -> Error {
    let name = Reflect::get(reason, &"name".into()).ok().and_then(|name| name.as_string());
    if name.as_deref() == Some("TimeoutError") {
        Error::new(Code::Timeout, "The provider did not answer in time.")
    } else {
        Error::new(
            Code::Network,
            "The provider could not be reached: offline, blocked by CORS or by the page's \
             connect-src, or down.",
        )
    }
}
