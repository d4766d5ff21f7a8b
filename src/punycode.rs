//! Names of other alphabets, as they stand in the host of a URL behind `xn--`: RFC 3492.

/// The digits are the letters, and then those of numbers: RFC 3492 §5, as the parameters below.
const LETTERS: u32 = 26;
const BASE: u32 = 36;
const LEAST_THRESHOLD: u32 = 1;
const MOST_THRESHOLD: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE_POINT: u32 = 0x80;

/// Whether such a text stands for a name with letters of another alphabet. Which letters a name may have,
/// the browsers' tables say, which are not here.
pub(crate) fn is_name(encoded: &str) -> bool {
    // The last hyphen separates; one in front of everything separates nothing.
    let plain = encoded.bytes().rposition(|byte| byte == b'-').filter(|at| *at > 0);
    let inserted = plain.map_or(Some(encoded), |at| encoded.get(at.saturating_add(1)..));
    let length = u32::try_from(plain.unwrap_or_default());
    let inserted = inserted.filter(|inserted| !inserted.is_empty());
    inserted.zip(length.ok()).is_some_and(|(inserted, length)| decodes(length, inserted))
}

/// Decodes what is inserted into so many plain characters: RFC 3492 §6.2, for its outcome alone.
fn decodes(mut length: u32, inserted: &str) -> bool {
    let mut digits = inserted.chars();
    let mut code_point = FIRST_CODE_POINT;
    let mut place = 0;
    let mut bias = FIRST_BIAS;
    while !digits.as_str().is_empty() {
        let Some(delta) = delta(&mut digits, bias) else { return false };
        let is_first = place == 0;
        let Some(moved) = delta.checked_add(place) else { return false };
        length = length.saturating_add(1);
        code_point = code_point.saturating_add(moved / length);
        // The control characters of Latin-1 are no letters of any name.
        if char::from_u32(code_point).is_none_or(char::is_control) {
            return false;
        }
        place = (moved % length).saturating_add(1);
        bias = adapted(delta, length, is_first);
    }
    true
}

/// Reads a number of digits that say themselves which of them is the last: RFC 3492 §3.3.
fn delta(digits: &mut core::str::Chars<'_>, bias: u32) -> Option<u32> {
    let mut delta = 0_u32;
    let mut weight = 1_u32;
    let mut place = BASE;
    loop {
        let digit = (digits.next()?.to_digit(BASE)? + LETTERS) % BASE;
        delta = delta.checked_add(digit.checked_mul(weight)?)?;
        let threshold = place.saturating_sub(bias).clamp(LEAST_THRESHOLD, MOST_THRESHOLD);
        if digit < threshold {
            return Some(delta);
        }
        weight = weight.checked_mul(BASE - threshold)?;
        place = place.saturating_add(BASE);
    }
}

/// RFC 3492 §6.1
fn adapted(delta: u32, length: u32, is_first: bool) -> u32 {
    let mut delta = delta / if is_first { DAMP } else { 2 };
    delta = delta.saturating_add(delta / length);
    let mut bias = 0;
    while delta > (BASE - LEAST_THRESHOLD) * MOST_THRESHOLD / 2 {
        delta /= BASE - LEAST_THRESHOLD;
        bias += BASE;
    }
    bias + (BASE - LEAST_THRESHOLD + 1) * delta / (delta + SKEW)
}
