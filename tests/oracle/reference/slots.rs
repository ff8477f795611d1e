//! The slots of units, straight from what the products document; bytes and words put together the long way.

use pervade::internals::value::bucket::{Algorithm, Bucketing};

/// The slot of a unit.
pub fn slot(bucketing: &Bucketing, unit: &str) -> usize {
    let salt = &bucketing.salt;
    match (bucketing.algorithm, bucketing.rollout) {
        (Algorithm::Murmur3, true) => murmur3(format!("{salt}:{unit}").as_bytes(), 0) % 100,
        (Algorithm::Murmur3, false) => {
            murmur3(format!("{salt}:{unit}").as_bytes(), 86_028_157) % 1_000
        }
        (Algorithm::Fnv1aV2, _) => {
            let first = fnv1a(&format!("{salt}{unit}"));
            fnv1a(&first.to_string()) % 10_000
        }
        (Algorithm::Md5, _) => {
            use md5::Digest;
            let digest = md5::Md5::digest(format!("{salt}-{unit}"));
            let four = digest.iter().take(4);
            four.fold(0, |number, byte| number * 256 + usize::from(*byte)) % 10_000
        }
    }
}

/// FNV-1a over the units of UTF-16.
fn fnv1a(text: &str) -> usize {
    let mut hash: u64 = 2_166_136_261;
    for unit in text.encode_utf16() {
        hash ^= u64::from(unit);
        hash = hash * 16_777_619 % (1 << 32);
    }
    usize::try_from(hash).expect("32 bits")
}

/// MurmurHash3 x86 32, by Austin Appleby: blocks of four bytes, the rest, then the mixing of the end.
fn murmur3(bytes: &[u8], seed: u64) -> usize {
    let word = |part: &[u8]| {
        let places = part.iter().enumerate();
        places.fold(0_u64, |word, (at, byte)| {
            word + (u64::from(*byte) << (8 * at))
        })
    };
    let times = |a: u64, b: u64| a * b % (1 << 32);
    let turned = |a: u64, by: u32| ((a << by) | (a >> (32 - by))) % (1 << 32);
    let mixed = |block: u64| times(turned(times(block, 0xcc9e_2d51), 15), 0x1b87_3593);
    let mut hash = seed;
    let blocks = bytes.chunks_exact(4);
    let rest = blocks.remainder();
    for block in blocks {
        hash = turned(hash ^ mixed(word(block)), 13);
        hash = (times(hash, 5) + 0xe654_6b64) % (1 << 32);
    }
    if !rest.is_empty() {
        hash ^= mixed(word(rest));
    }
    hash ^= u64::try_from(bytes.len()).expect("short");
    hash = times(hash ^ (hash >> 16), 0x85eb_ca6b);
    hash = times(hash ^ (hash >> 13), 0xc2b2_ae35);
    usize::try_from(hash ^ (hash >> 16)).expect("32 bits")
}
