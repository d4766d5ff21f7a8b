//! Parameters of the authorization request that only some providers know: the option `extra`.

use alloc::{string::String, vec::Vec};

use crate::{
    error::{Code, Error},
    json::Value,
    options::Options,
    uri,
};

/// Parameters that are the protocol's own, or that have an option: no extra one may be named so.
const RESERVED: &str = "\
    acr_values client_id client_secret code_challenge code_challenge_method dpop_jkt \
    login_hint max_age nonce prompt redirect_uri registration request request_uri \
    resource response_mode response_type scope state";

pub(crate) fn is_reserved(name: &str) -> bool {
    uri::lists(RESERVED, name)
}

/// Reads the option `extra`.
pub(crate) fn read(read: &mut Options<'_>) -> Vec<(String, String)> {
    let mut extra = Vec::new();
    match read.member("extra") {
        None => {}
        Some(Value::Object(members)) => {
            for (name, value) in members {
                match value {
                    _ if is_reserved(name) => read.refuse(Error::about(
                        Code::ParameterRefused,
                        &["extra.", name, " would override a parameter of the protocol."],
                    )),
                    Value::String(text) => extra.push((name.clone(), text.clone())),
                    Value::Null => {}
                    _ => read.wrong("extra", "an object of texts"),
                }
            }
        }
        Some(_) => read.wrong("extra", "an object of texts"),
    }
    extra
}
