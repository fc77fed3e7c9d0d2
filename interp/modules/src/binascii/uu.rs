//! Lines of uuencoded data (POSIX `uuencode`): a length, then groups of four characters for three bytes.

const MOST: usize = 45;

fn character(value: u8, backtick: bool) -> u8 {
    if value == 0 && backtick { b'`' } else { value + b' ' }
}

pub(super) fn encode(data: &[u8], backtick: bool) -> Result<Vec<u8>, String> {
    if data.len() > MOST {
        return Err("At most 45 bytes at once".to_owned());
    }
    let mut out = vec![character(data.len() as u8, backtick)];
    for chunk in data.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        out.extend([18, 12, 6, 0].map(|shift| character((bits >> shift) as u8 & 63, backtick)));
    }
    out.push(b'\n');
    Ok(out)
}

pub(super) fn decode(data: &[u8]) -> Result<Vec<u8>, String> {
    let Some((first, line)) = data.split_first() else { return Err("Missing length byte".to_owned()) };
    let length = first.wrapping_sub(b' ') & 63;
    let mut characters = line.iter().copied();
    let mut out = Vec::with_capacity(usize::from(length) + 2);
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < usize::from(length) {
        // What is missing at the end of a line counts as spaces.
        let value = match characters.next() {
            None | Some(b'\n' | b'\r') => {
                characters = [].iter().copied();
                0
            }
            Some(byte @ b' '..=b'`') => (byte - b' ') & 63,
            Some(_) => return Err("Illegal char".to_owned()),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    match characters.all(|byte| matches!(byte, b' ' | b'`' | b'\n' | b'\r')) {
        true => Ok(out),
        false => Err("Trailing garbage".to_owned()),
    }
}
