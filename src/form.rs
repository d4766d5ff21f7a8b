//! Parameters in a query, a fragment or a body, as `application/x-www-form-urlencoded`: RFC 6749 App. B.

use alloc::{string::String, vec::Vec};

/// Writes parameters.
pub fn write(parameters: &[(&str, &str)]) -> String {
    Form::of(parameters).0
}

/// What was written, parameter by parameter.
#[derive(Default)]
pub(crate) struct Form(String);

impl Form {
    pub(crate) fn of(parameters: &[(&str, &str)]) -> Self {
        let mut form = Self::default();
        for (name, value) in parameters {
            form.add(name, value);
        }
        form
    }

    #[inline(never)]
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        escape(name, &mut self.0);
        self.0.push('=');
        escape(value, &mut self.0);
    }

    #[inline(never)]
    pub(crate) fn add_optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds a parameter once for each of the texts with spaces between them.
    pub(crate) fn add_each(&mut self, name: &str, texts: &str) {
        for text in texts.split(' ').filter(|text| !text.is_empty()) {
            self.add(name, text);
        }
    }
}

impl From<Form> for String {
    fn from(form: Form) -> Self {
        form.0
    }
}

fn escape(text: &str, out: &mut String) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte.into());
            }
            _ => {
                out.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    out.extend(HEX.get(usize::from(nibble)));
                }
            }
        }
    }
}

/// Reads parameters. `None` when an escape is broken or the bytes are not UTF-8.
pub fn parse(text: &str) -> Option<Vec<(String, String)>> {
    parse_with(text, None)
}

/// The same, but a parameter of that name is read as well as it can be: a `%` that escapes nothing stays,
/// and bytes that are not UTF-8 are Latin-1.
pub(crate) fn parse_with(text: &str, prose: Option<&str>) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = unescape(name, false)?;
        let value = unescape(value, prose == Some(&name))?;
        parameters.push((name, value));
    }
    Some(parameters)
}

fn unescape(text: &str, is_prose: bool) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut after = bytes.clone();
                let mut nibble = || char::from(after.next()?).to_digit(16);
                match (nibble(), nibble()) {
                    (Some(high), Some(low)) => {
                        bytes = after;
                        u8::try_from(high << 4 | low).ok()?
                    }
                    _ if is_prose => byte,
                    _ => return None,
                }
            }
            other => other,
        });
    }
    match String::from_utf8(out) {
        Err(latin_1) if is_prose => {
            Some(latin_1.as_bytes().iter().map(|byte| char::from(*byte)).collect())
        }
        text => text.ok(),
    }
}
