//! Puts the units of an experiment into slots, and lays the shares of its variants out over the slots.
//!
//! A unit (a customer, a device, a session) goes in as a text, together with the salt of the experiment. Out comes a
//! slot: a number from 0 to the number of slots less one. The same salt and unit give the same slot on every host,
//! today and later: there is nothing but integer arithmetic in here, and no state. [`layout`] turns the shares of the
//! variants into ranges of slots.
//!
//! # The algorithms
//!
//! Each algorithm gives the very numbers of a known product, so that an experiment can be taken over while it runs.
//! Salt and unit are taken as they are: no case folding, no trimming, no Unicode normalisation.
//!
//! - [`Algorithm::Murmur3`] is that of Unleash: murmur3 (x86, 32 bits) over the UTF-8 of `salt:unit`. Variants take
//!   it with the seed 86028157 modulo 1000 (the sum of their weights, which the product keeps at 1000), a gradual
//!   rollout with the seed 0 modulo 100. The product counts from 1, slots count from 0. The salt is the `groupId`,
//!   which is the name of the flag unless a strategy says otherwise. Checked against `unleash-yggdrasil` 0.21.7,
//!   `strategy_parsing::normalized_hash`.
//! - [`Algorithm::Fnv1aV2`] is the hash version 2 of `GrowthBook`: FNV-1a (32 bits) over salt and unit with nothing
//!   between them, then FNV-1a over the decimal digits of that, modulo 10000. The salt is the `seed`. Checked against
//!   `growthbook-rust` 0.4.0, `hash::HashCode::hash_v2`. It hashes the 16-bit units of UTF-16, as the product's
//!   JavaScript SDK does. In ASCII that is the same as bytes. For other characters the product's SDKs do not agree
//!   with one another: those that hash bytes of UTF-8 (`growthbook-rust` before 0.4.0 among them) give other slots.
//! - [`Algorithm::Md5`] is that of Eppo: MD5 over the UTF-8 of `salt-unit`, its first four bytes as a big-endian
//!   number, modulo 10000 (the `totalShards` of the flag). Checked against `eppo_core` 10.0.0,
//!   `sharder::get_md5_shard`.
//!
//! What stands between salt and unit is not escaped. `a:b` with `c` is the same text as `a` with `b:c` for murmur3,
//! `a-b` with `c` the same as `a` with `b-c` for md5, and `ab` with `c` the same as `a` with `bc` for `fnv1a_v2`. The
//! products have it so. Salts of one length are safe.
//!
//! # Variants and rollout
//!
//! [`Algorithm::slot`] is for variants, [`Algorithm::rollout_slot`] for a gradual rollout or a hold-out. Only murmur3
//! tells the two apart by itself. With the others a rollout and the variants of the same salt get the same slot, so a
//! rollout of 50 % would leave out everybody in the upper half of the slots: give the rollout a salt of its own.
//!
//! The slots are those of the products, the layout is not: the products lay their variants out one after the other,
//! or in ranges given by hand. Who takes an experiment over from a product gives its ranges.

use md5::{Digest, Md5};
use std::ops::Range;

/// How units are spread over slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// The slots of Unleash: 1000 for variants, 100 for a rollout.
    Murmur3,
    /// The slots of `GrowthBook` (hash version 2): 10000.
    Fnv1aV2,
    /// The slots of Eppo: 10000.
    Md5,
}

/// The seed of Unleash's variants.
const VARIANT_SEED: u32 = 86_028_157;
/// The seed of Unleash's gradual rollout.
const ROLLOUT_SEED: u32 = 0;

/// A way to put units into slots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bucketing {
    /// How units are spread.
    pub algorithm: Algorithm,
    /// A gradual rollout or hold-out; otherwise variants.
    pub rollout: bool,
    /// What tells this spreading from others.
    pub salt: Box<str>,
}

impl Bucketing {
    /// How many slots there are.
    #[must_use]
    pub fn slots(&self) -> u32 {
        match self.rollout {
            true => self.algorithm.rollout_slots(),
            false => self.algorithm.slots(),
        }
    }

    /// The slot of a unit, from 0.
    #[must_use]
    pub fn slot(&self, unit: &str) -> u32 {
        match self.rollout {
            true => self.algorithm.rollout_slot(&self.salt, unit),
            false => self.algorithm.slot(&self.salt, unit),
        }
    }
}

impl Algorithm {
    /// All of them, by the words that rules name them by.
    pub const ALL: [(&'static str, Algorithm); 3] = [
        ("murmur3", Algorithm::Murmur3),
        ("fnv1a_v2", Algorithm::Fnv1aV2),
        ("md5", Algorithm::Md5),
    ];

    /// How many slots there are for the variants of an experiment.
    #[must_use]
    pub const fn slots(self) -> u32 {
        match self {
            Self::Murmur3 => 1_000,
            Self::Fnv1aV2 | Self::Md5 => 10_000,
        }
    }

    /// The slot of a unit among the variants of an experiment, from 0 and below [`Algorithm::slots`].
    #[must_use]
    pub fn slot(self, salt: &str, unit: &str) -> u32 {
        let hash = match self {
            Self::Murmur3 => murmur3(salt, unit, VARIANT_SEED),
            Self::Fnv1aV2 => fnv1a_v2(salt, unit),
            Self::Md5 => md5(salt, unit),
        };
        hash % self.slots()
    }

    /// How many slots there are for a gradual rollout or a hold-out.
    #[must_use]
    pub const fn rollout_slots(self) -> u32 {
        match self {
            Self::Murmur3 => 100,
            Self::Fnv1aV2 | Self::Md5 => self.slots(),
        }
    }

    /// The slot of a unit in a gradual rollout or a hold-out, from 0 and below [`Algorithm::rollout_slots`].
    ///
    /// A rollout of n slots has the units whose slot is below n.
    #[must_use]
    pub fn rollout_slot(self, salt: &str, unit: &str) -> u32 {
        match self {
            Self::Murmur3 => murmur3(salt, unit, ROLLOUT_SEED) % self.rollout_slots(),
            Self::Fnv1aV2 | Self::Md5 => self.slot(salt, unit),
        }
    }
}

/// Murmur3 (x86, 32 bits) over `salt:unit`.
///
/// Own lines, because the crate `murmur3` reads from a `std::io::Read` and returns its errors, which texts in memory
/// do not have.
fn murmur3(salt: &str, unit: &str, seed: u32) -> u32 {
    let scramble = |word: u32| {
        word.wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    };
    let mut hash = seed;
    let mut word = 0_u32;
    let mut length = 0_u32;
    salt.bytes()
        .chain([b':'])
        .chain(unit.bytes())
        .for_each(|byte| {
            word |= u32::from(byte) << (8 * (length % 4));
            length = length.wrapping_add(1);
            if length.is_multiple_of(4) {
                hash = (hash ^ scramble(word))
                    .rotate_left(13)
                    .wrapping_mul(5)
                    .wrapping_add(0xe654_6b64);
                word = 0;
            }
        });
    // The bytes that fill no word: none is a word of 0, which changes nothing.
    hash ^= scramble(word);
    hash ^= length;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// FNV-1a (32 bits) over salt and unit, then over the decimal digits of that.
fn fnv1a_v2(salt: &str, unit: &str) -> u32 {
    let first = fnv1a(
        salt.encode_utf16()
            .chain(unit.encode_utf16())
            .map(u32::from),
    );
    let last_place = first.checked_ilog10().unwrap_or(0);
    fnv1a(
        (0..=last_place)
            .rev()
            .map(|place| u32::from(b'0') + first / 10_u32.pow(place) % 10),
    )
}

/// FNV-1a (32 bits), one step for each number given.
fn fnv1a(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.fold(0x811c_9dc5, |hash, number| {
        (hash ^ number).wrapping_mul(0x0100_0193)
    })
}

/// The first four bytes of the MD5 of `salt-unit`, as a big-endian number.
fn md5(salt: &str, unit: &str) -> u32 {
    let digest: [u8; 16] = Md5::new()
        .chain_update(salt)
        .chain_update("-")
        .chain_update(unit)
        .finalize()
        .into();
    let [first, second, third, fourth, ..] = digest;
    u32::from_be_bytes([first, second, third, fourth])
}

/// Lays shares, counted in slots, out as ranges of slots: for each variant its ranges, sorted, none empty and no two
/// that touch. Without a result if the shares exceed the slots. Slots that no share needs belong to nobody.
///
/// Each of k variants has a home, the i-th (from 0) the slots from `i * slots / k` to before `(i + 1) * slots / k`.
/// It takes the first slots of its home. What does not fit spills: variant by variant, it takes what is free in the
/// homes, home by home from the first, in each from the end backwards.
///
/// So a variant whose share stays within its home keeps its slots when it grows, and takes new ones only from nobody
/// or from a spill. If at most one variant spills, and either shrinks by as much or nobody else changes, then no unit
/// is moved between the others (the spill may take slots of nobody instead of those it gave up). If several spill, a
/// spill that gives way may push the next one on, and so move units between the two.
///
/// The homes depend on the number of variants: a variant added or removed moves many units. Plan for one more with a
/// share of 0 where that may happen.
#[must_use]
pub fn layout(slots: u32, shares: &[u32]) -> Option<Vec<Vec<Range<u32>>>> {
    if shares.iter().copied().map(u64::from).sum::<u64>() > u64::from(slots) {
        return None;
    }
    let count = shares.len() as u128;
    let border = |nth: usize| u32::try_from(nth as u128 * u128::from(slots) / count).ok();
    let mut homes = Vec::with_capacity(shares.len());
    for (nth, &share) in shares.iter().enumerate() {
        let (start, end) = (border(nth)?, border(nth + 1)?);
        let taken = start + share.min(end - start);
        homes.push((start..taken, taken..end));
    }
    let (own, mut free): (Vec<_>, Vec<_>) = homes.into_iter().unzip();
    let mut free = free.iter_mut().peekable();
    let mut layout = Vec::with_capacity(shares.len());
    for (own, &share) in own.into_iter().zip(shares) {
        let mut missing = share - (own.end - own.start);
        let mut ranges = Vec::new();
        if !own.is_empty() {
            ranges.push(own);
        }
        while missing > 0 {
            // There is one: the shares fit into the slots.
            let rest = free.peek_mut()?;
            let start = rest.end - missing.min(rest.end - rest.start);
            if start < rest.end {
                ranges.push(start..rest.end);
            }
            missing -= rest.end - start;
            rest.end = start;
            if rest.start == rest.end {
                free.next();
            }
        }
        merge(&mut ranges);
        layout.push(ranges);
    }
    Some(layout)
}

/// Sorts disjoint ranges and merges those that touch.
fn merge(ranges: &mut Vec<Range<u32>>) {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, range| {
        let touch = next.start == range.end;
        if touch {
            range.end = next.end;
        }
        touch
    });
}
