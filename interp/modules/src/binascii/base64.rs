//! Base64 (RFC 4648), read leniently or strictly.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each byte, 64 for those outside of the alphabet.
const VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let mut at = 0;
    while at < ALPHABET.len() {
        values[ALPHABET[at] as usize] = at as u8;
        at += 1;
    }
    values
};

pub(super) fn encode(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) as usize & 63;
            out.push(if digit <= chunk.len() { ALPHABET[value] } else { b'=' });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// Reads groups of four digits. A lenient reader skips what is no digit, and goes on behind padding; a strict one refuses both.
pub(super) fn decode(data: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    if strict && data.first() == Some(&b'=') {
        return Err("Leading padding not allowed".to_owned());
    }
    let mut out = Vec::with_capacity(data.len() / 4 * 3);
    // Digits of the group so far, the bits that they left over, and the padding behind them.
    let (mut digits, mut left, mut padding) = (0, 0u8, 0);
    for &byte in data {
        if byte == b'=' {
            padding += 1;
            if strict && (digits == 0 || digits + padding > 4) {
                return Err("Excess padding not allowed".to_owned());
            }
            continue;
        }
        let value = VALUES[usize::from(byte)];
        if strict && padding > 0 && digits + padding >= 4 {
            return Err("Excess data after padding".to_owned());
        }
        if value == 64 {
            if strict {
                return Err("Only base64 data is allowed".to_owned());
            }
            continue;
        }
        if strict && padding > 0 {
            return Err("Discontinuous padding not allowed".to_owned());
        }
        padding = 0;
        match digits {
            0 => {}
            1 => out.push(left << 2 | value >> 4),
            2 => out.push(left << 4 | value >> 2),
            _ => out.push(left << 6 | value),
        }
        left = [value, value & 0xf, value & 3, 0][digits];
        digits = (digits + 1) % 4;
    }
    match digits {
        0 => Ok(out),
        1 => Err(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        )),
        _ if digits + padding >= 4 => Ok(out),
        _ => Err("Incorrect padding".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes() {
        for length in 0..20u8 {
            let data: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            assert_eq!(decode(&encode(&data, true), false), Ok(data.clone()));
            assert_eq!(decode(&encode(&data, false), true), Ok(data));
        }
    }
}
