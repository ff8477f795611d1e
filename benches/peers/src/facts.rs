//! The fields that rules read, as a host without an engine takes them from JSON: texts borrowed, the rest skipped.
//!
//! For engines that bring no reader of JSON; and the contexts of W1 are made from it.

use serde::Deserialize;

#[derive(Clone, Copy, Deserialize)]
pub struct Facts<'a> {
    pub day: &'a str,
    pub genre: &'a str,
    pub tier: &'a str,
    pub channel: &'a str,
    pub country: &'a str,
    pub screen: &'a str,
    pub age: i64,
    pub hour: i64,
    pub tickets: i64,
    pub spend90: i64,
    pub visits90: i64,
    pub points: i64,
    pub student: bool,
    pub holiday: bool,
    pub app_user: bool,
}

impl<'a> Facts<'a> {
    pub fn read(json: &'a str) -> Facts<'a> {
        serde_json::from_str(json).unwrap()
    }
}
