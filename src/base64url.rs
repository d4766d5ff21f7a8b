//! Base64url without padding: RFC 7515 §2 and App. C.
//!
//! Ours both ways: the crate `base64`, made for speed on long inputs, would be a twentieth of the module.

use alloc::{string::String, vec::Vec};

/// Encodes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=group.len() {
            text.push(character(bits << (8 + 6 * at) >> 26));
        }
    }
    text
}

/// The character of six bits.
fn character(sextet: u32) -> char {
    let byte = match u8::try_from(sextet).unwrap_or_default() {
        upper @ 0..=25 => b'A' + upper,
        lower @ 26..=51 => b'a' + (lower - 26),
        digit @ 52..=61 => b'0' + (digit - 52),
        62 => b'-',
        _ => b'_',
    };
    char::from(byte)
}

/// Decodes the one canonical encoding of some bytes. Any other (padding, white space, the other
/// alphabet, stray bits at the end) is refused, so that no two texts stand for one signature.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    decode_with(text, false)
}

/// Decodes what others encode with padding or in plain base64. It is for numbers alone, of which it
/// does not matter how they are written.
pub(crate) fn decode_leniently(mut text: &str) -> Option<Vec<u8>> {
    while let Some(shorter) = text.strip_suffix('=') {
        text = shorter;
    }
    decode_with(text, true)
}

#[inline(never)]
fn decode_with(text: &str, is_either_alphabet: bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for character in text.bytes() {
        let sextet = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            b'+' if is_either_alphabet => 62,
            b'/' if is_either_alphabet => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    // A last group of one character holds no byte; what is left over must be zero.
    (count < 6 && bits == 0).then_some(bytes)
}
