//! Cyclic redundancy checks: CRC-32 (ISO 3309, reflected) and CRC-CCITT (polynomial 0x1021), a table look-up per byte.

const TABLE_32: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut remainder = at as u32;
        let mut bit = 0;
        while bit < 8 {
            let carry = remainder & 1;
            remainder >>= 1;
            if carry == 1 {
                remainder ^= 0xedb8_8320;
            }
            bit += 1;
        }
        table[at] = remainder;
        at += 1;
    }
    table
};

const TABLE_CCITT: [u16; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut remainder = (at as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            let carry = remainder >> 15;
            remainder <<= 1;
            if carry == 1 {
                remainder ^= 0x1021;
            }
            bit += 1;
        }
        table[at] = remainder;
        at += 1;
    }
    table
};

pub(super) fn crc32(start: u32, data: &[u8]) -> u32 {
    !data.iter().fold(!start, |crc, &byte| TABLE_32[(crc as u8 ^ byte) as usize] ^ crc >> 8)
}

pub(super) fn crc_ccitt(start: u16, data: &[u8]) -> u16 {
    data.iter().fold(start, |crc, &byte| TABLE_CCITT[((crc >> 8) as u8 ^ byte) as usize] ^ crc << 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_values_of_the_catalogue_come_out() {
        assert_eq!(crc32(0, b"123456789"), 0xcbf4_3926);
        // CRC-16/XMODEM
        assert_eq!(crc_ccitt(0, b"123456789"), 0x31c3);
    }
}
